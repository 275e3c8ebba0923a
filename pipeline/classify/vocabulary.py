"""The features of a classifier, learnt from the texts of its examples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from pipeline.classify.tokens import WordTypes, read_tokens

SHORTEST, LONGEST = 2, 4
"""So many letters make a run."""


class Seen(NamedTuple):
    """What there is to see, by row: a question, a text, and its marks: the themes that rules find,
    and answers to closed questions.
    """

    questions: Sequence[str]
    texts: Sequence[str]
    marks: Sequence[frozenset[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """The features of a model, and the inverse document frequency of each.

    `pairs` are two numbers of words as one (first x words + second), `asked` a question's and a
    word's (question x words + word), both ascending.
    """

    words: tuple[str, ...]
    word_idf: np.ndarray
    pairs: np.ndarray
    pair_idf: np.ndarray
    asked: np.ndarray
    asked_idf: np.ndarray
    runs: tuple[str, ...]
    run_idf: np.ndarray
    questions: tuple[str, ...]
    marks: tuple[str, ...]


def learn_vocabulary(seen: Seen, marks: Sequence[str]) -> Vocabulary:
    """Every word, pair, question x word and run of letters of some texts.

    Pairs, words under a question and runs that stand in one text only are left out: they tell
    nothing of another.
    """
    types = WordTypes()
    tokens = read_tokens(seen.texts, types)
    questions = tuple(dict.fromkeys(seen.questions))
    counts = tokens.counts()
    words = tuple(types)
    rows, first, second = tokens.neighbours()
    pairs, pair_texts = _common(rows, first * len(words) + second)
    asked, asked_texts = _common(*_under_questions(counts, number_names(seen.questions, questions)))
    runs, spelt = spell(words)
    present = sp.csr_matrix((np.ones(counts.nnz), counts.indices, counts.indptr), counts.shape)
    run_texts = np.asarray(((present @ spelt) > 0).sum(axis=0)).ravel()
    kept = np.flatnonzero(run_texts > 1)
    total = len(seen.texts)
    return Vocabulary(
        words=words,
        word_idf=_idf(np.asarray(present.sum(axis=0)).ravel(), total),
        pairs=pairs,
        pair_idf=_idf(pair_texts, total),
        asked=asked,
        asked_idf=_idf(asked_texts, total),
        runs=tuple(runs[place] for place in kept.tolist()),
        run_idf=_idf(run_texts[kept], total),
        questions=questions,
        marks=tuple(marks),
    )


def spell(words: Sequence[str]) -> tuple[list[str], sp.csr_matrix]:
    """The runs of letters of words, and which word has which (words x runs)."""
    known = WordTypes()
    flat: list[int] = []
    lengths: list[int] = []
    for word in words:
        found = {known[run] for run in runs_of(word)}
        flat.extend(sorted(found))
        lengths.append(len(found))
    ends = np.cumsum([0, *lengths])
    matrix = sp.csr_matrix((np.ones(len(flat)), np.array(flat, np.int64), ends))
    matrix.resize((len(words), len(known)))
    return list(known), matrix


def spell_known(words: Sequence[str], vocabulary: Vocabulary) -> sp.csr_matrix:
    """Words x the vocabulary's runs of letters, by their inverse document frequency."""
    places = {run: place for place, run in enumerate(vocabulary.runs)}
    flat: list[int] = []
    lengths: list[int] = []
    for word in words:
        found = sorted({places[run] for run in runs_of(word) if run in places})
        flat.extend(found)
        lengths.append(len(found))
    columns = np.array(flat, np.int64)
    ends = np.cumsum([0, *lengths])
    shape = (len(words), len(vocabulary.runs))
    return sp.csr_matrix((vocabulary.run_idf[columns], columns, ends), shape)


def runs_of(word: str) -> list[str]:
    """Every run of letters of a word, its edges marked by spaces.

    >>> runs_of("it")
    [' i', 'it', 't ', ' it', 'it ', ' it ']
    """
    marked = f" {word} "
    return [
        marked[start : start + width]
        for width in range(SHORTEST, LONGEST + 1)
        for start in range(len(marked) - width + 1)
    ]


def _common(rows: np.ndarray, keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The keys that stand in more than one row, ascending, and in how many."""
    if not len(keys):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    pairs = np.unique(np.column_stack((keys, rows)), axis=0)
    found, counts = np.unique(pairs[:, 0], return_counts=True)
    return found[counts > 1], counts[counts > 1]


def _idf(texts: np.ndarray, total: int) -> np.ndarray:
    """Smoothed, as scikit-learn has it: as if one more text held every feature."""
    found: np.ndarray = np.log((1 + total) / (1 + texts)) + 1
    return found


def number_names(names: Sequence[str], known: Sequence[str]) -> np.ndarray:
    """The place of each name among the known; -1 for others."""
    places = {name: place for place, name in enumerate(known)}
    return np.array([places.get(name, -1) for name in names], np.int64)


def _under_questions(counts: sp.csr_matrix, question: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rows = np.repeat(np.arange(counts.shape[0]), np.diff(counts.indptr))
    return rows, question[rows] * counts.shape[1] + counts.indices
