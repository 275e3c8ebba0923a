"""decisions.db: readings, decisions and samples in one append-only SQLite file.

Every row has its number in the order it came and every reading and sample a digest of its whole
content, so that a chain of hashes can be laid over them, or another database hold them, without a
change of what is written here.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any, NoReturn, Self

from pipeline.digest import canonical_json
from pipeline.errors import InputError
from pipeline.readings.checks import check_reading, check_sample
from pipeline.readings.records import (
    Decision,
    Member,
    Sample,
    StoredDecision,
    StoredReading,
    hash_of,
    now,
    utc,
)
from pipeline.readings.sqlitefile import connect, speaking_of, transaction

_OTHER = {"learning": "audit", "audit": "learning"}


def open_store(path: Path, *, create: bool = False) -> Store:
    """Open the store, or make it where there is none and `create` is given.

    Raises InputError (E411) when the file is absent, no such store, damaged, of a newer format, or
    locked by another program for longer than ten seconds.
    """
    return Store(path, connect(path, create=create))


class Store:
    """An open store. Everything is added, nothing changed; a call is done whole or not at all."""

    def __init__(self, path: Path, connection: sqlite3.Connection) -> None:
        self.path = path
        self._connection = connection

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._connection.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Whatever is added within is added whole or not at all; other writers wait."""
        with speaking_of(self.path), transaction(self._connection):
            yield

    def add_readings(self, readings: Iterable[StoredReading]) -> int:
        """Add readings in their order and give the number added; one that is there stays as it is.

        Raises InputError (E412) for a reading that cannot be, and then adds none.
        """
        added = 0
        with self.together():
            for reading in readings:
                check_reading(reading, self.path)
                added += self._add_reading(reading)
        return added

    def _add_reading(self, reading: StoredReading) -> int:
        digest = reading.digest
        if self._rows("SELECT 1 FROM readings WHERE digest = ?", digest):
            return 0
        number = self._next("readings")
        self._connection.execute(
            "INSERT INTO readings VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                *(number, digest, reading.content, reading.response_id, reading.question),
                *(reading.coder, reading.time, reading.sample, reading.text_hash, reading.memo),
            ),
        )
        self._connection.executemany(
            "INSERT INTO decisions VALUES (?, ?, ?, ?, ?, ?, ?)",
            (
                (number, place, d.theme, d.facet, d.decision, d.memo, d.theme_hash)
                for place, d in enumerate(reading.decisions)
            ),
        )
        return 1

    def _next(self, table: str) -> int:
        ((last,),) = self._rows(f"SELECT coalesce(max(number), 0) FROM {table}")
        return int(last) + 1

    def _rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with speaking_of(self.path):
            return self._connection.execute(sql, values).fetchall()

    def readings(self) -> list[StoredReading]:
        """Every reading, in the order they came."""
        said: dict[int, list[Decision]] = {}
        for number, theme, facet, decision, memo, theme_hash in self._rows(
            "SELECT reading, theme, facet, decision, memo, theme_hash FROM decisions "
            "ORDER BY reading, place"
        ):
            said.setdefault(number, []).append(
                Decision(
                    theme=theme, facet=facet, decision=decision, memo=memo, theme_hash=theme_hash
                )
            )
        columns = ("response_id", "question", "coder", "time", "sample", "text_hash", "memo")
        return [
            StoredReading(
                **dict(zip(columns, rest, strict=True)), decisions=tuple(said.get(number, ()))
            )
            for number, *rest in self._rows(
                f"SELECT number, {', '.join(columns)} FROM readings ORDER BY number"
            )
        ]

    def read_decisions(self) -> list[StoredDecision]:
        """Every decision; `reading` numbers the readings from 1 by time, then as they came."""
        number = {
            found: place
            for place, (found,) in enumerate(
                self._rows("SELECT number FROM readings ORDER BY time, number"), start=1
            )
        }
        found = [
            StoredDecision(number[row[0]], *row[1:])
            for row in self._rows(
                "SELECT number, response_id, question, coder, time, sample, text_hash, theme, "
                "facet, decision, d.memo, theme_hash FROM decisions d JOIN readings ON "
                "reading = number ORDER BY number, place"
            )
        ]
        return sorted(found, key=lambda row: row.reading)

    def add_sample(self, sample: Sample) -> str:
        """Add a sample as it was drawn, and give its id; the same one again changes nothing.

        Raises InputError: E413 when a response, or one with the same text, is in a sample of the
        other kind (learning, audit), or the id stands for another draw; E412 for what cannot be.
        """
        check_sample(sample, self.path)
        named = sample.id or f"{sample.purpose}-{sample.digest[:8]}"
        with self.together():
            for (digest,) in self._rows("SELECT digest FROM samples WHERE id = ?", named):
                if digest != sample.digest:
                    self._clash(f"'{named}' is the name of another sample")
                return named
            self._check_apart(sample)
            number = self._next("samples")
            drawn = utc(sample.drawn) if sample.drawn else now()
            settings = canonical_json(dict(sample.settings))
            self._connection.execute(
                "INSERT INTO samples VALUES (?, ?, ?, ?, ?, ?, ?)",
                (number, named, sample.digest, sample.purpose, sample.seed, drawn, settings),
            )
            self._connection.executemany(
                "INSERT INTO sample_members VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    (
                        *(number, place, m.response_id, m.question, m.stratum),
                        *(m.probability, m.text_hash, canonical_json(dict(m.machine))),
                    )
                    for place, m in enumerate(sample.members)
                ),
            )
        return named

    def _check_apart(self, sample: Sample) -> None:
        other = _OTHER.get(sample.purpose, "")
        ids, texts = self._members(other)
        both = [m for m in sample.members if m.response_id in ids or m.text_hash in texts]
        if both:
            shown = ", ".join(m.response_id for m in both[:5]) + (", ..." if both[5:] else "")
            self._clash(
                f"{len(both)} of the {sample.purpose} sample, or their texts, are in "
                f"{other} samples: {shown}"
            )

    def _clash(self, what: str) -> NoReturn:
        raise InputError.because(
            code="E413",
            where=self.path.as_posix(),
            what=f"{what}.",
            remedy="What is audited never trains; draw from the rest.",
        )

    def _members(self, purpose: str) -> tuple[frozenset[str], frozenset[str]]:
        found = self._rows(
            "SELECT response_id, text_hash FROM sample_members JOIN samples ON sample = number "
            "WHERE purpose = ?",
            purpose,
        )
        return frozenset(row[0] for row in found), frozenset(row[1] for row in found)

    def samples(self) -> list[Sample]:
        """Every sample, in the order they were drawn."""
        members: dict[int, list[Member]] = {}
        for number, response_id, question, stratum, probability, text_hash, machine in self._rows(
            "SELECT sample, response_id, question, stratum, probability, text_hash, machine "
            "FROM sample_members ORDER BY sample, place"
        ):
            members.setdefault(number, []).append(
                Member(
                    response_id=response_id,
                    question=question,
                    stratum=stratum,
                    probability=probability,
                    text_hash=text_hash,
                    machine=json.loads(machine),
                )
            )
        return [
            Sample(
                id=name,
                purpose=purpose,
                seed=seed,
                drawn=drawn,
                settings=json.loads(settings),
                members=tuple(members.get(number, ())),
            )
            for number, name, purpose, seed, drawn, settings in self._rows(
                "SELECT number, id, purpose, seed, drawn, settings FROM samples ORDER BY number"
            )
        ]

    def audit_ids(self) -> frozenset[str]:
        """The responses of audit samples: they must never train."""
        return self._members("audit")[0]

    def audit_text_hashes(self) -> frozenset[str]:
        """The hashes of their texts: the same words from another person must not train either."""
        return self._members("audit")[1]

    def digest(self) -> str:
        """The sha256 of all that is stored, whatever the bytes of the file."""
        return hash_of(
            [
                [[s.id, s.drawn, s.digest] for s in self.samples()],
                [digest for (digest,) in self._rows("SELECT digest FROM readings ORDER BY number")],
            ]
        )
