"""Texts that say the same in the same words, or nearly."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from pipeline.text import fold_words

LIKE = Fraction(4, 5)
"""Two texts are near-copies when they share so much of the words that either has."""


class Copies:
    """Texts seen, and whether another is a near-copy of one of them.

    Two texts are alike when the Jaccard index of their sets of folded words is `least` or more; a
    text without words is like another without words. Found by prefixes: sets that alike share one
    of the first `size - ceil(least * size) + 1` words in any order that both are sorted by, so only
    texts that share one are compared (Bayardo, Ma & Srikant 2007, doi:10.1145/1242572.1242591).

    >>> copies = Copies(["The wifi is slow in the library today"])
    >>> copies.hold("The Wi-Fi is slow!"), copies.hold("the WIFI is slow in the library")
    (False, True)
    """

    def __init__(self, texts: Iterable[str] = (), least: Fraction = LIKE) -> None:
        self._least = least
        self._sets: list[frozenset[str]] = []
        self._known: set[frozenset[str]] = set()
        self._places: dict[str, list[int]] = {}
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        """See a text."""
        words = frozenset(fold_words(text))
        if words in self._known:
            return
        self._known.add(words)
        for word in self._prefix(words):
            self._places.setdefault(word, []).append(len(self._sets))
        self._sets.append(words)

    def hold(self, text: str) -> bool:
        """Whether the text is a near-copy of one seen."""
        words = frozenset(fold_words(text))
        if words in self._known:
            return True
        near = {place for word in self._prefix(words) for place in self._places.get(word, ())}
        return any(self._alike(words, self._sets[place]) for place in near)

    def _alike(self, one: frozenset[str], other: frozenset[str]) -> bool:
        return len(one & other) >= self._least * len(one | other)

    def _prefix(self, words: frozenset[str]) -> list[str]:
        """The words of a set that one alike must share some of: the longest, as rarer ones."""
        shared = -(-self._least.numerator * len(words) // self._least.denominator)
        ordered = sorted(words, key=lambda word: (-len(word), word))
        return ordered[: len(words) - shared + 1]
