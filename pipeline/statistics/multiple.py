"""Many tests at once: p-values adjusted so that each may be held against the same threshold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def holm(p: Sequence[float]) -> NDArray[np.float64]:
    """P-values adjusted for any wrong finding among them, in the order given.

    Holm 1979, Scandinavian Journal of Statistics 6:65-70. Holds however the tests depend.

    >>> holm([0.01, 0.04, 0.03]).round(4).tolist()
    [0.03, 0.06, 0.06]
    """
    given, order = _ordered(p)
    factors = len(given) - np.arange(len(given))
    return _restored(np.maximum.accumulate(given[order] * factors), order)


def benjamini_hochberg(p: Sequence[float]) -> NDArray[np.float64]:
    """P-values adjusted for the share of wrong findings among the findings, in the order given.

    Benjamini & Hochberg 1995, doi:10.1111/j.2517-6161.1995.tb02031.x. Holds for tests that are
    independent or positively dependent.

    >>> benjamini_hochberg([0.01, 0.04, 0.03]).round(4).tolist()
    [0.03, 0.04, 0.04]
    """
    given, order = _ordered(p)
    factors = len(given) / (np.arange(len(given)) + 1)
    stepped = np.minimum.accumulate((given[order] * factors)[::-1])[::-1]
    return _restored(stepped, order)


def bonferroni(p: Sequence[float]) -> NDArray[np.float64]:
    """P-values times their number, at most 1: what `holm` betters."""
    given, order = _ordered(p)
    return _restored(given[order] * len(given), order)


def _ordered(p: Sequence[float]) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    given = np.asarray(p, dtype=np.float64)
    if given.ndim != 1 or not np.all((given >= 0) & (given <= 1)):
        raise ValueError("P-values are one row of numbers from 0 to 1.")
    return given, np.argsort(given, kind="stable")


def _restored(adjusted: NDArray[np.float64], order: NDArray[np.intp]) -> NDArray[np.float64]:
    result = np.empty_like(adjusted)
    result[order] = np.minimum(adjusted, 1.0)
    return result
