"""A system of tables: counts, and the relations that hold between them."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from itertools import chain

from pipeline.errors import InputError, Problem

Key = Hashable
"""The name of a cell: any hashable thing, (question, theme, group) say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One count. All its `forms` (share, interval, quotes, sentence, ...) are hidden with it.

    A cell that is not `printed` is never shown; it is protected like the others, since what is
    printed may imply it. `cost` is what hiding it loses; 1 to 2 by its size unless stated.
    """

    key: Key
    count: int
    forms: tuple[str, ...] = ()
    printed: bool = True
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class Sum:
    """The parts, which share no one, add up to the total."""

    total: Key
    parts: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Union:
    """The whole is anyone in a part: at least the greatest part, at most the sum of them."""

    whole: Key
    parts: tuple[Key, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """The part is some of the whole."""

    part: Key
    whole: Key


Relation = Sum | Union | Bound


class System:
    """Cells in a fixed order, and relations that their counts satisfy; else InputError (E522)."""

    def __init__(self, cells: Iterable[Cell], relations: Iterable[Relation]) -> None:
        self.cells = tuple(cells)
        self.relations = tuple(relations)
        self.counts = {cell.key: cell.count for cell in self.cells}
        problems = [*self._problems_of_cells(), *self._problems_of_relations()]
        if problems:
            raise InputError(*(Problem(code="E522", what=what) for what in problems))

    def _problems_of_cells(self) -> list[str]:
        if len(self.counts) < len(self.cells):
            return ["A count of the system of tables stands there twice."]
        return [f"The count {cell.key} is {cell.count}." for cell in self.cells if cell.count < 0]

    def _problems_of_relations(self) -> list[str]:
        strangers = [
            f"{relation} names {key}, which is no count of the system of tables."
            for relation in self.relations
            for key in keys_of(relation)
            if key not in self.counts
        ]
        twice = [
            f"{relation} names a count twice."
            for relation in self.relations
            if len(set(keys_of(relation))) < len(keys_of(relation))
        ]
        return (strangers + twice) or [
            f"The counts do not fit {relation}."
            for relation in self.relations
            if not _holds(relation, self.counts)
        ]


def keys_of(relation: Relation) -> tuple[Key, ...]:
    """The cells of a relation, the whole first."""
    match relation:
        case Sum(total, parts):
            return (total, *parts)
        case Union(whole, parts):
            return (whole, *parts)
        case Bound(part, whole):
            return (whole, part)


def _holds(relation: Relation, counts: dict[Key, int]) -> bool:
    whole, *parts = (counts[key] for key in keys_of(relation))
    match relation:
        case Sum():
            return whole == sum(parts)
        case Union():
            return max(parts, default=0) <= whole <= sum(parts)
        case Bound():
            return parts[0] <= whole


def rows_of(relation: Relation) -> list[tuple[dict[Key, int], bool]]:
    """The relation as linear rows: coefficients, and whether the row is 0 (else 0 or more).

    >>> rows_of(Sum("all", ("a", "b")))
    [({'all': 1, 'a': -1, 'b': -1}, True)]
    >>> for row in rows_of(Union("net", ("a", "b"))):
    ...     print(row)
    ({'net': 1, 'a': -1}, False)
    ({'net': 1, 'b': -1}, False)
    ({'net': -1, 'a': 1, 'b': 1}, False)
    """
    whole, *parts = keys_of(relation)
    up = {whole: 1, **dict.fromkeys(parts, -1)}
    if isinstance(relation, Sum):
        return [(up, True)]
    bounds = [({whole: 1, part: -1}, False) for part in parts]
    if isinstance(relation, Bound):
        return bounds
    return [*bounds, ({key: -sign for key, sign in up.items()}, False)]


def all_rows(relations: Iterable[Relation]) -> list[tuple[dict[Key, int], bool]]:
    """The linear rows of all relations, in order."""
    return list(chain.from_iterable(map(rows_of, relations)))
