"""What the classifier says of each response, in the columns of a codebook's themes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from pipeline.classify.score import Scorer


class Scores(NamedTuple):
    """Responses x themes: probabilities and thresholds, NaN for themes it does not know."""

    scores: np.ndarray
    thresholds: np.ndarray


def score_responses(
    scorer: Scorer | None,
    themes: Sequence[str],
    questions: Sequence[str],
    texts: Sequence[str],
    ruled: Sequence[frozenset[str]],
) -> Scores:
    """Scores of `themes`, and the thresholds of each one's question; all NaN without a model."""
    shape = (len(texts), len(themes))
    scores, thresholds = np.full(shape, np.nan), np.full(shape, np.nan)
    if scorer is None or not texts:
        return Scores(scores, thresholds)
    # A round of rules alone does without the quarter of a second that this takes.
    from pipeline.classify.vocabulary import Seen, number_names  # noqa: PLC0415

    model = scorer.model
    own = [place for place, theme in enumerate(model.themes) if theme in themes]
    columns = [themes.index(model.themes[place]) for place in own]
    found = scorer.score(Seen(questions, texts, ruled)).probabilities
    scores[:, columns] = found[:, own]
    rows = number_names(questions, model.questions)
    thresholds[:, columns] = model.thresholds[rows][:, own]
    return Scores(scores, thresholds)
