"""A kept run laid out by response and theme, under the ids that its themes have now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import pyarrow as pa

from pipeline import store
from pipeline.codebook.model import Rule, Theme
from pipeline.compare.data import Side
from pipeline.count import account_bases
from pipeline.digest import canonical_json
from pipeline.readings.records import hash_theme
from pipeline.tables import IN_BASE, rows
from pipeline.verify import KeptRun

Place = tuple[str, str, str]
"""response, theme, facet"""


class Answer(NamedTuple):
    """A response as a run screened it."""

    question: str
    text: str
    status: str
    reason: str


class Word(NamedTuple):
    """What a verdict was made of, and what came of it."""

    present: bool = False
    rule: bool = False
    model: bool = False
    human: str = ""


@dataclass(frozen=True, slots=True)
class Laid:
    """A run, by response and theme. Codings and decisions are of the coders in play."""

    kept: KeptRun
    now: Mapping[str, str]
    answers: Mapping[str, Answer]
    words: Mapping[Place, Word]
    codings: Mapping[Place, list[dict[str, Any]]]
    said: Mapping[Place, Mapping[str, str]]
    """By person or import: what the latest reading says."""
    rules: Mapping[str, Mapping[str, Rule]]
    """By theme, or facet in brackets: what each rule says, under its id in this run."""
    themes: Mapping[str, Theme]
    bases: pa.Table
    timed_out: frozenset[tuple[str, str]]
    """Response and rule, where nothing is known."""

    @classmethod
    def of(cls, kept: KeptRun, now: Mapping[str, str]) -> Laid:
        """Lay out a run; `now` gives the id that an entry has in the newer codebook."""
        problems = store.read_table(kept.folder, "problems", store.STREAMED["problems"])
        return cls(
            kept=kept,
            now=now,
            answers=_answers(kept),
            words=_words(kept, now),
            codings=_codings(kept, now),
            said=_said(kept, now),
            rules=_rules(kept, now),
            themes={now.get(theme.id, theme.id): theme for theme in kept.codebook.themes},
            bases=account_bases(kept.evidence.responses, kept.verdicts, kept.round),
            timed_out=frozenset(
                (response_id, rule) for response_id, rule in rows(problems, "response_id", "rule")
            ),
        )

    @property
    def counted(self) -> tuple[str, ...]:
        """The statuses that are in a base."""
        return IN_BASE[self.kept.round.base]

    @property
    def facets(self) -> frozenset[str]:
        """The facets of its codebook."""
        return frozenset(facet.id for facet in self.kept.codebook.facets)

    @property
    def classifier(self) -> str:
        """The name of the classifier in play; empty without one."""
        return str(self.kept.manifest.get("classifier") or "")

    def side(self) -> Side:
        """Which run it is."""
        manifest = self.kept.manifest
        return Side(
            run=self.kept.folder.as_posix(),
            round=str(manifest.get("round", self.kept.round.name)),
            verbatims=str(manifest.get("verbatims", "")),
            codebook=self.kept.codebook.coder.removeprefix("codebook:"),
            classifier=self.classifier.removeprefix("classifier:"),
            coders=self.kept.coders,
        )

    def meaning(self, theme: str, facet: str) -> str:
        """The hash that a decision on the theme goes stale with; empty without the theme."""
        if theme not in self.themes:
            return ""
        facets = {known.id: known for known in self.kept.codebook.facets}
        return hash_theme(self.themes[theme], facets.get(facet))

    def applies(self, theme: str, question: str) -> bool:
        """Whether the theme is looked for in the question."""
        return theme in self.themes and self.themes[theme].applies_to(question)

    def policy(self, theme: str, facet: str) -> str:
        """How the theme takes what machines find."""
        return "either" if facet or theme not in self.themes else self.themes[theme].policy

    def rules_of(self, theme: str, facet: str) -> Mapping[str, Rule]:
        """The rules that can give a response the theme, or the facet of it: a facet without rules
        comes with the theme's.
        """
        return (self.rules.get(f"[{facet}]") if facet else None) or self.rules.get(theme, {})

    def input(self, role: str) -> str:
        """The sha256 of an input; empty where the run had none."""
        return next((i["sha256"] for i in self.kept.manifest["inputs"] if i["role"] == role), "")

    def wide_settings(self) -> str:
        """What of a codebook bears on all its rules, in a form that can be compared."""
        book = self.kept.codebook
        return canonical_json([book.possessives, book.hyphens])


def _answers(kept: KeptRun) -> dict[str, Answer]:
    """One answer for each id: copies of an answer share its id, and the one that counts stands."""
    found: dict[str, Answer] = {}
    for row in kept.evidence.responses.to_pylist():
        answer = Answer(row["question"], row["text"], row["status"], row["reason"])
        known = found.get(row["response_id"])
        if known is None or known.status == "duplicate" or answer.status == "substantive":
            found[row["response_id"]] = answer
    return found


def _words(kept: KeptRun, now: Mapping[str, str]) -> dict[Place, Word]:
    words: dict[Place, Word] = {}
    for row in kept.verdicts.to_pylist():
        place = _place(row, now)
        word = Word(row["present"], row["codebook"], row["classifier"], row["human"])
        # Of several themes that became one the word is what any of them has.
        known = words.get(place, word)
        words[place] = Word(
            known.present or word.present,
            known.rule or word.rule,
            known.model or word.model,
            known.human or word.human,
        )
    return words


def _codings(kept: KeptRun, now: Mapping[str, str]) -> dict[Place, list[dict[str, Any]]]:
    codings: dict[Place, list[dict[str, Any]]] = {}
    for row in kept.evidence.codings.to_pylist():
        if row["coder"].partition(":")[0] in kept.coders:
            codings.setdefault(_place(row, now), []).append(row)
    return codings


def _said(kept: KeptRun, now: Mapping[str, str]) -> dict[Place, dict[str, str]]:
    latest: dict[Place, dict[str, tuple[int, str]]] = {}
    for row in kept.evidence.decisions.to_pylist() if "human" in kept.coders else ():
        people = latest.setdefault(_place(row, now), {})
        word = (row["reading"], row["decision"])
        people[row["coder"]] = max(people.get(row["coder"], word), word)
    return {
        place: {coder: word for coder, (_, word) in people.items()}
        for place, people in latest.items()
    }


def _rules(kept: KeptRun, now: Mapping[str, str]) -> dict[str, dict[str, Rule]]:
    rules: dict[str, dict[str, Rule]] = {}
    owners = [(now.get(theme.id, theme.id), theme.rules) for theme in kept.codebook.themes]
    owners += [(f"[{facet.id}]", facet.rules) for facet in kept.codebook.facets]
    for name, held in owners:
        rules.setdefault(name, {}).update({rule.id: replace(rule, id="") for rule in held})
    return rules


def _place(row: Mapping[str, Any], now: Mapping[str, str]) -> Place:
    return row["response_id"], now.get(row["theme"], row["theme"]), row["facet"]
