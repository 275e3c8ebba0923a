"""Source file + round -> responses: csv, tsv, xlsx, parquet and jsonl, wide or long."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

import pyarrow as pa

from pipeline.errors import InputError, Problem
from pipeline.read.answers import collect_answers
from pipeline.read.delimited import read_delimited
from pipeline.read.layout import Layout, find_columns
from pipeline.read.records import read_json_lines, read_parquet
from pipeline.read.rows import Row, Rows
from pipeline.round import Source
from pipeline.tables import RESPONSES

BATCH_SIZE = 10_000

Warn = Callable[[Problem], None]


def _read_workbook(source: Source) -> Rows:
    from pipeline.read.workbook import read_workbook  # noqa: PLC0415 - only xlsx needs it

    return read_workbook(source)


READERS: dict[str, Callable[[Source], Rows]] = {
    ".csv": read_delimited,
    ".tsv": read_delimited,
    ".txt": read_delimited,
    ".xlsx": _read_workbook,
    ".parquet": read_parquet,
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
}


def read_responses(
    source: Source, warn: Warn | None = None, batch_size: int = BATCH_SIZE
) -> Iterator[pa.Table]:
    """Batches of **responses**, text untouched, in the order of the source; status still empty.

    A text with half a character in it (a lone surrogate, which JSON can carry) cannot be stored:
    it comes with status `unprocessed`, its reason and U+FFFD in its place. Raises InputError for
    everything that can be wrong with a source; `warn` is given what is merely worth knowing.
    """
    say = warn or (lambda problem: None)
    rows, layout = _open(source)
    for note in rows.notes:
        say(note)
    if not source.respondent:
        say(_nameless(source))
    for batch in _batches(_answers(rows, layout), batch_size):
        yield RESPONSES.build(batch)
    for note in layout.close():
        say(note)


def read_answers(source: Source, repeats: str = "refuse") -> pa.Table:
    """The **answers** to the closed questions of a source, in one pass over it.

    A respondent's rows must agree; with `repeats` keep-last the last that says something stands.
    Raises InputError (E532 to E535) for every answer that cannot be taken, all at once.
    """
    rows, layout = _open(source)
    return collect_answers(_filled_rows(rows), layout, repeats)


def _open(source: Source) -> tuple[Rows, Layout]:
    reader = READERS.get(source.path.suffix.lower())
    if reader is None:
        raise InputError.because(
            code="E103",
            where=source.path.as_posix(),
            what=f"'{source.path.suffix}' files are not read here.",
            remedy="These are: " + ", ".join(READERS) + ".",
        )
    rows = reader(source)
    return rows, find_columns(source, rows)


def _answers(rows: Rows, layout: Layout) -> Iterator[dict[str, Any]]:
    for number, cells in _filled_rows(rows):
        for answer in layout.respond(number, cells):
            yield _storable(answer, layout.source)


def _filled_rows(rows: Rows) -> Iterator[Row]:
    """A row of nothing is what spreadsheets write where there once was one."""
    return (row for row in rows.rows if len(row[1]) == 1 or any(row[1]))


def _batches(answers: Iterator[dict[str, Any]], size: int) -> Iterator[list[dict[str, Any]]]:
    while batch := list(islice(answers, size)):
        yield batch


def _storable(response: dict[str, Any], source: Source) -> dict[str, Any]:
    text = response["text"]
    ids = (response["response_id"], response["respondent"], response["question"])
    if any(map(_is_broken, (*ids, *dict(response["groups"]).values()))):
        raise InputError.because(
            code="E109",
            where=f"{source.path.as_posix()}: row {response['row']}",
            what="an id, question or group has half a character in it (a lone surrogate).",
            remedy="Mend the row.",
        )
    if not _is_broken(text):
        return response
    cleaned = "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)
    reason = "the text has half a character in it (a lone surrogate)"
    return {**response, "text": cleaned, "status": "unprocessed", "reason": reason}


def _is_broken(text: str) -> bool:
    return not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text)


def _nameless(source: Source) -> Problem:
    made = "" if source.response else "ids are made from row and text, and "
    return Problem(
        code="W103",
        where=source.path.as_posix(),
        what=f"no respondent column is named: {made}the same person answering twice cannot be "
        "seen.",
        remedy="Name one with 'respondent:' if the source has it.",
    )
