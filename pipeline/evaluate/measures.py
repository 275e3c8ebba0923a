"""Figures of how tags and hand coding agree. Everything is responses x themes.

`known` is false where nobody decided; what is there counts for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

RESAMPLES = 1000
LEVEL = 0.95
BINS = 15


class Outcome(NamedTuple):
    """Tags, hand coding, and where anybody decided."""

    tagged: np.ndarray
    coded: np.ndarray
    known: np.ndarray


class Spread(NamedTuple):
    """A figure with the interval that it has over resampled blocks of responses; NaN: undefined."""

    value: float
    low: float
    high: float


class Scores(NamedTuple):
    """What tags are worth: of the tagged the share coded, of the coded the share tagged, and F1."""

    precision: Spread
    recall: Spread
    f1: Spread


class Bin(NamedTuple):
    """Scores of about one size: how many, their mean, and the share of them that was coded."""

    number: int
    score: float
    coded: float


def micro_f1(outcome: Outcome) -> float:
    """F1 of all themes pooled."""
    return float(_f1(*(part.sum() for part in _parts(outcome))))


def macro_f1(outcome: Outcome) -> float:
    """The mean F1 of the themes that were coded at least once."""
    both, tagged, coded = (part.sum(axis=0) for part in _parts(outcome))
    return float(np.mean(_f1(both, tagged, coded)[coded > 0])) if coded.any() else float("nan")


def samples_f1(outcome: Outcome) -> float:
    """The mean F1 of the responses; 1 for one that has no theme and is given none."""
    both, tagged, coded = (part.sum(axis=1) for part in _parts(outcome))
    return float(np.mean(np.where(tagged + coded > 0, _f1(both, tagged, coded), 1.0)))


def exact_match(outcome: Outcome) -> float:
    """The share of responses with exactly the themes that were coded."""
    return float(np.mean(((outcome.tagged == outcome.coded) | ~outcome.known).all(axis=1)))


def count_error(outcome: Outcome, questions: np.ndarray) -> float:
    """The sum over question x theme of |tagged - coded|, over all coded."""
    _, tagged, coded = _parts(outcome)
    wrong = sum(
        int(np.abs(tagged[questions == q].sum(axis=0) - coded[questions == q].sum(axis=0)).sum())
        for q in np.unique(questions)
    )
    return wrong / coded.sum() if coded.any() else float("nan")


def calibration_error(scores: np.ndarray, coded: np.ndarray, known: np.ndarray) -> float:
    """Pooled expected calibration error: in BINS of equal width, the distance between the mean
    score and the share coded, weighted by their size (Naeini, Cooper & Hauskrecht 2015).
    """
    bins = calibration_bins(scores, coded, known)
    number = sum(one.number for one in bins)
    return sum(one.number * abs(one.score - one.coded) for one in bins) / max(number, 1)


def calibration_bins(scores: np.ndarray, coded: np.ndarray, known: np.ndarray) -> list[Bin]:
    """The scores of all themes in BINS of equal width, those that are empty left out."""
    score, label = scores[known], coded[known]
    place = np.minimum((score * BINS).astype(int), BINS - 1)
    numbers = np.bincount(place, minlength=BINS).tolist()
    sums, found = np.bincount(place, score, BINS).tolist(), np.bincount(place, label, BINS).tolist()
    return [
        Bin(number, total / number, positive / number)
        for number, total, positive in zip(numbers, sums, found, strict=True)
        if number
    ]


def brier_score(scores: np.ndarray, coded: np.ndarray, known: np.ndarray) -> float:
    """The mean squared distance of score and label, of all themes pooled; NaN without any.

    Brier (1950, Monthly Weather Review 78, 1-3) adds both outcomes up: twice this.
    """
    if not known.any():
        return float("nan")
    return float(np.mean((scores[known] - coded[known]) ** 2))


def spread_scores(outcome: Outcome, blocks: np.ndarray, seed: int) -> tuple[list[Scores], Scores]:
    """The scores of each theme, and of all pooled, with percentile intervals over resampled blocks.

    A resample in which a figure is undefined is left out of the interval of that figure.
    """
    numbers = np.unique(blocks, return_inverse=True)[1]
    count = int(numbers.max(initial=-1)) + 1
    sums = []
    for part in _parts(outcome):
        held = np.zeros((count, part.shape[1]))
        np.add.at(held, numbers, part)
        sums.append(held)
    dice = np.random.default_rng(seed)
    drawn = dice.multinomial(count, np.full(count, 1 / count), RESAMPLES).astype(np.float64)
    of_themes = _ratios(*(held.sum(axis=0) for held in sums))
    resampled = _ratios(*(drawn @ held for held in sums))
    pooled = _ratios(*(np.atleast_1d(held.sum()) for held in sums))
    pooled_resampled = _ratios(*((drawn @ held).sum(axis=1, keepdims=True) for held in sums))
    return _scores(of_themes, resampled), _scores(pooled, pooled_resampled)[0]


def _scores(values: Sequence[np.ndarray], drawn: Sequence[np.ndarray]) -> list[Scores]:
    """Of each column, its three figures with what was drawn of them."""
    return [
        Scores(*(_spread(v[n], d[:, n]) for v, d in zip(values, drawn, strict=True)))
        for n in range(len(values[0]))
    ]


def _spread(value: float, drawn: np.ndarray) -> Spread:
    defined = drawn[~np.isnan(drawn)]
    if not len(defined) or np.isnan(value):
        return Spread(float(value), float("nan"), float("nan"))
    low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Spread(float(value), float(low), float(high))


def _parts(outcome: Outcome) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    tagged, coded = outcome.tagged & outcome.known, outcome.coded & outcome.known
    return tagged & coded, tagged, coded


def _ratios(
    both: np.ndarray, tagged: np.ndarray, coded: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    return _share(both, tagged), _share(both, coded), _f1(both, tagged, coded)


def _f1(both: np.ndarray, tagged: np.ndarray, coded: np.ndarray) -> np.ndarray:
    return _share(2 * np.asarray(both, np.float64), np.asarray(tagged + coded, np.float64))


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore", divide="ignore"):
        found: np.ndarray = np.where(whole > 0, np.asarray(part, np.float64) / whole, np.nan)
    return found
