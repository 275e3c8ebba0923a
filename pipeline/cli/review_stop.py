"""verbatims review stop ROUND."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.boundary import Json, Quiet, echo_json, show
from pipeline.cli.review_import import Database
from pipeline.cli.review_sample import check_theme, read_round
from pipeline.cli.run import RoundPath
from pipeline.errors import InputError

if TYPE_CHECKING:
    from pipeline.review.stopping import Stopping

ANY = "any theme"


def stop(
    round_path: RoundPath,
    theme: Annotated[str, typer.Option("--theme", help="Of this theme only.")] = "",
    recall: Annotated[
        float, typer.Option("--recall", help="The share of its responses to have found.")
    ] = 0.95,
    database: Database = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Tell whether there is a point in reading on, theme by theme.

    Exit code 0 when one may stop, 1 when not. Without --theme that is for any theme at all.
    """
    from pipeline.review.sampling import Members, find_tails
    from pipeline.review.stopping import assess
    from pipeline.review.tail import find_tail, trace_reading

    if not 0 < recall < 1:
        what = f"--recall {recall} is not between 0 and 1."
        raise InputError.because(code="E701", what=what)
    gathered, samples, _ = read_round(round_path, database, quiet=quiet)
    check_theme(theme, gathered)
    tails = find_tails(samples)
    if tails and tails[-1].size != len(gathered.ids):
        what = "the round has other responses than when the last random sample was drawn."
        remedy = "Draw a new one with 'review sample --for learning --random'."
        raise InputError.because(code="E443", what=what, remedy=remedy)
    reading = trace_reading(gathered, tails, Members(gathered, samples).unread("audit"))
    names = [theme] if theme else ["", *gathered.themes]
    found = [assess(name or ANY, find_tail(gathered, reading, name), recall) for name in names]
    if as_json:
        echo_json({"stop": found[0].stop, "themes": [item.as_json() for item in found]})
    else:
        _show(found, recall)
    if not found[0].stop:
        raise typer.Exit(1)


def _show(found: list[Stopping], recall: float) -> None:
    for item in found:
        show(f"{item.theme}: {item.sentence()}")
    show(
        f"\nTo stop claims that {recall:.0%} of the responses with the theme were found. For each "
        "theme by itself, the chance to stop although it is not so is 5 in 100 at most."
    )
