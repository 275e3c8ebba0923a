"""What is known of each word type: looked up for every word, worked out once for each type."""

from __future__ import annotations

import threading
from collections.abc import Callable

import numpy as np

from pipeline.match.openings import Openings
from pipeline.match.words import Words

_BITS = 18
_SHIFT = np.uint64(64 - _BITS)
_ODD = tuple(np.uint64(odd) for odd in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))
"""One for each place that a type may take in the table."""
MAX_TYPES = 1 << (_BITS - 1)
"""A corpus of more types than this starts a new vocabulary: memory stays flat."""


class Vocabulary:
    """Word types by their keys, each with the number that `describe` gives its word.

    A type has three places in a table that it may take, so that words are looked up in three
    steps; the very few whose places were all taken are kept in a dict. Frequent types come first,
    and so have the first place. What `openings` rule out is not described. Several threads may look
    up at once; one at a time learns.
    """

    def __init__(self, describe: Callable[[str], int], openings: Openings | None) -> None:
        self._describe = describe
        self._openings = openings
        self._lock = threading.Lock()
        self._clear()

    def _clear(self) -> None:
        # One name for both, so that nobody reads the keys of one table and the values of another.
        self._table = np.zeros(1 << _BITS, np.uint64), np.zeros(1 << _BITS, np.int32)
        self._crowded: dict[int, int] = {}
        self._size = 0

    def look_up(self, words: Words, places: np.ndarray) -> np.ndarray:
        """The numbers of the types of the words at some places."""
        keys = words.keys(places)
        found, missed = self._find(keys)
        if len(missed):
            found[missed] = self._learn(words, places[missed], keys[missed])
        return found

    def _find(self, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What stands for each key, and the places of those that the table lacks."""
        table = self._table
        found, missed = _at(table, 0, keys)
        for choice in range(1, len(_ODD)):
            if not len(missed):
                break
            found[missed], still = _at(table, choice, keys[missed])
            missed = missed[still]
        return found, missed

    def _learn(self, words: Words, places: np.ndarray, keys: np.ndarray) -> np.ndarray:
        keys, samples, inverse = np.unique(keys, return_index=True, return_inverse=True)
        with self._lock:
            values, missed = self._find(keys)  # another thread may have learnt them meanwhile
            crowded = [self._crowded.get(key) for key in keys[missed].tolist()]
            values[missed] = [value or 0 for value in crowded]
            new = missed[[value is None for value in crowded]]
            if self._size + len(new) > MAX_TYPES:
                self._clear()
            asked = new
            if self._openings:
                asked = new[self._openings.may_fit(words.eights(places[samples[new]]))]
            described = words.list(places[samples[asked]])
            values[asked] = [self._describe(word) for word in described]
            self._add(keys[new], values[new])
        learnt: np.ndarray = values[inverse]
        return learnt

    def _add(self, keys: np.ndarray, values: np.ndarray) -> None:
        self._size += len(keys)
        known, meant = self._table
        for choice in range(len(_ODD)):
            places = _places(choice, keys)
            free = np.flatnonzero(known[places] == 0)
            _, first = np.unique(places[free], return_index=True)
            seated = free[first]
            # The value first: whoever finds the key finds its value.
            meant[places[seated]] = values[seated]
            known[places[seated]] = keys[seated]
            keys, values = np.delete(keys, seated), np.delete(values, seated)
        self._crowded.update(zip(keys.tolist(), values.tolist(), strict=True))


def _at(
    table: tuple[np.ndarray, np.ndarray], choice: int, keys: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """What stands at one of each key's places, and where that is not of the key."""
    places = _places(choice, keys)
    # No place is out of range: to say so spares numpy a look at each.
    missed = np.flatnonzero(table[0].take(places, mode="clip") != keys)
    return table[1].take(places, mode="clip"), missed


def _places(choice: int, keys: np.ndarray) -> np.ndarray:
    places: np.ndarray = ((keys * _ODD[choice]) >> _SHIFT).view(np.int64)
    return places
