"""What is known of each word type: looked up for every word, worked out once for each type."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from pipeline.match.words import Words

_BITS = 18
_SHIFT = np.uint64(64 - _BITS)
_ODD = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F))
MAX_TYPES = 1 << (_BITS - 1)
"""A corpus of more types than this starts a new vocabulary: memory stays flat."""


class Vocabulary:
    """Word types by their keys, each with the number that `describe` gives its word.

    A type has two places in a table that it may take, so that words are looked up in two steps; the
    few whose places were both taken are kept in a dict. Frequent types come first, and so have the
    first place.
    """

    def __init__(self, describe: Callable[[str], int]) -> None:
        self._describe = describe
        self._clear()

    def _clear(self) -> None:
        self._keys = np.zeros(1 << _BITS, np.uint64)
        self._values = np.zeros(1 << _BITS, np.int32)
        self._crowded: dict[int, int] = {}
        self._size = 0

    def look_up(self, words: Words, places: np.ndarray) -> np.ndarray:
        """The numbers of the types of the words at some places."""
        keys = words.keys(places)
        found, missed = self._at(0, keys)
        if len(missed):
            found[missed], still = self._at(1, keys[missed])
            missed = missed[still]
        if len(missed):
            found[missed] = self._learn(words, places[missed], keys[missed])
        return found

    def _at(self, choice: int, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """What stands at each key's first or second place, and where that is not of the key."""
        places = _places(choice, keys)
        # No place is out of range: to say so spares numpy a look at each.
        missed = np.flatnonzero(self._keys.take(places, mode="clip") != keys)
        return self._values.take(places, mode="clip"), missed

    def _learn(self, words: Words, places: np.ndarray, keys: np.ndarray) -> np.ndarray:
        keys, samples, inverse = np.unique(keys, return_index=True, return_inverse=True)
        values = np.array([self._crowded.get(key, -1) for key in keys.tolist()], np.int32)
        new = np.flatnonzero(values == -1)
        if self._size + len(new) > MAX_TYPES:
            self._clear()
        for number, word in zip(new.tolist(), words.list(places[samples[new]]), strict=True):
            values[number] = self._describe(word)
        self._add(keys[new], values[new])
        learnt: np.ndarray = values[inverse]
        return learnt

    def _add(self, keys: np.ndarray, values: np.ndarray) -> None:
        self._size += len(keys)
        for choice in range(2):
            places = _places(choice, keys)
            free = np.flatnonzero(self._keys[places] == 0)
            self._keys[places[free]] = keys[free]
            # Of several that want one place the last has it.
            seated = self._keys[places] == keys
            self._values[places[seated]] = values[seated]
            keys, values = keys[~seated], values[~seated]
        self._crowded.update(zip(keys.tolist(), values.tolist(), strict=True))


def _places(choice: int, keys: np.ndarray) -> np.ndarray:
    places: np.ndarray = ((keys * _ODD[choice]) >> _SHIFT).view(np.int64)
    return places
