"""A test of two shares: the published method, its twin in scipy, and its laws."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from pipeline.statistics.two_shares import compare_shares


@st.composite
def two_shares(draw: st.DrawFn) -> tuple[int, int, int, int]:
    of, other = draw(st.integers(1, 60)), draw(st.integers(1, 60))
    return draw(st.integers(0, of)), of, draw(st.integers(0, other)), other


def twin(cited: int, of: int, other_cited: int, other_of: int) -> float:
    table = [[cited, of - cited], [other_cited, other_of - other_cited]]
    total, n = cited + other_cited, of + other_of
    if total in (0, n):
        return 1.0
    found = stats.chi2_contingency(table, correction=False)
    if found.expected_freq.min() < 1:
        return float(stats.fisher_exact(table).pvalue)
    return float(stats.chi2.sf(found.statistic * (n - 1) / n, 1))


@settings(max_examples=300, deadline=None)
@given(two_shares())
def test_it_is_what_scipy_finds(shares: tuple[int, int, int, int]) -> None:
    assert compare_shares(*shares) == pytest.approx(twin(*shares), abs=1e-9)


@given(two_shares())
def test_the_order_of_the_two_does_not_matter(shares: tuple[int, int, int, int]) -> None:
    cited, of, other_cited, other_of = shares
    there = compare_shares(*shares)
    assert 0 <= there <= 1
    assert compare_shares(other_cited, other_of, cited, of) == pytest.approx(there, abs=1e-12)


def test_few_are_counted_out() -> None:
    # One of ten people is cited, and is the one who was asked first: one way in ten.
    assert compare_shares(1, 1, 0, 9) == pytest.approx(0.1)


@pytest.mark.parametrize("shares", [(1, 0, 1, 2), (3, 2, 1, 2), (-1, 2, 1, 2), (1, 2, 0, 0)])
def test_what_is_no_share_is_refused(shares: tuple[int, int, int, int]) -> None:
    with pytest.raises(ValueError, match="is not a share"):
        compare_shares(*shares)
