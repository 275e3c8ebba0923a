"""Columns of plain text."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from itertools import zip_longest

SCREEN = 80
_LEAST = 12
_NARROWEST = 24
_GAP = 2

Lines = list[list[str]]

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


def align_within(
    table: Sequence[Sequence[str]],
    left: Sequence[int] = (0,),
    wrap: Sequence[int] = (0,),
    width: int = SCREEN,
) -> list[str]:
    """As `align`, but the columns that `wrap` names go over several lines, after a hyphen where
    there is one, so that no line is wider than `width`. A long id is broken, never shortened: two
    that differ stay different.

    >>> align_within([["theme", "n"], ["website-and-services", "10"]], width=16)
    ['theme          n', 'website-and-  10', '  services']
    """
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    while sum(widths) + 2 * (len(widths) - 1) > width:
        widest = max(wrap, key=widths.__getitem__)
        if widths[widest] <= _LEAST:
            break
        widths[widest] -= 1
    broken = []
    for row in table:
        cells = [
            _break(cell, widths[number]) if number in wrap else [cell]
            for number, cell in enumerate(row)
        ]
        broken += list(zip_longest(*cells, fillvalue=""))
    return align(broken, left)


def _break(cell: str, width: int) -> list[str]:
    if len(cell) <= width:
        return [cell]
    return textwrap.wrap(cell, width, subsequent_indent="  ")


def show_controls(text: str) -> str:
    """An answer as a terminal may safely show it: controls and direction marks as escapes.

    >>> show_controls(f"red {chr(27)}[31malert")
    'red \\\\x1b[31malert'
    """
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def wrap(text: str) -> str:
    """A paragraph in lines."""
    return textwrap.fill(text, SCREEN, break_on_hyphens=False)


def fits(table: Sequence[Sequence[str]]) -> bool:
    """Whether the first cells have the room that they need, or enough to be cut into lines."""
    return _room(table) >= min(_NARROWEST, max(len(row[0]) for row in table))


def fit_table(table: Sequence[Sequence[str]], left: Sequence[int] = (0,)) -> list[str]:
    """Rows as lines of columns; the first cell of a row is cut into as many lines as it needs."""
    room = _room(table) if fits(table) else max(_NARROWEST, _room(table))
    wrapped: Lines = []
    for first, *cells in table:
        indent = " " * (len(first) - len(first.lstrip()))
        parts = _cut(first, room, indent)
        wrapped += [[part, *[""] * len(cells)] for part in parts[:-1]]
        wrapped.append([parts[-1], *cells])
    return align(wrapped, left=left)


def _room(table: Sequence[Sequence[str]]) -> int:
    """How many columns of a line the first cells may take."""
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return SCREEN - sum(widths[1:]) - _GAP * len(widths[1:])


def _cut(text: str, width: int, indent: str) -> list[str]:
    hang = indent + "  "
    return textwrap.wrap(text.strip(), width, initial_indent=indent, subsequent_indent=hang) or [""]
