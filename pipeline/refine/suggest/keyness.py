"""Which terms mark some texts against others: words and phrases as a codebook would write them.

A term counts once a response. The statistic is the log-likelihood ratio G2 of Dunning (1993,
https://aclanthology.org/J93-1003) on the table of responses with and without the term; the size of
the effect is the log ratio of Hardie (2014), the binary logarithm of how many times as often.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import log, log2

from pipeline.codebook.model import Codebook
from pipeline.text import WORD, fold

MAX_WORDS = 3
MIN_RESPONSES = 3
"""A term is in so many different texts."""
MIN_G2 = 10.83
"""p < 0.001 with one degree of freedom."""
MIN_LOG_RATIO = 2.0
"""Four times as often."""
STOP_LOG_RATIO = 3.0
"""Eight times as often: what a stop word must reach.

Lists of stop words hold words that carry themes ("system", "call", "back"); but small words are up
to about four times as frequent in long answers as in short ones.
"""

_HYPHENED = re.compile(r"[^\W_]+(?:['-][^\W_]+)*")
_GAP = re.compile(r"-?\s*")
_CONTRACTED = ("n't", "'m", "'re", "'ve", "'ll", "'d", "'s")

Runs = tuple[tuple[str, ...], ...]
"""The folded words of a text, in runs that only white space or a hyphen parts."""


@dataclass(frozen=True, slots=True)
class Telling:
    """A term that is in `cited` of `of` responses, and elsewhere in `others` of `of_others`."""

    term: str
    cited: int
    of: int
    others: int
    of_others: int

    @property
    def g2(self) -> float:
        """How sure it is that the two shares differ."""
        return log_likelihood(self.cited, self.of, self.others, self.of_others)

    @property
    def log_ratio(self) -> float:
        """How far they differ."""
        return log_ratio(self.cited, self.of, self.others, self.of_others)


def log_likelihood(cited: int, of: int, others: int, of_others: int) -> float:
    """G2 of `cited` of `of` against `others` of `of_others`, whichever share is the higher.

    The phrase "the swiss" in table 2 of Dunning (1993), where it is 270.72:

    >>> round(log_likelihood(110, 110 + 2442, 111, 111 + 29114), 2)
    270.72
    """
    total, found = of + of_others, cited + others
    cells = (
        (cited, of, found),
        (of - cited, of, total - found),
        (others, of_others, found),
        (of_others - others, of_others, total - found),
    )
    return 2 * sum(n * log(n * total / (row * column)) for n, row, column in cells if n)


def log_ratio(cited: int, of: int, others: int, of_others: int) -> float:
    """The binary logarithm of the ratio of two shares; half a response stands for none.

    >>> log_ratio(8, 10, 20, 100), log_ratio(8, 10, 0, 100)
    (2.0, 7.321928094887363)
    """
    if not of or not of_others:
        return 0.0
    return log2(((cited or 0.5) / of) / ((others or 0.5) / of_others))


class Cutter:
    """Texts into the terms that a codebook with these settings would find in them."""

    def __init__(self, codebook: Codebook, stop_words: Iterable[str]) -> None:
        self._pattern = _HYPHENED if codebook.hyphens == "keep" else WORD
        self._folds = codebook.possessives == "fold"
        self._stop_words = frozenset(stop_words)
        self._known: dict[str, str] = {}

    def runs(self, text: str) -> Runs:
        """The words of a text."""
        folded = fold(text).folded
        runs: list[list[str]] = []
        end = -1
        for found in self._pattern.finditer(folded):
            if end < 0 or not _GAP.fullmatch(folded, end, found.start()):
                runs.append([])
            word = found[0]
            runs[-1].append(self._known.setdefault(word, word))
            end = found.end()
        return tuple(map(tuple, runs))

    def terms(self, runs: Runs, most: int = MAX_WORDS) -> Iterator[str]:
        """Every word and phrase of a text, some more than once."""
        for run in runs:
            last = [self._end(word) for word in run]
            for start in range(len(run)):
                head = ""
                for place in range(start, min(start + most, len(run))):
                    yield head + last[place]
                    head = f"{head}{run[place]} "

    def _end(self, word: str) -> str:
        """A word as the last of a term, which leaves a possessive 's out."""
        return word.removesuffix("'s") if self._folds and len(word) > 2 else word

    def is_content(self, term: str) -> bool:
        """Whether a term neither starts nor ends in a word that tells nothing."""
        words = term.split()
        return not (self._is_stop(words[0]) or self._is_stop(words[-1]))

    def _is_stop(self, word: str) -> bool:
        """Whether a word tells nothing: a stop word, a contraction, a letter, a number.

        "dont" is as little a theme as "don't" is.
        """
        return (
            word in self._stop_words
            or len(word) < 2
            or word.isdigit()
            or word.endswith(_CONTRACTED)
            or (word.endswith("nt") and f"{word[:-2]}n't" in self._known)
        )

    def count(
        self, texts: Iterable[Runs], *, only: frozenset[str] | None = None, most: int = MAX_WORDS
    ) -> Counter[str]:
        """In how many texts each term is."""
        counts: Counter[str] = Counter()
        for runs in texts:
            found = set(self.terms(runs, most))
            counts.update(found if only is None else found & only)
        return counts

    def telling(
        self, marked: Sequence[Runs], everywhere: Counter[str], of_all: int
    ) -> list[Telling]:
        """The terms that mark some of `of_all` texts, the most telling first.

        `everywhere` counts at least the terms of `marked`, in all texts. No phrase starts or ends
        in a stop word. Copies of a text count, but are not enough. Of equals, a phrase comes before
        its parts.
        """
        of, distinct = len(marked), self.count(set(marked))
        found = (
            Telling(term, cited, of, everywhere[term] - cited, of_all - of)
            for term, cited in self.count(marked).items()
            if distinct[term] >= MIN_RESPONSES
        )
        kept = [telling for telling in found if self._tells(telling)]
        return sorted(kept, key=_rank)

    def _tells(self, telling: Telling) -> bool:
        least = MIN_LOG_RATIO
        if not self.is_content(telling.term):
            if telling.term not in self._stop_words:
                return False
            least = STOP_LOG_RATIO
        return telling.log_ratio >= least and telling.g2 >= MIN_G2


def _rank(telling: Telling) -> tuple[float, float, int, str]:
    g2, ratio = round(telling.g2, 6), round(telling.log_ratio, 6)
    return -g2, -ratio, -telling.term.count(" "), telling.term


def drop_subsumed(ranked: Sequence[Telling]) -> list[Telling]:
    """Without a phrase around a term that stands before it; it finds nothing more.

    Nor a term within phrases that stand before it, unless they are less than half of what it finds.
    """
    kept: list[Telling] = []
    for telling in ranked:
        inner = [k for k in kept if _within(k.term, telling.term)]
        outer = sum(k.cited for k in kept if _within(telling.term, k.term))
        if not inner and 2 * outer < telling.cited:
            kept.append(telling)
    return kept


def _within(one: str, other: str) -> bool:
    return f" {one} " in f" {other} "
