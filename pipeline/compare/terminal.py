"""A comparison on a terminal: a rich table per question."""

from __future__ import annotations

from itertools import groupby

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.compare.data import BaseMove, Comparison, FigureMove, Wave, Waves
from pipeline.compare.plain import list_moves
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


def print_comparison(comparison: Comparison, number: int, console: Console) -> None:
    """Print a comparison. The respondents' and the round's words are never read as markup."""
    if comparison.identical:
        console.print(Text(IDENTICAL))
        return
    old, new = comparison.old, comparison.new
    console.print(_safe(f"{new.round}: {old.run} -> {new.run}", "bold"))
    console.print(_safe(name_inputs(comparison.inputs)))
    for setting in comparison.settings:
        console.print(_safe(f"  {name_setting(setting)}", "dim"))
    for base in comparison.bases:
        moved = [f for f in comparison.figures if f.question == base.question and f.moved]
        if moved or base.gained or base.lost:
            console.print()
            console.print(_run_table(base, moved))
    console.print(Text(conclude(comparison), style="bold"))
    for line in list_moves(comparison.moves, number, console.width) if number else ():
        console.print(_safe(line))


def print_waves(waves: Waves, console: Console) -> None:
    """Print the shares of both rounds side by side."""
    old, new = waves.old, waves.new
    console.print(_safe(f"{old.round} -> {new.round}: {old.run} -> {new.run}", "bold"))
    labels = {item.name: item.new for item in waves.questions}
    for question, group in groupby(waves.figures, lambda figure: figure.question):
        figures: list[Wave] = list(group)
        bases = f"of {figures[0].old_of} before, of {figures[0].new_of} after"
        table = _table(f"{question}: {labels[question]} ({bases})", wave_header(waves))
        for figure in figures:
            table.add_row(*map(_safe, wave_cells(figure, sampled=waves.sampled)))
        console.print()
        console.print(table)
    for sentence in tell_waves(waves):
        console.print(_safe(sentence))


def _run_table(base: BaseMove, moved: list[FigureMove]) -> Table:
    table = _table(f"{base.question}: {base.label}", list(RUN_HEADER))
    table.add_row(_with_reasons("base", base), *count_cells(base), end_section=True)
    for figure in moved:
        table.add_row(_with_reasons(name_theme(figure), figure), *count_cells(figure))
    return table


def _with_reasons(name: str, move: FigureMove | BaseMove) -> Text:
    text = _safe(name)
    for why in tell_why(move):
        text.append(f"\n  {show_controls(why)}", style="green" if why[0] == "+" else "red")
    return text


def _table(title: str, header: list[str]) -> Table:
    table = Table(
        title=_safe(title, "bold"), title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0)
    )
    table.add_column(header[0], overflow="fold")
    for name in header[1:]:
        table.add_column(name, justify="right", no_wrap=True)
    return table


def _safe(text: str, style: str = "") -> Text:
    return Text(show_controls(text), style=style)
