"""Intervals of shares and of their differences are the published ones, and obey their laws."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.statistics.intervals import (
    Interval,
    newcombe_difference,
    normal_quantile,
    paired_difference,
    wilson,
)

SHARES = st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of)))
CELLS = st.tuples(*[st.integers(0, 60)] * 4).filter(lambda cells: sum(cells) > 0)


def rounded(interval: Interval, digits: int = 4) -> tuple[float, float]:
    return round(interval.low, digits), round(interval.high, digits)


@pytest.mark.parametrize(
    ("cited", "of", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
        # statsmodels 0.15.0, proportion_confint(method="wilson")
        (40, 105, 0.2938, 0.4765),
        (0, 105, 0.0, 0.0353),
    ],
)
def test_wilson_limits_are_the_published_ones(cited: int, of: int, low: float, high: float) -> None:
    assert rounded(wilson(cited, of)) == (low, high)


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:873-890, table II, method 10
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((6, 7, 2, 7), 0.0582, 0.8062),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((0, 10, 0, 20), -0.1611, 0.2775),
        ((0, 10, 0, 10), -0.2775, 0.2775),
        ((10, 10, 0, 20), 0.6791, 1.0),
        ((10, 10, 0, 10), 0.6075, 1.0),
    ],
)
def test_newcombe_limits_of_a_difference_are_the_published_ones(
    table: tuple[int, int, int, int], low: float, high: float
) -> None:
    assert rounded(newcombe_difference(*table)) == (low, high)


@pytest.mark.parametrize(
    ("cells", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17:2635-2650, method 10
        ((36, 12, 2, 0), 0.0569, 0.3404),
        # Fagerland, Lydersen & Laake 2014, Statistics in Medicine 33:2850-2875: airway
        # hyper-responsiveness, "Newcombe square-and-add"
        ((1, 1, 7, 12), -0.5069, -0.0256),
    ],
)
def test_newcombe_limits_of_a_paired_difference_are_the_published_ones(
    cells: tuple[int, int, int, int], low: float, high: float
) -> None:
    assert rounded(paired_difference(*cells)) == (low, high)


@given(SHARES, st.floats(0.5, 0.999))
def test_a_wilson_interval_lies_within_0_and_1_and_holds_the_share(
    share: tuple[int, int], level: float
) -> None:
    low, high = wilson(*share, level=level)
    assert 0 <= low <= share[0] / share[1] <= high <= 1
    assert low < high


@given(SHARES)
def test_who_cites_and_who_does_not_have_mirrored_intervals(share: tuple[int, int]) -> None:
    cited, of = share
    low, high = wilson(cited, of)
    low_rest, high_rest = wilson(of - cited, of)
    assert math.isclose(low, 1 - high_rest, abs_tol=1e-12)
    assert math.isclose(high, 1 - low_rest, abs_tol=1e-12)


@given(SHARES)
def test_a_higher_count_never_lowers_an_end(share: tuple[int, int]) -> None:
    cited, of = share
    if cited < of:
        assert wilson(cited, of).low <= wilson(cited + 1, of).low
        assert wilson(cited, of).high <= wilson(cited + 1, of).high


@given(SHARES, st.integers(0, 1000))
def test_a_known_population_narrows_the_interval(share: tuple[int, int], more: int) -> None:
    cited, of = share
    free, finite = wilson(cited, of), wilson(cited, of, population=of + more)
    assert free.low <= finite.low + 1e-12
    assert finite.high <= free.high + 1e-12
    assert (more > 0) == (finite.low < finite.high)


@given(SHARES, SHARES)
def test_a_difference_turned_round_has_the_interval_turned_round(
    one: tuple[int, int], other: tuple[int, int]
) -> None:
    low, high = newcombe_difference(*one, *other)
    turned = newcombe_difference(*other, *one)
    assert math.isclose(low, -turned.high, abs_tol=1e-12)
    assert -1 <= low <= one[0] / one[1] - other[0] / other[1] <= high <= 1


@given(CELLS)
def test_a_paired_difference_turned_round_has_the_interval_turned_round(
    cells: tuple[int, int, int, int],
) -> None:
    both, first, second, neither = cells
    low, high = paired_difference(*cells)
    turned = paired_difference(both, second, first, neither)
    assert math.isclose(low, -turned.high, abs_tol=1e-12)
    assert -1 <= low <= (first - second) / sum(cells) <= high <= 1


def test_an_interval_at_95_takes_the_quantile_1_96() -> None:
    assert round(normal_quantile(0.95), 6) == 1.959964


@pytest.mark.parametrize(
    ("cited", "of", "more"),
    [
        (0, 0, {}),
        (-1, 5, {}),
        (6, 5, {}),
        (math.nan, 5, {}),
        (1, math.inf, {}),
        (1, 5, {"level": 1.0}),
        (1, 5, {"level": 0.0}),
        (1, 5, {"population": 4}),
    ],
)
def test_what_is_no_share_is_refused(cited: float, of: float, more: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"share|level|sample"):
        wilson(cited, of, **more)  # type: ignore[arg-type]


def test_nobody_is_no_pair() -> None:
    with pytest.raises(ValueError, match="nor all 0"):
        paired_difference(0, 0, 0, 0)
