"""The rows of the store: readings and samples -> rows, and back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, fields

from sqlalchemy import func, select

from pipeline.digest import canonical_json
from pipeline.errors import InputError, Problem
from pipeline.readings.chain import START, Head, parse_head
from pipeline.readings.database import Database
from pipeline.readings.formats import read_layout, span_columns
from pipeline.readings.links import Added, Tip, migrate, read_head
from pipeline.readings.records import (
    Decision,
    Member,
    Sample,
    Signature,
    StoredDecision,
    StoredReading,
    now,
    utc,
)
from pipeline.readings.schema import (
    CHAIN,
    DECISIONS,
    FORMAT,
    MEMBERS,
    READINGS,
    SAMPLES,
    SIGNATURES,
)

_DECISION_COLUMNS = ("theme", "facet", "decision", "memo", "theme_hash", "start", "end")
"""In the order of the table."""


class Keeper:
    """What a store adds and finds; its methods are called within a transaction or a look."""

    def __init__(self, database: Database, say: Callable[[Problem], None]) -> None:
        self._database = database
        self._say = say
        self._tip: Tip | None = None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A transaction, on a store of the newest format."""
        with self._database.transaction():
            if self._tip:
                yield from self._part(self._tip)
                return
            before = read_layout(self._database)
            laid = 0 if all(before) else migrate(self._database)
            self._tip = Tip(self._database)
            try:
                yield
            finally:
                self._tip = None
        if not all(before):
            chain = f", a chain of hashes laid over its {laid} readings and samples"
            what = f"it was brought up to format {FORMAT}{'' if before.chain else chain}."
            remedy = "Older versions of verbatims no longer read it."
            where = self._database.place.as_posix()
            self._say(Problem(code="W581", where=where, what=what, remedy=remedy))

    def _part(self, tip: Tip) -> Iterator[None]:
        """Within another: the tip falls back with what is undone."""
        before = tip.copy()
        done = False
        try:
            yield
            done = True
        finally:
            self._tip = tip if done else before

    @property
    def _end(self) -> Tip:
        if self._tip is None:
            raise RuntimeError("nothing is added outside of a transaction")
        return self._tip

    def add_readings(self, readings: Sequence[StoredReading]) -> int:
        """Add those that are not there; the number added."""
        by_digest = {reading.digest: reading for reading in reversed(readings)}
        query = select(READINGS.c.digest).where(READINGS.c.digest.in_(by_digest))
        there = {digest for (digest,) in self._database.rows(query)}
        new = [d for d in dict.fromkeys(r.digest for r in readings) if d not in there]
        self._end.add("reading", (_reading_row(by_digest[digest], digest) for digest in new))
        return len(new)

    def add_sample(self, sample: Sample, named: str) -> None:
        """Add a sample under a name."""
        row = {
            "id": named,
            "digest": sample.digest,
            "purpose": sample.purpose,
            "seed": sample.seed,
            "drawn": utc(sample.drawn) if sample.drawn else now(),
            "settings": canonical_json(dict(sample.settings)),
        }
        parts = [
            {
                "response_id": m.response_id,
                "question": m.question,
                "stratum": m.stratum,
                "probability": float(m.probability),
                "text_hash": m.text_hash,
                "machine": canonical_json(dict(m.machine)),
            }
            for m in sample.members
        ]
        self._end.add("sample", [Added(row, parts)])

    def add_signature(self, signature: Signature) -> None:
        """Add a signature if it is not there."""
        digest = signature.digest
        query = select(SIGNATURES.c.number).where(SIGNATURES.c.digest == digest)
        if not self._database.rows(query):
            self._end.add("signature", [Added({"digest": digest, **asdict(signature)})])

    def signatures(self) -> list[Signature]:
        """Every signature, in the order they came."""
        if not read_layout(self._database).signatures:
            return []
        names = [field.name for field in fields(Signature)]
        query = select(*(SIGNATURES.c[name] for name in names)).order_by(SIGNATURES.c.number)
        return [
            Signature(**dict(zip(names, row, strict=True))) for row in self._database.rows(query)
        ]

    @property
    def chained(self) -> bool:
        """Whether the chain is there."""
        return read_layout(self._database).chain

    def head(self) -> Head:
        """The head of the chain."""
        return read_head(self._database)

    def find(self, digest: str) -> tuple[int, Head]:
        """The number of a reading, and the head at it."""
        joined = READINGS.join(
            CHAIN, (CHAIN.c.kind == "reading") & (CHAIN.c.entry == READINGS.c.number)
        )
        query = select(READINGS.c.number, CHAIN.c.number, CHAIN.c.head).select_from(joined)
        ((number, count, head),) = self._database.rows(query.where(READINGS.c.digest == digest))
        return number, Head(count, head)

    def number_at(self, text: str) -> int:
        """The number of the last reading that there was at a head. Raises InputError (E584)."""
        wanted = parse_head(text)
        if wanted.hash == START:
            return 0
        at = select(CHAIN.c.number).where(CHAIN.c.head == wanted.hash)
        found = self._database.rows(at)
        if not found or wanted.entries not in (0, found[0][0]):
            raise InputError.because(
                code="E584",
                where=self._database.place.as_posix(),
                what="the store never had the head that was in view.",
                remedy="Look at the response again; see 'verbatims review verify'.",
            )
        before = (CHAIN.c.kind == "reading") & (CHAIN.c.number <= found[0][0])
        ((last,),) = self._database.rows(select(func.max(CHAIN.c.entry)).where(before))
        return last or 0

    def last(self) -> tuple[int, int]:
        """The numbers of the last reading and of the last sample, 0 where there is none."""
        ends = [
            select(func.coalesce(func.max(table.c.number), 0)).scalar_subquery()
            for table in (READINGS, SAMPLES)
        ]
        ((reading, sample),) = self._database.rows(select(*ends))
        return int(reading), int(sample)

    def last_of(self, response_id: str) -> int:
        """The number of the last reading of a response."""
        query = select(func.coalesce(func.max(READINGS.c.number), 0))
        ((number,),) = self._database.rows(query.where(READINGS.c.response_id == response_id))
        return int(number)

    def readings(self, response_id: str | None = None, after: int = 0) -> list[StoredReading]:
        """The readings with a higher number, of one response or all, in the order they came."""
        own = select(READINGS).where(READINGS.c.number > after).order_by(READINGS.c.number)
        d = DECISIONS.c
        columns = (d.reading, d.theme, d.facet, d.decision, d.memo, d.theme_hash)
        joined = select(*columns, *span_columns(self._database)).where(d.reading > after)
        if response_id is not None:
            own = own.where(READINGS.c.response_id == response_id)
            of = select(READINGS.c.number).where(READINGS.c.response_id == response_id)
            joined = joined.where(DECISIONS.c.reading.in_(of))
        said: dict[int, list[Decision]] = {}
        for number, *cells in self._database.rows(joined.order_by(d.reading, d.place)):
            made = Decision(**dict(zip(_DECISION_COLUMNS, cells, strict=True)))
            said.setdefault(number, []).append(made)
        names = ("response_id", "question", "coder", "time", "sample", "text_hash", "memo")
        return [
            StoredReading(
                **dict(zip(names, rest, strict=True)), decisions=tuple(said.get(number, ()))
            )
            for number, _, _, *rest in self._database.rows(own)
        ]

    def digests(self) -> list[str]:
        """The digest of every reading, in the order they came."""
        query = select(READINGS.c.digest).order_by(READINGS.c.number)
        return [digest for (digest,) in self._database.rows(query)]

    def read_decisions(self) -> list[StoredDecision]:
        """See `Store.read_decisions`."""
        r, d = READINGS.c, DECISIONS.c
        by_time = self._database.rows(select(r.time, r.number))
        number = {found: place for place, (_, found) in enumerate(sorted(by_time), start=1)}
        query = (
            select(
                *(r.number, r.response_id, r.question, r.coder, r.time, r.sample, r.text_hash),
                *(d.theme, d.facet, d.decision, d.memo, d.theme_hash),
                *span_columns(self._database),
            )
            .select_from(DECISIONS.join(READINGS))
            .order_by(r.number, d.place)
        )
        found = [StoredDecision(number[row[0]], *row[1:]) for row in self._database.rows(query)]
        return sorted(found, key=lambda row: row.reading)

    def digest_of_sample(self, named: str) -> str:
        """The digest of a sample, "" where there is none of the name."""
        query = select(SAMPLES.c.digest).where(SAMPLES.c.id == named)
        return next((str(digest) for (digest,) in self._database.rows(query)), "")

    def members(self, purpose: str) -> tuple[frozenset[str], frozenset[str]]:
        """The responses of the samples of a purpose, and the hashes of their texts."""
        query = select(MEMBERS.c.response_id, MEMBERS.c.text_hash).select_from(
            MEMBERS.join(SAMPLES)
        )
        found = self._database.rows(query.where(SAMPLES.c.purpose == purpose))
        return frozenset(row[0] for row in found), frozenset(row[1] for row in found)

    def samples(self) -> list[Sample]:
        """Every sample, in the order they were drawn."""
        members: dict[int, list[Member]] = {}
        for (
            number,
            _,
            response_id,
            question,
            stratum,
            share,
            text_hash,
            machine,
        ) in self._database.rows(select(MEMBERS).order_by(MEMBERS.c.sample, MEMBERS.c.place)):
            members.setdefault(number, []).append(
                Member(
                    response_id=response_id,
                    question=question,
                    stratum=stratum,
                    probability=share,
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
            for number, name, _, purpose, seed, drawn, settings in self._database.rows(
                select(SAMPLES).order_by(SAMPLES.c.number)
            )
        ]


def _reading_row(reading: StoredReading, digest: str) -> Added:
    names = ("response_id", "question", "coder", "time", "sample", "text_hash", "memo")
    row = {name: getattr(reading, name) for name in names}
    parts = [{name: getattr(d, name) for name in _DECISION_COLUMNS} for d in reading.decisions]
    return Added({"digest": digest, "content": reading.content, **row}, parts)
