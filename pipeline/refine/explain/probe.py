"""A rule tried alone on a text, by the engine itself; explanations are made of such answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa

from pipeline.codebook.model import Codebook, Rule, Theme
from pipeline.match import Finding, Matcher
from pipeline.tokenise import number_sentences


class Prober:
    """Tries rules one by one, each in a codebook of its own with the settings of the given one."""

    def __init__(self, codebook: Codebook) -> None:
        self._frame = replace(codebook, facets=(), exclusive=(), content="")
        self._matchers: dict[Rule, Matcher] = {}

    def find(self, rule: Rule, text: str) -> list[Finding]:
        """Every place where the rule fires, whatever the question."""
        matcher = self._matcher(rule)
        return list(matcher.list(matcher.find_all(pa.array([text], pa.string()), [""])))

    def takes_too_long(self, rule: Rule, text: str) -> bool:
        """Whether the rule's pattern is given up on this text."""
        found = self._matcher(rule).find_all(pa.array([text], pa.string()), [""])
        return bool(found.timed_out)

    def find_terms(self, rule: Rule, terms: Sequence[str], text: str) -> list[Finding]:
        """Every place of some terms, in the forms that the rule allows."""
        return self.find(bare(rule, terms), text)

    def _matcher(self, rule: Rule) -> Matcher:
        rule = replace(rule, questions=())
        if rule not in self._matchers:
            theme = Theme(id="probe", label="probe", rules=(rule,))
            self._matchers[rule] = Matcher(replace(self._frame, entries=(theme,)), number_sentences)
        return self._matchers[rule]


def bare(rule: Rule, terms: Sequence[str]) -> Rule:
    """A rule of those terms alone, in the forms and the scope of the given one."""
    return Rule(id=rule.id, any=tuple(terms), within=rule.within, forms=rule.forms)
