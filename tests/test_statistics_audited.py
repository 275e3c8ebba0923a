"""Bounds of an audited count hold what they promise, by enumeration of every audit possible."""

from __future__ import annotations

import itertools
import math
from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.statistics.audit_size import Expected, plan_audit
from pipeline.statistics.audited import (
    Stratum,
    difference_estimate,
    estimate,
    exact_interval,
)
from pipeline.statistics.hypergeometric import Bounds, bounds, narrow_bounds, probabilities
from pipeline.statistics.joint import FINE, joint_interval


def strata(largest: int = 40):
    def read(size: int):
        return st.integers(0, size).flatmap(
            lambda n: st.integers(0, n).map(lambda found: Stratum(size, n, found))
        )

    return st.integers(0, largest).flatmap(read)


def turned(stratum: Stratum) -> Stratum:
    return Stratum(stratum.size, stratum.audited, stratum.audited - stratum.found)


@cache
def chance(size: int, having: int, audited: int, found: int) -> float:
    ways = math.comb(having, found) * math.comb(size - having, audited - found)
    return ways / math.comb(size, audited)


@given(st.integers(0, 25), st.data())
def test_probabilities_are_counted_ways(size: int, data: st.DataObject) -> None:
    audited = data.draw(st.integers(0, size))
    table = probabilities(size, audited, np.arange(size + 1))
    for having in range(size + 1):
        ways = [chance(size, having, audited, x) for x in range(audited + 1)]
        assert table[having] == pytest.approx(ways, abs=1e-12)


@given(strata(25), st.sampled_from([0.0125, 0.025, 0.05]))
def test_bounds_are_all_numbers_that_no_tail_refuses(stratum: Stratum, tail: float) -> None:
    size, n, x = stratum.size, stratum.audited, stratum.found
    kept = [
        k
        for k in range(size + 1)
        if math.fsum(chance(size, k, n, y) for y in range(x + 1)) >= tail - 1e-12
        and math.fsum(chance(size, k, n, y) for y in range(x, n + 1)) >= tail - 1e-12
    ]
    assert bounds(size, n, x, tail) == Bounds(min(kept), max(kept))


def test_bounds_agree_with_another_library_in_a_large_stratum() -> None:
    low, high = bounds(8900, 300, 5, 0.0125)
    assert stats.hypergeom.cdf(5, 8900, high, 300) > 0.0125
    assert stats.hypergeom.cdf(5, 8900, high + 1, 300) <= 0.0125
    assert stats.hypergeom.sf(4, 8900, low, 300) > 0.0125
    assert stats.hypergeom.sf(4, 8900, low - 1, 300) <= 0.0125


@pytest.mark.parametrize(("size", "audited"), [(30, 12), (65, 30), (20, 19), (12, 1)])
def test_narrow_bounds_hold_for_every_truth_and_lie_within_the_equal_tailed(
    size: int, audited: int
) -> None:
    held = np.zeros(size + 1)
    for found in range(audited + 1):
        low, high = narrow_bounds(size, audited, found, 0.05)
        wide = bounds(size, audited, found, 0.025)
        assert wide.low <= low <= high <= wide.high
        for having in range(low, high + 1):
            held[having] += chance(size, having, audited, found)
    assert held.min() >= 0.95


SMALL = [((9, 4), (14, 6)), ((12, 12), (15, 7)), ((6, 5), (30, 10)), ((8, 0), (12, 5))]


@pytest.mark.parametrize("interval", [exact_interval, joint_interval])
@pytest.mark.parametrize(("one", "other"), SMALL)
@pytest.mark.parametrize("level", [0.8, 0.95])
def test_an_interval_holds_at_its_level_for_every_truth(interval, one, other, level) -> None:
    (size, n), (size_2, m) = one, other
    held = np.zeros((size + 1, size_2 + 1))
    for x, y in itertools.product(range(n + 1), range(m + 1)):
        low, high = interval([Stratum(size, n, x), Stratum(size_2, m, y)], level)
        for k, k_2 in itertools.product(range(size + 1), range(size_2 + 1)):
            if low <= k + k_2 <= high:
                held[k, k_2] += chance(size, k, n, x) * chance(size_2, k_2, m, y)
    assert held.min() >= level - 1e-9


def test_the_joint_interval_holds_for_three_strata() -> None:
    sizes, read = (6, 8, 9), (3, 4, 4)
    held: dict[tuple[int, ...], float] = {}
    for found in itertools.product(*[range(n + 1) for n in read]):
        low, high = joint_interval([Stratum(*s) for s in zip(sizes, read, found, strict=True)])
        for truth in itertools.product(*[range(size + 1) for size in sizes]):
            if low <= sum(truth) <= high:
                each = zip(sizes, truth, read, found, strict=True)
                held[truth] = held.get(truth, 0.0) + math.prod(chance(*one) for one in each)
    assert min(held.values()) >= 0.95


def refused(pair: tuple[Stratum, Stratum], total: int, level: float) -> bool:
    """The definition itself: no split within its bounds makes an audit so low likely enough."""
    one, other = pair
    risk = 1 - level
    tail, each = (risk - risk / 100) / 2, risk / 400
    in_one, in_other = (bounds(s.size, s.audited, s.found, each) for s in pair)
    z = stats.norm.ppf(1 - risk / 2)

    def height(x: int, y: int) -> float:
        value, square = 0.0, 0.0
        for s, found in ((one, x), (other, y)):
            share, z2 = found / s.audited, z * z * (s.size - s.audited) / (s.size - 1)
            root = math.sqrt(z2 * (share * (1 - share) + z2 / (4 * s.audited)) / s.audited)
            upper = (share + z2 / (2 * s.audited) + root) / (1 + z2 / s.audited)
            value, square = value + s.size * share, square + (s.size * (upper - share)) ** 2
        return value + math.sqrt(square)

    limit = height(one.found, other.found) * (1 + 1e-12)
    low = [
        (x, y)
        for x in range(one.audited + 1)
        for y in range(other.audited + 1)
        if height(x, y) <= limit
    ]
    return not any(
        in_other.low <= total - k <= in_other.high
        and math.fsum(
            chance(one.size, k, one.audited, x) * chance(other.size, total - k, other.audited, y)
            for x, y in low
        )
        >= tail - 1e-12
        for k in range(in_one.low, in_one.high + 1)
    )


@settings(max_examples=40, deadline=None)
@given(strata(16), strata(16))
def test_the_joint_interval_is_what_its_definition_says(one: Stratum, other: Stratum) -> None:
    assume(0 < one.audited < one.size and 0 < other.audited < other.size)
    most = max(k for k in range(one.size + other.size + 1) if not refused((one, other), k, 0.95))
    value = estimate([one, other])
    assert value is not None
    low, high = joint_interval([one, other])
    possible = one.size + other.size - sum(s.audited - s.found for s in (one, other))
    assert high in (max(most, math.ceil(value)), min(low + 2, possible))


@settings(deadline=None)
@given(st.lists(strata(), max_size=4), st.sampled_from([0.8, 0.95, 0.99]))
def test_an_interval_holds_the_estimate_and_only_what_is_possible(
    given_strata: list[Stratum], level: float
) -> None:
    value = estimate(given_strata)
    for interval in (exact_interval, joint_interval):
        low, high = interval(given_strata, level)
        assert sum(s.found for s in given_strata) <= low
        assert high <= sum(s.size - s.audited + s.found for s in given_strata)
        assert (low == high) == all(s.known for s in given_strata)
        if value is not None:
            assert low <= value <= high


@settings(deadline=None)
@given(st.lists(strata(), max_size=4))
def test_with_and_without_the_theme_have_mirrored_intervals(given_strata: list[Stratum]) -> None:
    whole = sum(s.size for s in given_strata)
    for interval in (exact_interval, joint_interval):
        low, high = interval(given_strata)
        other = interval([turned(s) for s in given_strata])
        assert (whole - other.high, whole - other.low) == (low, high)


@settings(deadline=None)
@given(st.lists(strata(), min_size=1, max_size=3))
def test_a_higher_level_never_narrows_the_exact_interval(given_strata: list[Stratum]) -> None:
    inner, outer = exact_interval(given_strata, 0.8), exact_interval(given_strata, 0.95)
    assert outer.low <= inner.low <= inner.high <= outer.high


@settings(deadline=None)
@given(strata(), strata())
def test_more_found_never_lowers_the_exact_interval(one: Stratum, other: Stratum) -> None:
    assume(one.found < one.audited)
    more = Stratum(one.size, one.audited, one.found + 1)
    assert exact_interval([one, other]).low <= exact_interval([more, other]).low
    assert exact_interval([one, other]).high <= exact_interval([more, other]).high


@pytest.mark.parametrize(
    ("given_strata", "exact", "joint"),
    [
        ([Stratum(90, 50, 42), Stratum(410, 100, 4)], (72, 122), (80, 112)),
        ([Stratum(40, 40, 36), Stratum(65, 65, 2)], (38, 38), (38, 38)),
        ([Stratum(40, 40, 36), Stratum(65, 30, 0)], (36, 41), (36, 41)),
        ([Stratum(40, 0, 0), Stratum(65, 65, 2)], (2, 42), (2, 42)),
        ([Stratum(65, 64, 0)], (0, 1), (0, 1)),
        ([], (0, 0), (0, 0)),
    ],
)
def test_intervals_of_some_audits(given_strata, exact, joint) -> None:
    assert exact_interval(given_strata) == exact
    assert joint_interval(given_strata) == joint


def test_a_large_round_is_tried_on_a_grid_that_only_widens(monkeypatch) -> None:
    pair = [Stratum(1100, 200, 160), Stratum(8900, 300, 5)]
    fine = joint_interval(pair)
    monkeypatch.setattr("pipeline.statistics.joint.FINE", 50)
    coarse = joint_interval(pair)
    assert coarse.low <= fine.low <= fine.high <= coarse.high
    assert coarse.high - coarse.low <= (fine.high - fine.low) * 1.2
    assert FINE > 50


def test_the_estimate_is_the_machines_count_less_its_errors() -> None:
    # 90 tagged, 84 % of the audited right; 410 untagged, 4 % of the audited missed
    pair = [Stratum(90, 50, 42), Stratum(410, 100, 4)]
    assert estimate(pair) == pytest.approx(90 - 90 * 8 / 50 + 410 * 4 / 100)
    assert difference_estimate(pair) == (estimate(pair), None)


def test_a_normal_interval_needs_ten_of_each_kind_in_every_stratum() -> None:
    pair = [Stratum(400, 100, 90), Stratum(1600, 100, 10)]
    found = difference_estimate(pair)
    assert found is not None
    # Cochran 1977, Sampling Techniques, section 5.6, written out
    spread = 400**2 * 0.75 * 0.09 / 99 + 1600**2 * (1 - 1 / 16) * 0.09 / 99
    assert found.interval == pytest.approx(
        (520 - 1.959964 * math.sqrt(spread), 520 + 1.959964 * math.sqrt(spread))
    )
    for short in ([Stratum(400, 100, 91), pair[1]], [pair[0], Stratum(1600, 100, 9)]):
        assert difference_estimate(short) == (estimate(short), None)
    known = difference_estimate([Stratum(40, 40, 40), pair[1]])
    assert known is not None
    assert known.interval is not None


def test_an_unread_stratum_has_no_estimate() -> None:
    assert estimate([Stratum(5, 0, 0)]) is None
    assert difference_estimate([Stratum(5, 0, 0)]) is None
    assert difference_estimate([Stratum(0, 0, 0)]) == (0.0, (0.0, 0.0))


@pytest.mark.parametrize("numbers", [(5, 6, 1), (5, 3, 4), (5, 3, -1), (-1, -1, -1)])
def test_what_is_no_stratum_is_refused(numbers: tuple[int, int, int]) -> None:
    with pytest.raises(ValueError, match="found <= audited <= size"):
        Stratum(*numbers)


@pytest.mark.parametrize("level", [0, 1, 95, math.nan])
def test_what_is_no_level_is_refused(level: float) -> None:
    for interval in (exact_interval, joint_interval, difference_estimate):
        with pytest.raises(ValueError, match="between 0 and 1"):
            interval([Stratum(9, 5, 2)], level)


def test_a_plan_reaches_the_width_that_is_wanted() -> None:
    round_ = [Expected(90, 20, 0.85), Expected(410, 0, 0.03, least=30)]
    for width in (10, 30, 60):
        more, expected = plan_audit(round_, width)
        assert expected <= width
        assert all(0 <= n <= s.size - s.audited for n, s in zip(more, round_, strict=True))
        assert more[1] >= 30
    sizes = [sum(plan_audit(round_, width).more) for width in (10, 30, 60, 200)]
    assert sizes == sorted(sizes, reverse=True)


def test_a_plan_for_certainty_reads_everything() -> None:
    assert plan_audit([Expected(40, 10, 0.9), Expected(65, 0, 0.0)], 0) == ((30, 65), 0)
    assert plan_audit([], 0) == ((), 0)


def test_what_is_no_plan_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot be -1"):
        plan_audit([], -1)
    with pytest.raises(ValueError, match="audited <= size"):
        Expected(5, 6, 0.5)
