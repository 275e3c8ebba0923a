"""Answers to closed questions as groups: what did those who disagree write about?"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from pipeline.count.grouped import Grouped
from pipeline.count.tally import Tally, hash_names
from pipeline.round import ClosedItem
from pipeline.tables import keep


def answer_columns(tally: Tally, answers: pa.Table, items: Sequence[ClosedItem]) -> list[Grouped]:
    """For each item that is crossed the responses of those who answered it, by their answer.

    Of a scale the groups are agree, neutral and disagree; whoever gave an option that is none of
    them is in no group, as are those who did not answer. `column` is the item's id.
    """
    return [_column(tally, keep(answers, "item", item.id), item) for item in items if item.cross]


def _column(tally: Tally, answers: pa.Table, item: ClosedItem) -> Grouped:
    values = answers["value"].to_pylist()
    part_of = {option: part for part, options in item.parts.items() for option in options}
    names = tuple(item.parts or item.options or dict.fromkeys(values))
    place = {name: number for number, name in enumerate(names)}
    group = np.array([place.get(part_of.get(v, v), -1) for v in values], np.int64)
    known = hash_names(answers["respondent"])[group >= 0]
    order = np.argsort(known, kind="stable")
    people, group = known[order], group[group >= 0][order]
    first = np.searchsorted(people, tally.respondent, side="left")
    count = np.searchsorted(people, tally.respondent, side="right") - first
    rows = np.repeat(np.arange(tally.rows), count)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(count) - count, count)
    return Grouped(item.id, names, rows, group[first[rows] + within])
