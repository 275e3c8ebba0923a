"""Weighted shares: what the respondents would say if each counted by their survey weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.codebook.model import Codebook
from pipeline.count.cited import codes_of, mark
from pipeline.count.counts import facets_of
from pipeline.count.crossings import Grouped, applies
from pipeline.count.tally import Tally
from pipeline.statistics.weighted import weighted_share
from pipeline.tables import WEIGHTED


def count_weighted(tally: Tally, columns: Sequence[Grouped], codebook: Codebook) -> pa.Table:
    """**weighted**: the weighted share of each theme in each question, by the whole and by group,
    with its linearised standard error and design effect; the unweighted numbers beside.

    Wilson's interval for the effective number of responses (Korn & Graubard 1998).
    """
    return WEIGHTED.build(
        row
        for number, question in enumerate(tally.question.names)
        for column in (_everyone(tally), *columns)
        if not column.too_many
        for row in _weigh(tally, column.within(tally, number), codebook, question)
    )


def _everyone(tally: Tally) -> Grouped:
    """All responses as one group of no column."""
    return Grouped("", ("",), np.arange(tally.rows), np.zeros(tally.rows, np.int64))


def _weigh(
    tally: Tally, column: Grouped, codebook: Codebook, question: str
) -> Iterator[dict[str, Any]]:
    codes = codes_of(codebook)
    wide = len(column.names)
    weight = tally.weight[column.rows]
    all_sums = _sums(column.values, weight, wide)
    for entry in codebook.entries:
        if not applies(codebook, entry.id, question):
            continue
        for facet in facets_of(codebook, question):
            cites = mark(tally.cited, codes[entry.id, facet])[column.rows]
            sums = _sums(column.values[cites], weight[cites], wide)
            for n, name in enumerate(column.names):
                cited, of = sums[n].tolist(), all_sums[n].tolist()
                yield {
                    "question": question,
                    "theme": entry.id,
                    "facet": facet,
                    "column": column.column,
                    "value": name,
                    "cited": int(cited[0]),
                    "of": int(of[0]),
                    **_share(cited, of),
                }


def _sums(values: np.ndarray, weight: np.ndarray, wide: int) -> np.ndarray:
    """Groups x (number, with a weight above 0, sum of weights, sum of their squares)."""
    parts = (np.ones(len(weight)), weight > 0, weight, weight * weight)
    return np.column_stack([np.bincount(values, part, minlength=wide) for part in parts])


def _share(cited: list[float], of: list[float]) -> dict[str, float | None]:
    if not of[2]:
        return {}
    found = weighted_share(cited[2], cited[3], of[2], of[3], int(of[1]))
    share = min(max(found.mean, 0.0), 1.0)
    if found.n < 2:
        return {"share": share}
    low, high = found.share_interval()
    return {
        "share": share,
        "error": found.error,
        "low": low,
        "high": high,
        "design_effect": found.design_effect,
    }
