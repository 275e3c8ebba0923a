"""Two codebooks on one round -> which responses gained or lost a theme, and which counts moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa

from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook
from pipeline.match import Matched, Matcher, match_responses
from pipeline.plan import Plan, plan_run
from pipeline.refine.frames import Frames, choose_theme
from pipeline.run import Batch, Evidence, Figures, add_figures, run_batches, settle
from pipeline.tables import CODINGS, PROBLEMS, rows
from pipeline.tokenise import number_sentences

Key = tuple[str, str, str]
"""response or question, theme, facet"""


@dataclass(frozen=True, slots=True)
class Reason:
    """What earned a response a theme: a rule and its quote, or the classifier and its score."""

    rule: str
    quote: str
    score: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """A response that gained or lost a theme; `by` and `reasons` are of the side that has it."""

    response_id: str
    question: str
    theme: str
    facet: str
    gained: bool
    by: str
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureChange:
    """A count by both codebooks; None where one does not count the theme in the question.

    `was` are the old ids of the theme, where they are others.
    """

    question: str
    theme: str
    facet: str
    net: bool
    of: int
    old: int | None
    new: int | None
    was: tuple[str, ...]

    @property
    def moved(self) -> bool:
        """Whether the count is another; what is not counted is none."""
        return (self.old or 0) != (self.new or 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What moved between two codebooks on a round, by theme in the order of the new one."""

    old: Codebook
    new: Codebook
    coders: tuple[str, ...]
    moves: tuple[Move, ...]
    figures: tuple[FigureChange, ...]
    timed_out: Mapping[str, int]

    @property
    def moved(self) -> bool:
        """Whether anything did."""
        return bool(self.moves) or any(figure.moved for figure in self.figures)


def plan_with(plan: Plan, codebook: Path) -> Plan:
    """The plan of the same round with another codebook.

    What the answers show of themselves is taken over, where no classifier and no person's word
    depends on the codebook.
    """
    the_round = replace(plan.round, codebook=codebook)
    if plan.coders != ("codebook",):
        return plan_run(the_round, plan.coders)
    other = load_codebook(codebook)
    matcher = Matcher(other, number_sentences)
    return replace(plan, round=the_round, codebook=other, matcher=matcher)


def compare_codebooks(old: Plan, new: Plan, theme: str = "") -> Difference:
    """What the new codebook's plan of a round finds other than the old one's.

    A theme of the old one is taken for the one of the new that has its id or names it in `was:`.
    With a theme (of either), what happens to it alone. Raises InputError (E701) for one that
    neither has.
    """
    frames = Frames.of(old.codebook, new.codebook)
    chosen = choose_theme(theme, frames) if theme else ""
    moves: list[Move] = []
    merged: dict[Key, int] = {}
    parts: tuple[list[Figures], list[Figures]] = ([], [])
    timed_out: Counter[str] = Counter()
    for before, after in _pair_batches(old, new):
        for batch in (before, after):
            timed_out.update(batch.problems["rule"].to_pylist())
        moves += _list_moves(before, after, frames)
        _count_merged(before, frames, merged)
        for batch, figures in zip((before, after), parts, strict=True):
            figures.append(Figures(batch.bases, batch.counts))
    figured = [add_figures(part, plan.round) for part, plan in zip(parts, (old, new), strict=True)]
    changes = _compare_figures(figured[0], figured[1], merged, frames)
    if chosen:
        members = frames.members(chosen)
        moves = [move for move in moves if move.theme in members]
        changes = [change for change in changes if change.theme == chosen]
    moves.sort(key=lambda move: (frames.order[move.theme], not move.gained))
    return Difference(
        old=old.codebook,
        new=new.codebook,
        coders=new.coders,
        moves=tuple(moves),
        figures=tuple(changes),
        timed_out=dict(timed_out),
    )


def _pair_batches(old: Plan, new: Plan) -> Iterator[tuple[Batch, Batch]]:
    if old.model or new.model:
        yield from zip(run_batches(old), run_batches(new), strict=True)
        return
    # Reading and screening do not depend on the codebook, and take longer than matching.
    for after in run_batches(new):
        responses = after.responses
        codings, problems = Matched(CODINGS.build([]), PROBLEMS.build([]))
        if "codebook" in old.coders:
            codings, problems = match_responses(responses, old.matcher)
        evidence = Evidence(responses, codings, old.decisions_on(responses))
        verdicts, figures, tally = settle(evidence, old.codebook, old.round, old.coders)
        counted = Batch(
            responses, codings, problems, verdicts, figures.bases, figures.counts, tally
        )
        yield counted, after


def _list_moves(before: Batch, after: Batch, frames: Frames) -> Iterator[Move]:
    old, new = _present(before.verdicts, frames.now), _present(after.verdicts, {})
    for gained, here, there, batch in ((True, new, old, after), (False, old, new, before)):
        moved = {key: here[key] for key in here if key not in there}
        # A facet goes with its theme, and is no move of its own.
        moved = {k: v for k, v in moved.items() if not k[2] or (k[0], k[1], "") not in moved}
        if not moved:
            continue
        reasons = _reasons(batch.codings, set(moved), {} if gained else frames.now)
        for (response_id, theme, facet), (question, by) in moved.items():
            yield Move(
                response_id=response_id,
                question=question,
                theme=theme,
                facet=facet,
                gained=gained,
                by=by,
                reasons=tuple(dict.fromkeys(reasons.get((response_id, theme, facet), ()))),
            )


def _present(verdicts: pa.Table, now: Mapping[str, str]) -> dict[Key, tuple[str, str]]:
    """Response, theme and facet -> question, and whose word it is."""
    present = verdicts.filter(verdicts["present"])
    return {
        (response_id, now.get(theme, theme), facet): (question, by)
        for response_id, theme, facet, question, by in rows(
            present, "response_id", "theme", "facet", "question", "by"
        )
    }


def _reasons(
    codings: pa.Table, wanted: set[Key], now: Mapping[str, str]
) -> dict[Key, list[Reason]]:
    moved = {response_id for response_id, _, _ in wanted}
    mask = [response_id in moved for response_id in codings["response_id"].to_pylist()]
    reasons: dict[Key, list[Reason]] = {}
    for coding in codings.filter(pa.array(mask, pa.bool_())).to_pylist():
        key = (coding["response_id"], now.get(coding["theme"], coding["theme"]), coding["facet"])
        reason = Reason(coding["rule"], coding["quote"], coding["score"])
        reasons.setdefault(key, []).append(reason)
    return reasons


def _count_merged(before: Batch, frames: Frames, merged: dict[Key, int]) -> None:
    """Distinct old responses of every theme that several became."""
    present = before.verdicts.filter(before.verdicts["present"])
    for heir, members in frames.merged():
        found = {
            (question, facet, response_id)
            for question, theme, facet, response_id in rows(
                present, "question", "theme", "facet", "response_id"
            )
            if theme in members
        }
        for question, facet, _ in found:
            merged[question, heir, facet] = merged.get((question, heir, facet), 0) + 1


def _compare_figures(
    old: Figures, new: Figures, merged: Mapping[Key, int], frames: Frames
) -> list[FigureChange]:
    before, after = _counts(old, frames.now), _counts(new, {})
    several = {heir for heir, _ in frames.merged()}
    order = {q: n for n, q in enumerate(new.bases["question"].to_pylist())}
    changes = []
    for key in {**after, **before}:
        question, theme, facet = key
        count = after.get(key) or before[key]
        cited = before[key]["cited"] if key in before else None
        was = frames.was.get(theme, ())
        changes.append(
            FigureChange(
                question=question,
                theme=theme,
                facet=facet,
                net=count["net"],
                of=count["of"],
                old=merged.get(key, 0) if theme in several and key in before else cited,
                new=after[key]["cited"] if key in after else None,
                was=() if was == (theme,) else was,
            )
        )
    changes.sort(key=lambda c: (order[c.question], frames.order[c.theme], c.facet))
    return changes


def _counts(figures: Figures, now: Mapping[str, str]) -> dict[Key, dict[str, Any]]:
    return {
        (count["question"], now.get(count["theme"], count["theme"]), count["facet"]): count
        for count in figures.counts.to_pylist()
    }
