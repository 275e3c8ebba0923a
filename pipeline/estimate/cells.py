"""One audit sample and the decisions -> what was read and found of one theme, or why it says
nothing.

A stratum is split by whether the machine found the theme at the draw: each part is a **cell**, of
which those drawn are a simple random sample (see `pipeline.review.audit`). Of each cell the longest
beginning, in the order of the draw, that is wholly read counts: that order is random, so any
beginning is a random sample, and what was read beyond a gap is not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

import pyarrow as pa

from pipeline.codebook.model import Codebook, Theme
from pipeline.estimate.sound import is_sound
from pipeline.readings.records import Member, Sample, hash_rules, hash_theme
from pipeline.resolve import people_say
from pipeline.tables import keep, rows

NOT_AUDITED = "not audited"
UNREAD = "nothing of the audit is read"
UNSOUND = "the audit is not a sample of strata as 'review sample' draws them"
OPEN = "open"
"""The word on a response that was read and left unsure, or on which people disagree."""

Words = Mapping[tuple[str, str], str]
"""(response, theme) -> present, absent or open; of what nobody read there is none."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The responses of a stratum that were, or were not, `tagged` with the theme at the draw.

    Of its `size`, `drawn` are in the sample and `audited` of these count: `found` with the theme,
    `left_open` unsure or disputed. `skipped` were read beyond a gap and do not count.
    """

    tagged: bool
    size: int
    drawn: int
    audited: int
    found: int
    left_open: int
    skipped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What a sample says of a theme in one question; with a `why` it says nothing.

    Of the responses that could not be drawn `known` have the theme on people's word, and of
    `unknown` nobody knows.
    """

    sample: str = ""
    cells: tuple[Cell, ...] = ()
    known: int = 0
    unknown: int = 0
    why: str = NOT_AUDITED

    def read(self, *, tagged: bool) -> int:
        """How many count of those that were, or were not, tagged."""
        return sum(cell.audited for cell in self.cells if cell.tagged == tagged)

    @property
    def whole(self) -> bool:
        """Whether everything that was drawn counts."""
        return all(cell.audited == cell.drawn for cell in self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The round as it is now, which an audit must still fit.

    `sizes` and `frames` are its substantive responses per question, `trained` those members of
    audits that trained the classifier.
    """

    codebook: Codebook
    sizes: Mapping[str, int]
    frames: Mapping[str, str]
    words: Words
    trained: Collection[str] = frozenset()


def find_words(decisions: pa.Table, known: Collection[str]) -> dict[tuple[str, str], str]:
    """What people say of the themes of some responses, from the decisions that hold."""
    themes = keep(decisions, "facet", "")
    found: dict[tuple[str, str], str] = {
        (response_id, theme): OPEN
        for response_id, theme in rows(themes, "response_id", "theme")
        if response_id in known
    }
    for (response_id, theme, _), word in people_say(themes, known).items():
        found[response_id, theme] = OPEN if word == "disputed" else word
    return found


def find_audit(
    samples: Sequence[Sample], entry: Theme, question: str, standing: Standing
) -> Audited:
    """What the audits, in the order they were drawn, say of a theme or net in a question.

    Audits are never pooled: a later one takes what an earlier one found as known. The latest that
    is valid and wholly read counts, or else the latest that is read in part. Where none is, the
    latest that is of the theme says why.
    """
    found = [_audit(s, entry, question, standing) for s in samples if s.purpose == "audit"]
    valid = [audited for audited in found if not audited.why]
    best = [audited for audited in valid if audited.whole] or valid
    best = best or [audited for audited in found if audited.why != NOT_AUDITED]
    return best[-1] if best else Audited()


def _audit(sample: Sample, entry: Theme, question: str, standing: Standing) -> Audited:
    why = _refuse(sample, entry, question, standing) if is_sound(sample) else UNSOUND
    if why:
        return Audited(sample=sample.id, why=why)
    looked_for = _looked_for(entry, question, standing.codebook)
    cells = tuple(_cells(sample, entry, question, looked_for, standing))
    if any(cell.drawn > cell.size for cell in cells):
        return Audited(sample=sample.id, why=UNSOUND)
    parts = [p for p in sample.settings["apart"].values() if p["question"] == question]
    read = any(cell.audited for cell in cells) or not any(cell.drawn for cell in cells)
    return Audited(
        sample=sample.id,
        cells=cells,
        known=sum(_frozen(part, "present", entry, standing.codebook) for part in parts),
        unknown=sum(_frozen(part, "unknown", entry, standing.codebook) for part in parts),
        why="" if read else UNREAD,
    )


def _looked_for(entry: Theme, question: str, codebook: Codebook) -> tuple[str, ...]:
    """The themes of a theme, parent or net that may be coded in the question."""
    themes = {theme.id: theme for theme in codebook.themes}
    return tuple(m for m in codebook.members(entry) if themes[m].applies_to(question))


def _is_several(entry: Theme, codebook: Codebook) -> bool:
    return codebook.members(entry) != (entry.id,)


def _frozen(part: Mapping[str, Any], kind: str, entry: Theme, codebook: Codebook) -> int:
    """A number frozen of a stratum, or of those apart, for a theme, parent or net."""
    counts = part["any"][kind] if _is_several(entry, codebook) else part[kind]
    return int(counts.get(entry.id, 0))


def _refuse(sample: Sample, entry: Theme, question: str, standing: Standing) -> str:
    """Why a sample says nothing of a theme, parent or net; empty if it may."""
    settings, codebook = sample.settings, standing.codebook
    members = codebook.members(entry)
    parts = [p for p in settings["strata"].values() if p["question"] == question]
    several = settings.get("any", {}).get(entry.id)
    if not parts or not set(members) <= set(settings["themes"]):
        return NOT_AUDITED
    if _is_several(entry, codebook):
        if several is None:
            return NOT_AUDITED
        if several != list(members):
            return "its members changed after the audit was drawn"
    trained = sum(member.response_id in standing.trained for member in sample.members)
    return (
        _refuse_frame(settings, question, standing)
        or _refuse_themes(settings, members, codebook)
        or (f"{trained} audit response{'s'[: trained > 1]} trained the classifier" * bool(trained))
    )


def _refuse_frame(settings: Mapping[str, Any], question: str, standing: Standing) -> str:
    parts = [*settings["strata"].values(), *settings["apart"].values()]
    size = sum(part["size"] for part in parts if part["question"] == question)
    frame = settings.get("frame", {}).get(question)
    if size != standing.sizes.get(question, 0):
        return "the round has other responses than when the audit was drawn"
    if frame is not None and frame != standing.frames.get(question):
        return "the round has other responses, or texts, than when the audit was drawn"
    return ""


def _refuse_themes(settings: Mapping[str, Any], members: Sequence[str], codebook: Codebook) -> str:
    rules, meanings = settings.get("rules"), settings.get("meanings")
    if rules is None or meanings is None:
        if codebook.coder in settings["coders"]:
            return ""
        return "the codebook changed after the audit was drawn, which did not keep of it what did"
    themes = [theme for theme in codebook.themes if theme.id in members]
    if any(rules.get(theme.id) != hash_rules(theme, codebook) for theme in themes):
        return "the rules changed after the audit was drawn"
    if any(meanings.get(theme.id) != hash_theme(theme) for theme in themes):
        return "the definition changed after the audit was drawn"
    return ""


def _cells(
    sample: Sample, entry: Theme, question: str, themes: Sequence[str], standing: Standing
) -> Iterator[Cell]:
    """The cells that hold anything: tagged and untagged side by side."""
    for name, stratum in sample.settings["strata"].items():
        if stratum["question"] != question:
            continue
        members = [member for member in sample.members if member.stratum == name]
        found = _frozen(stratum, "tagged", entry, standing.codebook)
        for tagged, size in ((True, found), (False, stratum["size"] - found)):
            drawn = [m for m in members if any(m.machine.get(t) for t in themes) == tagged]
            if size or drawn:
                yield _cell(drawn, tagged=tagged, size=size, words=standing.words, themes=themes)


def _cell(
    drawn: Sequence[Member], *, tagged: bool, size: int, words: Words, themes: Sequence[str]
) -> Cell:
    said = [_word([words.get((m.response_id, theme), "") for theme in themes]) for m in drawn]
    counted = list(takewhile(bool, said))
    return Cell(
        tagged=tagged,
        size=size,
        drawn=len(drawn),
        audited=len(counted),
        found=counted.count("present"),
        left_open=counted.count(OPEN),
        skipped=sum(map(bool, said)) - len(counted),
    )


def _word(words: Sequence[str]) -> str:
    """The word on any of several themes. All must have been in view: to count a response that has
    one of them and not a response that lacks it would be a choice by what was found.
    """
    if "" in words:
        return ""
    return "present" if "present" in words else OPEN if OPEN in words else "absent"
