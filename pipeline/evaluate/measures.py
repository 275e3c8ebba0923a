"""Figures of how tags and hand coding agree. Everything is responses x themes.

`known` is false where nobody decided; what is there counts for nothing.
"""

from __future__ import annotations

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
    score, label = scores[known], coded[known]
    place = np.minimum((score * BINS).astype(int), BINS - 1)
    number = np.bincount(place, minlength=BINS)
    gap = np.bincount(place, score, BINS) - np.bincount(place, label, BINS)
    return float(np.abs(gap).sum() / max(number.sum(), 1))


def spread_f1(outcome: Outcome, blocks: np.ndarray, seed: int) -> tuple[list[Spread], Spread]:
    """F1 of each theme, and of all pooled, with the percentile interval over resampled blocks."""
    numbers = np.unique(blocks, return_inverse=True)[1]
    count = int(numbers.max(initial=-1)) + 1
    sums = []
    for part in _parts(outcome):
        held = np.zeros((count, part.shape[1]))
        np.add.at(held, numbers, part)
        sums.append(held)
    dice = np.random.default_rng(seed)
    drawn = dice.multinomial(count, np.full(count, 1 / count), RESAMPLES).astype(np.float64)
    both, tagged, coded = (drawn @ held for held in sums)
    of_themes = _f1(both, tagged, coded)
    pooled = _f1(both.sum(axis=1), tagged.sum(axis=1), coded.sum(axis=1))
    values = _f1(*(held.sum(axis=0) for held in sums))
    whole = float(_f1(*(held.sum() for held in sums)))
    return [_spread(v, of_themes[:, n]) for n, v in enumerate(values)], _spread(whole, pooled)


def _spread(value: float, drawn: np.ndarray) -> Spread:
    defined = drawn[~np.isnan(drawn)]
    if not len(defined) or np.isnan(value):
        return Spread(float(value), float("nan"), float("nan"))
    low, high = np.quantile(defined, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return Spread(float(value), float(low), float(high))


def _parts(outcome: Outcome) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    tagged, coded = outcome.tagged & outcome.known, outcome.coded & outcome.known
    return tagged & coded, tagged, coded


def _f1(both: np.ndarray, tagged: np.ndarray, coded: np.ndarray) -> np.ndarray:
    total = np.asarray(tagged + coded, np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        found: np.ndarray = np.where(total > 0, 2 * np.asarray(both, np.float64) / total, np.nan)
    return found
