"""How words begin: a quick look that passes over most words of a corpus."""

from __future__ import annotations

from collections.abc import Iterable

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

    def __init__(self, whole: Iterable[str], heads: Iterable[str]) -> None:
        self._table = np.zeros(1 << 16, bool)
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


def _places(keys: np.ndarray) -> np.ndarray:
    places: np.ndarray = ((keys * _ODD) >> _SHIFT).view(np.int64)
    return places
