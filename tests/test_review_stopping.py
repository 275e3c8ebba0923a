"""The stopping rule: the published example, its reference, and its guarantee by enumeration."""

from __future__ import annotations

import math
import re
from fractions import Fraction
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import hypergeom

from pipeline.review.stopping import (
    RISK,
    Stopping,
    Tail,
    assess,
    at_most,
    least_missed,
    level_of,
)


def test_the_authors_example_has_their_numbers() -> None:
    """20 relevant of the first 20 read, none of 70 more, 100 in all, recall 0.9: K 3, p 0.00146
    (github.com/mcallaghan/rapid-screening, analysis/hyper_criteriaR.md)."""
    tail = Tail(found_before=20, urn=80, drawn=70, found=0)
    found = assess("any", tail, 0.9)
    assert found.least_missed == 3
    assert found.chance == pytest.approx(0.00146056475170399, rel=1e-12)
    assert found.stop


@pytest.mark.parametrize(
    ("before", "found", "recall", "missed"),
    [
        (19, 0, 0.95, 2),  # 19 of 20 is 0.95 and not below it
        (20, 0, 0.95, 2),
        (100, 0, 0.95, 6),
        (95, 5, 0.95, 11),
        (0, 0, 0.95, 1),
        (80, 0, 0.8, 21),
        (7, 0, 0.7, 4),
    ],
)
def test_least_missed_is_the_fewest_that_put_recall_below_its_target(
    before: int, found: int, recall: float, missed: int
) -> None:
    tail = Tail(found_before=before, urn=500, drawn=50, found=found)
    assert least_missed(tail, recall) == missed
    # As the reference computes it: floor(seen / target - before + 1), to its rounding.
    assert math.floor((before + found) / recall - before + 1 + 1e-9) == missed


@given(st.integers(1, 60), st.integers(0, 60), st.integers(0, 60), st.integers(0, 62))
def test_the_chance_is_the_hypergeometric_distribution_function(
    urn: int, marked: int, drawn: int, found: int
) -> None:
    marked, drawn = min(marked, urn), min(drawn, urn)
    expected = float(hypergeom.cdf(found, urn, marked, drawn))
    assert at_most(found, urn, marked, drawn) == pytest.approx(expected, abs=1e-10)


def test_large_urns_are_exact_enough() -> None:
    for found, urn, marked, drawn in [(30, 100_000, 400, 9_000), (0, 100_000, 60, 5_000)]:
        expected = float(hypergeom.cdf(found, urn, marked, drawn))
        assert at_most(found, urn, marked, drawn) == pytest.approx(expected, rel=1e-6)


def test_more_marked_than_there_are_cannot_be() -> None:
    assert at_most(0, 5, 6, 1) == 0


@given(
    st.integers(0, 200),
    st.integers(1, 400),
    st.floats(0, 1),
    st.sampled_from([0.8, 0.9, 0.95]),
    st.integers(0, 5),
)
def test_more_if_none_is_the_least_sample_that_would_allow_stopping(
    before: int, urn: int, share: float, recall: float, found: int
) -> None:
    drawn = int(share * urn)
    found = min(found, drawn)
    now = assess("any", Tail(found_before=before, urn=urn, drawn=drawn, found=found), recall)
    if now.more is None:
        return
    assert not now.stop

    def then(size: int) -> Stopping:
        tail = Tail(
            found_before=before + found,
            urn=urn - drawn,
            drawn=size,
            found=0,
            looks=now.tail.looks + 1,
        )
        return assess("any", tail, recall)

    assert then(now.more).stop
    assert now.more == 1 or not then(now.more - 1).stop


def test_before_any_sample_there_is_no_stopping_and_a_size_is_named() -> None:
    found = assess("any", Tail(found_before=100, urn=2000, drawn=0, found=0, looks=0))
    assert (found.stop, found.chance, found.level, found.least_missed) == (False, 1, 0.025, 6)
    assert found.more == 918
    assert float(hypergeom.cdf(0, 2000, 6, 918)) < 0.025 < float(hypergeom.cdf(0, 2000, 6, 917))


def test_when_all_is_read_one_may_stop() -> None:
    tail = Tail(found_before=1, urn=10, drawn=4, found=3, read_beside=6, found_beside=6)
    assert assess("any", tail).stop
    assert assess("any", tail).more is None


def test_all_looks_together_spend_the_risk_and_no_more() -> None:
    spent = sum(level_of(look) for look in range(1, 60))
    assert spent == pytest.approx(RISK)
    assert spent <= RISK


def wrong_stops(tail: Tail, marked: int, recall: float, looks: dict[int, float]) -> float:
    """The exact probability to stop below the target, with `looks`: draws so far -> level.

    The urn is drawn one by one; the state is how many of the marked came out.
    """
    out = np.arange(marked + 1)
    chances = np.zeros(marked + 1)
    chances[0], wrong = 1.0, 0.0
    for drawn in range(1, tail.urn + 1):
        next_marked = np.clip((marked - out) / (tail.urn - drawn + 1), 0, 1)
        moved = chances * next_marked
        chances -= moved
        chances[1:] += moved[:-1]
        if drawn in looks:
            for found in np.flatnonzero(chances > 1e-15):
                seen = Tail(
                    found_before=tail.found_before, urn=tail.urn, drawn=drawn, found=int(found)
                )
                missed = least_missed(seen, recall)
                if at_most(int(found), tail.urn, missed, drawn) < looks[drawn]:
                    wrong += chances[found] if missed <= marked and drawn < tail.urn else 0
                    chances[found] = 0
    return wrong


HARD = [(400, 300, 0.8, 83), (200, 300, 0.9, 41), (400, 300, 0.95, 19), (400, 100, 0.95, 7)]


@pytest.mark.parametrize(("urn", "before", "recall", "marked"), HARD)
def test_one_look_at_a_size_chosen_before_errs_within_the_risk(
    urn: int, before: int, recall: float, marked: int
) -> None:
    tail = Tail(found_before=before, urn=urn, drawn=0, found=0)
    for drawn in range(20, urn, urn // 8):
        assert wrong_stops(tail, marked, recall, {drawn: RISK}) <= RISK


def wrong_ends(urn: int, before: int, marked: int, recall: float, step: int) -> float:
    """The exact probability that a reader who goes on, sample by sample, ends below the target.

    Samples are of `step`; 0 is the size that the rule names.
    """

    @cache
    def ends(left: int, found: int, looks: int) -> float:
        there = before + marked - found
        now = assess(
            "any", Tail(found_before=found, urn=left, drawn=0, found=0, looks=looks), recall
        )
        size = min(left, step or now.more or left)
        wrong = 0.0
        for new in range(max(0, size + there - left), min(size, there) + 1):
            chance = float(hypergeom.pmf(new, left, there, size))
            tail = Tail(found_before=found, urn=left, drawn=size, found=new, looks=looks + 1)
            if chance < 1e-8:
                continue
            if assess("any", tail, recall).stop:
                below = Fraction(found + new, before + marked) < Fraction(str(recall))
                wrong += chance if below else 0
            else:
                wrong += chance * ends(left - size, found + new, looks + 1)
        return wrong

    return ends(urn, before, 0)


@pytest.mark.parametrize("step", [0, 60, 130])
@pytest.mark.parametrize(("urn", "before", "recall", "marked"), HARD)
def test_many_looks_end_wrongly_within_the_risk(
    urn: int, before: int, recall: float, marked: int, step: int
) -> None:
    assert wrong_ends(urn, before, marked, recall, step) <= RISK


def test_without_spending_the_risk_many_looks_err_too_often() -> None:
    """Why each look has a level of its own."""
    tail = Tail(found_before=300, urn=400, drawn=0, found=0)
    naive = wrong_stops(tail, 83, 0.8, dict.fromkeys(range(1, 401), RISK))
    assert naive == pytest.approx(0.107, abs=0.001)


@pytest.mark.parametrize(
    ("size", "themed", "ranked", "quality"),
    [(2000, 200, 300, 8.0), (1000, 60, 150, 4.0), (500, 150, 100, 1.0)],
)
def test_simulated_reading_reaches_the_target(
    size: int, themed: int, ranked: int, quality: float
) -> None:
    """1,000 rounds: a ranked part first, then random samples of the named size until a stop."""
    rng = np.random.default_rng(7)
    early = 0
    for _ in range(1000):
        themes = np.arange(size) < themed
        first = np.argsort(-(rng.exponential(size=size) * np.where(themes, quality, 1.0)))
        order = np.concatenate([first[:ranked], rng.permutation(first[ranked:])])
        found = np.concatenate([[0], np.cumsum(themes[order])])
        read = ranked
        state = Tail(found_before=int(found[read]), urn=size - read, drawn=0, found=0, looks=0)
        verdict = assess("any", state)
        while not verdict.stop:
            begun, read = read, min(size, read + (verdict.more or size))
            state = Tail(
                found_before=int(found[begun]),
                urn=size - begun,
                drawn=read - begun,
                found=int(found[read] - found[begun]),
                looks=state.looks + 1,
            )
            verdict = assess("any", state)
        early += found[read] < 0.95 * themed
    assert early / 1000 <= RISK + 3 * math.sqrt(RISK * (1 - RISK) / 1000)


def test_the_costs_in_the_docs_are_those_of_the_rule() -> None:
    page = (Path(__file__).parents[1] / "docs" / "sampling.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([\d,]+) \| (\d+) \| ([\d,]+) \| ([\d,]+) \| ([\d,]+) \|$", page, re.M)
    assert len(rows) == 9
    for row in rows:
        urn, before, *costs = (int(cell.replace(",", "")) for cell in row)
        tail = Tail(found_before=before, urn=urn, drawn=0, found=0, looks=0)
        assert [assess("any", tail, recall).more for recall in (0.95, 0.9, 0.8)] == costs
