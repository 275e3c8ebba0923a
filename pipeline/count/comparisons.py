"""Do groups differ in what they cite? Tests that allow several themes per person."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.codebook.model import Codebook
from pipeline.count.cited import codes_of, count_pairs, mark
from pipeline.count.crossings import Grouped, applies
from pipeline.count.tally import Tally
from pipeline.statistics.effects import cramers_v
from pipeline.statistics.multiple import benjamini_hochberg, holm
from pipeline.statistics.pickany import PickAny, pick_any_counts
from pipeline.tables import COMPARISONS

MOST_PAIRS = 2_000
"""Themes x groups up to which all themes are tested together: the square of it is held."""
LEAST_EXPECTED = 5
"""Under so many expected in a cell a p-value is not to be relied on."""


def compare_groups(tally: Tally, columns: Sequence[Grouped], codebook: Codebook) -> pa.Table:
    """**comparisons**: for each question and column of groups, each theme's association with them
    (nets included) and one test of all themes together.

    Groups that overlap are never tested as if they were apart: each is held against the responses
    of no such group, theme by theme. Columns of too many values are left out, as are questions in
    which fewer than two groups answered.
    """
    return COMPARISONS.build(
        row
        for number, question in enumerate(tally.question.names)
        for column in columns
        if not column.too_many
        for row in _compare(tally, column.within(tally, number), codebook, question)
    )


def _compare(
    tally: Tally, column: Grouped, codebook: Codebook, question: str
) -> Iterator[dict[str, Any]]:
    """The rows of one question and column, adjusted together."""
    place = {"question": question, "column": column.column}
    found = list(_apart(tally, column, codebook, question))
    if found:
        p = [row["p"] for row in found]
        for row, first, second in zip(found, holm(p), benjamini_hochberg(p), strict=True):
            yield {**place, **row, "holm": float(first), "bh": float(second)}
    if not column.overlaps:
        yield from ({**place, **row} for row in _all_themes(tally, column, codebook, question))


def _apart(
    tally: Tally, column: Grouped, codebook: Codebook, question: str
) -> Iterator[dict[str, Any]]:
    """Each theme and net by itself."""
    codes = codes_of(codebook)
    everyone = column.everyone()
    for entry in codebook.entries:
        if not applies(codebook, entry.id, question):
            continue
        cites = mark(tally.cited, codes[entry.id, ""])
        cited = np.bincount(column.values[cites[column.rows]], minlength=len(column.names))
        of = column.sizes()
        tables: list[tuple[str, np.ndarray]] = [("", np.column_stack((cited, of - cited)))]
        if column.overlaps:
            total = np.array([cites[everyone].sum(), len(everyone) - cites[everyone].sum()])
            tables = [
                (
                    name,
                    np.array([[cited[n], of[n] - cited[n]], total - (cited[n], of[n] - cited[n])]),
                )
                for n, name in enumerate(column.names)
            ]
        for name, table in tables:
            row = _test(table)
            if row:
                yield {"theme": entry.id, "value": name, **row}


def _test(table: np.ndarray) -> dict[str, Any] | None:
    """Groups x (cited, not): None where nothing varies."""
    table = table[table.sum(axis=1) > 0]
    joint = table[:, :1, None]
    found = pick_any_counts(table.sum(axis=1), joint)
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


def _all_themes(
    tally: Tally, column: Grouped, codebook: Codebook, question: str
) -> Iterator[dict[str, Any]]:
    """The test of all themes together; without a parent's children, which are in it already."""
    codes = codes_of(codebook)
    names = [t.id for t in codebook.themes if t.applies_to(question)]
    size = column.sizes()
    groups = int((size > 0).sum())
    if groups < 2:
        return
    row = {"theme": "", "value": "", "of": int(size.sum()), "groups": groups, "effect": None}
    if len(names) * groups > MOST_PAIRS:
        note = f"not tested together: {len(names)} themes x {groups} groups are too many"
        yield {**row, "note": note}
        return
    chosen = [codes[name, ""] for name in names]
    mine = [column.rows[column.values == number] for number in range(len(size))]
    together = np.array([count_pairs(tally.cited, chosen, rows) for rows in mine])
    found = pick_any_counts(size, together)
    if found is not None and np.isfinite(found.p):
        test = {"statistic": found.adjusted, "df": found.df, "p": found.p, "note": _note(found)}
        yield {**row, **test}
