"""Distinct respondents across questions, and themes that are cited together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.codebook.model import Codebook
from pipeline.count.cited import codes_of, count_pairs
from pipeline.count.crossings import applies
from pipeline.count.tally import Tally
from pipeline.tables import PEOPLE, TOGETHER


def count_people(tally: Tally, codebook: Codebook) -> pa.Table:
    """**people**: distinct respondents who cite each theme, in whatever question, and the distinct
    respondents who are in the base of any question that it is looked for in.

    Empty where the source names nobody: nobody can then be known again.
    """
    if not tally.respondent.any():
        return PEOPLE.build([])
    return PEOPLE.build(_people(tally, codebook))


def _people(tally: Tally, codebook: Codebook) -> Iterator[dict[str, Any]]:
    codes = codes_of(codebook)
    questions = tally.question.names
    known: dict[tuple[bool, ...], int] = {}
    for entry in codebook.entries:
        asked = tuple(applies(codebook, entry.id, question) for question in questions)
        if asked not in known:
            mine = np.array(asked, bool)[tally.question.code]
            known[asked] = len(np.unique(tally.respondent[mine]))
        for facet in ("", *(facet.id for facet in codebook.facets)):
            rows, _ = tally.cited.words(codes[entry.id, facet])
            cited = len(np.unique(tally.respondent[rows]))
            yield {
                "theme": entry.id,
                "facet": facet,
                "cited": cited,
                "of": known[asked],
                "share": cited / known[asked] if known[asked] else None,
            }


def count_together(tally: Tally, codebook: Codebook) -> pa.Table:
    """**together**: per question, how many responses cite both of two themes; nets are left out.

    Pairs that nobody cites together are left out.
    """
    return TOGETHER.build(_pairs(tally, codebook))


def _pairs(tally: Tally, codebook: Codebook) -> Iterator[dict[str, Any]]:
    codes = codes_of(codebook)
    names = [theme.id for theme in codebook.themes]
    chosen = [codes[name, ""] for name in names]
    for number, question in enumerate(tally.question.names):
        rows = np.flatnonzero(tally.question.code == number)
        counts = count_pairs(tally.cited, chosen, rows)
        for one, other in np.argwhere(np.triu(counts, 1)).tolist():
            both, cited, others = counts[[one, one, other], [other, one, other]].tolist()
            yield {
                "question": question,
                "theme": names[one],
                "other": names[other],
                "both": both,
                "cited": cited,
                "other_cited": others,
                "of": len(rows),
                "lift": both * len(rows) / (cited * others),
            }
