"""The one place where the review meets the classifier: its scores, and what must be reached.

Until the stage exports `score_texts`, `_score` computes the same from the model's own arrays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from pipeline.classify.features import feature_text
from pipeline.classify.model import Model


class Scores(NamedTuple):
    """Responses x `themes`: probabilities and thresholds, NaN for themes it does not know."""

    scores: np.ndarray
    thresholds: np.ndarray


def score_responses(
    model: Model | None,
    themes: Sequence[str],
    questions: Sequence[str],
    texts: Sequence[str],
    ruled: Sequence[frozenset[str]],
) -> Scores:
    """What the model says of each text, in the columns of `themes`; all NaN without a model."""
    shape = (len(texts), len(themes))
    scores, thresholds = np.full(shape, np.nan), np.full(shape, np.nan)
    if model is None or not texts:
        return Scores(scores, thresholds)
    own = [place for place, theme in enumerate(model.themes) if theme in themes]
    columns = [themes.index(model.themes[place]) for place in own]
    scores[:, columns] = _score(model, questions, texts, ruled)[:, own]
    thresholds[:, columns] = _thresholds(model, questions)[:, own]
    return Scores(scores, thresholds)


def knows_text(model: Model | None, question: str, text: str) -> bool:
    """Whether the model was trained on this text in this question."""
    return model is not None and feature_text(question, text) in model.trained_texts


def _score(
    model: Any, questions: Sequence[str], texts: Sequence[str], ruled: Sequence[frozenset[str]]
) -> np.ndarray:
    matrix = model.vectoriser.transform(
        [feature_text(question, text) for question, text in zip(questions, texts, strict=True)]
    )
    return np.asarray(1 / (1 + np.exp(-(matrix @ model.coefficients.T + model.intercepts))))


def _thresholds(model: Any, questions: Sequence[str]) -> np.ndarray:
    """The threshold of each response's question, by theme of the model."""
    if model.thresholds.ndim == 1:
        return np.broadcast_to(model.thresholds, (len(questions), len(model.themes)))
    rows = {question: row for row, question in enumerate(model.questions)}
    return np.asarray(model.thresholds[[rows.get(question, -1) for question in questions]])
