"""The store of a round: readings, samples and signatures, append-only, each linked to the last.

Every row has its number in the order it came and every reading, sample and signature a digest of
its whole content. Where it is kept, SQLite or PostgreSQL, is the affair of `database` and
`opening`, which are imported when a store is opened: SQLAlchemy takes a quarter of a second, and a
round without a store does without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from types import TracebackType
from typing import TYPE_CHECKING, NamedTuple, NoReturn, Self

from pipeline.errors import InputError, Problem
from pipeline.readings.chain import Head
from pipeline.readings.checks import check_reading, check_sample, check_signature
from pipeline.readings.records import Sample, Signature, StoredDecision, StoredReading, hash_of
from pipeline.round.place import Place

if TYPE_CHECKING:
    from pipeline.readings.database import Database
    from pipeline.readings.keeping import Keeper

_OTHER = {"learning": "audit", "audit": "learning"}
_AT_ONCE = 500


class Last(NamedTuple):
    """The numbers of the last reading and of the last sample, 0 where there is none: who knows of
    all up to them knows by them whether anything came since.
    """

    reading: int
    sample: int


class Acknowledged(NamedTuple):
    """A reading that is kept: its number, the head of the chain at it, and what others said of the
    response since the person saw it.
    """

    number: int
    head: Head
    others: list[StoredReading]


def open_store(
    path: Place, *, create: bool = False, say: Callable[[Problem], None] | None = None
) -> Store:
    """Open the store, or make it where there is none and `create` is given.

    `say` is told of a network drive (W582) and, once, of an older format that was brought up to
    this one (W581), which the first write does. Raises InputError: E411 when the file is absent, no
    such store, damaged, of a newer format, or locked by another program for longer than ten
    seconds; E582 when the database cannot be reached.
    """
    from pipeline.readings.keeping import Keeper  # noqa: PLC0415 - a quarter of a second
    from pipeline.readings.opening import open_database  # noqa: PLC0415

    heard = say or (lambda problem: None)
    database = open_database(path, heard, create=create)
    return Store(path, database, Keeper(database, heard))


class Store:
    """An open store. Everything is added, nothing changed; a call is done whole or not at all.

    Threads may share it: each waits for the other.
    """

    def __init__(self, path: Place, database: Database, keeper: Keeper) -> None:
        self.path = path
        self._database = database
        self._keeper = keeper

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
        """Close the file or the connection."""
        self._database.close()

    @contextmanager
    def together(self) -> Iterator[None]:
        """Whatever is added within is added whole or not at all; other writers wait."""
        with self._keeper.writing():
            yield

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Whatever is read within is of one moment, while others write."""
        with self._database.looking():
            yield

    def add_readings(self, readings: Iterable[StoredReading]) -> int:
        """Add readings in their order and give the number added; one that is there stays as it is.

        Raises InputError (E412) for a reading that cannot be, and then adds none.
        """
        added = 0
        with self.together():
            rest = iter(readings)
            while some := list(islice(rest, _AT_ONCE)):
                for reading in some:
                    check_reading(reading, self.path)
                added += self._keeper.add_readings(some)
        return added

    def add_reading_expecting(self, reading: StoredReading, seen: int | str) -> Acknowledged:
        """Add a reading, and tell what other coders said of its response since this one saw it.

        `seen` is what was in view: the number of the last reading of this response (0 for none, see
        `last_of`), or the head of the store then, COUNT:HASH or the hash. Whatever the others said,
        the reading is kept; one that is there already is acknowledged again. Raises InputError:
        E412 for a reading that cannot be, E584 for a head that this store never had.
        """
        check_reading(reading, self.path)
        with self.together():
            after = self._keeper.number_at(seen) if isinstance(seen, str) else seen
            self._keeper.add_readings([reading])
            number, head = self._keeper.find(reading.digest)
            since = self._keeper.readings(reading.response_id, after)
        others = [found for found in since if found.coder != reading.coder]
        return Acknowledged(number, head, others)

    def last(self) -> Last:
        """How far the store is; cheap to ask, on every page."""
        with self._database.looking():
            return Last(*self._keeper.last())

    def readings_since(self, number: int) -> list[StoredReading]:
        """The readings with a higher number, in the order they came."""
        with self._database.looking():
            return self._keeper.readings(after=number)

    def last_of(self, response_id: str) -> int:
        """The number of the last reading of a response, 0 when nobody read it."""
        with self._database.looking():
            return self._keeper.last_of(response_id)

    def readings(self) -> list[StoredReading]:
        """Every reading, in the order they came."""
        with self._database.looking():
            return self._keeper.readings()

    def readings_of(self, response_id: str) -> list[StoredReading]:
        """Every reading of one response, in the order they came."""
        with self._database.looking():
            return self._keeper.readings(response_id)

    def read_decisions(self) -> list[StoredDecision]:
        """Every decision; `reading` numbers the readings from 1 by time, then as they came."""
        with self._database.looking():
            return self._keeper.read_decisions()

    def add_sample(self, sample: Sample) -> str:
        """Add a sample as it was drawn, and give its id; the same one again changes nothing.

        Raises InputError: E413 when a response, or one with the same text, is in a sample of the
        other kind (learning, audit), or the id stands for another draw; E412 for what cannot be.
        """
        check_sample(sample, self.path)
        named = sample.id or f"{sample.purpose}-{sample.digest[:8]}"
        with self.together():
            found = self._keeper.digest_of_sample(named)
            if found and found != sample.digest:
                self._clash(f"'{named}' is the name of another sample")
            if not found:
                self._check_apart(sample)
                self._keeper.add_sample(sample, named)
        return named

    def _check_apart(self, sample: Sample) -> None:
        other = _OTHER.get(sample.purpose, "")
        ids, texts = self._keeper.members(other)
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

    def samples(self) -> list[Sample]:
        """Every sample, in the order they were drawn."""
        with self._database.looking():
            return self._keeper.samples()

    def add_signature(self, signature: Signature) -> None:
        """Add a signature; the same one again changes nothing.

        Raises InputError (E412) for one that cannot be.
        """
        check_signature(signature, self.path)
        with self.together():
            self._keeper.add_signature(signature)

    def signatures(self) -> list[Signature]:
        """Every signature, in the order they came."""
        with self._database.looking():
            return self._keeper.signatures()

    def audit_ids(self) -> frozenset[str]:
        """The responses of audit samples: they must never train."""
        with self._database.looking():
            return self._keeper.members("audit")[0]

    def audit_text_hashes(self) -> frozenset[str]:
        """The hashes of their texts: the same words from another person must not train either."""
        with self._database.looking():
            return self._keeper.members("audit")[1]

    @property
    def chained(self) -> bool:
        """Whether the chain is there; over an older format the next write lays it."""
        with self._database.looking():
            return self._keeper.chained

    def head(self) -> Head:
        """The head of the chain: how many entries there are, and a hash that rests on all."""
        with self._database.looking():
            return self._keeper.head()

    def verify(self, *heads: Head) -> list[str]:
        """What is wrong with the chain, each with its place; nothing when nothing was edited,
        deleted, swapped, inserted or cut. A cut at the end, or a chain that was laid anew, shows
        only against `heads` that were noted elsewhere.
        """
        from pipeline.readings.verifying import find_faults  # noqa: PLC0415 - as in `open_store`

        with self._database.looking():
            return find_faults(self._database, heads)

    def digest(self) -> str:
        """The sha256 of all that is stored, whatever the bytes of the file."""
        with self._database.looking():
            samples = [[s.id, s.drawn, s.digest] for s in self._keeper.samples()]
            signed = [signature.digest for signature in self._keeper.signatures()]
            # A store without signatures has the hash that it had before there were any.
            return hash_of([samples, self._keeper.digests(), *([signed] if signed else [])])
