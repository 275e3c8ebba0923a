"""The chain of hashes over a store: what each entry's hash is made of, and what a head says."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.errors import InputError
from pipeline.readings.records import hash_of

START = "0" * 64
"""What stands before the first entry."""

Row = Sequence[object]


class Head(NamedTuple):
    """How many entries a store has, and the hash of the last, which rests on all before it.

    >>> str(Head(0, START))[:8]
    '0:000000'
    """

    entries: int
    hash: str

    def __str__(self) -> str:
        return f"{self.entries}:{self.hash}"


class Entry(NamedTuple):
    """A link: the entry's place in the order of arrival, which row it is of, and the hashes."""

    number: int
    kind: str
    entry: int
    leaf: str
    previous: str
    head: str


def leaf_of(kind: str, row: Row, parts: Iterable[Row]) -> str:
    """The hash of an entry as it is stored: every cell of its row and, in their order, of its
    decisions or members. Cells that no store of ours writes give "", which is no hash.
    """
    try:
        return hash_of([kind, list(row), [_filled(part) for part in parts]])
    except (TypeError, UnicodeEncodeError):
        return ""


def _filled(part: Row) -> list[object]:
    """The cells of a part without empty ones at its end: a decision without a span has the hash
    that it had when there were no columns for spans.
    """
    cells = list(part)
    while cells and cells[-1] is None:
        cells.pop()
    return cells


def link(before: Head, kind: str, entry: int, leaf: str) -> Entry:
    """The link of the next entry; its hash is over the one before, its number and its content."""
    number = before.entries + 1
    head = hash_of([before.hash, number, kind, entry, leaf])
    return Entry(number, kind, entry, leaf, before.hash, head)


def parse_head(text: str) -> Head:
    """A head as it is printed, COUNT:HASH; the hash alone has the count 0.

    Raises InputError (E584) for anything else.
    """
    count, colon, found = text.strip().rpartition(":")
    if len(found) == 64 and set(found) <= set("0123456789abcdef"):
        if not colon:
            return Head(0, found)
        if count.isascii() and count.isdigit() and len(count) < 19:
            return Head(int(count), found)
    raise InputError.because(
        code="E584",
        what=f"'{text}' is not the head of a store.",
        remedy="Write COUNT:HASH, as 'verbatims review verify' prints it.",
    )
