"""Groups, weighted shares and what goes across questions as plain text, 80 columns wide."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from pipeline.report.across import LEAST_TOGETHER, Across
from pipeline.report.columns import Lines, fit_table, fits, show_controls, wrap
from pipeline.report.comparing import CAVEAT, DIFFERENCE, Cell, show_difference
from pipeline.report.data import QuestionReport, ReportData
from pipeline.report.groups import GroupTable
from pipeline.report.sentences import percent, percent_of

MOST_PRINTED = 12
"""Groups up to which a table is printed; of more it is in crossings.csv."""
_LONGEST = 20
_NARROW = 12


def render_weighted(question: QuestionReport, weight: str) -> str:
    """The weighted shares of a question, the unweighted numbers beside; empty without weights."""
    table = [
        ["", "weighted", "95%", "design", "", "", ""],
        ["theme", "share", "interval", "effect", "cited", "of", "share"],
    ]
    for row in question.rows:
        found = row.weighted
        if found and row.cited:
            effect = "-" if found.design_effect is None else f"{found.design_effect:.2f}"
            share = [percent_of(found.share), found.interval, effect]
            label = row_label(row.label, row.depth, net=row.net)
            table.append([label, *share, str(row.cited), str(row.of), row.percent])
    if len(table) == 2:
        return ""
    note = (
        f"Weighted by {weight}: each response counts by its weight. Cited, of and their share are "
        "not weighted."
    )
    return "\n".join([*fit_table(table), wrap(note)])


def row_label(label: str, depth: int, *, net: bool) -> str:
    """A theme's label as the first cell of its row."""
    return f"{'  ' * depth}{'net: ' if net else ''}{label}"


def render_groups(question: QuestionReport) -> list[str]:
    """For each group column its tables, the differences that are told, and the test."""
    blocks = []
    for table in question.groups:
        parts = ["\n".join(_titled(table)), "\n".join(_notes(table))]
        blocks.append("\n\n".join(filter(None, parts)))
    return blocks


def _titled(table: GroupTable) -> list[str]:
    title = f"What did they write about, by answer to: {show_controls(table.asked)}"
    return [*([wrap(title)] if table.asked else []), *_tables(table)]


def _tables(table: GroupTable) -> list[str]:
    if len(table.values) > MOST_PRINTED:
        return [
            wrap(
                f"By {table.column}: {len(table.values)} groups, too many to print; see "
                "published/crossings.csv."
            )
        ]
    if len(table.values) < 2:
        only = f"one group only, {table.values[0]}" if table.values else "no response is in a group"
        return [wrap(show_controls(f"By {table.column}: {only}."))]
    lines: list[str] = []
    start = 0
    while start < len(table.values):
        stop = start + 1
        while stop < len(table.values) and fits(_cells(table, start, stop + 1)):
            stop += 1
        lines += [*([""] if start else []), *fit_table(_cells(table, start, stop))]
        start = stop
    return lines


def _cells(table: GroupTable, start: int, stop: int) -> Lines:
    """The rows of some of the groups, the base at the top."""
    names = [_head(value) for value in table.values[start:stop]]
    deep = max(map(len, names))
    lines = zip(*([""] * (deep - len(name)) + name for name in names), strict=True)
    header = [["", *line] for line in lines]
    header[-1][0] = f"by {table.column}"
    bases = ["of", *map(str, table.bases[start:stop])]
    rows = [
        [row_label(row.label, row.depth, net=row.net), *map(_cell, row.cells[start:stop])]
        for row in table.rows
    ]
    cells = [*header, bases, *rows]
    return _beside(table, cells) if len(table.values) == 2 == stop - start else cells


def _beside(table: GroupTable, cells: Lines) -> Lines:
    """Of two groups how far the first is from the second, where there is room."""
    deep = len(cells) - len(table.rows) - 1
    shown = [show_difference(row.cells[0]) for row in table.rows]
    column = [*[""] * (deep - 1), DIFFERENCE, "", *shown]
    wider = [[*line, cell] for line, cell in zip(cells, column, strict=True)]
    return cells if table.overlaps or not fits(wider) else wider


def _cell(cell: Cell) -> str:
    return f"{percent(cell.cited, cell.of)} ({cell.cited})" if cell.of else "-"


def _head(name: str) -> list[str]:
    """The name of a group as the lines of a narrow column's head."""
    lines = textwrap.wrap(show_controls(name), _NARROW, max_lines=3, placeholder="...")
    return lines or [""]


def _shorten(name: str) -> str:
    shown = show_controls(name)
    return shown if len(shown) <= _LONGEST else f"{shown[: _LONGEST - 3]}..."


def _notes(table: GroupTable) -> list[str]:
    notes = []
    if table.blank and table.values:
        noun = "response is" if table.blank == 1 else "responses are"
        why = "by people who gave none of these answers" if table.asked else "in no group (blank)"
        notes.append(f"{table.blank} {noun} {why}.")
    if table.overlaps:
        notes.append("A response may be in several groups: each is held against those without.")
    notes += [f"{show_controls(sentence)}." for sentence in table.told]
    if table.together:
        notes.append(table.together)
    return [wrap(note) for note in notes]


def render_caveat(data: ReportData) -> list[str]:
    """What comparisons of groups mean, once, and the columns that nothing is crossed with."""
    compared = any(len(table.values) > 1 for q in data.questions for table in q.groups)
    if data.closed:
        compared = compared or any(b.differences for b in data.closed.batteries)
    caveat = [wrap(CAVEAT)] if compared else []
    return [*caveat, *(wrap(f"Not crossed: {problem.what}") for problem in data.uncrossed)]


def render_across(across: Across) -> list[str]:
    """Distinct respondents, and the themes that are cited together."""
    return [*_people(across), *_pairs(across)]


def _people(across: Across) -> list[str]:
    if not across.people:
        return []
    table = [["respondents citing it in any question", "cited", "of", "share"]]
    for row in across.people:
        label = row_label(row.label, row.depth, net=row.net)
        table.append([label, str(row.cited), str(row.of), percent(row.cited, row.of)])
    return ["\n".join(fit_table(table))]


def _pairs(across: Across) -> list[str]:
    if not across.pairs:
        return []
    table: list[Sequence[str]] = [["cited together", "question", "both", "of", "lift"]]
    for pair in across.pairs:
        numbers = [str(pair.both), str(pair.of), f"{pair.lift:.1f}"]
        names = f"{pair.theme} + {pair.other}"
        table.append([names, _shorten(pair.question), *numbers])
    more = f" {across.more} more are in published/together.csv." if across.more else ""
    note = (
        f"Lift: how many times more responses cite both than if themes had nothing to do with "
        f"each other; pairs that at least {LEAST_TOGETHER} responses cite.{more}"
    )
    return ["\n".join([*fit_table(table, left=(0, 1)), wrap(note)])]
