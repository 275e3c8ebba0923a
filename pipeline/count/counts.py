"""Who said what: distinct responses per question and theme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pyarrow as pa

from pipeline.codebook.model import Codebook, Theme
from pipeline.tables import CODERS, COUNTS, rows

WORD_ORDER = ("human", "codebook", "classifier")
"""Whose word a response stands on in a net, where its members rest on several."""
_SUMMED = ("cited", *CODERS)


def count_themes(verdicts: pa.Table, bases: pa.Table, codebook: Codebook) -> pa.Table:
    """**counts**: a row per question and theme that applies to it, nets included.

    A net counts distinct responses in any of its members. Each response is split once, by whose
    word it stands on; in a net, by the first of human, codebook, classifier.
    """
    words = _words(verdicts)
    return COUNTS.build(
        _count(base, theme, words)
        for base in bases.to_pylist()
        for theme in codebook.entries
        if _applies(theme, base["question"], codebook)
    )


def _words(verdicts: pa.Table) -> dict[tuple[str, str], dict[str, str]]:
    """question and theme -> response -> whose word, of the verdicts that are present."""
    words: dict[tuple[str, str], dict[str, str]] = {}
    present = verdicts.filter(verdicts["present"])
    for question, theme, response_id, by in rows(present, "question", "theme", "response_id", "by"):
        words.setdefault((question, theme), {})[response_id] = by
    return words


def _applies(theme: Theme, question: str, codebook: Codebook) -> bool:
    if not theme.net:
        return theme.applies_to(question)
    members = [member for member in codebook.themes if member.id in theme.net]
    return any(member.applies_to(question) for member in members)


def _count(
    base: dict[str, Any], theme: Theme, words: dict[tuple[str, str], dict[str, str]]
) -> dict[str, Any]:
    merged: dict[str, str] = {}
    for member in theme.net or (theme.id,):
        for response_id, by in words.get((base["question"], member), {}).items():
            merged[response_id] = min(merged.get(response_id, by), by, key=WORD_ORDER.index)
    split = Counter(merged.values())
    return {
        "question": base["question"],
        "theme": theme.id,
        "facet": "",
        "label": theme.label,
        "net": bool(theme.net),
        "cited": len(merged),
        "of": base["of"],
        "share": len(merged) / base["of"] if base["of"] else None,
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
