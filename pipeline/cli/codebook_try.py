"""verbatims codebook try FILE TEXT."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.boundary import Json, can_draw, echo_json, show, warn_of_timeouts

if TYPE_CHECKING:
    from rich.text import Text

    from pipeline.refine.explain.tryout import Mark, Tried
    from pipeline.refine.explain.why import Why

WIDTH = 80
_COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "red")
_BREAKS = ("\r\n", "\n", "\r", "\v", "\f", "\x85", "\u2028", "\u2029")


def try_text(
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A codebook.")],
    text: Annotated[str, typer.Argument(metavar="TEXT", help="The text; '-' takes it from stdin.")],
    question: Annotated[
        str, typer.Option("--question", help="Try it as an answer to this question; else to any.")
    ] = "",
    theme: Annotated[
        str,
        typer.Option(
            "--theme", help="Only this theme, and why each of its rules fires or does not."
        ),
    ] = "",
    lines: Annotated[bool, typer.Option("--lines", help="Each line is a text.")] = False,
    as_json: Json = False,
) -> None:
    """Show what a codebook finds in a text, and why not.

    The text is shown with its quotes marked, each with theme, rule and the terms that fired. With
    --theme each rule of the theme says which part of it is missing.
    """
    from pipeline.codebook.load import load_codebook
    from pipeline.refine.explain.tryout import try_texts

    codebook = load_codebook(path)
    tried = try_texts(codebook, _read_texts(text, lines=lines), question, theme)
    warn_of_timeouts(Counter(rule for one in tried for rule in one.timed_out), quiet=False)
    if as_json:
        echo_json(
            {
                "codebook": codebook.coder,
                "question": question or None,
                "theme": theme or None,
                "texts": [one.as_json() for one in tried],
            }
        )
        return
    for number, one in enumerate(tried):
        if number:
            show("")
        _show(one, theme)


def _read_texts(text: str, *, lines: bool) -> list[str]:
    from pipeline.errors import InputError

    where = "stdin" if text == "-" else "TEXT"
    try:
        if text == "-":
            # What ends the last line belongs to the pipe and not to the text.
            text = sys.stdin.buffer.read().decode("utf-8-sig").removesuffix("\n").removesuffix("\r")
        text.encode()
    except UnicodeError as error:
        what = "the text is not UTF-8."
        raise InputError.because(code="E104", where=where, what=what) from error
    texts = [line for line in text.splitlines() if line.strip()] if lines else [text]
    if not any(one.strip() for one in texts):
        what = "there is no text to try."
        raise InputError.because(code="E701", where=where, what=what)
    return texts


def _show(tried: Tried, theme: str) -> None:
    lines = list(_layout(tried.text, tried.marks))
    if not tried.marks:
        nothing = f"no rule of '{theme}' finds anything" if theme else "no rule finds anything"
        lines.append([(f"  ({nothing})", "dim")])
    if tried.why:
        lines += [[], *_explanations(tried.why)]
    if not can_draw():
        show("\n".join("".join(piece for piece, _ in line).rstrip() for line in lines))
        return
    from rich.console import Console

    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        console.print(_styled(line))


Line = list[tuple[str, str]]
"""Pieces of a line, each with its style on a terminal."""


def _styled(line: Line) -> Text:
    from rich.text import Text

    return Text.assemble(*line)


def _layout(text: str, marks: tuple[Mark, ...]) -> Iterator[Line]:
    """The text in lines of at most 80 columns, with a line under each for every mark in it."""
    themes = list(dict.fromkeys(mark.theme for mark in marks))
    colours = {theme: _COLOURS[n % len(_COLOURS)] for n, theme in enumerate(themes)}
    shown = [_shown(character) for character in text]
    for start, end in _wrap(text, shown):
        styles = [""] * (end - start)
        for mark in marks:
            for place in range(max(mark.start, start), min(mark.end, end)):
                styles[place - start] = f"bold {colours[mark.theme]}"
        styled = zip(shown[start:end], styles, strict=True)
        yield [
            ("".join(piece for piece, _ in run), style)
            for style, run in groupby(styled, lambda pair: pair[1])
        ]
        for mark in marks:
            if mark.start < end and mark.end > start:
                yield from _underline(mark, shown, (start, end), colours[mark.theme])


def _underline(mark: Mark, shown: list[str], line: tuple[int, int], colour: str) -> Iterator[Line]:
    from rich.cells import cell_len

    start, end = max(mark.start, line[0]), min(mark.end, line[1])
    indent = " " * cell_len("".join(shown[line[0] : start]))
    carets = "^" * cell_len("".join(shown[start:end]).rstrip())
    if mark.end > line[1] and "".join(shown[line[1] : mark.end]).strip():
        # The rest of the quote is on a line further down, and its name goes there.
        yield [(indent, ""), (carets, colour)]
        return
    facet = f" [{mark.facet}]" if mark.facet else ""
    names = f"{mark.theme}{facet}  {mark.rule} ({' + '.join(mark.terms)})"
    if len(indent) + len(carets) + 2 + cell_len(names) <= WIDTH:
        yield [(f"{indent}", ""), (f"{carets}  ", colour), (names, colour)]
        return
    yield [(indent, ""), (carets, colour)]
    yield [(f"    {names}", colour)]


def _shown(character: str) -> str:
    from pipeline.report.plain import show_controls

    if character in _BREAKS:
        return ""
    return " " if character == "\t" else show_controls(character)


def _wrap(text: str, shown: list[str]) -> Iterator[tuple[int, int]]:
    """Where the lines of a text start and end: at its line breaks, and before 80 columns."""
    from rich.cells import cell_len

    start = place = width = 0
    space = -1
    while place < len(text):
        if text[place] in _BREAKS:
            yield start, place
            place += 2 if text[place : place + 2] == "\r\n" else 1
            start, width, space = place, 0, -1
            continue
        width += cell_len(shown[place])
        if width > WIDTH and place > start and not text[place].isspace():
            cut = space + 1 if space >= start else place
            yield start, cut
            start, width, space = cut, cell_len("".join(shown[cut : place + 1])), -1
        space = place if text[place].isspace() else space
        place += 1
    if start < len(text) or not text:
        yield start, len(text)


def _explanations(whys: tuple[Why, ...]) -> Iterator[Line]:
    import textwrap

    from pipeline.report.plain import show_controls

    for said, alike in groupby(whys, _said):
        rules = [why.rule for why in alike]
        fires = "fires" if said[0] else "does not fire"
        if len(rules) > 1:
            fires = fires.replace("does", "do").removesuffix("s")
        head = f"{rules[0]} to {rules[-1]}" if len(rules) > 1 else rules[0]
        yield [(f"{head} {fires}", "bold green" if said[0] else "bold")]
        for reason in said[1]:
            plain = show_controls(" ".join(reason.split()))
            for number, line in enumerate(textwrap.wrap(plain, WIDTH - 4)):
                yield [("  - " if number == 0 else "    ", ""), (line, "")]


def _said(why: Why) -> tuple[bool, tuple[str, ...]]:
    quotes = ", ".join(f"'{quote}'" for quote in why.quotes)
    near = tuple(f"near miss: {miss}" for miss in why.near_misses)
    return why.fires, (*((f"on {quotes}",) if quotes else ()), *why.reasons, *near)
