"""What the words of a response still offer, given what was read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from pipeline.text import fold_words

_NOTHING = 0.01
"""What a text offers whose words stand in no other, or that has none."""

Answer = tuple[str, str]
"""question, text"""
Word = tuple[str, str]
"""question, word: the same word under another question is another."""


class Coverage:
    """How much the words of some answers would add to those that were read.

    A word that stands in `d` of `n` answers weighs `sqrt(d) log(n / d)`, so words of one answer and
    words of all weigh little. Read in `c` answers, it offers its weight times
    `log((c + 2) / (c + 1))`: a concave function of what is covered (Wei, Iyer & Bilmes 2015,
    Submodularity in data subset selection and active learning, ICML). An answer offers the mean
    over its words, so that long ones are not favoured.

    >>> coverage = Coverage([("q", "slow wifi"), ("q", "slow wifi"), ("q", "desks")], [])
    >>> before = coverage.offers()
    >>> coverage.take(1)
    >>> (coverage.offers() < before).tolist()
    [True, True, False]
    """

    def __init__(self, answers: Sequence[Answer], read: Iterable[Answer]) -> None:
        numbers: dict[Word, int] = {}
        known = [_number(answer, numbers) for answer in read]
        own = [_number(answer, numbers) for answer in answers]
        count = len(known) + len(own)
        self._sizes = np.array([len(words) for words in own], dtype=int)
        self._begins = np.concatenate(([0], np.cumsum(self._sizes)))
        self._words = np.array([word for words in own for word in words], dtype=int)
        self._owners = np.repeat(np.arange(len(own)), self._sizes)
        met = np.array([word for words in known for word in words], dtype=int)
        self._read = np.bincount(met, minlength=len(numbers))
        stand = self._read + np.bincount(self._words, minlength=len(numbers))
        self._weights = np.where(stand > 1, np.sqrt(stand) * np.log(count / stand), 0.0)

    def offers(self) -> np.ndarray:
        """What each answer offers now; nothing of it ever rises."""
        each = self._weights * np.log((self._read + 2) / (self._read + 1))
        total = np.bincount(self._owners, each[self._words], minlength=len(self._sizes))
        found: np.ndarray = _NOTHING + total / np.maximum(self._sizes, 1)
        return found

    def take(self, number: int) -> None:
        """The answer of this number will be read."""
        self._read[self._words[self._begins[number] : self._begins[number + 1]]] += 1


def _number(answer: Answer, numbers: dict[Word, int]) -> list[int]:
    """The numbers of the words of an answer, each once; those that are new are added."""
    question, text = answer
    words = dict.fromkeys(fold_words(text))
    return [numbers.setdefault((question, word), len(numbers)) for word in words]
