"""What somebody with the file, a database shell and our hash function could do to a store."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from pipeline.readings.chain import Head, leaf_of, link
from pipeline.readings.records import hash_text

KINDS = {
    "reading": ("readings", "decisions", "reading"),
    "sample": ("samples", "sample_members", "sample"),
    "signature": ("signatures", "", ""),
}
TABLES = ("readings", "decisions", "samples", "sample_members", "signatures", "chain")
ORDER = {"decisions": "reading, place", "sample_members": "sample, place"}
KEYS = {"decisions": ("reading", "place"), "sample_members": ("sample", "place")}
CHOICES = {
    "decision": ("present", "absent", "unsure"),
    "purpose": ("learning", "audit", "double"),
    "kind": ("reading", "sample", "signature"),
}


class Raw:
    """Plain SQL on the database of a store, past its triggers."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._connection.execute(sql).fetchall()]

    def run(self, sql: str) -> None:
        self._connection.execute(sql)

    def table(self, name: str) -> list[tuple[Any, ...]]:
        return self.rows(f"SELECT * FROM {name} ORDER BY {ORDER.get(name, 'number')}")

    def columns(self, name: str) -> list[str]:
        cursor = self._connection.execute(f"SELECT * FROM {name} LIMIT 0")
        return [column[0] for column in cursor.description]

    def set(self, table: str, row: tuple[Any, ...], **cells: object) -> None:
        changes = ", ".join(f'"{name}" = {literal(value)}' for name, value in cells.items())
        self.run(f"UPDATE {table} SET {changes} WHERE {self._which(table, row)}")

    def delete(self, table: str, row: tuple[Any, ...]) -> None:
        self.run(f"DELETE FROM {table} WHERE {self._which(table, row)}")

    def insert(self, table: str, row: tuple[Any, ...]) -> None:
        self.run(f"INSERT INTO {table} VALUES ({', '.join(map(literal, row))})")

    def _which(self, table: str, row: tuple[Any, ...]) -> str:
        keys = KEYS.get(table, ("number",))
        return " AND ".join(f"{key} = {row[place]}" for place, key in enumerate(keys))


def literal(value: object) -> str:
    if value is None:
        return "NULL"
    if isinstance(value, int | float):
        return str(value)
    return "'" + str(value).replace("'", "''") + "'"


class Done(NamedTuple):
    """What was done, and whether only a head that was noted elsewhere can tell."""

    what: str
    needs_head: bool = False


def edit(raw: Raw, dice: Random) -> Done:
    """One cell of one row, whatever its table; of a span sometimes both."""
    table = dice.choice([name for name in TABLES if raw.table(name)])
    row = dice.choice(raw.table(table))
    place, column = dice.choice(list(enumerate(raw.columns(table))))
    if column in ("start", "end") and (row[place] is None or dice.random() < 0.3):
        span = (
            (None, None) if row[place] is not None else (dice.randint(0, 9), dice.randint(10, 19))
        )
        raw.set(table, row, start=span[0], end=span[1])
        return Done("edit a span")
    raw.set(table, row, **{column: _other(column, row[place], dice)})
    return Done(f"edit {table}.{column}")


def _other(column: str, value: Any, dice: Random) -> object:
    if column in CHOICES:
        return dice.choice([choice for choice in CHOICES[column] if choice != value])
    if isinstance(value, float):
        return value / 2
    if isinstance(value, int):
        return value + dice.choice([1, 1000])
    if len(value) == 64:
        return hash_text(value + str(dice.random()))
    return value + dice.choice(["x", " ", "\u200b"])


def delete(raw: Raw, dice: Random) -> Done:
    """A row; or an entry with all its parts; or with its link as well."""
    chain = raw.table("chain")
    if dice.random() < 0.4:
        table = dice.choice([name for name in TABLES if raw.table(name)])
        row = dice.choice(raw.table(table)[: -1 if table == "chain" else None])
        raw.delete(table, row)
        return Done(f"delete from {table}")
    entry = dice.choice(chain[:-1])
    _remove(raw, entry)
    if dice.random() < 0.5:
        raw.delete("chain", entry)
    return Done("delete an entry")


def _remove(raw: Raw, entry: tuple[Any, ...]) -> None:
    own, of, key = KINDS[entry[1]]
    if of:
        raw.run(f"DELETE FROM {of} WHERE {key} = {entry[2]}")
    raw.run(f"DELETE FROM {own} WHERE number = {entry[2]}")


def swap(raw: Raw, dice: Random) -> Done:
    """Two rows change places: readings, decisions of one reading, or links."""
    what = dice.choice(["readings", "decisions", "chain"])
    if what == "decisions":
        first = dice.choice(raw.table(what))
        rest = [r for r in raw.table(what) if r[0] == first[0] and r[1] != first[1]]
        if not rest:
            return swap(raw, dice)
        pair = (first, dice.choice(rest))
        raw.set(what, pair[0], place=-1)
        raw.set(what, pair[1], place=pair[0][1])
        raw.run(f"UPDATE decisions SET place = {pair[1][1]} WHERE place = -1")
        return Done("swap two decisions")
    one, two = dice.sample(raw.table(what), 2)
    if what == "readings":
        names = dice.choice([("coder",), ("response_id", "question"), ("time",), ("memo",)])
        at = [raw.columns(what).index(name) for name in names]
        if [one[i] for i in at] == [two[i] for i in at]:
            return swap(raw, dice)
        raw.set(what, one, **{name: two[i] for name, i in zip(names, at, strict=True)})
        raw.set(what, two, **{name: one[i] for name, i in zip(names, at, strict=True)})
        return Done(f"swap {names[0]} of two readings")
    raw.set(what, one, number=-1)
    raw.set(what, two, number=one[0])
    raw.run(f"UPDATE chain SET number = {two[0]} WHERE number = -1")
    return Done("swap two links")


def insert(raw: Raw, dice: Random) -> Done:
    """A reading or signature that nobody made, or a decision more in one; with a link of its own
    or none.
    """
    like = dice.choice(raw.table("readings"))
    if dice.random() < 0.4:
        row = (like[0], 99, "forged", "", "present", "", hash_text("forged"), None, None)
        raw.insert("decisions", row)
        return Done("insert a decision")
    if dice.random() < 0.2:
        last = raw.table("signatures")[-1]
        raw.insert("signatures", (last[0] + 1, hash_text(str(dice.random())), *last[2:]))
        return Done("insert a signature")
    number = max(row[0] for row in raw.table("readings")) + 1
    fresh = hash_text(str(dice.random()))
    raw.insert("readings", (number, fresh, *like[2:]))
    if dice.random() < 0.5:
        chain = raw.table("chain")
        at = dice.choice(chain[1:])
        leaf = leaf_of("reading", (number, fresh, *like[2:]), [])
        made = link(Head(at[0] - 1, fresh), "reading", number, leaf)
        raw.insert("chain", (chain[-1][0] + 1, *made[1:]))
    return Done("insert a reading")


def cut(raw: Raw, dice: Random) -> Done:
    """The last entries, wholly: what is left is a sound chain."""
    for entry in raw.table("chain")[-dice.randint(1, 4) :]:
        _remove(raw, entry)
        raw.delete("chain", entry)
    return Done("cut", needs_head=True)


def rehash(raw: Raw, dice: Random) -> Done:
    """An edit, and the link of that entry made to fit; those after it left alone."""
    entry = dice.choice(raw.table("chain")[:-1])
    _alter(raw, entry, dice)
    _relink(raw, entry, Head(entry[0] - 1, entry[4]), whole=dice.random() < 0.5)
    return Done("edit and rehash one entry")


def relay(raw: Raw, dice: Random) -> Done:
    """An edit, and every link from there on made anew: what is left is a sound chain."""
    chain = raw.table("chain")
    at = dice.randrange(len(chain))
    _alter(raw, chain[at], dice)
    # Backwards would meet no unique hash twice; forwards each hash is new.
    before = Head(chain[at][0] - 1, chain[at][4])
    for entry in chain[at:]:
        before = _relink(raw, entry, before, whole=True)
    return Done("edit and lay the chain anew", needs_head=True)


def _alter(raw: Raw, entry: tuple[Any, ...], dice: Random) -> None:
    own, _, _ = KINDS[entry[1]]
    column = "settings" if own == "samples" else "memo"
    (row,) = raw.rows(f"SELECT * FROM {own} WHERE number = {entry[2]}")
    value = row[raw.columns(own).index(column)]
    raw.set(own, row, **{column: f"{value} {dice.random()}"})


def _relink(raw: Raw, entry: tuple[Any, ...], before: Head, *, whole: bool) -> Head:
    own, of, key = KINDS[entry[1]]
    (row,) = raw.rows(f"SELECT * FROM {own} WHERE number = {entry[2]}")
    parts = raw.rows(f"SELECT * FROM {of} WHERE {key} = {entry[2]} ORDER BY place") if of else []
    made = link(before, entry[1], entry[2], leaf_of(entry[1], row, parts))
    if whole:
        raw.set("chain", entry, leaf=made.leaf, previous=made.previous, head=made.head)
    else:
        raw.set("chain", entry, leaf=made.leaf)
    return Head(made.number, made.head)


WAYS: tuple[Callable[[Raw, Random], Done], ...] = (edit, delete, swap, insert, cut, rehash, relay)


def tamper(raw: Raw, dice: Random) -> Done:
    """One way at random."""
    return dice.choice(WAYS)(raw, dice)


def tamper_with_file(path: Path, dice: Random) -> Done:
    """On a SQLite file, its triggers dropped and put back."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        triggers = connection.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'"
        ).fetchall()
        for name, _ in triggers:
            connection.execute(f"DROP TRIGGER {name}")
        while True:
            connection.execute("BEGIN")
            try:
                done = tamper(Raw(connection), dice)
            except sqlite3.IntegrityError:  # the tables themselves do not take it; another way
                connection.execute("ROLLBACK")
                continue
            connection.execute("COMMIT")
            break
        for _, sql in triggers:
            connection.execute(sql)
    finally:
        connection.close()
    return done
