"""How many more to audit: by stated rates, by those of an audit, and whether it comes out so."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.codebook.load import load_codebook
from pipeline.errors import InputError
from pipeline.plan import plan_run
from pipeline.readings import Decision, Sample, StoredReading, hash_text, hash_theme, open_store
from pipeline.readings.records import utc
from pipeline.review.gather import gather
from pipeline.review.planning import MISSED, RIGHT, Planned, Width, plan_audits
from pipeline.review.sampling import Wanted, audit_sample, learning_sample
from pipeline.round import load_round

CODEBOOK = """\
codebook: tiny
themes:
  slow: {rules: [slow*]}
  wifi: {rules: [wifi]}
  kit: {questions: [improve], rules: [kit]}
"""
COUNT = 300
TEXTS = tuple(
    ("slow again", "wifi gone", "desks", "chairs", "lamps", "doors")[n % 6] + f" {n}x{n}"
    for n in range(COUNT)
)
"""A sixth is tagged as slow; of these a tenth is not meant so, and in the rest 3% are missed."""
TRUE = tuple((n % 6 == 0 and n % 60 != 0) or n % 33 == 5 for n in range(COUNT))


@pytest.fixture
def folder(make_round: Callable[..., Path]) -> Path:
    rows = tuple((f"R{n:03}", "North", text, "") for n, text in enumerate(TEXTS))
    extra = "decisions: decisions.db\n"
    made = make_round(rows=rows, codebook=CODEBOOK, extra=extra, figures="[]")
    open_store(made / "decisions.db", create=True).close()
    return made


def add(folder: Path, purpose: str, **wanted: Any) -> Sample:
    gathered = gather(plan_run(load_round(folder)))
    with open_store(folder / "decisions.db") as store:
        if purpose == "audit":
            sample, _ = audit_sample(gathered, store.samples(), Wanted(theme="slow", **wanted), 1)
        else:
            sample = learning_sample(gathered, store.samples(), wanted["size"], 1).sample
        store.add_sample(sample)
    return sample


def read(folder: Path, sample: Sample, count: int | None = None) -> None:
    themes = load_codebook(folder / "codebook.yaml").themes
    with open_store(folder / "decisions.db") as store:
        store.add_readings(
            StoredReading(
                response_id=member.response_id,
                question="barriers",
                coder="human:ana",
                time=utc("2026-03-01T09:00:00Z"),
                text_hash=hash_text(TEXTS[number]),
                decisions=tuple(
                    Decision(
                        theme=theme.id,
                        decision="present" if theme.id == "slow" and TRUE[number] else "absent",
                        theme_hash=hash_theme(theme),
                    )
                    for theme in themes
                ),
            )
            for member in sample.members[:count]
            for number in [int(member.response_id[1:4])]
        )


def plan_of(folder: Path, width: Width, theme: str = "slow") -> Planned:
    plan = plan_run(load_round(folder))
    gathered = gather(plan)
    with open_store(folder / "decisions.db") as store:
        samples = store.samples()
    (planned,) = plan_audits(plan, gathered, samples, width, theme)
    return planned


def test_without_an_audit_the_stated_rates_are_taken(folder: Path) -> None:
    planned = plan_of(folder, Width())
    assert (planned.right, planned.missed, planned.assumed) == (RIGHT, MISSED, True)
    assert (planned.of, planned.wanted, planned.now) == (COUNT, 30, None)
    assert (planned.tagged, planned.untagged) == (50, 250)
    assert 0 < planned.expected <= 30
    assert planned.more_untagged >= 30


def test_an_audit_gives_its_own_rates_and_the_width_it_has(folder: Path) -> None:
    read(folder, add(folder, "audit", tagged=20, untagged=40))
    planned = plan_of(folder, Width(responses=12))
    assert not planned.assumed
    assert planned.now is not None
    assert planned.now > 12
    assert planned.waiting == 0
    assert (planned.tagged, planned.untagged) == (30, 210), "what was read is known"
    assert 0 < planned.expected <= 12


def test_what_is_narrow_enough_needs_no_more(folder: Path) -> None:
    read(folder, add(folder, "audit", tagged=20, untagged=40))
    now = plan_of(folder, Width(responses=12)).now
    planned = plan_of(folder, Width(responses=now))
    assert (planned.more_tagged, planned.more_untagged, planned.expected) == (0, 0, now)


def test_what_waits_is_read_first(folder: Path) -> None:
    sample = add(folder, "audit", tagged=40, untagged=100)
    read(folder, sample, 20)
    planned = plan_of(folder, Width(responses=30))
    assert planned.waiting == 120
    assert planned.now is not None
    assert planned.now > 30
    assert (planned.more_tagged, planned.more_untagged) == (0, 0)
    assert planned.expected <= 30


def test_a_narrower_interval_takes_more(folder: Path) -> None:
    plans = [plan_of(folder, Width(responses=width)) for width in (40, 20, 10, 0)]
    more = [planned.more_tagged + planned.more_untagged for planned in plans]
    assert more == sorted(more)
    assert more[-1] == COUNT, "a width of 0 takes reading everything"


def test_what_waits_in_a_learning_sample_no_audit_can_make_known(folder: Path) -> None:
    add(folder, "learning", size=40)
    planned = plan_of(folder, Width(responses=20))
    assert planned.unknown == 40
    assert not planned.reachable
    assert planned.expected >= 40


def test_a_plan_that_is_carried_out_comes_out_about_as_wide(folder: Path) -> None:
    planned = plan_of(folder, Width(responses=24))
    drawn = add(folder, "audit", tagged=planned.more_tagged, untagged=planned.more_untagged)
    read(folder, drawn)
    now = plan_of(folder, Width(responses=24)).now
    assert now is not None
    assert abs(now - planned.expected) <= 8


def test_a_theme_is_planned_for_where_it_is_looked_for(folder: Path) -> None:
    plan = plan_run(load_round(folder))
    found = list(plan_audits(plan, gather(plan), [], Width()))
    assert [(planned.question, planned.theme) for planned in found] == [
        ("barriers", "slow"),
        ("barriers", "wifi"),
    ]


def call(*arguments: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["review", "plan", *map(str, arguments)])
    if isinstance(done.exception, InputError):
        raise done.exception
    assert done.exit_code == code, done.output
    return done.stdout


def test_the_command_prints_a_row_a_theme_and_says_what_it_assumed(folder: Path) -> None:
    shown = call(folder, "--width", "10%", "--pace", "60", "--quiet")
    lines = shown.splitlines()
    assert lines[0].split()[-2:] == ["expected", "hours"]
    assert [line.split()[1] for line in lines[1:3]] == ["slow", "wifi"]
    assert "* no audit to go by" in shown
    (found,) = json.loads(call(folder, "--theme", "slow", "--width", "20", "--json", "-q"))["plans"]
    assert (found["wanted"], found["assumed"]) == (20, True)
    assert "hours" not in found


@pytest.mark.parametrize("width", ["wide", "-3", "150%", "x%", "1.5", "nan%"])
def test_a_width_that_is_none_is_refused(folder: Path, width: str) -> None:
    with pytest.raises(InputError, match="E552"):
        call(folder, "--width", width)


@pytest.mark.parametrize("options", [("--pace", "0"), ("--theme", "slw")])
def test_other_options_that_do_not_fit_are_refused(folder: Path, options: tuple[str, str]) -> None:
    with pytest.raises(InputError, match="E701"):
        call(folder, *options)
