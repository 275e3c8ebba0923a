"""Texts that say the same in the same words, or nearly.

Two texts are alike when the Jaccard index of their sets of folded words is LIKE or more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import Generic, TypeVar

from pipeline.text import fold_words

Word = TypeVar("Word", int, str)
LIKE = Fraction(4, 5)
"""Two texts are near-copies when they share so much of the words that either has."""


class Copies:
    """Texts seen, and whether another is a near-copy of one of them.

    A text without words is like another without words.

    >>> copies = Copies(["The wifi is slow in the library today"])
    >>> copies.hold("The Wi-Fi is slow!"), copies.hold("the WIFI is slow in the library")
    (False, True)
    """

    def __init__(self, texts: Iterable[str] = (), least: Fraction = LIKE) -> None:
        self._known: set[frozenset[str]] = set()
        self._index = _Index[str](least)
        for text in texts:
            self.add(text)

    def add(self, text: str) -> None:
        """See a text."""
        words = frozenset(fold_words(text))
        if words not in self._known:
            self._known.add(words)
            self._index.add(_longest_first(words))

    def hold(self, text: str) -> bool:
        """Whether the text is a near-copy of one seen."""
        words = frozenset(fold_words(text))
        return words in self._known or bool(self._index.find(_longest_first(words)))


def find_alike(sets: Sequence[frozenset[str]], least: Fraction = LIKE) -> list[tuple[int, int]]:
    """The pairs of places of sets, none of which stands twice, whose Jaccard index is `least` or
    more.

    >>> find_alike([frozenset("abcdef"), frozenset("abcde"), frozenset("a")])
    [(0, 1)]
    """
    number = Counter(word for words in sets for word in words)
    rarest = sorted(number, key=lambda word: (number[word], word))
    rank = {word: place for place, word in enumerate(rarest)}
    index, pairs = _Index[int](least), []
    for place, words in enumerate(sets):
        ordered = sorted(rank[word] for word in words)
        pairs += [(other, place) for other in index.find(ordered)]
        index.add(ordered)
    return pairs


def _longest_first(words: frozenset[str]) -> list[str]:
    """An order in which rare words come early, where nothing is known of how often they stand."""
    return sorted(words, key=lambda word: (-len(word), word))


class _Index(Generic[Word]):
    """Sets, each as the list of its words in one order for all, found again by what is alike.

    Alike sets of sizes `m` and `n` share `least * (m + n) / (1 + least)` words or more, so each has
    one of them among its first `size - least * size + 1` (prefixes: Bayardo, Ma & Srikant 2007,
    doi:10.1145/1242572.1242591), and from the first shared word on both are so long still
    (positions: Xiao, Wang, Lin & Yu 2008, doi:10.1145/1367497.1367516).
    """

    def __init__(self, least: Fraction) -> None:
        self._part, self._whole = least.numerator, least.denominator
        self._sets: list[frozenset[Word]] = []
        self._begins: dict[Word, list[tuple[int, int]]] = {}

    def add(self, ordered: Sequence[Word]) -> None:
        """Keep a set; its place is the number of those before it."""
        for at, word in enumerate(self._prefix(ordered)):
            left = len(ordered) - at
            self._begins.setdefault(word, []).append((len(self._sets), left))
        self._sets.append(frozenset(ordered))

    def find(self, ordered: Sequence[Word]) -> list[int]:
        """The places of the sets that are like this one, ascending."""
        size, own = len(ordered), frozenset(ordered)
        near = {
            place
            for at, word in enumerate(self._prefix(ordered))
            for place, left in self._begins.get(word, ())
            if min(size - at, left) >= self._least_shared(size + len(self._sets[place]))
        }
        return sorted(place for place in near if self._are_alike(own, self._sets[place]))

    def _prefix(self, ordered: Sequence[Word]) -> Sequence[Word]:
        shared = -(-self._part * len(ordered) // self._whole)
        return ordered[: len(ordered) - shared + 1]

    def _least_shared(self, sizes: int) -> int:
        return -(-self._part * sizes // (self._part + self._whole))

    def _are_alike(self, one: frozenset[Word], other: frozenset[Word]) -> bool:
        return len(one & other) * self._whole >= self._part * len(one | other)
