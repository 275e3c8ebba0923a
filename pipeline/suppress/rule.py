"""The rules of small numbers, by name."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.errors import InputError

RULES = ("none", "nhs-1-7-round5", "threshold-N")
LEAST_THRESHOLD = 3
"""With threshold-2 only a 1 would be hidden, and the mark would say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Counts of 1 to `small` are hidden; others are shown to the nearest `step`; 0 is shown as 0.

    `open` is how many of the values 1 to `small` the rest of what is shown must leave possible
    for each hidden small count. Nothing is hidden where `small` is 0.
    """

    name: str
    small: int
    step: int
    open: int

    def is_small(self, count: int) -> bool:
        """Whether the count is hidden for its own sake."""
        return 1 <= count <= self.small

    def show(self, count: int) -> int:
        """A count that is not small as it is shown.

        >>> [parse_rule("nhs-1-7-round5").show(count) for count in (0, 8, 12, 13, 17, 18)]
        [0, 10, 10, 15, 15, 20]
        """
        return (count + self.step // 2) // self.step * self.step

    def range_of(self, shown: int) -> tuple[int, int]:
        """The least and the greatest count that is shown as this.

        >>> rule = parse_rule("nhs-1-7-round5")
        >>> rule.range_of(0), rule.range_of(10), rule.range_of(15)
        ((0, 0), (8, 12), (13, 17))
        """
        if shown == 0:
            return 0, 0
        reach = self.step // 2
        return max(self.small + 1, shown - reach), shown + reach

    def left_open(self, low: int, high: int) -> int:
        """How many of the values 1 to `small` are in low..high."""
        return max(0, min(high, self.small) - max(low, 1) + 1)


def parse_rule(name: str) -> Rule:
    """The rule of that name; one that is not known is an InputError (E521).

    >>> parse_rule("threshold-10")
    Rule(name='threshold-10', small=9, step=1, open=9)
    """
    if name == "none":
        return Rule(name=name, small=0, step=1, open=0)
    if name == "nhs-1-7-round5":
        return Rule(name=name, small=7, step=5, open=2)
    found = re.fullmatch(r"threshold-([1-9]\d{0,3})", name, flags=re.ASCII)
    if found is None or int(found[1]) < LEAST_THRESHOLD:
        raise InputError.because(
            code="E521",
            what=f"'{name}' is not a rule of small numbers.",
            remedy=f"There are: {', '.join(RULES)}; N is {LEAST_THRESHOLD} to 9999, as in "
            "threshold-10, which hides 1 to 9.",
        )
    small = int(found[1]) - 1
    return Rule(name=name, small=small, step=1, open=small)
