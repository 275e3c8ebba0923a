"""The tail of chi-squared, against SciPy's and printed tables."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special

from pipeline.statistics.tails import chi_squared_tail


@pytest.mark.parametrize(
    ("statistic", "df", "tail"),
    # Abramowitz & Stegun 1964, table 26.8: percentage points of chi-squared.
    [
        (3.84146, 1, 0.05),
        (6.63490, 1, 0.01),
        (18.3070, 10, 0.05),
        (43.7730, 30, 0.05),
        (16.9190, 9, 0.05),
        (2.70554, 1, 0.1),
        (10.8276, 1, 0.001),
        (124.342, 100, 0.05),
    ],
)
def test_printed_percentage_points(statistic, df, tail) -> None:
    assert chi_squared_tail(statistic, df) == pytest.approx(tail, rel=1e-4)


@given(st.floats(0, 2000), st.floats(0.05, 400))
def test_it_is_what_scipy_computes(statistic, df) -> None:
    expected = special.chdtrc(df, statistic)
    assert chi_squared_tail(statistic, df) == pytest.approx(expected, rel=1e-8, abs=1e-13)


@given(st.floats(0, 500), st.floats(0, 500), st.floats(0.1, 100))
def test_it_falls_with_the_statistic(one, other, df) -> None:
    low, high = sorted((one, other))
    assert 0 <= chi_squared_tail(high, df) <= chi_squared_tail(low, df) + 1e-12 <= 1 + 1e-12


@pytest.mark.parametrize(("statistic", "df"), [(-1, 1), (1, 0), (float("nan"), 1), (1, -2)])
def test_what_has_no_tail_is_refused(statistic, df) -> None:
    with pytest.raises(ValueError, match="has no tail"):
        chi_squared_tail(statistic, df)


def test_the_ends() -> None:
    assert (chi_squared_tail(0, 3), chi_squared_tail(float("inf"), 3)) == (1.0, 0.0)
    assert chi_squared_tail(5000, 2) == 0.0
