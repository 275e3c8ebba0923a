"""The chain in the database: its head, the links that are added, and what its rows amount to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from itertools import groupby
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Table, func, select

from pipeline.readings.chain import START, Entry, Head, leaf_of, link
from pipeline.readings.database import Database
from pipeline.readings.formats import add_missing, read_layout, span_columns
from pipeline.readings.schema import CHAIN, DECISIONS, MEMBERS, READINGS, SAMPLES, SIGNATURES


class Kind(NamedTuple):
    """The tables of a kind of entry, its own and that of its parts, and the column that names it
    to whoever looks for it.
    """

    own: Table
    parts: Table | None
    name: str


KINDS = {
    "sample": Kind(SAMPLES, MEMBERS, "id"),
    "reading": Kind(READINGS, DECISIONS, "response_id"),
    "signature": Kind(SIGNATURES, None, "theme"),
}


class Leaf(NamedTuple):
    """An entry as it is stored now: its row number, its hash, and what it is of."""

    entry: int
    hash: str
    name: str


class Added(NamedTuple):
    """An entry to add: every column of its table but the number, and of its parts but number and
    place, in the order of the tables.
    """

    row: Mapping[str, object]
    parts: Sequence[Mapping[str, object]] = ()


class Tip:
    """The end of the chain while a transaction adds to it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self.head = read_head(database)
        self._last = {kind: _last_of(database, tables.own) for kind, tables in KINDS.items()}

    def copy(self) -> Tip:
        """As it is now, to fall back to."""
        made = copy(self)
        made._last = dict(self._last)
        return made

    def add(self, kind: str, added: Iterable[Added]) -> int:
        """Insert entries with their parts and their links; the number of the last."""
        own, of, _ = KINDS[kind]
        key = of.columns[0].name if of is not None else ""
        rows, parts, entries = [], [], []
        head, number = self.head, self._last[kind]
        for item in added:
            number += 1
            row = {"number": number, **item.row}
            below = [{key: number, "place": place, **part} for place, part in enumerate(item.parts)]
            leaf = leaf_of(kind, list(row.values()), (list(part.values()) for part in below))
            entry = link(head, kind, number, leaf)
            head = Head(entry.number, entry.head)
            rows.append(row)
            parts.extend(below)
            entries.append(entry._asdict())
        self._database.insert(own, rows)
        if of is not None:
            self._database.insert(of, parts)
        self._database.insert(CHAIN, entries)
        self.head, self._last[kind] = head, number
        return number


def read_head(database: Database) -> Head:
    """The head of the chain, or that of the chain that will be laid over an older format."""
    if read_layout(database).chain:
        query = select(CHAIN.c.number, CHAIN.c.head).order_by(CHAIN.c.number.desc()).limit(1)
        found = database.rows(query)
        return Head(*found[0]) if found else Head(0, START)
    head = Head(0, START)
    for entry in lay(database):
        head = Head(entry.number, entry.head)
    return head


def lay(database: Database) -> Iterator[Entry]:
    """The chain over a store that has none: its samples, then its readings, each as numbered."""
    head = Head(0, START)
    for kind in KINDS:
        for leaf in read_leaves(database, kind):
            entry = link(head, kind, leaf.entry, leaf.hash)
            yield entry
            head = Head(entry.number, entry.head)


def migrate(database: Database) -> int:
    """Bring a store of an older format up to date, within a transaction: its tables, and a chain
    over its entries if it has none; how many entries that was laid over.
    """
    chained = read_layout(database).chain
    entries = [] if chained else [entry._asdict() for entry in lay(database)]
    add_missing(database)
    database.insert(CHAIN, entries)
    return len(entries)


def read_chain(database: Database) -> list[Entry]:
    """Every link, in order; for an older format those that will be laid."""
    if not read_layout(database).chain:
        return list(lay(database))
    return [Entry(*row) for row in database.rows(select(CHAIN).order_by(CHAIN.c.number))]


def read_leaves(database: Database, kind: str) -> list[Leaf]:
    """What every entry of a kind amounts to now, whatever the chain says."""
    own, of, name = KINDS[kind]
    if not _is_there(database, kind):
        return []
    at = list(own.c).index(own.c[name])
    parts = {} if of is None else _parts(_rows(database, of))
    return [
        Leaf(row[0], leaf_of(kind, row, parts.get(row[0], ())), str(row[at]))
        for row in database.rows(select(own).order_by(own.c.number))
    ]


def read_orphans(database: Database, kind: str) -> list[int]:
    """The row numbers of decisions' readings, or members' samples, that are not there."""
    own, of, _ = KINDS[kind]
    if of is None:
        return []
    first = of.columns[0]
    query = select(first).distinct().where(first.not_in(select(own.c.number))).order_by(first)
    return [number for (number,) in database.rows(query)]


def _is_there(database: Database, kind: str) -> bool:
    return kind != "signature" or read_layout(database).signatures


def _rows(database: Database, of: Table) -> list[tuple[Any, ...]]:
    """Every part of every entry of a kind, in order, with all its cells."""
    columns: list[ColumnElement[Any]] = list(of.c)
    if of is DECISIONS:
        columns = [*columns[:-2], *span_columns(database)]
    return database.rows(select(*columns).select_from(of).order_by(*list(of.c)[:2]))


def _parts(rows: Iterable[tuple[Any, ...]]) -> dict[Any, list[tuple[Any, ...]]]:
    return {number: list(group) for number, group in groupby(rows, key=lambda row: row[0])}


def _last_of(database: Database, table: Table) -> int:
    ((last,),) = database.rows(select(func.coalesce(func.max(table.c.number), 0)))
    return int(last)
