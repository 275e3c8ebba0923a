"""Responses without a theme -> words in them that are one slip away from a term of the codebook."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from pipeline.codebook.model import Codebook, Forms
from pipeline.codebook.terms import parse_term
from pipeline.refine.answers import Answer, Quote
from pipeline.refine.suggest.keyness import Cutter
from pipeline.refine.suggest.terms import find_terms, stop_words, typical_quote
from pipeline.text import cut_quote, fold_words

MIN_USES = 2
"""A wildcard term stands for the words that fit it and are in so many responses or more."""


@dataclass(frozen=True, slots=True)
class Slip:
    """What was written, the term it is near, and in how many responses without a theme it is.

    `ending` says that letters at the end are all that one has more than the other: a form, perhaps.
    """

    written: str
    term: str
    responses: int
    ending: bool
    quote: Quote

    def as_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {**asdict(self), "quote": self.quote.as_json()}


def find_slips(answers: Sequence[Answer], codebook: Codebook) -> tuple[Slip, ...]:
    """The slips in answers without a theme, the commonest first.

    A slip is rarer than the term it is taken for, over all answers; and no term itself.
    """
    cutter = Cutter(codebook, stop_words(codebook))
    everywhere = cutter.count((cutter.runs(answer.text) for answer in answers), most=1)
    rest = [answer for answer in answers if not answer.themes]
    terms = _whole_terms(codebook, everywhere, cutter)
    if not rest or not terms:
        return ()
    exact = find_terms(terms, rest, codebook)
    near = find_terms(terms, rest, codebook, Forms(fuzzy=1))
    found: dict[str, tuple[str, dict[int, tuple[int, int]]]] = {}
    for term, known, spans in zip(terms, exact, near, strict=True):
        for row, (start, end) in spans.items():
            if known.get(row) != (start, end):
                written = " ".join(fold_words(cut_quote(rest[row].text, start, end)))
                found.setdefault(written, (term, {}))[1].setdefault(row, (start, end))
    slips = [
        Slip(written, term, len(places), _ends_otherwise(written, term), quote)
        for written, (term, places) in found.items()
        if _is_slip(written, term, everywhere) and (quote := typical_quote(places, rest))
    ]
    return tuple(sorted(slips, key=lambda slip: (-slip.responses, slip.written)))


def _whole_terms(codebook: Codebook, everywhere: Counter[str], cutter: Cutter) -> list[str]:
    """The terms that rules look for, without wildcards; the words that fit stand for a word with.

    Terms that find their slips anyway are left out.
    """
    sources = dict.fromkeys(
        source
        for theme in codebook.themes
        for rule in theme.rules
        if not rule.forms.fuzzy
        for source in (*rule.hits, *rule.others)
    )
    terms: dict[str, None] = {}
    for words in (parse_term(source, codebook.hyphens).words for source in sources):
        wild = any("*" in word or "?" in word for word in words)
        if not wild:
            terms[" ".join(words)] = None
        elif len(words) == 1:
            terms.update(dict.fromkeys(_fitting(words[0], everywhere)))
    return [term for term in terms if cutter.is_content(term)]


def _fitting(word: str, everywhere: Counter[str]) -> list[str]:
    pattern = re.compile(re.escape(word).replace(r"\*", ".*").replace(r"\?", "."))
    return sorted(
        known
        for known, count in everywhere.items()
        if count >= MIN_USES and pattern.fullmatch(known)
    )


def _is_slip(written: str, term: str, everywhere: Counter[str]) -> bool:
    """Whether each word that differs is in fewer responses than the one it is taken for.

    And has the same first letter: slips there are few, and most are words of their own ("great",
    "treat").
    """
    pairs = zip(fold_words(written), fold_words(term), strict=False)
    return all(
        one[0] == other[0] and everywhere[one] < everywhere[other]
        for one, other in pairs
        if one != other
    )


def _ends_otherwise(written: str, term: str) -> bool:
    return written.startswith(term) or term.startswith(written)
