"""Hits -> what fires: every rule of a batch at once, by sorting and searching."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from pipeline.match.hits import Hits
from pipeline.match.near import NONE, Neighbours
from pipeline.match.ordering import order_by, starts_group
from pipeline.match.ruletable import FAR, HIT, PARTNER_FIRST, PARTNER_LAST, RuleTable

SentenceOf = Callable[[np.ndarray, np.ndarray], np.ndarray]
"""Row and place in its text -> the number of the sentence."""


@dataclass(frozen=True, slots=True)
class Found:
    """What fired: a row, a rule, a span; `terms` are those that made it, padded with -1."""

    row: np.ndarray
    rule: np.ndarray
    start: np.ndarray
    end: np.ndarray
    terms: np.ndarray

    def __len__(self) -> int:
        return len(self.row)

    def take(self, places: np.ndarray) -> Found:
        """What stands at some places, or what a mask keeps."""
        return Found(
            self.row[places],
            self.rule[places],
            self.start[places],
            self.end[places],
            self.terms[places],
        )

    def terms_to(self, wide: int) -> np.ndarray:
        """The terms, padded to so many a row."""
        missing = wide - self.terms.shape[1]
        return np.pad(self.terms, ((0, 0), (0, missing)), constant_values=NONE)


@dataclass(frozen=True, slots=True)
class Uses:
    """Hits as rules use them: each for a rule, as its own hit or for one of its conditions."""

    hit: np.ndarray
    rule: np.ndarray
    condition: np.ndarray
    rank: np.ndarray

    def take(self, places: np.ndarray) -> Uses:
        """The uses at some places, or those that a mask keeps."""
        return Uses(self.hit[places], self.rule[places], self.condition[places], self.rank[places])


def use_hits(hits: Hits, uses: tuple[np.ndarray, np.ndarray]) -> Uses:
    """Every use of every hit."""
    flat, starts = uses
    counts = starts[hits.term + 1] - starts[hits.term]
    hit = np.repeat(np.arange(len(hits)), counts)
    offsets = np.repeat(starts[hits.term] - (np.cumsum(counts) - counts), counts)
    used = flat[offsets + np.arange(len(hit))]
    return Uses(hit, used[:, 0], used[:, 1], used[:, 2])


def fire_rules(
    table: RuleTable, hits: Hits, anchors: Uses, partners: Uses, sentence_of: SentenceOf
) -> Found:
    """Each anchor that has a partner for every need of its rule, and no veto in scope.

    A partner is no part of the anchor; of several the nearest counts (in words; before the anchor
    rather than after it). The quote runs from the first to the last of them.
    """
    chosen = np.full((len(anchors.hit), table.slots), NONE)
    alive = np.ones(len(anchors.hit), bool)
    if table.slots and (table.conditions[anchors.rule, 0] != NONE).any():
        ask = _Ask(table, hits, anchors, partners, sentence_of)
        for slot in range(table.slots):
            asked = np.flatnonzero(alive & (table.conditions[anchors.rule, slot] != NONE))
            chosen[asked, slot], alive[asked] = ask.slot(slot, asked)
    if alive.all():
        return _spans(hits, anchors, chosen)
    return _spans(hits, anchors.take(alive), chosen[alive])


class _Ask:
    """The partners of a batch, grouped so that each condition finds its own."""

    def __init__(
        self,
        table: RuleTable,
        hits: Hits,
        anchors: Uses,
        partners: Uses,
        sentence_of: SentenceOf,
    ) -> None:
        self.table, self.hits, self.anchors = table, hits, anchors
        self.rows = int(hits.row.max(initial=0)) + 1
        wanted = [
            self._pair(table.conditions[anchors.rule, slot], anchors.hit)
            for slot in range(table.slots)
        ]
        pairs = self._pair(partners.condition, partners.hit)
        near = np.isin(pairs, np.concatenate(wanted))
        self.partners = partners.take(near)
        pairs = pairs[near]
        self.sentences = self._sentences(wanted, pairs, sentence_of)
        self.neighbours = Neighbours(
            self._group(self.partners.condition, self.partners.hit),
            hits.first[self.partners.hit],
            hits.last[self.partners.hit],
            self.partners.rank,
        )

    def _pair(self, condition: np.ndarray, hit: np.ndarray) -> np.ndarray:
        """Condition and row as one number; what has no condition is below 0."""
        pair: np.ndarray = condition * self.rows + np.where(condition < 0, 0, self.hits.row[hit])
        return pair

    def _sentences(
        self, wanted: list[np.ndarray], pairs: np.ndarray, sentence_of: SentenceOf
    ) -> np.ndarray:
        """The sentence of every hit that some condition needs it of; 0 of the others."""
        needed = np.zeros(len(self.hits), bool)
        scoped = self.table.by_sentence[self.partners.condition]
        needed[self.partners.hit[scoped]] = True
        met = np.unique(pairs[scoped])
        for slot_pairs in wanted:
            needed[self.anchors.hit[np.isin(slot_pairs, met)]] = True
        sentences = np.zeros(len(self.hits), np.int64)
        if needed.any():
            sentences[needed] = sentence_of(self.hits.row[needed], self.hits.start[needed])
        return sentences

    def _group(self, condition: np.ndarray, hit: np.ndarray) -> np.ndarray:
        sentence = np.where(self.table.by_sentence[condition], self.sentences[hit], 0)
        group: np.ndarray = self._pair(condition, hit) * (self.sentences.max() + 1) + sentence
        return group

    def slot(self, slot: int, asked: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The nearest partner of each asked anchor for its condition, and whether it may live."""
        hit = self.anchors.hit[asked]
        condition = self.table.conditions[self.anchors.rule[asked], slot]
        if not len(self.partners.hit):
            return np.full(len(asked), NONE), self.table.veto[condition]
        group = self._group(condition, hit)
        first, last = self.hits.first[hit], self.hits.last[hit]
        reach = self.table.reach[condition]
        vetoed = self.neighbours.any_within(group, first - reach, last + reach)
        side = self.table.side[condition]
        before = np.where(side == PARTNER_LAST, NONE, self.neighbours.before(group, first))
        after = np.where(side == PARTNER_FIRST, NONE, self.neighbours.after(group, last))
        partner_hit = self.partners.hit
        back = np.where(before == NONE, FAR, first - self.hits.last[partner_hit[before]])
        forth = np.where(after == NONE, FAR, self.hits.first[partner_hit[after]] - last)
        nearest = np.where(back <= forth, before, after)
        holds = (nearest != NONE) & (np.minimum(back, forth) <= reach)
        veto = self.table.veto[condition]
        chosen = np.where(holds & ~veto, partner_hit[nearest], NONE)
        return chosen, np.where(veto, ~vetoed, holds)


def _spans(hits: Hits, anchors: Uses, chosen: np.ndarray) -> Found:
    """One of each row, rule and span: that of the term that stands first in the rule."""
    parts = np.column_stack((anchors.hit, chosen))
    here = parts != NONE
    start, end = hits.start[anchors.hit], hits.end[anchors.hit]
    for slot in range(chosen.shape[1]):
        met = chosen[:, slot] != NONE
        start[met] = np.minimum(start[met], hits.start[chosen[met, slot]])
        end[met] = np.maximum(end[met], hits.end[chosen[met, slot]])
    row = hits.row[anchors.hit]
    order = order_by(row, anchors.rule, start, end, anchors.rank)
    terms = np.where(here, hits.term[parts], NONE)
    found = Found(row, anchors.rule, start, end, terms).take(order)
    fresh = starts_group(found.row, found.rule, found.start, found.end)
    return found if fresh.all() else found.take(fresh)


def split_uses(uses: Uses) -> tuple[Uses, Uses]:
    """The rules' own hits, and what serves their conditions."""
    own = uses.condition == HIT
    return uses.take(own), uses.take(~own)
