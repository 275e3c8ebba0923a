"""An interval holds what it should as often as it says, and never tells more than was read."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.statistics.agreement import (
    GAP,
    MEASURES,
    Ratings,
    krippendorff_alpha,
    masi_distance,
    point_values,
    raw_agreement,
    tabulate,
)
from pipeline.statistics.intervals import wilson
from pipeline.statistics.resampled import (
    every_pattern,
    measure_agreement,
    measure_by_percentiles,
    same_or_not,
)

CELLS = ((1, 1), (1, 0), (0, 1), (0, 0))
RAW = {"raw": raw_agreement}


def table(*cells: int) -> Ratings:
    rows = [row for row, times in zip(CELLS, cells, strict=True) for _ in range(times)]
    return tabulate(np.array(rows).reshape(-1, 2), 2)


def test_a_seed_gives_one_interval_whatever_the_order_of_units() -> None:
    rows = np.array([(1, 1)] * 20 + [(1, 0)] * 5 + [(0, 0)] * 30)
    one = measure_agreement(tabulate(rows, 2), MEASURES, seed=1)
    assert measure_agreement(tabulate(rows[::-1], 2), MEASURES, seed=1) == one
    assert measure_agreement(tabulate(rows, 2), MEASURES, seed=2) != one


@pytest.mark.parametrize("name", [name for name in MEASURES if name != "brennan_prediger"])
def test_with_many_units_the_interval_is_that_of_the_plain_bootstrap(name: str) -> None:
    ratings = table(300, 80, 60, 560)
    measures = {name: MEASURES[name]}
    smooth = measure_agreement(ratings, measures, seed=1)[name]
    plain = measure_by_percentiles(ratings, measures, seed=1)[name]
    assert smooth == pytest.approx(plain, abs=0.005)


def test_the_plain_interval_is_that_of_resampled_units() -> None:
    rows = np.array([(1, 1)] * 30 + [(1, 0)] * 8 + [(0, 1)] * 6 + [(0, 0)] * 56)
    found = measure_by_percentiles(tabulate(rows, 2), RAW, seed=1)["raw"]
    chance = np.random.default_rng(7)
    drawn = (rows[chance.integers(100, size=100)] for _ in range(2000))
    values = [(sample[:, 0] == sample[:, 1]).mean() for sample in drawn]
    assert [found.low, found.high] == pytest.approx(np.quantile(values, [0.025, 0.975]), abs=0.02)


@pytest.mark.parametrize("n", [1, 5, 20, 50, 400])
def test_where_all_agree_the_interval_is_about_wilsons(n: int) -> None:
    found = measure_agreement(table(0, 0, 0, n), RAW, seed=1)["raw"]
    assert (found.value, found.high) == (1, 1)
    assert found.low == pytest.approx(wilson(n, n).low, abs=0.06)
    assert found.low < 1


@pytest.mark.parametrize("cells", [(3, 0, 0, 47), (1, 0, 0, 19), (0, 1, 0, 49), (0, 2, 2, 46)])
def test_a_rare_word_leaves_no_interval_of_one_point(cells: tuple[int, ...]) -> None:
    found = measure_agreement(table(*cells), MEASURES, seed=1)
    for name in ("raw", "positive", "kappa", "alpha", "ac1"):
        assert found[name].high - found[name].low > 0.01


def test_rare_agreement_is_in_doubt_however_many_are_absent() -> None:
    # Three of three found alike: agreement on presence may well be .6, with 50 responses or 5,000.
    for absent in (47, 4997):
        found = measure_agreement(table(3, 0, 0, absent), MEASURES, seed=1)
        for name in ("positive", "kappa", "alpha"):
            assert found[name].value == 1
            assert 0.4 < found[name].low < 0.7


def test_rows_of_one_unit_are_resampled_together() -> None:
    # Ten units of ten equal rows: as uncertain as ten rows, not as a hundred.
    rows = np.repeat([(1, 1)] * 4 + [(0, 0)] * 4 + [(1, 0)] * 2, 10, axis=0)
    units = np.repeat(np.arange(10), 10)
    together = measure_agreement(tabulate(rows, 2, units), RAW, seed=1)["raw"]
    apart = measure_agreement(tabulate(rows, 2), RAW, seed=1)["raw"]
    few = measure_agreement(tabulate(rows[::10], 2), RAW, seed=1)["raw"]
    assert together.value == apart.value == few.value == 0.8
    assert (together.low, together.high) == pytest.approx((few.low, few.high), abs=0.11)
    assert together.low < apart.low


@pytest.mark.parametrize("coders", [2, 3, 6])
def test_what_was_not_seen_weighs_two_units_however_many_the_coders(coders: int) -> None:
    unseen = every_pattern(tabulate(np.ones((4, coders), dtype=int), 2))
    assert unseen.weights.sum() == pytest.approx(2)
    assert {tuple(row[row != GAP]) for row in unseen.rows} == set(CELLS)
    assert len(unseen.rows) == 4 * len(list(itertools.combinations(range(coders), 2)))


def test_coders_who_never_met_are_no_pair() -> None:
    unseen = every_pattern(tabulate(np.array([(0, 0, GAP), (1, GAP, 1)]), 2))
    assert {tuple(np.flatnonzero(row != GAP)) for row in unseen.rows} == {(0, 1), (0, 2)}


def test_the_share_of_equal_label_sets_is_in_doubt_where_all_are_equal() -> None:
    sets = [frozenset("a"), frozenset("ab"), frozenset()]
    ratings = tabulate(np.array([(k, k) for k in (0, 1, 2)] * 10), len(sets))
    found = measure_agreement(ratings, RAW, seed=1, unseen=same_or_not(ratings))["raw"]
    assert found.value == 1
    assert found.low == pytest.approx(wilson(30, 30).low, abs=0.02)
    alpha = {"masi": krippendorff_alpha(masi_distance(sets))}
    assert measure_by_percentiles(ratings, alpha, seed=1)["masi"] == (1, 1, 1)


def test_intervals_hold_the_true_value_where_the_theme_is_rare() -> None:
    # 200 samples: with a true coverage of .95 fewer than 178 come once in 1,000 tests.
    chance = (0.03, 0.02, 0.02, 0.93)
    true = point_values(table(300, 200, 200, 9300), MEASURES)
    names = ("raw", "positive", "kappa", "alpha", "ac1")
    held = dict.fromkeys(names, 0)
    drawn = np.random.default_rng(3).multinomial(50, chance, size=400)
    kept = [cells for cells in drawn if cells[:3].any()][:200]
    for cells in kept:
        found = measure_agreement(table(*cells), {m: MEASURES[m] for m in names}, seed=1)
        for name in names:
            each = found[name]
            held[name] += each.value is not None and each.low <= true[name] <= each.high
    assert min(held.values()) >= 178


some = st.lists(st.tuples(*[st.sampled_from([GAP, 0, 1])] * 3), min_size=1, max_size=9)


@settings(max_examples=25, deadline=None)
@given(some)
def test_every_value_is_within_its_interval_and_that_within_the_scale(rows) -> None:
    ratings = tabulate(np.array(rows), 2)
    found = measure_agreement(ratings, MEASURES, seed=1)
    values = point_values(ratings, MEASURES)
    for name, each in found.items():
        assert each.value == values[name]
        if each.value is not None:
            assert each.low <= each.value <= each.high <= 1
            assert each.low >= 0 or name not in ("raw", "positive", "negative")
