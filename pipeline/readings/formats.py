"""What a store of an older format lacks, and how the first write gives it that."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, null
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import CreateIndex, CreateTable, ExecutableDDLElement

from pipeline.readings.database import Database
from pipeline.readings.schema import (
    APPLICATION_ID,
    CHAIN,
    DECISIONS,
    FORMAT,
    KIND_CHECK,
    SPAN_CHECK,
    TABLES,
    postgres_guards,
    sqlite_guards,
)
from pipeline.readings.sqlitefile import refuse

MARK = "verbatims_store"
"""The table of a store in PostgreSQL that names its format, as `user_version` does in SQLite."""
SET_FORMAT = (f"PRAGMA application_id = {APPLICATION_ID}", f"PRAGMA user_version = {FORMAT}")
SQLITE_LAYOUT = (
    "SELECT (SELECT count(*) FROM sqlite_schema WHERE name = 'chain'), "
    "(SELECT count(*) FROM pragma_table_info('decisions') WHERE name = 'end'), "
    "(SELECT count(*) FROM sqlite_schema WHERE name = 'signatures')"
)
POSTGRES_LAYOUT = (
    "SELECT to_regclass('chain') IS NOT NULL, EXISTS (SELECT 1 FROM pg_attribute "
    "WHERE attrelid = to_regclass('decisions') AND attname = 'end' AND NOT attisdropped), "
    "to_regclass('signatures') IS NOT NULL"
)
# Whoever may add readings may add signatures.
_GRANT_ALIKE = """\
DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT grantee, privilege_type FROM information_schema.role_table_grants
    WHERE table_schema = current_schema() AND table_name = 'readings' AND grantee <> current_user
  LOOP EXECUTE 'GRANT ' || found.privilege_type || ' ON signatures TO ' ||
    CASE found.grantee WHEN 'PUBLIC' THEN 'PUBLIC' ELSE quote_ident(found.grantee) END;
  END LOOP;
END $$"""


class Layout(NamedTuple):
    """What is there: the chain, the columns of spans, the table of signatures.

    Not by the format that the file names: to set that back would make the chain be laid anew.
    """

    chain: bool
    spans: bool
    signatures: bool


def read_layout(database: Database) -> Layout:
    """What is there of the newest format. A store never loses any of it again."""
    if not database.is_newest:
        found = Layout(*map(bool, database.rows(database.dialect.layout)[0]))
        database.is_newest = all(found)
        return found
    return Layout(chain=True, spans=True, signatures=True)


def span_columns(database: Database) -> tuple[ColumnElement[Any], ...]:
    """The columns of spans, or nulls in a store that has none."""
    if read_layout(database).spans:
        return (DECISIONS.c.start, DECISIONS.c.end)
    return (null(), null())


def add_missing(database: Database) -> None:
    """Bring the tables up to the newest format, within a transaction.

    Raises InputError (E411) where the account may not: in PostgreSQL the owner of the tables has to
    write to them first.
    """
    layout = read_layout(database)
    if database.dialect.is_postgres:
        owns = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = "
        if database.rows(f"{owns}'decisions'::regclass") != [(True,)]:
            why = f"its format is older than {FORMAT}, and only the owner of its tables may"
            refuse(database.place, f"{why} bring it up to date, which any write of theirs does")
        database.run(list(_postgres_changes(database, layout)))
    else:
        database.run(list(_sqlite_changes(database, layout)))


def _postgres_changes(database: Database, layout: Layout) -> Iterator[str]:
    if not layout.spans:
        yield from _span_columns("BIGINT")
    if not layout.signatures:
        yield "ALTER TABLE chain DROP CONSTRAINT IF EXISTS chain_kind_check"
        yield f"ALTER TABLE chain ADD CONSTRAINT chain_kind_check CHECK ({KIND_CHECK})"
        yield from made(database.connection.dialect, "signatures")
        yield from postgres_guards("signatures").values()
        yield _GRANT_ALIKE
    yield f"UPDATE {MARK} SET format = {FORMAT}"


def _sqlite_changes(database: Database, layout: Layout) -> Iterator[str]:
    dialect = database.connection.dialect
    if not layout.spans:
        yield from _span_columns("INTEGER")
    if not layout.signatures:
        yield from sqlite_table(dialect, "signatures")
    if layout.chain and not layout.signatures:
        # A check of SQLite's cannot be changed where it is.
        yield "ALTER TABLE chain RENAME TO chain_before"
        yield from made(dialect, "chain")
        columns = ", ".join(column.name for column in CHAIN.columns)
        yield f"INSERT INTO chain ({columns}) SELECT {columns} FROM chain_before ORDER BY number"
        yield "DROP TABLE chain_before"
        yield from sqlite_guards("chain").values()
    if not layout.chain:
        yield from sqlite_table(dialect, "chain")
    yield from SET_FORMAT


def _span_columns(kind: str) -> Iterator[str]:
    yield f'ALTER TABLE decisions ADD COLUMN "start" {kind}'
    yield f'ALTER TABLE decisions ADD COLUMN "end" {kind} CHECK ({SPAN_CHECK})'


def made(dialect: Dialect, name: str) -> list[str]:
    """The SQL of a table and its indices."""
    table = TABLES[name]
    parts: list[ExecutableDDLElement] = [CreateTable(table), *map(CreateIndex, table.indexes)]
    return [str(part.compile(dialect=dialect)).strip() for part in parts]


def sqlite_table(dialect: Dialect, name: str) -> list[str]:
    """The SQL of a table in SQLite, its indices and triggers."""
    return [*made(dialect, name), *sqlite_guards(name).values()]


def guards_gone(database: Database) -> list[str]:
    """The triggers that should keep the tables append-only and are not there."""
    layout = read_layout(database)
    later = {"chain": layout.chain, "signatures": layout.signatures}
    guards = postgres_guards if database.dialect.is_postgres else sqlite_guards
    there = {name for (name,) in database.rows(database.dialect.guards)}
    return [
        name
        for table in TABLES
        if later.get(table, True)
        for name in guards(table)
        if name not in there
    ]
