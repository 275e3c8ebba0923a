"""The words of a shadow buffer: where they are, and a key for the type of each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from pipeline.match.shadows import APOSTROPHE, HYPHEN, LETTER, SPACE, Shadows

_KEEP = np.array([(1 << (8 * width)) - 1 for width in range(9)], np.uint64)
_ODD = np.uint64(0x9E3779B97F4A7C15)
_FOLD = np.uint64(29)
_SPACES = np.array([int.from_bytes(bytes([SPACE] * n), "little") for n in range(9)], np.uint64)
_HYPHENED = np.array(
    [int.from_bytes(bytes([HYPHEN] + [SPACE] * (n - 1))[:n], "little") for n in range(9)], np.uint64
)


@dataclass(frozen=True, slots=True)
class Words:
    """Every word of a buffer in its order.

    `edges` are the places of the units before its first and of its last, by turns; `firsts` are the
    first eight bytes from its start on, what follows a shorter word among them.
    """

    shadows: Shadows
    edges: np.ndarray
    firsts: np.ndarray

    def __len__(self) -> int:
        return len(self.firsts)

    def starts(self, places: np.ndarray) -> np.ndarray:
        """Where some of the words start, in units."""
        starts: np.ndarray = self.edges.take(2 * places) + 1
        return starts

    def ends(self, places: np.ndarray) -> np.ndarray:
        """Where some of the words end (not included)."""
        ends: np.ndarray = self.edges.take(2 * places + 1) + 1
        return ends

    def keys(self, places: np.ndarray) -> np.ndarray:
        """Numbers that tell word types apart, of the words at some places.

        Up to eight bytes it is the word itself; longer ones are hashed to 64 bits (of a million
        types two share a key in one corpus of 40 million).
        """
        edges, firsts = self.edges.take(2 * places), self.firsts.take(places)
        widths = self.edges.take(2 * places + 1) - edges
        keys: np.ndarray = firsts & _KEEP.take(np.minimum(widths, 8))
        eight, done = eight_bytes(self.shadows.units), 8
        long = np.flatnonzero(widths > done)
        while len(long):
            more = eight[edges[long] + 1 + done] & _KEEP[np.minimum(widths[long] - done, 8)]
            known = keys[long]
            keys[long] = (known * _ODD + more) ^ (known >> _FOLD)
            done += 8
            long = long[widths[long] > done]
        return keys

    def eights(self, places: np.ndarray) -> np.ndarray:
        """The first eight bytes of some words as numbers, zeros after the end of a shorter one."""
        edges = self.edges.take(2 * places)
        widths = self.edges.take(2 * places + 1) - edges
        eights: np.ndarray = self.firsts.take(places) & _KEEP.take(np.minimum(widths, 8))
        return eights

    def list(self, numbers: np.ndarray) -> Iterator[str]:
        """Some of the words, folded."""
        raw = self.shadows.units.data
        starts, ends = self.starts(numbers).tolist(), self.ends(numbers).tolist()
        for start, end in zip(starts, ends, strict=True):
            yield str(raw[start:end], "utf-8")

    def joined(self, numbers: np.ndarray) -> np.ndarray:
        """Whether only white space, or a hyphen and white space, parts each word from the next."""
        begins = self.ends(numbers)
        widths = self.starts(numbers + 1) - begins
        short = np.minimum(widths, 8)
        gap = eight_bytes(self.shadows.units)[begins] & _KEEP[short]
        found: np.ndarray = (gap == _SPACES[short]) | (gap == _HYPHENED[short])
        for place in np.flatnonzero(found & (widths > 8)):
            rest = self.shadows.units[begins[place] + 8 : begins[place] + widths[place]]
            found[place] = bool((rest == SPACE).all())
        return found


def find_words(shadows: Shadows, *, keep_hyphens: bool) -> Words:
    """Runs of letters and digits with inner apostrophes and, if they are kept, inner hyphens."""
    units = shadows.units
    letters = units >= LETTER
    inner = np.flatnonzero(units == APOSTROPHE)
    if keep_hyphens:
        inner = np.r_[inner, np.flatnonzero(units == HYPHEN)]
    if len(inner):
        # The buffer starts and ends with units that are no letters.
        inner = inner[letters[inner - 1] & letters[inner + 1]]
        letters[inner] = True
    edges = np.flatnonzero(letters[1:] != letters[:-1])
    return Words(shadows, edges, eight_bytes(units)[edges[0::2] + 1])


def eight_bytes(units: np.ndarray) -> np.ndarray:
    """The eight bytes from each place of a padded buffer, as one number."""
    eight: np.ndarray = np.ndarray(len(units) - 8, "<u8", units.data, strides=(1,))
    return eight
