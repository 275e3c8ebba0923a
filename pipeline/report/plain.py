"""The report as plain text: for pipes, files and screens that cannot draw."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from itertools import zip_longest

from pipeline.report.data import QuestionReport, ReportData, Row
from pipeline.report.facets import FacetRow, FacetTable

BAR_WIDTH = 10
SCREEN = 80
_LEAST = 12
_UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def render_plain(data: ReportData) -> str:
    """The whole report; ASCII but for the round's own words."""
    blocks = [data.title, *([data.note] if data.note else [])]
    blocks += [_render_question(question, data.coders) for question in data.questions]
    if data.facet_tables:
        tables = ["\n".join(_facet_lines(table)) for table in data.facet_tables]
        blocks.append("\n\n".join(["All questions", *tables]))
    return "\n\n".join(blocks) + "\n"


def _render_question(question: QuestionReport, coders: Sequence[str]) -> str:
    header = ["theme", "cited", "of", "share", "bar", *coders]
    table = [header, *(_cells(row, coders) for row in question.rows)]
    lines = [f"{question.label} ({question.question})", "", *align(table, left=(0, 4))]
    for facet_table in question.facet_tables:
        lines += ["", *_facet_lines(facet_table)]
    lines += ["", *question.sentences] if question.sentences else []
    lines += ["", f"Base: {question.accounting}."]
    return "\n".join(lines)


def _cells(row: Row, coders: Sequence[str]) -> list[str]:
    bar = "#" * round(BAR_WIDTH * (row.share or 0))
    split = [str(row.split[coder]) for coder in coders]
    return [_label(row), str(row.cited), str(row.of), row.percent, bar, *split]


def _label(row: Row | FacetRow) -> str:
    return f"{'  ' * row.depth}{'net: ' if row.net else ''}{row.label}"


def _facet_lines(table: FacetTable) -> list[str]:
    header = [f"theme by {table.reading}", "cited", *table.columns]
    cells = [[_label(row), str(row.cited), *map(str, row.cells)] for row in table.rows]
    return align([header, *cells])


def align(table: Sequence[Sequence[str]], left: Sequence[int] = (0,)) -> list[str]:
    """Rows as lines of columns; numbers to the right, the named columns to the left.

    >>> align([["theme", "n"], ["a", "10"]])
    ['theme   n', 'a      10']
    """
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return [
        "  ".join(
            cell.ljust(width) if number in left else cell.rjust(width)
            for number, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in table
    ]


def align_within(
    table: Sequence[Sequence[str]],
    left: Sequence[int] = (0,),
    wrap: Sequence[int] = (0,),
    width: int = SCREEN,
) -> list[str]:
    """As `align`, but the columns that `wrap` names go over several lines, after a hyphen where
    there is one, so that no line is wider than `width`. A long id is broken, never shortened: two
    that differ stay different.

    >>> align_within([["theme", "n"], ["website-and-services", "10"]], width=16)
    ['theme          n', 'website-and-  10', '  services']
    """
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    while sum(widths) + 2 * (len(widths) - 1) > width:
        widest = max(wrap, key=widths.__getitem__)
        if widths[widest] <= _LEAST:
            break
        widths[widest] -= 1
    broken = []
    for row in table:
        cells = [
            _break(cell, widths[number]) if number in wrap else [cell]
            for number, cell in enumerate(row)
        ]
        broken += list(zip_longest(*cells, fillvalue=""))
    return align(broken, left)


def _break(cell: str, width: int) -> list[str]:
    if len(cell) <= width:
        return [cell]
    return textwrap.wrap(cell, width, subsequent_indent="  ")


def show_controls(text: str) -> str:
    """An answer as a terminal may safely show it: controls and direction marks as escapes.

    >>> show_controls(f"red {chr(27)}[31malert")
    'red \\\\x1b[31malert'
    """
    return _UNSAFE.sub(lambda found: found[0].encode("unicode_escape").decode(), text)
