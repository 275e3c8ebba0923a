"""Which terms stand wherever another stands, so that the other adds nothing to them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from pipeline.codebook.model import Forms
from pipeline.errors import InputError
from pipeline.lookups import lemma_of
from pipeline.match.lexicon import FUZZY_LETTERS


class Covering(NamedTuple):
    """A term, by its number, that stands in another from its word `offset` on."""

    number: int
    offset: int
    whole: bool


class CoverIndex:
    """Terms of the same forms, to be asked which of them stand wherever some words do."""

    def __init__(self, terms: Iterable[tuple[str, ...]], forms: Forms) -> None:
        self._forms = forms
        self._terms = list(terms)
        self._by_first: dict[str, list[int]] = {}
        for number, words in enumerate(self._terms):
            self._by_first.setdefault(words[0], []).append(number)
        self._exact: dict[str, list[str]] = {}
        self._heads: dict[str, list[str]] = {}
        for word in self._by_first:
            head = re.split(r"[*?]", word, maxsplit=1)[0]
            self._exact.setdefault(self._key(word), []).append(word)
            if head != word:
                self._heads.setdefault(head, []).append(word)

    def covering(self, words: tuple[str, ...]) -> Iterator[Covering]:
        """Every term that stands wherever a term of these words does, the same term too."""
        for offset, word in enumerate(words):
            for first in self._covering_word(word):
                for number in self._by_first[first]:
                    mine = self._terms[number]
                    theirs = words[offset : offset + len(mine)]
                    if len(theirs) == len(mine) and all(map(self._covers, mine, theirs)):
                        yield Covering(number, offset, len(mine) == len(words))

    def finds_same(self, one: tuple[str, ...], other: tuple[str, ...]) -> bool:
        """Whether two terms are the same, or forms of the same words that each find the other."""
        return len(one) == len(other) and list(map(self._key, one)) == list(map(self._key, other))

    def _covering_word(self, word: str) -> Iterator[str]:
        yield from self._exact.get(self._key(word), ())
        head = re.split(r"[*?]", word, maxsplit=1)[0]
        for length in range(len(head) + 1):
            for wanted in self._heads.get(head[:length], ()):
                if wanted != word and self._covers(wanted, word):
                    yield wanted

    def _covers(self, wanted: str, word: str) -> bool:
        """Whether all that `word` finds `wanted` finds too; False where that is not certain."""
        if wanted == word or self._key(wanted) == self._key(word):
            return True
        return not self._finds_more(word) and covers_word(wanted, word)

    def _finds_more(self, word: str) -> bool:
        """Whether a word finds others than those that it is written as."""
        plain = "*" not in word and "?" not in word
        slips = self._forms.fuzzy and len(word.replace("'", "")) >= FUZZY_LETTERS
        return plain and bool(self._forms.lemma or slips)

    def _key(self, word: str) -> str:
        """Words of one key find the same; a slip of one lemma need not be one of the other."""
        if not self._forms.lemma or self._forms.fuzzy or "*" in word or "?" in word:
            return word
        try:
            return lemma_of(word)
        except InputError:
            return word


def covers_word(wanted: str, word: str) -> bool:
    """Whether a word with wildcards fits whatever another fits; sound, and sure of common forms.

    >>> covers_word("app*", "apps"), covers_word("app*", "app*s"), covers_word("app?", "app*")
    (True, True, False)
    """
    pattern = re.escape(wanted).replace(r"\*", ".*").replace(r"\?", "[^*]")
    return re.fullmatch(pattern, word) is not None
