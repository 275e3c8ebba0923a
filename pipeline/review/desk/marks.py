"""A text cut where quotes start and end, so that overlapping quotes can be shown in one line."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import NamedTuple


class Mark(NamedTuple):
    """A quote to be shown: half open, in code points; `number` is what the page calls its theme."""

    start: int
    end: int
    number: int


class Segment(NamedTuple):
    """A piece of a text with the numbers of the quotes over it, and of those that start with it."""

    text: str
    over: tuple[int, ...]
    starting: tuple[int, ...]


def cut_text(text: str, marks: Iterable[Mark]) -> list[Segment]:
    """The pieces of a text, which joined are the text. Marks outside it or empty are left out.

    >>> for piece in cut_text("slow wifi here", [Mark(0, 9, 1), Mark(5, 9, 2)]): print(piece)
    Segment(text='slow ', over=(1,), starting=(1,))
    Segment(text='wifi', over=(1, 2), starting=(2,))
    Segment(text=' here', over=(), starting=())
    """
    kept = sorted({mark for mark in marks if 0 <= mark.start < mark.end <= len(text)})
    edges = sorted({0, len(text), *(m.start for m in kept), *(m.end for m in kept)})
    return [
        Segment(
            text[start:end],
            tuple(sorted({m.number for m in kept if m.start <= start and end <= m.end})),
            tuple(sorted({m.number for m in kept if m.start == start})),
        )
        for start, end in itertools.pairwise(edges)
    ]
