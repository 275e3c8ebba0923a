"""What words still offer falls as they are read, and counts under their question alone."""

from __future__ import annotations

from math import log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.review.coverage import Coverage

TEXTS = st.lists(st.sampled_from("abcdef"), max_size=5).map(" ".join)
ANSWERS = st.lists(st.tuples(st.sampled_from("pq"), TEXTS), min_size=1, max_size=8)


def test_an_offer_by_hand() -> None:
    coverage = Coverage([("q", "slow wifi"), ("q", "Slow desks"), ("p", "slow")], [("q", "tea")])
    weight = sqrt(2) * log(4 / 2)  # 'slow' under q, in 2 of 4 answers
    assert coverage.offers()[0] == pytest.approx(0.01 + weight * log(2) / 2)
    coverage.take(1)
    assert coverage.offers()[0] == pytest.approx(0.01 + weight * log(3 / 2) / 2)
    assert coverage.offers()[2] == pytest.approx(0.01)


@given(ANSWERS, ANSWERS, st.data())
def test_no_offer_rises(
    answers: list[tuple[str, str]], read: list[tuple[str, str]], data: st.DataObject
) -> None:
    coverage = Coverage(answers, read)
    before = coverage.offers()
    coverage.take(data.draw(st.integers(0, len(answers) - 1)))
    after = coverage.offers()
    assert (after > 0).all()
    assert (after <= before).all()
