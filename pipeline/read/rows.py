"""What every reader gives: a header, and rows of text with their numbers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.errors import Problem

Row = tuple[int, list[str]]


@dataclass(slots=True, kw_only=True)
class Rows:
    """A source opened: the header is row 1, as in a spreadsheet. `notes` are warnings."""

    header: list[str]
    rows: Iterator[Row]
    notes: tuple[Problem, ...] = ()
