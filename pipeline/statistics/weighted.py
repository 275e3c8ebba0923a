"""Weighted shares and means of a survey, with standard errors that know the weights."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from pipeline.statistics.intervals import LEVEL, Interval, wilson

Floats = NDArray[np.float64]
Labels = NDArray[np.generic]


class Weighted(NamedTuple):
    """A weighted mean, its linearised standard error, and what the weights cost.

    `n` counts the people with a weight above 0, unweighted. `df` is the number of clusters (people,
    where none are given) less the number of strata. `design_effect` is the variance over that of a
    simple random sample as large, None where the values do not vary; `kish` is the part that comes
    of unequal weights alone, 1 plus their squared coefficient of variation.
    """

    mean: float
    error: float
    n: int
    df: int
    design_effect: float | None
    kish: float

    @property
    def effective(self) -> float:
        """How many people with equal weights would know as much, by Kish's design effect."""
        return self.n / self.kish

    def interval(self, level: float = LEVEL) -> Interval:
        """Student's t interval of the mean on `df` degrees of freedom."""
        half = float(special.stdtrit(self.df, (1 + level) / 2)) * self.error
        return Interval(self.mean - half, self.mean + half)

    def share_interval(self, level: float = LEVEL) -> Interval:
        """Wilson's interval of a share, for the effective number of people.

        Korn & Graubard 1998 (Survey Methodology 24:193-201) put the effective number, n over the
        design effect, into an interval for simple random samples. Kish's where nobody or everybody
        cited, for then no variance can be seen; never more than `n` people.
        """
        effective = self.n / (self.design_effect or self.kish)
        effective = min(effective, float(self.n))
        share = min(max(self.mean, 0.0), 1.0)
        return wilson(share * effective, effective, level=level)


def weighted_mean(
    values: Floats, weights: Floats, *, strata: Labels | None = None, clusters: Labels | None = None
) -> Weighted:
    """The mean of values under weights; of a share where the values are 0 and 1.

    Taylor linearisation (Binder 1983, doi:10.2307/1402588; Woodruff 1971,
    doi:10.1080/01621459.1971.10482279) with replacement between clusters within strata; a cluster
    is one within its stratum, so labels may be used again in another. Without clusters each person
    is one. A ValueError for a negative weight, for weights that are all 0, and for a stratum with
    one cluster, which shows no variance.

    >>> result = weighted_mean(np.array([1.0, 0, 1, 0]), np.array([2.0, 1, 1, 1]))
    >>> round(result.mean, 4), round(result.error, 4), round(result.kish, 4)
    (0.6, 0.2847, 1.12)
    """
    y, w = np.asarray(values, dtype=np.float64), np.asarray(weights, dtype=np.float64)
    _check(y, w)
    total, n = float(w.sum()), int((w > 0).sum())
    mean = float((w * y).sum() / total)
    scores = w * (y - mean) / total
    variance, df = _between_clusters(scores, _codes(strata, len(y)), _clusters(clusters, len(y)))
    plain = float((w * (y - mean) ** 2).sum() / total) / max(n - 1, 1)
    effect = variance / plain if plain > 0 else None
    kish = n * float((w**2).sum()) / total**2
    return Weighted(mean, math.sqrt(variance), n, df, effect, kish)


def weighted_share(
    cited: float, cited_squares: float, of: float, of_squares: float, n: int
) -> Weighted:
    """`weighted_mean` of a share, without strata or clusters, from sums over people: of the weights
    and their squares, of those who cited and of all; `n` have a weight above 0.

    >>> round(weighted_share(3.0, 5.0, 5.0, 7.0, 4).error, 4)
    0.2847
    """
    if not of > 0:
        raise ValueError("Weights are 0 or more, and not all of them 0.")
    mean = cited / of
    squares = cited_squares * (1 - mean) ** 2 + max(of_squares - cited_squares, 0.0) * mean**2
    variance = squares / of**2 * n / (n - 1) if n > 1 else 0.0
    plain = mean * (1 - mean) / max(n - 1, 1)
    effect = variance / plain if plain > 0 else None
    return Weighted(mean, math.sqrt(variance), n, n - 1, effect, n * of_squares / of**2)


def _between_clusters(
    scores: Floats, strata: NDArray[np.intp], clusters: NDArray[np.intp]
) -> tuple[float, int]:
    """The variance of the summed scores, and its degrees of freedom."""
    pairs, place = np.unique(np.stack([strata, clusters]), axis=1, return_inverse=True)
    sums, owner = np.bincount(place.ravel(), scores), pairs[0]
    counts = np.bincount(owner)
    if (counts == 1).any():
        raise ValueError(
            "A stratum with a single cluster shows no variance; merge it with another."
        )
    centred = sums - (np.bincount(owner, sums) / counts)[owner]
    return float((centred**2 * (counts / (counts - 1))[owner]).sum()), len(sums) - len(counts)


def _codes(labels: Labels | None, n: int) -> NDArray[np.intp]:
    if labels is None:
        return np.zeros(n, dtype=np.intp)
    if len(labels) != n:
        raise ValueError(f"{len(labels)} labels were given for {n} values.")
    return np.unique(np.asarray(labels), return_inverse=True)[1].ravel()


def _clusters(labels: Labels | None, n: int) -> NDArray[np.intp]:
    return np.arange(n, dtype=np.intp) if labels is None else _codes(labels, n)


def _check(values: Floats, weights: Floats) -> None:
    if values.ndim != 1 or values.shape != weights.shape or not len(values):
        raise ValueError("Values and weights are two rows of the same length, and not empty.")
    if not (np.isfinite(values).all() and np.isfinite(weights).all()):
        raise ValueError("Values and weights are numbers; one of them is missing or infinite.")
    if (weights < 0).any() or weights.sum() == 0:
        raise ValueError("Weights are 0 or more, and not all of them 0.")
