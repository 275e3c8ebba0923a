"""Responses + fitted model -> codings with scores and top terms."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.classify.features import QUESTION_MARK, feature_text
from pipeline.classify.model import Model
from pipeline.codebook.model import Codebook
from pipeline.tables import CODINGS, keep, rows

TOP_TERMS = 3
_DECIMALS = 6


def classify_responses(responses: pa.Table, model: Model, codebook: Codebook) -> pa.Table:
    """**responses** -> **codings** of each theme whose score reaches its threshold.

    A theme is not coded in a question that the codebook bars it from. `terms` are those that
    raised the score most, with what each added to the log odds.
    """
    substantive = keep(responses, "status", "substantive")
    kept = list(rows(substantive, "response_id", "question", "text"))
    if not kept:
        return CODINGS.build([])
    matrix = model.vectoriser.transform([feature_text(row[1], row[2]) for row in kept])
    odds = matrix @ model.coefficients.T + model.intercepts
    scores = 1 / (1 + np.exp(-odds))
    coder = model.coder
    names = model.vectoriser.get_feature_names_out()
    themes = {theme.id: theme for theme in codebook.themes}
    codings = []
    for row, column in np.argwhere(scores >= model.thresholds):
        response_id, question, _ = kept[row]
        theme = model.themes[column]
        if not themes[theme].applies_to(question):
            continue
        codings.append(
            {
                "response_id": response_id,
                "question": question,
                "theme": theme,
                "facet": "",
                "coder": coder,
                "rule": "",
                "quote": "",
                "score": round(float(scores[row, column]), _DECIMALS),
                "terms": _top_terms(matrix[row], model.coefficients[column], names),
            }
        )
    return CODINGS.build(codings)


def _top_terms(vector: Any, weights: np.ndarray, names: np.ndarray) -> list[dict[str, Any]]:
    added = [
        (-float(value * weights[index]), str(names[index]))
        for index, value in zip(vector.indices, vector.data, strict=True)
        if not names[index].startswith(QUESTION_MARK)
    ]
    top = sorted(term for term in added if term[0] < 0)[:TOP_TERMS]
    return [{"term": name, "weight": round(-weight, _DECIMALS)} for weight, name in top]
