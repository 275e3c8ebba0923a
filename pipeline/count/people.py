"""Distinct respondents across questions, and themes that are cited together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.codebook.model import Codebook
from pipeline.count.cited import Incidence, Pairs
from pipeline.count.crossings import looked_for
from pipeline.count.tally import Tally
from pipeline.tables import PEOPLE, TOGETHER


def count_people(tally: Tally, incidence: Incidence, codebook: Codebook) -> pa.Table:
    """**people**: distinct respondents who cite each theme, in whatever question, and the distinct
    respondents who are in the base of any question that it is looked for in.

    Empty where the source names nobody: nobody can then be known again.
    """
    if not tally.respondent.any():
        return PEOPLE.build([])
    return PEOPLE.build(_people(tally, incidence, codebook))


def _people(tally: Tally, incidence: Incidence, codebook: Codebook) -> Iterator[dict[str, Any]]:
    person = pa.array(tally.respondent).dictionary_encode().indices.to_numpy()
    cited = _distinct(person, incidence)
    known: dict[tuple[bool, ...], int] = {}
    for (theme, facet), number in zip(incidence.keys, cited, strict=True):
        asked = tuple(looked_for(codebook, theme, facet, q) for q in tally.question.names)
        if asked not in known:
            mine = np.array(asked, bool)[tally.question.code]
            known[asked] = len(np.unique(person[mine]))
        yield {
            "theme": theme,
            "facet": facet,
            "cited": number,
            "of": known[asked],
            "share": number / known[asked] if known[asked] else None,
        }


def _distinct(person: np.ndarray, incidence: Incidence) -> list[int]:
    """How many people cite each key."""
    edges = np.searchsorted(incidence.key, np.arange(len(incidence.keys) + 1)).tolist()
    seen = np.zeros(int(person.max(initial=-1)) + 1, bool)
    found = []
    for start, end in pairwise(edges):
        seen[:] = False
        seen[person[incidence.row[start:end]]] = True
        found.append(int(np.count_nonzero(seen)))
    return found


def count_together(tally: Tally, pairs: Pairs) -> pa.Table:
    """**together**: per question, how many responses cite both of two themes; nets are left out.

    Pairs that nobody cites together are left out.
    """
    return TOGETHER.build(_pairs(tally, *pairs))


def _pairs(
    tally: Tally, names: Sequence[str], rows: np.ndarray, pairs: np.ndarray
) -> Iterator[dict[str, Any]]:
    wide = len(names)
    sizes = np.bincount(tally.question.code, minlength=len(tally.question.names)).tolist()
    for number, question in enumerate(tally.question.names):
        here = pairs[tally.question.code[rows] == number]
        counts = np.bincount(here, minlength=wide * wide).reshape(wide, wide)
        for one, other in np.argwhere(np.triu(counts, 1)).tolist():
            both, cited, others = counts[[one, one, other], [other, one, other]].tolist()
            yield {
                "question": question,
                "theme": names[one],
                "other": names[other],
                "both": both,
                "cited": cited,
                "other_cited": others,
                "of": sizes[number],
                "lift": both * sizes[number] / (cited * others),
            }
