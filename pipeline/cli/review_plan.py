"""verbatims review plan ROUND."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.boundary import Json, Quiet, echo_json, show
from pipeline.cli.review_import import Database
from pipeline.cli.review_sample import check_theme, read_planned
from pipeline.cli.run import RoundPath
from pipeline.errors import InputError

if TYPE_CHECKING:
    from pipeline.review.planning import Planned, Width

_Wide = Annotated[
    str, typer.Option("--width", help="How wide it may be: responses (20), or a share (10%).")
]
_Pace = Annotated[
    float | None,
    typer.Option("--pace", help="Responses read in an hour: tells the hours.", show_default=False),
]


def plan(  # noqa: PLR0913 - an argument an option
    round_path: RoundPath,
    theme: Annotated[str, typer.Option("--theme", help="Of this theme only.")] = "",
    width: _Wide = "10%",
    pace: _Pace = None,
    database: Database = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Tell how many more to audit for an interval of the true count as narrow as is wanted.

    By the rates of the audit so far; without one 85% of the tagged are taken to have the theme and
    3% of the untagged.
    """
    from pipeline.review.planning import plan_audits

    wanted = _width(width)
    if pace is not None and not 0 < pace < math.inf:
        what = f"--pace {pace} is no number of responses an hour."
        raise InputError.because(code="E701", what=what)
    planned, gathered, samples, _ = read_planned(round_path, database, quiet=quiet)
    check_theme(theme, gathered)
    found = list(plan_audits(planned, gathered, samples, wanted, theme))
    if as_json:
        echo_json({"plans": [{**item.as_json(), **_hours(item, pace)} for item in found]})
    else:
        _show(found, pace)


def _width(text: str) -> Width:
    """Raises InputError (E552) for what is neither a number of responses nor a share."""
    from pipeline.review.planning import Width

    number, sign, rest = text.strip().partition("%")
    try:
        value = float(number) if sign else int(number)
    except ValueError:
        value = -1
    if sign and not rest and 0 <= value <= 100:
        return Width(share=value / 100)
    if not sign and value >= 0:
        return Width(responses=int(value))
    raise InputError.because(
        code="E552",
        what=f"--width '{text}' is neither a number of responses nor a share.",
        remedy="Write it as 20, or as 10%.",
    )


def _hours(item: Planned, pace: float | None) -> dict[str, Any]:
    more = item.more_tagged + item.more_untagged + item.waiting
    return {} if pace is None else {"hours": round(more / pace, 1)}


def _show(found: list[Planned], pace: float | None) -> None:
    from pipeline.report.columns import align

    header = ["question", "theme", "of", "wanted", "now", "waiting", "tagged", "untagged"]
    header += ["expected", *(["hours"] if pace else [])]
    lines = align([header, *(_cells(item, pace) for item in found)], left=(0, 1))
    show("\n".join(lines))
    notes = [
        "wanted, now, expected: how many responses wide the interval is. tagged, untagged: how "
        "many to draw and read. waiting: drawn before and not read yet; read these first."
    ]
    if any(item.assumed for item in found):
        notes.append(
            "* no audit to go by: taken are 85% of the tagged with the theme, 3% of the untagged."
        )
    if any(not item.reachable for item in found):
        notes.append("! not to be had: too many are not known that cannot be drawn; read them.")
    show("\n" + "\n".join(notes))


def _cells(item: Planned, pace: float | None) -> list[str]:
    theme = f"{item.theme}{' *' if item.assumed else ''}{'' if item.reachable else ' !'}"
    numbers = [item.of, item.wanted, "-" if item.now is None else item.now, item.waiting]
    numbers += [item.more_tagged, item.more_untagged, item.expected]
    return [item.question, theme, *map(str, numbers), *map(str, _hours(item, pace).values())]
