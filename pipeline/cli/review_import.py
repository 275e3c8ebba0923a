"""verbatims review import ROUND FILE."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.boundary import Json, Quiet, echo_json, say, show, warner
from pipeline.cli.run import RoundPath

if TYPE_CHECKING:
    from pipeline.readings.importing import Imported
    from pipeline.round import Round
    from pipeline.round.place import Place

Database = Annotated[
    Path | None,
    typer.Option(
        "--db",
        help="The store, a file. By default the round's, or decisions.db beside round.yaml.",
        show_default=False,
    ),
]
Unblind = Annotated[
    bool, typer.Option("--unblind", help="With readings of double samples that are not finished.")
]


def import_readings(
    round_path: RoundPath,
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="csv (or another table), or JSON Lines (.jsonl).")
    ],
    coder: Annotated[
        str, typer.Option("--coder", help="Who read, where the file does not say: NAME.")
    ] = "",
    database: Database = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Bring people's readings, samples and signatures into the round's store.

    All of the file or nothing of it; the same file again adds nothing.
    """
    from pipeline.codebook.load import load_codebook
    from pipeline.noted import note_answers
    from pipeline.readings.blind import check_doubles
    from pipeline.readings.importing import add_imported, read_incoming
    from pipeline.readings.incoming import complete
    from pipeline.readings.records import now
    from pipeline.readings.store import open_store
    from pipeline.round import load_round

    # The store that a round names is made here: it need not be there yet.
    the_round = load_round(round_path, with_files=False)
    codebook = load_codebook(the_round.codebook)
    arrived = read_incoming(file, codebook)
    warn = warner(quiet=quiet)
    for note in arrived.notes:
        warn(note)
    answers = note_answers(the_round, {r.response_id for r in arrived.readings}, warn)
    readings = complete(arrived.readings, answers, codebook, coder)
    path = database or store_path(the_round)
    with open_store(path, create=True, say=warn) as store:
        check_doubles(readings, [*store.samples(), *arrived.samples])
        done = add_imported(store, readings, arrived, now())
        head = str(store.head())
    _show(done, path, head, as_json=as_json)
    if not quiet and the_round.decisions is None:
        say(f"Add 'decisions: {path.name}' to {the_round.path.as_posix()} to let them count.")


def store_path(the_round: Round) -> Place:
    """Where the round's store is, or would be."""
    from pipeline.readings.sqlitefile import is_store

    if the_round.decisions and is_store(the_round.decisions):
        return the_round.decisions
    return the_round.path.parent / "decisions.db"


def _show(done: Imported, path: Place, head: str, *, as_json: bool) -> None:
    if as_json:
        echo_json({"store": path.as_posix(), **done._asdict(), "head": head})
        return
    more = [(done.samples, "sample"), (done.signatures, "signature")]
    also = "".join(f" and {_number(count, what)}" for count, what in more if count)
    added = f"{_number(done.added, 'reading')}{also} added to {path.as_posix()}"
    show(f"{added}; {done.skipped} {'was' if done.skipped == 1 else 'were'} there.")


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
