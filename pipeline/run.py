"""The path: read -> screen -> match -> classify -> resolve -> count, batch by batch."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

import pyarrow as pa

from pipeline.codebook.model import Codebook
from pipeline.count import (
    Tally,
    account_bases,
    add_bases,
    add_counts,
    count_by_group,
    count_tally,
    summarise_closed,
    tally_responses,
)
from pipeline.match import Matched, match_responses
from pipeline.plan import Plan
from pipeline.read import BATCH_SIZE, read_answers, read_responses
from pipeline.resolve import resolve_verdicts
from pipeline.round import Round
from pipeline.screen import screen_responses
from pipeline.tables import CODINGS, DECISIONS, PROBLEMS, keep


class Batch(NamedTuple):
    """Some responses of a round, and all that was found and counted in them."""

    responses: pa.Table
    codings: pa.Table
    problems: pa.Table
    verdicts: pa.Table
    bases: pa.Table
    counts: pa.Table
    tally: Tally


@dataclass(frozen=True, slots=True)
class Figures:
    """The counts of a whole round, the bases they are out of, what audits say of the counts,
    counts by group, and by question and theme who signed what (`signoff.standing.Signed`).
    """

    bases: pa.Table
    counts: pa.Table
    estimates: pa.Table | None = None
    crossings: pa.Table | None = None
    signed: Mapping[tuple[str, str], Any] = field(default_factory=dict)


class Settled(NamedTuple):
    """The **verdicts** of some responses, what is counted of them, and what is left to count of a
    whole round at once.
    """

    verdicts: pa.Table
    figures: Figures
    tally: Tally


class Evidence(NamedTuple):
    """What verdicts are derived from."""

    responses: pa.Table
    codings: pa.Table
    decisions: pa.Table


class Closed(NamedTuple):
    """The **answers** to a round's closed questions, and the **closed** table that they give."""

    answers: pa.Table
    table: pa.Table


def run_batches(plan: Plan, batch_size: int = BATCH_SIZE) -> Iterator[Batch]:
    """The main job. Memory does not grow with the texts; results do not depend on the batches."""
    for raw in read_responses(plan.round.source, batch_size=batch_size):
        responses = screen_responses(raw, plan.round, plan.repeats, plan.excluded)
        codings, problems = Matched(CODINGS.build([]), PROBLEMS.build([]))
        if "codebook" in plan.coders:
            codings, problems = match_responses(responses, plan.matcher)
        if plan.scorer:
            # A round of rules alone does without the quarter of a second that this takes.
            from pipeline.classify.predict import classify_responses  # noqa: PLC0415

            guesses = classify_responses(
                responses, codings, plan.scorer, plan.codebook, plan.answered
            )
            codings = _in_order(pa.concat_tables([codings, guesses]), responses)
        evidence = Evidence(responses, codings, plan.decisions_on(responses))
        verdicts, figures, tally = settle(evidence, plan.codebook, plan.round, plan.coders)
        yield Batch(responses, codings, problems, verdicts, figures.bases, figures.counts, tally)


def _in_order(codings: pa.Table, responses: pa.Table) -> pa.Table:
    """Codings in the order of their responses, whatever the batch: rules first, then guesses."""
    # Only substantive responses are coded; a duplicate has the same id and another place.
    coded = keep(responses, "status", "substantive")["response_id"].to_pylist()
    order = {name: number for number, name in enumerate(coded)}
    places = [order[name] for name in codings["response_id"].to_pylist()]
    return codings.take(pa.array(sorted(range(len(places)), key=places.__getitem__), pa.int64()))


def settle(
    evidence: Evidence, codebook: Codebook, the_round: Round, coders: Sequence[str]
) -> Settled:
    """Evidence -> **verdicts**, bases and counts, on the word of the named kinds of coder."""
    responses, codings, decisions = evidence
    chosen = [c for c in codings["coder"].unique().to_pylist() if c.partition(":")[0] in coders]
    codings = keep(codings, "coder", *chosen)
    decisions = decisions if "human" in coders else DECISIONS.build([])
    verdicts = resolve_verdicts(responses, codings, decisions, codebook)
    bases = account_bases(responses, verdicts, the_round)
    tally = tally_responses(responses, verdicts, codebook, the_round, codings)
    counts = count_tally(tally, bases, codebook, the_round.population)
    return Settled(verdicts, Figures(bases, counts), tally)


def add_figures(parts: Iterable[Figures], the_round: Round) -> Figures:
    """The figures of a whole from those of its batches."""
    kept = list(parts)
    counts = add_counts((part.counts for part in kept), the_round.population)
    return Figures(add_bases(part.bases for part in kept), counts)


def count_round(plan: Plan) -> Figures:
    """Run a round for its figures alone; nothing is written."""
    parts, tallies = [], []
    for batch in run_batches(plan):
        parts.append(Figures(batch.bases, batch.counts))
        tallies.append(batch.tally)
    crossings = count_by_group(tallies, plan.codebook, plan.round)
    return replace(add_figures(parts, plan.round), crossings=crossings)


def count_closed(the_round: Round) -> Closed | None:
    """The closed questions of a round, read and counted; None for a round without any."""
    if not the_round.source.closed:
        return None
    return settle_closed(read_answers(the_round.source, the_round.repeats), the_round)


def settle_closed(answers: pa.Table, the_round: Round) -> Closed:
    """**answers** -> the closed table, whole and by each of the round's groups."""
    source = the_round.source
    return Closed(answers, summarise_closed(answers, source.closed, source.groups))
