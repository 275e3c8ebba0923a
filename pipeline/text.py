"""Text that is only ever read: quotes cut from it, and folded shadows that map back to it.

Offsets are Unicode code points of the untouched text, everywhere.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
"""A word of a folded text: a run of letters and digits with inner apostrophes."""

_APOSTROPHES = frozenset("'‘’‛ʼʹ′´＇")
_HYPHENS = frozenset("-‐‑‒⁃﹣－")


def cut_quote(text: str, start: int, end: int) -> str:
    """The quote at half-open `[start, end)`: the one place that cuts quotes.

    >>> cut_quote("😀 Citrix", 2, 8)
    'Citrix'
    """
    if not 0 <= start <= end <= len(text):
        raise ValueError(f"no quote at [{start}, {end}) of a text of {len(text)} characters")
    return text[start:end]


def cut_quotes(texts: pa.Array, rows: np.ndarray, spans: np.ndarray) -> pa.Array:
    """`cut_quote` of many: from text `rows[i]` the quote at `spans[i]`, a start and an end.

    >>> cut_quotes(pa.array(["a b", "😀 Citrix"]), np.array([1, 0]), np.array([[2, 8], [2, 3]]))
    <pyarrow.lib.StringArray object at ...>
    [
      "Citrix",
      "b"
    ]
    """
    begins, units = text_bytes(texts)
    spans = begins[rows][:, None] + spans
    several = pc.not_equal(pc.utf8_length(texts), pc.binary_length(texts))
    foreign = np.flatnonzero(several.to_numpy(zero_copy_only=False)[rows])
    if len(foreign):
        spans[foreign] = _byte_spans(texts, rows[foreign], spans[foreign])
    widths = (spans[:, 1] - spans[:, 0]).astype(np.int32)
    ends = np.cumsum(widths, dtype=np.int32)
    places = np.repeat((spans[:, 0] - ends + widths).astype(np.int32), widths)
    places += np.arange(len(places), dtype=np.int32)
    quoted = units.take(places, mode="clip")
    offsets = np.concatenate((np.zeros(1, np.int32), ends))
    return pa.StringArray.from_buffers(len(rows), pa.py_buffer(offsets), pa.py_buffer(quoted))


def text_bytes(texts: pa.Array) -> tuple[np.ndarray, np.ndarray]:
    """Where each text begins and the last ends in the bytes of all, and those bytes."""
    ends = np.frombuffer(texts.buffers()[1], np.int32)[texts.offset :][: len(texts) + 1]
    return ends, np.frombuffer(texts.buffers()[2] or b"", np.uint8)


def _byte_spans(texts: pa.Array, rows: np.ndarray, spans: np.ndarray) -> np.ndarray:
    """The bytes of spans that count code points from where their text begins."""
    begins, _ = text_bytes(texts)
    known, place = np.unique(rows, return_inverse=True)
    ends, units = text_bytes(texts.take(pa.array(known)))
    leads = np.append(np.flatnonzero((units[: ends[-1]] & 0xC0) != 0x80), ends[-1])
    start = begins[rows][:, None]
    codes = np.searchsorted(leads, ends[place])[:, None] + spans - start
    found: np.ndarray = leads[codes] - ends[place][:, None] + start
    return found


@dataclass(frozen=True, slots=True)
class Shadow:
    """A folded copy of a text for matching, and the way back.

    `origin[i]` is the place in the untouched text of folded character `i`; None when folding moved
    nothing.
    """

    folded: str
    origin: tuple[int, ...] | None
    text: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the untouched text behind a non-empty folded span.

        Marks that belong to the last letter stay with it, so an accent typed as a separate
        character is never cut off a quote.
        """
        if self.origin is None:
            return start, end
        first, last = self.origin[start], self.origin[end - 1] + 1
        while last < len(self.text) and unicodedata.category(self.text[last]) == "Mn":
            last += 1
        return first, last


def fold(text: str) -> Shadow:
    """Fold case, accents, curly apostrophes, hyphens, full-width and invisible characters.

    >>> fold("The Café’s log‑in").folded
    "the cafe's log-in"
    """
    if text.isascii():
        return Shadow(text.lower(), None, text)
    pieces = [_fold_character(character) for character in text]
    origin = tuple(place for place, piece in enumerate(pieces) for _ in piece)
    return Shadow("".join(pieces), origin, text)


def fold_but_case(text: str) -> str:
    """What `fold` makes of a text, with its capitals left.

    >>> fold_but_case("The Café’s IT")
    "The Cafe's IT"
    """
    if text.isascii():
        return text
    return "".join(_fold_character(c, keep_case=True) for c in text)


@cache
def _fold_character(character: str, *, keep_case: bool = False) -> str:
    if character in _APOSTROPHES:
        return "'"
    if character in _HYPHENS:
        return "-"
    folded = character if keep_case else character.casefold()
    decomposed = unicodedata.normalize("NFKD", folded)
    decomposed = decomposed if keep_case else decomposed.casefold()
    return "".join(c for c in decomposed if unicodedata.category(c) not in ("Mn", "Cf"))


def fold_words(text: str) -> tuple[str, ...]:
    """The words of a text, folded.

    >>> fold_words("Don’t  LOG-in!")
    ("don't", 'log', 'in')
    """
    return tuple(WORD.findall(fold(text).folded))
