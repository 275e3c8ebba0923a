"""Codebook, theme and rule, as a researcher means them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Within = int | Literal["sentence", "response"]
POLICIES = ("either", "rule", "model", "both")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One reason by which text earns a theme: terms, or a pattern over the raw text."""

    id: str
    any: tuple[str, ...] = ()
    with_: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    within: Within = "sentence"
    pattern: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One code of the coding frame. A net has members and no rules."""

    id: str
    label: str
    code: str = ""
    definition: str = ""
    include: str = ""
    exclude: str = ""
    questions: tuple[str, ...] = ()
    rules: tuple[Rule, ...] = ()
    net: tuple[str, ...] = ()
    policy: str = "either"
    classifier_only: bool = False
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()

    def applies_to(self, question: str) -> bool:
        """Whether the theme may be coded in answers to the question."""
        return not self.questions or question in self.questions


@dataclass(frozen=True, slots=True, kw_only=True)
class Codebook:
    """A named, versioned coding frame; `content` is its parsed YAML in canonical JSON.

    `no_theme` lists what coded files write for "read, no theme applies", beside an empty cell.
    """

    name: str
    version: int
    language: str
    path: Path
    entries: tuple[Theme, ...]
    content: str
    no_theme: tuple[str, ...] = ()

    @property
    def themes(self) -> tuple[Theme, ...]:
        """The themes that text is coded with: every entry but the nets."""
        return tuple(theme for theme in self.entries if not theme.net)

    @property
    def nets(self) -> tuple[Theme, ...]:
        """The nets: distinct responses in any of their members."""
        return tuple(theme for theme in self.entries if theme.net)

    @property
    def coder(self) -> str:
        """The name the codebook codes under; comments and layout do not change it."""
        digest = hashlib.sha256(self.content.encode()).hexdigest()[:8]
        return f"codebook:{self.name}@{self.version}+{digest}"

    def find(self, name: str) -> Theme | None:
        """The entry with this id, or else with this `code` or label, as coded files name it."""
        for attribute in ("id", "code", "label"):
            for theme in self.entries:
                if name and getattr(theme, attribute) == name:
                    return theme
        return None
