"""Signatures and what figures rest on now -> whether each is still signed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from pipeline.codebook.model import Codebook
from pipeline.readings.records import Signature
from pipeline.round import Round
from pipeline.signoff.fingerprints import Figure, Fingerprints, Rests


@dataclass(frozen=True, slots=True)
class Signed:
    """The last signature of a figure, and what of it has changed since; nothing while it holds."""

    signature: Signature
    changed: tuple[str, ...]

    @property
    def holds(self) -> bool:
        """Whether the figure rests on what was signed."""
        return not self.changed

    @property
    def clause(self) -> str:
        """What follows the sentence of the figure."""
        day = self.signature.time[:10]
        if self.holds:
            return f"; signed by {self.signature.by} on {day}"
        changes = " and ".join(self.changed)
        return f"; signed by {self.signature.by} on {day}, and not since {changes} changed"


def rests_of(signature: Signature) -> Rests:
    """What a figure rested on when it was signed."""
    return Rests(signature.base, signature.verdicts, signature.meaning)


def find_standing(
    signatures: Iterable[Signature], fingerprints: Fingerprints
) -> dict[Figure, Signed]:
    """The standing of every figure that was ever signed, and that the codebook still has."""
    known = fingerprints.themes
    latest = {(one.question, one.theme): one for one in signatures if one.theme in known}
    return {
        place: Signed(
            one,
            tuple(rests_of(one).changed(fingerprints.rests(*place))),
        )
        for place, one in latest.items()
    }


def tell_standing(signed: Signed | None, *, audited: bool) -> dict[str, Any]:
    """Whether a figure is the machine's, audited or signed; and whoever signed it, although it may
    have changed since.
    """
    found: dict[str, Any] = {"state": "audited" if audited else "machine"}
    if signed:
        signature = signed.signature
        found |= {"by": signature.by, "time": signature.time, "changed": list(signed.changed)}
        found["state"] = "signed" if signed.holds else found["state"]
    return found


class Signing:
    """Sees the batches of a run, if there are signatures; then says which of them hold."""

    def __init__(
        self, signatures: Iterable[Signature], the_round: Round, codebook: Codebook
    ) -> None:
        self._signatures = list(signatures)
        self._fingerprints = Fingerprints(the_round, codebook)

    def add(self, responses: pa.Table, verdicts: pa.Table) -> None:
        """See a batch."""
        if self._signatures:
            self._fingerprints.add(responses, verdicts)

    def standing(self) -> dict[Figure, Signed]:
        """Of every figure that was signed."""
        return find_standing(self._signatures, self._fingerprints)
