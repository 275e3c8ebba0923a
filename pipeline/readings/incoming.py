"""Readings on their way into a store: what a file says of them, and what the round adds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from pipeline.codebook.model import Codebook, Facet, Theme
from pipeline.decisions import coder_name
from pipeline.errors import InputError, Problem, near
from pipeline.noted import Answer
from pipeline.readings.records import (
    Decision,
    Sample,
    Signature,
    StoredReading,
    hash_text,
    hash_theme,
)

_LISTED = 5
Place = tuple[str, str]
"""theme, facet"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Incoming:
    """A reading as a file has it; what is empty the round or the clock fills in.

    `whole` is a reading with the whole codebook in view, of which `decisions` are what was marked.
    """

    where: str
    response_id: str
    decisions: tuple[Decision, ...]
    whole: bool = False
    coder: str = ""
    time: str = ""
    question: str = ""
    text_hash: str = ""
    sample: str = ""
    memo: str = ""


class Arrived(NamedTuple):
    """Everything of one file."""

    readings: tuple[Incoming, ...]
    samples: tuple[Sample, ...] = ()
    notes: tuple[Problem, ...] = ()
    signatures: tuple[Signature, ...] = ()


def complete(
    readings: Sequence[Incoming], known: Mapping[str, Answer], codebook: Codebook, coder: str
) -> list[StoredReading]:
    """Readings as the store keeps them, but for the time where the file has none.

    `known` are the answers of the round; `coder` is whoever the file does not name. Raises
    InputError that lists the ids that the round lacks (E401) and the themes that the codebook
    lacks (E404), or names a span that is not in the text that was read (E412).
    """
    names = Names(codebook)
    problems = [*_unknown_ids(readings, known), *_unknown_names(readings, names)]
    if problems:
        raise InputError(*problems)
    for reading in readings:
        _check_spans(reading, known[reading.response_id].text)
    return [
        StoredReading(
            response_id=reading.response_id,
            # What brings the hash of its text comes from a store, and stays as it was there.
            question=reading.question
            if reading.text_hash and reading.time
            else known[reading.response_id].question,
            coder=coder_name(reading.coder or coder),
            time=reading.time,
            text_hash=reading.text_hash or hash_text(known[reading.response_id].text),
            sample=reading.sample,
            memo=reading.memo,
            decisions=names.decide(reading),
        )
        for reading in readings
    ]


def _unknown_ids(readings: Sequence[Incoming], known: Mapping[str, Answer]) -> list[Problem]:
    strangers = [reading for reading in readings if reading.response_id not in known]
    if not strangers:
        return []
    ids = list(dict.fromkeys(reading.response_id for reading in strangers))
    what = f"{len(ids)} response ids are not in the round: {_some(ids)}."
    remedy = "Nothing was imported. Mend the ids, or import into the round they are of."
    return [Problem(code="E401", where=strangers[0].where, what=what, remedy=remedy)]


def _check_spans(reading: Incoming, text: str) -> None:
    beyond = [d for d in reading.decisions if d.end is not None and d.end > len(text)]
    # A reading of an older text keeps the spans that it has in it.
    if beyond and reading.text_hash in ("", hash_text(text)):
        what = f"the words marked for '{beyond[0].theme}' end at {beyond[0].end}, and the text at"
        raise InputError.because(
            code="E412",
            where=reading.where,
            what=f"{what} {len(text)}.",
            remedy="Count from 0 in the characters of the text as it stands in the source.",
        )


def _unknown_names(readings: Sequence[Incoming], names: Names) -> list[Problem]:
    lacking: dict[str, str] = {}
    for reading in readings:
        for decision in reading.decisions:
            if names.theme(decision.theme) is None:
                lacking.setdefault(decision.theme, reading.where)
            elif decision.facet and names.facet(decision.facet) is None:
                lacking.setdefault(decision.facet, reading.where)
    if not lacking:
        return []
    what = f"there are no themes or facets in the codebook named {_some(list(lacking))}."
    remedy = near(next(iter(lacking)), names.ids)
    where = next(iter(lacking.values()))
    return [Problem(code="E404", where=where, what=what, remedy=remedy)]


def _some(names: Sequence[str]) -> str:
    shown = ", ".join(f"'{name}'" for name in names[:_LISTED])
    return shown + (", ..." if names[_LISTED:] else "")


class Names:
    """The themes and facets of a codebook by every name they go by."""

    def __init__(self, codebook: Codebook) -> None:
        self.codebook = codebook
        self.ids = [theme.id for theme in codebook.themes]
        self._facets = {facet.label: facet for facet in reversed(codebook.facets)}
        self._facets |= {facet.id: facet for facet in codebook.facets}

    def theme(self, name: str) -> Theme | None:
        """The theme of this id, code, label or old id; a net is none."""
        found = self.codebook.find(name)
        return found if found and not found.net else None

    def facet(self, name: str) -> Facet | None:
        """The facet of this id or label."""
        return self._facets.get(name)

    def decide(self, reading: Incoming) -> tuple[Decision, ...]:
        """The decisions of a reading under the ids of now; those that bring their own hash come
        from a store, and stay as they were.
        """
        marked = {
            (done.theme, done.facet): done
            for done in (
                decision if decision.theme_hash else self._named(decision)
                for decision in reading.decisions
            )
        }
        return self._whole(marked) if reading.whole else tuple(marked.values())

    def _named(self, decision: Decision) -> Decision:
        theme, facet = self.theme(decision.theme), self.facet(decision.facet)
        if theme is None:
            raise KeyError(decision.theme)
        return replace(
            decision,
            theme=theme.id,
            facet=facet.id if facet else "",
            theme_hash=hash_theme(theme, facet),
        )

    def _whole(self, marked: Mapping[Place, Decision]) -> tuple[Decision, ...]:
        """Every theme of the codebook, and every facet if one was marked; a theme with a facet
        present is present.
        """
        facets = ["", *(f.id for f in self.codebook.facets if any(place[1] for place in marked))]
        bearing = {d.theme for d in marked.values() if d.facet and d.decision == "present"}
        return tuple(
            marked.get((theme.id, facet))
            or Decision(
                theme=theme.id,
                facet=facet,
                decision="present" if theme.id in bearing and not facet else "absent",
                theme_hash=hash_theme(theme, self.facet(facet)),
            )
            for theme in self.codebook.themes
            for facet in facets
        )
