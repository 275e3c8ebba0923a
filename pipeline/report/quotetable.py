"""The table of theme x facet with its quotes in the cells, as plain text of a given width."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.report.plain import show_controls

_GAP = "  "
_NARROWEST = 8


@dataclass(frozen=True, slots=True)
class Quote:
    """What a response says of a theme; `text` is empty where no rule quotes it."""

    response_id: str
    text: str
    by: str

    def as_json(self) -> dict[str, str]:
        """As a JSON object."""
        return {"response_id": self.response_id, "quote": self.text, "by": self.by}


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """A theme: how many cite it, and for each facet how many, with the quotes.

    A parent's or net's numbers hold what is under it; those quotes stand in the rows of the themes
    they are of.
    """

    theme: str
    label: str
    net: bool
    depth: int
    cited: int
    counts: tuple[int, ...]
    quotes: tuple[tuple[Quote, ...], ...]


@dataclass(frozen=True, slots=True)
class QuoteTable:
    """One reading of a run: the facets, by id, that are its columns, and its rows."""

    reading: str
    facets: Mapping[str, str]
    rows: tuple[QuoteRow, ...]

    def as_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "reading": self.reading,
            "facets": [{"facet": key, "label": label} for key, label in self.facets.items()],
            "themes": [
                {
                    "theme": row.theme,
                    "label": row.label,
                    "net": row.net,
                    "cited": row.cited,
                    "cells": [
                        {"facet": facet, "cited": n, "quotes": [q.as_json() for q in quotes]}
                        for facet, n, quotes in zip(
                            self.facets, row.counts, row.quotes, strict=True
                        )
                    ],
                }
                for row in self.rows
            ],
        }


def render_quotes(table: QuoteTable, width: int) -> str:
    """The table, as wide as asked if the facets are not too many; a line under each theme."""
    columns = len(table.facets) + 1
    each = max(_NARROWEST, (width - len(_GAP) * (columns - 1)) // columns)
    rule = "-" * (each * columns + len(_GAP) * (columns - 1))
    header = [f"theme by {table.reading}", *table.facets.values()]
    lines = [*_side_by_side([_wrap(name, each) for name in header], each), rule]
    for row in table.rows:
        indent = "  " * row.depth
        name = _wrap(f"{'net: ' if row.net else ''}{row.label}: {row.cited}", each, indent)
        cells = [
            [str(n), *(line for quote in quotes for line in _wrap(_entry(quote), each, hang=" "))]
            for n, quotes in zip(row.counts, row.quotes, strict=True)
        ]
        lines += [*_side_by_side([name, *cells], each), rule]
    return "\n".join(lines)


def _entry(quote: Quote) -> str:
    said = f'"{quote.text}"' if quote.text else f"(by {quote.by}, without a quote)"
    return f"{quote.response_id}: {said}"


def _wrap(text: str, width: int, indent: str = "", hang: str = "") -> list[str]:
    return textwrap.wrap(
        show_controls(" ".join(text.split())),
        width,
        initial_indent=indent,
        subsequent_indent=indent + hang,
    )


def _side_by_side(cells: Sequence[Sequence[str]], width: int) -> list[str]:
    high = max(len(cell) for cell in cells)
    padded = [[*cell, *[""] * (high - len(cell))] for cell in cells]
    return [
        _GAP.join(f"{part:<{width}}" for part in parts).rstrip()
        for parts in zip(*padded, strict=True)
    ]
