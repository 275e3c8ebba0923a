"""Do groups differ in what they cite? Tests that allow several themes per person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.codebook.model import Codebook
from pipeline.count.cited import Pairs
from pipeline.count.crossings import looked_for
from pipeline.count.grouped import GroupCounts, Grouped
from pipeline.count.tally import Tally
from pipeline.statistics.effects import cramers_v
from pipeline.statistics.multiple import benjamini_hochberg, holm
from pipeline.statistics.pickany import PickAny, pick_any_counts
from pipeline.tables import COMPARISONS

Row = dict[str, Any]

MOST_PAIRS = 2_000
"""Themes x groups up to which all themes are tested together: the square of it is held."""
LEAST_EXPECTED = 5
"""Under so many expected in a cell a p-value is not to be relied on."""


def compare_groups(
    columns: Sequence[GroupCounts], themes: pa.Table, codebook: Codebook
) -> pa.Table:
    """**comparisons**: for each question and column of groups, each theme's association with them
    (nets included), adjusted over the themes, and the rows of `themes`, which test all of them
    together.

    Groups that overlap are never tested as if they were apart: each is held against the responses
    of no such group, theme by theme. There is no row where fewer than two groups answered, or where
    everybody or nobody cites.
    """
    found = COMPARISONS.build(
        row
        for column in columns
        for place, question in enumerate(column.questions)
        for row in _adjust(list(_each(column, place, question, codebook)))
    )
    return pa.concat_tables([found, themes]).unify_dictionaries().combine_chunks()


def _adjust(found: list[Row]) -> Iterator[Row]:
    """The tests of one question and column, adjusted together."""
    if not found:
        return
    p = [row["p"] for row in found]
    for row, first, second in zip(found, holm(p), benjamini_hochberg(p), strict=True):
        yield {**row, "holm": float(first), "bh": float(second)}


def _each(column: GroupCounts, place: int, question: str, codebook: Codebook) -> Iterator[Row]:
    """Each theme and net by itself."""
    for key, (theme, facet) in enumerate(column.keys):
        if facet or not looked_for(codebook, theme, facet, question):
            continue
        for name, table in _tables(column, place, key):
            row = associate(table)
            if row:
                about = {"question": question, "column": column.column, "theme": theme}
                yield {**about, "value": name, **row}


def _tables(column: GroupCounts, place: int, key: int) -> Iterator[tuple[str, np.ndarray]]:
    """Groups x (cited, not cited); of groups that overlap, each and those in other groups alone."""
    cited, of = column.cited[place, :, key], column.sizes[place]
    table = np.column_stack((cited, of - cited))
    if not column.overlaps:
        yield "", table
        return
    every = column.cited_by_any[place, key]
    total = np.array([every, column.everyone[place] - every])
    for name, own in zip(column.names, table, strict=True):
        yield name, np.array([own, total - own])


def associate(table: np.ndarray) -> Row | None:
    """The test of one table, groups x (cited, not): None where nothing varies."""
    table = table[table.sum(axis=1) > 0]
    found = pick_any_counts(table.sum(axis=1), table[:, :1, None])
    if found is None:
        return None
    return {
        "of": int(table.sum()),
        "groups": len(table),
        "effect": cramers_v(table.tolist()),
        "statistic": float(found.each[0]),
        "df": float(len(table) - 1),
        "p": float(found.each_p[0]),
        "note": _note(found),
    }


def _note(found: PickAny) -> str:
    if found.least >= LEAST_EXPECTED:
        return ""
    return f"few are expected in a cell ({found.least:.1f}): p is rough"


def compare_themes(columns: Sequence[Grouped], tally: Tally, pairs: Pairs) -> pa.Table:
    """**comparisons** of all themes of a question together, with each column whose groups do not
    overlap; nets are left out, which their members make.
    """
    rows = []
    for place, question in enumerate(tally.question.names):
        mine = tally.question.code[pairs.rows] == place
        paired = Pairs(pairs.names, pairs.rows[mine], pairs.both[mine])
        for column in columns:
            row = None if column.overlaps else _together(column, tally, place, paired)
            if row:
                about = {"question": question, "column": column.column, "theme": "", "value": ""}
                rows.append({**about, "effect": None, **row})
    return COMPARISONS.build(rows)


def _together(column: Grouped, tally: Tally, place: int, pairs: Pairs) -> Row | None:
    names, rows, both = pairs
    themes = len(names)
    value = np.full(tally.rows, -1)
    value[column.rows] = column.values
    size = np.bincount(
        value[(tally.question.code == place) & (value >= 0)], minlength=len(column.names)
    )
    groups = int((size > 0).sum())
    row = {"of": int(size.sum()), "groups": groups, "note": ""}
    if groups < 2:
        return None
    if themes * len(size) > MOST_PAIRS:
        return {**row, "note": f"{themes} themes x {len(size)} groups are too many to test at once"}
    here = value[rows] >= 0
    counts = np.bincount(
        value[rows[here]] * themes**2 + both[here], minlength=len(size) * themes**2
    )
    found = pick_any_counts(size, counts.reshape(len(size), themes, themes))
    if found is None or not np.isfinite(found.p):
        return None
    test = {"statistic": found.adjusted, "df": found.df, "p": found.p, "note": _note(found)}
    return {**row, **test}
