"""The tables that travel between stages: each column's name, type and meaning, once.

Every table is an Arrow table. `TABLES[name].check(table)` is the boundary: it refuses a table whose
columns differ, so that a stage can trust what it is given.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from pipeline.tables.evidence import (
    ADJUDICATOR,
    ANSWERS,
    CODERS,
    CODINGS,
    DECISIONS,
    IN_BASE,
    MACHINE_CODERS,
    PROBLEMS,
    RESPONSES,
    STATUSES,
    VERDICTS,
)
from pipeline.tables.figures import (
    BASES,
    CLOSED,
    COMPARISONS,
    COUNTS,
    CROSSINGS,
    ESTIMATES,
    PEOPLE,
    TOGETHER,
    WEIGHTED,
)
from pipeline.tables.kinds import NAME, Column, Table

__all__ = [
    "ADJUDICATOR",
    "ANSWERS",
    "BASES",
    "CLOSED",
    "CODERS",
    "CODINGS",
    "COMPARISONS",
    "COUNTS",
    "CROSSINGS",
    "DECISIONS",
    "ESTIMATES",
    "IN_BASE",
    "MACHINE_CODERS",
    "NAME",
    "PEOPLE",
    "PROBLEMS",
    "RESPONSES",
    "STATUSES",
    "TABLES",
    "TOGETHER",
    "VERDICTS",
    "WEIGHTED",
    "Column",
    "Table",
    "hold_the_same",
    "keep",
    "rows",
]

TABLES = {
    t.name: t
    for t in (
        *(RESPONSES, CODINGS, DECISIONS, VERDICTS, COUNTS, BASES, PROBLEMS),
        *(ESTIMATES, ANSWERS, CLOSED),
        *(CROSSINGS, COMPARISONS, PEOPLE, TOGETHER, WEIGHTED),
    )
}


def rows(table: pa.Table, *names: str) -> Iterator[tuple[Any, ...]]:
    """The rows of a table, as tuples of the named columns.

    >>> list(rows(pa.table({"a": [1, 2], "b": ["x", "y"]}), "b", "a"))
    [('x', 1), ('y', 2)]
    """
    return zip(*(table[name].to_pylist() for name in names), strict=True)


def hold_the_same(one: pa.Table, other: pa.Table) -> bool:
    """Whether two tables have the same rows, in whatever order each holds the values of its names.

    >>> a, b = (pa.array(names).dictionary_encode() for names in (["x", "y"], ["y", "x"]))
    >>> hold_the_same(pa.table({"a": a}), pa.table({"a": b.take(pa.array([1, 0]))}))
    True
    """
    plain = pa.schema([pa.field(f.name, _plain(f.type), f.nullable) for f in one.schema])
    same: bool = one.cast(plain).equals(other.cast(plain))
    return same


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_dictionary(kind):
        return kind.value_type
    if pa.types.is_list(kind):
        return pa.list_(_plain(kind.value_type))
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(f.name, _plain(f.type)) for f in kind])
    return kind


def keep(table: pa.Table, column: str, *values: object) -> pa.Table:
    """The rows of a table whose column has one of the values.

    >>> keep(pa.table({"a": [1, 2, 1]}), "a", 1)["a"].to_pylist()
    [1, 1]
    """
    return table.filter(
        pa.array([value in values for value in table[column].to_pylist()], pa.bool_())
    )
