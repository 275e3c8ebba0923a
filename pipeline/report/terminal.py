"""The report on a terminal: a rich table per question."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.report.closedtables import render_closed
from pipeline.report.crossedtables import (
    render_across,
    render_caveat,
    render_groups,
    render_weighted,
)
from pipeline.report.data import QuestionReport, ReportData
from pipeline.report.facets import FacetRow, FacetTable
from pipeline.report.row import Row

BAR_WIDTH = 10
_EIGHTHS = " ▏▎▍▌▋▊▉█"


def print_report(data: ReportData, console: Console) -> None:
    """Print the report. The respondents' and the round's words are never read as markup."""
    console.print(Text(data.title, style="bold"))
    if data.note:
        console.print(Text(data.note, style="italic"))
    console.print(Text(data.standing, style="dim"))
    for question in data.questions:
        console.print()
        console.print(_question_table(question, data))
        for table in question.facet_tables:
            console.print(_facet_table(table))
        _print_blocks([render_weighted(question, data.weight)], console)
        for sentence in question.sentences:
            console.print(Text(sentence))
        base = f"Base: {question.accounting}.\n{question.unaudited}"
        console.print(Text(base.rstrip("\n"), style="dim"))
        _print_blocks(render_groups(question), console)
    _print_blocks(render_caveat(data), console)
    if data.facet_tables:
        console.print()
        console.print(Text("All questions", style="bold"))
        for table in data.facet_tables:
            console.print(_facet_table(table))
    _print_blocks(render_across(data.across), console)
    if data.closed:
        _print_blocks([render_closed(data.closed)], console)


def _print_blocks(blocks: Sequence[str], console: Console) -> None:
    """What is laid out in 80 columns already."""
    for block in filter(None, blocks):
        console.print()
        console.print(Text(block), soft_wrap=True)


def _question_table(question: QuestionReport, data: ReportData) -> Table:
    table = Table(
        title=Text(f"{question.label} ({question.question})", style="bold"),
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
    )
    table.add_column("theme", overflow="fold")
    interval = ["95% interval"] if data.population.is_sample else []
    for name in ("cited", "of", "share", *interval):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("bar", no_wrap=True, min_width=BAR_WIDTH)
    for coder in data.coders:
        table.add_column(coder, justify="right", no_wrap=True)
    first_net = next((n for n, row in enumerate(question.rows) if row.net), 0)
    for number, row in enumerate(question.rows):
        ends_themes = number + 1 == first_net
        table.add_row(*_cells(row, data), end_section=ends_themes)
    return table


def _facet_table(table: FacetTable) -> Table:
    drawn = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    drawn.add_column(Text(f"theme by {table.reading}"), overflow="fold")
    for name in ("cited", *table.columns):
        drawn.add_column(Text(name), justify="right")
    first_net = next((n for n, row in enumerate(table.rows) if row.net), 0)
    for number, row in enumerate(table.rows):
        cells = [Text(str(n), style="" if n else "dim") for n in row.cells]
        cited = Text(str(row.cited), style="bold")
        drawn.add_row(_label(row), cited, *cells, end_section=number + 1 == first_net)
    return drawn


def _label(row: Row | FacetRow) -> Padding:
    """The label; each line of it stands in as far as the theme has parents."""
    return Padding(Text(f"net: {row.label}" if row.net else row.label), (0, 0, 0, 2 * row.depth))


def _cells(row: Row, data: ReportData) -> list[RenderableType]:
    numbers = [Text(str(row.cited), style="bold"), Text(str(row.of)), Text(row.percent)]
    numbers += [Text(row.interval)] if data.population.is_sample else []
    coders = data.coders
    split = [
        Text(str(row.split[coder]), style="" if row.split[coder] else "dim") for coder in coders
    ]
    return [_label(row), *numbers, Text(draw_bar(row.share), style="cyan"), *split]


def draw_bar(share: float | None) -> str:
    """A bar of a share, in eighths of a character.

    >>> draw_bar(0.5)
    '█████'
    """
    full, rest = divmod(round(BAR_WIDTH * 8 * (share or 0)), 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")
