"""verbatims review verify ROUND."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.boundary import Json, Quiet, echo_json, say, show
from pipeline.cli.review_import import Database, store_path
from pipeline.cli.run import RoundPath
from pipeline.errors import CheckFailed, InputError, Problem

if TYPE_CHECKING:
    from pipeline.readings.chain import Head

_LISTED = 20


def verify(
    round_path: RoundPath,
    head: Annotated[
        str,
        typer.Option("--head", help="COUNT:HASH that was noted: from then on nothing is altered."),
    ] = "",
    run: Annotated[
        Path | None,
        typer.Option("--run", help="A run folder; its run.json has the head.", show_default=False),
    ] = None,
    database: Database = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Find any edit, deletion, swap, insertion or cut in the round's store.

    Every reading and sample has the hash of the one before it. What was cut off at the end, or a
    chain that was made anew, shows only against a head that was noted elsewhere.
    """
    from pipeline.readings.chain import parse_head
    from pipeline.readings.store import open_store
    from pipeline.round import load_round

    path = database or store_path(load_round(round_path))
    heads = [*([parse_head(head)] if head else []), *([_head_of(run)] if run else [])]
    with open_store(path) as store, store.at_once():
        faults, now, chained = store.verify(*heads), store.head(), store.chained
    if as_json:
        told = {"store": path.as_posix(), "sound": not faults, "chained": chained, "head": str(now)}
        echo_json({**told, "against": [str(item) for item in heads], "faults": faults})
    elif not faults:
        show(f"{now.entries} entries, none altered. Head: {now}")
    if not chained and not quiet:
        say("The store is of an older format: its chain will be laid when it is next written to.")
    if not heads and not quiet:
        say("What was cut off at the end shows only against a noted head: --head or --run.")
    if faults:
        raise CheckFailed(*_problems(faults, path.as_posix()))


def _head_of(run: Path) -> Head:
    """The head in a run's manifest. Raises InputError (E584) where there is none."""
    from pipeline import store
    from pipeline.readings.chain import parse_head

    for item in store.read_manifest(run)["inputs"]:
        if item.get("head"):
            return parse_head(item["head"])
    raise InputError.because(
        code="E584",
        where=(run / store.MANIFEST).as_posix(),
        what="the run names no head of a store.",
        remedy="It heard no store, or was made by an older version.",
    )


def _problems(faults: list[str], where: str) -> list[Problem]:
    found = [Problem(code="E581", where=where, what=f"{fault}.") for fault in faults[:_LISTED]]
    if faults[_LISTED:]:
        what = f"and {len(faults) - _LISTED} more."
        found.append(Problem(code="E581", where=where, what=what, remedy="--json lists all."))
    return found
