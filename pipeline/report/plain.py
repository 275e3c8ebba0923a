"""The report as plain text: for pipes, files and screens that cannot draw."""

from __future__ import annotations

from pipeline.report.closedtables import render_closed
from pipeline.report.columns import align, align_within, fit_table, show_controls, wrap
from pipeline.report.crossedtables import (
    render_across,
    render_caveat,
    render_groups,
    render_weighted,
    row_label,
)
from pipeline.report.data import QuestionReport, ReportData
from pipeline.report.facets import FacetRow, FacetTable
from pipeline.report.row import Row

__all__ = ["align", "align_within", "render_plain", "show_controls"]

BAR_WIDTH = 10


def render_plain(data: ReportData) -> str:
    """The whole report; ASCII but for the round's own words."""
    blocks = [data.title, *([data.note] if data.note else []), wrap(data.standing)]
    for question in data.questions:
        blocks.append(_render_question(question, data))
        blocks += render_groups(question)
    blocks += render_caveat(data)
    if data.facet_tables:
        tables = ["\n".join(_facet_lines(table)) for table in data.facet_tables]
        blocks.append("\n\n".join(["All questions", *tables]))
    blocks += render_across(data.across)
    if data.closed:
        blocks.append(render_closed(data.closed))
    return "\n\n".join(blocks) + "\n"


def _render_question(question: QuestionReport, data: ReportData) -> str:
    interval = ["95% interval"] if data.population.is_sample else []
    header = ["theme", "cited", "of", "share", *interval, "bar", *data.coders]
    table = [header, *(_cells(row, data) for row in question.rows)]
    lines = [f"{question.label} ({question.question})", ""]
    lines += fit_table(table, left=(0, header.index("bar")))
    for facet_table in question.facet_tables:
        lines += ["", *_facet_lines(facet_table)]
    weighted = render_weighted(question, data.weight)
    lines += ["", weighted] if weighted else []
    lines += ["", *question.sentences] if question.sentences else []
    lines += ["", f"Base: {question.accounting}."]
    lines += [question.unaudited] if question.unaudited else []
    return "\n".join(lines)


def _cells(row: Row, data: ReportData) -> list[str]:
    bar = "#" * round(BAR_WIDTH * (row.share or 0))
    interval = [row.interval] if data.population.is_sample else []
    split = [str(row.split[coder]) for coder in data.coders]
    return [_label(row), str(row.cited), str(row.of), row.percent, *interval, bar, *split]


def _label(row: Row | FacetRow) -> str:
    return row_label(row.label, row.depth, net=row.net)


def _facet_lines(table: FacetTable) -> list[str]:
    header = [f"theme by {table.reading}", "cited", *table.columns]
    cells = [[_label(row), str(row.cited), *map(str, row.cells)] for row in table.rows]
    return align([header, *cells])
