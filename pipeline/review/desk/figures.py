"""The figures of a held round as they stand now, with what people decided meanwhile."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.codebook.model import Theme
from pipeline.decisions import in_force
from pipeline.errors import InputError, near
from pipeline.noted import Answer
from pipeline.readings.records import Signature, StoredDecision
from pipeline.readings.staleness import merge_decisions, sort_decisions
from pipeline.report.sentences import percent
from pipeline.review.desk.material import Material
from pipeline.run import Evidence, settle
from pipeline.signoff.fingerprints import Rests
from pipeline.signoff.standing import Signed, rests_of
from pipeline.tables import DECISIONS, rows


class Counted(NamedTuple):
    """A figure: so many of the base count for the theme, `people` of them on people's word."""

    question: str
    theme: str
    label: str
    is_net: bool
    cited: int
    of: int
    share: str
    people: int
    disputed: int
    audited: bool
    signed: Signed | None
    seen: str

    @property
    def state(self) -> str:
        """Whether it is the machine's, audited or signed."""
        if self.signed and self.signed.holds:
            return "signed"
        return "audited" if self.audited else "machine"

    @property
    def sentence(self) -> str:
        """The figure in words."""
        noun = "response" if self.of == 1 else "responses"
        return f"{self.cited} of {self.of} {noun} cited {self.label} ({self.share})"


class RoundFigures:
    """Verdicts of a round: the machine's, and anew those of the responses that people read.

    `present` and `human` are responses x themes, in the order of the material.
    """

    def __init__(self, material: Material, decisions: Iterable[StoredDecision]) -> None:
        self._material = material
        self._base = material.base
        self.present: np.ndarray = material.gathered.machine.copy()
        self._people = np.zeros_like(self.present)
        self._disputed = np.zeros_like(self.present)
        if "human" in self._base.coders:
            self._apply(decisions)

    def _apply(self, decisions: Iterable[StoredDecision]) -> None:
        """Settle the responses that people read as a run would."""
        material = self._material
        heard = [d for d in decisions if d.response_id in material.places]
        read = sorted({material.places[d.response_id] for d in heard})
        known = material.gathered
        answers = {known.ids[p]: Answer("", known.questions[p], known.texts[p]) for p in read}
        found = merge_decisions(
            sort_decisions(heard, answers.keys(), answers, material.codebook).fresh
        )
        names = DECISIONS.schema.names
        table = DECISIONS.build({name: getattr(d, name) for name in names} for d in found)
        codings = np.concatenate(
            [np.zeros(0, int), *(np.arange(*material.starts[p : p + 2]) for p in read)]
        )
        evidence = Evidence(
            material.responses.take(pa.array(read, pa.int64())),
            material.codings.take(pa.array(codings, pa.int64())),
            in_force(table, material.round.coders),
        )
        verdicts = settle(evidence, material.codebook, material.round, self._base.coders).verdicts
        self.present[read] = False
        for name, theme, present, by, human in rows(
            verdicts.filter(pc.equal(verdicts["facet"], "")),
            *("response_id", "theme", "present", "by", "human"),
        ):
            at = material.places[name], material.columns[theme]
            self.present[at] = present
            self._people[at] = present and by == "human"
            self._disputed[at] = human == "disputed"

    def places(self, question: str, theme: str, *, cited: bool = True) -> np.ndarray:
        """The responses that a figure counts, or the substantive rest of its question."""
        counts = self._columns(self.present, theme).any(axis=1)
        found: np.ndarray = np.flatnonzero(
            (counts == cited) & (self._material.questions == question)
        )
        return found

    def rests(self, question: str, theme: str) -> Rests:
        """What a figure rests on."""
        ids = self._material.gathered.ids
        cited = [ids[place] for place in self.places(question, theme)]
        return self._base.fingerprints.rests_on(question, theme, cited)

    def count(self, signatures: Sequence[Signature]) -> list[Counted]:
        """The figures of each question, in the order of the codebook."""
        last = {(one.question, one.theme): one for one in signatures}
        return [
            self.figure(question, entry, last.get((question, entry.id)))
            for question in self._base.of
            for entry in self._material.codebook.entries
            if self._applies(entry, question)
        ]

    def find(self, question: str, theme: str) -> Theme:
        """The entry of a figure. Raises InputError (E592) where there is no such figure."""
        entries = {
            one.id: one
            for one in self._material.codebook.entries
            if question in self._base.of and self._applies(one, question)
        }
        if theme not in entries:
            what = f"there is no figure of '{theme}' in '{question}'."
            raise InputError.because(code="E592", what=what, remedy=near(theme, entries))
        return entries[theme]

    def figure(self, question: str, entry: Theme, signature: Signature | None) -> Counted:
        """One figure, with its last signature."""
        places, of = self.places(question, entry.id), self._base.of[question]
        signed = None
        if signature:
            changed = rests_of(signature).changed(self.rests(question, entry.id))
            signed = Signed(signature, tuple(changed))
        mine = self._columns(self._people, entry.id)[places].any(axis=1)
        apart = self._columns(self._disputed, entry.id).any(axis=1)
        return Counted(
            question=question,
            theme=entry.id,
            label=entry.label,
            is_net=bool(entry.net),
            cited=len(places),
            of=of,
            share=percent(len(places), of),
            people=int(mine.sum()),
            disputed=int((apart & (self._material.questions == question)).sum()),
            audited=(question, entry.id) in self._base.audited,
            signed=signed,
            seen=_seen(places),
        )

    def _columns(self, marks: np.ndarray, theme: str) -> np.ndarray:
        entry = next(one for one in self._material.codebook.entries if one.id == theme)
        members = self._material.codebook.members(entry)
        found: np.ndarray = marks[:, [self._material.columns[name] for name in members]]
        return found

    def _applies(self, entry: Theme, question: str) -> bool:
        themes = {one.id: one for one in self._material.codebook.themes}
        members = self._material.codebook.members(entry)
        return any(themes[name].applies_to(question) for name in members)


def _seen(places: np.ndarray) -> str:
    """Which responses a figure counts, in short, to tell later whether it still counts them."""
    return hashlib.sha256(places.astype("<i8").tobytes()).hexdigest()[:16]
