"""A comparison as plain text of a given width: for pipes, files and screens that cannot draw."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from itertools import groupby

from pipeline.compare.data import BaseMove, Comparison, FigureMove, Move, Wave, Waves
from pipeline.compare.words import (
    IDENTICAL,
    RUN_HEADER,
    conclude,
    count_cells,
    name_inputs,
    name_setting,
    name_theme,
    tell_waves,
    tell_why,
    wave_cells,
    wave_header,
)
from pipeline.report.plain import show_controls

WIDTH = 80


def render_comparison(comparison: Comparison, number: int, width: int = WIDTH) -> str:
    """The whole comparison, with up to `number` responses for each way that a theme moved."""
    lines = [] if comparison.identical else list(_comparison_lines(comparison, number, width))
    return show_controls("\n".join(lines) or "\n".join(_wrap(IDENTICAL, width, "")))


def render_waves(waves: Waves, width: int = WIDTH) -> str:
    """The shares of both rounds side by side, a table for each question."""
    return show_controls("\n".join(_wave_lines(waves, width)))


def _comparison_lines(comparison: Comparison, number: int, width: int) -> Iterator[str]:
    old, new = comparison.old, comparison.new
    yield from _wrap(f"{new.round}: {old.run} -> {new.run}", width)
    yield from _wrap(name_inputs(comparison.inputs), width)
    for setting in comparison.settings:
        yield from _wrap(f"  {name_setting(setting)}", width, "    ")
    for base in comparison.bases:
        moved = [f for f in comparison.figures if f.question == base.question and f.moved]
        if moved or base.gained or base.lost:
            yield ""
            yield from _question_lines(base, moved, width)
    yield ""
    yield conclude(comparison)
    if number:
        yield from list_moves(comparison.moves, number, width)


def _question_lines(base: BaseMove, moved: Sequence[FigureMove], width: int) -> Iterator[str]:
    yield from _wrap(f"{base.question}: {base.label}", width)
    before, after, _ = count_cells(base)
    yield f"Base {before}" if before == after else f"Base {before} -> {after}"
    for why in tell_why(base):
        yield from _wrap(f"  {why}", width, "      ")
    if not moved:
        return
    yield ""
    table = [[name_theme(figure), *count_cells(figure)] for figure in moved]
    header, *rows = align_folded([list(RUN_HEADER), *table], width)
    yield from header
    for figure, row in zip(moved, rows, strict=True):
        yield from row
        for why in tell_why(figure):
            yield from _wrap(f"  {why}", width, "      ")


def list_moves(moves: Sequence[Move], number: int, width: int) -> Iterator[str]:
    """Responses that moved, with what shows it."""
    ways = groupby(moves, lambda move: (move.question, move.theme, move.facet, move.gained))
    for (question, theme, facet, gained), group in ways:
        listed = list(group)
        named = f"{theme} [{facet}]" if facet else theme
        yield ""
        yield from _wrap(
            f"{len(listed)} {'gained' if gained else 'lost'} {named} ({question})", width
        )
        for move in listed[:number]:
            sign = "+" if gained else "-"
            yield from _wrap(f"  {sign} {move.response_id}  {move.cause.what}", width, "      ")
            for line in move.evidence:
                yield from _wrap(f"      {line}", width, "        ")
        if len(listed) > number:
            yield f"  and {len(listed) - number} more; --show N lists N"


def _wave_lines(waves: Waves, width: int) -> Iterator[str]:
    old, new = waves.old, waves.new
    yield from _wrap(f"{old.round} -> {new.round}: {old.run} -> {new.run}", width)
    labels = {item.name: item.new for item in waves.questions}
    for question, group in groupby(waves.figures, lambda figure: figure.question):
        figures: list[Wave] = list(group)
        yield ""
        yield from _wrap(f"{question}: {labels[question]}", width)
        yield f"Of {figures[0].old_of} before, of {figures[0].new_of} after"
        yield ""
        cells = [wave_cells(figure, sampled=waves.sampled) for figure in figures]
        for row in align_folded([wave_header(waves), *cells], width):
            yield from row
    yield ""
    for sentence in tell_waves(waves):
        yield from _wrap(sentence, width, "    " if sentence.startswith(" ") else "")


def align_folded(table: Sequence[Sequence[str]], width: int) -> list[list[str]]:
    """Rows as lines of columns within a width: the first column folds, the others stand right.

    >>> align_folded([["theme", "n"], ["a long name", "10"]], 12)
    [['theme      n'], ['a long    10', 'name']]
    """
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    room = min(widths[0], max(width - sum(widths[1:]) - 2 * len(widths[1:]), 1))
    rows = []
    for name, *cells in table:
        first, *rest = textwrap.wrap(name, room) or [""]
        right = (cell.rjust(wide) for cell, wide in zip(cells, widths[1:], strict=True))
        rows.append(["  ".join((first.ljust(room), *right)).rstrip(), *rest])
    return rows


def _wrap(text: str, width: int, indent: str = "  ") -> list[str]:
    """Text as lines of a width; its own indent is kept, the lines after it have `indent`."""
    return textwrap.wrap(text, width, subsequent_indent=indent) or [""]
