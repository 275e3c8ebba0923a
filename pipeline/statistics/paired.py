"""Tests of the same people twice or more: do as many say yes each time?"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats


class CochranQ(NamedTuple):
    """Cochran's statistic, its degrees of freedom and its p-value."""

    statistic: float
    df: int
    p: float


def mcnemar(only_first: int, only_second: int, *, mid: bool = False) -> float:
    """The exact two-sided p-value that both answers are given equally often by the same people.

    Conditional on those who gave one answer only: binomial with one half (McNemar 1947,
    doi:10.1007/BF02295996). `mid` counts half of the probability of the table itself, which errs
    slightly above its level at times (Fagerland, Lydersen & Laake 2013,
    doi:10.1186/1471-2288-13-91). 1 when nobody gave one answer only.

    >>> round(mcnemar(6, 16), 4), round(mcnemar(6, 16, mid=True), 4)
    (0.0525, 0.0347)
    """
    if min(only_first, only_second) < 0:
        raise ValueError("Numbers of people are not negative.")
    least, of = min(only_first, only_second), only_first + only_second
    tail = 2 * float(stats.binom.cdf(least, of, 0.5))
    if mid:
        tail -= float(stats.binom.pmf(least, of, 0.5))
    return min(1.0, tail)


def cochran_q(answers: NDArray[np.bool_]) -> CochranQ | None:
    """Whether several answers are given equally often by the same people (rows).

    Cochran 1950, doi:10.1093/biomet/37.3-4.256; chi-squared by approximation, which needs some 24
    or more people x answers that vary. None where everybody gave all answers or none.
    """
    given = np.asarray(answers, dtype=np.float64)
    if given.ndim != 2 or given.shape[1] < 2 or not np.isin(given, (0, 1)).all():
        raise ValueError("Answers are a table of people by two or more yes-or-no answers.")
    people, columns, k = given.sum(axis=1), given.sum(axis=0), given.shape[1]
    spread = float((people * (k - people)).sum())
    if spread == 0:
        return None
    statistic = float(k * (k - 1) * ((columns - columns.mean()) ** 2).sum() / spread)
    return CochranQ(statistic, k - 1, float(stats.chi2.sf(statistic, k - 1)))
