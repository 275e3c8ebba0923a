"""What a table is: its columns, each with name, type and meaning, and its key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    name: str
    type: pa.DataType
    meaning: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """The definition of one table: its columns, and the columns that identify a row."""

    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pa.Schema:
        """The Arrow schema; only optional columns may hold nulls."""
        return pa.schema([pa.field(c.name, c.type, nullable=c.optional) for c in self.columns])

    def build(self, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
        """An Arrow table from rows as mappings; a missing optional value is null."""
        return pa.Table.from_pylist([dict(row) for row in rows], schema=self.schema)

    def check(self, table: pa.Table) -> pa.Table:
        """The same table, if it is one of this definition; else TypeError says how it differs."""
        if not table.schema.equals(self.schema):
            raise TypeError(f"not a {self.name} table: {table.schema} is not {self.schema}")
        return table


NAME = pa.dictionary(pa.int32(), pa.string())
"""Texts of few different values, each held once: cheaper to build, to write and to keep."""


def text(name: str, meaning: str, *, optional: bool = False) -> Column:
    """A column of text."""
    return Column(name, pa.string(), meaning, optional)


def name(name: str, meaning: str) -> Column:
    """A column of texts of few different values."""
    return Column(name, NAME, meaning)


def number(name: str, meaning: str, *, optional: bool = False) -> Column:
    """A column of whole numbers."""
    return Column(name, pa.int64(), meaning, optional)


def share(name: str, meaning: str) -> Column:
    """A column of numbers that may be null."""
    return Column(name, pa.float64(), meaning, optional=True)
