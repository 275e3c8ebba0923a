"""The second reading: which facet each quote of a theme has."""

from __future__ import annotations

import numpy as np

from pipeline.codebook.model import Facet
from pipeline.match.fire import Found
from pipeline.match.near import NONE, Neighbours
from pipeline.match.texts import Texts

Read = tuple[Found, np.ndarray, np.ndarray]
"""What was read, the place of the quote that it is a reading of, and the facet."""


def read_facets(
    facets: tuple[Facet, ...],
    themed: Found,
    read: tuple[Found, np.ndarray],
    texts: Texts,
    allowed: np.ndarray,
) -> Read:
    """What `themed` reads as: for each facet that it has, itself with what gave it.

    `read` is what the facets' rules found and the facet of each; `allowed[facet, row]` says where a
    facet may be read. Of several in scope the nearest gives it, in characters. Returns what was
    found (rule and terms are those that gave the facet, the quote runs over both), the place of the
    theme's quote in `themed`, and the facet.
    """
    found, facet_of = read
    parts: list[tuple[np.ndarray, np.ndarray]] = []
    sentences = _sentences(facets, themed, found, texts)
    for number, facet in enumerate(facets):
        at = np.flatnonzero(allowed[number, themed.row])
        if not facet.rules:
            parts.append((at, np.full(len(at), NONE)))
            continue
        mine = np.flatnonzero((facet_of == number) & allowed[number, found.row])
        if not len(mine) or not len(at):
            parts.append((at[:0], at[:0]))
            continue
        scope = np.zeros_like(sentences) if facet.within == "response" else sentences
        giver = _nearest(themed.take(at), scope[at], found.take(mine), scope[len(themed) :][mine])
        parts.append((at[giver != NONE], mine[giver[giver != NONE]]))
    place = np.concatenate([part[0] for part in parts])
    giver = np.concatenate([part[1] for part in parts])
    facet_number = np.repeat(np.arange(len(facets)), [len(part[0]) for part in parts])
    return _joined(themed.take(place), found, giver), place, facet_number


def _sentences(facets: tuple[Facet, ...], themed: Found, found: Found, texts: Texts) -> np.ndarray:
    rows = np.r_[themed.row, found.row]
    if not any(facet.rules and facet.within == "sentence" for facet in facets):
        return np.zeros(len(rows), np.int64)
    return texts.sentence_of(rows, np.r_[themed.start, found.start])


def _nearest(
    themed: Found, sentence: np.ndarray, found: Found, found_sentence: np.ndarray
) -> np.ndarray:
    """The nearest of `found` in the same sentence of the same row, or NONE."""
    wide = int(max(sentence.max(), found_sentence.max())) + 1
    groups = themed.row * wide + sentence
    places = Neighbours(
        found.row * wide + found_sentence, found.start, found.end, np.arange(len(found))
    )
    after = places.after(groups, themed.start - 1)
    before = places.before_start(groups, themed.start)
    far = np.iinfo(np.int64).max
    forth = np.where(after == NONE, far, np.maximum(0, found.start[after] - themed.end))
    back = np.where(before == NONE, far, np.maximum(0, themed.start - found.end[before]))
    nearest: np.ndarray = np.where(forth <= back, after, before)
    return nearest


def _joined(themed: Found, found: Found, giver: np.ndarray) -> Found:
    """The theme's quotes, drawn out to what gave the facet."""
    if not len(found):
        return themed
    given = giver != NONE
    start = np.where(given, np.minimum(themed.start, found.start[giver]), themed.start)
    end = np.where(given, np.maximum(themed.end, found.end[giver]), themed.end)
    wide = max(themed.terms.shape[1], found.terms.shape[1])
    terms = np.where(given[:, None], found.terms_to(wide)[giver], themed.terms_to(wide))
    return Found(
        row=themed.row,
        rule=np.where(given, found.rule[giver], themed.rule),
        start=start,
        end=end,
        terms=terms,
    )
