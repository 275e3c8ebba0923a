"""Columns of plain text."""

from __future__ import annotations

import re
from collections.abc import Sequence

_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def align(table: Sequence[Sequence[str]], left: Sequence[int] = (0,)) -> list[str]:
    """Rows as lines of columns; numbers to the right, the named columns to the left.

    >>> align([["theme", "n"], ["a", "10"]])
    ['theme   n', 'a      10']
    """
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if number in left else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


def show_controls(text: str) -> str:
    """An answer as a terminal may safely show it: controls and direction marks as escapes.

    >>> show_controls(f"red {chr(27)}[31malert")
    'red \\\\x1b[31malert'
    """
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
