"""Theme x group, complete before anything is rendered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa

from pipeline.report.comparing import (
    Cell,
    Finding,
    find_differences,
    say_together,
    tell,
)
from pipeline.report.row import Row
from pipeline.round import ClosedItem
from pipeline.tables import keep

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
Sorted = dict[str, dict[str, list[dict[str, Any]]]]
"""question -> group column -> rows of a table"""


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A theme that somebody in a group cited, with a cell for each group."""

    theme: str
    label: str
    net: bool
    depth: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class GroupTable:
    """One question by one group column: the groups that answered it. `blank` are the responses of
    its base in no group, `asked` the closed question whose answers are the groups, if they are.
    """

    column: str
    values: tuple[str, ...]
    bases: tuple[int, ...]
    blank: int
    overlaps: bool
    rows: tuple[GroupRow, ...]
    findings: tuple[Finding, ...]
    together: str
    asked: str = ""

    @property
    def told(self) -> list[str]:
        """The largest differences as sentences, and where the rest are."""
        return tell(self.findings, "comparisons.csv")


def sort_rows(table: pa.Table) -> Sorted:
    """The rows of **crossings** or **comparisons** by question and column; facets are left out."""
    found: Sorted = {}
    whole = keep(table, "facet", "") if "facet" in table.column_names else table
    for row in whole.to_pylist():
        found.setdefault(row["question"], {}).setdefault(row["column"], []).append(row)
    return found


def gather_groups(
    rows: Sequence[Row],
    of: int,
    crossed: Mapping[str, list[dict[str, Any]]],
    compared: Mapping[str, list[dict[str, Any]]],
    asked: Mapping[str, ClosedItem],
) -> tuple[GroupTable, ...]:
    """The tables of one question, of which `of` is the base; its themes in the order of `rows`.

    `asked` are the closed questions whose answers are groups, by the name of the group column.
    """
    return tuple(
        _gather(Found(rows, of, found, compared.get(column, [])), column, asked.get(column))
        for column, found in crossed.items()
    )


class Found(NamedTuple):
    """What was counted of one question and column."""

    rows: Sequence[Row]
    of: int
    crossed: Sequence[dict[str, Any]]
    compared: Sequence[dict[str, Any]]


def _gather(found: Found, column: str, item: ClosedItem | None) -> GroupTable:
    rows, of, crossed, compared = found
    cells: dict[str, list[Cell]] = {}
    for row in crossed:
        numbers = {name: row[name] for name in Cell.__slots__}
        cells.setdefault(row["theme"], []).append(Cell(**numbers))
    known = next(iter(cells.values()))
    everyone = known[0].of + known[0].rest_of
    groups = _sorted_groups([cell for cell in known if cell.of], item)
    order = {cell.value: place for place, cell in enumerate(groups)}
    placed = {
        theme: sorted((c for c in there if c.of), key=lambda c: order[c.value])
        for theme, there in cells.items()
    }
    labels = {row.theme: row.label for row in rows}
    return GroupTable(
        column=column,
        values=tuple(cell.value for cell in groups),
        bases=tuple(cell.of for cell in groups),
        blank=of - everyone,
        overlaps=sum(cell.of for cell in groups) > everyone,
        rows=tuple(
            GroupRow(row.theme, row.label, row.net, row.depth, tuple(placed[row.theme]))
            for row in rows
            if any(cell.cited for cell in placed.get(row.theme, ()))
        ),
        findings=tuple(find_differences(compared, placed, labels)),
        together=next((say_together(row) for row in compared if not row["theme"]), ""),
        asked=item.label if item and item.cross else "",
    )


def _sorted_groups(cells: Sequence[Cell], item: ClosedItem | None) -> list[Cell]:
    """Answers in the order of their question; others by name, numbers by their size."""
    options = (*item.parts, *item.options) if item else ()
    place = {option: number for number, option in enumerate(options)}

    def key(cell: Cell) -> tuple[int, bool, float, str]:
        numeric = _NUMBER.fullmatch(cell.value)
        number = float(cell.value) if numeric else 0.0
        return (place.get(cell.value, len(place)), not numeric, number, cell.value)

    return sorted(cells, key=key)


def groups_json(table: GroupTable) -> dict[str, Any]:
    """One table as JSON: every cell, and what is told of it."""
    numbers = ("value", "cited", "of", "difference", "low", "high")
    return {
        "column": table.column,
        **({"closed": table.asked} if table.asked else {}),
        "overlapping": table.overlaps,
        "blank": table.blank,
        "values": [
            {"value": value, "of": of} for value, of in zip(table.values, table.bases, strict=True)
        ],
        "themes": [
            {
                "theme": row.theme,
                "label": row.label,
                "groups": [{name: getattr(cell, name) for name in numbers} for cell in row.cells],
            }
            for row in table.rows
        ],
        "findings": [finding.sentence for finding in table.findings],
        "together": table.together,
    }
