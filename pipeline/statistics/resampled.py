"""Intervals of agreement: weights drawn for the units, with a little weight on what was not seen.

Rubin's Bayesian bootstrap (1981, doi:10.1214/aos/1176345338) gives each unit an exponential weight
where the bootstrap gives it a number of times. What no unit shows has no weight in either, so that
a rare word makes both too sure, and all alike gives an interval of one point. Therefore every
pattern that two coders can make of one unit gets half a unit beside what was seen: Jeffreys' prior
of the table of two coders, which for a single share is about as good as Wilson's interval (Brown,
Cai & DasGupta 2001, doi:10.1214/ss/1009213286).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations, product
from typing import NamedTuple

import numpy as np

from pipeline.statistics.agreement import GAP, Array, Measure, Ratings, point_values, rounded
from pipeline.statistics.intervals import LEVEL

RESAMPLES = 2000
_CHUNK = 200
_HALF = 0.5


class Measured(NamedTuple):
    """A measure with its interval; None where it is undefined."""

    value: float | None
    low: float | None
    high: float | None


class Unseen(NamedTuple):
    """Rows that get weight beside those seen, each a unit of its own."""

    rows: Array
    weights: Array


def measure_agreement(
    ratings: Ratings,
    measures: Mapping[str, Measure],
    seed: int,
    unseen: Unseen | None = None,
) -> dict[str, Measured]:
    """Each measure with its 95% interval; `unseen` is by default that of `every_pattern`.

    Where all gave one category the coefficients are None, not 1 and not 0. The interval holds the
    value itself also where that is the end of the scale.
    """
    values = point_values(ratings, measures)
    found = dict.fromkeys(measures, Measured(None, None, None))
    if any(value is not None for value in values.values()):
        beside = every_pattern(ratings) if unseen is None else unseen
        wider = _add(ratings, beside.rows)
        drawn = np.concatenate(list(_weigh(ratings, wider, beside.weights, seed)))
        for name, value in values.items():
            if value is not None:
                found[name] = _enclose(value, measures[name](wider, drawn))
    return found


def measure_by_percentiles(
    ratings: Ratings, measures: Mapping[str, Measure], seed: int
) -> dict[str, Measured]:
    """Each measure with the 95% percentile interval of the bootstrap over units: nothing that was
    not seen has weight. For categories too many to give weight to each. Resamples in which a
    measure is undefined are left out of its interval.
    """
    values = point_values(ratings, measures)
    found = dict.fromkeys(measures, Measured(None, None, None))
    if any(value is not None for value in values.values()):
        drawn = np.concatenate(list(_resample(ratings, seed)))
        for name, value in values.items():
            if value is not None:
                found[name] = Measured(value, *_percentiles(measures[name](ratings, drawn)))
    return found


def every_pattern(ratings: Ratings) -> Unseen:
    """Half a unit for each pair of categories, spread evenly over the pairs of coders who rated a
    unit together: two units in all for two categories, however many the coders.
    """
    rated = ratings.rows != GAP
    width = ratings.rows.shape[1]
    pairs = [(i, j) for i, j in combinations(range(width), 2) if (rated[:, i] & rated[:, j]).any()]
    patterns = list(product(range(ratings.categories), repeat=2))
    rows = np.full((len(pairs) * len(patterns), width), GAP)
    for row, ((i, j), pattern) in zip(rows, product(pairs, patterns), strict=True):
        row[[i, j]] = pattern
    return Unseen(rows, np.full(len(rows), _HALF / max(len(pairs), 1)))


def same_or_not(ratings: Ratings) -> Unseen:
    """One unit of which two coders say the same, and one of which they do not: for the share of
    agreement on categories too many to give weight to each.
    """
    rows = np.full((2, ratings.rows.shape[1]), GAP)
    rows[:, :2] = [(0, 0), (0, 1)]
    return Unseen(rows, np.ones(2))


def _add(ratings: Ratings, rows: Array) -> Ratings:
    """The ratings, and units of these rows that come no times."""
    seen, more = ratings.units, np.eye(len(rows), dtype=int)
    return Ratings(
        np.vstack([ratings.rows, rows]),
        np.block(
            [
                [seen, np.zeros((len(seen), len(rows)), dtype=int)],
                [np.zeros((len(rows), seen.shape[1]), dtype=int), more],
            ]
        ),
        np.concatenate([ratings.of, np.zeros(len(rows), dtype=int)]),
        ratings.categories,
    )


def _weigh(ratings: Ratings, wider: Ratings, weights: Array, seed: int) -> Iterator[Array]:
    """How much weight each row has, in all as much as there are units, some resamples at a time."""
    chance = np.random.default_rng(seed)
    shapes = np.concatenate([ratings.of, weights])
    units = wider.units.astype(float)
    for size in _sizes():
        drawn = chance.standard_gamma(shapes, size=(size, len(shapes)))
        yield (drawn * (ratings.n / drawn.sum(axis=1, keepdims=True))) @ units


def _resample(ratings: Ratings, seed: int) -> Iterator[Array]:
    """How often each row comes in units drawn with replacement, some resamples at a time."""
    chance = np.random.default_rng(seed)
    # Floats hold these whole numbers exactly, and their product is a hundred times as fast.
    units = ratings.units.astype(float)
    for size in _sizes():
        yield chance.multinomial(ratings.n, ratings.of / ratings.n, size=size) @ units


def _sizes() -> Iterator[int]:
    yield from (min(_CHUNK, RESAMPLES - start) for start in range(0, RESAMPLES, _CHUNK))


def _enclose(value: float, spread: Array) -> Measured:
    low, high = _percentiles(spread)
    return Measured(
        value,
        value if low is None else min(low, value),
        value if high is None else max(high, value),
    )


def _percentiles(spread: Array) -> tuple[float | None, float | None]:
    defined = spread[~np.isnan(spread)]
    if not len(defined):
        return None, None
    low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return rounded(low), rounded(high)
