"""Every term of a codebook looked up at once: one pass over the words of a text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from pipeline.codebook.terms import Term
from pipeline.text import WORD, Shadow

_JOIN = re.compile(r"\s+|-\s*")
_MAX_CACHE = 200_000


@dataclass(frozen=True, slots=True)
class Hit:
    """A term found: its span in the untouched text, and its first and last word's number."""

    term: str
    start: int
    end: int
    first_word: int
    last_word: int


@dataclass(frozen=True, slots=True)
class _Token:
    word: str
    start: int
    end: int


class TermIndex:
    """Terms by their first word; a word seen before is looked up once.

    Words of a phrase may be parted by white space, line breaks or a hyphen. A possessive 's after
    the last word of a term is not part of it.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self._exact: dict[str, list[Term]] = {}
        self._prefix: dict[str, list[Term]] = {}
        for term in dict.fromkeys(terms):
            table = self._prefix if term.prefixes[0] else self._exact
            table.setdefault(term.words[0], []).append(term)
        self._lengths = sorted({len(word) for word in self._prefix})
        self._known: dict[str, tuple[Term, ...]] = {}

    def find(self, shadow: Shadow) -> list[Hit]:
        """Every place of every term, in the order of the text."""
        folded = shadow.folded
        known = self._known
        hits: list[Hit] = []
        tokens: list[_Token] | None = None
        for number, match in enumerate(WORD.finditer(folded)):
            word = match.group()
            candidates = known.get(word)
            if candidates is None:
                candidates = self._look_up(word)
            if not candidates:
                continue
            if tokens is None:
                tokens = [_Token(m.group(), m.start(), m.end()) for m in WORD.finditer(folded)]
            for term in candidates:
                hit = _match_at(term, number, tokens, shadow)
                if hit:
                    hits.append(hit)
        return hits

    def _look_up(self, word: str) -> tuple[Term, ...]:
        if len(self._known) > _MAX_CACHE:
            self._known.clear()
        found = list(self._exact.get(word, ()))
        if word.endswith("'s"):
            found += [term for term in self._exact.get(word[:-2], ()) if len(term.words) == 1]
        for length in self._lengths:
            if length > len(word):
                break
            found += self._prefix.get(word[:length], ())
        self._known[word] = tuple(found)
        return self._known[word]


def _match_at(term: Term, number: int, tokens: list[_Token], shadow: Shadow) -> Hit | None:
    """The term at a token that its first word is known to fit."""
    last = number + len(term.words) - 1
    if last >= len(tokens):
        return None
    for place in range(1, len(term.words) - 1):
        if not _fits(term, place, tokens[number + place].word):
            return None
    end = _end_of_last(term, tokens[last])
    if end is None:
        return None
    for token, following in pairwise(tokens[number : last + 1]):
        if not _JOIN.fullmatch(shadow.folded, token.end, following.start):
            return None
    start, stop = shadow.span(tokens[number].start, end)
    return Hit(term.source, start, stop, number, last)


def _fits(term: Term, place: int, word: str) -> bool:
    wanted = term.words[place]
    return word == wanted or (term.prefixes[place] and word.startswith(wanted))


def _end_of_last(term: Term, token: _Token) -> int | None:
    if _fits(term, -1, token.word):
        return token.end
    return token.end - 2 if token.word == term.words[-1] + "'s" else None
