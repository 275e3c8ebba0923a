"""A coded round -> terms that a theme lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import pyarrow as pa

from pipeline.codebook.model import Codebook, Forms, Theme
from pipeline.errors import InputError, near
from pipeline.match import Matcher
from pipeline.refine.answers import Answer, Quote, quote_sentence
from pipeline.refine.kwic import term_codebook
from pipeline.refine.suggest.cluster import STOP_WORDS
from pipeline.refine.suggest.keyness import Cutter, Telling, drop_subsumed
from pipeline.tokenise import number_sentences

_READABLE = 50
"""Of the sentences with a term the one of about this length is shown: it says enough."""
_LOOKED_AT = 200
"""In so many responses a sentence to show is looked for."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A term that marks a theme: `adds` of the `others` would gain the theme by a rule of it.

    `unruled` of those that have the theme have it by no rule of the codebook. `quote` is of a
    response with the theme, `new_quote` of one that would gain it.
    """

    telling: Telling
    adds: int
    unruled: int
    quote: Quote
    new_quote: Quote | None

    def as_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            **asdict(self.telling),
            "adds": self.adds,
            "unruled": self.unruled,
            "log_ratio": round(self.telling.log_ratio, 4),
            "g2": round(self.telling.g2, 4),
            "quote": self.quote.as_json(),
            "new_quote": self.new_quote.as_json() if self.new_quote else None,
        }


@dataclass(frozen=True, slots=True)
class ThemeSuggestions:
    """What marks the responses of a theme: `cited` of `of`, in the questions that may have it."""

    theme: Theme
    cited: int
    of: int
    suggestions: tuple[Suggestion, ...]


def stop_words(codebook: Codebook) -> frozenset[str]:
    """Words that are no theme by themselves; for languages but English none are known."""
    return STOP_WORDS if codebook.language.lower().startswith("en") else frozenset()


def suggest_terms(
    answers: Sequence[Answer], codebook: Codebook, theme_id: str, limit: int = 0
) -> ThemeSuggestions:
    """Terms that mark the theme's responses against the rest and that none of its rules has.

    Raises InputError (E701) for a theme that is not there, or a net.
    """
    theme = find_theme(codebook, theme_id)
    asked = [answer for answer in answers if theme.applies_to(answer.question)]
    cutter = Cutter(codebook, stop_words(codebook))
    runs = [cutter.runs(answer.text) for answer in asked]
    inside = [theme.id in answer.themes for answer in asked]
    marked = [run for run, cited in zip(runs, inside, strict=True) if cited]
    everywhere = cutter.count(runs, only=frozenset(cutter.count(marked)))
    ranked = cutter.telling(marked, everywhere, len(asked))
    fresh = drop_subsumed(_without_known(ranked, codebook, theme))[: limit or None]
    shown = _show(fresh, asked, codebook, theme)
    return ThemeSuggestions(theme, sum(inside), len(asked), shown)


def find_theme(codebook: Codebook, theme_id: str) -> Theme:
    """The theme of this name. Raises InputError (E701) if there is none, or it is a net."""
    ids = [theme.id for theme in codebook.themes]
    theme = codebook.find(theme_id)
    if theme is None:
        what = f"there is no theme '{theme_id}'."
        raise InputError.because(code="E701", what=what, remedy=near(theme_id, ids))
    if theme.net:
        what = f"'{theme.id}' is a net, which has no rules."
        remedy = f"Name one of its themes: {', '.join(theme.net)}."
        raise InputError.because(code="E701", what=what, remedy=remedy)
    return theme


def _without_known(ranked: Sequence[Telling], codebook: Codebook, theme: Theme) -> list[Telling]:
    """Without what the theme's rules find as it stands, or what is a term of theirs already."""
    if not ranked or not theme.rules:
        return list(ranked)
    terms = pa.array([telling.term for telling in ranked], pa.string())
    known: set[int] = set()
    question = theme.questions[0] if theme.questions else ""
    matcher = Matcher(codebook, number_sentences)
    for finding in matcher.list(matcher.find_all(terms, [question] * len(ranked))):
        if finding.theme.id == theme.id:
            known.add(finding.row)
    for forms, own in _terms_of(theme).items():
        parts = Matcher(term_codebook(codebook, own, forms), number_sentences)
        for finding in parts.list(parts.find_all(terms, [""] * len(ranked))):
            if finding.end - finding.start == len(ranked[finding.row].term):
                known.add(finding.row)
    return [telling for row, telling in enumerate(ranked) if row not in known]


def _terms_of(theme: Theme) -> Mapping[Forms, tuple[str, ...]]:
    """The terms of a theme's rules, each once, by the forms that they find."""
    terms: dict[Forms, dict[str, None]] = {}
    for rule in theme.rules:
        if rule.terms:
            terms.setdefault(rule.forms, {}).update(dict.fromkeys(rule.terms))
    return {forms: tuple(own) for forms, own in terms.items()}


def _show(
    fresh: Sequence[Telling], asked: Sequence[Answer], codebook: Codebook, theme: Theme
) -> tuple[Suggestion, ...]:
    if not fresh:
        return ()
    places = find_terms([telling.term for telling in fresh], asked, codebook)
    shown = []
    for telling, spans in zip(fresh, places, strict=True):
        inside = {row: span for row, span in spans.items() if theme.id in asked[row].themes}
        new = {
            row: span
            for row, span in spans.items()
            if row not in inside and theme.id not in asked[row].barred
        }
        unruled = sum(theme.id not in asked[row].ruled for row in inside)
        quote = typical_quote(inside, asked)
        assert quote is not None
        shown.append(Suggestion(telling, len(new), unruled, quote, typical_quote(new, asked)))
    return tuple(shown)


def find_terms(
    terms: Sequence[str],
    answers: Sequence[Answer],
    codebook: Codebook,
    forms: Forms | None = None,
) -> list[dict[int, tuple[int, int]]]:
    """For each term the answers that have it, by their number, with the first place in each."""
    matcher = Matcher(term_codebook(codebook, terms, forms), number_sentences)
    places: list[dict[int, tuple[int, int]]] = [{} for _ in terms]
    texts = pa.array([answer.text for answer in answers], pa.string())
    found = matcher.find_all(texts, [""] * len(answers)).found
    themes = matcher.table.owner[found.rule]
    for theme, row, start, end in zip(
        themes.tolist(), found.row.tolist(), found.start.tolist(), found.end.tolist(), strict=True
    ):
        places[theme].setdefault(row, (start, end))
    return places


def typical_quote(places: Mapping[int, tuple[int, int]], answers: Sequence[Answer]) -> Quote | None:
    """The sentence at one of some places that is the best to read."""
    quotes = [
        quote_sentence(answers[row], *span) for row, span in list(places.items())[:_LOOKED_AT]
    ]
    return min(quotes, key=lambda quote: abs(len(quote.text) - _READABLE), default=None)
