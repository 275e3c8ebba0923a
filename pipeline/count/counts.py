"""Who said what: distinct responses per question and theme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from pipeline.codebook.model import Codebook, Theme
from pipeline.tables import CODERS, COUNTS, rows

Words = dict[tuple[str, str, str], dict[str, str]]
"""question, theme and facet -> response -> whose word, of the verdicts that are present"""

WORD_ORDER = ("human", "codebook", "classifier")
"""Whose word a response stands on in a net or parent, where its members rest on several."""
_SUMMED = ("cited", *CODERS)


def count_themes(verdicts: pa.Table, bases: pa.Table, codebook: Codebook) -> pa.Table:
    """**counts**: a row per question and theme that applies to it, nets included, and one for each
    facet of the codebook that does.

    A parent counts distinct responses in it or anything under it, a net those in any of its
    members. Each response is split once, by whose word it stands on: where it rests on several
    themes, by the first of human, codebook, classifier.
    """
    words = _words(verdicts)
    members = {theme.id: codebook.members(theme) for theme in codebook.entries}
    looked_for = {theme.id: theme for theme in codebook.themes}
    return COUNTS.build(
        _count(base, theme, facet, _merge(words, base["question"], members[theme.id], facet))
        for base in bases.to_pylist()
        for theme in codebook.entries
        if any(looked_for[name].applies_to(base["question"]) for name in members[theme.id])
        for facet in _facets(codebook, base["question"])
    )


def _facets(codebook: Codebook, question: str) -> list[str]:
    """The theme itself, and the facets that answers to the question may have."""
    return ["", *(facet.id for facet in codebook.facets if facet.applies_to(question))]


def _words(verdicts: pa.Table) -> Words:
    present = verdicts.filter(verdicts["present"])
    words: Words = {}
    for *place, response_id, by in rows(present, "question", "theme", "facet", "response_id", "by"):
        words.setdefault(tuple(place), {})[response_id] = by
    return words


def _merge(words: Words, question: str, members: tuple[str, ...], facet: str) -> dict[str, str]:
    merged: dict[str, str] = {}
    for member in members:
        for response_id, by in words.get((question, member, facet), {}).items():
            merged[response_id] = min(merged.get(response_id, by), by, key=WORD_ORDER.index)
    return merged


def _count(base: dict[str, Any], theme: Theme, facet: str, cited: dict[str, str]) -> dict[str, Any]:
    split = Counter(cited.values())
    return {
        "question": base["question"],
        "theme": theme.id,
        "facet": facet,
        "label": theme.label,
        "net": bool(theme.net),
        "cited": len(cited),
        "of": base["of"],
        "share": len(cited) / base["of"] if base["of"] else None,
        **{coder: split[coder] for coder in CODERS},
    }


def add_counts(parts: Iterable[pa.Table]) -> pa.Table:
    """The counts of a whole from those of its batches; every response is in one batch."""
    total: dict[tuple[str, str, str], dict[str, Any]] = {}
    for part in parts:
        for count in part.to_pylist():
            key = (count["question"], count["theme"], count["facet"])
            known = total.setdefault(key, {**count, "of": 0, **dict.fromkeys(_SUMMED, 0)})
            for column in (*_SUMMED, "of"):
                known[column] += count[column]
    for count in total.values():
        count["share"] = count["cited"] / count["of"] if count["of"] else None
    return COUNTS.build(total.values())
