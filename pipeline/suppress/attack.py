"""What a reader can work out about hidden counts: the check, written apart from what hides them.

The reader knows every shown count (where counts are rounded, the range that is rounded to it),
every relation, and that counts are whole and not negative; not which of the hidden are small.
Each end of an interval is taken from a whole table that was found and checked in whole numbers to
fit everything shown, so that a slip of the solver's arithmetic can only make the check stricter.
The attack by intervals: Fischetti & Salazar-Gonzalez, Management Science 47 (2001),
doi:10.1287/mnsc.47.7.1008.9805; Willenborg & de Waal, Elements of Statistical Disclosure Control
(2001), doi:10.1007/978-1-4613-0121-9.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from pipeline.errors import CheckFailed
from pipeline.suppress.rule import Rule
from pipeline.suppress.solver import solve
from pipeline.suppress.system import Key, Relation, all_rows

SWEEPS = 6
"""So often bounds are carried along the rows before tables are looked for."""
FAR = 2**50


@dataclass(frozen=True, slots=True)
class Interval:
    """A hidden count is somewhere in low..high, both of which are possible.

    Exact where fewer of the small values are left open than the rule asks for; otherwise the
    search ended early and the interval may be wider.
    """

    low: int
    high: int


def attack(
    published: Mapping[Key, int | None],
    relations: Iterable[Relation],
    rule: Rule,
    told: Collection[Key] = (),
) -> dict[Key, Interval]:
    """The interval of every cell that is published as None.

    `told` are hidden cells that the reader is told are small. If no table at all fits what is
    published, or none can be found, CheckFailed (E524).
    """
    keys = list(published)
    low, high = _ranges(published, rule, set(told))
    found: dict[Key, Interval] = {}
    for part, columns in _parts(keys, relations, low, high):
        hidden = np.array([published[keys[column]] is None for column in columns])
        lows, highs = part.search(hidden, rule)
        for column, least, most in zip(columns, lows, highs, strict=True):
            found[keys[column]] = Interval(int(least), int(most))
    return {key: found[key] for key in keys if published[key] is None}


def _no_table() -> CheckFailed:
    return CheckFailed.because(
        code="E524",
        what="No table of whole numbers fits what is shown, or none was found; whether hidden "
        "counts can be worked out is not known.",
        remedy="Check that the relations hold, or hide more.",
    )


def _ranges(
    published: Mapping[Key, int | None], rule: Rule, told: set[Key]
) -> tuple[np.ndarray, np.ndarray]:
    shown = [rule.range_of(value) for value in published.values() if value is not None]
    # No basic table of such a system needs more than this; if one did, none would be found: E524.
    ceiling = 4 * sum(most for _, most in shown) + 10 * rule.small + 10
    ranges = [
        rule.range_of(value)
        if value is not None
        else ((1, rule.small) if key in told else (0, ceiling))
        for key, value in published.items()
    ]
    both = np.array(ranges, dtype=np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1]


def _parts(
    keys: list[Key], relations: Iterable[Relation], low: np.ndarray, high: np.ndarray
) -> Iterator[tuple[_Part, np.ndarray]]:
    """The cells that are not known, in parts that have no relation to each other."""
    place = {key: number for number, key in enumerate(keys)}
    rows = all_rows(relations)
    entries = [
        (sign, line, place[key]) for line, (row, _) in enumerate(rows) for key, sign in row.items()
    ]
    signs, lines, columns = np.array(entries, dtype=np.int64).reshape(-1, 3).T
    matrix = csr_array((signs, (lines, columns)), shape=(len(rows), len(keys)))
    fixed = low == high
    least = -(matrix @ np.where(fixed, low, 0))
    most = np.where([equal for _, equal in rows], least, np.inf)
    unknown = np.flatnonzero(~fixed)
    settled = abs(matrix[:, unknown]).sum(axis=1) == 0
    if ((least > 0) | (most < 0))[settled].any():
        raise _no_table()
    matrix = matrix[:, unknown]
    touching = abs(matrix)
    count, part_of = connected_components(touching.T @ touching, directed=False)
    for number in range(count):
        inside = np.flatnonzero(part_of == number)
        lines_in = np.flatnonzero(touching[:, inside].sum(axis=1))
        columns_in = unknown[inside]
        yield (
            _Part(
                matrix=matrix[lines_in][:, inside],
                least=least[lines_in],
                most=most[lines_in],
                low=low[columns_in],
                high=high[columns_in],
            ),
            columns_in,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """least <= matrix @ table <= most, low <= table <= high."""

    matrix: csr_array
    least: np.ndarray
    most: np.ndarray
    low: np.ndarray
    high: np.ndarray

    def search(self, hidden: np.ndarray, rule: Rule) -> tuple[np.ndarray, np.ndarray]:
        """The least and the greatest value of each cell in the tables that were found."""
        start = self.best(hidden.astype(float))
        if start is None:
            raise _no_table()
        seen = _Seen(start, start, hidden, rule, self._implied())
        for sign in (1, -1):
            self._together(seen, sign)
            for cell in np.flatnonzero(seen.wanting(sign)):
                if seen.wanting(sign)[cell]:
                    goal = np.zeros(len(self.low))
                    goal[cell] = sign
                    seen.take(self.best(goal))
        return seen.low, seen.high

    def _together(self, seen: _Seen, sign: int) -> None:
        """Push all cells that want it at once, for as long as that helps one of them."""
        before = seen.wanting(sign)
        while before.sum() > 1:
            seen.take(self.best(before * float(sign)))
            after = seen.wanting(sign)
            if (after == before).all():
                return
            before = after

    def _implied(self) -> tuple[np.ndarray, np.ndarray]:
        """Bounds that no table can be beyond, row by row; there may be none as far out."""
        low, high = self.low.copy(), self.high.copy()
        entries = self.matrix.tocoo()
        line, cell, plus = entries.coords[0], entries.coords[1], entries.data > 0
        for _ in range(SWEEPS):
            least = np.where(plus, low[cell], -high[cell])
            most = np.where(plus, high[cell], -low[cell])
            others_least = np.bincount(line, least, len(self.least))[line] - least
            others_most = np.bincount(line, most, len(self.least))[line] - most
            upper, lower = self.most[line] - others_least, self.least[line] - others_most
            np.minimum.at(high, cell, _whole(np.where(plus, upper, -lower)))
            np.maximum.at(low, cell, _whole(np.where(plus, lower, -upper)))
        return low, high

    def best(self, goal: np.ndarray) -> np.ndarray | None:
        """A table with the least goal @ table, checked in whole numbers; None if none is found."""
        limits = [LinearConstraint(self.matrix, self.least, self.most)] if len(self.least) else []
        found = solve(
            goal,
            constraints=limits,
            bounds=Bounds(self.low, self.high),
            integrality=np.ones(len(goal)),
            options={"mip_rel_gap": 0},
        )
        if found.x is None:
            return None
        table: np.ndarray = np.rint(found.x).astype(np.int64)
        sums = self.matrix @ table
        fits = (self.least <= sums) & (sums <= self.most)
        inside = (self.low <= table) & (table <= self.high)
        if not (fits.all() and inside.all()):
            return None
        return table


def _whole(bounds: np.ndarray) -> np.ndarray:
    whole: np.ndarray = np.clip(bounds, -FAR, FAR).astype(np.int64)
    return whole


@dataclass(slots=True)
class _Seen:
    """The ends of the tables found so far; `implied` are ends that none can pass."""

    low: np.ndarray
    high: np.ndarray
    hidden: np.ndarray
    rule: Rule
    implied: tuple[np.ndarray, np.ndarray]

    def take(self, table: np.ndarray | None) -> None:
        """Widen by a table, if there is one."""
        if table is not None:
            self.low = np.minimum(self.low, table)
            self.high = np.maximum(self.high, table)

    def wanting(self, sign: int) -> np.ndarray:
        """The hidden cells that should be pushed down (1) or up (-1): it could tell more of them.

        Not those with enough small values open, nor those that are surely not small.
        """
        small = self.rule.small
        least, most = self.implied
        left = np.minimum(self.high, small) - np.maximum(self.low, 1) + 1
        narrow = (left < self.rule.open) & (least <= small) & (most >= 1)
        more = self.low > np.maximum(least, 1) if sign == 1 else self.high < np.minimum(most, small)
        single = (self.low == self.high) & (self.low > least if sign == 1 else self.high < most)
        wanted: np.ndarray = self.hidden & ((narrow & more) | single)
        return wanted
