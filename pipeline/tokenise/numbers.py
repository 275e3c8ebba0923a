"""Which sentence places in texts are in, for many texts at once.

The stops between the places of a text are looked at together, and where each of them surely ends a
sentence or surely ends none, the sentences are counted off. Any other text is read on its own.
"""

from __future__ import annotations

from bisect import bisect_right

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.text import text_bytes
from pipeline.tokenise.sentences import KEEP_THEIR_STOP, sentence_starts

_WORD = 8
_KEPT = np.array(
    sorted(int.from_bytes(w.encode(), "little") for w in KEEP_THEIR_STOP if len(w) <= _WORD),
    np.uint64,
)
_FAR = 20
"""A longer run of letters before a stop is left to be read on its own."""


def _bytes_of(wanted: str) -> np.ndarray:
    table = np.zeros(256, bool)
    table[[ord(character) for character in wanted]] = True
    return table


_LOWER = _bytes_of("abcdefghijklmnopqrstuvwxyz")
_LETTER = _LOWER | _bytes_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_DIGIT = _bytes_of("0123456789")
_WORDLY = _LETTER | _DIGIT
_SPACE, _FULL_STOP = ord(" "), ord(".")
_BREAKS = (0x0A, 0x0B, 0x0C, 0x0D)
_STOPS = (_FULL_STOP, ord("!"), ord("?"))


def number_sentences(texts: pa.Array, rows: np.ndarray, places: np.ndarray) -> np.ndarray:
    """Numbers that are the same for places of one row in the same sentence, and rise with it.

    `texts` is an array of strings, `places` are in code points.

    >>> texts = pa.array(["It drops out. Every day! No help"])
    >>> number_sentences(texts, np.array([0, 0, 0]), np.array([0, 10, 25])).tolist()
    [0, 0, 2]
    """
    if not len(rows):
        return np.zeros(0, np.int64)
    order = np.lexsort((places, rows))
    edges = np.flatnonzero(np.r_[True, rows[order][1:] != rows[order][:-1], True])
    stops = _Stops(texts)
    sure = np.logical_and.reduceat(stops.are_in_words(rows, places)[order], edges[:-1])
    first, last = order[edges[:-1]], order[edges[1:] - 1]
    sure &= np.diff(edges) > 1
    known = np.flatnonzero(sure)
    sure[known], ends = stops.between(rows[first[known]], places[first[known]], places[last[known]])
    found: np.ndarray = np.searchsorted(ends, stops.begins[rows] + places)
    several = np.flatnonzero((np.diff(edges) > 1) & ~sure)
    for number in several.tolist():
        mine = order[edges[number] : edges[number + 1]]
        starts = sentence_starts(texts[int(rows[mine[0]])].as_py())
        found[mine] = [bisect_right(starts, place) for place in places[mine].tolist()]
    return found


class _Stops:
    """The stops and line breaks of texts."""

    def __init__(self, texts: pa.Array) -> None:
        self.begins, units = text_bytes(texts)
        self.units = units[: self.begins[-1]]
        self.several = pc.not_equal(pc.utf8_length(texts), pc.binary_length(texts)).to_numpy(
            zero_copy_only=False
        )
        is_stop = (self.units >= _BREAKS[0]) & (self.units <= _BREAKS[-1])
        for stop in _STOPS:
            is_stop |= self.units == stop
        self.stops = np.flatnonzero(is_stop)

    def are_in_words(self, rows: np.ndarray, places: np.ndarray) -> np.ndarray:
        """Whether the places are at letters or digits of texts of ASCII.

        A mark at which a pattern's quote starts may still be of the sentence before.
        """
        plain: np.ndarray = ~self.several[rows]
        plain[plain] = _WORDLY[self.units[(self.begins[rows] + places)[plain]]]
        return plain

    def between(
        self, rows: np.ndarray, first: np.ndarray, last: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Whether all that stands between two places of each row is sure, and every sure end."""
        start, end = self.begins[rows] + first, self.begins[rows] + last
        sure = np.ones(len(rows), bool)
        low, high = np.searchsorted(self.stops, start), np.searchsorted(self.stops, end)
        counts = high - low
        group = np.repeat(np.arange(len(rows)), counts)
        listed = np.repeat(low - (np.cumsum(counts) - counts), counts) + np.arange(len(group))
        stops = self.stops[listed]
        ends, known = self._judge(stops, self.begins[rows][group], self.begins[rows + 1][group])
        sure[group[~known]] = False
        return sure, np.unique(stops[ends & known])

    def _judge(
        self, stops: np.ndarray, begin: np.ndarray, end: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Whether each stop ends a sentence, and whether that is certain."""
        after = self._at(stops + 1, end)
        following = self._at(stops + 2, end)
        kind = self.units[stops]
        breaks = kind <= _BREAKS[-1]
        plain = (after == _SPACE) & _WORDLY[following]
        whole = plain & self._ends_a_word(stops, begin) & (kind == _FULL_STOP)
        before = self._at_least(stops - 1, begin)
        shouted = plain & (kind != _FULL_STOP) & _WORDLY[before]
        inside = (kind == _FULL_STOP) & (_LOWER | _DIGIT)[after] & _WORDLY[before]
        ends = breaks | whole | shouted
        return ends, ends | inside

    def _ends_a_word(self, stops: np.ndarray, begin: np.ndarray) -> np.ndarray:
        """Whether a word of small letters that does not keep its full stop stands before, alone."""
        length = np.zeros(len(stops), np.int64)
        closed = np.zeros(len(stops), bool)
        live = np.arange(len(stops))
        for back in range(1, _FAR):
            unit = self._at_least(stops[live] - back, begin[live])
            closed[live[unit == _SPACE]] = True
            live = live[_LETTER[unit]]
            length[live] = back
        words = np.zeros(len(stops), np.uint64)
        for back in range(_WORD):
            here = np.flatnonzero(closed & (length > back) & (length <= _WORD))
            unit = self.units[stops[here] - length[here] + back].astype(np.uint64)
            words[here] |= unit << np.uint64(8 * back)
        small = _LOWER[self._at_least(stops - 1, begin)]
        ends: np.ndarray = closed & (length > 1) & small & ~np.isin(words, _KEPT)
        return ends

    def _at(self, places: np.ndarray, end: np.ndarray) -> np.ndarray:
        """The bytes at some places; a NUL at and after the end of their text."""
        inside = np.minimum(places, len(self.units) - 1)
        found: np.ndarray = np.where(places < end, self.units[inside], 0)
        return found

    def _at_least(self, places: np.ndarray, begin: np.ndarray) -> np.ndarray:
        """The bytes at some places; a space before the beginning of their text."""
        found: np.ndarray = np.where(places >= begin, self.units[np.maximum(places, 0)], _SPACE)
        return found
