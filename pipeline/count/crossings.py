"""Theme x group: who of each group cites what, and how far a group is from the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from pipeline.codebook.model import Codebook
from pipeline.count.counts import facets_of
from pipeline.count.grouped import GroupCounts
from pipeline.statistics.intervals import newcombe_difference
from pipeline.tables import CROSSINGS

Row = dict[str, Any]


def cross_groups(columns: Sequence[GroupCounts], codebook: Codebook) -> pa.Table:
    """**crossings**: per question, theme, facet and group of each column, how many of its responses
    cite the theme, and the difference from the responses of all other groups.

    Responses of no group (a blank) are in neither. The interval of the difference is Newcombe's of
    1998: what chance alone would leave open if the respondents had been drawn at random; of those
    who answered the difference is as it stands.
    """
    return CROSSINGS.build(row for column in columns for row in _cross(column, codebook))


def _cross(column: GroupCounts, codebook: Codebook) -> Iterator[Row]:
    for place, question in enumerate(column.questions):
        sizes, everyone = column.sizes[place].tolist(), int(column.everyone[place])
        for key, (theme, facet) in enumerate(column.keys):
            if not looked_for(codebook, theme, facet, question):
                continue
            cited = column.cited[place, :, key].tolist()
            total = int(column.cited_by_any[place, key])
            for name, here, of in zip(column.names, cited, sizes, strict=True):
                yield {
                    "question": question,
                    "theme": theme,
                    "facet": facet,
                    "column": column.column,
                    "value": name,
                    "cited": here,
                    "of": of,
                    "share": here / of if of else None,
                    **_apart(here, of, total - here, everyone - of),
                }


def _apart(cited: int, of: int, rest_cited: int, rest_of: int) -> Row:
    found: Row = {"rest_cited": rest_cited, "rest_of": rest_of}
    if not of or not rest_of:
        return found
    low, high = newcombe_difference(cited, of, rest_cited, rest_of)
    return {**found, "difference": cited / of - rest_cited / rest_of, "low": low, "high": high}


def looked_for(codebook: Codebook, theme: str, facet: str, question: str) -> bool:
    """Whether a theme, or a member of a net, is looked for in a question, and the facet too."""
    themes = {one.id: one for one in codebook.themes}
    own = next(entry for entry in codebook.entries if entry.id == theme)
    asked = any(themes[name].applies_to(question) for name in codebook.members(own))
    return asked and facet in facets_of(codebook, question)
