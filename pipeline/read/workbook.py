"""xlsx -> rows of text."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress

from python_calamine import CalamineError, CalamineWorkbook, WorksheetNotFound

from pipeline.errors import InputError, Problem, near
from pipeline.read.rows import Row, Rows
from pipeline.round import Source

MAX_UNPACKED = 512_000_000
MAX_RATIO = 200
MAX_ENTRIES = 10_000
_EXACT = 10**15


def read_workbook(source: Source) -> Rows:
    """Open the named sheet of an xlsx file, or its first.

    Numbers come as they read in the sheet (12, not 12.0); a whole number of 16 digits or more has
    already lost digits and is refused (E113) in a column that is used. Raises InputError E108 for a
    file that is no workbook or unpacks to more than is safe.
    """
    where = source.path.as_posix()
    _check_safe(source)
    try:
        book = CalamineWorkbook.from_path(source.path)
        names = book.sheet_names
        cells = book.get_sheet_by_name(source.sheet or names[0]).to_python(skip_empty_area=False)
    except WorksheetNotFound as error:
        what = f"there is no sheet '{source.sheet}'."
        raise InputError.because(
            code="E108", where=where, what=what, remedy=near(source.sheet, names)
        ) from error
    except (CalamineError, OSError, ValueError, IndexError) as error:
        raise InputError(_unreadable(where, str(error))) from error
    while cells and not any(_filled(cell) for cell in cells[-1]):
        cells.pop()
    if len(cells) < 2:
        raise InputError.because(code="E102", where=where, what="the sheet has no rows of answers.")
    header = [_as_text(cell) for cell in cells[0]]
    used = [name in source.columns for name in header]
    return Rows(header=header, rows=_rows(cells, used, where))


def _rows(cells: Sequence[Sequence[object]], used: list[bool], where: str) -> Iterator[Row]:
    for number, row in enumerate(cells[1:], start=2):
        if any(_filled(cell) for cell in row):
            _check_digits(compress(row, used), f"{where}: row {number}")
            yield number, [_as_text(cell) for cell in row]


def _filled(cell: object) -> bool:
    return cell is not None and cell != ""


def _check_digits(cells: Iterable[object], where: str) -> None:
    for cell in cells:
        if isinstance(cell, float) and cell.is_integer() and abs(cell) >= _EXACT:
            raise InputError.because(
                code="E113",
                where=where,
                what=f"the number {cell:.0f} has lost digits in the spreadsheet.",
                remedy="Format the column as text and export it again.",
            )


def _as_text(cell: object) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, (datetime.datetime, datetime.date, datetime.time)):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def _check_safe(source: Source) -> None:
    where = source.path.as_posix()
    try:
        with zipfile.ZipFile(source.path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(_unreadable(where, str(error))) from error
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(1, source.path.stat().st_size)
    bomb = unpacked > 10_000_000 and unpacked / packed > MAX_RATIO
    if unpacked > MAX_UNPACKED or len(entries) > MAX_ENTRIES or bomb:
        raise InputError.because(
            code="E108",
            where=where,
            what=f"unpacks from {packed:,} to {unpacked:,} bytes, more than is safe to open.",
            remedy="Export the sheet as csv.",
        )


def _unreadable(where: str, why: str) -> Problem:
    return Problem(
        code="E108",
        where=where,
        what=f"cannot be read as an xlsx workbook ({why}).",
        remedy="Open it in a spreadsheet and save it again as .xlsx, or export it as csv.",
    )
