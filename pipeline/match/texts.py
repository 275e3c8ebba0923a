"""A batch of texts made ready: their words found, and the texts themselves at hand when wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np
import pyarrow as pa

from pipeline.match.hits import Hits, TermIndex
from pipeline.match.shadows import Shadows, code_table, fold_ascii
from pipeline.match.vocabulary import Vocabulary
from pipeline.match.words import Words, find_words

Sentences = Callable[[pa.Array, np.ndarray, np.ndarray], np.ndarray]
"""Texts, rows and places in them -> the number of the sentence that each place is in."""


_MOST = 0.6
"""Where more words than that may fit, to pass over the others costs more than it saves."""
_ENOUGH = 10_000
"""So many words show what a corpus is like."""


class Texts:
    """The texts of some rows, of which only those that are asked for become Python strings."""

    def __init__(self, texts: pa.Array, sentences: Sentences) -> None:
        self.array = texts
        self._sentences = sentences
        self._known: dict[int, str] = {}

    def text(self, row: int) -> str:
        """The text of a row."""
        known = self._known.get(row)
        if known is None:
            known = self._known[row] = self.array[int(row)].as_py()
        return known

    def sentence_of(self, rows: np.ndarray, starts: np.ndarray) -> np.ndarray:
        """The number of the sentence that each place is in."""
        return self._sentences(self.array, rows, starts)


class Finder:
    """What terms are found with: an index, and the word types and characters met so far."""

    def __init__(self, index: TermIndex, *, keep_hyphens: bool) -> None:
        self._index = index
        self._keep_hyphens = keep_hyphens
        self._vocabulary = Vocabulary(index.describe, index.openings)
        self._openings = index.openings

    def find(self, texts: Texts) -> Hits:
        """Every place of every term; the hits of a row keep its order."""
        parts, done = [], 0
        for shadows, foreign in self._fold(texts):
            words = find_words(shadows, keep_hyphens=self._keep_hyphens)
            known = self._may_fit(words)
            kinds_at = partial(self._vocabulary.look_up, words)
            term, first, last, cut = self._index.find(words, known, kinds_at)
            row, start, end = shadows.spans(words.starts(first), words.ends(last) - cut)
            hits = Hits(term, row, start, end, first + done, last + done)
            done += len(words)
            parts.append(hits.take(~np.isin(row, foreign)) if len(foreign) else hits)
        return Hits.join(parts)

    def _may_fit(self, words: Words) -> np.ndarray:
        """The places of the words to look up."""
        openings = self._openings  # another thread may give them up meanwhile
        if openings is None:
            return np.arange(len(words))
        known = openings.pass_over(words.firsts)
        if len(known) > _MOST * len(words) > _MOST * _ENOUGH:
            self._openings = None
        return known

    def _fold(self, texts: Texts) -> Iterator[tuple[Shadows, np.ndarray]]:
        """The rows of ASCII, with the others to be left out; then the others."""
        shadows, foreign = fold_ascii(texts.array)
        yield shadows, foreign
        if len(foreign):
            others = texts.array.take(pa.array(foreign)).to_pylist()
            yield code_table().fold(others, foreign), np.empty(0, np.int64)
