"""HTML -> passages, with the line and column of the source; scripts and styles are left out."""

from __future__ import annotations

from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser

from pipeline.claims.numbers import word_set
from pipeline.claims.passages import Lines, Passage, Piece, join_cells, join_pieces

_SILENT = frozenset(("script", "style", "template", "noscript", "pre", "head", "svg", "textarea"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_INLINE = word_set(
    "a abbr b bdi bdo cite code data del dfn em font i ins kbd mark q s samp small span strong sub "
    "sup time u var wbr"
)
_VOID = frozenset(("br", "hr", "img", "input", "link", "meta", "col", "wbr", "area", "base"))


def read_html(text: str) -> Iterator[Passage]:
    """Blocks of text and rows of tables; a text inside `<pre>` or `<template>` is no statement."""
    parser = _Blocks(text)
    parser.feed(text)
    parser.close()
    parser.end_block()
    yield from parser.passages


class _Blocks(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=False)
        self.lines = Lines(text)
        self.passages: list[Passage] = []
        self.heading = ""
        self.kind = "paragraph"
        self.pieces: list[Piece] = []
        self.silent = 0
        self.cells: list[list[Piece]] | None = None
        self.columns: tuple[str, ...] = ()
        self.head = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
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

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in ("tr", "table"):
            self._end_row()
        elif tag not in _INLINE and tag not in _VOID and tag not in ("td", "th"):
            self._break()

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _SILENT:
            self.handle_starttag(tag, attrs)

    def handle_data(self, data: str) -> None:
        self._say(data)

    def handle_entityref(self, name: str) -> None:
        self._say(unescape(f"&{name};"))

    def handle_charref(self, name: str) -> None:
        self._say(unescape(f"&#{name};"))

    def _say(self, text: str) -> None:
        if not self.silent and text:
            line, column = self.getpos()
            self.pieces.append((self.lines.starts[line - 1] + column, text))

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
