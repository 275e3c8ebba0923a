"""Which further counts to hide: complementary cell suppression by integer programming.

A small count is protected in one direction by a whole table that fits everything shown and in
which it is as small, or as great, as the rule wants. Each such goal gets a table of its own; all
share the choice of what is hidden, and the cost of that choice is made least. This is the model
of Fischetti & Salazar-Gonzalez (Management Science 47, 2001, doi:10.1287/mnsc.47.7.1008.9805),
written out in full where a block is small. Else goals are met one after another, as in the
heuristic of Kelly, Golden & Assad (Networks 22, 1992, doi:10.1002/net.3230220407), and what turns
out not to be needed is shown again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint
from scipy.sparse import csr_array

from pipeline.suppress.solver import solve

AT_ONCE = 2500
"""Goals are met together up to so many cells x goals."""
WHOLE = 60
"""What is hidden is a choice of yes or no in blocks of up to so many cells; in greater ones a
measure in between, as in Kelly, Golden & Assad."""
GAP = 0.05
"""How far from the best a choice may be, in greater blocks."""
NODES = 300
"""A search is ended after so many nodes, and its best answer taken."""


@dataclass(frozen=True, slots=True)
class Goal:
    """In some table that fits what is shown, the cell is at most (sign -1) or at least (1) this."""

    cell: int
    sign: int
    target: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Counts, the ranges they have when shown, linear rows, what each costs to hide.

    Cells whose cost is infinite are not hidden; `matrix @ counts` is between `least` and `most`.
    """

    counts: np.ndarray
    low: np.ndarray
    high: np.ndarray
    matrix: csr_array
    least: np.ndarray
    most: np.ndarray
    cost: np.ndarray
    reach: int
    hidden: np.ndarray
    tables: dict[Goal, np.ndarray] = field(default_factory=dict)

    def meet(self, goals: Sequence[Goal], *, alone: bool = True) -> list[Goal]:
        """Hide what the goals need, in place; the goals that cannot be met are returned.

        As many at once as are few enough; if those cannot be met together, one by one (`alone`).
        """
        batch = max(1, AT_ONCE // len(self.counts))
        missed: list[Goal] = []
        left = list(goals)
        while left := [goal for goal in left if not self._is_met(goal)]:
            together, left = left[:batch], left[batch:]
            if not self._hide(together):
                missed += self._one_by_one(together) if alone else together
        if len(goals) > batch and len(self.counts) <= WHOLE:
            self._show_again([goal for goal in goals if goal not in missed])
        return missed

    def _one_by_one(self, goals: Sequence[Goal]) -> list[Goal]:
        if len(goals) == 1:
            return list(goals)
        return [goal for goal in goals if not self._is_met(goal) and not self._hide([goal])]

    def price(self, goal: Goal) -> float:
        """What hiding for one more goal would cost; infinite if it cannot be met."""
        found = self._solve([goal], self.hidden)
        if found is None:
            return float("inf")
        return float(self.cost[self._strays(found[0]) & ~self.hidden].sum())

    def _is_met(self, goal: Goal) -> bool:
        """Whether a table that was found for another goal meets this one too."""
        for table in self.tables.values():
            if goal.sign * table[goal.cell] >= goal.sign * goal.target:
                self.tables[goal] = table
                return True
        return False

    def _hide(self, goals: Sequence[Goal]) -> bool:
        found = self._solve(goals, self.hidden)
        if found is None:
            return False
        for goal, table in zip(goals, found, strict=True):
            self.tables[goal] = table
            self.hidden[self._strays(table)] = True
        return True

    def _strays(self, table: np.ndarray) -> np.ndarray:
        """The cells that must be hidden for a table to fit what is shown."""
        strays: np.ndarray = (table < self.low) | (table > self.high)
        return strays

    def _show_again(self, goals: Sequence[Goal]) -> None:
        """The costliest first, show what all the goals can be met without."""
        spare = np.flatnonzero(self.hidden & (self.cost > 0))
        for cell in sorted(spare, key=lambda cell: (-self.cost[cell], cell)):
            hidden = self.hidden.copy()
            hidden[cell] = False
            found = {}
            for goal in goals:
                if self._strays(self.tables[goal])[cell]:
                    tables = self._solve([goal], hidden, closed=True)
                    if tables is None:
                        break
                    found[goal] = tables[0]
            else:
                self.tables.update(found)
                self.hidden[cell] = False

    def _solve(
        self, goals: Sequence[Goal], hidden: np.ndarray, *, closed: bool = False
    ) -> list[np.ndarray] | None:
        """A table for each goal, at the least cost of hiding; `closed`: no more may be hidden."""
        cells, copies = len(self.counts), len(goals)
        floor = np.maximum(0, self.counts - self.reach)
        ceiling = self.counts + self.reach
        bound = np.isinf(self.cost) | closed
        low = np.tile(np.where(bound & ~hidden, self.low, floor), (copies, 1))
        high = np.tile(np.where(bound & ~hidden, self.high, ceiling), (copies, 1))
        for number, goal in enumerate(goals):
            end = high if goal.sign < 0 else low
            end[number, goal.cell] = goal.target
        if (low > high).any():
            return None
        choice = np.flatnonzero(~bound & ~hidden)
        found = solve(
            np.concatenate((np.zeros(cells * copies), self.cost[choice])),
            constraints=self._limits(copies, choice),
            bounds=Bounds(
                np.concatenate((low.ravel(), np.zeros(len(choice)))),
                np.concatenate((high.ravel(), np.ones(len(choice)))),
            ),
            integrality=np.concatenate(
                (np.ones(cells * copies), np.full(len(choice), cells <= WHOLE))
            ),
            options={"node_limit": NODES, "mip_rel_gap": GAP if cells > WHOLE else 0},
        )
        if found.x is None:
            return None
        tables = np.rint(found.x[: cells * copies]).astype(np.int64)
        return list(tables.reshape(copies, cells))

    def _limits(self, copies: int, choice: np.ndarray) -> LinearConstraint:
        """The rows for every table; and a cell strays from its range only where it is chosen."""
        lines, cells = self.matrix.shape
        entries = self.matrix.tocoo()
        copy = np.arange(copies)[:, None]
        room_down = self.low[choice] - np.maximum(0, self.counts[choice] - self.reach)
        room_up = self.counts[choice] + self.reach - self.high[choice]
        strays = copies * len(choice)
        down = copies * lines + np.arange(strays)
        where = (copy * cells + choice).ravel()
        chosen = np.tile(copies * cells + np.arange(len(choice)), copies)
        parts = [
            (
                (copy * lines + entries.coords[0]).ravel(),
                (copy * cells + entries.coords[1]).ravel(),
            ),
            (down, where),
            (down, chosen),
            (down + strays, where),
            (down + strays, chosen),
        ]
        one = np.ones(strays)
        values = [
            np.tile(entries.data, copies),
            *(one, np.tile(room_down, copies), one, -np.tile(room_up, copies)),
        ]
        least = [np.tile(self.least, copies), np.tile(self.low[choice], copies), -np.inf * one]
        most = [np.tile(self.most, copies), np.inf * one, np.tile(self.high[choice], copies)]
        matrix = csr_array(
            (np.concatenate(values), tuple(map(np.concatenate, zip(*parts, strict=True)))),
            shape=(copies * lines + 2 * strays, copies * cells + len(choice)),
        )
        return LinearConstraint(matrix, np.concatenate(least), np.concatenate(most))
