"""csv and tsv -> rows of text, to the code point."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from pipeline.errors import InputError
from pipeline.read.encoding import choose_encoding
from pipeline.read.rows import Rows
from pipeline.round import Source

_MAX_CELL = 100_000_000
_LISTED = 5
_RIVALS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}


def read_delimited(source: Source) -> Rows:
    """Open a csv or tsv file.

    A quoted cell keeps its line breaks as they are, bare CR too. Raises InputError for ragged
    rows (E105), broken quotes (E106), an empty file (E102) and a wrong encoding (E104).
    """
    encoding, note = choose_encoding(source.path, source.encoding)
    delimiter = delimiter_of(source)
    if len(delimiter) != 1 or delimiter in '"\r\n':
        what = f"'delimiter' must be one character that cuts cells, not {delimiter!r}."
        raise InputError.because(code="E206", where=source.path.as_posix(), what=what)
    csv.field_size_limit(_MAX_CELL)
    header = _check_shape(source.path, encoding, delimiter)
    records = _records(source.path, encoding, delimiter)
    next(records)
    rows = ((number, cells) for number, _, cells in records)
    return Rows(header=header, rows=rows, notes=(note,) if note else ())


def delimiter_of(source: Source) -> str:
    """What cuts the cells: as stated, or else as the kind of file has it."""
    return source.delimiter or ("\t" if source.path.suffix.lower() == ".tsv" else ",")


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, int, list[str]]]:
    """(row, last line, cells) of every record; the header is row 1, empty lines are no record."""
    with path.open(encoding=encoding, newline="") as stream:
        reader = csv.reader(stream, delimiter=delimiter, strict=True)
        number = 0
        while True:
            started = reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise InputError.because(
                    code="E106",
                    where=f"{path.as_posix()}: row {number + 1} (line {started})",
                    what=f"the quotes do not pair up ({error}).",
                    remedy="Close the quoted cell, or double the quotes inside it.",
                ) from error
            number += 1
            if cells:
                yield number, reader.line_num, cells


def _check_shape(path: Path, encoding: str, delimiter: str) -> list[str]:
    """The header, after every row was seen to be as wide as it is."""
    records = _records(path, encoding, delimiter)
    _, _, header = next(records, (0, 0, []))
    if not header:
        raise InputError.because(code="E102", where=path.as_posix(), what="the file is empty.")
    ragged: list[str] = []
    count = rows = 0
    for number, line, cells in records:
        rows += 1
        if len(cells) != len(header):
            count += 1
            if count <= _LISTED:
                ragged.append(f"row {number} (line {line}) has {len(cells)}")
    if count:
        more = f" and {count - _LISTED} more rows" if count > _LISTED else ""
        raise InputError.because(
            code="E105",
            where=path.as_posix(),
            what=f"the header has {len(header)} cells, but {', '.join(ragged)}{more}.",
            remedy="Quote cells that hold the delimiter, or mend these rows.",
        )
    if not rows:
        what = "there is a header and no row under it."
        raise InputError.because(code="E102", where=path.as_posix(), what=what)
    return header


def find_delimiter(path: Path, columns: Sequence[str]) -> str:
    """What cuts a file whose header should have these columns.

    Spreadsheets of countries with a decimal comma write csv with semicolons. Where nothing gives
    the columns it is what is usual, or if that leaves one cell what cuts the header into most.
    """
    encoding, _ = choose_encoding(path)
    usual = delimiter_of(Source(path=path))
    headers = {cut: _header(path, encoding, cut) for cut in (usual, *_RIVALS)}
    for delimiter, header in headers.items():
        if set(columns) <= set(header):
            return delimiter
    if len(headers[usual]) > 1:
        return usual
    return max(headers, key=lambda delimiter: len(headers[delimiter]))


def _header(path: Path, encoding: str, delimiter: str) -> list[str]:
    """The header if so cut; empty where its quotes do not pair up then."""
    try:
        return next(_records(path, encoding, delimiter), (0, 0, []))[2]
    except InputError:
        return []


def likely_delimiter(header: list[str], delimiter: str) -> str:
    """A hint when a header of one cell seems to be cut by another character.

    >>> print(likely_delimiter(["id;text;question"], ","))
    The header looks cut by ';' (semicolon): set 'delimiter: ";"' under 'source:'.
    """
    if len(header) != 1:
        return ""
    for rival, name in _RIVALS.items():
        if rival != delimiter and rival in header[0]:
            shown = "\\t" if rival == "\t" else rival
            return (
                f"The header looks cut by '{shown}' ({name}): "
                f"set 'delimiter: \"{shown}\"' under 'source:'."
            )
    return ""
