"""verbatims review export ROUND."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.boundary import Quiet, show, warner
from pipeline.cli.review_import import Database, Unblind, store_path
from pipeline.cli.run import RoundPath
from pipeline.errors import InputError


def export_readings(
    round_path: RoundPath,
    form: Annotated[
        str, typer.Option("--format", help="jsonl: everything; csv: the readings alone.")
    ] = "jsonl",
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write to this file, not to stdout.", show_default=False),
    ] = None,
    unblind: Unblind = False,
    database: Database = None,
    quiet: Quiet = False,
) -> None:
    """Write out all that the round's store holds, in the order it came.

    What is written can be imported again. Readings of a double sample are left out until all its
    coders have read it. Cells are as people wrote them: a spreadsheet may take one that starts with
    = for a formula. The head of the store goes with them: by it 'review verify --head' tells
    whether anything that was written out has been altered since.
    """
    from pipeline.readings.blind import count_waiting, tell_withheld
    from pipeline.readings.lines import write_lines
    from pipeline.readings.sheet import write_sheet
    from pipeline.readings.store import open_store
    from pipeline.round import load_round

    if form not in ("csv", "jsonl"):
        what = f"there is no format '{form}'."
        raise InputError.because(code="E701", what=what, remedy="Use csv or jsonl.")
    with open_store(database or store_path(load_round(round_path))) as store, store.at_once():
        readings, samples, head = store.readings(), store.samples(), str(store.head())
        signatures = store.signatures()
    waiting = {} if unblind else count_waiting(samples, readings)
    kept = [reading for reading in readings if reading.sample not in waiting]
    for note in tell_withheld(waiting, len(readings) - len(kept)):
        warner(quiet=quiet)(note)
    lines = (
        write_sheet(kept, head) if form == "csv" else write_lines(kept, samples, head, signatures)
    )
    text = "".join(lines)
    if out:
        out.write_bytes(text.encode())
    elif text:
        show(text.removesuffix("\n"))
