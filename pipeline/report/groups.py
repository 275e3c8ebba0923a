"""Theme x group, complete before anything is rendered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipeline.report.comparing import (
    MOST_FINDINGS,
    Cell,
    Finding,
    find_differences,
    say_together,
)
from pipeline.report.row import Row
from pipeline.tables import keep

_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)?")
Found = dict[str, dict[str, list[dict[str, Any]]]]
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
    its base in no group.
    """

    column: str
    values: tuple[str, ...]
    bases: tuple[int, ...]
    blank: int
    overlaps: bool
    rows: tuple[GroupRow, ...]
    findings: tuple[Finding, ...]
    together: str

    @property
    def told(self) -> list[str]:
        """The largest differences as sentences, and where the rest are."""
        more = len(self.findings) - MOST_FINDINGS
        rest = [f"And {more} more in published/comparisons.csv"] if more > 0 else []
        return [finding.sentence for finding in self.findings[:MOST_FINDINGS]] + rest


def sort_rows(table: pa.Table) -> Found:
    """The rows of **crossings** or **comparisons** by question and column; facets are left out."""
    found: Found = {}
    whole = keep(table, "facet", "") if "facet" in table.column_names else table
    for row in whole.to_pylist():
        found.setdefault(row["question"], {}).setdefault(row["column"], []).append(row)
    return found


def gather_groups(
    rows: Sequence[Row],
    of: int,
    crossed: Mapping[str, list[dict[str, Any]]],
    compared: Mapping[str, list[dict[str, Any]]],
) -> tuple[GroupTable, ...]:
    """The tables of one question, of which `of` is the base; its themes in the order of `rows`."""
    return tuple(
        _gather(rows, of, column, found, compared.get(column, []))
        for column, found in crossed.items()
    )


def _gather(
    rows: Sequence[Row],
    of: int,
    column: str,
    crossed: Sequence[dict[str, Any]],
    compared: Sequence[dict[str, Any]],
) -> GroupTable:
    cells: dict[str, list[Cell]] = {}
    for row in crossed:
        numbers = {name: row[name] for name in Cell.__slots__}
        cells.setdefault(row["theme"], []).append(Cell(**numbers))
    known = next(iter(cells.values()))
    everyone = known[0].of + known[0].rest_of
    groups = _sorted_groups(cell for cell in known if cell.of)
    order = {cell.value: place for place, cell in enumerate(groups)}
    placed = {
        theme: sorted((c for c in found if c.of), key=lambda c: order[c.value])
        for theme, found in cells.items()
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
    )


def _sorted_groups(cells: Iterable[Cell]) -> list[Cell]:
    """By name, whatever order they were met in; numbers by their size."""

    def key(cell: Cell) -> tuple[bool, float, str]:
        numeric = _NUMBER.fullmatch(cell.value)
        return (not numeric, float(cell.value) if numeric else 0.0, cell.value)

    return sorted(cells, key=key)


def groups_json(table: GroupTable) -> dict[str, Any]:
    """One table as JSON: every cell, and what is told of it."""
    numbers = ("value", "cited", "of", "difference", "low", "high")
    return {
        "column": table.column,
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
