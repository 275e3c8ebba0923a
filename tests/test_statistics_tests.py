"""Adjusted p-values, paired tests and effect sizes are the published ones, and obey their laws."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.statistics.audited import rogan_gladen
from pipeline.statistics.effects import cohens_h, cramers_v, odds_ratio
from pipeline.statistics.multiple import benjamini_hochberg, bonferroni, holm
from pipeline.statistics.paired import cochran_q, mcnemar

P_VALUES = st.lists(st.floats(0, 1), max_size=12)
CITED = [
    # Benjamini & Hochberg 1995, section 4.1: the 15 p-values of a trial of thrombolysis
    *(0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344),
    *(0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0000),
]
CONOVER = [
    # Conover 1999, Practical Nonparametric Statistics, 3rd edition, p. 253: 12 by 3
    *("111", "111", "010", "110", "000", "111", "111", "110", "001", "010", "111", "111"),
]


@pytest.mark.parametrize(
    ("adjusted", "rejected"), [(bonferroni, 3), (holm, 3), (benjamini_hochberg, 4)]
)
def test_of_the_15_p_values_as_many_are_rejected_as_published(adjusted, rejected) -> None:
    assert int((adjusted(CITED) <= 0.05).sum()) == rejected


def test_adjusted_p_values_are_those_worked_out_by_hand() -> None:
    p = [0.005, 0.011, 0.02, 0.04, 0.13]
    assert holm(p) == pytest.approx([0.025, 0.044, 0.06, 0.08, 0.13])
    assert benjamini_hochberg(p) == pytest.approx([0.025, 0.0275, 1 / 30, 0.05, 0.13])


@given(P_VALUES)
def test_adjusting_keeps_the_order_and_never_lowers_a_p_value(p: list[float]) -> None:
    assert (benjamini_hochberg(p) >= np.array(p)).all()
    assert (holm(p) >= benjamini_hochberg(p) - 1e-15).all()
    assert (bonferroni(p) >= holm(p)).all()
    for one, other in itertools.combinations(range(len(p)), 2):
        if p[one] <= p[other]:
            assert holm(p)[one] <= holm(p)[other]
            assert benjamini_hochberg(p)[one] <= benjamini_hochberg(p)[other]


@given(P_VALUES, st.floats(0.001, 0.5))
def test_holm_rejects_what_stepping_down_rejects(p: list[float], risk: float) -> None:
    left = sorted(p)
    steps = itertools.takewhile(
        lambda step: step[1] * (len(left) - step[0]) <= risk, enumerate(left)
    )
    assert int((holm(p) <= risk).sum()) == len(list(steps))


@pytest.mark.parametrize("p", [[-0.1], [1.1], [math.nan], [[0.5]]])
def test_what_is_no_p_value_is_refused(p) -> None:
    with pytest.raises(ValueError, match="from 0 to 1"):
        holm(p)


@pytest.mark.parametrize(
    ("first", "second", "exact", "mid"),
    [
        # Fagerland, Lydersen & Laake 2013, BMC Medical Research Methodology 13:91, table 5
        (1, 7, 0.0703, 0.0391),
        (6, 16, 0.0525, 0.0347),
        (0, 0, 1.0, 0.0),
    ],
)
def test_mcnemar_is_the_published_one(first: int, second: int, exact: float, mid: float) -> None:
    assert round(mcnemar(first, second), 4) == exact
    if first + second:
        assert round(mcnemar(first, second, mid=True), 4) == mid


def test_mcnemar_of_nobody_who_differs_is_1() -> None:
    assert mcnemar(0, 0) == mcnemar(0, 0, mid=True) == 1.0


@given(st.integers(0, 12), st.integers(0, 12))
def test_mcnemar_is_the_share_of_coin_tosses_that_are_no_likelier(one: int, other: int) -> None:
    n = one + other
    chances = [math.comb(n, k) / 2**n for k in range(n + 1)]
    no_likelier = sum(chance for chance in chances if chance <= chances[one] * (1 + 1e-9))
    assert mcnemar(one, other) == pytest.approx(no_likelier)
    assert mcnemar(one, other) == mcnemar(other, one)


def test_cochran_q_is_the_published_one() -> None:
    found = cochran_q(np.array([[letter == "1" for letter in row] for row in CONOVER]))
    assert found is not None
    assert (round(found.statistic, 4), found.df, round(found.p, 6)) == (2.8, 2, 0.246597)


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 5), st.integers(0, 5))
def test_cochran_q_of_two_answers_is_mcnemars_statistic(b: int, c: int, a: int, d: int) -> None:
    rows = [[1, 1]] * a + [[1, 0]] * b + [[0, 1]] * c + [[0, 0]] * d
    if b + c == 0:
        assert not rows or cochran_q(np.array(rows, dtype=bool)) is None
    else:
        found = cochran_q(np.array(rows, dtype=bool))
        assert found is not None
        assert found.statistic == pytest.approx((b - c) ** 2 / (b + c))


def test_cohens_h_is_that_of_the_table() -> None:
    # Cohen 1988, table 6.2.2: phi is 1.571 at .50, 1.159 at .30, 0.644 at .10, 2.498 at .90
    assert cohens_h(0.5, 0.3) == pytest.approx(1.571 - 1.159, abs=1e-3)
    assert cohens_h(0.1, 0.9) == pytest.approx(0.644 - 2.498, abs=1e-3)
    assert cohens_h(1, 0) == pytest.approx(math.pi)


def test_an_odds_ratio_is_the_published_one() -> None:
    # Agresti 2013, Categorical Data Analysis, section 3.1: aspirin, 1.83 from 1.44 to 2.33
    ratio, interval, corrected = odds_ratio(189, 10845, 104, 10933)
    assert (round(ratio, 2), round(interval.low, 2), round(interval.high, 2)) == (1.83, 1.44, 2.33)
    assert not corrected


def test_an_empty_cell_gives_half_a_person_to_every_cell() -> None:
    found = odds_ratio(0, 10, 5, 5)
    assert found.corrected
    assert found.ratio == pytest.approx((0.5 * 5.5) / (10.5 * 5.5))
    assert 0 < found.interval.low < found.ratio < found.interval.high < math.inf


def test_cramers_v_is_corrected_for_bias() -> None:
    # Worked by hand after Bergsma 2013: chi-squared 25 / 3, n 50, each side less 1 / 49
    table = [[15, 10], [5, 20]]
    phi2 = 25 / 3 / 50
    expected = math.sqrt((phi2 - 1 / 49) / (1 - 1 / 49))
    assert cramers_v(table) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("table", "v"),
    [
        ([[50, 0], [0, 50]], 1.0),
        ([[25, 25], [25, 25]], 0.0),
        ([[5, 5]], None),
        ([[5, 0], [5, 0]], None),
        ([[0, 0], [0, 0]], None),
        ([[1, 0], [0, 0]], None),
        ([[1, 0], [0, 1]], None),
    ],
)
def test_cramers_v_at_its_edges(table: list[list[int]], v: float | None) -> None:
    assert cramers_v(table) == v


def test_rogan_gladen_is_the_published_one() -> None:
    # 23 positive of 150, sensitivity .96, specificity .89
    assert rogan_gladen(23 / 150, 0.96, 0.89) == pytest.approx(0.0510, abs=5e-5)
    assert rogan_gladen(0.05, 0.96, 0.89) == 0.0
    assert rogan_gladen(0.5, 0.5, 0.5) is None
