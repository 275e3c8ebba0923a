"""Decisions that the rest of the data contradicts: listed for a second look, never changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pipeline.classify.example import Example
from pipeline.classify.train import label_examples


class Suspect(NamedTuple):
    """A decision, and the probability of the theme that a fit without the response gives it.

    `confidence` is the probability of what was decided: the most suspect decisions have the least.
    """

    response_id: str
    question: str
    theme: str
    coded: str
    probability: float
    confidence: float
    text: str


def find_suspects(
    examples: Sequence[Example], themes: Sequence[str], scores: np.ndarray
) -> list[Suspect]:
    """The decisions whose probability out of fold is that of the other side, most suspect first.

    `scores` are examples x themes, each from a fit without the example. Confident learning
    (Northcutt, Jiang & Chuang 2021, doi:10.1613/jair.1.12125), one theme at a time: a response is
    counted to a side when its probability of that side is at least the mean of those that are
    coded so; to the likelier one where it is both. What is counted to the side that it is not
    coded as is suspect. They are ranked by the probability of what was decided, the least first.
    Weak labels are nobody's decision and are left out, as is what nobody decided.
    """
    labels = label_examples(examples, themes)
    labels[[example.weak for example in examples]] = np.nan
    found = []
    for column, theme in enumerate(themes):
        for row in _of_theme(labels[:, column], scores[:, column]):
            present, chance = labels[row, column] == 1, float(scores[row, column])
            found.append(
                Suspect(
                    response_id=examples[row].response_id,
                    question=examples[row].question,
                    theme=theme,
                    coded="present" if present else "absent",
                    probability=round(chance, 6),
                    confidence=round(chance if present else 1 - chance, 6),
                    text=examples[row].text,
                )
            )
    return sorted(found, key=lambda s: (s.confidence, s.theme, s.response_id))


def _of_theme(labels: np.ndarray, scores: np.ndarray) -> list[int]:
    """The rows that are counted to the side that they are not coded as."""
    present, absent = labels == 1, labels == 0
    if not present.any() or not absent.any():
        return []
    chances = np.column_stack((1 - scores, scores))
    usual = np.array([chances[absent, 0].mean(), chances[present, 1].mean()])
    reached = chances >= usual
    side = np.argmax(np.where(reached, chances, -1.0), axis=1)
    wrong = reached.any(axis=1) & ((present & (side == 0)) | (absent & (side == 1)))
    rows: list[int] = np.flatnonzero(wrong).tolist()
    return rows
