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
    """
    crossed = [_Cut("", [""], np.zeros(answers.num_rows, np.int64))]
    left_out = dict(_crowded(answers, groups))
    crossed += [_cut(answers, group) for group in groups if group not in left_out]
    names = np.asarray(answers["item"].cast(pa.string()).to_pylist(), dtype=object)
    rows: list[dict[str, Any]] = []
    for item in items:
        mine = np.flatnonzero(names == item.id)
        part = _Part(item, answers.take(pa.array(mine, pa.int64())))
        for cut in crossed:
            rows.extend(part.count(cut, mine))
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
        for group, number in _crowded(answers, groups)
    ]


def _crowded(answers: pa.Table, groups: Sequence[str]) -> Iterator[tuple[str, int]]:
    for group in groups:
        number = len(pc.unique(_values_of(answers, group)))
        if number > MAX_GROUPS:
            yield group, number


def _values_of(answers: pa.Table, group: str) -> pa.ChunkedArray:
    return pc.fill_null(pc.map_lookup(answers["groups"], pa.scalar(group), "first"), "")


class _Cut(NamedTuple):
    """A group column: its values, and for each answer the place of its value."""

    group: str
    values: list[str]
    places: np.ndarray


def _cut(answers: pa.Table, group: str) -> _Cut:
    values = group_values(answers, group)
    index = pc.index_in(_values_of(answers, group), pa.array(values, pa.string()))
    return _Cut(group, values, index.to_numpy().astype(np.int64))


class _Part:
    """The answers to one item."""

    def __init__(self, item: ClosedItem, answers: pa.Table) -> None:
        ANSWERS.check(answers)
        self.item = item
        texts = answers["value"].to_pylist()
        number = item.kind == "number"
        self.values = [] if number else list(item.options or dict.fromkeys(texts))
        place = {value: n for n, value in enumerate(self.values)}
        self.chosen = np.array([place[text] for text in texts] if not number else [], np.int64)
        self.numbers = np.array(answers["number"].to_pylist(), dtype=float)
        people = pc.dictionary_encode(answers["respondent"].combine_chunks()).indices
        self.first = np.zeros(answers.num_rows, bool)
        self.first[np.unique(people.to_numpy(), return_index=True)[1]] = True

    def count(self, cut: _Cut, mine: np.ndarray) -> Iterator[dict[str, Any]]:
        """The rows of the item for every value of a group column."""
        places = cut.places[mine]
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
