"""A fitted model at work: texts -> probabilities, and what each word brought to them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import scipy.sparse as sp

from pipeline.classify.features import Parts, Read, read_seen, squared_lengths, weigh_letters
from pipeline.classify.model import Model
from pipeline.classify.tokens import WordTypes
from pipeline.classify.vocabulary import Seen, number_names, spell_known
from pipeline.embeddings import Embeddings, open_embeddings
from pipeline.errors import InputError

MOST_TYPES = 200_000
"""More word types than this are forgotten: memory stays flat, scores are the same."""


class Scored(NamedTuple):
    """`probabilities` are texts x themes; `read` and `letters` say what they were made of, and
    `meaning` (texts x themes) what embeddings brought to the log odds, where there are any.
    """

    probabilities: np.ndarray
    read: Read
    letters: sp.csr_matrix
    meaning: np.ndarray | None = None


class Scorer:
    """Scores texts with a model; what letters say of a word is worked out once for each type.

    `met` counts the words of all texts so far, `strange` those of them that the model never saw.
    One at a time: several threads need a scorer each. `embeddings` is the folder of the model of
    embeddings that it learnt with, if it did; raises InputError when it is not that one (E453,
    E454, E455), or cannot be used (E451, E452).
    """

    def __init__(self, model: Model, embeddings: Path | None = None) -> None:
        self.model = model
        self._embeddings = _open_embeddings(model, embeddings)
        self._parts = Parts.of(model.coefficients, model.vocabulary)
        self.met = self.strange = 0
        self._start()

    def _start(self) -> None:
        words = self.model.vocabulary.words
        self.types = WordTypes((word, number) for number, word in enumerate(words))
        self._squares = np.empty(0)
        self._by_letters = np.empty((0, len(self.model.themes)), np.float32)

    def score(self, seen: Seen) -> Scored:
        """The probability of every theme in every text."""
        if len(self.types) > MOST_TYPES:
            self._start()
        model, parts = self.model, self._parts
        read = read_seen(seen, model.vocabulary, self.types)
        self._learn()
        self._count(read)
        letters = weigh_letters(read.types, self._squares[: read.types.shape[1]])
        scores = _times(read.own_words(len(parts.words)), parts.words)
        scores += _times(read.own_asked(len(parts.asked)), parts.asked)
        scores += _times(read.pairs, parts.pairs)
        scores += _times(read.rest, parts.rest)
        scores += _times(letters, self._by_letters[: letters.shape[1]])
        meaning = self._mean(seen.texts)
        if meaning is not None:
            scores += meaning
            meaning = meaning * model.calibration.slopes
        questions = number_names(seen.questions, model.questions)
        return Scored(model.calibration.probabilities(scores, questions), read, letters, meaning)

    def _mean(self, texts: Sequence[str]) -> np.ndarray | None:
        """What embeddings say of each text."""
        if not self._embeddings:
            return None
        weight = np.float32((self.model.embeddings or {})["weight"])
        vectors = weight * self._embeddings.embed(texts)
        # One at a time: the last bits of a product of matrices depend on how large they are.
        return np.array([vector @ self._parts.meaning for vector in vectors], np.float32)

    def _count(self, read: Read) -> None:
        # How often a word stands in a text was damped by a logarithm.
        times = np.rint(np.exp(read.types.data - 1)).astype(np.int64)
        self.met += int(times.sum())
        self.strange += int(times[read.types.indices >= len(self._parts.words)].sum())

    def _learn(self) -> None:
        """What the letters of the types met since the last time say."""
        new = list(self.types)[len(self._squares) :]
        if new:
            spelt = spell_known(new, self.model.vocabulary)
            self._squares = np.concatenate((self._squares, squared_lengths(spelt)))
            self._by_letters = np.concatenate((self._by_letters, _times(spelt, self._parts.runs)))

    def words(self, scored: Scored, themes: np.ndarray, rows: np.ndarray) -> Brought:
        """What each word of some texts brought to the log odds of a theme each; `rows` and `themes`
        go together. What its letters and its question say of a word is in it.
        """
        read, parts = scored.read, self._parts
        at, owner = _entries(read.types.indptr, rows)
        theme, word = themes[owner], read.types.indices[at]
        known = word < len(parts.words)
        brought = scored.letters.data[at] * self._by_letters[word, theme]
        brought += read.words[at] * np.where(known, parts.words[np.where(known, word, 0), theme], 0)
        asked = read.asked_at[at]
        if len(parts.asked):
            brought += read.asked[at] * np.where(asked >= 0, parts.asked[asked, theme], 0)
        return Brought(owner, word, brought * self.model.calibration.slopes[theme])

    def pairs(self, scored: Scored, themes: np.ndarray, rows: np.ndarray) -> Brought:
        """The same of pairs of words that follow each other."""
        pairs = scored.read.pairs
        at, owner = _entries(pairs.indptr, rows)
        theme, pair = themes[owner], pairs.indices[at]
        brought = pairs.data[at] * self._parts.pairs[pair, theme]
        return Brought(owner, pair, brought * self.model.calibration.slopes[theme])


class Brought(NamedTuple):
    """What words or pairs, by number, brought to the log odds of what was asked about."""

    owner: np.ndarray
    what: np.ndarray
    weight: np.ndarray


def score_texts(
    model: Model,
    questions: list[str],
    texts: list[str],
    marks: list[frozenset[str]],
    embeddings: Path | None = None,
) -> np.ndarray:
    """The probability of every theme of the model (columns) in every text (rows)."""
    return Scorer(model, embeddings).score(Seen(questions, texts, marks)).probabilities


def _open_embeddings(model: Model, folder: Path | None) -> Embeddings | None:
    """The model of embeddings that the classifier learnt with, and no other."""
    wanted = model.embeddings
    if not wanted and not folder:
        return None
    where = folder.as_posix() if folder else ""
    if not folder:
        code, what = "E453", "the classifier learnt with embeddings, and none are named."
        remedy = "Name their folder beside 'model': classifier: {model: FILE, embeddings: FOLDER}."
    elif not wanted:
        code, what = "E455", "the classifier learnt without embeddings, and some are named."
        remedy = "Leave 'embeddings' out, or train anew."
    else:
        found = open_embeddings(folder)
        if found.sha256 == wanted["sha256"]:
            return found
        code, what = "E454", "the classifier learnt with another model of embeddings."
        remedy = f"It wants the one with sha256 {wanted['sha256']}; this has {found.sha256}."
    raise InputError.because(code=code, where=where, what=what, remedy=remedy)


def reach(model: Model, questions: list[str], scores: np.ndarray) -> np.ndarray:
    """Which scores reach the threshold of their question and theme."""
    numbers = number_names(questions, model.questions)
    found: np.ndarray = scores >= model.thresholds[numbers]
    return found


def _times(features: sp.csr_matrix, coefficients: np.ndarray) -> np.ndarray:
    found: np.ndarray = features.astype(np.float32) @ coefficients
    return found


def _entries(ends: np.ndarray, rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The places of the entries of some rows, and the place among `rows` of each one's row."""
    lengths = ends[rows + 1] - ends[rows]
    owner = np.repeat(np.arange(len(rows)), lengths)
    first = np.repeat(ends[rows] - (np.cumsum(lengths) - lengths), lengths)
    return first + np.arange(len(owner)), owner
