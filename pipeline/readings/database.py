"""The database under a store, SQLite or PostgreSQL: its transactions, its errors in plain words."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, Select, Table, exc, insert

from pipeline.errors import InputError
from pipeline.readings import sqlitefile
from pipeline.readings.sqlitefile import refuse
from pipeline.round.place import DatabaseUrl, Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The SQL in which the two differ. `guards` are the names of the triggers that are there, and
    `layout` which parts of the newest format are; `hurry` and `wait` set whether a lock is waited
    for, where we wait in the database's place.
    """

    write: tuple[str, ...]
    look: str
    guards: str
    layout: str
    is_postgres: bool = False
    hurry: str = ""
    wait: str = ""


@dataclass(slots=True)
class Database:
    """A connection that several threads may share: one is in it at a time.

    The connection commits by itself; transactions are begun and ended here in words.
    """

    place: Place
    connection: Connection
    dialect: Dialect
    is_newest: bool = False
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _inside: str = ""

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            engine = self.connection.engine
            self.connection.close()
            engine.dispose()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing, with what is around it if that is one too; other writers wait."""
        with self._between("write", self.dialect.write):
            yield

    @contextmanager
    def looking(self) -> Iterator[None]:
        """What is read within is of one moment."""
        with self._between("look", (self.dialect.look,)):
            yield

    @contextmanager
    def _between(self, kind: str, begin: Sequence[str]) -> Iterator[None]:
        with self._lock, speaking_of(self.place):
            if self._inside:
                with self._part() if kind == "write" else nullcontext():
                    yield
                return
            done = False
            try:
                if kind == "write" and self.dialect.hurry:
                    self._wait_in_turn(begin)
                else:
                    self.run(begin)
                self._inside = kind
                yield
                done = True
            finally:
                self._inside = ""
                if done:
                    self._commit()
                else:
                    self._roll_back()

    def _wait_in_turn(self, begin: Sequence[str]) -> None:
        """Ask every millisecond. SQLite asks ten times a second at last, and so one that waits
        while several others write without a pause may never find the file free.
        """
        end = time.monotonic() + sqlitefile.BUSY_SECONDS
        self.run([self.dialect.hurry])
        try:
            while True:
                try:
                    for statement in begin:
                        self.connection.exec_driver_sql(statement)
                    return
                except exc.OperationalError as error:
                    if "locked" not in _words(error) or time.monotonic() > end:
                        raise
                    time.sleep(0.001)
        finally:
            self.run([self.dialect.wait])

    @contextmanager
    def _part(self) -> Iterator[None]:
        """Within a transaction: what fails is undone by itself, whoever catches the error."""
        if self._inside != "write":
            raise RuntimeError("the store is written to while it is read as of one moment")
        self.connection.exec_driver_sql("SAVEPOINT part")
        done = False
        try:
            yield
            done = True
        finally:
            if not done:
                with suppress(exc.DBAPIError):
                    self.connection.exec_driver_sql("ROLLBACK TO SAVEPOINT part")
        self.connection.exec_driver_sql("RELEASE SAVEPOINT part")

    def _commit(self) -> None:
        try:
            self.connection.exec_driver_sql("COMMIT")
        except exc.DBAPIError:
            self._roll_back()
            raise

    def _roll_back(self) -> None:
        if self.connection.invalidated:
            # The server has gone; the next statement connects anew.
            self.connection.rollback()
            return
        # SQLite itself has rolled back when the disk is full, say.
        with suppress(exc.DBAPIError):
            self.connection.exec_driver_sql("ROLLBACK")

    def rows(self, query: Select[Any] | str) -> list[tuple[Any, ...]]:
        """What a query finds."""
        with self._lock, speaking_of(self.place):
            if isinstance(query, str):
                return [tuple(row) for row in self.connection.exec_driver_sql(query)]
            return [tuple(row) for row in self.connection.execute(query)]

    def insert(self, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
        """Add rows; within `transaction`."""
        if rows:
            with speaking_of(self.place):
                self.connection.execute(insert(table), list(rows))

    def run(self, statements: Sequence[str]) -> None:
        """Run statements of this database's own."""
        with speaking_of(self.place):
            for statement in statements:
                self.connection.exec_driver_sql(statement)


@contextmanager
def speaking_of(place: Place) -> Iterator[None]:
    """The errors of a database, in words a user can act on and without a password."""
    try:
        yield
    except exc.IntegrityError as error:
        what = f"the store does not take this: {_words(error)}."
        raise InputError.because(code="E412", where=place.as_posix(), what=what) from error
    except exc.DBAPIError as error:
        why = _words(error)
        if any(sign in why for sign in ("locked", "lock timeout", "LockNotAvailable")):
            why = "another program is writing to it"
        elif isinstance(place, DatabaseUrl) and isinstance(error, exc.OperationalError):
            raise _unreachable(place, why) from error
        try:
            refuse(place, why)
        except InputError as refusal:
            raise refusal from error


def _words(error: exc.DBAPIError) -> str:
    said = str(error.orig).strip().splitlines()
    return said[0] if said else type(error.orig).__name__


def _unreachable(place: Place, why: str) -> InputError:
    return InputError.because(
        code="E582",
        where=place.as_posix(),
        what=f"the database cannot be used: {why}.",
        remedy="Check the host, the database, the user and the password.",
    )
