"""Answers to closed questions, as the classifier sees them beside a text."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from pipeline.tables import rows

Marks = frozenset[str]


@dataclass(frozen=True, slots=True)
class Answered:
    """What each respondent answered, as ITEM: VALUE."""

    marks: Mapping[str, Marks] = field(default_factory=dict)

    @classmethod
    def of(cls, answers: pa.Table, items: Collection[str]) -> Answered:
        """The **answers** to some closed questions."""
        found: dict[str, set[str]] = {}
        for respondent, item, value in rows(answers, "respondent", "item", "value"):
            if item in items:
                found.setdefault(respondent, set()).add(f"{item}: {value}")
        return cls({name: frozenset(said) for name, said in found.items()})

    def add(self, marks: Sequence[Marks], respondents: Sequence[str]) -> list[Marks]:
        """Marks, and what the respondent of each answered."""
        if not self.marks:
            return list(marks)
        nothing: Marks = frozenset()
        return [
            own | self.marks.get(name, nothing)
            for own, name in zip(marks, respondents, strict=True)
        ]


NOTHING_ANSWERED = Answered()
