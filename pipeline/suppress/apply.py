"""The rule applied to a system of tables, and the check of what is then shown."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from pipeline.errors import CheckFailed
from pipeline.suppress.attack import Interval, attack
from pipeline.suppress.rule import Rule
from pipeline.suppress.secondary import secondary
from pipeline.suppress.system import Cell, Key, System, keys_of

MARK = "[c]"
"""What stands for a hidden count: confidential, as UK official statistics mark it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What is published: every cell's count as shown, None where it is hidden.

    `primary` are hidden for being small, `secondary` to protect those; cells that are not printed
    are in neither unless they are small. Which is which is not published.
    """

    rule: Rule
    values: Mapping[Key, int | None]
    primary: frozenset[Key]
    secondary: frozenset[Key]

    def text(self, key: Key) -> str:
        """The count as it is printed."""
        value = self.values[key]
        return MARK if value is None else str(value)

    def share(self, part: Key, whole: Key) -> Fraction | None:
        """The share, of the counts as shown; None if either is hidden or the whole is 0."""
        above, below = self.values[part], self.values[whole]
        return None if above is None or not below else Fraction(above, below)

    def hidden_forms(self, system: System) -> Iterator[tuple[Key, str]]:
        """Each form of each hidden printed cell, none of which may be published."""
        for cell in system.cells:
            if cell.printed and self.values[cell.key] is None:
                yield from ((cell.key, form) for form in cell.forms)


def suppress(system: System, rule: Rule) -> Shown:
    """Hide the small counts and, at little cost, what would give them away; proven by the attack.

    While the attack finds a small count, more is hidden for it: what `secondary` chooses or, where
    that was not enough, the cheapest count in a relation with it. A count that was hidden in vain,
    since what is shown has only one value for it, is shown.
    """
    more: set[Key] = set()
    while True:
        shown = _show(system, rule, more)
        if not shown.primary:
            return shown
        intervals = attack(shown.values, system.relations, rule)
        lost = [key for key in _recovered(shown, rule, intervals) if key in shown.primary]
        if not lost:
            vain = {key for key in more if intervals[key].low == intervals[key].high}
            return _show(system, rule, more - vain)
        chosen = secondary(system, rule, lost, more)
        more = chosen if chosen > more else more | next_to(system, shown, lost)


def recoverable(shown: Shown, system: System) -> dict[Key, Interval]:
    """The hidden printed or small counts that a reader can work out, each with what is left open.

    A small count is recovered when fewer of the small values are left open than the rule asks
    for; any other when only one value is.
    """
    intervals = attack(shown.values, system.relations, shown.rule)
    return {key: intervals[key] for key in _recovered(shown, shown.rule, intervals)}


def check_hidden(shown: Shown, system: System) -> None:
    """Nothing that is hidden can be worked out; else CheckFailed (E523).

    The message does not name counts: messages are kept in logs.
    """
    found = recoverable(shown, system)
    if found:
        raise CheckFailed.because(
            code="E523",
            what=f"{len(found)} of the hidden counts can be worked out from what is shown.",
            remedy="Nothing is published. Merge small groups, or choose another rule.",
        )


def _show(system: System, rule: Rule, more: Collection[Key]) -> Shown:
    values = {
        cell.key: None
        if rule.is_small(cell.count) or cell.key in more or not cell.printed
        else rule.show(cell.count)
        for cell in system.cells
    }
    return Shown(
        rule=rule,
        values=values,
        primary=frozenset(cell.key for cell in system.cells if rule.is_small(cell.count)),
        secondary=frozenset(more),
    )


def _recovered(shown: Shown, rule: Rule, intervals: Mapping[Key, Interval]) -> list[Key]:
    return [
        key
        for key, found in intervals.items()
        if (key in shown.primary and rule.left_open(found.low, found.high) < rule.open)
        or (key in shown.primary | shown.secondary and found.low == found.high)
    ]


def next_to(system: System, shown: Shown, lost: Iterable[Key]) -> set[Key]:
    """For each lost count the cheapest shown one that is related to it, near before far."""
    near: set[Key] = set()
    groups = [set(keys_of(relation)) for relation in system.relations]
    for key in lost:
        reached: set[Key] = set()
        wider = {key}
        while wider > reached and near.isdisjoint(wider):
            reached = wider
            choice = [
                cell
                for cell in system.cells
                if cell.key in reached and shown.values[cell.key] is not None
            ]
            if choice:
                near.add(min(choice, key=_dearness).key)
            wider = reached.union(*(group for group in groups if group & reached))
    return near


def _dearness(cell: Cell) -> tuple[float, int]:
    return (1 if cell.cost is None else cell.cost, cell.count)
