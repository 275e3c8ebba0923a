"""Weighted means have the published standard errors, and obey their laws."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.statistics.intervals import wilson
from pipeline.statistics.weighted import weighted_mean

# NHANES II (National Center for Health Statistics 1976-1980, in the public domain), serum zinc, in
# micrograms per decilitre: of each stratum and primary sampling unit the sum of the final weights
# of the 9,189 people measured, and of weight times zinc. The linearised error depends on these
# alone. Data as distributed with samplics 0.6.1, whose estimate it is.
ZINC = """
1 1 2366085 218878629  1 2 1399090 114857731  2 1 1770867 146524581
2 2 1110038 106682630  3 1 1341127 118411300  3 2 1876227 161684407
4 1 2613929 216436427  4 2 1864072 183390010  5 1 1690476 152642134
5 2 1659006 146858328  6 1 939384 79197319  6 2 1783827 165809359
7 1 1641536 148832681  7 2 1120110 102245961  8 1 2009948 171100198
8 2 1430751 131074316  9 1 1767452 154876970  9 2 1558365 130227380
10 1 2430534 213326824  10 2 753820 73445589  11 1 2009091 173298476
11 2 1639368 145820809  12 1 1727382 149522072  12 2 1571599 133141996
13 1 2064744 168608143  13 2 425098 38727459  14 1 1866220 157352929
14 2 1692556 145223178  15 1 1629804 137576463  15 2 1320000 113864696
16 1 2164529 186223866  16 2 1231258 108770482  17 1 2100975 175928028
17 2 2611714 220615148  18 1 1283553 107973429  18 2 1828281 154497466
20 1 1654632 147023183  20 2 1790842 150718377  21 1 1555977 142071985
21 2 1246997 113846528  22 1 1932382 163909853  22 2 1689377 141043609
23 1 1965576 174993295  23 2 1811737 161483781  24 1 1519924 128169416
24 2 1609645 137113853  25 1 1478321 128968350  25 2 1804852 160292180
26 1 1425289 122600813  26 2 1367064 121092062  27 1 1767365 150942766
27 2 1944514 165824902  28 1 2399719 202570169  28 2 1838392 160367315
29 1 1831498 161932332  29 2 1332455 117004058  30 1 1772900 150909875
30 2 1535692 136633887  31 1 1517844 137833742  31 2 1571834 135015554
32 1 1826840 160623338  32 2 1691587 155652570
"""


def zinc() -> tuple[np.ndarray, ...]:
    rows = np.array(ZINC.split(), dtype=float).reshape(-1, 4)
    stratum, unit, weight, product = rows.T
    return product / weight, weight, stratum, unit


def test_the_mean_of_zinc_and_its_error_are_the_published_ones() -> None:
    value, weight, stratum, unit = zinc()
    found = weighted_mean(value, weight, strata=stratum, clusters=unit)
    assert round(found.mean, 5) == 87.18207
    assert round(found.error, 7) == 0.4944827
    assert found.df == 31
    low, high = found.interval()
    assert (round(low, 5), round(high, 5)) == (86.17356, 88.19057)


def test_an_error_is_the_one_written_out() -> None:
    """Three clusters of a stratum and two of another, by hand."""
    values = np.array([1.0, 0, 1, 1, 0, 0, 1])
    weights = np.array([1.0, 2, 1, 1, 1, 2, 2])
    strata, clusters = np.array(list("aaaabbb")), np.array([1, 1, 2, 3, 1, 1, 2])
    found = weighted_mean(values, weights, strata=strata, clusters=clusters)
    assert found.mean == 0.5
    # sums of weight x (value - mean) over the whole weight: a: -.5, .5, .5; b: -1.5, 1
    a, b = np.array([-0.5, 0.5, 0.5]) / 10, np.array([-1.5, 1.0]) / 10
    variance = sum(len(s) / (len(s) - 1) * ((s - s.mean()) ** 2).sum() for s in (a, b))
    assert found.error == pytest.approx(math.sqrt(variance))
    assert (found.n, found.df) == (7, 3)


def test_kish_and_the_effective_number_are_the_textbooks() -> None:
    # Kish 1965, Survey Sampling, section 11.7: n x sum of squares / square of the sum
    found = weighted_mean(np.array([0.0, 1, 0, 1]), np.array([1.0, 1, 2, 4]))
    assert found.kish == pytest.approx(4 * 22 / 64)
    assert found.effective == pytest.approx(64 / 22)


SAMPLES = st.lists(st.tuples(st.booleans(), st.floats(0.1, 10)), min_size=2, max_size=30)


@given(SAMPLES)
def test_equal_weights_give_the_mean_and_error_of_a_simple_sample(sample) -> None:
    values = np.array([cited for cited, _ in sample], dtype=float)
    found = weighted_mean(values, np.full(len(values), 3.0))
    assert found.mean == pytest.approx(values.mean())
    assert found.error == pytest.approx(values.std(ddof=1) / math.sqrt(len(values)), abs=1e-12)
    assert found.kish == pytest.approx(1)
    if found.error > 1e-9:
        assert found.design_effect == pytest.approx(1)
        assert found.share_interval() == pytest.approx(wilson(values.sum(), len(values)))


@given(SAMPLES, st.floats(0.01, 100))
def test_the_unit_of_the_weights_does_not_matter(sample, unit: float) -> None:
    values = np.array([cited for cited, _ in sample], dtype=float)
    weights = np.array([weight for _, weight in sample])
    one, other = weighted_mean(values, weights), weighted_mean(values, weights * unit)
    assert (other.mean, other.error) == pytest.approx((one.mean, one.error), abs=1e-9)
    assert other.kish == pytest.approx(one.kish)


@given(SAMPLES)
def test_a_share_and_the_rest_have_mirrored_intervals(sample) -> None:
    values = np.array([cited for cited, _ in sample], dtype=float)
    weights = np.array([weight for _, weight in sample])
    one, rest = weighted_mean(values, weights), weighted_mean(1 - values, weights)
    assert one.error == pytest.approx(rest.error, abs=1e-12)
    low, high = one.share_interval()
    assert (low, high) == pytest.approx(
        (1 - rest.share_interval()[1], 1 - rest.share_interval()[0])
    )
    assert 0 <= low <= one.mean + 1e-9
    assert one.mean - 1e-9 <= high <= 1
    assert low < high


@given(SAMPLES)
def test_a_person_is_a_cluster_where_none_are_given(sample) -> None:
    values = np.array([cited for cited, _ in sample], dtype=float)
    weights = np.array([weight for _, weight in sample])
    named = weighted_mean(values, weights, clusters=np.arange(len(values))[::-1])
    assert named == pytest.approx(weighted_mean(values, weights))


def test_a_weight_of_0_is_nobody() -> None:
    found = weighted_mean(np.array([1.0, 0, 1]), np.array([1.0, 1, 0]))
    assert (found.mean, found.n) == (0.5, 2)


@pytest.mark.parametrize(
    ("values", "weights", "more", "says"),
    [
        ([1, 0], [1, -1], {}, "0 or more"),
        ([1, 0], [0, 0], {}, "not all of them 0"),
        ([1, 0], [1, math.nan], {}, "missing or infinite"),
        ([math.inf, 0], [1, 1], {}, "missing or infinite"),
        ([1, 0], [1], {}, "same length"),
        ([], [], {}, "not empty"),
        ([1], [1], {}, "single cluster"),
        ([1, 0, 1], [1, 1, 1], {"strata": np.array([1, 1, 2])}, "single cluster"),
        ([1, 0], [1, 1], {"clusters": np.array([1])}, "1 labels were given for 2"),
    ],
)
def test_what_has_no_error_is_refused(values, weights, more, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        weighted_mean(np.array(values, dtype=float), np.array(weights, dtype=float), **more)
