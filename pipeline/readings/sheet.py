"""Readings as csv: a row a decision; and coded.csv, a row a theme present."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import groupby
from pathlib import Path

from pipeline.codebook.model import Codebook
from pipeline.coded import UNREAD, note_unread, open_coded, read_coded
from pipeline.decisions import decide
from pipeline.errors import InputError
from pipeline.readings.incoming import Arrived, Incoming
from pipeline.readings.records import SAID, Decision, StoredReading, hash_text, utc
from pipeline.sheet import ESCAPED, restore_cell

COLUMNS = (
    *("reading", "response_id", "question", "coder", "time", "sample", "text_hash"),
    *("theme", "facet", "decision", "memo", "theme_hash", "start", "end"),
)


HEAD_COLUMN = "store_head"


def write_sheet(
    readings: Iterator[StoredReading] | list[StoredReading], head: str = ""
) -> Iterator[str]:
    """The lines of a csv file with `COLUMNS`, every cell quoted and none altered; the head of the
    store, if one is given, in a last column of every row: sorted or cut, the file keeps it.

    A reading with a memo of its own, or with nothing in view, has a row without a theme.
    """
    last = (head,) if head else ()
    yield _line((*COLUMNS, *((HEAD_COLUMN,) if head else ())))
    for number, reading in enumerate(readings, start=1):
        own = (
            *(str(number), reading.response_id, reading.question, reading.coder),
            *(reading.time, reading.sample, reading.text_hash),
        )
        if reading.memo or not reading.decisions:
            yield _line((*own, "", "", "", reading.memo, "", "", "", *last))
        for d in reading.decisions:
            said = (d.theme, d.facet, d.decision, d.memo, d.theme_hash)
            yield _line((*own, *said, *(map(str, d.span) if d.span else ("", "")), *last))


def _line(cells: tuple[str, ...]) -> str:
    stream = io.StringIO(newline="")
    csv.writer(stream, lineterminator="\n", quoting=csv.QUOTE_ALL).writerow(cells)
    return stream.getvalue()


def read_sheet(path: Path, codebook: Codebook) -> Arrived:
    """Read a table of hand coding: with a column `decision` a row is a decision on what was in
    view; without, the file is a coded.csv.

    Raises InputError: E401 for a missing column or id, E404 for a theme that the codebook lacks,
    E412 for a cell that means nothing.
    """
    opened = open_coded(path)
    if "decision" not in opened.header:
        return _read_plain(path, codebook)
    places = {name: opened.header.index(name) for name in COLUMNS if name in opened.header}
    grouped: dict[tuple[str, ...], list[tuple[str, dict[str, str]]]] = {}
    unread: dict[str, None] = {}
    for number, cells in opened.rows:
        cell = dict.fromkeys(COLUMNS, "") | {name: cells[at] for name, at in places.items()}
        if ESCAPED in opened.header and cells[opened.header.index(ESCAPED)] == "1":
            cell = {name: restore_cell(value) for name, value in cell.items()}
        if UNREAD in (cell["theme"].strip(), cell["decision"].strip()):
            unread[cell["response_id"]] = None
            continue
        key = (cell["reading"], cell["response_id"], cell["coder"])
        grouped.setdefault(key, []).append((f"{path.as_posix()}: row {number}", cell))
    notes = (*opened.notes, *note_unread(path, unread, {key[1] for key in grouped}))
    return Arrived(tuple(_one_reading(found) for found in grouped.values()), (), notes)


def _one_reading(found: list[tuple[str, dict[str, str]]]) -> Incoming:
    where, first = found[0]
    if not first["response_id"].strip():
        raise InputError.because(code="E401", where=where, what="the row has no response_id.")
    memo = ""
    decisions: dict[tuple[str, str], Decision] = {}
    for place, cell in found:
        if not cell["theme"]:
            memo = cell["memo"]
            continue
        if cell["decision"] not in SAID or (cell["theme"], cell["facet"]) in decisions:
            what = f"'{cell['decision']}' on '{cell['theme']}' cannot stand here."
            remedy = "A decision is present, absent or unsure, one on each theme of a reading."
            raise InputError.because(code="E412", where=place, what=what, remedy=remedy)
        decisions[cell["theme"], cell["facet"]] = _decision(cell, place)
    return Incoming(
        where=where,
        response_id=first["response_id"],
        decisions=tuple(decisions.values()),
        coder=first["coder"],
        time=utc(first["time"]) if first["time"] else "",
        question=first["question"] if first["text_hash"] else "",
        text_hash=first["text_hash"],
        sample=first["sample"],
        memo=memo,
    )


def _decision(cell: Mapping[str, str], where: str) -> Decision:
    made = Decision(
        theme=cell["theme"],
        facet=cell["facet"],
        decision=cell["decision"],
        memo=cell["memo"],
        theme_hash=cell["theme_hash"],
    )
    start, end = cell["start"].strip(), cell["end"].strip()
    if not (start or end):
        return made
    is_span = all(text.isascii() and text.isdigit() and len(text) < 19 for text in (start, end))
    if not is_span or int(start) >= int(end) or made.decision != "present":
        what = f"'{start}' to '{end}' are no words marked for '{made.theme}'."
        remedy = "Of a theme that is present, write start and end, counted from 0; or neither."
        raise InputError.because(code="E412", where=where, what=what, remedy=remedy)
    return replace(made, start=int(start), end=int(end))


def _read_plain(path: Path, codebook: Codebook) -> Arrived:
    coded = read_coded(path, codebook)
    table = decide(coded, codebook).to_pylist()
    by_number = {
        number: tuple(
            Decision(theme=d["theme"], facet=d["facet"], decision=d["decision"], memo=d["memo"])
            for d in group
        )
        for number, group in groupby(table, key=lambda row: row["reading"])
    }
    readings = tuple(
        Incoming(
            where=path.as_posix(),
            response_id=reading.response_id,
            coder=reading.coder,
            text_hash=hash_text(reading.text) if reading.text else "",
            decisions=by_number.get(number, ()),
            sample=reading.sample,
        )
        for number, reading in enumerate(coded.readings, start=1)
    )
    return Arrived(readings, (), coded.notes)
