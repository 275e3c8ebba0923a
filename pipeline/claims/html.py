"""HTML -> passages, with the line and column of the source; scripts and styles are left out.

The tags are found here and not by the standard library's html.parser, whose time grows with
the square of some texts ("<a <a <a": 5.9 s for 24,000 characters, four times that for twice them).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from pipeline.claims.numbers import LOWER, word_set
from pipeline.claims.passages import Lines, Passage, Piece, join_cells, join_pieces

_TAG = re.compile(
    r"""<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})(?>"[^"]{0,2000}"|'[^']{0,2000}'|[^"'>]{1,2000}+){0,100}+>"""
)
_PLAIN_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9:-]{0,40})")
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_RAW = ("script", "style", "textarea", "title")
_SILENT = frozenset(("template", "noscript", "pre", "head", "svg"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_INLINE = word_set(
    "a abbr b bdi bdo cite code data del dfn em font i ins kbd mark q s samp small span strong sub "
    "sup time u var wbr"
)
_VOID = frozenset(("br", "hr", "img", "input", "link", "meta", "col", "wbr", "area", "base"))


def read_html(text: str) -> Iterator[Passage]:
    """Blocks of text and rows of tables; a text inside `<pre>` or `<template>` is no statement."""
    blocks = _Blocks(text)
    lower = text.translate(LOWER)
    at = 0
    while (mark := text.find("<", at)) >= 0:
        blocks.say(at, mark)
        at = _pass_mark(text, lower, mark, blocks)
    blocks.say(at, len(text))
    blocks.end_block()
    yield from blocks.passages


def _pass_mark(text: str, lower: str, mark: int, blocks: _Blocks) -> int:
    """Take the tag, comment or bare "<" at a place; where what follows it begins."""
    if text.startswith("<!--", mark):
        return _after(text, "-->", mark)
    if text.startswith(("<!", "<?"), mark):
        return _after(text, ">", mark)
    plain = _PLAIN_TAG.match(text, mark)
    if not plain:
        blocks.say(mark, mark + 1)
        return mark + 1
    whole = _TAG.match(text, mark)
    end = whole.end() if whole else _after(text, ">", mark)
    tag = plain[2].lower()
    if plain[1]:
        blocks.end_tag(tag)
    elif tag in _RAW:
        close = lower.find(f"</{tag}", end)
        return len(text) if close < 0 else _after(text, ">", close)
    elif tag not in _SILENT or not text.startswith("/>", end - 2):
        blocks.start_tag(tag)
    return end


def _after(text: str, stop: str, start: int) -> int:
    found = text.find(stop, start)
    return len(text) if found < 0 else found + len(stop)


class _Blocks:
    def __init__(self, text: str) -> None:
        self.source = text
        self.lines = Lines(text)
        self.passages: list[Passage] = []
        self.heading = ""
        self.kind = "paragraph"
        self.pieces: list[Piece] = []
        self.silent = 0
        self.cells: list[list[Piece]] | None = None
        self.columns: tuple[str, ...] = ()
        self.head = False

    def start_tag(self, tag: str) -> None:
        """A tag opens."""
        if tag in _SILENT:
            self.silent += 1
        elif tag == "table":
            self.end_block()
            self.columns = ()
        elif tag == "tr":
            self._end_row()
            self.end_block()
            self.cells, self.head = [], False
        elif tag in ("td", "th") and self.cells is not None:
            self.pieces = []
            self.cells.append(self.pieces)
            self.head = self.head or (tag == "th" and len(self.cells) > 1)
        elif tag not in _INLINE:
            self._break()
            self.kind = "heading" if tag in _HEADINGS else "item" if tag == "li" else "paragraph"

    def end_tag(self, tag: str) -> None:
        """A tag closes."""
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in ("tr", "table"):
            self._end_row()
        elif tag not in _INLINE and tag not in _VOID and tag not in ("td", "th"):
            self._break()

    def say(self, start: int, end: int) -> None:
        """Text of the source, its references as the characters they stand for."""
        if self.silent:
            return
        for found in _REFERENCE.finditer(self.source, start, end):
            self._add_piece(start, self.source[start : found.start()])
            self._add_piece(found.start(), unescape(found[0]))
            start = found.end()
        self._add_piece(start, self.source[start:end])

    def _add_piece(self, offset: int, text: str) -> None:
        if text:
            self.pieces.append((offset, text))

    def _break(self) -> None:
        if self.cells is None:
            self.end_block()
        elif self.pieces:
            self.pieces.append((self.pieces[-1][0], " "))

    def end_block(self) -> None:
        """What was open is a passage."""
        if self.cells is not None:
            self._end_row()
            return
        self._add(self.pieces, self.kind)
        if self.kind == "heading" and self.pieces:
            self.heading = join_pieces(self.pieces)[0]
        self.pieces, self.kind = [], "paragraph"

    def _end_row(self) -> None:
        cells, self.cells, self.pieces = self.cells, None, []
        if cells and self.head and not self.columns:
            self.columns = tuple(join_pieces(cell)[0] for cell in cells)
        elif cells:
            self._add(join_cells(cells), "row")

    def _add(self, pieces: list[Piece], kind: str) -> None:
        text, segments = join_pieces(pieces)
        if text.replace("|", "").strip():
            passage = Passage(
                text=text,
                kind=kind,
                heading=self.heading,
                columns=self.columns if kind == "row" else (),
                segments=segments,
                lines=self.lines,
            )
            self.passages.append(passage)
