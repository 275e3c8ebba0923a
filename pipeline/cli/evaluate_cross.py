"""verbatims evaluate ROUND, without a file: what cross-validation finds."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.cli.boundary import echo_json, show, warner

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

    from pipeline.evaluate.cross import Ceiling, CrossValidation, CurvePoint
    from pipeline.evaluate.measures import Spread

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


class _Found(NamedTuple):
    cross: CrossValidation
    of_themes: dict[str, list[Spread]]
    pooled: dict[str, Spread]
    ceiling: Ceiling | None
    curve: list[CurvePoint]


def evaluate_cross(round_path: Path, *, with_curve: bool, as_json: bool, quiet: bool) -> None:
    """Cross-validate what the round's classifier learns from, and show it."""
    from pipeline.errors import InputError
    from pipeline.evaluate.cross import WAYS, cross_validate, human_ceiling, learning_curve
    from pipeline.evaluate.measures import spread_f1
    from pipeline.plan import plan_run
    from pipeline.round import load_round

    the_round = load_round(round_path)
    settings = the_round.classifier
    if settings is None:
        raise InputError.because(
            code="E701",
            where=the_round.path.as_posix(),
            what="the round has no classifier, so there is nothing to cross-validate.",
            remedy="Add 'classifier: {train: FILE}' to it, or give hand coding with --coded.",
        )
    if settings.model:
        raise InputError.because(
            code="E701",
            where=the_round.path.as_posix(),
            what="the round reads its classifier from a model, so there is nothing to learn from.",
            remedy="Name 'train:' in its place, or give hand coding with --coded.",
        )
    plan = plan_run(the_round, ("codebook", "classifier"), warner(quiet=quiet))
    cross = cross_validate(plan.examples, plan.codebook, settings)
    spreads = {way: spread_f1(cross.outcome(way), cross.blocks, settings.seed) for way in WAYS}
    found = _Found(
        cross,
        {way: spread[0] for way, spread in spreads.items()},
        {way: spread[1] for way, spread in spreads.items()},
        human_ceiling(plan.examples),
        list(learning_curve(plan.examples, plan.codebook, settings)) if with_curve else [],
    )
    if as_json:
        echo_json(_as_json(found))
    else:
        _print(found)


def _print(found: _Found) -> None:
    from pipeline.report.plain import align

    cross = found.cross
    show("\n".join(align(_theme_rows(found))))
    show(
        "\nP, R and F1 are those of both, 95% is the interval of F1 over people; rule and\n"
        "model are the F1 of codebook and classifier alone."
    )
    show("\n" + "\n".join(align(_count_rows(cross), left=(0, 1))))
    more = len(_counts(cross)) - _COUNTS_SHOWN
    if more > 0:
        show(f"and {more} more; --json lists all")
    people = len(set(cross.blocks.tolist()))
    show(
        f"\n{len(cross.blocks)} coded responses in {people} groups of people and like texts, "
        f"{len(cross.learnt_from)} folds"
    )
    show("\n".join(align(_summary_rows(found))))
    error = _calibration(cross)
    show(f"\nCalibration error of the classifier (15 equal bins, all themes): {error:.3f}")
    show(_ceiling_line(found.ceiling))
    if found.curve:
        show("\n" + "\n".join(align(_curve_rows(found.curve), left=(1,))))
    if cross.tagged["codebook"].any():
        show("\n" + _CAVEAT)


def _theme_rows(found: _Found) -> list[list[str]]:
    outcome = found.cross.outcome("both")
    tagged, coded = outcome.tagged & outcome.known, outcome.coded & outcome.known
    rows = [["theme", "coded", "P", "R", "F1", "95%", "rule", "model"]]
    for n, theme in enumerate(found.cross.themes):
        both = int((tagged & coded)[:, n].sum())
        spread = found.of_themes["both"][n]
        rows.append(
            [
                theme,
                str(int(coded[:, n].sum())),
                _ratio(both, int(tagged[:, n].sum())),
                _ratio(both, int(coded[:, n].sum())),
                _short(spread.value),
                f"{_short(spread.low)}-{_short(spread.high)}",
                _short(found.of_themes["codebook"][n].value),
                _short(found.of_themes["classifier"][n].value),
            ]
        )
    return rows


def _count_rows(cross: CrossValidation) -> list[list[str]]:
    errors = _counts(cross)
    rows = [["question", "theme", "tagged", "coded", "error"]]
    for question, theme, tagged, coded in errors[:_COUNTS_SHOWN]:
        error = f"{tagged - coded:+d}" if tagged != coded else "0"
        rows.append([question, theme, str(tagged), str(coded), error])
    return rows


def _counts(cross: CrossValidation) -> list[tuple[str, str, int, int]]:
    """Question, theme, tagged and coded of both together, the worst first."""
    outcome = cross.outcome("both")
    tagged, coded = outcome.tagged & outcome.known, outcome.coded & outcome.known
    found = [
        (question, theme, int(tagged[here, n].sum()), int(coded[here, n].sum()))
        for question in dict.fromkeys(cross.questions.tolist())
        for here in [cross.questions == question]
        for n, theme in enumerate(cross.themes)
    ]
    return sorted((row for row in found if row[2] or row[3]), key=lambda row: -abs(row[2] - row[3]))


def _summary_rows(found: _Found) -> list[list[str]]:
    rows = [["coded by", "micro-F1", "95%", "macro", "samples", "exact", "count error"]]
    for way, figures in _summary(found).items():
        spread = found.pooled[way]
        rows.append(
            [
                _NAMES[way],
                _short(figures["micro_f1"]),
                f"[{_short(spread.low)}, {_short(spread.high)}]",
                *(_short(figures[name]) for name in ("macro_f1", "samples_f1", "exact_match")),
                _short(figures["count_error"]),
            ]
        )
    return rows


def _summary(found: _Found) -> dict[str, dict[str, float]]:
    from pipeline.evaluate import measures

    cross = found.cross
    return {
        way: {
            "micro_f1": measures.micro_f1(cross.outcome(way)),
            "macro_f1": measures.macro_f1(cross.outcome(way)),
            "samples_f1": measures.samples_f1(cross.outcome(way)),
            "exact_match": measures.exact_match(cross.outcome(way)),
            "count_error": measures.count_error(cross.outcome(way), cross.questions),
        }
        for way in _NAMES
    }


def _calibration(cross: CrossValidation) -> float:
    from pipeline.evaluate.measures import calibration_error

    return calibration_error(cross.scores, cross.coded, cross.known & cross.learnt)


def _ceiling_line(ceiling: Ceiling | None) -> str:
    if ceiling is None:
        return "No text was coded twice, so how well people agree is not known."
    return (
        f"Texts coded twice agree with themselves at F1 {ceiling.f1:.3f} ({ceiling.pairs} pairs)."
    )


def _curve_rows(curve: Sequence[CurvePoint]) -> list[list[str]]:
    rows = [["learnt from", "coded by", "micro-F1", "macro-F1", "count error"]]
    for point in curve:
        figures = (point.micro_f1, point.macro_f1, point.count_error)
        rows.append([f"{point.learnt_from:.0f}", _NAMES[point.way], *map(_short, figures)])
    return rows


def _as_json(found: _Found) -> dict[str, Any]:
    cross = found.cross
    summary = _summary(found)
    return {
        "responses": len(cross.blocks),
        "groups": len(set(cross.blocks.tolist())),
        "learnt_from": cross.learnt_from,
        "summary": {
            way: {name: _json(value) for name, value in figures.items()}
            | {"micro_f1_interval": [_json(found.pooled[way].low), _json(found.pooled[way].high)]}
            for way, figures in summary.items()
        },
        "calibration_error": _calibration(cross),
        "ceiling": found.ceiling._asdict() if found.ceiling else None,
        "themes": {
            theme: {
                "coded": int((cross.coded & cross.known)[:, n].sum()),
                **{way: _spread_json(found.of_themes[way][n]) for way in _NAMES},
            }
            for n, theme in enumerate(cross.themes)
        },
        "counts": [
            {"question": q, "theme": t, "tagged": tagged, "coded": coded}
            for q, t, tagged, coded in _counts(cross)
        ],
        "learning_curve": [point._asdict() for point in found.curve],
    }


def _spread_json(spread: Spread) -> dict[str, float | None]:
    return {"f1": _json(spread.value), "low": _json(spread.low), "high": _json(spread.high)}


def _json(value: float) -> float | None:
    return None if math.isnan(value) else round(float(value), 6)


def _ratio(part: int, whole: int) -> str:
    return _short(part / whole if whole else float("nan"))


def _short(value: float | np.floating[Any]) -> str:
    return "-" if math.isnan(value) else f"{value:.2f}"
