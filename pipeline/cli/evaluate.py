"""verbatims evaluate ROUND [--coded FILE]."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.boundary import Coders, Json, Quiet, echo_json, list_coders, show, warner
from pipeline.cli.run import RoundPath

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.coded import Coded
    from pipeline.errors import Problem
    from pipeline.evaluate import Evaluation, Score
    from pipeline.plan import Plan

    Warn = Callable[[Problem], None]

FOLDS = 5
_SET_ASIDE_SHOWN = 10


_CodedFile = Annotated[
    Path | None,
    typer.Option(
        "--coded",
        metavar="FILE",
        help="Score the run against this hand coding. By default what the round learns from is "
        "cross-validated.",
        show_default=False,
    ),
]
_Curve = Annotated[
    bool, typer.Option("--learning-curve", help="Learn from more and more of the coding.")
]
_Intervals = Annotated[
    bool, typer.Option("--intervals", help="Intervals of precision and recall too.")
]
_Picture = Annotated[
    Path | None,
    typer.Option(
        "--picture",
        metavar="FILE",
        help="Draw the cross-validation, as .svg or .png. Needs verbatims[pictures].",
        show_default=False,
    ),
]
_Seed = Annotated[
    int | None,
    typer.Option(
        "--seed",
        min=0,
        max=2**32 - 1,
        help="Of folds and resamples. By default the round's.",
        show_default=False,
    ),
]
_Folds = Annotated[
    int | None,
    typer.Option(
        "--folds", min=2, help="So many parts, coded in turn. By default 5.", show_default=False
    ),
]


def evaluate(  # noqa: PLR0913 - an argument an option
    round_path: RoundPath,
    coded_path: _CodedFile = None,
    coders: Coders = "",
    curve: _Curve = False,
    intervals: _Intervals = False,
    picture: _Picture = None,
    seed: _Seed = None,
    folds: _Folds = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Score a round's coding: against a file of hand coding, or by cross-validation.

    With --coded: precision, recall, F1 and the error of every count, for each coder alone and for
    all together, and the coded responses that screening set aside. Without it: the same of the
    codebook, the classifier and both, each response coded by what was learnt from other people's.
    """
    given = {
        "--learning-curve": curve,
        "--intervals": intervals,
        "--picture": picture is not None,
        "--seed": seed is not None,
        "--folds": folds is not None,
    }
    if coded_path is None:
        from pipeline.cli.evaluate_cross import Wanted, evaluate_cross

        wanted = Wanted(seed, folds or FOLDS, curve, intervals, picture, as_json, quiet)
        evaluate_cross(round_path, wanted)
        return
    for option in (name for name, is_given in given.items() if is_given):
        raise typer.BadParameter(f"{option} goes with cross-validation, not with --coded.")
    _evaluate_against(round_path, coded_path, coders, as_json=as_json, quiet=quiet)


def _evaluate_against(
    round_path: Path, coded_path: Path, coders: str, *, as_json: bool, quiet: bool
) -> None:
    from pipeline.coded import read_coded
    from pipeline.plan import plan_run
    from pipeline.round import load_round
    from pipeline.soundness import warn_of_far_words
    from pipeline.tables import MACHINE_CODERS

    the_round = load_round(round_path)
    warn = warner(quiet=quiet)
    whole = plan_run(the_round, list_coders(coders), warn)
    coded = read_coded(coded_path, whole.codebook)
    for problem in coded.warnings():
        warn(problem)
    _refuse_own_labels(whole, coded)
    # A coder alone is planned anew: what the classifier adds to rules is not what it does alone.
    machine = [coder for coder in whole.coders if coder in MACHINE_CODERS]
    alone = [plan_run(the_round, (coder,)) for coder in machine if len(whole.coders) > 1]
    evaluations = {plan.coders: _evaluate(plan, coded, warner(quiet=True)) for plan in alone}
    evaluations[whole.coders] = _evaluate(whole, coded, warn)
    warn_of_far_words(whole.scorer, the_round, warn)
    _check_overlap(evaluations[whole.coders], coded, warn)
    if as_json:
        echo_json({"coded": coded_path.name, "by_coders": _as_json(evaluations)})
    else:
        _print(evaluations, whole)


def _refuse_own_labels(plan: Plan, coded: Coded) -> None:
    """No label grades a run that it trained or that took it as a person's word."""
    from pipeline.errors import InputError

    read = set(coded.response_ids)
    trained = plan.model.trained_ids & read if plan.model else set()
    decided = set(plan.decisions["response_id"].to_pylist()) & read
    for shared, did, coder in ((trained, "trained", "classifier"), (decided, "decided", "human")):
        if shared:
            raise InputError.because(
                code="E403",
                where=coded.path.as_posix(),
                what=f"{len(shared)} of its responses {did} the run that they are to grade.",
                remedy=f"Use other coding, or leave '{coder}' out with --coders.",
            )


def _check_overlap(evaluation: Evaluation, coded: Coded, warn: Warn) -> None:
    from pipeline.errors import InputError, Problem

    if not evaluation.responses:
        first = coded.response_ids[0] if coded.response_ids else ""
        raise InputError.because(
            code="E401",
            where=coded.path.as_posix(),
            what=f"none of its response ids is in the round (the first is '{first}').",
        )
    missing = len(coded.response_ids) - evaluation.responses
    if missing:
        what = f"{missing} response ids are not in the round."
        warn(Problem(code="W403", where=coded.path.as_posix(), what=what))


def _evaluate(plan: Plan, coded: Coded, warn: Warn) -> Evaluation:
    import pyarrow as pa

    from pipeline.classify.model import hash_seen
    from pipeline.errors import Problem
    from pipeline.evaluate import evaluate_verdicts
    from pipeline.run import run_batches
    from pipeline.tables import rows

    read = set(coded.response_ids)
    trained = plan.model.trained_texts if plan.model else frozenset()
    responses, verdicts, known = [], [], 0
    for batch in run_batches(plan):
        responses.append(batch.responses.select(["response_id", "question", "status"]))
        verdicts.append(batch.verdicts)
        answers = rows(batch.responses, "response_id", "question", "text") if trained else ()
        known += sum(
            response_id in read and hash_seen(question, text) in trained
            for response_id, question, text in answers
        )
    if known:
        # The guard by id does not see a text that trained under another id.
        what = f"{known} of its responses have the same words as one that trained the classifier."
        warn(Problem(code="W407", where=coded.path.as_posix(), what=what))
    return evaluate_verdicts(
        pa.concat_tables(responses), pa.concat_tables(verdicts), coded, plan.codebook
    )


def _print(evaluations: dict[tuple[str, ...], Evaluation], plan: Plan) -> None:
    from pipeline.report.plain import align, align_within

    whole = evaluations[plan.coders]
    header = ["theme", "tagged", "coded", "precision", "recall", "F1"]
    rows = [_score_cells(score) for score in whole.themes if score.tagged or score.coded]
    show("\n".join(align_within([header, *rows])))
    counts = [["question", "theme", "tagged", "coded", "error"]]
    for count in whole.counts:
        error = f"{count.tagged - count.coded:+d}" if count.tagged != count.coded else "0"
        counts.append([count.question, count.theme, str(count.tagged), str(count.coded), error])
    show("\n" + "\n".join(align_within(counts, left=(0, 1), wrap=(0, 1))))
    summary = [["coders", "micro-P", "micro-R", "micro-F1", "macro-F1", "count error"]]
    for chosen, evaluation in evaluations.items():
        micro = evaluation.micro
        values = (micro.precision, micro.recall, micro.f1, evaluation.macro_f1)
        cells = [*map(_decimals, values), _decimals(evaluation.count_error)]
        summary.append([" + ".join(chosen), *cells])
    show(f"\n{whole.responses} coded responses\n" + "\n".join(align(summary)))
    _print_set_aside(whole)


def _print_set_aside(evaluation: Evaluation) -> None:
    if not evaluation.set_aside:
        return
    number = len(evaluation.set_aside)
    show(f"\n{number} coded responses that screening set aside (what was coded is missed):")
    for response_id, status in evaluation.set_aside[:_SET_ASIDE_SHOWN]:
        show(f"  {response_id}  {status}")
    if number > _SET_ASIDE_SHOWN:
        show(f"  and {number - _SET_ASIDE_SHOWN} more; --json lists all")


def _score_cells(score: Score) -> list[str]:
    ratios = (score.precision, score.recall, score.f1)
    return [score.name, str(score.tagged), str(score.coded), *map(_decimals, ratios)]


def _decimals(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _as_json(evaluations: dict[tuple[str, ...], Evaluation]) -> dict[str, Any]:
    return {
        ",".join(chosen): {
            "responses": evaluation.responses,
            "micro": _ratios(evaluation.micro),
            "macro_f1": evaluation.macro_f1,
            "count_error": evaluation.count_error,
            "themes": {score.name: _ratios(score) for score in evaluation.themes},
            "counts": [
                {"question": c.question, "theme": c.theme, "tagged": c.tagged, "coded": c.coded}
                for c in evaluation.counts
            ],
            "set_aside": dict(evaluation.set_aside),
        }
        for chosen, evaluation in evaluations.items()
    }


def _ratios(score: Score) -> dict[str, Any]:
    return {
        "tagged": score.tagged,
        "coded": score.coded,
        "both": score.both,
        "precision": score.precision,
        "recall": score.recall,
        "f1": score.f1,
    }
