"""verbatims train ROUND."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from pipeline.cli.boundary import Json, Quiet, echo_json, show, warner
from pipeline.cli.run import RoundPath

if TYPE_CHECKING:
    from collections.abc import Callable

    from pipeline.errors import Problem
    from pipeline.modelcard import Learnt
    from pipeline.plan import Plan
    from pipeline.round import Round


def train(
    round_path: RoundPath,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            metavar="FILE",
            help="Write the model here, and its card beside it. By default "
            "models/<round>.skops beside the round.",
            show_default=False,
        ),
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Train the round's classifier and keep it: a model and a card that says what it is worth.

    The model is data (skops, no trusted types). A round uses it with classifier: {model: FILE}.
    """
    from pipeline.modelcard import make_card
    from pipeline.modelfile import read_card, write_model

    trained = plan_training(round_path, warner(quiet=quiet))
    plan, learnt = trained.plan, trained.learnt
    the_round = plan.round
    path = out or the_round.path.parent / "models" / f"{the_round.name}.skops"
    card = make_card(learnt, plan.codebook, _files(plan))
    write_model(learnt.model, card, plan.codebook, path)
    if as_json:
        echo_json({"path": path.as_posix(), **read_card(path)})
    else:
        _print(card, path, the_round)


class Training(NamedTuple):
    """A round whose classifier was trained, and what came of it."""

    plan: Plan
    learnt: Learnt


def plan_training(round_path: Path, warn: Callable[[Problem], None]) -> Training:
    """Train the classifier of a round. Raises InputError (E701) when it has none to train."""
    from pipeline.modelcard import Learnt
    from pipeline.plan import plan_run
    from pipeline.round import load_round

    the_round = load_round(round_path)
    _check_round(the_round)
    plan = plan_run(the_round, ("codebook", "classifier"), warn)
    examples, model, scores = plan.taught
    if model is None or scores is None:
        raise AssertionError("a round with a classifier that is to be trained has trained it")
    return Training(plan, Learnt(model, examples, scores))


def _check_round(the_round: Round) -> None:
    from pipeline.errors import InputError

    settings = the_round.classifier
    if settings and not settings.model:
        return
    what, remedy = "the round has no classifier to train.", "Add 'classifier: {train: FILE}' to it."
    if settings:
        what = "the round reads its classifier from a model, so there is nothing to train."
        remedy = "Name 'train:' in the place of 'model:'."
    where = the_round.path.as_posix()
    raise InputError.because(code="E701", where=where, what=what, remedy=remedy)


def _files(plan: Plan) -> list[Path]:
    """The files that it learnt from, and the folder of the embeddings that it learnt with."""
    from pipeline.plan import heard_decisions

    settings = plan.round.classifier
    named = (settings.train, settings.embeddings) if settings else ()
    paths = (*named, heard_decisions(plan.round, plan.coders))
    return [path for path in paths if path]


def _print(card: dict[str, Any], path: Path, the_round: Round) -> None:
    from pipeline.report.plain import align_within

    data = card["data"]
    asked = len(data["questions"])
    show(
        f"Learnt from {data['examples']} coded responses of {data['respondents']} respondents to "
        f"{asked} question{'s' if asked > 1 else ''}.\n"
    )
    rows = [["theme", "coded", "P", "R", "F1", "95%", "tagged", "policy"]]
    rows += [_cells(theme) for theme in card["themes"]]
    show("\n".join(align_within(rows, left=(0, 7))))
    show(f"\nThresholds aim at: {_aim(card['settings']['threshold'])}.")
    show("The figures are out of fold, but policies and thresholds were chosen on them,")
    show("which flatters; 'verbatims evaluate' has figures that nothing was chosen on.")
    if card["left_to_rules"]:
        show("\nLeft to their rules:")
        for left in card["left_to_rules"]:
            show(f"  {left['theme']}: {left['why']} ({left['examples']})")
    show(f"\nModel: {path.as_posix()}\nCard:  {path.with_suffix('.json').as_posix()}")
    named = f"model: {_relative(path, the_round)}"
    settings = the_round.classifier
    if settings and settings.embeddings:
        named += f", embeddings: {_relative(settings.embeddings, the_round)}"
    show(f"To use it: classifier: {{{named}}}")


def _relative(path: Path, the_round: Round) -> str:
    """The path as a round.yaml has it."""
    import os

    return Path(os.path.relpath(path, the_round.path.parent)).as_posix()


def _aim(threshold: Any) -> str:
    if isinstance(threshold, dict):
        return f"a precision of {threshold['precision']}"
    return {"counts": "right counts", "f1": "F1"}.get(str(threshold), f"probability {threshold}")


def _cells(theme: dict[str, Any]) -> list[str]:
    f1 = theme["f1"]
    return [
        theme["theme"],
        str(theme["examples"]),
        *(_short(theme[name]["value"]) for name in ("precision", "recall", "f1")),
        f"{_short(f1['low'])}-{_short(f1['high'])}",
        str(theme["tagged"]),
        theme["policy"],
    ]


def _short(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"
