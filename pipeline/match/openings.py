"""How words begin: a quick look that passes over most words of a corpus."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

import numpy as np

from pipeline.match.shadows import FOLLOWING

WIDE, NARROW = 4, 3
"""So many bytes tell most words of a corpus from those of a codebook; the fewer are for codebooks
that have words of one letter, since all that may follow those would fill the table."""
_ODD = np.uint64(0x9E3779B97F4A7C15)
_BITS = 18
_SHIFT = np.uint64(64 - _BITS)


class Beginnings(NamedTuple):
    """Whole words, and heads that any ending may follow."""

    whole: Collection[str]
    heads: Collection[str]


class Openings:
    """The first bytes of words that may fit: of whole words, and of all that start with a head.

    `sought` are the words that a text is searched for, `all_words` the others of phrases too. A
    word that is passed over fits nothing sought; one that is not may fit nothing either.
    """

    def __init__(self, sought: Beginnings, all_words: Beginnings) -> None:
        shortest = min((len(word.encode()) for word in (*sought.whole, *sought.heads)), default=0)
        self._width = WIDE if shortest > 1 else NARROW
        self._first = np.uint64((1 << (8 * self._width)) - 1)
        self._table = np.zeros(1 << _BITS, bool)
        for word in sought.whole:
            first = word.encode()
            if len(first) >= self._width:
                self._add(first)
            else:
                # What follows a short word, its possessive too, is no letter.
                for after in FOLLOWING:
                    self._add(first + bytes([after]))
        for head in sought.heads:
            self._add(head.encode())
        self._whole = _numbers(form for word in all_words.whole for form in (word, word + "'s"))
        self._heads: dict[int, np.ndarray] = {}
        for width in {min(8, len(head.encode())) for head in all_words.heads}:
            fitting = (head for head in all_words.heads if min(8, len(head.encode())) == width)
            self._heads[width] = _numbers(fitting)

    def _add(self, first: bytes) -> None:
        """All that begins so."""
        first = first[: self._width]
        tails = np.arange(1 << (8 * (self._width - len(first))), dtype=np.uint64)
        begin = np.uint64(int.from_bytes(first, "little"))
        self._table[_places((tails << np.uint64(8 * len(first))) | begin)] = True

    def pass_over(self, keys: np.ndarray) -> np.ndarray:
        """The places of the words to look up, by the eight bytes that each begins with."""
        return np.flatnonzero(self._table.take(_places(keys & self._first), mode="clip"))

    def may_fit(self, eights: np.ndarray) -> np.ndarray:
        """A closer look, by up to eight bytes of each word with zeros after its end."""
        found = _is_among(eights, self._whole)
        for width, heads in self._heads.items():
            found |= _is_among(eights & np.uint64((1 << (8 * width)) - 1), heads)
        return found


def _numbers(words: Iterable[str]) -> np.ndarray:
    """The first eight bytes of each word as a number, in order."""
    numbers = {int.from_bytes(word.encode()[:8], "little") for word in words}
    return np.array(sorted(numbers), np.uint64)


def _is_among(keys: np.ndarray, known: np.ndarray) -> np.ndarray:
    if not len(known):
        return np.zeros(len(keys), bool)
    places = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    found: np.ndarray = known[places] == keys
    return found


def _places(keys: np.ndarray) -> np.ndarray:
    places: np.ndarray = ((keys * _ODD) >> _SHIFT).view(np.int64)
    return places
