"""The rules of a codebook as numbers: which term is a hit of which rule, and what else it asks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import regex

from pipeline.codebook.model import Codebook, Facet, Rule, Theme, Within
from pipeline.match.hits import TermTable

HIT = -1
"""The condition number of a rule's own hits."""
FAR = 1 << 40
"""A scope of so many words is no limit."""
EITHER, PARTNER_FIRST, PARTNER_LAST = 0, -1, 1


@dataclass(frozen=True, slots=True)
class Condition:
    """Terms that a hit needs, or that veto it, within a scope."""

    terms: tuple[str, ...]
    side: int = EITHER
    veto: bool = False


def list_conditions(rule: Rule) -> list[Condition]:
    """What a hit of the rule must have or lack around it."""
    found = [Condition((term,)) for term in rule.others]
    found += [Condition(rule.with_)] if rule.with_ else []
    found += [Condition(rule.before, PARTNER_LAST)] if rule.before else []
    found += [Condition(rule.after, PARTNER_FIRST)] if rule.after else []
    found += [Condition(rule.unless, veto=True)] if rule.unless else []
    return found


class RuleTable:
    """Every rule by a number, in the order of the codebook, facets after themes.

    `conditions[rule]` lists the rule's condition numbers, padded with -1; `reach`, `by_sentence`,
    `side` and `veto` are the conditions'; `uses` maps each term to the rules and conditions that it
    serves.
    """

    def __init__(self, codebook: Codebook, terms: TermTable) -> None:
        self.themes = codebook.themes
        self.facets = codebook.facets
        owners: tuple[Theme | Facet, ...] = (*codebook.themes, *codebook.facets)
        self.rules = [(owner, rule) for owner in owners for rule in owner.rules]
        self.owner = np.array(
            [number for number, owner in enumerate(owners) for _ in owner.rules], np.int64
        )
        self.patterns = [
            (number, _compile(rule)) for number, (_, rule) in enumerate(self.rules) if rule.pattern
        ]
        conditions = [list_conditions(rule) for _, rule in self.rules]
        self._terms = terms
        self._uses: dict[int, list[tuple[int, int, int]]] = {}
        flat: list[tuple[Rule, Condition]] = []
        listed: list[list[int]] = []
        for number, (_, rule) in enumerate(self.rules):
            self._use(rule.hits, rule, number, HIT)
            listed.append(list(range(len(flat), len(flat) + len(conditions[number]))))
            for place, condition in zip(listed[-1], conditions[number], strict=True):
                self._use(condition.terms, rule, number, place)
            flat += [(rule, condition) for condition in conditions[number]]
        self.slots = max(map(len, listed), default=0)
        self.conditions = np.array(
            [(*row, *[-1] * (self.slots - len(row))) for row in listed], np.int64
        ).reshape(len(listed), self.slots)
        self.reach = np.array([_reach(rule.within) for rule, _ in flat], np.int64)
        self.by_sentence = np.array([rule.within == "sentence" for rule, _ in flat], bool)
        self.side = np.array([condition.side for _, condition in flat], np.int64)
        self.veto = np.array([condition.veto for _, condition in flat], bool)
        self.negated = np.array([rule.negated for _, rule in self.rules], "U5")

    def _use(self, sources: tuple[str, ...], rule: Rule, number: int, place: int) -> None:
        for rank, source in enumerate(sources):
            term = self._terms.add(source, rule.forms)
            self._uses.setdefault(term, []).append((number, place, rank))

    def uses(self) -> tuple[np.ndarray, np.ndarray]:
        """Rule, condition and rank of every use, by term; and where each term's uses start."""
        count = len(self._terms.terms)
        listed = [self._uses.get(term, []) for term in range(count)]
        starts = np.cumsum([0, *map(len, listed)])
        flat = np.array([use for uses in listed for use in uses], np.int64).reshape(-1, 3)
        return flat, starts

    def allowed(self, questions: list[str]) -> np.ndarray:
        """Whether each rule is tried in answers to each question."""
        return np.array(
            [
                [owner.applies_to(question) and rule.applies_to(question) for question in questions]
                for owner, rule in self.rules
            ],
            bool,
        ).reshape(len(self.rules), len(questions))


def _reach(within: Within) -> int:
    return within if isinstance(within, int) else FAR


def _compile(rule: Rule) -> regex.Pattern[str]:
    return regex.compile(rule.pattern, 0 if rule.forms.case_sensitive else regex.IGNORECASE)
