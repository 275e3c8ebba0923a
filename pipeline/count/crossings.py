"""Theme x group: who of each group cites what, and how far a group is from the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from pipeline.codebook.model import Codebook
from pipeline.count.cited import codes_of, mark
from pipeline.count.counts import facets_of
from pipeline.count.tally import Coded, Tally
from pipeline.round import Round, Source
from pipeline.statistics.intervals import newcombe_difference
from pipeline.tables import CROSSINGS

MOST_VALUES = 50
"""A column of more values is not a column of groups."""


@dataclass(frozen=True, slots=True)
class Grouped:
    """Responses in the groups of a column: `rows` and `values` go together, a pair for each group
    that a response is in. `names` are the groups; blank is none.
    """

    column: str
    names: tuple[str, ...]
    rows: np.ndarray
    values: np.ndarray

    @classmethod
    def of(cls, column: str, coded: Coded, source: Source) -> Grouped:
        """The groups of a column; of several in one cell each."""
        parts = [source.split_group(column, name) for name in coded.names]
        names = tuple(dict.fromkeys(part for found in parts for part in found))
        place = {name: number for number, name in enumerate(names)}
        lengths = np.array([len(found) for found in parts], np.int64)
        flat = np.array([place[part] for found in parts for part in found], np.int64)
        starts = np.concatenate(([0], np.cumsum(lengths)))
        count = lengths[coded.code] if len(parts) else np.zeros(0, np.int64)
        rows = np.repeat(np.arange(len(count)), count)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
        values = flat[starts[coded.code[rows]] + within]
        return cls(column, names, rows, values)

    @property
    def overlaps(self) -> bool:
        """Whether a response is in several groups."""
        return bool((np.diff(self.rows) == 0).any())

    @property
    def too_many(self) -> bool:
        """Whether it has more values than groups can be."""
        return len(self.names) > MOST_VALUES

    def within(self, tally: Tally, question: int) -> Grouped:
        """The responses to one question."""
        mine = tally.question.code[self.rows] == question
        return Grouped(self.column, self.names, self.rows[mine], self.values[mine])

    def sizes(self) -> np.ndarray:
        """Responses of each group."""
        return np.bincount(self.values, minlength=len(self.names))

    def everyone(self) -> np.ndarray:
        """The responses that are in any group, each once."""
        return np.unique(self.rows)


def group_columns(tally: Tally, the_round: Round) -> list[Grouped]:
    """The groups of each column that the round names."""
    return [
        Grouped.of(column, coded, the_round.source)
        for column, coded in zip(the_round.source.groups, tally.groups, strict=True)
    ]


def cross_groups(tally: Tally, columns: Sequence[Grouped], codebook: Codebook) -> pa.Table:
    """**crossings**: per question, theme, facet and group of each column, how many of its responses
    cite the theme, and the difference from the responses of all other groups.

    Responses of no group (a blank) are in neither. A column of over MOST_VALUES values is left out.
    The interval of the difference is Newcombe's of 1998: what chance alone would leave open if the
    respondents had been drawn at random; of those who answered the difference is as it stands.
    """
    codes = codes_of(codebook)
    return CROSSINGS.build(
        row
        for number, question in enumerate(tally.question.names)
        for column in columns
        if not column.too_many
        for row in _cross(_Place(tally, question, column.within(tally, number)), codebook, codes)
    )


class _Place(NamedTuple):
    tally: Tally
    question: str
    column: Grouped


def _cross(
    place: _Place, codebook: Codebook, codes: dict[tuple[str, str], tuple[int, ...]]
) -> Iterator[dict[str, Any]]:
    tally, question, column = place
    sizes, everyone = column.sizes(), column.everyone()
    for entry in codebook.entries:
        if not applies(codebook, entry.id, question):
            continue
        for facet in facets_of(codebook, question):
            cites = mark(tally.cited, codes[entry.id, facet])
            cited = np.bincount(column.values[cites[column.rows]], minlength=len(sizes))
            total = int(cites[everyone].sum())
            for name, here, of in zip(column.names, cited.tolist(), sizes.tolist(), strict=True):
                rest = (total - here, len(everyone) - of)
                yield {
                    "question": question,
                    "theme": entry.id,
                    "facet": facet,
                    "column": column.column,
                    "value": name,
                    "cited": here,
                    "of": of,
                    "share": here / of if of else None,
                    **_apart(here, of, *rest),
                }


def _apart(cited: int, of: int, rest_cited: int, rest_of: int) -> dict[str, float | int | None]:
    found: dict[str, float | int | None] = {"rest_cited": rest_cited, "rest_of": rest_of}
    if not of or not rest_of:
        return found
    low, high = newcombe_difference(cited, of, rest_cited, rest_of)
    return {**found, "difference": cited / of - rest_cited / rest_of, "low": low, "high": high}


def applies(codebook: Codebook, entry: str, question: str) -> bool:
    """Whether a theme, or a member of a net, is looked for in a question."""
    looked_for = {theme.id: theme for theme in codebook.themes}
    (own,) = (e for e in codebook.entries if e.id == entry)
    return any(looked_for[name].applies_to(question) for name in codebook.members(own))
