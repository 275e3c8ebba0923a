"""Who said what: distinct responses per question and theme."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.codebook.model import Codebook, Theme
from pipeline.count.cited import WORD_ORDER, Cited, codes_of
from pipeline.count.tally import Tally
from pipeline.round import Population
from pipeline.statistics.intervals import wilson
from pipeline.tables import CODERS, COUNTS

CENSUS = Population()
_SUMMED = ("cited", *CODERS, "campaign", "mentions")


def count_themes(
    verdicts: pa.Table,
    bases: pa.Table,
    codebook: Codebook,
    population: Population = CENSUS,
    copies: pa.ChunkedArray | None = None,
) -> pa.Table:
    """**counts**: a row per question and theme that applies to it, nets included, and one for each
    facet of the codebook that does.

    A parent counts distinct responses in it or anything under it, a net those in any of its
    members. Each response is split once, by whose word it stands on: where it rests on several
    themes, by the first of human, codebook, classifier. `copies` are the ids of the responses that
    are a campaign's. If the respondents are a sample, shares have Wilson's interval, with the
    finite population correction where its size is known.
    """
    ids = pc.unique(verdicts["response_id"])
    copied = np.zeros(len(ids), bool)
    if copies is not None:
        copied = pc.is_in(ids, value_set=copies.combine_chunks()).to_numpy(zero_copy_only=False)
    cited = Cited.of(verdicts, codebook, ids)
    asked = _Asked(_questions(verdicts, ids, bases), copied, len(bases))
    return _count_all(cited, asked, bases, codebook, population)


def count_tally(
    tally: Tally, bases: pa.Table, codebook: Codebook, population: Population = CENSUS
) -> pa.Table:
    """`count_themes` from a tally of the same responses."""
    places = {question: place for place, question in enumerate(bases["question"].to_pylist())}
    known = np.array([places[question] for question in tally.question.names], np.int64)
    question = known[tally.question.code] if len(known) else np.zeros(0, np.int64)
    asked = _Asked(question, tally.campaign, len(bases))
    return _count_all(tally.cited, asked, bases, codebook, population)


def _count_all(
    cited: Cited, asked: _Asked, bases: pa.Table, codebook: Codebook, population: Population
) -> pa.Table:
    """Every count of the responses."""
    codes = codes_of(codebook)
    split = {key: _split(cited, codes[key], asked) for key in codes}
    themes = {theme.id: theme for theme in codebook.themes}
    return COUNTS.build(
        _with_error(_count(base, theme, facet, split[theme.id, facet][number]), population)
        for number, base in enumerate(bases.to_pylist())
        for theme in codebook.entries
        if any(themes[name].applies_to(base["question"]) for name in codebook.members(theme))
        for facet in facets_of(codebook, base["question"])
    )


def facets_of(codebook: Codebook, question: str) -> list[str]:
    """The theme itself, and the facets that answers to the question may have."""
    return ["", *(facet.id for facet in codebook.facets if facet.applies_to(question))]


def _questions(verdicts: pa.Table, ids: pa.Array, bases: pa.Table) -> np.ndarray:
    """The place among the bases of the question of each response; of none the number of bases."""
    place = np.full(len(ids), len(bases), np.int64)
    row = pc.index_in(verdicts["response_id"], value_set=ids)
    found = pc.index_in(verdicts["question"], value_set=bases["question"].combine_chunks())
    place[row.to_numpy()] = found.fill_null(len(bases)).to_numpy()
    return place


class _Asked(NamedTuple):
    """Of each response the place of its question, and whether it is a copy; the questions."""

    question: np.ndarray
    copied: np.ndarray
    questions: int


def _split(cited: Cited, codes: tuple[int, ...], asked: _Asked) -> np.ndarray:
    """Questions x (words, copies, mentions): the responses that cite any of the codes."""
    row, by = cited.words(codes)
    kinds, wide = len(WORD_ORDER), asked.questions + 1
    question = asked.question[row]
    words = np.bincount(question * kinds + by, minlength=wide * kinds).reshape(wide, kinds)
    copies = np.bincount(question[asked.copied[row]], minlength=wide)
    mentioned, times = cited.mentions(codes)
    mentions = np.bincount(asked.question[mentioned], times, minlength=wide).astype(np.int64)
    return np.column_stack((words, copies, mentions))


def _count(base: dict[str, Any], theme: Theme, facet: str, split: np.ndarray) -> dict[str, Any]:
    *words, copies, mentions = split.tolist()
    return {
        "question": base["question"],
        "theme": theme.id,
        "facet": facet,
        "label": theme.label,
        "net": bool(theme.net),
        "cited": sum(words),
        "of": base["of"],
        **dict(zip(WORD_ORDER, words, strict=True)),
        "campaign": copies,
        "mentions": mentions,
    }


def _with_error(count: dict[str, Any], population: Population) -> dict[str, Any]:
    """The share of a count, and its sampling interval if it has one."""
    cited, of = count["cited"], count["of"]
    found = {**count, "share": cited / of if of else None, "low": None, "high": None}
    if of and population.is_sample:
        size = population.size if population.size and population.size >= of else None
        found["low"], found["high"] = wilson(cited, of, population=size)
    return found


def add_counts(parts: Iterable[pa.Table], population: Population = CENSUS) -> pa.Table:
    """The counts of a whole from those of its batches; every response is in one batch."""
    total: dict[tuple[str, str, str], dict[str, Any]] = {}
    for part in parts:
        for count in part.to_pylist():
            key = (count["question"], count["theme"], count["facet"])
            known = total.setdefault(key, {**count, "of": 0, **dict.fromkeys(_SUMMED, 0)})
            for column in (*_SUMMED, "of"):
                known[column] += count[column]
    return COUNTS.build(_with_error(count, population) for count in total.values())
