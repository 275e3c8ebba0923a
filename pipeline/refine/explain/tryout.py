"""Texts + codebook -> what is found in each, and why a theme is or is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from pipeline.codebook.model import Codebook, Theme
from pipeline.errors import InputError, near
from pipeline.match import Finding, Matcher
from pipeline.refine.explain.probe import Prober
from pipeline.refine.explain.why import Why, explain_theme
from pipeline.text import cut_quote
from pipeline.tokenise import number_sentences


@dataclass(frozen=True, slots=True)
class Mark:
    """A span of a text with the theme that it earns, and the rule and terms that say so."""

    start: int
    end: int
    quote: str
    theme: str
    facet: str
    rule: str
    terms: tuple[str, ...]

    def as_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "theme": self.theme,
            "facet": self.facet,
            "rule": self.rule,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "terms": list(self.terms),
        }


@dataclass(frozen=True, slots=True)
class Tried:
    """One text: its marks from left to right, and why each rule of the theme asked about fires.

    `timed_out` are the rules whose pattern took too long, so that nothing is known of them.
    """

    text: str
    marks: tuple[Mark, ...]
    why: tuple[Why, ...]
    timed_out: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "text": self.text,
            "timed_out": list(self.timed_out),
            "findings": [mark.as_json() for mark in self.marks],
            "why": [
                {
                    "rule": why.rule,
                    "fires": why.fires,
                    "quotes": list(why.quotes),
                    "reasons": list(why.reasons),
                    "near_misses": list(why.near_misses),
                }
                for why in self.why
            ],
        }


def try_texts(
    codebook: Codebook, texts: Sequence[str], question: str = "", theme: str = ""
) -> list[Tried]:
    """What a codebook finds in each text, as an answer to the question; an empty one is any.

    With a theme, only its marks, and why each of its rules fires or does not. Raises InputError
    (E701) for a theme that is not there or has no rules.
    """
    asked = find_theme(codebook, theme) if theme else None
    tried = codebook if question else _for_any_question(codebook)
    matcher, prober = Matcher(tried, number_sentences), Prober(codebook)
    results = []
    for text in texts:
        findings = matcher.find(pa.array([text], pa.string()), [question])
        found = list(matcher.list(findings))
        slow = tuple(matcher.table.rules[rule][1].id for _, rule in findings.timed_out)
        kept = [finding for finding in found if finding.facet is None]
        why = explain_theme(asked, text, question, kept, prober) if asked else ()
        shown = [f for f in found if asked is None or f.theme.id == asked.id]
        marks = sorted((_mark(f, text) for f in shown), key=lambda m: (m.start, m.end))
        results.append(Tried(text, tuple(marks), why, slow))
    return results


def find_theme(codebook: Codebook, name: str) -> Theme:
    """The theme of that id, with rules. Raises InputError (E701) where there is none."""
    themes = {theme.id: theme for theme in codebook.entries}
    theme = themes.get(name)
    if theme is None:
        what, remedy = f"there is no theme '{name}'.", near(name, themes)
    elif theme.net:
        what = f"'{name}' is a net and has no rules."
        remedy = f"Name one of its members: {', '.join(theme.net)}."
    elif not theme.rules:
        what, remedy = f"'{name}' has no rules.", "Only the classifier finds it."
    else:
        return theme
    raise InputError.because(code="E701", where=codebook.path.as_posix(), what=what, remedy=remedy)


def _for_any_question(codebook: Codebook) -> Codebook:
    """The same with every rule tried; what only a question gives is given by none."""
    themes = tuple(
        replace(
            theme, questions=(), rules=tuple(replace(rule, questions=()) for rule in theme.rules)
        )
        for theme in codebook.entries
    )
    facets = tuple(
        replace(
            facet, questions=(), rules=tuple(replace(rule, questions=()) for rule in facet.rules)
        )
        for facet in codebook.facets
        if facet.rules
    )
    return replace(codebook, entries=themes, facets=facets)


def _mark(found: Finding, text: str) -> Mark:
    return Mark(
        start=found.start,
        end=found.end,
        quote=cut_quote(text, found.start, found.end),
        theme=found.theme.id,
        facet=found.facet.id if found.facet else "",
        rule=found.rule.id,
        terms=found.terms,
    )
