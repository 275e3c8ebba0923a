"""The words of a codebook's terms, and which of them each word type of a corpus fits."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Container, Iterable
from dataclasses import dataclass

from pipeline.codebook.model import Forms
from pipeline.codebook.terms import ANY_WORD, Term
from pipeline.lookups import inflections_of, respelt_words, spellings_of
from pipeline.match.openings import Beginnings, Openings

FUZZY_LETTERS = 5
"""A slip is looked for in words of so many letters or more."""
POSSESSIVE = "'s"
_NOTHING: list[int] = []


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
        self._slips: dict[str, list[tuple[str, int]]] = {}
        self._longest = 0
        self._heads: set[str] = set()
        self._lengths: list[int] = []

    def add(self, term: Term, forms: Forms) -> tuple[int, ...]:
        """The numbers of a term's words; -1 stands for any word."""
        return tuple(
            -1 if word == ANY_WORD else self._add(Wanted.of(word, forms)) for word in term.words
        )

    def _add(self, wanted: Wanted) -> int:
        if wanted in self._numbers:
            return self._numbers[wanted]
        number = self._numbers[wanted] = len(self._numbers)
        head = _head(wanted.word)
        if head == wanted.word:
            for form in _forms(wanted):
                self._exact.setdefault(form, []).append(number)
        else:
            pattern = _compile(wanted.word)
            if head + "*" == wanted.word:
                self._prefixes.setdefault(head, []).append(number)
            else:
                self._patterns.setdefault(head, []).append((pattern, number))
            for form in _respelt(head, pattern) if wanted.british_american else ():
                self._exact.setdefault(form, []).append(number)
        if wanted.fuzzy:
            self._longest = max(self._longest, len(wanted.word) + 1 + len(POSSESSIVE))
            for piece in _near(wanted.word):
                self._slips.setdefault(piece, []).append((wanted.word, number))
        return number

    def openings(self, sought: Container[int]) -> Openings | None:
        """How a word may begin that fits some of the wanted words, or any of them at a closer look.

        None where it may begin in any way.
        """
        self._heads = {*self._prefixes, *self._patterns}
        self._lengths = sorted({len(head) for head in self._heads})
        if self._slips or "" in self._heads:
            return None
        whole = [form for form, numbers in self._exact.items() if _any_in(numbers, sought)]
        heads = [head for head, numbers in self._prefixes.items() if _any_in(numbers, sought)]
        heads += [
            head
            for head, patterns in self._patterns.items()
            if _any_in((number for _, number in patterns), sought)
        ]
        return Openings(Beginnings(whole, heads), Beginnings(self._exact, self._heads))

    def fits(self, word: str) -> dict[int, int]:
        """The numbers of the wanted words that a word fits, with how much of its end is no part.

        That is 0, or 2 for a possessive 's after a word that does not fit whole.
        """
        found = dict.fromkeys(self._plainly(word), 0)
        stem = word.removesuffix(POSSESSIVE)
        cut = len(word) - len(stem)
        for number in self._plainly(stem) if cut else ():
            found.setdefault(number, cut)
        # A word that fits some term as it stands is no slip of another.
        if self._slips and not found and len(word) <= self._longest:
            found = dict.fromkeys(self._slipped(word), 0)
            for number in self._slipped(stem) if cut else ():
                found.setdefault(number, cut)
        return found

    def _plainly(self, word: str) -> list[int]:
        found = self._exact.get(word, _NOTHING)
        for length in self._lengths:
            if length > len(word):
                break
            head = word[:length]
            if head in self._heads:
                patterns = self._patterns.get(head, ())
                fitting = [number for pattern, number in patterns if pattern.fullmatch(word)]
                found = [*found, *self._prefixes.get(head, ()), *fitting]
        return found

    def _slipped(self, word: str) -> Iterable[int]:
        for piece in _near(word):
            for wanted, number in self._slips.get(piece, ()):
                if is_slip(word, wanted):
                    yield number


def _any_in(numbers: Iterable[int], sought: Container[int]) -> bool:
    return any(number in sought for number in numbers)


def _head(word: str) -> str:
    """A word up to its first wildcard."""
    return re.split(r"[*?]", word, maxsplit=1)[0]


def _forms(wanted: Wanted) -> Iterable[str]:
    """Every word that a whole word stands for."""
    forms = (wanted.word, *(inflections_of(wanted.word) if wanted.lemma else ()))
    if not wanted.british_american:
        return dict.fromkeys(forms)
    return dict.fromkeys(spelling for form in forms for spelling in spellings_of(form))


def _respelt(head: str, pattern: re.Pattern[str]) -> Iterable[str]:
    """The words that fit a pattern only as they are spelt on the other side of the Atlantic."""
    matched = [word for word in respelt_words(head) if pattern.fullmatch(word)]
    others = dict.fromkeys(other for word in matched for other in spellings_of(word))
    return [other for other in others if not pattern.fullmatch(other)]


def _compile(word: str) -> re.Pattern[str]:
    # Each `*` takes what it first can and gives nothing back, so no word takes for ever.
    return re.compile(fnmatch.translate(word))


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
