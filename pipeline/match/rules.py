"""One rule against the term hits of one response."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.codebook.model import Rule, Within
from pipeline.match.index import Hit

HitsByTerm = Mapping[str, Sequence[Hit]]
Together = Callable[[Hit, Hit], bool]


@dataclass(frozen=True, slots=True)
class Found:
    """A rule that fired: from the first to the last of the terms that made it fire."""

    start: int
    end: int
    terms: tuple[str, ...]


def apply_rule(
    rule: Rule, hits: HitsByTerm, sentences: Callable[[], tuple[int, ...]]
) -> Iterator[Found]:
    """Each hit of `any` that has a `with` in scope and no `unless`.

    `within` is the scope of both. As a number of words, two terms are in scope when the later one
    starts at most so many words after the earlier one ends.
    """
    anchors = _hits_of(rule.any, hits)
    if not anchors:
        return
    partners, vetoes = _hits_of(rule.with_, hits), _hits_of(rule.unless, hits)
    if rule.with_ and not partners:
        return
    together = _scope(rule.within, sentences) if partners or vetoes else _always
    spans = set()
    for anchor in anchors:
        if any(together(anchor, veto) for veto in vetoes):
            continue
        found = _with_partner(anchor, partners, together) if rule.with_ else _alone(anchor)
        # "wi-fi" and "wi fi" are two terms of one place: it is found once.
        if found and (found.start, found.end) not in spans:
            spans.add((found.start, found.end))
            yield found


def _alone(anchor: Hit) -> Found:
    return Found(anchor.start, anchor.end, (anchor.term,))


def _with_partner(anchor: Hit, partners: Sequence[Hit], together: Together) -> Found | None:
    """From the anchor to its nearest partner; a term is not its own partner."""
    near = [hit for hit in partners if _words_apart(anchor, hit) and together(anchor, hit)]
    if not near:
        return None
    partner = min(near, key=lambda hit: (_words_apart(anchor, hit), hit.start, hit.end))
    start, end = min(anchor.start, partner.start), max(anchor.end, partner.end)
    return Found(start, end, (anchor.term, partner.term))


def _hits_of(terms: Sequence[str], hits: HitsByTerm) -> list[Hit]:
    return [hit for term in terms for hit in hits.get(term, ())]


def _words_apart(one: Hit, other: Hit) -> int:
    return max(0, one.first_word - other.last_word, other.first_word - one.last_word)


def _always(one: Hit, other: Hit) -> bool:
    return True


def _scope(within: Within, sentences: Callable[[], tuple[int, ...]]) -> Together:
    if within == "response":
        return _always
    if within == "sentence":
        starts = sentences()
        return lambda one, other: (
            bisect_right(starts, one.start) == bisect_right(starts, other.start)
        )
    return lambda one, other: _words_apart(one, other) <= within
