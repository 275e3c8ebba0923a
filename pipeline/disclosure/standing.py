"""Which figures say where they stand, where small numbers are hidden."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.codebook.model import Codebook
from pipeline.run import Figures
from pipeline.signoff.standing import tell_standing

Row = Mapping[str, Any]
Place = tuple[str, str]
"""question, theme"""


@dataclass(frozen=True, slots=True)
class Stated:
    """Where a figure stands, and what follows its sentence."""

    standing: dict[str, Any]
    clause: str


def find_stated(figures: Figures, shown: Iterable[Row], codebook: Codebook) -> dict[Place, Stated]:
    """The standing of figures that are shown, from their true `figures`; `shown` are the rows of
    **counts** as they may be published.

    That a figure changed says that another of the question with a theme in common may have. So
    nothing is said of one while any of these is hidden, whether it was signed or not.
    """
    open_ones = set(_open(shown, codebook))
    rows = figures.estimates.to_pylist() if figures.estimates is not None else []
    audited = {(row["question"], row["theme"]) for row in rows if row["low"] is not None}
    found = {}
    for place in open_ones:
        signed = figures.signed.get(place)
        standing = tell_standing(signed, audited=place in audited)
        found[place] = Stated(standing, signed.clause if signed else "")
    return found


def _open(shown: Iterable[Row], codebook: Codebook) -> Iterator[Place]:
    members = {entry.id: set(codebook.members(entry)) for entry in codebook.entries}
    by_question: dict[str, list[Row]] = {}
    for row in shown:
        by_question.setdefault(row["question"], []).append(row)
    for question, rows in by_question.items():
        hidden = [row["theme"] for row in rows if row["cited"] is None or row["of"] is None]
        beneath = set().union(*(members[theme] for theme in hidden))
        for row in rows:
            if not row["facet"] and not members[row["theme"]] & beneath:
                yield question, row["theme"]
