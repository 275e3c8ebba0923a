"""The store's decisions -> the decisions of a round as it is now: stale ones are not applied."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa

from pipeline.codebook.model import Codebook, Facet, Theme
from pipeline.errors import Problem
from pipeline.noted import Answer
from pipeline.readings.records import (
    Sample,
    Signature,
    StoredDecision,
    hash_text,
    hash_theme,
)
from pipeline.readings.store import open_store
from pipeline.round.place import Place
from pipeline.tables import DECISIONS

_LISTED = 5
_RANK = {"absent": 0, "unsure": 1, "present": 2}


class Held(NamedTuple):
    """What a store held at a moment: the hash of all of it, and the head of its chain."""

    digest: str
    head: str


class Stored(NamedTuple):
    """All that a run takes from a store, as of one moment; the store itself is closed again."""

    path: Place
    decisions: Sequence[StoredDecision]
    samples: Sequence[Sample]
    audit_ids: frozenset[str]
    audit_text_hashes: frozenset[str]
    signatures: Sequence[Signature]
    held: Held

    @property
    def response_ids(self) -> frozenset[str]:
        """The responses that anyone read."""
        return frozenset(decision.response_id for decision in self.decisions)


def read_stored(path: Place) -> Stored:
    """Read a store once. Raises InputError (E411) when it cannot be used."""
    with open_store(path) as store, store.at_once():
        return Stored(
            path,
            store.read_decisions(),
            store.samples(),
            store.audit_ids(),
            store.audit_text_hashes(),
            store.signatures(),
            Held(store.digest(), str(store.head())),
        )


class Sorted(NamedTuple):
    """Decisions that hold, under the ids of now; and those that are stale or have no place."""

    fresh: list[StoredDecision]
    stale: list[StoredDecision]
    lost: list[StoredDecision]


def sort_decisions(
    decisions: Iterable[StoredDecision],
    known: Collection[str],
    answers: Mapping[str, Answer],
    codebook: Codebook,
) -> Sorted:
    """Which decisions hold for these answers and this codebook.

    A decision is stale when the text was another one, or the theme's definition, include or exclude
    (or the facet's definition) was; its rules, label and id do not matter. It is lost when the
    response, theme or facet is there no more, or the codebook bars the theme from the question. A
    blank answer, which is in `known` and not in `answers`, makes nothing stale: it has no verdict.
    """
    meanings = _Meanings(codebook)
    texts: dict[str, str] = {}
    found = Sorted([], [], [])
    for decision in decisions:
        name = decision.response_id
        answer = answers.get(name)
        theme, facet = meanings.of(decision)
        if name not in known or theme is None or (decision.facet and facet is None):
            found.lost.append(decision)
            continue
        if answer and name not in texts:
            texts[name] = hash_text(answer.text)
        if texts.get(name, decision.text_hash) != decision.text_hash or (
            meanings.hash(theme, facet) != decision.theme_hash
        ):
            found.stale.append(decision)
        elif answer and not (facet or theme).applies_to(answer.question):
            # What was in view and not marked says nothing where the theme cannot be coded.
            if decision.decision == "present":
                found.lost.append(decision)
        else:
            found.fresh.append(decision._replace(theme=theme.id))
    return found


class _Meanings:
    def __init__(self, codebook: Codebook) -> None:
        self._themes = {old: theme for theme in codebook.themes for old in theme.was}
        self._themes |= {theme.id: theme for theme in codebook.themes}
        self._facets = {facet.id: facet for facet in codebook.facets}
        self._hashes: dict[tuple[str, str], str] = {}

    def of(self, decision: StoredDecision) -> tuple[Theme | None, Facet | None]:
        return self._themes.get(decision.theme), self._facets.get(decision.facet)

    def hash(self, theme: Theme, facet: Facet | None) -> str:
        key = (theme.id, facet.id if facet else "")
        if key not in self._hashes:
            self._hashes[key] = hash_theme(theme, facet)
        return self._hashes[key]


def apply_stored(
    stored: Stored,
    known: Collection[str],
    answers: Mapping[str, Answer],
    codebook: Codebook,
    say: Callable[[Problem], None],
) -> pa.Table:
    """**decisions** of a store that hold, a warning (W411, W413) telling of the others.

    Of several themes that became one, a reading has the one strongest word: present, then unsure,
    then absent.
    """
    found = sort_decisions(stored.decisions, known, answers, codebook)
    where = stored.path.as_posix()
    if found.stale:
        what = (
            f"{len(found.stale)} decisions are not applied: the text or the theme's "
            f"definition has changed since: {_some(found.stale)}."
        )
        remedy = "Read these responses again; the machine's word counts for them."
        say(Problem(code="W411", where=where, what=what, remedy=remedy))
    if found.lost:
        what = (
            f"{len(found.lost)} decisions are not applied: the round no longer has the "
            f"response or the theme, or bars it: {_some(found.lost)}."
        )
        remedy = "Name a theme's old id under its 'was:' to carry its decisions over."
        say(Problem(code="W413", where=where, what=what, remedy=remedy))
    names = DECISIONS.schema.names
    return DECISIONS.build(
        {name: getattr(d, name) for name in names} for d in merge_decisions(found.fresh)
    )


def merge_decisions(fresh: Iterable[StoredDecision]) -> list[StoredDecision]:
    """One decision of a reading on a theme or facet: the strongest of themes that became one."""
    one: dict[tuple[int, str, str, str], StoredDecision] = {}
    for decision in fresh:
        key = (decision.reading, decision.response_id, decision.theme, decision.facet)
        one[key] = max(one.get(key, decision), decision, key=lambda d: _RANK[d.decision])
    return list(one.values())


def _some(decisions: Sequence[StoredDecision]) -> str:
    shown = [f"{d.facet or d.theme} in {d.response_id}" for d in decisions]
    shown = list(dict.fromkeys(shown))
    return ", ".join(shown[:_LISTED]) + (", ..." if shown[_LISTED:] else "")
