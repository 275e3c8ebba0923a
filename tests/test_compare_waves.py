"""Two rounds of one codebook: what moved, and what may be said of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.compare.data import Wave, Waves
from pipeline.compare.waves import compare_waves, list_problems
from pipeline.errors import InputError
from pipeline.publish import Run
from pipeline.statistics.intervals import newcombe_difference
from pipeline.statistics.two_shares import compare_shares
from pipeline.verify import KeptRun, open_kept

BOOK = """\
codebook: tiny
version: 1
themes:
  slow: {label: Slow systems, rules: [slow*]}
  wifi: {label: Wifi, rules: [wifi]}
  systems: {label: Any of the systems, net: [slow, wifi]}
"""
RENAMED = """\
codebook: tiny
version: 2
themes:
  speed: {label: Speed, was: [slow], rules: [slow*]}
  wifi: {label: Wifi, rules: [wifi]}
  seats: {label: Seats, rules: [seat*]}
  systems: {label: Any of the systems, net: [speed, wifi]}
"""
SAMPLE = "population: sample\n"
Compared = Callable[..., Waves]


def wave(prefix: str, slow: int, of: int) -> list[tuple[str, str, str, str]]:
    texts = ["It is slow"] * slow + ["Where is my desk"] * (of - slow)
    return [(f"{prefix}{n}", "North", f"{text} {n}", "") for n, text in enumerate(texts)]


BEFORE, AFTER = wave("A", 48, 80), wave("B", 56, 70)


@pytest.fixture
def compared(make_round: Callable[..., Path], run: Callable[..., Run], tmp_path: Path) -> Compared:
    """Compare two waves of the tiny round, whose names differ."""

    def compare(
        old: dict[str, Any] | None = None, new: dict[str, Any] | None = None, **wanted: str
    ) -> Waves:
        kept: list[KeptRun] = []
        wording = {"wave-2": wanted.pop("wording")} if "wording" in wanted else {}
        for name, rows, changes in (("wave-1", BEFORE, old), ("wave-2", AFTER, new)):
            given = {"codebook": BOOK, "rows": rows, "figures": "[]\n", **(changes or {})}
            folder = make_round(name, **given)
            text = (folder / "round.yaml").read_text().replace("round: tiny", f"round: {name}")
            text = text.replace("What gets in the way?", wording.get(name, "What is wrong?"))
            (folder / "round.yaml").write_text(text)
            kept.append(open_kept(run(folder, tmp_path / f"{name}-run").folder))
        return compare_waves(*kept, **wanted)

    return compare


def figure(found: Waves, theme: str, question: str = "barriers") -> Wave:
    return next(f for f in found.figures if (f.question, f.theme) == (question, theme))


def test_shares_are_put_side_by_side(compared: Compared) -> None:
    slow = figure(compared(), "slow")
    assert (slow.old, slow.old_of, slow.new, slow.new_of) == (48, 80, 56, 70)
    assert slow.difference == pytest.approx(0.2)


def test_those_who_answered_have_no_sampling_error(compared: Compared) -> None:
    for one_sample in ({}, {"extra": SAMPLE}):
        found = compared({}, one_sample)
        assert not found.sampled
        measures = {(f.low, f.high, f.p, f.adjusted) for f in found.figures}
        assert measures == {(None, None, None, None)}


def test_a_sample_has_newcombes_interval_and_holms_adjustment(compared: Compared) -> None:
    found = compared({"extra": SAMPLE}, {"extra": SAMPLE})
    slow = figure(found, "slow")
    # Newcombe 1998, table II: 56 of 70 against 48 of 80 by method 10.
    assert (round(slow.low or 0, 4), round(slow.high or 0, 4)) == (0.0524, 0.3339)
    assert (slow.low, slow.high) == newcombe_difference(56, 70, 48, 80)
    assert slow.p == compare_shares(56, 70, 48, 80)
    tested = [f.p for f in found.figures if f.p is not None]
    assert slow.adjusted == pytest.approx(slow.p * len(tested))


def test_a_base_of_nobody_has_no_difference(compared: Compared) -> None:
    found = compared({"extra": SAMPLE}, {"extra": SAMPLE})
    nobody = figure(found, "slow", "improve")
    assert (nobody.old_of, nobody.new_of) == (0, 0)
    assert (nobody.difference, nobody.low, nobody.p, nobody.adjusted) == (None,) * 4


def test_a_theme_goes_on_from_its_old_id(compared: Compared) -> None:
    found = compared({}, {"codebook": RENAMED})
    speed = figure(found, "speed")
    assert (speed.old, speed.new, speed.was) == (48, 56, ("slow",))
    assert (found.only_old, found.only_new) == ((), ("seats",))


def test_filters_do_not_change_the_adjustment(compared: Compared) -> None:
    samples = {"extra": SAMPLE}, {"extra": SAMPLE}
    alone = compared(*samples, theme="slow", question="barriers")
    assert len(alone.figures) == 1
    assert alone.figures[0] == figure(compared(*samples), "slow")


def test_like_rounds_need_no_warning(compared: Compared) -> None:
    assert list_problems(compared()) == []


@pytest.mark.parametrize(
    ("new", "code", "named"),
    [
        ({"codebook": RENAMED}, "W511", "tiny@2"),
        ({"extra": "base: answered\n"}, "W512", "base"),
        ({"rows": [*AFTER, ("A1", "North", "slow", "")]}, "W513", "1 respondent ids"),
    ],
)
def test_what_stands_between_two_rounds_is_told(
    compared: Compared, new: dict[str, Any], code: str, named: str
) -> None:
    (problem,) = list_problems(compared({}, new))
    assert problem.code == code
    assert named in problem.what


def test_a_change_of_wording_is_told(compared: Compared) -> None:
    (problem,) = list_problems(compared(wording="What stops you?"))
    assert (problem.code, "barriers" in problem.what) == ("W512", True)


def test_rounds_without_a_common_theme_are_refused(compared: Compared) -> None:
    other = "codebook: other\nthemes:\n  seats: {label: Seats, rules: [seat*]}\n"
    with pytest.raises(InputError) as refused:
        compared({}, {"codebook": other})
    assert refused.value.problems[0].code == "E511"
