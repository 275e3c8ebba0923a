"""How many responses to audit, theme by theme, for an interval as narrow as is wanted.

What was audited before becomes known and the rest is drawn from anew: audits are never pooled. So a
plan is for a fresh draw from what nobody has read, with the rates that the current audit shows, or
where there is none with stated ones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from pipeline.codebook.model import Theme
from pipeline.estimate import Audited, Standing, find_audit, find_words, trained_of
from pipeline.estimate.estimates import estimate_audit
from pipeline.plan import Plan
from pipeline.readings.records import Sample
from pipeline.review.audit import LEAST, PRESENT, UNKNOWN, Frame
from pipeline.review.gather import Gathered
from pipeline.review.sampling import Members
from pipeline.statistics.audit_size import Expected, plan_audit
from pipeline.statistics.audited import Stratum
from pipeline.statistics.joint import joint_interval

RIGHT = 0.85
"""Of the tagged so many have the theme, where no audit says."""
MISSED = 0.03
"""Of the untagged so many have it, where no audit says."""
SHARE = 0.1
"""The width that is planned for where none is asked: a tenth of the responses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Width:
    """How wide an interval may be: so many responses, or such a share of those of the question."""

    responses: int | None = None
    share: float = SHARE

    def of(self, size: int) -> int:
        """The width in responses, of a question with so many."""
        return int(size * self.share) if self.responses is None else self.responses


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What to audit of a theme in a question, of `of` responses.

    `tagged` and `untagged` can be drawn still, and so many of them have the theme, it is thought:
    `right` and `missed`, from an audit or `assumed`. `now` is how wide the interval is today, None
    without one; `waiting` are drawn for it and not read. To draw and read `more_tagged` and
    `more_untagged` should make it `expected` wide. Of `unknown` nobody can know by an audit.
    """

    question: str
    theme: str
    of: int
    wanted: int
    now: int | None
    waiting: int
    tagged: int
    untagged: int
    unknown: int
    right: float
    missed: float
    assumed: bool
    more_tagged: int
    more_untagged: int
    expected: int

    @property
    def reachable(self) -> bool:
        """Whether the width can be had at all."""
        return self.expected <= self.wanted

    def as_json(self) -> dict[str, Any]:
        """As a JSON object."""
        rates = {"right": round(self.right, 6), "missed": round(self.missed, 6)}
        return {**asdict(self), **rates, "reachable": self.reachable}


def plan_audits(
    plan: Plan, gathered: Gathered, samples: Sequence[Sample], width: Width, theme: str = ""
) -> Iterator[Planned]:
    """A plan for each question and theme that is looked for in it; for one theme if it is named."""
    frame = gathered.frame(Members(gathered, samples).unread("learning"))
    standing = _standing(plan, gathered, samples)
    questions = np.asarray(frame.questions, dtype=object)
    for question in sorted(standing.sizes):
        for entry in plan.codebook.themes:
            columns = [
                gathered.themes.index(member)
                for member in plan.codebook.members(entry)
                if frame.applies[questions == question][:, gathered.themes.index(member)].any()
            ]
            if columns and theme in ("", entry.id):
                audited = find_audit(samples, entry, question, standing)
                here = _Here.of(frame, questions == question, columns)
                yield _plan(entry, question, audited, here, width.of(standing.sizes[question]))


def _standing(plan: Plan, gathered: Gathered, samples: Sequence[Sample]) -> Standing:
    members = {m.response_id for s in samples if s.purpose == "audit" for m in s.members}
    trained = trained_of(plan)
    each = zip(gathered.ids, gathered.questions, gathered.texts, strict=True)
    names, sizes = np.unique(np.asarray(gathered.questions, dtype=str), return_counts=True)
    return Standing(
        codebook=plan.codebook,
        sizes=dict(zip(names.tolist(), sizes.tolist(), strict=True)),
        frames=gathered.frozen.get("frame", {}),
        words=find_words(plan.decisions, members),
        trained={
            name for name, q, text in each if name in members and trained.holds(name, q, text)
        },
    )


@dataclass(frozen=True, slots=True)
class _Here:
    """The responses of one question to one theme: drawable tagged and untagged, and not known."""

    size: int
    tagged: int
    untagged: int
    unknown: int

    @classmethod
    def of(cls, frame: Frame, here: np.ndarray, columns: Sequence[int]) -> _Here:
        drawable = np.array([not why for why in frame.apart], dtype=bool)
        tagged = frame.machine[:, columns].any(axis=1)
        known = frame.known[:, columns]
        open_ones = (known == UNKNOWN).any(axis=1) & ~(known == PRESENT).any(axis=1)
        counts = (here, here & drawable & tagged, here & drawable & ~tagged)
        return cls(*(int(n.sum()) for n in (*counts, here & ~drawable & open_ones)))


def _plan(entry: Theme, question: str, audited: Audited, here: _Here, wanted: int) -> Planned:
    found = estimate_audit(audited)
    now = None if audited.why else found["high"] - found["low"]
    waiting = sum(cell.drawn - cell.audited - cell.skipped for cell in audited.cells)
    right, missed = _rate(audited, tagged=True), _rate(audited, tagged=False)
    more, expected = _more(here, now, wanted, (right or RIGHT, missed or MISSED))
    if waiting and (width := _width_when_read(audited)) <= wanted:
        more, expected = (0, 0), width
    return Planned(
        question=question,
        theme=entry.id,
        of=here.size,
        wanted=wanted,
        now=now,
        waiting=waiting,
        tagged=here.tagged,
        untagged=here.untagged,
        unknown=here.unknown,
        right=right or RIGHT,
        missed=missed or MISSED,
        assumed=right is None or missed is None,
        more_tagged=more[0],
        more_untagged=more[1],
        expected=expected,
    )


def _more(
    here: _Here, now: int | None, wanted: int, rates: tuple[float, float]
) -> tuple[tuple[int, int], int]:
    if now is not None and now <= wanted:
        return (0, 0), now
    strata = [
        Expected(here.tagged, 0, rates[0]),
        Expected(here.untagged, 0, rates[1], least=LEAST),
    ]
    found = plan_audit(strata, max(wanted - here.unknown, 0))
    return (found.more[0], found.more[1]), found.width + here.unknown


def _rate(audited: Audited, *, tagged: bool) -> float | None:
    """The share that has the theme of those tagged or untagged; None where none was read.

    Half a response is added to either side, so that an audit without an error is not taken for a
    machine without one.
    """
    cells = [cell for cell in audited.cells if cell.tagged == tagged and cell.audited]
    if audited.why or not cells:
        return None
    each = [cell.size * (cell.found + 0.5) / (cell.audited + 1) for cell in cells]
    return sum(each) / sum(cell.size for cell in cells)


def _width_when_read(audited: Audited) -> int:
    """How wide the interval should be once all that was drawn is read."""
    rates = {True: _rate(audited, tagged=True), False: _rate(audited, tagged=False)}
    assumed = {True: RIGHT, False: MISSED}
    strata = [
        Stratum(
            cell.size,
            cell.drawn,
            min(
                cell.drawn,
                cell.found
                + round((cell.drawn - cell.audited) * (rates[cell.tagged] or assumed[cell.tagged])),
            ),
        )
        for cell in audited.cells
    ]
    low, high = joint_interval([*strata, Stratum(audited.unknown, 0, 0)])
    return high - low
