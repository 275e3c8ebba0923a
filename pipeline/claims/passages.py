"""A report as passages: text with single spaces, that knows where in the source each part lies."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

CELL = " | "
"""What stands between the cells of a table's row in the text of a passage."""
_SPACES = re.compile(r"\s")
_RUN = re.compile(r"\s\s+")
_BREAK = re.compile(r"\n[ \t]*\n\s*|\n\s*\Z|\A\s*\n")

Piece = tuple[int, str]
"""An offset of the source, and the text that begins there."""


class Lines:
    """Offsets of a text as line and column, both from 1; columns count code points."""

    def __init__(self, text: str) -> None:
        self.starts = [0, *(found.end() for found in re.finditer("\n", text))]

    def place(self, offset: int) -> tuple[int, int]:
        """The line and the column of an offset.

        >>> Lines("one\\ntwo").place(5)
        (2, 2)
        """
        line = bisect_right(self.starts, offset)
        return line, offset - self.starts[line - 1] + 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A paragraph, heading, list item or row of a table.

    `segments` are places of `text` and the offsets of the source they come from; between two of
    them text and source run on alike. `columns` are the headers of a row's cells. A passage of a
    source without lines (docx) has a `label` instead.
    """

    text: str
    kind: str = "paragraph"
    heading: str = ""
    columns: tuple[str, ...] = ()
    label: str = ""
    segments: tuple[tuple[int, int], ...] = ()
    lines: Lines | None = field(default=None, repr=False, compare=False)

    def offset(self, at: int) -> int:
        """The offset of the source behind a place of the text."""
        number = bisect_right(self.segments, at, key=lambda segment: segment[0]) - 1
        start, offset = self.segments[max(number, 0)]
        return offset + at - start

    def where(self, at: int) -> str:
        """The place as a person finds it: LINE:COLUMN, or paragraph, or table, row and cell."""
        if self.lines is None:
            cell = f", cell {self.cell(at) + 1}" if self.kind == "row" else ""
            under = f' (under "{self.heading}")' if self.heading else ""
            return f"{self.label}{cell}{under}"
        line, column = self.lines.place(self.offset(at))
        return f"{line}:{column}"

    def cell(self, at: int) -> int:
        """The number of the cell, from 0, that a place of a row's text is in."""
        return self.text.count(CELL, 0, at + 1)


def join_pieces(pieces: Iterable[Piece]) -> tuple[str, tuple[tuple[int, int], ...]]:
    """One text of pieces, every run of white space one space, and its segments.

    >>> join_pieces([(0, "  over 40"), (20, " of\\n  105 ")])
    ('over 40 of 105', ((0, 2), (7, 20), (11, 26)))
    """
    texts: list[str] = []
    segments: list[tuple[int, int]] = []
    length = 0
    for offset, part in _cut_runs(pieces):
        if part[0] == " " and (not texts or texts[-1][-1] == " "):
            offset, part = offset + 1, part[1:]
        if part:
            segments.append((length, offset))
            texts.append(part)
            length += len(part)
    return "".join(texts).rstrip(), tuple(segments)


def _cut_runs(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Pieces in which no two white spaces stand together; each white space is a plain one."""
    for offset, piece in pieces:
        plain = _SPACES.sub(" ", piece)
        start = 0
        for run in _RUN.finditer(plain):
            yield offset + start, plain[start : run.start() + 1]
            start = run.end()
        if start < len(plain):
            yield offset + start, plain[start:]


def join_cells(cells: Iterable[list[Piece]]) -> list[Piece]:
    """The pieces of a row's cells as those of one text, with CELL between cells."""
    joined: list[Piece] = []
    for number, cell in enumerate(cells):
        text, segments = join_pieces(cell)
        ends = [*(start for start, _ in segments[1:]), len(text)]
        last = joined[-1][0] + len(joined[-1][1]) if joined else 0
        if number:
            joined.append((segments[0][1] if segments else last, CELL))
        joined += [
            (offset, text[start:end])
            for (start, offset), end in zip(segments, ends, strict=False)
            if start < end
        ]
    return joined


def read_plain(text: str) -> Iterator[Passage]:
    """Paragraphs of a text: what stands between blank lines."""
    lines = Lines(text)
    start = 0
    for gap in _BREAK.finditer(text):
        yield from _paragraph(text, start, gap.start(), lines)
        start = gap.end()
    yield from _paragraph(text, start, len(text), lines)


def _paragraph(text: str, start: int, end: int, lines: Lines) -> Iterator[Passage]:
    joined, segments = join_pieces([(start, text[start:end])])
    if joined:
        yield Passage(text=joined, segments=segments, lines=lines)
