"""The report as plain text: for pipes, files and screens that cannot draw."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.report.closedtables import render_closed
from pipeline.report.columns import align, show_controls
from pipeline.report.data import QuestionReport, ReportData, Row
from pipeline.report.facets import FacetRow, FacetTable

__all__ = ["align", "render_plain", "show_controls"]

BAR_WIDTH = 10


def render_plain(data: ReportData) -> str:
    """The whole report; ASCII but for the round's own words."""
    blocks = [data.title, *([data.note] if data.note else [])]
    blocks += [_render_question(question, data.coders) for question in data.questions]
    if data.facet_tables:
        tables = ["\n".join(_facet_lines(table)) for table in data.facet_tables]
        blocks.append("\n\n".join(["All questions", *tables]))
    if data.closed:
        blocks.append(render_closed(data.closed))
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
