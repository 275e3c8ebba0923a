"""Whether a hit is denied: "no problem with Citrix", but not "not only Citrix".

A list of cues and a scope, after NegEx (Chapman and others 2001, doi:10.1006/jbin.2001.1029), with
cues and limits of our own for what people write in surveys.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.codebook.model import Forms
from pipeline.match.hits import Hits, TermTable
from pipeline.match.near import NONE, Neighbours

WORDS_BEFORE = 5
"""A cue denies what starts at most so many words after it ends."""
WORDS_AFTER = 3
"""A phrase such as "is not a problem" denies what ends at most so many words before it."""

CUES = (
    *("no", "not", "never", "none", "nothing", "nobody", "neither", "nor", "without", "cannot"),
    *("hardly", "no longer", "free of", "lack of", "absence of", "rather than", "instead of"),
    *("ain't", "aren't", "can't", "couldn't", "didn't", "doesn't", "don't", "hadn't", "hasn't"),
    *("haven't", "isn't", "mightn't", "mustn't", "needn't", "shouldn't", "wasn't", "weren't"),
    *("won't", "wouldn't", "arent", "cant", "couldnt", "didnt", "doesnt", "dont", "hasnt"),
    *("havent", "isnt", "wasnt", "wont", "wouldnt"),
)
"""What denies the words after it."""
CUES_AFTER = (
    *("not a problem", "not a concern", "not an issue", "not the problem", "not the issue"),
    *("no problem", "no problems", "no issue", "no issues", "no trouble", "no concern"),
    *("no complaints", "isn't a problem", "isn't an issue", "wasn't a problem", "wasn't an issue"),
    *("never a problem", "never an issue", "isn't the problem", "isn't the issue"),
)
"""What denies the words before it."""
NO_CUES = (
    *("not only", "not just", "not merely", "not simply", "not to mention", "not least"),
    *("no doubt", "no wonder", "no matter", "no surprise", "not sure", "nothing but"),
    *("can't wait", "couldn't agree more", "why not", "if not", "whether or not", "none of which"),
    *("no end of", "not enough", "why can't", "why don't", "why doesn't", "why isn't", "why not"),
)
"""Phrases that hold a cue and deny nothing."""
STOPS = (
    *("but", "however", "although", "though", "except", "because", "so", "yet", "and", "which"),
    *("apart from", "other than", "unless", "until", "whereas", "while", "since", "when"),
)
"""Words that a denial does not reach across."""
BREAK = re.compile(r"[.!?,;:()\[\]\n\r\u2013\u2014\u2026]")
"""Marks that a denial does not reach across."""

_CUE, _AFTER, _NO_CUE, _STOP = range(4)


class Denials:
    """The cues in a batch of hits, to be asked which hits they deny."""

    def __init__(self, terms: TermTable) -> None:
        kinds: dict[int, int] = {}
        for kind, sources in (
            (_CUE, CUES),
            (_AFTER, CUES_AFTER),
            (_NO_CUE, NO_CUES),
            (_STOP, STOPS),
        ):
            for source in dict.fromkeys(sources):
                kinds[terms.add(source, Forms())] = kind
        self._kinds = kinds

    def find(self, hits: Hits, asked: np.ndarray, text_of: Callable[[int], str]) -> np.ndarray:
        """Whether each of the asked hits is denied."""
        kind = np.full(max(int(hits.term.max(initial=0)), *self._kinds) + 1, -1)
        kind[list(self._kinds)] = list(self._kinds.values())
        of_hit = kind[hits.term]
        cues = _without(hits, np.flatnonzero(of_hit == _CUE), np.flatnonzero(of_hit == _NO_CUE))
        scope = _Scope(hits, np.flatnonzero(of_hit == _STOP), text_of)
        denied: np.ndarray = scope.reached(asked, cues, before=True)
        denied |= scope.reached(asked, np.flatnonzero(of_hit == _AFTER), before=False)
        return denied


@dataclass(frozen=True, slots=True)
class _Scope:
    """How far a cue reaches in a batch of hits."""

    hits: Hits
    stops: np.ndarray
    text_of: Callable[[int], str]

    def reached(self, asked: np.ndarray, cues: np.ndarray, *, before: bool) -> np.ndarray:
        """Whether each asked hit has one of the cues near enough, and nothing between."""
        if not len(cues) or not len(asked):
            return np.zeros(len(asked), bool)
        hits, places = self.hits, _neighbours(self.hits, cues)
        row, first, last = hits.row[asked], hits.first[asked], hits.last[asked]
        if before:
            nearest = places.before(row, first)
            apart = first - hits.last[cues[nearest]]
        else:
            nearest = places.after(row, last)
            apart = hits.first[cues[nearest]] - last
        reached: np.ndarray = (nearest != NONE) & (
            apart <= (WORDS_BEFORE if before else WORDS_AFTER)
        )
        near = np.flatnonzero(reached)
        cue = cues[nearest[near]]
        ends = (cue, asked[near]) if before else (asked[near], cue)
        reached[near] = self._nothing_between(*ends)
        return reached

    def _nothing_between(self, left: np.ndarray, right: np.ndarray) -> np.ndarray:
        hits = self.hits
        gaps = zip(hits.row[left], hits.end[left], hits.start[right], strict=True)
        free = np.array(
            [not BREAK.search(self.text_of(row), start, end) for row, start, end in gaps], bool
        )
        if len(self.stops) and len(left):
            places = _neighbours(hits, self.stops)
            stop = places.after(hits.row[left], hits.last[left])
            free &= (stop == NONE) | (hits.last[self.stops[stop]] >= hits.first[right])
        return free


def _neighbours(hits: Hits, places: np.ndarray) -> Neighbours:
    rank = np.zeros(len(places), np.int64)
    return Neighbours(hits.row[places], hits.first[places], hits.last[places], rank)


def _without(hits: Hits, cues: np.ndarray, phrases: np.ndarray) -> np.ndarray:
    """The cues that stand in none of the phrases."""
    if not len(phrases) or not len(cues):
        return cues
    inside = _neighbours(hits, phrases).any_within(
        hits.row[cues], hits.first[cues], hits.last[cues]
    )
    outside: np.ndarray = cues[~inside]
    return outside


def list_cues() -> dict[str, Sequence[str]]:
    """Every list of words that negation rests on, by its name in the docs."""
    return {"cues": CUES, "cues after": CUES_AFTER, "no cues": NO_CUES, "stops": STOPS}
