"""What the classifier learns from: a response and what was decided of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A response with the themes that people decided on; `group` keeps a person's answers together.

    `themes` are those decided present, `unknown` those that nobody decided (not in view, unsure,
    disputed), all others are absent. `ruled` are those that the codebook's rules find. The labels
    of a `weak` example are the rules' own, for want of decisions.
    """

    response_id: str
    group: str
    question: str
    text: str
    themes: frozenset[str]
    ruled: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    weak: bool = False
