"""Coded responses -> how well they are coded by what was learnt from the others."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import numpy as np

from pipeline.classify.example import Example
from pipeline.classify.folds import find_blocks, fold_examples
from pipeline.classify.model import Model
from pipeline.classify.score import reach, score_texts
from pipeline.classify.train import label_examples, train_model
from pipeline.codebook.model import Codebook
from pipeline.errors import InputError
from pipeline.evaluate.measures import Outcome, count_error, macro_f1, micro_f1
from pipeline.resolve import ACCEPTS
from pipeline.round import ClassifierSettings

WAYS = ("majority", "codebook", "classifier", "both")
SIZES = (100, 250, 500, 1000, 2000, 4000, 8000, 16000)


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossValidation:
    """What each way of coding says of each example, from fits without its fold.

    `tagged[way]`, `coded` and `known` are examples x themes, `scores` the classifier's
    probabilities where `learnt` (a fold may have too few examples of a theme). `blocks` are what no
    fold parts, `learnt_from` the numbers of examples that the fits had.
    """

    themes: tuple[str, ...]
    questions: np.ndarray
    blocks: np.ndarray
    tagged: dict[str, np.ndarray]
    scores: np.ndarray
    learnt: np.ndarray
    coded: np.ndarray
    known: np.ndarray
    learnt_from: list[int] = field(default_factory=list)

    def outcome(self, way: str) -> Outcome:
        """One way of coding beside the hand coding."""
        return Outcome(self.tagged[way], self.coded, self.known)


class CurvePoint(NamedTuple):
    """What was reached by learning from about so many examples."""

    learnt_from: float
    way: str
    micro_f1: float
    macro_f1: float
    count_error: float


def cross_validate(
    examples: Sequence[Example],
    codebook: Codebook,
    settings: ClassifierSettings,
    folds: int = 5,
    most: int | None = None,
) -> CrossValidation:
    """Code each fold by what is learnt from the others, or from `most` examples of them.

    The classifier alone knows nothing of rules; with both, what rules find is among its features.
    Everything that is chosen (thresholds, policies) is chosen inside the training part. Raises
    InputError (E402) when a training part is too small to learn from.
    """
    themes = tuple(theme.id for theme in codebook.themes)
    if any(example.weak for example in examples):
        what = "too little is decided to cross-validate: the classifier learnt from the rules."
        raise InputError.because(code="E402", what=what, remedy="Code responses, or use --coded.")
    labels = label_examples(examples, themes)
    fold_of = fold_examples(examples, folds, settings.seed)
    if len(np.unique(fold_of)) < 2:
        what = (
            "the coded responses are of too few respondents, or too alike, to be parted in folds."
        )
        raise InputError.because(code="E402", what=what)
    found = _nothing_tagged(examples, labels, codebook)
    for fold in np.unique(fold_of):
        outside, inside = np.flatnonzero(fold_of != fold), np.flatnonzero(fold_of == fold)
        part = _Fold(examples, outside, inside)
        if most is not None:
            part = part._replace(outside=_first(part, found.blocks, most, settings.seed))
        present, absent = ((labels[part.outside] == value).sum(axis=0) for value in (1, 0))
        found.tagged["majority"][inside] = present > absent
        found.learnt_from.append(len(part.outside))
        _code_fold(found, part, codebook, settings)
    return found


def _nothing_tagged(
    examples: Sequence[Example], labels: np.ndarray, codebook: Codebook
) -> CrossValidation:
    """What the codebook says, and that nothing is learnt yet."""
    themes = tuple(theme.id for theme in codebook.themes)
    ruled = np.array([[theme in e.ruled for theme in themes] for e in examples], bool)
    return CrossValidation(
        themes=themes,
        questions=np.array([example.question for example in examples]),
        blocks=find_blocks(examples),
        tagged={
            "majority": np.zeros(labels.shape, bool),
            "codebook": ruled,
            "classifier": np.zeros(labels.shape, bool),
            "both": ruled & _policies_take_rules(codebook),
        },
        scores=np.zeros(labels.shape),
        learnt=np.zeros(labels.shape, bool),
        coded=labels == 1,
        known=~np.isnan(labels),
    )


class _Fold(NamedTuple):
    examples: Sequence[Example]
    outside: np.ndarray
    inside: np.ndarray


def _code_fold(
    into: CrossValidation, fold: _Fold, codebook: Codebook, settings: ClassifierSettings
) -> None:
    training = [fold.examples[n] for n in fold.outside.tolist()]
    test = [fold.examples[n] for n in fold.inside.tolist()]
    alone = train_model(without_rules(training), codebook, settings).model
    found = _score(alone, without_rules(test), settings)
    place = np.ix_(fold.inside, _columns(into.themes, alone))
    into.scores[place] = found.scores
    into.learnt[place] = True
    into.tagged["classifier"][place] = found.reached
    into.tagged["both"][place] = found.reached
    if into.tagged["codebook"].any():
        model = train_model(training, codebook, settings).model
        place = np.ix_(fold.inside, _columns(into.themes, model))
        reached = _score(model, test, settings).reached
        into.tagged["both"][place] = _combine(model, into.tagged["codebook"][place], reached)


def _policies_take_rules(codebook: Codebook) -> np.ndarray:
    """Where no model was learnt, whether a theme takes the word of rules alone."""
    rule, model = True, False
    return np.array([ACCEPTS[theme.policy](rule, model) for theme in codebook.themes], bool)


class _Found(NamedTuple):
    scores: np.ndarray
    reached: np.ndarray


def _score(model: Model, examples: Sequence[Example], settings: ClassifierSettings) -> _Found:
    questions = [example.question for example in examples]
    texts, marks = [e.text for e in examples], [e.marks for e in examples]
    scores = score_texts(model, questions, texts, marks, settings.embeddings)
    return _Found(scores, reach(model, questions, scores))


def _columns(themes: tuple[str, ...], model: Model) -> np.ndarray:
    return np.array([themes.index(theme) for theme in model.themes], np.int64)


def _combine(model: Model, ruled: np.ndarray, reached: np.ndarray) -> np.ndarray:
    """What the model's policies make of rules and scores."""
    accepts = [ACCEPTS[model.policies[theme]] for theme in model.themes]
    return np.array(
        [
            [accept(bool(r), bool(m)) for accept, r, m in zip(accepts, rule, score, strict=True)]
            for rule, score in zip(ruled, reached, strict=True)
        ],
        bool,
    ).reshape(ruled.shape)


def _first(fold: _Fold, blocks: np.ndarray, most: int, seed: int) -> np.ndarray:
    """Of the rows outside a fold about `most`: whole blocks in a random order, the last one cut."""
    rows = fold.outside.tolist()
    name: dict[int, str] = {}
    block_of = blocks.tolist()
    for row in rows:
        own = fold.examples[row].response_id
        name[block_of[row]] = min(name.get(block_of[row], own), own)
    # One draw a block: if each of its rows drew, the largest block would nearly always be first.
    luck = {b: hashlib.blake2b(f"{seed}\0{n}".encode()).digest() for b, n in name.items()}
    order = sorted(rows, key=lambda row: luck[block_of[row]])
    return np.array(sorted(order[:most]), np.int64)


def learning_curve(
    examples: Sequence[Example], codebook: Codebook, settings: ClassifierSettings, folds: int = 5
) -> Iterator[CurvePoint]:
    """The figures of more and more examples, each step holding the one before it.

    A step too small to learn from is passed over.
    """
    seen = 0.0
    for size in SIZES:
        try:
            found = cross_validate(examples, codebook, settings, folds, most=size)
        except InputError:
            continue
        learnt_from = float(np.mean(found.learnt_from))
        if learnt_from <= seen:
            return
        seen = learnt_from
        for way in ("classifier", "both"):
            outcome = found.outcome(way)
            yield CurvePoint(
                seen,
                way,
                micro_f1(outcome),
                macro_f1(outcome),
                count_error(outcome, found.questions),
            )


def without_rules(examples: Sequence[Example]) -> list[Example]:
    """The examples as if there were no codebook: what the classifier alone learns from."""
    return [replace(example, ruled=frozenset()) for example in examples]
