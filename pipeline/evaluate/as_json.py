"""All that is said of a cross-validation, as JSON has it."""

from __future__ import annotations

import math
from typing import Any

from pipeline.evaluate.assess import Assessment, Summary, ThemeFigures
from pipeline.evaluate.measures import Scores, Spread


def as_json(found: Assessment) -> dict[str, Any]:
    """Plain values; what is undefined is null."""
    coders, like_texts = found.ceiling
    return {
        "title": found.title,
        "note": found.note,
        "questions": found.questions,
        "responses": found.responses,
        "groups": found.groups,
        "folds": found.folds,
        "seed": found.seed,
        "learnt_from": found.learnt_from,
        "summary": {way: _summary(summary) for way, summary in found.summary.items()},
        "calibration_error": _value(found.calibration.error),
        "brier_score": _value(found.calibration.brier),
        "calibration": [
            {"scores": one.number, "mean": _value(one.score), "coded": _value(one.coded)}
            for one in found.calibration.bins
        ],
        "ceiling": {
            "coders": coders._asdict() if coders else None,
            "like_texts": like_texts._asdict() if like_texts else None,
        },
        "themes": {theme.theme: _theme(theme) for theme in found.themes},
        "counts": [count._asdict() for count in found.counts],
        "learning_curve": [
            {name: _value(v) if isinstance(v, float) else v for name, v in point._asdict().items()}
            for point in found.curve
        ],
    }


def _theme(figures: ThemeFigures) -> dict[str, Any]:
    return {
        "label": figures.label,
        "coded": figures.coded,
        "learnt": figures.learnt,
        **{
            way: {"tagged": figures.tagged[way], **_scores(scores)}
            for way, scores in figures.scores.items()
        },
    }


def _summary(summary: Summary) -> dict[str, Any]:
    micro = {f"micro_{name}": spread for name, spread in _scores(summary.pooled).items()}
    return micro | {
        name: _value(getattr(summary, name))
        for name in ("macro_f1", "samples_f1", "exact_match", "count_error")
    }


def _scores(scores: Scores) -> dict[str, dict[str, float | None]]:
    return {name: _spread(spread) for name, spread in scores._asdict().items()}


def _spread(spread: Spread) -> dict[str, float | None]:
    return {name: _value(value) for name, value in spread._asdict().items()}


def _value(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 6)
