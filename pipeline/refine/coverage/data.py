"""What the rules of a codebook cover of a round: everything that is shown of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.codebook.model import Codebook, Rule, Theme
from pipeline.refine.coverage.words import Explained


@dataclass(frozen=True, slots=True)
class Judged:
    """Of the responses found that people read, how many they marked with the theme."""

    present: int = 0
    read: int = 0

    @property
    def precision(self) -> float | None:
        """The share of those read that people marked; None where none was read."""
        return self.present / self.read if self.read else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCoverage:
    """What one rule finds; `only` counts responses that no other rule of its theme finds.

    `idle` are the terms of its hits that never made it fire, be it that another term of the rule
    stands at the same words.
    """

    rule: Rule
    theme: str
    hits: int
    responses: int
    only: int
    judged: Judged
    idle: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeCoverage:
    """What the rules of one theme find; `missed` were marked by people and found by no rule."""

    theme: Theme
    responses: int
    judged: Judged
    missed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionCoverage:
    """How much of a question's answers has a theme, and how much of their words has a quote."""

    question: str
    responses: int
    coded: int
    explained: Explained

    @property
    def share(self) -> float | None:
        """The share of responses with a theme."""
        return self.coded / self.responses if self.responses else None


@dataclass(frozen=True, slots=True)
class Uncoded:
    """A text without a theme: the first response that has it, and how many have it."""

    response_id: str
    question: str
    text: str
    words: int
    copies: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Everything that the command shows. `questions` ends with all of them together.

    `strangers` are the responses that people read and the round lacks; `timed_out` counts, by rule,
    the responses on which its pattern took too long, so that nothing is known of it there.
    """

    codebook: Codebook
    rules: tuple[RuleCoverage, ...]
    themes: tuple[ThemeCoverage, ...]
    questions: tuple[QuestionCoverage, ...]
    uncoded: tuple[Uncoded, ...]
    strangers: frozenset[str]
    timed_out: Mapping[str, int]

    @property
    def dead(self) -> tuple[RuleCoverage, ...]:
        """The rules that find nothing."""
        return tuple(rule for rule in self.rules if not rule.hits)
