"""Codebook, theme, facet and rule, as a researcher means them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

Within = int | Literal["sentence", "response"]
POLICIES = ("either", "rule", "model", "both")
NEGATED = ("count", "skip", "only")
OVERLAPS = ("keep", "longest")
POSSESSIVES = ("fold", "keep")
HYPHENS = ("split", "keep")


@dataclass(frozen=True, slots=True, kw_only=True)
class Forms:
    """Which forms of its words a term finds besides the one written."""

    lemma: bool = False
    fuzzy: int = 0
    british_american: bool = False
    case_sensitive: bool = False

    @property
    def needs_lookups(self) -> bool:
        """Whether spaCy's word tables are wanted."""
        return self.lemma or self.british_american


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One reason by which text earns a theme: terms, or a pattern over the raw text.

    The terms of a named list stand in its place; `negated` and `forms` are those that hold after
    the defaults of theme and codebook.
    """

    id: str
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    with_: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    after: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    within: Within = "sentence"
    negated: str = "count"
    pattern: str = ""
    questions: tuple[str, ...] = ()
    forms: Forms = Forms()

    @property
    def hits(self) -> tuple[str, ...]:
        """The terms of which each place is a hit: `any`, or else the first of `all`."""
        return self.any or self.all[:1]

    @property
    def others(self) -> tuple[str, ...]:
        """The terms of `all` that must be in scope of a hit."""
        return self.all if self.any else self.all[1:]

    @property
    def terms(self) -> tuple[str, ...]:
        """Every term of the rule, in the order of its keys."""
        parts = (self.any, self.all, self.with_, self.before, self.after, self.unless)
        return tuple(term for part in parts for term in part)

    def applies_to(self, question: str) -> bool:
        """Whether the rule is tried on answers to the question."""
        return not self.questions or question in self.questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One code of the coding frame. A net has members and no rules."""

    id: str
    label: str
    code: str = ""
    definition: str = ""
    include: str = ""
    exclude: str = ""
    parent: str = ""
    was: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    net: tuple[str, ...] = ()
    policy: str = "either"
    policy_stated: bool = False
    classifier_only: bool = False
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()

    def applies_to(self, question: str) -> bool:
        """Whether the theme may be coded in answers to the question."""
        return not self.questions or question in self.questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One value of a second reading: `problem` of `stance`. Without rules its questions give it."""

    id: str
    reading: str
    label: str
    definition: str = ""
    questions: tuple[str, ...] = ()
    within: str = "sentence"
    rules: tuple[Rule, ...] = ()

    def applies_to(self, question: str) -> bool:
        """Whether the facet may be read in answers to the question."""
        return not self.questions or question in self.questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """An entry of a codebook's history."""

    version: int
    note: str
    date: str = ""
    by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codebook:
    """A named, versioned coding frame; `content` is its parsed YAML in canonical JSON.

    `no_theme` lists what coded files write for "read, no theme applies", beside an empty cell.
    `exclusive` holds groups of themes of which a response keeps the first that is found.
    """

    name: str
    version: int
    language: str
    path: Path
    entries: tuple[Theme, ...]
    content: str
    no_theme: tuple[str, ...] = ()
    facets: tuple[Facet, ...] = ()
    exclusive: tuple[tuple[str, ...], ...] = ()
    history: tuple[Version, ...] = ()
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    overlap: str = "keep"
    possessives: str = "fold"
    hyphens: str = "split"

    @property
    def themes(self) -> tuple[Theme, ...]:
        """The themes that text is coded with: every entry but the nets."""
        return tuple(theme for theme in self.entries if not theme.net)

    @property
    def nets(self) -> tuple[Theme, ...]:
        """The nets: distinct responses in any of their members."""
        return tuple(theme for theme in self.entries if theme.net)

    @property
    def rules(self) -> tuple[Rule, ...]:
        """Every rule, of themes and then of facets, in the order of the codebook."""
        of_themes = tuple(rule for theme in self.themes for rule in theme.rules)
        return of_themes + tuple(rule for facet in self.facets for rule in facet.rules)

    @property
    def coder(self) -> str:
        """The name the codebook codes under; comments and layout do not change it."""
        digest = hashlib.sha256(self.content.encode()).hexdigest()[:8]
        return f"codebook:{self.name}@{self.version}+{digest}"

    def with_policies(self, chosen: Mapping[str, str]) -> Codebook:
        """The same, its themes with these policies where the codebook states none."""
        entries = (
            theme
            if theme.policy_stated
            else replace(theme, policy=chosen.get(theme.id, theme.policy))
            for theme in self.entries
        )
        return replace(self, entries=tuple(entries))

    def members(self, theme: Theme) -> tuple[str, ...]:
        """The themes whose responses a count of this one holds: a net's members, or the theme and
        everything under it; each with everything under it, in the order of the codebook.
        """
        wanted = set(theme.net or (theme.id,))
        children = [entry for entry in self.entries if entry.parent]
        grown = True
        while grown:
            below = {child.id for child in children if child.parent in wanted}
            grown = not below <= wanted
            wanted |= below
        return tuple(entry.id for entry in self.themes if entry.id in wanted)

    def find(self, name: str) -> Theme | None:
        """The entry with this id, or else with this `code`, label or old id (`was`)."""
        for attribute in ("id", "code", "label"):
            for theme in self.entries:
                if name and getattr(theme, attribute) == name:
                    return theme
        return next((theme for theme in self.entries if name in theme.was), None)
