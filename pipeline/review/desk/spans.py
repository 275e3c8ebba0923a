"""A span that a person marked, as it is kept at the head of a decision's memo.

The store has no column for it. `[12,20) so she says` is code points 12 to 20, the last not
included, and a note; a note alone that looks like that has a space before it.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_HEAD = re.compile(r"\[(\d{1,9}),(\d{1,9})\)(?: (.*))?", re.DOTALL)


class Noted(NamedTuple):
    """What a memo says: the span (empty where none was marked), and the note."""

    span: tuple[int, int] | tuple[()]
    note: str


def write_memo(noted: Noted) -> str:
    """The memo that `read_memo` reads.

    >>> write_memo(Noted((12, 20), "so she says")), write_memo(Noted((), "perhaps"))
    ('[12,20) so she says', 'perhaps')
    """
    if not noted.span:
        plain = not (noted.note.startswith(" ") or _HEAD.fullmatch(noted.note))
        return noted.note if plain else f" {noted.note}"
    start, end = noted.span
    return f"[{start},{end}) {noted.note}".rstrip()


def read_memo(memo: str) -> Noted:
    """The span and the note of a memo.

    >>> read_memo("[12,20) so she says")
    Noted(span=(12, 20), note='so she says')
    """
    found = _HEAD.fullmatch(memo)
    if not found:
        return Noted((), memo.removeprefix(" "))
    start, end, note = found.groups()
    return Noted((int(start), int(end)), note or "")
