"""Decisions -> what each coder says of each response and theme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from pipeline.readings.records import Sample, StoredDecision, hash_text
from pipeline.tables import ADJUDICATOR

Words = Mapping[str, Mapping[str, str]]
"""response -> theme in view -> present, absent or unsure"""
CODES = {"absent": 0, "present": 1}
"""The words that are compared; unsure is a gap."""


def hear_coders(decisions: Iterable[StoredDecision]) -> dict[str, Words]:
    """By coder, the latest word on each response and theme. Adjudicators are left out: they have
    seen what the others said. Facets are left out.
    """
    found: dict[str, dict[str, dict[str, str]]] = {}
    for decision in by_reading(decisions):
        coder = found.setdefault(decision.coder, {})
        coder.setdefault(decision.response_id, {})[decision.theme] = decision.decision
    return {coder: found[coder] for coder in sorted(found)}


def hear_again(decisions: Iterable[StoredDecision], coder: str) -> tuple[Words, Words]:
    """The last two words of a coder on each response and theme that were in view twice or more."""
    said: dict[tuple[str, str], list[str]] = {}
    for decision in by_reading(decisions):
        if decision.coder == coder:
            said.setdefault((decision.response_id, decision.theme), []).append(decision.decision)
    before: dict[str, dict[str, str]] = {}
    again: dict[str, dict[str, str]] = {}
    for (response_id, theme), words in said.items():
        if len(words) > 1:
            before.setdefault(response_id, {})[theme] = words[-2]
            again.setdefault(response_id, {})[theme] = words[-1]
    return before, again


def hear_machine(
    ids: Sequence[str], themes: Sequence[str], machine: np.ndarray, applies: np.ndarray
) -> Words:
    """What the machine found (responses x themes, like `applies`); what applies is in view."""
    return {
        name: {
            theme: "present" if found else "absent"
            for theme, found, asked in zip(themes, row, may, strict=True)
            if asked
        }
        for name, row, may in zip(ids, machine.tolist(), applies.tolist(), strict=True)
    }


def hear_frozen(samples: Iterable[Sample], texts: Mapping[str, str]) -> Words:
    """What the machine found when responses were drawn, before anybody read them for the sample:
    that of the first sample of each. Not of a text that has changed since.
    """
    found: dict[str, Mapping[str, str]] = {}
    for sample in samples:
        for member in sample.members:
            name = member.response_id
            if member.machine and name in texts and hash_text(texts[name]) == member.text_hash:
                words = {t: "present" if m else "absent" for t, m in member.machine.items()}
                found.setdefault(name, words)
    return found


def hear_settled(decisions: Iterable[StoredDecision]) -> dict[tuple[str, str, str], str]:
    """By response, theme and facet (empty for the theme itself), what was adjudicated: the word of
    the last adjudicator who is sure.
    """
    last: dict[tuple[str, str, str], dict[str, StoredDecision]] = {}
    adjudicated = (decision for decision in decisions if decision.coder.startswith(ADJUDICATOR))
    for decision in sorted(adjudicated, key=lambda decision: decision.reading):
        place = (decision.response_id, decision.theme, decision.facet)
        last.setdefault(place, {})[decision.coder] = decision
    settled: dict[tuple[str, str, str], str] = {}
    for place, said in last.items():
        sure = [decision for decision in said.values() if decision.decision != "unsure"]
        if sure:
            settled[place] = max(sure, key=lambda decision: decision.reading).decision
    return settled


def by_reading(
    decisions: Iterable[StoredDecision], *, facets: bool = False
) -> list[StoredDecision]:
    """Those of coders, in the order of the readings: on themes, or on facets."""
    kept = (
        decision
        for decision in decisions
        if bool(decision.facet) == facets and not decision.coder.startswith(ADJUDICATOR)
    )
    return sorted(kept, key=lambda decision: decision.reading)
