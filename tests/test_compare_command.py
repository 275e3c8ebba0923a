"""verbatims compare as a person or a scheduler meets it."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.compare.runs import compare_runs
from pipeline.compare.terminal import print_comparison, print_waves
from pipeline.compare.waves import compare_waves
from pipeline.errors import CheckFailed, InputError
from pipeline.publish import Run
from pipeline.verify import open_kept
from tests.conftest import TINY_CODEBOOK, TINY_ROWS

SAME = "Nothing moved: both runs have the same inputs, the same evidence and the same\nfigures.\n"
NEW_RULE = TINY_CODEBOOK.replace("[wifi, wi-fi]", "[wifi, wi-fi, nowhere]")
LATER = [(f"L{row[0]}", *row[1:]) for row in TINY_ROWS[1:]]
ODD = [("R1", "North", "slow [bold] \x1b[31m" + "long " * 60, ""), *TINY_ROWS[1:]]

Outputs = dict[str, Path]


@pytest.fixture
def runs(make_round: Callable[..., Path], run: Callable[..., Run], tmp_path: Path) -> Outputs:
    """Runs of variations of the tiny round, by what is other in them."""
    given = {
        "old": {},
        "new": {"codebook": NEW_RULE, "extra": "decisions: coded.csv\n"},
        "odd": {"rows": ODD},
        "later": {"rows": LATER, "extra": "population: sample\n"},
        "sample": {"extra": "population: sample\n"},
    }
    folders = {}
    for name, changes in given.items():
        folder = make_round(name, **changes)
        if name == "later":
            text = (folder / "round.yaml").read_text().replace("round: tiny", "round: later")
            (folder / "round.yaml").write_text(text)
        folders[name] = run(folder, tmp_path / f"run-{name}").folder
    return folders


def call(*arguments: object) -> tuple[str, str]:
    done = CliRunner().invoke(app, ["compare", *map(str, arguments)], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout, done.stderr


def test_identical_runs_are_one_sentence(runs: Outputs) -> None:
    assert call(runs["old"], runs["old"], "--strict") == (SAME, "")


def test_it_prints_what_moved_and_why(runs: Outputs) -> None:
    out, err = call(runs["old"], runs["new"])
    assert err == ""
    assert "\ntheme         before  after  change\nslow               2      3      +1\n" in out
    assert "\n  +1 by a decision of ana\n" in out
    assert "\n  +2: 1 by a decision of ana, 1 by the new rule wifi/3\n" in out
    assert '  + R6/barriers  by the new rule wifi/3\n      wifi/3 "Nowhere"\n' in out
    assert "      ana: none -> present\n" in out
    assert "Inputs: source, figures the same; round, codebook changed; decisions added." in out


def test_show_says_how_many_responses_are_listed(runs: Outputs) -> None:
    assert "R6/barriers" not in call(runs["old"], runs["new"], "--show", 0)[0]


@pytest.mark.parametrize("name", ["new", "odd", "later", "sample"])
def test_no_line_is_wider_than_80_and_none_steers_the_terminal(runs: Outputs, name: str) -> None:
    for way in ("--runs", "--waves"):
        out, _ = call(runs["old"], runs[name], way, "--show", 100)
        # A path may be longer than a line; it is broken where it must be.
        assert max(map(len, out.splitlines())) <= 80
        assert "\x1b" not in out


def test_rich_says_the_same_within_its_width(runs: Outputs) -> None:
    old, new, odd = (open_kept(runs[name]) for name in ("old", "new", "odd"))
    later, sample = open_kept(runs["later"]), open_kept(runs["sample"])
    screen = io.StringIO()
    console = Console(file=screen, width=80, highlight=False, color_system=None)
    print_comparison(compare_runs(old, new), 3, console)
    print_comparison(compare_runs(old, odd), 3, console)
    print_comparison(compare_runs(old, old), 3, console)
    print_waves(compare_waves(sample, later), console)
    drawn = screen.getvalue()
    assert max(map(len, drawn.splitlines())) <= 80
    assert "\x1b" not in drawn
    for part in ("by the new rule wifi/3", "[bold]", "Nothing moved", "95% interval", "points"):
        assert part in drawn


def test_two_rounds_are_waves_without_being_told(runs: Outputs) -> None:
    out, err = call(runs["sample"], runs["later"])
    assert "tiny -> later" in out
    assert "95% interval" in out
    assert err == ""


def test_json_holds_every_figure_and_every_move(runs: Outputs) -> None:
    found = json.loads(call(runs["old"], runs["new"], "--json")[0])
    assert (found["kind"], found["moved"], found["identical"]) == ("runs", True, False)
    for figure in found["figures"]:
        assert (figure["new"] or 0) == (figure["old"] or 0) + figure["gained"] - figure["lost"]
    assert {move["cause"]["kind"] for move in found["moves"]} == {"rule-new", "decision-new"}
    waves = json.loads(call(runs["sample"], runs["later"], "--json", "--quiet")[0])
    assert (waves["kind"], waves["sampled"]) == ("waves", True)


def test_strict_fails_when_something_moved(runs: Outputs) -> None:
    with pytest.raises(CheckFailed) as failed:
        call(runs["old"], runs["new"], "--strict")
    assert failed.value.exit_code == 1
    assert failed.value.problems[0].code == "E512"


@pytest.mark.parametrize("arguments", [("--theme", "slwo"), ("--question", "bariers")])
@pytest.mark.parametrize("way", ["--runs", "--waves"])
def test_what_neither_has_is_refused(runs: Outputs, way: str, arguments: tuple[str, str]) -> None:
    with pytest.raises(InputError) as refused:
        call(runs["old"], runs["new"], way, *arguments)
    assert refused.value.problems[0].code == "E701"
