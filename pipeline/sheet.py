"""CSV that a spreadsheet opens: no cell of it is a formula, and none is changed for good."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

ESCAPED = "escaped"
"""The column that holds 1 where cells of the row had to be escaped."""
_LEADS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
_MARK = "'"


def escape_cell(cell: str) -> str:
    """A cell that a spreadsheet takes for text: one that begins like a formula gets an apostrophe.

    So does one that begins with an apostrophe before such a beginning, so that `restore_cell`
    knows (OWASP, CSV Injection).

    >>> escape_cell("- slow login"), escape_cell("slow"), escape_cell("'=1")
    ("'- slow login", 'slow', "''=1")
    """
    return _MARK + cell if cell.lstrip(_MARK).startswith(_LEADS) else cell


def restore_cell(cell: str) -> str:
    """The cell before `escape_cell`.

    >>> [restore_cell(escape_cell(cell)) for cell in ("- slow", "slow", "'=1", "'tis")]
    ['- slow', 'slow', "'=1", "'tis"]
    """
    if cell.startswith(_MARK) and cell.lstrip(_MARK).startswith(_LEADS):
        return cell[len(_MARK) :]
    return cell


def write_sheet(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV with every cell quoted and escaped, and a last column `escaped`."""
    stream = io.StringIO()
    writer = csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow([*header, ESCAPED])
    for row in rows:
        cells = [escape_cell(cell) for cell in row]
        writer.writerow([*cells, "1" if cells != list(row) else ""])
    return stream.getvalue()
