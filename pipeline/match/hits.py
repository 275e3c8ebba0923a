"""Where the terms of a codebook stand: one look at every word, then only at the words that fit."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.codebook.model import Forms
from pipeline.codebook.terms import ANY_WORD, Term, parse_term
from pipeline.match.lexicon import Lexicon
from pipeline.match.ordering import GrowingRows
from pipeline.match.words import Words

KindsAt = Callable[[np.ndarray], np.ndarray]
"""Places of words -> the numbers of their types."""

WHOLE, CUT = 1, 2
"""How a word fits: as it is, or without the possessive 's at its end."""


@dataclass(frozen=True, slots=True)
class Hits:
    """Places of terms: spans in the untouched text of a row, and first and last word's number.

    Word numbers only tell how far apart two places of one row are.
    """

    term: np.ndarray
    row: np.ndarray
    start: np.ndarray
    end: np.ndarray
    first: np.ndarray
    last: np.ndarray

    def __len__(self) -> int:
        return len(self.term)

    def take(self, places: np.ndarray) -> Hits:
        """The hits at some places, or those that a mask keeps."""
        return Hits(*(getattr(self, name)[places] for name in _FIELDS))

    @classmethod
    def join(cls, parts: Sequence[Hits]) -> Hits:
        """Several hits as one."""
        return cls(*(np.concatenate([getattr(part, name) for part in parts]) for name in _FIELDS))


_FIELDS = ("term", "row", "start", "end", "first", "last")


class TermTable:
    """The terms of a codebook, each by a number; each is looked for at its longest word."""

    def __init__(self, hyphens: str, possessives: str) -> None:
        self.sources: list[str] = []
        self.terms: list[Term] = []
        self.cased: list[bool] = []
        self._hyphens = hyphens
        self._cuts = possessives == "fold"
        self._known: dict[tuple[str, Forms], int] = {}
        self._lexicon = Lexicon()
        self._words: list[tuple[int, ...]] = []
        self._anchors: list[int] = []
        self._by_word: dict[int, list[int]] = {}

    def add(self, source: str, forms: Forms) -> int:
        """The number of a term with these forms, which is added if it is new."""
        key = (source, forms)
        if key not in self._known:
            term = parse_term(source, self._hyphens)
            number = self._known[key] = len(self.terms)
            self.sources.append(source)
            self.terms.append(term)
            self.cased.append(forms.case_sensitive)
            words = self._lexicon.add(term, forms)
            lengths = [len(w.replace("*", "")) if w != ANY_WORD else -1 for w in term.words]
            anchor = lengths.index(max(lengths))
            self._words.append(words)
            self._anchors.append(anchor)
            self._by_word.setdefault(words[anchor], []).append(number)
        return self._known[key]

    def index(self) -> TermIndex:
        """An index to find the terms added so far, for any number of threads."""
        return TermIndex(
            _Plan(
                words=_padded(self._words),
                lengths=np.array([len(words) for words in self._words], np.int64),
                anchors=np.array(self._anchors, np.int64),
                by_word=self._by_word,
            ),
            self._lexicon,
            cuts=self._cuts,
        )


@dataclass(frozen=True, slots=True)
class _Plan:
    words: np.ndarray
    lengths: np.ndarray
    anchors: np.ndarray
    by_word: dict[int, list[int]]


def _padded(words: list[tuple[int, ...]]) -> np.ndarray:
    longest = max(map(len, words), default=1)
    return np.array([(*w, *[-1] * (longest - len(w))) for w in words], np.int64).reshape(
        -1, longest
    )


class TermIndex:
    """Finds terms among words whose types it learns as they come, one thread at a time.

    `describe` gives a word type's number: 0 for one that fits nothing, above 0 for one that some
    term is looked for at, below 0 for one that can only stand elsewhere in a phrase.
    """

    def __init__(self, plan: _Plan, lexicon: Lexicon, *, cuts: bool) -> None:
        self._plan = plan
        self._lexicon = lexicon
        self._cuts = cuts
        self.openings = lexicon.openings(plan.by_word.keys())
        self._numbers: dict[str, int] = {}
        self._count = 0
        # By type: how many terms are looked for at it, and where they start in the next list.
        self._looked_for = GrowingRows(2)
        self._looked_for.add([(0, 0)])
        # A term, and how the type fits the word that it is looked for at.
        self._listed = GrowingRows(2)
        # A type and a wanted word as one number, and how they fit.
        self._pairs = GrowingRows(2)
        self._sorted_pairs = np.zeros((0, 2), np.int64)
        self._wide = plan.words.size + 1

    def describe(self, word: str) -> int:
        """The number of a word type, new or known."""
        if word in self._numbers:
            return self._numbers[word]
        found = {
            wanted: CUT if cut else WHOLE
            for wanted, cut in self._lexicon.fits(word).items()
            if self._cuts or not cut
        }
        if not found:
            return 0
        self._count += 1
        listed = [
            (term, how)
            for wanted, how in found.items()
            for term in self._plan.by_word.get(wanted, ())
        ]
        self._looked_for.add([(len(listed), len(self._listed))])
        self._listed.add(listed)
        self._pairs.add([(self._count * self._wide + wanted, how) for wanted, how in found.items()])
        self._numbers[word] = self._count if listed else -self._count
        return self._numbers[word]

    def find(self, words: Words, known: np.ndarray, kinds_at: KindsAt) -> tuple[np.ndarray, ...]:
        """Term, first word, last word and units of the last word that are no part, of every hit.

        No term is looked for at words that are not among `known`; `kinds_at` gives the numbers of
        the types of words.
        """
        kinds = kinds_at(known)
        lookable = np.flatnonzero(kinds > 0)
        counts, offsets = self._looked_for.rows.take(kinds[lookable], axis=0).T
        at = np.repeat(known[lookable], counts)
        listed = np.repeat(offsets - (np.cumsum(counts) - counts), counts)
        listed += np.arange(len(at))
        term, how = self._listed.rows.take(listed, axis=0).T
        plan = self._plan
        anchor, length = plan.anchors[term], plan.lengths[term]
        first, last = at - anchor, at - anchor + length - 1
        keep = (how == WHOLE) | (anchor == length - 1)
        phrase = np.flatnonzero((length > 1) & keep)
        if len(phrase):
            holds, ends = self._phrases_hold(words, kinds_at, term[phrase], first[phrase])
            keep[phrase] &= holds
            tail = ends > 0
            how[phrase[tail]] = ends[tail]
        return term[keep], first[keep], last[keep], np.where(how[keep] == CUT, 2, 0)

    def _phrases_hold(
        self, words: Words, kinds_at: KindsAt, term: np.ndarray, first: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Whether each phrase stands from its first word on, and how its last word fits."""
        plan = self._plan
        length, anchor = plan.lengths[term], plan.anchors[term]
        holds = (first >= 0) & (first + length <= len(words))
        ends = np.zeros(len(term), np.int64)
        for place in range(plan.words.shape[1]):
            live = np.flatnonzero(holds & (place < length))
            wanted = plan.words[term[live], place]
            other = (wanted >= 0) & (anchor[live] != place)
            how = np.full(len(live), WHOLE)
            how[other] = self._how(np.abs(kinds_at(first[live[other]] + place)), wanted[other])
            is_last = place == length[live] - 1
            holds[live] = (how == WHOLE) | ((how == CUT) & is_last)
            ends[live[other & is_last]] = how[other & is_last]
            inner = live[holds[live] & ~is_last]
            holds[inner] = words.joined(first[inner] + place)
        return holds, ends

    def _how(self, kinds: np.ndarray, wanted: np.ndarray) -> np.ndarray:
        pairs = self._sorted_pairs
        if len(pairs) < len(self._pairs):
            pairs = self._pairs.rows
            pairs = self._sorted_pairs = pairs[np.argsort(pairs[:, 0])]
        keys = kinds.astype(np.int64) * self._wide + wanted
        known, how = pairs.T
        places = np.minimum(np.searchsorted(known, keys), len(known) - 1)
        found: np.ndarray = np.where(known[places] == keys, how[places], 0)
        return found
