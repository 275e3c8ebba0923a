"""A compiled codebook, and the stage that applies it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any, NamedTuple

import pyarrow as pa
import regex

from pipeline.codebook.model import Codebook, Rule, Theme
from pipeline.codebook.terms import Term, parse_term
from pipeline.match.index import Hit, TermIndex
from pipeline.match.rules import Found, apply_rule
from pipeline.tables import CODINGS, PROBLEMS, keep, rows
from pipeline.text import cut_quote, fold

PATTERN_SECONDS = 0.25
"""How long one pattern may take on one response."""

Sentences = Callable[[str], tuple[int, ...]]


class Matched(NamedTuple):
    """**codings** by rule, and the **problems**: responses that a pattern took too long on."""

    codings: pa.Table
    problems: pa.Table


class Matcher:
    """A codebook compiled once. `sentences` gives the starts of a text's sentences."""

    def __init__(self, codebook: Codebook, sentences: Sentences) -> None:
        self.coder = codebook.coder
        self._sentences = sentences
        self._rules: list[tuple[Theme, Rule]] = []
        self._by_term: dict[str, list[int]] = {}
        self._patterns: list[tuple[Theme, Rule, regex.Pattern[str]]] = []
        terms: list[Term] = []
        for theme in codebook.themes:
            for rule in theme.rules:
                if rule.pattern:
                    compiled = regex.compile(rule.pattern, regex.IGNORECASE)
                    self._patterns.append((theme, rule, compiled))
                    continue
                for source in rule.any:
                    self._by_term.setdefault(source, []).append(len(self._rules))
                self._rules.append((theme, rule))
                terms += map(parse_term, (*rule.any, *rule.with_, *rule.unless))
        self._index = TermIndex(terms)

    def find(self, text: str, question: str) -> Iterator[tuple[Theme, Rule, Found | TimeoutError]]:
        """Every rule that fires on a text: by terms, then by patterns, in the codebook's order.

        A TimeoutError stands for a pattern that took too long.
        """
        yield from self._find_terms(text, question)
        yield from self._find_patterns(text, question)

    def find_themes(self, text: str, question: str) -> set[str]:
        """The themes that any rule finds in a text."""
        found = self.find(text, question)
        return {theme.id for theme, _, what in found if isinstance(what, Found)}

    def _find_terms(self, text: str, question: str) -> Iterator[tuple[Theme, Rule, Found]]:
        """Every rule that fires by its terms, in the order of the codebook."""
        hits: dict[str, list[Hit]] = {}
        for hit in self._index.find(fold(text)):
            hits.setdefault(hit.term, []).append(hit)
        if not hits:
            return
        numbers = {number for term in hits for number in self._by_term.get(term, ())}
        starts = cache(lambda: self._sentences(text))
        for number in sorted(numbers):
            theme, rule = self._rules[number]
            if theme.applies_to(question):
                for found in apply_rule(rule, hits, starts):
                    yield theme, rule, found

    def _find_patterns(
        self, text: str, question: str
    ) -> Iterator[tuple[Theme, Rule, Found | TimeoutError]]:
        """Every pattern that is in a text."""
        for theme, rule, pattern in self._patterns:
            if not theme.applies_to(question):
                continue
            try:
                spans = [m.span() for m in pattern.finditer(text, timeout=PATTERN_SECONDS)]
            except TimeoutError as error:
                yield theme, rule, error
                continue
            for start, end in spans:
                if end > start:
                    yield theme, rule, Found(start, end, (rule.pattern,))


def match_responses(responses: pa.Table, matcher: Matcher) -> Matched:
    """**responses** -> **codings** by rule; only substantive responses are matched."""
    codings: list[dict[str, Any]] = []
    problems: list[dict[str, str]] = []
    substantive = keep(responses, "status", "substantive")
    for response_id, question, text in rows(substantive, "response_id", "question", "text"):
        for theme, rule, found in matcher.find(text, question):
            if isinstance(found, TimeoutError):
                reason = f"the pattern took over {PATTERN_SECONDS} s"
                problems.append({"response_id": response_id, "rule": rule.id, "reason": reason})
                continue
            codings.append(
                {
                    "response_id": response_id,
                    "question": question,
                    "theme": theme.id,
                    "facet": "",
                    "coder": matcher.coder,
                    "rule": rule.id,
                    "start": found.start,
                    "end": found.end,
                    "quote": cut_quote(text, found.start, found.end),
                    "terms": [{"term": term} for term in found.terms],
                }
            )
    return Matched(CODINGS.build(codings), PROBLEMS.build(problems))
