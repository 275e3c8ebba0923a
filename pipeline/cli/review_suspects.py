"""verbatims review suspects ROUND."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.boundary import Json, Quiet, echo_json, show, warner
from pipeline.cli.run import RoundPath

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipeline.suspects import Suspect

WIDTH = 78


def suspects(
    round_path: RoundPath,
    theme: Annotated[str, typer.Option("--theme", help="This theme alone.")] = "",
    shown: Annotated[
        str, typer.Option("--show", metavar="N", help="How many to list, or all; --json has all.")
    ] = "20",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List decisions that the rest of the coding contradicts, for a second look.

    A suspect is not an error: it is where the classifier, which learnt from everything but that
    response and those folded with it, is surest of the contrary. Nothing is changed.
    """
    limit = how_many(shown)
    from pipeline.cli.train import plan_training
    from pipeline.errors import InputError, near
    from pipeline.suspects import find_suspects

    learnt = plan_training(round_path, warner(quiet=quiet)).learnt
    themes = learnt.model.themes
    if theme and theme not in themes:
        what = f"the classifier has not learnt '{theme}'."
        raise InputError.because(code="E701", what=what, remedy=near(theme, themes))
    every = find_suspects(learnt.examples, themes, learnt.scores)
    found = [suspect for suspect in every if theme in ("", suspect.theme)]
    if as_json:
        echo_json({"suspects": [suspect._asdict() for suspect in found]})
    else:
        _print(found, len(found) if limit is None else limit)


def how_many(shown: str) -> int | None:
    """How many to list; None for all. Raises InputError (E701) for what is neither."""
    from pipeline.errors import InputError

    if shown == "all":
        return None
    if not shown.isdecimal() or int(shown) < 1:
        what = f"--show takes a number from 1 on, or all, not '{shown}'."
        raise InputError.because(code="E701", what=what, remedy="See --help.")
    return int(shown)


def _print(found: Sequence[Suspect], limit: int) -> None:
    from pipeline.report.plain import show_controls

    if not found:
        show("No decision is contradicted by the rest of the coding.")
    for suspect in found[:limit]:
        show(f"{suspect.theme}: coded {suspect.coded}, probability {suspect.probability:.3f}")
        for line in (f"{suspect.response_id} (question {suspect.question})", suspect.text):
            shown = show_controls(" ".join(line.split()))
            show(f"  {shown if len(shown) <= WIDTH - 2 else shown[: WIDTH - 5] + '...'}")
        show("")
    if len(found) > limit:
        show(f"and {len(found) - limit} more; --show all")
    elif found:
        show(f"{len(found)} decisions to look at again.")
