"""signatures.jsonl: who signed which figure; a line each, chained by hashes, only ever added to."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NoReturn

from pipeline.digest import canonical_json
from pipeline.errors import InputError
from pipeline.signoff.fingerprints import Rests

START = "0" * 64
"""What the first signature has for the hash of the one before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """A person's word that a figure is right: the figure as it was, and what it rested on.

    `by` is who says to have signed: a name is a claim. `previous` is the hash of the signature
    before it.
    """

    question: str
    theme: str
    by: str
    time: str
    cited: int
    of: int
    base: str
    verdicts: str
    meaning: str
    memo: str = ""
    previous: str = START

    @property
    def rests(self) -> Rests:
        """What the figure rested on."""
        return Rests(self.base, self.verdicts, self.meaning)

    @property
    def digest(self) -> str:
        """The hash of all of it, the hash of the one before it included."""
        return hashlib.sha256(canonical_json(asdict(self)).encode()).hexdigest()


def read_book(path: Path) -> list[Signature]:
    """The signatures in their order; none where there is no file.

    Raises InputError (E542) for a line that is no signature, and for one that does not follow from
    the line before it: it was changed, moved, put in or cut out. What was cut off at the end shows
    only against a hash of the last one that was written down.
    """
    if not path.exists():
        return []
    signatures: list[Signature] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        where = f"{path.as_posix()}:{number}"
        try:
            signature = Signature(**json.loads(line))
        except (TypeError, ValueError):
            _refuse(where, "this is no signature.")
        if signature.previous != (signatures[-1].digest if signatures else START):
            _refuse(where, "it does not follow from the line before it: one of them was changed.")
        signatures.append(signature)
    return signatures


def sign(path: Path, signature: Signature) -> Signature:
    """Add a signature, chained to the last one; it is on the disk when this returns."""
    known = read_book(path)
    signature = _after(known[-1].digest if known else START, signature)
    with path.open("a", encoding="utf-8", newline="\n") as stream:
        stream.write(json.dumps(asdict(signature), ensure_ascii=False) + "\n")
        stream.flush()
        os.fsync(stream.fileno())
    return signature


def _after(previous: str, signature: Signature) -> Signature:
    return Signature(**{**asdict(signature), "previous": previous})


def latest(signatures: list[Signature]) -> Iterator[Signature]:
    """Of each figure the last signature."""
    last = {(one.question, one.theme): one for one in signatures}
    yield from last.values()


def _refuse(where: str, what: str) -> NoReturn:
    remedy = "Take the file from a copy that is whole; sign again what is missing."
    raise InputError.because(code="E542", where=where, what=what, remedy=remedy)
