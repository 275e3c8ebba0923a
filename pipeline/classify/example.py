"""What the classifier learns from: a response and what was decided of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A response with the themes that people decided on; `group` keeps a person's answers together.

    `themes` are those decided present, `unknown` those that nobody decided (not in view, unsure,
    disputed), all others are absent. `ruled` are those that the codebook's rules find, `answers`
    those to closed questions that may be learnt from (ITEM: VALUE). The labels of a `weak` example
    are the rules' own, for want of decisions, and `hidden` are the spans by which they found them.
    """

    response_id: str
    group: str
    question: str
    text: str
    themes: frozenset[str]
    ruled: frozenset[str] = frozenset()
    answers: frozenset[str] = frozenset()
    unknown: frozenset[str] = frozenset()
    weak: bool = False
    hidden: tuple[tuple[int, int], ...] = ()

    @property
    def marks(self) -> frozenset[str]:
        """What is learnt from beside text and question."""
        return self.ruled | self.answers

    @property
    def shown(self) -> str:
        """The text that is learnt from: what is hidden is a blank.

        >>> Example(response_id="", group="", question="", text="Citrix is slow",
        ...         themes=frozenset(), hidden=((0, 6),)).shown
        '  is slow'
        """
        parts, end = [], 0
        for start, stop in sorted(self.hidden):
            if stop > end:
                parts.append(self.text[end : max(start, end)])
                end = stop
        return " ".join((*parts, self.text[end:])) if parts else self.text
