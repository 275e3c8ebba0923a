"""Answers to closed questions -> the closed table: counts, parts, numbers; whole and by group."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.errors import Problem
from pipeline.round import ClosedItem
from pipeline.tables import ANSWERS, CLOSED

MAX_GROUPS = 50
"""Different values up to which a group column is crossed with closed questions."""


def summarise_closed(
    answers: pa.Table, items: Sequence[ClosedItem], groups: Sequence[str] = ()
) -> pa.Table:
    """The **closed** table of some **answers**: each item by the whole, then by each group column.

    The base of an item is the respondents who answered it; in a group, those of the group, and the
    groups, with those in none, add up to the whole. A group that did not answer an item is there
    with a base of 0. Answers of kind multiple are counted once per respondent and option, so their
    shares may add to more than 1. Columns of too many values are left out: see `uncrossed`.
    Raises ValueError for an answer that is not one of its item's options.
    """
    ANSWERS.check(answers)
    crossed = [_Cut("", [""], np.zeros(answers.num_rows, np.int64))]
    for group in groups:
        cut = _cut(answers, group)
        if len(cut.values) <= MAX_GROUPS:
            crossed.append(cut)
    columns = _Columns(
        items=pc.index_in(
            answers["item"].cast(pa.string()), pa.array([item.id for item in items], pa.string())
        ),
        people=pc.dictionary_encode(answers["respondent"].combine_chunks()).indices.to_numpy(),
        values=answers["value"].combine_chunks(),
        numbers=answers["number"].to_numpy(),
    )
    rows: list[dict[str, Any]] = []
    for place, item in enumerate(items):
        mine = np.flatnonzero(pc.equal(columns.items, place).to_numpy())
        part = _Part(item, mine, columns)
        for cut in crossed:
            rows.extend(part.count(cut))
    return CLOSED.build(rows)


def filter_groups(answers: pa.Table, wanted: Mapping[str, str]) -> pa.Table:
    """The answers of the respondents who are in all of the wanted groups."""
    for group, value in wanted.items():
        answers = answers.filter(pc.equal(_values_of(answers, group), pa.scalar(value)))
    return answers


def group_values(answers: pa.Table, group: str) -> list[str]:
    """The different values of a group column among the answers, sorted."""
    return sorted(pc.unique(_values_of(answers, group)).to_pylist())


def uncrossed(answers: pa.Table, groups: Sequence[str]) -> list[Problem]:
    """The group columns that are of too many values to be crossed (W531)."""
    return [
        Problem(
            code="W531",
            what=f"the group column '{group}' has {number} different values: closed questions are "
            f"not crossed with it, {MAX_GROUPS} may be.",
            remedy="Put them together in a column of fewer groups.",
        )
        for group, number in ((group, len(group_values(answers, group))) for group in groups)
        if number > MAX_GROUPS
    ]


def _values_of(answers: pa.Table, group: str) -> pa.ChunkedArray:
    return pc.fill_null(pc.map_lookup(answers["groups"], pa.scalar(group), "first"), "")


class _Cut(NamedTuple):
    """A group column: its values, and for each answer the place of its value."""

    group: str
    values: list[str]
    places: np.ndarray


def _cut(answers: pa.Table, group: str) -> _Cut:
    found = _values_of(answers, group)
    values = sorted(pc.unique(found).to_pylist())
    return _Cut(group, values, pc.index_in(found, pa.array(values, pa.string())).to_numpy())


class _Columns(NamedTuple):
    """The columns of answers; items and people by number."""

    items: pa.ChunkedArray
    people: np.ndarray
    values: pa.StringArray
    numbers: np.ndarray


class _Part:
    """The answers to one item, at the places `mine`."""

    def __init__(self, item: ClosedItem, mine: np.ndarray, columns: _Columns) -> None:
        self.item = item
        self.mine = mine
        texts = columns.values.take(pa.array(mine, pa.int64()))
        self.values = list(item.options)
        if not item.options and item.kind != "number":
            self.values = texts.unique().to_pylist()
        places = pc.index_in(texts, pa.array(self.values, pa.string()))
        self.chosen = pc.fill_null(places, -1).to_numpy().astype(np.int64)
        if item.kind != "number" and (self.chosen < 0).any():
            raise ValueError(f"an answer to '{item.id}' is not one of its options")
        self.numbers = columns.numbers[mine]
        self.first = np.zeros(len(mine), bool)
        self.first[np.unique(columns.people[mine], return_index=True)[1]] = True

    def count(self, cut: _Cut) -> Iterator[dict[str, Any]]:
        """The rows of the item for every value of a group column."""
        places = cut.places[self.mine]
        bases = np.bincount(places[self.first], minlength=len(cut.values))
        for at, group_value in enumerate(cut.values):
            shared = {
                **{name: getattr(self.item, name) for name in ("battery", "label", "kind")},
                **{"item": self.item.id, "group": cut.group, "group_value": group_value},
                "of": int(bases[at]),
            }
            for row in self._rows(places == at, int(bases[at])):
                yield {**shared, **row}

    def _rows(self, here: np.ndarray, of: int) -> Iterator[dict[str, Any]]:
        if self.item.kind == "number":
            yield _describe(self.numbers[here])
            return
        counts = np.bincount(self.chosen[here], minlength=len(self.values)).tolist()
        for value, cited in zip(self.values, counts, strict=True):
            yield _share("option", value, cited, of)
        by_value = dict(zip(self.values, counts, strict=True))
        for part, options in self.item.parts.items():
            yield _share("part", part, sum(by_value[option] for option in options), of)


def _share(measure: str, value: str, cited: int, of: int) -> dict[str, Any]:
    share = cited / of if of else None
    return {"measure": measure, "value": value, "cited": cited, "share": share}


def _describe(numbers: np.ndarray) -> dict[str, Any]:
    row: dict[str, Any] = {"measure": "number", "value": "", "cited": len(numbers), "share": None}
    if len(numbers):
        row |= {"mean": float(np.mean(numbers)), "median": float(np.median(numbers))}
        row |= {"min": float(numbers.min()), "max": float(numbers.max())}
    return row
