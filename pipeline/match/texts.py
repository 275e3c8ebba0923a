"""A batch of texts made ready: their words found, and the texts themselves at hand when wanted."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from itertools import pairwise

import numpy as np
import pyarrow as pa

from pipeline.match.hits import Hits, TermIndex
from pipeline.match.ordering import order_by, starts_group
from pipeline.match.shadows import CodeTable, Shadows, fold_ascii
from pipeline.match.vocabulary import Vocabulary
from pipeline.match.words import find_words

Sentences = Callable[[str], tuple[int, ...]]
"""A text -> where its sentences start; the first is 0."""
_MAY_END = re.compile(r"[^\x00-\x7f]|[.!?\r\n\v\f]")
"""Where no such character stands between two words, no sentence ends between them."""


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
        order = order_by(rows)
        found = np.zeros(len(rows), np.int64)
        ordered = rows[order]
        edges = [*np.flatnonzero(starts_group(ordered)).tolist(), len(rows)]
        for begin, end in pairwise(edges):
            places = order[begin:end]
            if len(places) > 1:
                row = int(ordered[begin])
                found[places] = self._number(self.text(row), starts[places].tolist())
        return found

    def _number(self, text: str, starts: list[int]) -> list[int]:
        least, most = min(starts), max(starts)
        if text[least].isalnum() and not _MAY_END.search(text, least, most):
            return [0] * len(starts)
        sentence_starts = self._sentences(text)
        return [bisect_right(sentence_starts, start) for start in starts]


class Finder:
    """What one thread finds terms with: an index and the word types that it has met."""

    def __init__(self, index: TermIndex, *, keep_hyphens: bool) -> None:
        self._index = index
        self._keep_hyphens = keep_hyphens
        self._vocabulary = Vocabulary(index.describe)
        self._codes: CodeTable | None = None

    def find(self, texts: Texts) -> Hits:
        """Every place of every term; the hits of a row keep its order."""
        parts, done = [], 0
        for shadows, foreign in self._fold(texts):
            words = find_words(shadows, keep_hyphens=self._keep_hyphens)
            openings = self._index.openings
            known = openings.pass_over(words.firsts) if openings else np.arange(len(words))
            kinds = self._vocabulary.look_up(words, known)
            term, first, last, cut = self._index.find(words, known, kinds)
            row, start, end = shadows.spans(words.starts(first), words.ends(last) - cut)
            hits = Hits(term, row, start, end, first + done, last + done)
            done += len(words)
            parts.append(hits.take(~np.isin(row, foreign)) if len(foreign) else hits)
        return Hits.join(parts)

    def _fold(self, texts: Texts) -> Iterator[tuple[Shadows, np.ndarray]]:
        """The rows of ASCII, with the others to be left out; then the others."""
        shadows, foreign = fold_ascii(texts.array)
        yield shadows, foreign
        if len(foreign):
            if self._codes is None:
                self._codes = CodeTable()
            others = texts.array.take(pa.array(foreign)).to_pylist()
            yield self._codes.fold(others, foreign), np.empty(0, np.int64)
