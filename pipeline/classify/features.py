"""What the classifier sees of a response: TF-IDF of its words, pairs of words, the letters of its
words, its words under its question, its question, what the rules find in it and, where the round
names them, answers to closed questions.

The letters of a word (every run of 2 to 4 of them, its edges marked) enter by word type: a text's
vector of letters is the sum of its words' vectors, over a length that treats words as unlike. So
all that letters say of a word is worked out once a type and not once a text; it finds as much as
letters counted text by text (docs/classifier.md has the figures).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from pipeline.classify.tokens import Tokens, WordTypes, read_tokens
from pipeline.classify.vocabulary import Seen, Vocabulary, number_names

LETTERS, ASKED, MEANING = 1.4, 0.7, 1.5
"""How much letters, words under their question, and embeddings weigh beside words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """Texts as a vocabulary sees them. `types` (texts x word types) says how often each has each
    word, damped; `words`, `asked` and `asked_at` go with its entries: the value of the word's own
    feature (0 where it has none), that under the question, and which that is. `rest` are question,
    rules and a 1.
    """

    types: sp.csr_matrix
    words: np.ndarray
    asked: np.ndarray
    asked_at: np.ndarray
    pairs: sp.csr_matrix
    rest: sp.csr_matrix

    def own_words(self, known: int) -> sp.csr_matrix:
        """Texts x words of the vocabulary."""
        return self._entries(self.words, self.types.indices, self.types.indices < known, known)

    def own_asked(self, known: int) -> sp.csr_matrix:
        """Texts x words under questions of the vocabulary."""
        return self._entries(self.asked, self.asked_at, self.asked_at >= 0, known)

    def _entries(
        self, values: np.ndarray, columns: np.ndarray, here: np.ndarray, wide: int
    ) -> sp.csr_matrix:
        ends = np.concatenate(([0], np.cumsum(here)))[self.types.indptr]
        return sp.csr_matrix((values[here], columns[here], ends), (self.types.shape[0], wide))


def read_seen(seen: Seen, vocabulary: Vocabulary, types: WordTypes) -> Read:
    """Texts -> their features. `types` must begin with the vocabulary's words, in order; new words
    are added to it.
    """
    tokens = read_tokens(seen.texts, types)
    damped = tokens.counts()
    damped.data = 1 + np.log(damped.data)
    question = number_names(seen.questions, vocabulary.questions)
    known = damped.indices < len(vocabulary.words)
    column = np.where(known, damped.indices, 0)
    words = damped.data * np.where(known, vocabulary.word_idf[column], 0.0)
    pairs = _pairs(tokens, vocabulary)
    length = np.sqrt(_squares(words, damped.indptr) + _squares(pairs.data, pairs.indptr))
    rows = np.repeat(np.arange(damped.shape[0]), np.diff(damped.indptr))
    keys = np.where(known, question[rows] * len(vocabulary.words) + column, -1)
    asked_at = _place(keys, vocabulary.asked)
    asked = damped.data * np.where(asked_at >= 0, np.append(vocabulary.asked_idf, 0)[asked_at], 0)
    return Read(
        types=damped,
        words=_over(words, length, damped.indptr),
        asked=ASKED * _over(asked, np.sqrt(_squares(asked, damped.indptr)), damped.indptr),
        asked_at=asked_at,
        pairs=sp.csr_matrix(
            (_over(pairs.data, length, pairs.indptr), pairs.indices, pairs.indptr), pairs.shape
        ),
        rest=sp.hstack(
            [
                _indicators(question, len(vocabulary.questions)),
                _marked(seen.marks, vocabulary.marks),
                np.ones((damped.shape[0], 1)),
            ]
        ).tocsr(),
    )


def lay_out(read: Read, letters: sp.csr_matrix, vocabulary: Vocabulary) -> sp.csr_matrix:
    """All features of some texts side by side, in the order that `Parts` cuts coefficients in."""
    return sp.hstack(
        [
            read.own_words(len(vocabulary.words)),
            read.own_asked(len(vocabulary.asked)),
            read.pairs,
            read.rest,
            letters,
        ]
    ).tocsr()


class Parts(NamedTuple):
    """Rows of coefficients (features x themes) by the kind of their features; those of `meaning`
    (embeddings) come last, and are none where no model of embeddings is used.
    """

    words: np.ndarray
    asked: np.ndarray
    pairs: np.ndarray
    rest: np.ndarray
    runs: np.ndarray
    meaning: np.ndarray

    @classmethod
    def of(cls, coefficients: np.ndarray, vocabulary: Vocabulary) -> Parts:
        """The parts of all coefficients."""
        sizes = [len(vocabulary.words), len(vocabulary.asked), len(vocabulary.pairs)]
        sizes.append(len(vocabulary.questions) + len(vocabulary.marks) + 1)
        sizes.append(len(vocabulary.runs))
        return cls(*np.split(coefficients, np.cumsum(sizes)))


def squared_lengths(spelt: sp.csr_matrix) -> np.ndarray:
    """The squared length of each word's vector of letters."""
    return _squares(spelt.data, spelt.indptr)


def weigh_letters(types: sp.csr_matrix, squares: np.ndarray) -> sp.csr_matrix:
    """With which weight the letters of each word enter each text; `squares` are the squared lengths
    of the words' vectors of letters.
    """
    length = np.sqrt(types.multiply(types) @ squares)
    data = LETTERS * _over(types.data, length, types.indptr)
    return sp.csr_matrix((data, types.indices, types.indptr), types.shape)


def _pairs(tokens: Tokens, vocabulary: Vocabulary) -> sp.csr_matrix:
    rows, first, second = tokens.neighbours()
    wide = len(vocabulary.words)
    place = _place(
        np.where((first < wide) & (second < wide), first * wide + second, -1), vocabulary.pairs
    )
    here = place >= 0
    counts = sp.csr_matrix(
        (np.ones(int(here.sum())), (rows[here], place[here])),
        (tokens.texts, len(vocabulary.pairs)),
    )
    counts.sum_duplicates()
    counts.data = (1 + np.log(counts.data)) * vocabulary.pair_idf[counts.indices]
    return counts


def _place(keys: np.ndarray, known: np.ndarray) -> np.ndarray:
    """The place of each key among the known, which are ascending; -1 where it is not there."""
    if not len(known):
        return np.full(len(keys), -1)
    places = np.minimum(np.searchsorted(known, keys), len(known) - 1)
    return np.where(known[places] == keys, places, -1)


def _squares(values: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """The sum of the squares of each row."""
    sums = np.concatenate(([0.0], np.cumsum(values * values)))
    found: np.ndarray = np.maximum(sums[ends[1:]] - sums[ends[:-1]], 0)
    return found


def _over(values: np.ndarray, length: np.ndarray, ends: np.ndarray) -> np.ndarray:
    """Values of rows over the length of their row; empty rows stay empty."""
    found: np.ndarray = values / np.repeat(np.maximum(length, 1e-9), np.diff(ends))
    return found


def _indicators(numbers: np.ndarray, wide: int) -> sp.csr_matrix:
    rows = np.flatnonzero(numbers >= 0)
    return sp.csr_matrix((np.ones(len(rows)), (rows, numbers[rows])), (len(numbers), wide))


def _marked(marks: Sequence[frozenset[str]], known: Sequence[str]) -> sp.csr_matrix:
    places = {mark: place for place, mark in enumerate(known)}
    found = [(row, places[m]) for row, own in enumerate(marks) for m in own if m in places]
    rows, columns = np.array(found, np.int64).reshape(-1, 2).T
    return sp.csr_matrix((np.ones(len(rows)), (rows, columns)), (len(marks), len(known)))
