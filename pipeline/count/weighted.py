"""Weighted shares: what the respondents would say if each counted by their survey weight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.codebook.model import Codebook
from pipeline.count.cited import Incidence
from pipeline.count.crossings import looked_for
from pipeline.count.grouped import Grouped, count_cited, count_sizes
from pipeline.count.tally import Tally
from pipeline.statistics.weighted import weighted_share
from pipeline.tables import WEIGHTED


def count_weighted(
    tally: Tally, columns: Sequence[Grouped], incidence: Incidence, codebook: Codebook
) -> pa.Table:
    """**weighted**: the weighted share of each theme in each question, by the whole and by group,
    with its linearised standard error and design effect; the unweighted numbers beside.

    Wilson's interval for the effective number of responses (Korn & Graubard 1998).
    """
    return WEIGHTED.build(
        row
        for column in (Grouped.everyone(tally), *columns)
        for row in _weigh(column, tally, incidence, codebook)
    )


def _weigh(
    column: Grouped, tally: Tally, incidence: Incidence, codebook: Codebook
) -> Iterator[dict[str, Any]]:
    kinds = (None, (tally.weight > 0).astype(float), tally.weight, tally.weight**2)
    of = np.stack([count_sizes(column, tally, kind) for kind in kinds], axis=-1)
    cited = np.stack([count_cited(column, tally, incidence, kind) for kind in kinds], axis=-1)
    for place, question in enumerate(tally.question.names):
        for key, (theme, facet) in enumerate(incidence.keys):
            if not looked_for(codebook, theme, facet, question):
                continue
            for number, name in enumerate(column.names):
                own, every = cited[place, number, key].tolist(), of[place, number].tolist()
                yield {
                    "question": question,
                    "theme": theme,
                    "facet": facet,
                    "column": column.column,
                    "value": name,
                    "cited": int(own[0]),
                    "of": int(every[0]),
                    **_share(own, every),
                }


def _share(cited: list[float], of: list[float]) -> dict[str, float | None]:
    """From the number, those with a weight above 0, and the sums of weights and their squares."""
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
