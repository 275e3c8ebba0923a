"""How far coders agree: shares of agreement, and coefficients that take chance off.

Ratings are units x coders, a category 0, 1, ... in each place and `GAP` where there is none. Every
measure is computed from the distinct rows and how often each comes, whole times or in parts, so
that 2,000 resamples of the units are one product of matrices (`resampled.py`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

GAP = -1
_NOTHING = 1e-12
_PAIR = 2
Array = np.ndarray
Measure = Callable[["Ratings", Array], Array]
"""ratings, times of its rows (resamples x rows) -> a value a resample, NaN where undefined"""


@dataclass(frozen=True)
class Ratings:
    """The distinct rows of ratings, and how often they come in units.

    `rows` are rows x coders; `units` the distinct units x rows: how often a unit has each row; `of`
    how many units there are of each.
    """

    rows: Array
    units: Array
    of: Array
    categories: int

    @property
    def n(self) -> int:
        """How many units there are."""
        return int(self.of.sum())

    @property
    def times(self) -> Array:
        """How often each row comes, 1 x rows."""
        return np.asarray(self.of @ self.units, dtype=float)[np.newaxis]

    @cached_property
    def counts(self) -> Array:
        """Rows x categories: how many coders gave each."""
        return np.stack([(self.rows == k).sum(axis=1) for k in range(self.categories)], axis=1)

    @cached_property
    def given(self) -> Array:
        """How many coders rated each row."""
        return np.asarray(self.counts.sum(axis=1))

    @cached_property
    def paired(self) -> Array:
        """Whether two coders or more did."""
        return self.given >= 2

    @property
    def varies(self) -> bool:
        """Whether more than one category was given where coders can be compared."""
        return int(((self.times[0] * self.paired) @ self.counts > 0).sum()) > 1


def tabulate(ratings: Array, categories: int, units: Array | None = None) -> Ratings:
    """Ratings of rows x coders; `units` (integers) says which rows are of one unit, by default
    every row is one of its own. With `units` a resample takes the rows of a unit together.
    """
    ratings = np.asarray(ratings, dtype=int)
    rows, places, times = np.unique(ratings, axis=0, return_inverse=True, return_counts=True)
    if units is None:
        return Ratings(rows, np.eye(len(rows), dtype=int), times, categories)
    names, unit = np.unique(np.asarray(units), return_inverse=True)
    made = np.zeros((len(names), len(rows)), dtype=int)
    np.add.at(made, (unit, places.reshape(-1)), 1)
    distinct, of = np.unique(made, axis=0, return_counts=True)
    return Ratings(rows, distinct, of, categories)


def count_rows(rows: Array, of: Array) -> Ratings:
    """Rows of two categories (rows x coders), each a unit, and how often each comes. Rows may
    repeat.
    """
    return Ratings(rows, np.eye(len(of), dtype=int), of, 2)


def raw_agreement(ratings: Ratings, times: Array) -> Array:
    """The chance that two coders of a unit agree, the mean over units that two or more rated."""
    r, given = ratings.counts, ratings.given
    agree = (r * (r - 1)).sum(axis=1) / np.maximum(given * (given - 1), 1)
    return _divide(times @ agree, times @ ratings.paired)


def specific_agreement(category: int) -> Measure:
    """The chance that another coder gives this category where one does (Cicchetti & Feinstein 1990,
    doi:10.1016/0895-4356(90)90159-M; over pairs of several coders). Positive agreement is that on
    presence, negative that on absence; of two coders it is 2a / (2a + b + c).
    """

    def measure(ratings: Ratings, times: Array) -> Array:
        r = ratings.counts[:, category]
        return _divide(times @ (r * (r - 1)), times @ (r * np.maximum(ratings.given - 1, 0)))

    return measure


def kappa(ratings: Ratings, times: Array) -> Array:
    """Cohen's kappa of two coders (1960, doi:10.1177/001316446002000104), Conger's of more (1980,
    doi:10.1037/0033-2909.88.2.322): chance is that two coders' own habits fall together, the mean
    over pairs. A coder's habit is of what she rated; who rated nothing has none and is left out.
    """
    raw = raw_agreement(ratings, times)
    coders = [c for c in range(ratings.rows.shape[1]) if (ratings.rows[:, c] != GAP).any()]
    if len(coders) < _PAIR:
        return np.full_like(raw, np.nan)
    habits = np.stack([_habit(ratings, times, coder) for coder in coders])
    twice = (habits.sum(axis=0) ** 2 - (habits**2).sum(axis=0)).sum(axis=1)
    return _beyond(raw, twice / (len(coders) * (len(coders) - 1)))


def _habit(ratings: Ratings, times: Array, coder: int) -> Array:
    """The share of each category in what a coder rated."""
    said = ratings.rows[:, [coder]]
    return _divide(times @ (said == np.arange(ratings.categories)), times @ (said != GAP))


def fleiss_kappa(ratings: Ratings, times: Array) -> Array:
    """Fleiss' kappa (1971, doi:10.1037/h0031619), with gaps as Gwet 2014: chance is the habit that
    all coders share.
    """
    return _beyond(raw_agreement(ratings, times), (_shares(ratings, times) ** 2).sum(axis=1))


def brennan_prediger(ratings: Ratings, times: Array) -> Array:
    """Brennan & Prediger's coefficient (1981, doi:10.1177/001316448104100307): chance is one in the
    number of categories.
    """
    raw = raw_agreement(ratings, times)
    return _beyond(raw, np.full_like(raw, 1 / ratings.categories))


def gwet_ac1(ratings: Ratings, times: Array) -> Array:
    """Gwet's AC1 (2008, doi:10.1348/000711006X126600): chance is small where one category is rare,
    so that it does not fall with prevalence as kappa and alpha do.
    """
    return _beyond(raw_agreement(ratings, times), _ac1_chance(_shares(ratings, times)))


def gwet_ac1_error(ratings: Ratings) -> float | None:
    """The standard error of AC1 over units (Gwet 2008, 2014), each row a unit; None for fewer than
    two units, or without variation.
    """
    times, n = ratings.times, ratings.n
    if n < 2 or not ratings.varies or len(ratings.units) != len(ratings.rows):
        return None
    value, share = gwet_ac1(ratings, times)[0], _shares(ratings, times)[0]
    chance = _ac1_chance(share)
    r, given = ratings.counts, ratings.given
    agree = (r * (r - 1)).sum(axis=1) / np.maximum(given * (given - 1), 1)
    weight = n / (times[0] @ ratings.paired)
    own = weight * (agree - chance * ratings.paired) / (1 - chance)
    own_chance = (r @ (1 - share)) / given / (len(share) - 1)
    moved = own - 2 * (1 - value) * (own_chance - chance) / (1 - chance)
    return float(np.sqrt(times[0] @ (moved - value) ** 2 / (n * (n - 1))))


def krippendorff_alpha(distance: Array) -> Measure:
    """Krippendorff's alpha (2011, "Computing Krippendorff's alpha-reliability") for a distance
    between categories (categories x categories, 0 on the diagonal); `nominal` is 1 elsewhere.
    """

    def measure(ratings: Ratings, times: Array) -> Array:
        r = ratings.counts * ratings.paired[:, np.newaxis]
        within = ((r @ distance) * r).sum(axis=1) / np.maximum(ratings.given - 1, 1)
        totals = times @ r
        n = totals.sum(axis=1)
        expected = ((totals @ distance) * totals).sum(axis=1)
        return 1 - _divide((n - 1) * (times @ within), expected)

    return measure


def nominal(categories: int) -> Array:
    """The distance of categories that are the same or not."""
    return 1.0 - np.eye(categories)


def masi_distance(sets: Sequence[frozenset[str]]) -> Array:
    """The MASI distance between sets of labels, sets x sets (Passonneau 2006, "Measuring agreement
    on set-valued items (MASI)", LREC): one less Jaccard's share times 1 for equal sets, 2/3 where
    one holds the other, 1/3 where they overlap, 0 where they do not. Two empty sets are equal.

    >>> masi_distance([frozenset("ab"), frozenset("abcd")]).round(4).tolist()
    [[0.0, 0.6667], [0.6667, 0.0]]
    """
    labels = sorted(frozenset().union(*sets))
    holds = np.array([[label in found for label in labels] for found in sets], dtype=float)
    holds = holds.reshape(len(sets), len(labels))
    size = holds.sum(axis=1)
    both = holds @ holds.T
    union = size[:, np.newaxis] + size - both
    least = np.minimum(size[:, np.newaxis], size)
    weight = np.where(both == union, 1.0, np.where(both == least, 2 / 3, 1 / 3))
    return 1 - np.where(union == 0, 1.0, both / np.maximum(union, 1)) * weight


MEASURES: Mapping[str, Measure] = {
    "raw": raw_agreement,
    "positive": specific_agreement(1),
    "negative": specific_agreement(0),
    "kappa": kappa,
    "alpha": krippendorff_alpha(nominal(2)),
    "ac1": gwet_ac1,
    "fleiss": fleiss_kappa,
    "brennan_prediger": brennan_prediger,
}
"""Of decisions that are 1 (present) or 0 (absent)."""
SHARES = ("raw", "positive", "negative")
"""Those that have a value without variation too: the others would be a word on chance alone."""


def point_values(ratings: Ratings, measures: Mapping[str, Measure]) -> dict[str, float | None]:
    """Each measure; None where it is undefined, and of coefficients without variation."""
    found: dict[str, float | None] = dict.fromkeys(measures)
    for name in measures if ratings.n else ():
        if ratings.varies or name in SHARES:
            value = measures[name](ratings, ratings.times)[0]
            found[name] = None if np.isnan(value) else rounded(value)
    return found


def rounded(value: float) -> float:
    """The value without the last bits, which differ between machines, and without -0."""
    return round(float(value), 10) + 0.0


def _shares(ratings: Ratings, times: Array) -> Array:
    """The share of each category, the mean over units that anyone rated."""
    each = ratings.counts / np.maximum(ratings.given, 1)[:, np.newaxis]
    return _divide(times @ each, (times @ (ratings.given > 0))[:, np.newaxis])


def _ac1_chance(shares: Array) -> Array:
    return np.asarray((shares * (1 - shares)).sum(axis=-1) / (shares.shape[-1] - 1))


def _beyond(agreed: Array, chance: Array) -> Array:
    return _divide(agreed - chance, 1 - chance)


def _divide(part: Array, whole: Array) -> Array:
    """Their quotient, NaN where the whole is nothing."""
    nothing = np.abs(whole) < _NOTHING
    return np.where(nothing, np.nan, part / np.where(nothing, 1.0, whole))
