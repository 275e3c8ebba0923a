"""The words of a codebook's terms, and which of them each word type of a corpus fits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.codebook.model import Forms
from pipeline.codebook.terms import ANY_WORD, Term
from pipeline.lookups import lemma_of, spellings_of

FUZZY_LETTERS = 5
"""A slip is looked for in words of so many letters or more."""
POSSESSIVE = "'s"
_OPENING = 3
"""So many letters tell most words of a corpus from those of a codebook."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A word of a term, and the forms of it that are wanted."""

    word: str
    lemma: bool
    fuzzy: bool
    british_american: bool

    @classmethod
    def of(cls, word: str, forms: Forms) -> Wanted:
        """A word of a term with these forms; slips and inflections are of whole words only."""
        whole = "*" not in word and "?" not in word
        return cls(
            word=word,
            lemma=forms.lemma and whole,
            fuzzy=bool(forms.fuzzy) and whole and len(word.replace("'", "")) >= FUZZY_LETTERS,
            british_american=forms.british_american,
        )


class Lexicon:
    """Every wanted word of a codebook by a number, and a quick way from a word to those it fits."""

    def __init__(self) -> None:
        self._numbers: dict[Wanted, int] = {}
        self._exact: dict[str, list[int]] = {}
        self._prefixes: dict[str, list[int]] = {}
        self._patterns: dict[str, list[tuple[re.Pattern[str], int]]] = {}
        self._lemmas: dict[str, list[int]] = {}
        self._slips: dict[str, list[tuple[str, int]]] = {}
        self._spelt: set[int] = set()
        self._lengths: list[int] = []
        self._openings: set[str] = set()
        self._open = False

    def add(self, term: Term, forms: Forms) -> tuple[int, ...]:
        """The numbers of a term's words; -1 stands for any word."""
        return tuple(
            -1 if word == ANY_WORD else self._add(Wanted.of(word, forms)) for word in term.words
        )

    def _add(self, wanted: Wanted) -> int:
        if wanted in self._numbers:
            return self._numbers[wanted]
        number = self._numbers[wanted] = len(self._numbers)
        head = re.split(r"[*?]", wanted.word, maxsplit=1)[0]
        if head == wanted.word:
            self._exact.setdefault(head, []).append(number)
        elif head + "*" == wanted.word:
            self._prefixes.setdefault(head, []).append(number)
        else:
            self._patterns.setdefault(head, []).append((_compile(wanted.word), number))
        if wanted.lemma:
            self._lemmas.setdefault(lemma_of(wanted.word), []).append(number)
        if wanted.fuzzy:
            for piece in _near(wanted.word):
                self._slips.setdefault(piece, []).append((wanted.word, number))
        if wanted.british_american:
            self._spelt.add(number)
        self._openings.add(_opening(head))
        short = len(head) < _OPENING and head != wanted.word
        self._open |= short or wanted.lemma or wanted.fuzzy or wanted.british_american
        self._lengths = sorted({len(head) for head in (*self._prefixes, *self._patterns)})
        return number

    def may_fit(self, word: str) -> bool:
        """A quick look at how a word begins: False for most of the words that fit nothing."""
        return self._open or _opening(word) in self._openings

    def fits(self, word: str) -> dict[int, int]:
        """The numbers of the wanted words that a word fits, with how much of its end is no part.

        That is 0, or 2 for a possessive 's after a word that does not fit whole.
        """
        stem = word.removesuffix(POSSESSIVE)
        found = dict.fromkeys(self._fit(word), 0)
        cut = len(word) - len(stem)
        for number in self._fit(stem) if cut else ():
            found.setdefault(number, cut)
        # A word that fits some term as it stands is no slip of another.
        if self._slips and not found:
            found = dict.fromkeys(self._slipped(word), 0)
            for number in self._slipped(stem) if cut else ():
                found.setdefault(number, cut)
        return found

    def _fit(self, word: str) -> Iterator[int]:
        yield from self._plainly(word)
        if self._spelt:
            for spelling in spellings_of(word)[1:]:
                yield from (n for n in self._plainly(spelling) if n in self._spelt)

    def _plainly(self, word: str) -> Iterator[int]:
        yield from self._exact.get(word, ())
        for length in self._lengths:
            if length > len(word):
                break
            head = word[:length]
            yield from self._prefixes.get(head, ())
            for pattern, number in self._patterns.get(head, ()):
                if pattern.fullmatch(word):
                    yield number
        if self._lemmas:
            yield from self._lemmas.get(lemma_of(word), ())

    def _slipped(self, word: str) -> Iterable[int]:
        for piece in _near(word):
            for wanted, number in self._slips.get(piece, ()):
                if is_slip(word, wanted):
                    yield number


def _compile(word: str) -> re.Pattern[str]:
    return re.compile(re.escape(word).replace(r"\*", ".*").replace(r"\?", "."))


def _near(word: str) -> set[str]:
    """The word, and the word less each of its letters: two words one slip apart share one."""
    return {word} | {word[:place] + word[place + 1 :] for place in range(len(word))}


def is_slip(one: str, other: str) -> bool:
    """Whether one letter was left out, put in or changed, or two neighbours swapped.

    The optimal string alignment distance of the two is 1.

    >>> is_slip("citirx", "citrix"), is_slip("citrx", "citrix"), is_slip("citrix", "citrix")
    (True, True, False)
    """
    if abs(len(one) - len(other)) > 1 or one == other:
        return False
    head = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if head is None:
        return True
    rests = one[head:], other[head:]
    if len(one) != len(other):
        return rests[0][1:] == rests[1] or rests[0] == rests[1][1:]
    swapped = rests[0][:2] == rests[1][1::-1]
    return rests[0][1:] == rests[1][1:] or (swapped and rests[0][2:] == rests[1][2:])


def _opening(word: str) -> str:
    """What a word and its possessive begin with alike."""
    return word[:_OPENING].partition("'")[0]
