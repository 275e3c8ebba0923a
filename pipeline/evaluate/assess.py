"""Cross-validation -> all that is said of it, as plain values: for text, JSON and picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from pipeline.codebook.model import Codebook
from pipeline.evaluate import measures
from pipeline.evaluate.ceiling import CodersAgree, TextsAgree
from pipeline.evaluate.cross import WAYS, CrossValidation, CurvePoint
from pipeline.evaluate.measures import Bin, Scores


class ThemeFigures(NamedTuple):
    """A theme: how often it was coded, how often each way tagged it, and with what scores.

    `learnt` says whether any fold had examples enough of it.
    """

    theme: str
    label: str
    coded: int
    tagged: dict[str, int]
    scores: dict[str, Scores]
    learnt: bool


class Count(NamedTuple):
    """One count of one question: as coded, and as each way has it."""

    question: str
    theme: str
    coded: int
    tagged: dict[str, int]


class Summary(NamedTuple):
    """All themes of one way; see `pipeline.evaluate.measures`."""

    pooled: Scores
    macro_f1: float
    samples_f1: float
    exact_match: float
    count_error: float


class Calibration(NamedTuple):
    """How the classifier's probabilities fit, over the themes that were learnt."""

    error: float
    brier: float
    bins: list[Bin]


class Ceiling(NamedTuple):
    """How far people agree with each other; None where it cannot be known."""

    coders: CodersAgree | None
    like_texts: TextsAgree | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    """What cross-validation finds. `groups` are of people and like texts, `counts` those of both
    together that are furthest off first, and `curve` is empty unless it was asked for.
    """

    title: str
    note: str
    questions: dict[str, str]
    responses: int
    groups: int
    folds: int
    seed: int
    learnt_from: list[int]
    themes: list[ThemeFigures]
    summary: dict[str, Summary]
    counts: list[Count]
    calibration: Calibration
    ruled: bool
    ceiling: Ceiling
    curve: list[CurvePoint]


class Setting(NamedTuple):
    """What the cross-validation was of, and how it was made; questions by id, with their wording.

    The round's `note` says what its data is (a demonstration, say). `folds` are those asked for.
    """

    title: str
    note: str
    questions: dict[str, str]
    codebook: Codebook
    folds: int
    seed: int


def assess(
    cross: CrossValidation, setting: Setting, ceiling: Ceiling, curve: Sequence[CurvePoint] = ()
) -> Assessment:
    """Every figure of a cross-validation."""
    spreads = {
        way: measures.spread_scores(cross.outcome(way), cross.blocks, setting.seed) for way in WAYS
    }
    fits = cross.known & cross.learnt
    return Assessment(
        title=setting.title,
        note=setting.note,
        questions=setting.questions,
        responses=len(cross.blocks),
        groups=len(np.unique(cross.blocks)),
        folds=setting.folds,
        seed=setting.seed,
        learnt_from=cross.learnt_from,
        themes=_themes(cross, setting.codebook, {way: spreads[way][0] for way in WAYS}),
        summary={way: _summary(cross, way, spreads[way][1]) for way in WAYS},
        counts=_counts(cross),
        calibration=Calibration(
            measures.calibration_error(cross.scores, cross.coded, fits),
            measures.brier_score(cross.scores, cross.coded, fits),
            measures.calibration_bins(cross.scores, cross.coded, fits),
        ),
        ruled=bool(cross.tagged["codebook"].any()),
        ceiling=ceiling,
        curve=list(curve),
    )


def _themes(
    cross: CrossValidation, codebook: Codebook, scores: dict[str, list[Scores]]
) -> list[ThemeFigures]:
    labels = {theme.id: theme.label for theme in codebook.themes}
    coded = (cross.coded & cross.known).sum(axis=0).tolist()
    tagged = {way: (cross.tagged[way] & cross.known).sum(axis=0).tolist() for way in WAYS}
    return [
        ThemeFigures(
            theme,
            labels[theme],
            coded[n],
            {way: tagged[way][n] for way in WAYS},
            {way: scores[way][n] for way in WAYS},
            bool(cross.learnt[:, n].any()),
        )
        for n, theme in enumerate(cross.themes)
    ]


def _summary(cross: CrossValidation, way: str, pooled: Scores) -> Summary:
    outcome = cross.outcome(way)
    return Summary(
        pooled,
        measures.macro_f1(outcome),
        measures.samples_f1(outcome),
        measures.exact_match(outcome),
        float(measures.count_error(outcome, cross.questions)),
    )


def _counts(cross: CrossValidation) -> list[Count]:
    """Every count that people or any way have above 0."""
    found = []
    for question in dict.fromkeys(cross.questions.tolist()):
        here = cross.questions == question
        coded = (cross.coded & cross.known)[here].sum(axis=0).tolist()
        tagged = {way: (cross.tagged[way] & cross.known)[here].sum(axis=0).tolist() for way in WAYS}
        found += [
            Count(question, theme, coded[n], {way: tagged[way][n] for way in WAYS})
            for n, theme in enumerate(cross.themes)
        ]
    said = [count for count in found if count.coded or any(count.tagged.values())]
    return sorted(said, key=lambda count: -abs(count.tagged["both"] - count.coded))
