"""How far a rule is from firing: the nearest term out of scope, and words that nearly fit."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from pipeline.codebook.model import Rule
from pipeline.errors import InputError
from pipeline.match import Finding
from pipeline.refine.explain.probe import Prober, bare
from pipeline.tokenise import sentence_starts

_SHORTEST = 4
"""A `*` after a shorter word finds too much to be worth a hint."""
_ENDING = 4
"""An ending of more letters than this makes another word."""
_FORMS: tuple[tuple[str, str, Any], ...] = (
    ("differs in its capitals from", "case_sensitive", False),
    ("is one slip from", "fuzzy", 1),
    ("is another spelling of", "british_american", True),
    ("is a form of", "lemma", True),
)


def describe_distance(alone: Rule, text: str, hits: Sequence[Finding], prober: Prober) -> str:
    """The nearest term of a rule's one condition, and how far it is from a hit.

    The fewest words of scope with which the engine fires are the distance.
    """
    least, most = 1, len(text) + 1
    while least < most:
        middle = (least + most) // 2
        if prober.find(replace(alone, within=middle), text):
            most = middle
        else:
            least = middle + 1
    found = prober.find(replace(alone, within=least), text)[0]
    is_later = any(hit.start == found.start for hit in hits)
    partners = prober.find_terms(alone, found.terms[1:], text)
    ends = [p for p in partners if (p.end == found.end if is_later else p.start == found.start)]
    quote = text[ends[0].start : ends[0].end] if ends else found.terms[-1]
    if alone.within == "sentence":
        starts = sentence_starts(text)
        apart = bisect_right(starts, found.end - 1) - bisect_right(starts, found.start)
        unit = "sentence"
    else:
        apart, unit = least, "word"
    plural = "" if apart == 1 else "s"
    return f"'{quote}', {apart} {unit}{plural} {'later' if is_later else 'earlier'}"


def list_near_misses(
    rule: Rule, terms: Sequence[str], text: str, prober: Prober
) -> tuple[str, ...]:
    """Words of the text that some terms would find with an ending or in another form."""
    known = {(found.start, found.end) for found in prober.find_terms(rule, terms, text)}
    return tuple(_near_misses(rule, terms, text, prober, known))


def _near_misses(
    rule: Rule, terms: Sequence[str], text: str, prober: Prober, known: set[tuple[int, int]]
) -> Iterator[str]:
    plain = [t for t in terms if not set("*?") & set(t) and len(t.split()[-1]) >= _SHORTEST]
    endings = {f"{term}*": term for term in plain}
    for found in prober.find_terms(rule, tuple(endings), text) if endings else ():
        term = endings[found.terms[0]]
        if found.end - found.start <= len(term) + _ENDING:
            yield from _new(known, found, f"'{_cut(text, found)}' would be found by `{term}*`")
    heads = tuple(t[:-1] for t in terms if t[-1] == "*" and not set("*?") & set(t[:-1]))
    if not _finds_in_any_form(rule, (*terms, *heads), text, prober, known):
        return
    for how, form, value in _FORMS:
        setting = f"{form}: {str(value).lower()}"
        for found in _find_in_form(rule, terms, text, prober, {form: value}):
            what = f"'{_cut(text, found)}' {how} `{found.terms[0]}`; `{setting}` would find it"
            yield from _new(known, found, what)
    for found in _find_in_form(rule, heads, text, prober, {"fuzzy": 1}) if heads else ():
        what = f"'{_cut(text, found)}' is one slip from `{found.terms[0]}`"
        yield from _new(known, found, f"{what}; `fuzzy: 1` would find it, without the `*`")


def _finds_in_any_form(
    rule: Rule, terms: Sequence[str], text: str, prober: Prober, known: set[tuple[int, int]]
) -> bool:
    """Whether it is worth the time to ask for each form on its own."""
    forms = {form: value for _, form, value in _FORMS}
    try:
        loose = replace(bare(rule, terms), forms=replace(rule.forms, **forms))
        return any((found.start, found.end) not in known for found in prober.find(loose, text))
    except InputError:
        return True


def _find_in_form(
    rule: Rule, terms: Sequence[str], text: str, prober: Prober, form: dict[str, Any]
) -> list[Finding]:
    loose = bare(rule, terms)
    try:
        return prober.find(replace(loose, forms=replace(rule.forms, **form)), text)
    except InputError:
        # The word tables are not installed, so nothing can be said about these forms.
        return []


def _new(known: set[tuple[int, int]], found: Finding, what: str) -> Iterator[str]:
    if (found.start, found.end) not in known:
        known.add((found.start, found.end))
        yield what


def _cut(text: str, found: Finding) -> str:
    return text[found.start : found.end]
