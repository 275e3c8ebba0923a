"""Suspect labels: planted errors come first, and nobody's word is touched."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.classify.example import Example
from pipeline.classify.train import train_model
from pipeline.cli.review_suspects import _print, how_many
from pipeline.errors import InputError
from pipeline.round import ClassifierSettings
from pipeline.suspects import Suspect, find_suspects

SAID = {"slow": ("crawls", "ages", "hangs"), "noise": ("loud", "din", "racket")}
REST = ["desk", "chair", "lamp", "kettle", "window", "carpet", "stairs", "lift", "bus", "car"]


def an_example(n: int, themes: set[str], text: str = "", **more: object) -> Example:
    return Example(
        response_id=f"R{n}",
        group=f"R{n}",
        question="q",
        text=text,
        themes=frozenset(themes),
        **more,
    )


def planted() -> tuple[list[Example], set[tuple[str, str]]]:
    """300 examples of which ten are coded wrongly: five lack a theme, five have one too many."""
    dice = np.random.default_rng(5)
    made, wrong = [], set()
    for n in range(300):
        themes = {theme for theme in SAID if dice.random() < 0.3}
        words = [w for t in sorted(themes) for w in dice.choice(SAID[t], 2, replace=False).tolist()]
        words += dice.choice(REST, 6).tolist()
        if n < 10:
            theme = "slow" if n % 2 else "noise"
            wrong.add((f"R{n}", theme))
            themes ^= {theme}
        made.append(an_example(n, themes, " ".join(dice.permutation(words).tolist())))
    return made, wrong


def test_planted_errors_are_found_first(codebook_of) -> None:
    examples, wrong = planted()
    codebook = codebook_of("  slow: {policy: model, rules: [x1]}\n  noise: {rules: [x2]}\n")
    trained = train_model(examples, codebook, ClassifierSettings())
    found = find_suspects(examples, trained.model.themes, trained.scores)
    listed = [(suspect.response_id, suspect.theme) for suspect in found]
    assert set(listed[:8]) <= wrong
    assert len(wrong & set(listed)) >= 8
    for suspect in found[:8]:
        decided = suspect.theme in examples[int(suspect.response_id[1:])].themes
        assert suspect.coded == ("present" if decided else "absent")
        assert suspect.confidence < 0.5


def test_confident_learning_by_hand() -> None:
    """Usual of present: (.9 + .8 + .1) / 3 = .6; of absent: 1 - (.1 + .2 + .7) / 3 = .667."""
    scores = np.array([[0.9], [0.8], [0.1], [0.1], [0.2], [0.7]])
    examples = [an_example(n, {"t"} if n < 3 else set()) for n in range(6)]
    found = find_suspects(examples, ["t"], scores)
    assert [(s.response_id, s.coded, s.confidence) for s in found] == [
        ("R2", "present", 0.1),
        ("R5", "absent", 0.3),
    ]


def twin(labels: list[bool], scores: list[float]) -> set[int]:
    """The paper's counting, a response at a time."""
    sides: dict[bool, list[float]] = {True: [], False: []}
    for label, score in zip(labels, scores, strict=True):
        sides[label].append(score if label else 1 - score)
    if not sides[True] or not sides[False]:
        return set()
    usual = {side: float(np.mean(chances)) for side, chances in sides.items()}
    wrong = set()
    for n, (label, score) in enumerate(zip(labels, scores, strict=True)):
        chances = {False: 1 - score, True: score}
        over = [side for side in (False, True) if chances[side] >= usual[side]]
        if over and max(over, key=lambda side: chances[side]) != label:
            wrong.add(n)
    return wrong


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 64)), max_size=30))
def test_it_is_what_counting_one_by_one_gives(drawn: list[tuple[bool, int]]) -> None:
    labels, scores = [label for label, _ in drawn], [n / 64 for _, n in drawn]
    examples = [an_example(n, {"t"} if label else set()) for n, label in enumerate(labels)]
    found = find_suspects(examples, ["t"], np.array(scores).reshape(-1, 1))
    assert {int(s.response_id[1:]) for s in found} == twin(labels, scores)
    assert [s.confidence for s in found] == sorted(s.confidence for s in found)


@pytest.mark.parametrize("more", [{"weak": True}, {"unknown": frozenset({"t"})}])
def test_what_nobody_decided_is_no_suspect(more) -> None:
    scores = np.array([[0.9], [0.8], [0.1], [0.1], [0.2], [0.99]])
    examples = [an_example(n, {"t"} if n < 2 else set()) for n in range(5)]
    assert find_suspects([*examples, an_example(5, set())], ["t"], scores) != []
    assert find_suspects([*examples, an_example(5, set(), **more)], ["t"], scores) == []


def test_the_command_lists_them_and_changes_nothing(make_round) -> None:
    extra = "classifier: {train: training.csv, threshold: 0.5}\n"
    folder = make_round(extra=extra)
    lines = (folder / "training.csv").read_text().splitlines()
    lines[1] = lines[1].removesuffix(",slow") + ","
    (folder / "training.csv").write_text("\n".join(lines) + "\n")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    command = [sys.executable, "-m", "pipeline", "review", "suspects", str(folder)]
    done = subprocess.run([*command, "-q"], capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("slow: coded absent, probability 0.")
    assert "  P0/barriers (question barriers)\n  desks and a kettle take ages" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    done = subprocess.run([*command, "-q", "--json"], capture_output=True, encoding="utf-8")
    found = json.loads(done.stdout)["suspects"]
    assert (found[0]["response_id"], found[0]["theme"]) == ("P0/barriers", "slow")
    done = subprocess.run([*command, "--theme", "wfi"], capture_output=True, encoding="utf-8")
    assert done.returncode == 2
    assert "[E701]" in done.stderr
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def suspect(number: int) -> Suspect:
    return Suspect(f"R{number}", "q", "slow", "absent", 0.9, 0.1, "It is slow")


@pytest.mark.parametrize(
    ("limit", "listed", "last"),
    [
        (2, 2, "and 3 more; --show all"),
        (4, 4, "and 1 more; --show all"),
        (5, 5, "5 decisions to look at again."),
        (20, 5, "5 decisions to look at again."),
    ],
)
def test_the_most_suspect_are_listed_and_the_rest_is_counted(capsys, limit, listed, last) -> None:
    _print([suspect(number) for number in range(5)], limit)
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("slow: coded absent") for line in lines) == listed
    assert lines[-1] == last


@pytest.mark.parametrize(("shown", "limit"), [("1", 1), ("20", 20), ("all", None)])
def test_so_many_are_shown(shown: str, limit: int | None) -> None:
    assert how_many(shown) == limit


@pytest.mark.parametrize("shown", ["0", "-1", "some", "", "1.5"])
def test_what_is_no_number_to_show_is_refused(shown: str) -> None:
    with pytest.raises(InputError, match="E701"):
        how_many(shown)
