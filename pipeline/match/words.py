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
    """Every word of a buffer in its order, half-open `[start, end)` in units.

    `keys` tell word types apart: up to eight bytes a key is the word itself, longer ones are hashed
    to 64 bits (of a million types, two share a key once in 40 million corpora).
    """

    shadows: Shadows
    starts: np.ndarray
    ends: np.ndarray
    keys: np.ndarray

    def list(self, numbers: np.ndarray) -> Iterator[str]:
        """Some of the words, folded."""
        raw = self.shadows.units.data
        for start, end in zip(
            self.starts[numbers].tolist(), self.ends[numbers].tolist(), strict=True
        ):
            yield str(raw[start:end], "utf-8")

    def joined(self, numbers: np.ndarray) -> np.ndarray:
        """Whether only white space, or a hyphen and white space, parts each word from the next."""
        begins = self.ends[numbers]
        widths = self.starts[numbers + 1] - begins
        short = np.minimum(widths, 8)
        gap = _eight(self.shadows.units)[begins] & _KEEP[short]
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
    starts, ends = edges[0::2] + 1, edges[1::2] + 1
    return Words(shadows, starts, ends, _keys(units, starts, ends - starts))


def _eight(units: np.ndarray) -> np.ndarray:
    """The eight bytes from each place of a padded buffer, as one number."""
    eight: np.ndarray = np.ndarray(len(units) - 8, "<u8", units.data, strides=(1,))
    return eight


def _keys(units: np.ndarray, starts: np.ndarray, widths: np.ndarray) -> np.ndarray:
    eight = _eight(units)
    keys: np.ndarray = eight[starts] & _KEEP[np.minimum(widths, 8)]
    done = 8
    long = np.flatnonzero(widths > done)
    while len(long):
        more = eight[starts[long] + done] & _KEEP[np.minimum(widths[long] - done, 8)]
        known = keys[long]
        keys[long] = (known * _ODD + more) ^ (known >> _FOLD)
        done += 8
        long = long[widths[long] > done]
    return keys
