"""verbatims evaluate ROUND, without a file: what cross-validation finds."""

from __future__ import annotations

import math
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from pipeline.cli.boundary import echo_json, say, show, warner

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.evaluate.assess import Assessment, Ceiling
    from pipeline.evaluate.cross import CurvePoint
    from pipeline.evaluate.measures import Spread
    from pipeline.plan import Plan
    from pipeline.round import ClassifierSettings, Round

_COUNTS_SHOWN = 12
_NAMES = {
    "majority": "majority",
    "codebook": "codebook",
    "classifier": "classifier",
    "both": "both, by policy",
}
_CAVEAT = (
    "The codebook's own figures are of answers that it may have been written from:\n"
    "they flatter it, and so those of both. To judge a codebook, code answers that\n"
    "nobody saw while writing it, and give them with --coded."
)


class Wanted(NamedTuple):
    """How to cross-validate, and what to show; no `seed` is the round's own."""

    seed: int | None
    folds: int
    curve: bool
    intervals: bool
    picture: Path | None
    as_json: bool
    quiet: bool


def evaluate_cross(round_path: Path, wanted: Wanted) -> None:
    """Cross-validate what the round's classifier learns from, and show it."""
    from pipeline.evaluate.as_json import as_json
    from pipeline.round import load_round

    if wanted.picture:
        from pipeline.picture import check_picture

        # Before minutes of work, not after.
        check_picture(wanted.picture)
    found = _assess(load_round(round_path), wanted)
    if wanted.picture:
        from pipeline.picture import write_picture

        write_picture(found, wanted.picture)
        if not wanted.quiet:
            say(f"Picture: {wanted.picture.as_posix()}")
    if wanted.as_json:
        echo_json(as_json(found))
    else:
        _print(found, intervals=wanted.intervals)


def _assess(the_round: Round, wanted: Wanted) -> Assessment:
    from dataclasses import replace

    from pipeline.evaluate.assess import Setting, assess
    from pipeline.evaluate.cross import cross_validate, learning_curve
    from pipeline.plan import plan_run

    settings = _settings(the_round)
    if wanted.seed is not None:
        settings = replace(settings, seed=wanted.seed)
    coders = ("codebook", "classifier", *(("human",) if the_round.decisions else ()))
    plan = plan_run(the_round, coders, warner(quiet=wanted.quiet), train=False)
    codebook, folds = plan.codebook, wanted.folds
    cross = cross_validate(plan.examples, codebook, settings, folds)
    curve = learning_curve(plan.examples, codebook, settings, folds) if wanted.curve else ()
    labels = {question.id: question.label for question in the_round.source.questions}
    asked = {name: labels.get(name) or name for name in dict.fromkeys(cross.questions.tolist())}
    setting = Setting(the_round.title, the_round.note, asked, codebook, folds, settings.seed)
    return assess(cross, setting, _ceiling(plan, settings), list(curve))


def _settings(the_round: Round) -> ClassifierSettings:
    from pipeline.errors import InputError

    settings = the_round.classifier
    if settings and not settings.model:
        return settings
    what = "the round has no classifier, so there is nothing to cross-validate."
    remedy = "Add 'classifier: {train: FILE}' to it, or give hand coding with --coded."
    if settings:
        what = "the round reads its classifier from a model, so there is nothing to learn from."
        remedy = "Name 'train:' in its place, or give hand coding with --coded."
    where = the_round.path.as_posix()
    raise InputError.because(code="E701", where=where, what=what, remedy=remedy)


def _ceiling(plan: Plan, settings: ClassifierSettings) -> Ceiling:
    """Two coders of one response are one example, so they are compared as they were read."""
    from collections import Counter
    from dataclasses import replace

    from pipeline.coded import read_coded
    from pipeline.decisions import decide
    from pipeline.evaluate.assess import Ceiling
    from pipeline.evaluate.ceiling import compare_coders, compare_like_texts

    sources = [plan.decisions]
    if settings.train:
        coded = read_coded(settings.train, plan.codebook)
        often = Counter(reading.response_id for reading in coded.readings)
        twice = tuple(reading for reading in coded.readings if often[reading.response_id] > 1)
        sources.append(decide(replace(coded, readings=twice, strangers={}), plan.codebook))
    return Ceiling(compare_coders(sources), compare_like_texts(plan.examples))


def _print(found: Assessment, *, intervals: bool) -> None:
    from pipeline.report.plain import align, align_within

    show("\n".join(align_within(_theme_rows(found))))
    show(
        "\nP, R and F1 are those of both, 95% is the interval of F1 over people; rule and\n"
        "model are the F1 of codebook and classifier alone."
    )
    unlearnt = ", ".join(theme.theme for theme in found.themes if not theme.learnt)
    if unlearnt:
        line = f"Not learnt in any fold, for want of examples: {unlearnt}."
        show(textwrap.fill(line, 80, break_on_hyphens=False))
    if intervals:
        show("\n" + "\n".join(align_within(_interval_rows(found))))
    show("\n" + "\n".join(align_within(_count_rows(found), left=(0, 1), wrap=(0, 1))))
    more = len(found.counts) - _COUNTS_SHOWN
    if more > 0:
        show(f"and {more} more; --json lists all")
    show(
        f"\n{found.responses} coded responses in {found.groups} groups of people and like texts, "
        f"{len(found.learnt_from)} folds, seed {found.seed}"
    )
    show("\n".join(align(_summary_rows(found))))
    show("\n" + "\n".join(_closing_lines(found)))
    if found.curve:
        show("\n" + "\n".join(align(_curve_rows(found.curve), left=(1,))))
    if found.ruled:
        show("\n" + _CAVEAT)


def _theme_rows(found: Assessment) -> list[list[str]]:
    rows = [["theme", "coded", "P", "R", "F1", "95%", "rule", "model"]]
    for theme in found.themes:
        scores = theme.scores["both"]
        rows.append(
            [
                theme.theme,
                str(theme.coded),
                *(_short(spread.value) for spread in scores),
                _interval(scores.f1),
                _short(theme.scores["codebook"].f1.value),
                _short(theme.scores["classifier"].f1.value),
            ]
        )
    return rows


def _interval_rows(found: Assessment) -> list[list[str]]:
    rows = [["theme", "P", "95%", "R", "95%", "F1", "95%"]]
    for theme in found.themes:
        spreads = theme.scores["both"]
        cells = [cell for one in spreads for cell in (_short(one.value), _interval(one))]
        rows.append([theme.theme, *cells])
    return rows


def _count_rows(found: Assessment) -> list[list[str]]:
    rows = [["question", "theme", "tagged", "coded", "error"]]
    for count in found.counts[:_COUNTS_SHOWN]:
        tagged = count.tagged["both"]
        error = f"{tagged - count.coded:+d}" if tagged != count.coded else "0"
        rows.append([count.question, count.theme, str(tagged), str(count.coded), error])
    return rows


def _summary_rows(found: Assessment) -> list[list[str]]:
    rows = [["coded by", "micro-F1", "95%", "macro", "samples", "exact", "count error"]]
    for way, summary in found.summary.items():
        figures = (summary.macro_f1, summary.samples_f1, summary.exact_match, summary.count_error)
        f1 = summary.pooled.f1
        rows.append([_NAMES[way], _short(f1.value), _interval(f1), *map(_short, figures)])
    return rows


def _closing_lines(found: Assessment) -> list[str]:
    error, brier, _ = found.calibration
    coders, like = found.ceiling
    people, texts = "not known (no response has two coders)", "not known (no text occurs twice)"
    if coders:
        people = f"F1 {coders.f1:.3f} ({coders.responses} responses)"
    if like:
        texts = f"F1 {like.f1:.3f} ({like.pairs} pairs)"
    return [
        f"Calibration error of the classifier (15 equal bins, all themes): {_thirds(error)}",
        f"Brier score of the classifier (all themes; 0 is best): {_thirds(brier)}",
        "",
        "How far people agree",
        f"  coders of one response: {people}",
        f"  like texts: {texts}",
    ]


def _curve_rows(curve: Sequence[CurvePoint]) -> list[list[str]]:
    rows = [["learnt from", "coded by", "micro-F1", "macro-F1", "count error"]]
    for point in curve:
        figures = (point.micro_f1, point.macro_f1, point.count_error)
        rows.append([f"{point.learnt_from:.0f}", _NAMES[point.way], *map(_short, figures)])
    return rows


def _interval(spread: Spread) -> str:
    return f"{_short(spread.low)}-{_short(spread.high)}"


def _short(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"


def _thirds(value: float) -> str:
    return "-" if math.isnan(value) else f"{value:.3f}"
