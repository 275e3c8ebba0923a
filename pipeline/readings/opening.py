"""Opening the database of a store: SQLite or PostgreSQL, made where it may be, checked always."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine, event, exc, make_url
from sqlalchemy.pool import NullPool

from pipeline.errors import InputError, Problem
from pipeline.readings import sqlitefile
from pipeline.readings.database import Database, Dialect, speaking_of
from pipeline.readings.drives import network_kind
from pipeline.readings.formats import (
    MARK,
    POSTGRES_LAYOUT,
    SET_FORMAT,
    SQLITE_LAYOUT,
    made,
    sqlite_table,
)
from pipeline.readings.schema import (
    APPLICATION_ID,
    FORMAT,
    POSTGRES_REFUSAL,
    TABLES,
    postgres_guards,
)
from pipeline.readings.sqlitefile import refuse
from pipeline.round.place import DatabaseUrl, Place

Say = Callable[[Problem], None]
_FIRST_IN_POSTGRES = 2


def open_database(place: Place, say: Say, *, create: bool) -> Database:
    """The database of a store; see `open_store`. A network drive is said (W582)."""
    if isinstance(place, DatabaseUrl):
        return _open_postgres(place, create=create)
    return _open_sqlite(place, say, create=create)


def _open_sqlite(path: Path, say: Say, *, create: bool) -> Database:
    if not create and not path.is_file():
        refuse(path, "there is no such file")
    engine = create_engine(
        "sqlite://",
        creator=lambda: sqlite3.connect(
            path,
            timeout=sqlitefile.BUSY_SECONDS,
            isolation_level=None,
            check_same_thread=False,
        ),
        poolclass=NullPool,
        hide_parameters=True,
    )
    with speaking_of(path), ExitStack() as stack:
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        stack.callback(connection.close)
        database = Database(path, connection, _sqlite_dialect())
        _prepare_sqlite(database, path, say, create=create)
        stack.pop_all()
    return database


def _sqlite_dialect() -> Dialect:
    return Dialect(
        write=("BEGIN IMMEDIATE",),
        look="BEGIN",
        guards="SELECT name FROM sqlite_schema WHERE type = 'trigger'",
        layout=SQLITE_LAYOUT,
        hurry="PRAGMA busy_timeout = 0",
        wait=f"PRAGMA busy_timeout = {int(sqlitefile.BUSY_SECONDS * 1000)}",
    )


def _prepare_sqlite(database: Database, path: Path, say: Say, *, create: bool) -> None:
    database.run(["PRAGMA foreign_keys = ON", "PRAGMA recursive_triggers = ON"])
    new = create and _is_empty(database)
    drive = network_kind(path)
    if drive:
        _leave_wal(database, path, drive, say)
    elif new:
        # Where WAL cannot be had SQLite keeps to its journal, which is as safe.
        database.run(["PRAGMA journal_mode = WAL"])
    if new:
        _make_sqlite(database)
    _check_sqlite(database, path)


def _is_empty(database: Database) -> bool:
    return database.rows("SELECT count(*) FROM sqlite_schema") == [(0,)]


def _make_sqlite(database: Database) -> None:
    """All tables in one transaction; of two programs that begin at once the second finds them."""
    with database.transaction():
        if _is_empty(database):
            for name in TABLES:
                database.run(sqlite_table(database.connection.dialect, name))
            database.run(SET_FORMAT)


def _check_sqlite(database: Database, path: Path) -> None:
    ((application,),) = database.rows("PRAGMA application_id")
    ((version,),) = database.rows("PRAGMA user_version")
    if application != APPLICATION_ID:
        refuse(path, "it is not a store of readings")
    if version > FORMAT:
        refuse(path, f"its format {version} is newer than this verbatims, which knows {FORMAT}")
    database.run(["PRAGMA synchronous = FULL"])
    ((sound,),) = database.rows("PRAGMA quick_check(1)")
    if sound != "ok":
        refuse(path, f"it is damaged ({sound})")


def _leave_wal(database: Database, path: Path, drive: str, say: Say) -> None:
    """WAL shares memory between programs, which programs on two machines do not have."""
    ((mode,),) = database.rows("PRAGMA journal_mode")
    if mode == "wal":
        ((mode,),) = database.rows("PRAGMA journal_mode = DELETE")
    if mode == "wal":
        refuse(path, f"it is on a network drive ({drive}) and another program has it open")
    what = f"the store is on a network drive ({drive}); SQLite's rollback journal is used there."
    remedy = "Let one person write at a time, or let the team use PostgreSQL."
    say(Problem(code="W582", where=path.as_posix(), what=what, remedy=remedy))


def _open_postgres(place: DatabaseUrl, *, create: bool) -> Database:
    engine = create_engine(_postgres_url(place), poolclass=NullPool, hide_parameters=True)
    event.listen(engine, "connect", _set_postgres)
    with speaking_of(place), ExitStack() as stack:
        connection = engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        stack.callback(connection.close)
        database = Database(place, connection, _POSTGRES)
        _prepare_postgres(database, place, create=create)
        stack.pop_all()
    return database


def _set_postgres(connection: Any, _record: object) -> None:
    """Each new connection waits as SQLite does, and says a commit is done when it is on disk."""
    connection.autocommit = True
    connection.execute("SET synchronous_commit = on")
    connection.execute(f"SET lock_timeout = {int(sqlitefile.BUSY_SECONDS * 1000)}")
    connection.execute("SET client_encoding = 'UTF8'")


def _postgres_url(place: DatabaseUrl) -> str:
    if find_spec("psycopg") is None:
        raise InputError.because(
            code="E582",
            where=place.as_posix(),
            what="the library that speaks with PostgreSQL is not installed.",
            remedy="Install it: pip install 'verbatims[postgres]'.",
        )
    try:
        url = make_url(place.url()).set(drivername="postgresql+psycopg")
    except (exc.ArgumentError, ValueError):
        what = "the URL cannot be understood."
        remedy = "Write postgresql://USER:PASSWORD@HOST/DATABASE; in a password write @ as %40."
        # Without its cause, which may quote the URL.
        raise InputError.because(
            code="E582", where=place.as_posix(), what=what, remedy=remedy
        ) from None
    return url.render_as_string(hide_password=False)


_POSTGRES = Dialect(
    # As BEGIN IMMEDIATE does: the next writer waits, and then sees what this one wrote. To lock the
    # table itself would take more than the right to insert.
    write=(
        "BEGIN ISOLATION LEVEL READ COMMITTED",
        "SELECT pg_advisory_xact_lock('chain'::regclass::oid::bigint)",
    ),
    look="BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    guards="SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "WHERE tgenabled IN ('O', 'A') AND pg_table_is_visible(tgrelid)",
    layout=POSTGRES_LAYOUT,
    is_postgres=True,
)
_THERE = (
    "SELECT count(*) FROM pg_class WHERE pg_table_is_visible(oid) AND relname IN "
    f"('{MARK}', {', '.join(repr(name) for name in TABLES)})"
)


def _prepare_postgres(database: Database, place: DatabaseUrl, *, create: bool) -> None:
    if create and database.rows(_THERE) == [(0,)]:
        _make_postgres(database)
    if database.rows(f"SELECT to_regclass('{MARK}') IS NULL") == [(True,)]:
        there = database.rows(_THERE) != [(0,)]
        refuse(place, "it is not a store of readings" if there else "there is no store in it")
    versions = database.rows(f"SELECT format FROM {MARK}")
    if len(versions) != 1 or versions[0][0] < _FIRST_IN_POSTGRES:
        refuse(place, "it is not a store of readings")
    if versions[0][0] > FORMAT:
        known = f"which knows {FORMAT}"
        refuse(place, f"its format {versions[0][0]} is newer than this verbatims, {known}")


def _make_postgres(database: Database) -> None:
    """All tables in one transaction; of two programs that begin at once the second finds them."""
    database.run(["BEGIN", f"SELECT pg_advisory_xact_lock({APPLICATION_ID})"])
    if database.rows(_THERE) == [(0,)]:
        database.run([POSTGRES_REFUSAL, f"CREATE TABLE {MARK} (format INTEGER NOT NULL)"])
        database.run([f"INSERT INTO {MARK} VALUES ({FORMAT})"])
        for name in TABLES:
            statements = made(database.connection.dialect, name)
            database.run([*statements, *postgres_guards(name).values()])
    database.run(["COMMIT"])
