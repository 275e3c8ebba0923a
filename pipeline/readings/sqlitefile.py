"""The SQLite file of a store: made, opened and checked, its errors in plain words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import NoReturn

from pipeline.errors import InputError
from pipeline.readings.schema import APPLICATION_ID, FORMAT, statements

BUSY_SECONDS = 10.0
_MAGIC = b"SQLite format 3\x00"


def is_store(path: Path) -> bool:
    """Whether a round's `decisions:` is meant as a store: by its content, or by its name."""
    if path.suffix.lower() == ".db":
        return True
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(len(_MAGIC)) == _MAGIC


def connect(path: Path, *, create: bool) -> sqlite3.Connection:
    """A connection to a sound store; see `open_store`."""
    if not create and not path.is_file():
        refuse(path, "there is no such file")
    with speaking_of(path):
        connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
        with ExitStack() as stack:
            stack.callback(connection.close)
            _prepare(connection, path, create=create)
            stack.pop_all()
    return connection


def _prepare(connection: sqlite3.Connection, path: Path, *, create: bool) -> None:
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA recursive_triggers = ON")
    if create and not _tables(connection):
        # Where WAL cannot be had SQLite keeps to its journal, which is as safe.
        connection.execute("PRAGMA journal_mode = WAL")
        with transaction(connection):
            if not _tables(connection):
                for statement in statements():
                    connection.execute(statement)
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        refuse(path, "it is not a store of readings")
    if version > FORMAT:
        refuse(path, f"its format {version} is newer than this verbatims, which knows {FORMAT}")
    connection.execute("PRAGMA synchronous = FULL")
    (sound,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if sound != "ok":
        refuse(path, f"it is damaged ({sound})")


def _tables(connection: sqlite3.Connection) -> int:
    (number,) = connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    return int(number)


def refuse(path: Path, why: str) -> NoReturn:
    """E411."""
    raise InputError.because(
        code="E411",
        where=path.as_posix(),
        what=f"the store cannot be used: {why}.",
        remedy="Give a file that 'verbatims review import' made, or a copy that was kept.",
    )


@contextmanager
def speaking_of(path: Path) -> Iterator[None]:
    """SQLite's own errors, in words a user can act on."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        what = f"the store does not take this: {error}."
        raise InputError.because(code="E412", where=path.as_posix(), what=what) from error
    except (sqlite3.Error, UnicodeDecodeError) as error:
        busy = "locked" in str(error)
        why = "another program is writing to it" if busy else f"{error}"
        try:
            refuse(path, why)
        except InputError as refusal:
            raise refusal from error


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing, with what is around it if that is one too; other writers wait."""
    if connection.in_transaction:
        yield
        return
    connection.execute("BEGIN IMMEDIATE")
    done = False
    try:
        yield
        done = True
    finally:
        if done:
            connection.execute("COMMIT")
        else:
            # SQLite itself has rolled back when the disk is full, say.
            with suppress(sqlite3.OperationalError):
                connection.execute("ROLLBACK")


def cannot(path: Path, what: str) -> NoReturn:
    """E412."""
    raise InputError.because(code="E412", where=path.as_posix(), what=f"{what}.")
