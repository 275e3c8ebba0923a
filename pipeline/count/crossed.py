"""A tally of a whole round -> the tables that no batch can give: groups, people, pairs, weights."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from pipeline.codebook.model import Codebook
from pipeline.count.byanswer import answer_columns
from pipeline.count.cited import Incidence
from pipeline.count.crossings import cross_groups
from pipeline.count.grouped import MOST_VALUES, GroupCounts, Grouped, group_columns
from pipeline.count.people import count_people, count_together
from pipeline.count.tally import Tally, add_tallies
from pipeline.errors import Problem
from pipeline.round import Round
from pipeline.tables import COMPARISONS, CROSSINGS, TABLES, WEIGHTED

_NAMES = ("crossings", "comparisons", "people", "together", "weighted")


@dataclass(frozen=True, slots=True)
class Crossed:
    """Theme x group with tests, distinct respondents, themes together, weighted shares."""

    crossings: pa.Table
    comparisons: pa.Table
    people: pa.Table
    together: pa.Table
    weighted: pa.Table
    problems: tuple[Problem, ...] = ()
    doubts: tuple[Problem, ...] = ()


def count_crossed(
    parts: Sequence[Tally], codebook: Codebook, the_round: Round, answers: pa.Table | None = None
) -> Crossed:
    """Everything that is counted over the whole round at once, from the tallies of its batches.

    Groups are those of the round's group columns, and the **answers** to the closed questions that
    it crosses. A round without groups has empty **crossings** and **comparisons**, one without
    weights an empty **weighted** table.
    """
    if not parts:
        return Crossed(*(TABLES[name].build([]) for name in _NAMES))
    tally = add_tallies(parts)
    incidence = Incidence.of(tally.cited, codebook)
    every = group_columns(tally, the_round)
    if answers is not None:
        every += answer_columns(tally, answers, the_round.source.closed)
    columns = [column for column in every if not column.too_many]
    crossed = [GroupCounts.of(column, tally, incidence) for column in columns]
    for column in crossed:
        _check_sums(column)
    pairs = incidence.pair_themes(codebook)
    comparisons, weighted = COMPARISONS.build([]), WEIGHTED.build([])
    # A round without groups or weights does without the tenth of a second that these take.
    if columns:
        from pipeline.count.comparisons import compare_groups, compare_themes  # noqa: PLC0415

        themes = compare_themes(columns, tally, pairs)
        comparisons = compare_groups(crossed, themes, codebook)
    if the_round.source.weight:
        from pipeline.count.weighted import count_weighted  # noqa: PLC0415

        weighted = count_weighted(tally, columns, incidence, codebook)
    return Crossed(
        crossings=cross_groups(crossed, codebook),
        comparisons=comparisons,
        people=count_people(tally, incidence, codebook),
        together=count_together(tally, pairs),
        weighted=weighted,
        problems=tuple(_crowded(column) for column in every if column.too_many),
        doubts=tuple(_doubt(tally, the_round)),
    )


def _check_sums(column: GroupCounts) -> None:
    """Groups that do not overlap add up to those who are in any; ValueError, a bug, if not."""
    sums = (column.cited.sum(axis=1), column.sizes.sum(axis=1))
    wholes = (column.cited_by_any, column.everyone)
    for total, whole in zip(sums, wholes, strict=True):
        if (total < whole).any() or (not column.overlaps and (total != whole).any()):
            raise ValueError(f"the groups of '{column.column}' do not add up")


def _doubt(tally: Tally, the_round: Round) -> Iterator[Problem]:
    """A population that is smaller than those who answered has no correction to give."""
    size = the_round.population.size
    if size is None:
        return
    people = len(np.unique(tally.respondent[tally.respondent != 0]))
    people = people or int(np.bincount(tally.question.code).max(initial=0))
    if people > size:
        yield Problem(
            code="W532",
            where=the_round.path.as_posix(),
            what=f"{people} people answered, and the population is said to be of {size}: intervals "
            "are without the finite population correction.",
            remedy="Mend 'size:', or leave it out.",
        )


def count_by_group(parts: Sequence[Tally], codebook: Codebook, the_round: Round) -> pa.Table:
    """The **crossings** alone."""
    if not parts or not the_round.source.groups:
        return CROSSINGS.build([])
    tally = add_tallies(parts)
    incidence = Incidence.of(tally.cited, codebook)
    columns = [column for column in group_columns(tally, the_round) if not column.too_many]
    return cross_groups([GroupCounts.of(c, tally, incidence) for c in columns], codebook)


def _crowded(column: Grouped) -> Problem:
    return Problem(
        code="W531",
        what=f"the group column '{column.column}' has {len(column.names)} different values: "
        f"nothing is crossed with it, {MOST_VALUES} may be.",
        remedy="Put them together in a column of fewer groups.",
    )
