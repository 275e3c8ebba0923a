"""The system in blocks, and what each must hide for its small counts."""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from pipeline.suppress.cover import Block, Goal
from pipeline.suppress.rule import Rule
from pipeline.suppress.system import Key, System, all_rows

HUB = 6
"""A count in more relations than this, a base that many themes share say, is first left alone."""
REACHES = ("sums", "nets", "all")
"""What holds a block together: sums without hubs; all relations without hubs; all relations."""


def secondary(system: System, rule: Rule, lost: Collection[Key], more: Collection[Key]) -> set[Key]:
    """The printed counts to hide so that these small ones cannot be worked out; not proven here.

    First in blocks that sums hold together, with bases and other blocks as they are; for small
    counts that this cannot protect, with the nets; at last in all that is related to them. `more`
    is hidden already and is in what is returned.
    """
    tables = _Tables(system, rule, more)
    missed = {number for number, cell in enumerate(system.cells) if cell.key in lost}
    for reach in REACHES:
        for block, cells in tables.blocks(missed, reach):
            wanted = [place for place, cell in enumerate(cells) if cell in missed]
            left = _protect(block, wanted, rule, alone=reach != "sums")
            missed -= set(cells[wanted]) - set(cells[left])
            tables.hidden[cells[block.hidden]] = True
    return {
        cell.key
        for cell, hidden in zip(system.cells, tables.hidden, strict=True)
        if hidden and cell.printed and not rule.is_small(cell.count)
    }


def _protect(block: Block, cells: list[int], rule: Rule, *, alone: bool) -> list[int]:
    """Hide in a block what these small counts need; those that need more than it can hide."""
    if rule.open == rule.small:
        goals = [
            Goal(cell, sign, target)
            for cell in cells
            for sign, target in ((-1, 1), (1, rule.small))
        ]
        return [goal.cell for goal in block.meet(goals, alone=alone)]
    missed = []
    for cell in cells:
        goal = min(_neighbours(cell, int(block.counts[cell]), rule), key=block.price)
        missed += block.meet([goal])
    return [goal.cell for goal in missed]


def _neighbours(cell: int, count: int, rule: Rule) -> list[Goal]:
    """The goals of which one is enough where two values are to be left open."""
    far = rule.open - 1
    down, up = Goal(cell, -1, count - far), Goal(cell, 1, count + far)
    return [goal for goal in (down, up) if 1 <= goal.target <= rule.small]


class _Tables:
    """The system as arrays; `hidden` grows."""

    def __init__(self, system: System, rule: Rule, more: Collection[Key]) -> None:
        cells = system.cells
        self.rule = rule
        self.counts = np.array([cell.count for cell in cells], dtype=np.int64)
        small = np.array([rule.is_small(cell.count) for cell in cells], dtype=bool)
        withheld = np.array([cell.key in more or not cell.printed for cell in cells], dtype=bool)
        self.hidden = small | withheld
        shown = [
            rule.range_of(rule.show(count)) if not rule.is_small(count) else (count, count)
            for count in map(int, self.counts)
        ]
        self.low, self.high = np.array(shown, dtype=np.int64).reshape(-1, 2).T
        self.cost = np.where(self.hidden, 0.0, self._costs(system))
        self._relate(system)

    def _costs(self, system: System) -> np.ndarray:
        """As stated; else few cells before many, then small counts, then those that come first."""
        greatest = max(1, int(self.counts.max(initial=0)))
        total = max(1, len(system.cells))
        return np.array(
            [
                1 + cell.count / greatest + place / total / 1000 if cell.cost is None else cell.cost
                for place, cell in enumerate(system.cells)
            ]
        )

    def _relate(self, system: System) -> None:
        rows = all_rows(system.relations)
        place = {cell.key: number for number, cell in enumerate(system.cells)}
        entries = [
            (sign, line, place[key])
            for line, (row, _) in enumerate(rows)
            for key, sign in row.items()
        ]
        signs, lines, columns = np.array(entries, dtype=np.int64).reshape(-1, 3).T
        self.equal = np.array([equal for _, equal in rows], dtype=bool)
        self.matrix = csr_array((signs, (lines, columns)), shape=(len(rows), len(place)))
        self.busy = np.bincount(columns, minlength=len(place))

    def blocks(self, wanted: set[int], reach: str) -> Iterator[tuple[Block, np.ndarray]]:
        """The parts of the system with a wanted cell, as far as the reach goes."""
        far = reach == "all"
        cells = np.arange(len(self.counts)) if far else np.flatnonzero(self.busy <= HUB)
        holding = abs(self.matrix[self.equal] if reach == "sums" else self.matrix)[:, cells]
        count, part_of = connected_components(holding.T @ holding, directed=False)
        for number in range(count):
            part = cells[part_of == number]
            if not wanted.isdisjoint(part):
                yield self._block(part), part

    def _block(self, part: np.ndarray) -> Block:
        """The cells of a part, all others at their true counts."""
        others = self.counts.copy()
        others[part] = 0
        matrix = self.matrix[:, part]
        lines = np.flatnonzero(abs(matrix).sum(axis=1))
        at_true = (self.matrix @ others)[lines]
        return Block(
            counts=self.counts[part],
            low=self.low[part],
            high=self.high[part],
            matrix=matrix[lines],
            least=-at_true,
            most=np.where(self.equal[lines], -at_true, np.inf),
            cost=self.cost[part],
            reach=4 * self.rule.small,
            hidden=self.hidden[part],
        )
