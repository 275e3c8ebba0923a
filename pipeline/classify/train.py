"""Decided responses -> a fitted classifier."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from pipeline.classify.calibrate import Calibration, calibrate
from pipeline.classify.example import Example
from pipeline.classify.features import (
    MEANING,
    lay_out,
    read_seen,
    squared_lengths,
    weigh_letters,
)
from pipeline.classify.folds import fold_examples
from pipeline.classify.model import Model, hash_seen
from pipeline.classify.ridge import PENALTY, fit_ridge
from pipeline.classify.thresholds import (
    Aim,
    Theme,
    by_question,
    choose_policy,
    common_threshold,
    counts,
    f1,
    fixed,
    precision,
)
from pipeline.classify.tokens import WordTypes, unseen_share
from pipeline.classify.vocabulary import (
    Seen,
    Vocabulary,
    learn_vocabulary,
    number_names,
    spell_known,
)
from pipeline.codebook.model import Codebook
from pipeline.embeddings import Embeddings, open_embeddings
from pipeline.errors import InputError
from pipeline.round import ClassifierSettings

MIN_EXAMPLES = 5
"""A theme with fewer coded examples is not learnt."""
RARE = 20
"""A theme with fewer coded examples is left to its rules, if it has any."""
MIN_RESPONSES = 10
FOLDS = 5
DECIMALS = 6
"""The last bits of a fit differ between processors; so many decimals do not."""


class Trained(NamedTuple):
    """A model, and the probabilities (examples x its themes) that fits without each gave it."""

    model: Model
    scores: np.ndarray


def train_model(
    examples: Sequence[Example], codebook: Codebook, settings: ClassifierSettings
) -> Trained:
    """Ridge regression of every theme over TF-IDF features, calibrated and cut out of fold.

    The examples' order does not matter but for the order of words. Raises InputError (E402) when
    there is too little to learn from.
    """
    themes, labels, few = _learnable(examples, codebook)
    if len(examples) < MIN_RESPONSES or not themes:
        raise _too_little(len(examples), settings)
    folds = fold_examples(examples, FOLDS, settings.seed)
    if len(np.unique(folds)) < 2:
        raise _too_few_people(settings)
    embeddings = open_embeddings(settings.embeddings) if settings.embeddings else None
    fitted = _fit(examples, themes, labels, folds, embeddings)
    stated, ruled_by = _stated(examples, codebook, themes)
    decided = [example for example in examples if not example.weak]
    aims = _aims(settings)
    policies, cuts = {}, []
    for theme, about in zip(themes, _abouts(examples, themes, labels, fitted), strict=True):
        policy = stated.get(theme) or choose_policy(aims, about)
        if theme not in stated and theme in ruled_by and np.nansum(about.labels) < RARE:
            policy, few[theme] = "rule", int(np.nansum(about.labels))
        policies[theme] = policy
        cuts.append(by_question(aims, about, policy, len(fitted.vocabulary.questions)))
    model = Model(
        vocabulary=fitted.vocabulary,
        themes=themes,
        coefficients=np.round(fitted.coefficients, DECIMALS).astype(np.float32),
        calibration=fitted.calibration.rounded(DECIMALS),
        # One decimal more than scores have, so that what lies between two of them stays there.
        thresholds=np.round(np.column_stack(cuts), DECIMALS + 1),
        policies=policies,
        few=few,
        trained_ids=frozenset(example.response_id for example in decided),
        trained_texts=frozenset(hash_seen(e.question, e.text) for e in decided),
        settings=_settings(settings, examples, embeddings),
        unseen_share=unseen_share([example.text for example in examples], folds),
    )
    return Trained(model, fitted.scores)


def can_learn(examples: Sequence[Example], codebook: Codebook, seed: int) -> bool:
    """Whether there are responses, people and examples of a theme enough to train a model on."""
    if len(examples) < MIN_RESPONSES or not _learnable(examples, codebook)[0]:
        return False
    return len(np.unique(fold_examples(examples, FOLDS, seed))) > 1


def _stated(
    examples: Sequence[Example], codebook: Codebook, themes: tuple[str, ...]
) -> tuple[dict[str, str], set[str]]:
    """The policies that are not to be chosen, and the themes whose rules are in play.

    Labels that are the rules' own cannot show what a model adds to rules: it adds nothing.
    """
    own = {theme.id: theme.policy for theme in codebook.themes if theme.policy_stated}
    if any(example.weak for example in examples):
        return dict.fromkeys(themes, "rule") | own, set()
    if not any(example.ruled for example in examples):
        return dict.fromkeys(themes, "either"), set()
    return own, {theme.id for theme in codebook.themes if theme.rules}


def label_examples(examples: Sequence[Example], themes: Sequence[str]) -> np.ndarray:
    """Examples x themes: 1 where decided present, 0 where absent, NaN where nobody decided."""
    labels = np.zeros((len(examples), len(themes)))
    places = {theme: place for place, theme in enumerate(themes)}
    for row, example in enumerate(examples):
        labels[row, [places[t] for t in example.themes if t in places]] = 1
        labels[row, [places[t] for t in example.unknown if t in places]] = np.nan
    return labels


def _learnable(
    examples: Sequence[Example], codebook: Codebook
) -> tuple[tuple[str, ...], np.ndarray, dict[str, int]]:
    """The themes to learn with their labels, and the number of examples of the others."""
    names = [theme.id for theme in codebook.themes]
    labels = label_examples(examples, names)
    present = np.nansum(labels, axis=0).astype(int)
    absent = (labels == 0).sum(axis=0)
    learnt = (present >= MIN_EXAMPLES) & (absent > 0)
    few = {
        name: int(n)
        for name, n, is_learnt in zip(names, present, learnt, strict=True)
        if not is_learnt
    }
    return tuple(np.array(names)[learnt].tolist()), labels[:, learnt], few


class _Fitted(NamedTuple):
    vocabulary: Vocabulary
    coefficients: np.ndarray
    calibration: Calibration
    scores: np.ndarray
    questions: np.ndarray


def _fit(
    examples: Sequence[Example],
    themes: tuple[str, ...],
    labels: np.ndarray,
    folds: np.ndarray,
    embeddings: Embeddings | None,
) -> _Fitted:
    seen = Seen(
        [e.question for e in examples], [e.shown for e in examples], [e.marks for e in examples]
    )
    found = frozenset(theme for example in examples for theme in example.ruled)
    answers = sorted(frozenset(answer for example in examples for answer in example.answers))
    vocabulary = learn_vocabulary(seen, [*(t for t in themes if t in found), *answers])
    types = WordTypes((word, number) for number, word in enumerate(vocabulary.words))
    read = read_seen(seen, vocabulary, types)
    spelt = spell_known(vocabulary.words, vocabulary)
    letters = weigh_letters(read.types, squared_lengths(spelt)) @ spelt
    meaning = MEANING * embeddings.embed(seen.texts).astype(np.float64) if embeddings else None
    fit = fit_ridge(lay_out(read, letters, vocabulary), labels, folds, meaning)
    questions = number_names(seen.questions, vocabulary.questions)
    calibration = calibrate(fit.out_of_fold, labels, questions, len(vocabulary.questions))
    scores = np.round(calibration.probabilities(fit.out_of_fold, questions), DECIMALS)
    return _Fitted(vocabulary, fit.coefficients, calibration, scores, questions)


def _abouts(
    examples: Sequence[Example], themes: tuple[str, ...], labels: np.ndarray, fitted: _Fitted
) -> Iterator[Theme]:
    common = common_threshold(fitted.scores)
    for place, theme in enumerate(themes):
        yield Theme(
            probabilities=fitted.scores[:, place],
            labels=labels[:, place],
            ruled=np.array([theme in example.ruled for example in examples], bool),
            questions=fitted.questions,
            common=common,
        )


def _aims(settings: ClassifierSettings) -> Aim:
    if settings.threshold is not None:
        return fixed(settings.threshold)
    return {"counts": counts, "f1": f1, "precision": precision(settings.precision)}[settings.aim]


def _settings(
    settings: ClassifierSettings, examples: Sequence[Example], embeddings: Embeddings | None
) -> dict[str, Any]:
    aim = {"precision": settings.precision} if settings.aim == "precision" else settings.aim
    found = {
        "method": "tf-idf ridge 1",
        "penalty": PENALTY,
        "threshold": aim if settings.threshold is None else settings.threshold,
        "seed": settings.seed,
        "answers": list(settings.answers),
        "weak": any(example.weak for example in examples),
    }
    if embeddings:
        known = {"sha256": embeddings.sha256, "width": embeddings.width, "weight": MEANING}
        found["embeddings"] = known
    return found


def _too_few_people(settings: ClassifierSettings) -> InputError:
    return InputError.because(
        code="E402",
        where=settings.train.as_posix() if settings.train else "",
        what="the coded responses are of too few respondents to judge by others what was learnt.",
        remedy="Code responses of more people.",
    )


def _too_little(number: int, settings: ClassifierSettings) -> InputError:
    what = f"{number} coded responses, and no theme with {MIN_EXAMPLES} examples to learn from."
    if number < MIN_RESPONSES:
        what = f"{number} coded responses to learn from are too few: {MIN_RESPONSES} are the least."
    return InputError.because(
        code="E402",
        where=settings.train.as_posix() if settings.train else "",
        what=what,
        remedy="Code more responses, or leave 'classifier:' out.",
    )
