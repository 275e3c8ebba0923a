"""Responses by the groups of a column, and how many of each group cite what."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from pipeline.count.cited import Incidence
from pipeline.count.tally import Coded, Tally
from pipeline.round import Round, Source

MOST_VALUES = 50
"""A column of more values is not a column of groups."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """Responses in the groups of a column: `rows` and `values` go together, a pair for each group
    that a response is in, in the order of `rows`. `names` are the groups; blank is none.
    """

    column: str
    names: tuple[str, ...]
    rows: np.ndarray
    values: np.ndarray

    @classmethod
    def of(cls, column: str, coded: Coded, source: Source) -> Grouped:
        """The groups of a column; of a cell that names several, each."""
        parts = [source.split_group(column, name) for name in coded.names]
        names = tuple(dict.fromkeys(part for found in parts for part in found))
        place = {name: number for number, name in enumerate(names)}
        lengths = np.array([len(found) for found in parts], np.int64)
        flat = np.array([place[part] for found in parts for part in found], np.int64)
        starts = np.concatenate(([0], np.cumsum(lengths)))
        count = lengths[coded.code] if len(parts) else np.zeros(0, np.int64)
        rows = np.repeat(np.arange(len(count)), count)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
        return cls(column, names, rows, flat[starts[coded.code[rows]] + within])

    @classmethod
    def everyone(cls, tally: Tally) -> Grouped:
        """All responses as one group of no column."""
        return cls("", ("",), np.arange(tally.rows), np.zeros(tally.rows, np.int64))

    @property
    def overlaps(self) -> bool:
        """Whether a response is in several groups."""
        return bool((np.diff(self.rows) == 0).any())

    @property
    def too_many(self) -> bool:
        """Whether it has more values than groups can be."""
        return len(self.names) > MOST_VALUES


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """One column of groups against all that is cited, in numbers of responses.

    `cited` is questions x groups x keys and `sizes` questions x groups; `cited_by_any` (questions x
    keys) and `everyone` (questions) are of the responses that are in any group, each once.
    """

    column: str
    names: tuple[str, ...]
    questions: tuple[str, ...]
    keys: tuple[tuple[str, str], ...]
    cited: np.ndarray
    sizes: np.ndarray
    cited_by_any: np.ndarray
    everyone: np.ndarray
    overlaps: bool

    @classmethod
    def of(cls, grouped: Grouped, tally: Tally, incidence: Incidence) -> GroupCounts:
        """Count a column."""
        question, questions = tally.question.code, len(tally.question.names)
        inside = np.zeros(tally.rows, bool)
        inside[grouped.rows] = True
        here = inside[incidence.row]
        keys = len(incidence.keys)
        any_place = question[incidence.row[here]] * keys + incidence.key[here]
        return cls(
            column=grouped.column,
            names=grouped.names,
            questions=tally.question.names,
            keys=incidence.keys,
            cited=count_cited(grouped, tally, incidence),
            sizes=count_sizes(grouped, tally),
            cited_by_any=np.bincount(any_place, minlength=questions * keys).reshape(-1, keys),
            everyone=np.bincount(question[inside], minlength=questions),
            overlaps=grouped.overlaps,
        )


def group_columns(tally: Tally, the_round: Round) -> list[Grouped]:
    """The groups of each column that the round names."""
    return [
        Grouped.of(column, coded, the_round.source)
        for column, coded in zip(the_round.source.groups, tally.groups, strict=True)
    ]


def count_sizes(grouped: Grouped, tally: Tally, weight: np.ndarray | None = None) -> np.ndarray:
    """Questions x groups: the responses, or the sum of their weights."""
    wide, questions = len(grouped.names), len(tally.question.names)
    place = tally.question.code[grouped.rows].astype(np.int64) * wide + grouped.values
    of_rows = None if weight is None else weight[grouped.rows]
    return np.bincount(place, of_rows, minlength=questions * wide).reshape(questions, wide)


def count_cited(
    grouped: Grouped, tally: Tally, incidence: Incidence, weight: np.ndarray | None = None
) -> np.ndarray:
    """Questions x groups x keys: the responses that cite, or the sum of their weights."""
    wide, keys, questions = len(grouped.names), len(incidence.keys), len(tally.question.names)
    value, pair = _values_of(grouped, tally.rows, incidence.row)
    row = incidence.row[pair]
    place = (tally.question.code[row].astype(np.int64) * wide + value) * keys + incidence.key[pair]
    of_rows = None if weight is None else weight[row]
    found = np.bincount(place, of_rows, minlength=questions * wide * keys)
    return found.reshape(questions, wide, keys)


def _values_of(grouped: Grouped, rows: int, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The groups of some rows, and the place among `wanted` of the row that each is of."""
    if not grouped.overlaps:
        value = np.full(rows, -1)
        value[grouped.rows] = grouped.values
        found = value[wanted]
        return found[found >= 0], np.flatnonzero(found >= 0)
    # The groups of each row stand together: `first` is where they begin, `times` how many.
    times = np.bincount(grouped.rows, minlength=rows)
    first = np.cumsum(times) - times
    copies = times[wanted]
    pair = np.repeat(np.arange(len(copies)), copies)
    within = np.arange(len(pair)) - np.repeat(np.cumsum(copies) - copies, copies)
    return grouped.values[first[wanted[pair]] + within], pair
