"""The words of many texts as numbers: which words each text has, how often, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from pipeline.text import fold_words


class WordTypes(dict[str, int]):
    """Word types by number; a new word gets the next one."""

    def __missing__(self, word: str) -> int:
        self[word] = len(self)
        return self[word]


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every word of some texts, one after the other: its type's number and its text's."""

    types: np.ndarray
    rows: np.ndarray
    texts: int

    def counts(self) -> sp.csr_matrix:
        """Texts x word types: how often each stands there; columns in the order of the numbers."""
        wide = int(self.types.max(initial=-1)) + 1
        ones = np.ones(len(self.types))
        found = sp.csr_matrix((ones, (self.rows, self.types)), (self.texts, wide))
        found.sum_duplicates()
        return found

    def neighbours(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Row, first and second type of every two words that follow each other in a text."""
        same = self.rows[1:] == self.rows[:-1]
        return self.rows[1:][same], self.types[:-1][same], self.types[1:][same]


def read_tokens(texts: Iterable[str], types: WordTypes) -> Tokens:
    """The words of texts, folded; types that are new are added."""
    flat: list[int] = []
    lengths: list[int] = []
    number = types.__getitem__
    for text in texts:
        words = fold_words(text)
        flat.extend(map(number, words))
        lengths.append(len(words))
    rows = np.repeat(np.arange(len(lengths)), lengths)
    return Tokens(np.array(flat, np.int64), rows, len(lengths))


def unseen_share(texts: Sequence[str], folds: np.ndarray) -> float:
    """The share of the words of texts, counted as often as they stand there, that no text of
    another fold has.

    >>> unseen_share(["so slow", "so loud"], np.array([0, 1]))
    0.5
    """
    tokens = read_tokens(texts, WordTypes())
    if not len(tokens.types):
        return 0.0
    number = np.unique(folds, return_inverse=True)[1][tokens.rows]
    lowest = np.full(int(tokens.types.max()) + 1, len(texts))
    highest = np.full(len(lowest), -1)
    np.minimum.at(lowest, tokens.types, number)
    np.maximum.at(highest, tokens.types, number)
    return round(float((lowest == highest)[tokens.types].mean()), 6)
