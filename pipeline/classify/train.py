"""Coded responses -> a fitted TF-IDF model; the only file that imports scikit-learn."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

from pipeline.classify.example import Example
from pipeline.classify.features import feature_text
from pipeline.classify.model import Model
from pipeline.codebook.model import Codebook
from pipeline.errors import InputError
from pipeline.round import ClassifierSettings

MIN_EXAMPLES = 8
"""A theme with fewer coded examples is left to the rules."""
MIN_RESPONSES = 20
FOLDS = 5
COST = 10.0
NEVER = 1.0
"""A threshold that no score reaches."""


def train_model(
    examples: Sequence[Example], codebook: Codebook, settings: ClassifierSettings
) -> Model:
    """One logistic regression a theme, over TF-IDF of words and pairs of words.

    Threshold `counts`: out of fold, as many responses are ruled to have a theme or score at or over
    its threshold as were coded with it; where the rules alone find as many, the classifier adds
    nothing. Raises InputError (E402) when there is too little to learn from.
    """
    texts = [feature_text(example.question, example.text) for example in examples]
    coded = {
        theme.id: np.array([theme.id in example.themes for example in examples], dtype=bool)
        for theme in codebook.themes
    }
    themes = tuple(theme for theme, labels in coded.items() if _learnable(labels))
    if len(examples) < MIN_RESPONSES or not themes:
        raise InputError.because(
            code="E402",
            where=settings.train.as_posix(),
            what=f"{len(examples)} coded responses, and no theme with {MIN_EXAMPLES} examples.",
            remedy="Code more responses, or leave 'classifier:' out.",
        )
    vectoriser = _vectoriser()
    matrix = vectoriser.fit_transform(texts)
    fitted = [_fit(matrix, coded[theme], settings.seed) for theme in themes]
    return Model(
        vectoriser=vectoriser,
        themes=themes,
        coefficients=np.vstack([model.coef_[0] for model in fitted]),
        intercepts=np.array([model.intercept_[0] for model in fitted]),
        thresholds=_thresholds(texts, examples, {t: coded[t] for t in themes}, settings),
        few={theme: int(n.sum()) for theme, n in coded.items() if theme not in themes},
        trained_ids=frozenset(example.response_id for example in examples),
        trained_texts=frozenset(texts),
        settings={"cost": COST, "threshold": settings.threshold, "seed": settings.seed},
    )


def _learnable(labels: np.ndarray) -> bool:
    return MIN_EXAMPLES <= int(labels.sum()) < len(labels)


def _vectoriser() -> TfidfVectorizer:
    return TfidfVectorizer(
        token_pattern=r"\S+", lowercase=False, ngram_range=(1, 2), sublinear_tf=True
    )


def _fit(matrix: Any, labels: np.ndarray, seed: int) -> LogisticRegression:
    model = LogisticRegression(C=COST, solver="liblinear", random_state=seed)
    return model.fit(matrix, labels)


def _thresholds(
    texts: Sequence[str],
    examples: Sequence[Example],
    coded: Mapping[str, np.ndarray],
    settings: ClassifierSettings,
) -> np.ndarray:
    if isinstance(settings.threshold, float):
        return np.full(len(coded), settings.threshold)
    folds = np.array([_fold(example.group, settings.seed) for example in examples])
    if len(set(folds)) < 2:
        raise InputError.because(
            code="E402",
            where=settings.train.as_posix(),
            what="its coded responses are of too few respondents to set thresholds by counts.",
            remedy="Code responses of more people, or give 'threshold:' a probability.",
        )
    scores = _score_out_of_fold(texts, list(coded.values()), folds, settings.seed)
    thresholds = []
    for number, (theme, labels) in enumerate(coded.items()):
        open_scores = [
            score
            for score, example in zip(scores[:, number], examples, strict=True)
            if theme not in example.ruled
        ]
        wanted = int(labels.sum()) - (len(examples) - len(open_scores))
        # A score of 0 stands for a response that no fold could score.
        thresholds.append((sorted(open_scores)[-wanted] if wanted > 0 else 0) or NEVER)
    return np.array(thresholds)


def _score_out_of_fold(
    texts: Sequence[str], coded: Sequence[np.ndarray], folds: np.ndarray, seed: int
) -> np.ndarray:
    """Responses x themes: each response scored by a model that was fitted without its fold."""
    scores = np.zeros((len(texts), len(coded)))
    for fold in range(FOLDS):
        outside = folds == fold
        inside = ~outside
        if not outside.any() or not inside.any():
            continue
        vectoriser = _vectoriser()
        matrix = vectoriser.fit_transform(
            [t for t, kept in zip(texts, inside, strict=True) if kept]
        )
        unseen = vectoriser.transform([t for t, out in zip(texts, outside, strict=True) if out])
        for number, labels in enumerate(coded):
            if labels[inside].any() and not labels[inside].all():
                model = _fit(matrix, labels[inside], seed)
                scores[outside, number] = model.predict_proba(unseen)[:, 1]
    return scores


def _fold(group: str, seed: int) -> int:
    return int.from_bytes(hashlib.blake2b(f"{seed}\0{group}".encode()).digest()[:8]) % FOLDS
