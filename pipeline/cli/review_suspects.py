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
    top: Annotated[int, typer.Option("--top", min=1, help="So many, the most suspect.")] = 20,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """List decisions that the rest of the coding contradicts, for a second look.

    A suspect is not an error: it is where the classifier, which learnt from everything but that
    response and those folded with it, is surest of the contrary. Nothing is changed.
    """
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
        echo_json({"suspects": len(found), "shown": [s._asdict() for s in found[:top]]})
    else:
        _print(found, top)


def _print(found: Sequence[Suspect], top: int) -> None:
    from pipeline.report.plain import show_controls

    if not found:
        show("No decision is contradicted by the rest of the coding.")
    for suspect in found[:top]:
        show(f"{suspect.theme}: coded {suspect.coded}, probability {suspect.probability:.3f}")
        for line in (f"{suspect.response_id} (question {suspect.question})", suspect.text):
            shown = show_controls(" ".join(line.split()))
            show(f"  {shown if len(shown) <= WIDTH - 2 else shown[: WIDTH - 5] + '...'}")
        show("")
    if found:
        show(f"{min(top, len(found))} of {len(found)} decisions to look at again.")
