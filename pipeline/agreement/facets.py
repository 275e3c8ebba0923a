"""Decisions on facets -> what each coder says of each response, theme and facet.

A facet never stands without its theme: of a facet in view the coder says what she says of the theme
where that is absent or unsure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from pipeline.agreement.words import by_reading, hear_coders
from pipeline.readings.records import StoredDecision

FacetWords = Mapping[str, Mapping[tuple[str, str], str]]
"""response -> theme and facet in view -> present, absent or unsure"""
_Said = dict[str, dict[tuple[str, str], str]]


def hear_facets(decisions: Iterable[StoredDecision]) -> dict[str, FacetWords]:
    """By coder, the latest word on each response, theme and facet, under the latest word on the
    theme. Adjudicators are left out. What was not in view has no word, also where its theme is
    absent: the coder would have none where it is present.
    """
    decisions = list(decisions)
    themes = hear_coders(decisions)
    found: dict[str, _Said] = {}
    for decision, word in _under_themes(decisions):
        latest = themes.get(decision.coder, {}).get(decision.response_id, {})
        place = (decision.theme, decision.facet)
        coder = found.setdefault(decision.coder, {})
        coder.setdefault(decision.response_id, {})[place] = _under(
            latest.get(decision.theme, ""), word
        )
    return {coder: found[coder] for coder in sorted(found)}


def hear_facets_again(
    decisions: Iterable[StoredDecision], coder: str
) -> tuple[FacetWords, FacetWords]:
    """The last two words of a coder on each response, theme and facet in view twice or more."""
    said: dict[tuple[str, str, str], list[str]] = {}
    for decision, word in _under_themes(list(decisions)):
        if decision.coder == coder:
            key = (decision.response_id, decision.theme, decision.facet)
            said.setdefault(key, []).append(word)
    before: _Said = {}
    again: _Said = {}
    for (response_id, theme, facet), words in said.items():
        if len(words) > 1:
            before.setdefault(response_id, {})[theme, facet] = words[-2]
            again.setdefault(response_id, {})[theme, facet] = words[-1]
    return before, again


def _under_themes(decisions: list[StoredDecision]) -> Iterator[tuple[StoredDecision, str]]:
    """Each decision on a facet, and its word under what the same reading says of the theme."""
    themes = {_whose(decision): decision.decision for decision in by_reading(decisions)}
    for decision in by_reading(decisions, facets=True):
        yield decision, _under(themes.get(_whose(decision), ""), decision.decision)


def _whose(decision: StoredDecision) -> tuple[int, str, str, str]:
    return decision.reading, decision.coder, decision.response_id, decision.theme


def _under(theme: str, facet: str) -> str:
    return theme if theme in ("absent", "unsure") else facet
