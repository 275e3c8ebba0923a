"""Themes in the order of a report, and the tables of theme x facet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.codebook.model import Codebook, Facet


@dataclass(frozen=True, slots=True)
class FacetRow:
    """A theme that was cited: how often, and how often with each facet of the reading."""

    label: str
    net: bool
    depth: int
    cited: int
    cells: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class FacetTable:
    """One reading: its facets are the columns. A response may have several of them, or none."""

    reading: str
    columns: tuple[str, ...]
    rows: tuple[FacetRow, ...]


def group_readings(facets: Iterable[Facet]) -> dict[str, list[Facet]]:
    """The facets of each reading, in the order of the codebook."""
    readings: dict[str, list[Facet]] = {}
    for facet in facets:
        readings.setdefault(facet.reading, []).append(facet)
    return readings


def order_themes(
    counts: Sequence[dict[str, Any]], codebook: Codebook
) -> Iterator[tuple[dict[str, Any], int]]:
    """The counts of themes with their depth: most cited first, each child under its parent, nets
    last.
    """
    above = {theme.id: theme.parent for theme in codebook.entries}
    here = {count["theme"] for count in counts}
    below: dict[str, list[dict[str, Any]]] = {}
    for count in sorted(counts, key=lambda count: (count["net"], -count["cited"])):
        parent = above[count["theme"]]
        below.setdefault(parent if parent in here else "", []).append(count)

    def walk(parent: str, depth: int) -> Iterator[tuple[dict[str, Any], int]]:
        for count in below.get(parent, ()):
            yield count, depth
            yield from walk(count["theme"], depth + 1)

    yield from walk("", 0)


def tabulate_facets(
    counts: Sequence[Mapping[str, Any]], codebook: Codebook
) -> tuple[FacetTable, ...]:
    """A table for each reading of which two facets or more are cited here.

    A single one, as where the question gives it, says nothing that the sentences do not.
    """
    counted = {count["facet"] for count in counts}
    cited = {count["facet"] for count in counts if count["cited"]}
    return tuple(
        _tabulate(reading, [f for f in facets if f.id in counted], counts, codebook)
        for reading, facets in group_readings(codebook.facets).items()
        if len(cited & {facet.id for facet in facets}) > 1
    )


def tabulate_round(
    counts: Sequence[Mapping[str, Any]], codebook: Codebook
) -> tuple[FacetTable, ...]:
    """A table over all questions for each reading that goes by question.

    The response is the unit of counting and answers one question, so questions add up.
    """
    if len({count["question"] for count in counts}) < 2:
        return ()
    total: dict[tuple[str, str], dict[str, Any]] = {}
    for count in counts:
        known = total.setdefault((count["theme"], count["facet"]), {**count, "cited": 0})
        known["cited"] += count["cited"]
    tables = [
        _tabulate(reading, facets, list(total.values()), codebook)
        for reading, facets in group_readings(codebook.facets).items()
        if any(f.questions or any(rule.questions for rule in f.rules) for f in facets)
    ]
    return tuple(table for table in tables if table.rows)


def _tabulate(
    reading: str,
    facets: Sequence[Facet],
    counts: Sequence[Mapping[str, Any]],
    codebook: Codebook,
) -> FacetTable:
    cited = {(count["theme"], count["facet"]): count["cited"] for count in counts}
    themes = [dict(count) for count in counts if not count["facet"]]
    rows = tuple(
        FacetRow(
            label=count["label"],
            net=count["net"],
            depth=depth,
            cited=count["cited"],
            cells=tuple(cited.get((count["theme"], facet.id), 0) for facet in facets),
        )
        for count, depth in order_themes(themes, codebook)
        if count["cited"]
    )
    return FacetTable(reading, tuple(facet.label for facet in facets), rows)
