"""How words begin: a quick look that passes over most words of a corpus."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import numpy as np

from pipeline.match.shadows import FOLLOWING

WIDTH = 3
"""So many bytes tell most words of a corpus from those of a codebook."""
_FIRST = np.uint64((1 << (8 * WIDTH)) - 1)
_ODD = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(48)


class Openings:
    """The first bytes of words that may fit: of whole words, and of all that start with a head.

    A word that is passed over fits nothing; one that is not may fit nothing either.
    """

    def __init__(self, whole: Collection[str], heads: Collection[str]) -> None:
        self._table = np.zeros(1 << 16, bool)
        self._whole = _numbers(form for word in whole for form in (word, word + "'s"))
        self._heads: dict[int, np.ndarray] = {}
        for width in {min(8, len(head.encode())) for head in heads}:
            fitting = (head for head in heads if min(8, len(head.encode())) == width)
            self._heads[width] = _numbers(fitting)
        for word in whole:
            first = word.encode()
            if len(first) >= WIDTH:
                self._add(first)
            else:
                # What follows a short word, its possessive too, is no letter.
                for after in FOLLOWING:
                    self._add(first + bytes([after]))
        for head in heads:
            self._add(head.encode())

    def _add(self, first: bytes) -> None:
        """All that begins so."""
        first = first[:WIDTH]
        tails = np.arange(1 << (8 * (WIDTH - len(first))), dtype=np.uint64)
        begin = np.uint64(int.from_bytes(first, "little"))
        self._table[_places((tails << np.uint64(8 * len(first))) | begin)] = True

    def pass_over(self, keys: np.ndarray) -> np.ndarray:
        """The places of the words that may fit, by the eight bytes that each begins with."""
        return np.flatnonzero(self._table.take(_places(keys & _FIRST), mode="clip"))

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
