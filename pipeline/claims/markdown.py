"""Markdown -> passages: code, comments, addresses and marks of emphasis are left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from pipeline.claims.passages import Lines, Passage, Piece, join_cells, join_pieces

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,6}(?=[ \t]|$)")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*$")
_ITEM = re.compile(r"[ \t]*(?:[-*+]|\d{1,9}[.)])[ \t]+")
_QUOTE = re.compile(r" {0,3}(?:> ?)+")
_RULER = re.compile(r"[ \t]*\|?[ \t:|-]*-[ \t:|-]*$")
# A link's address, an inline comment and marks of emphasis are not words of the report.
_MARKUP = re.compile(
    r"\]\([^()\n]{0,500}\)|!?\[(?=[^\[\]\n]{0,300}\]\()|<!--.{0,2000}?-->|</?[a-zA-Z][^<>\n]{0,300}>"
    r"|[*`]+|(?<!\w)_+|_+(?!\w)",
    re.DOTALL,
)
_BAR = re.compile(r"(?<!\\)\|")

Line = tuple[int, str]


@dataclass
class _Block:
    """What is open while lines are read."""

    lines: list[Line] = field(default_factory=list)
    kind: str = "paragraph"
    heading: str = ""


def read_markdown(text: str) -> Iterator[Passage]:
    """Paragraphs, headings, list items and rows of tables, with where they stand."""
    places = Lines(text)
    block = _Block()
    for line in _spoken_lines(text):
        for done in _take(block, line):
            yield from _close(done, places)
    yield from _close(_end(block), places)


def _spoken_lines(text: str) -> Iterator[Line]:
    """Every line but those of front matter, code blocks and comments; a blank one stands there."""
    offset, fence, comment = _front_matter(text), "", False
    was_blank = True
    for line in text[offset:].splitlines(keepends=True):
        start, offset = offset, offset + len(line)
        found = _FENCE.match(line)
        if fence:
            closes = found is not None and found[1].startswith(fence)
            fence = "" if closes and not line.strip().strip(fence[0]) else fence
        elif found:
            fence = found[1]
        elif comment:
            comment = "-->" not in line
        elif line.lstrip().startswith("<!--") and "-->" not in line:
            comment = True
        elif not (was_blank and line.startswith(("    ", "\t")) and not _ITEM.match(line)):
            was_blank = not line.strip()
            yield start, line
            continue
        yield start, ""


def _front_matter(text: str) -> int:
    if not text.startswith("---\n"):
        return 0
    end = text.find("\n---\n", 3)
    return end + 5 if end >= 0 else 0


def _take(block: _Block, line: Line) -> Iterator[_Block]:
    """Add a line to the open block, or end it and begin another."""
    offset, text = line
    quote = _QUOTE.match(text)
    if quote:
        offset, text = offset + quote.end(), text[quote.end() :]
    if not text.strip():
        yield _end(block)
    elif heading := _HEADING.match(text):
        yield _end(block)
        block.kind = "heading"
        block.lines.append((offset + heading.end(), text[heading.end() :].rstrip().rstrip("#")))
        yield _end(block)
    elif len(block.lines) == 1 and block.kind == "paragraph" and _UNDERLINE.match(text):
        block.kind = "heading"
        yield _end(block)
    elif item := _ITEM.match(text):
        yield _end(block)
        block.kind = "item"
        block.lines.append((offset + item.end(), text[item.end() :]))
    else:
        block.lines.append((offset, text))


def _end(block: _Block) -> _Block:
    done = _Block(block.lines, block.kind, block.heading)
    if block.kind == "heading" and block.lines:
        block.heading = " ".join(_words(block.lines)[0].split())
    block.lines, block.kind = [], "paragraph"
    return done


def _close(block: _Block, places: Lines) -> Iterator[Passage]:
    rulers = [n for n, (_, text) in enumerate(block.lines) if "|" in text and _RULER.match(text)]
    if rulers and rulers[0] > 0 and "|" in block.lines[rulers[0] - 1][1]:
        yield from _table(block, rulers[0], places)
        return
    text, segments = _words(block.lines)
    if text:
        yield Passage(
            text=text, kind=block.kind, heading=block.heading, segments=segments, lines=places
        )


def _words(lines: list[Line]) -> tuple[str, tuple[tuple[int, int], ...]]:
    return join_pieces(piece for line in lines for piece in _strip_markup(line))


def _strip_markup(line: Line) -> Iterator[Piece]:
    offset, text = line
    start = 0
    for mark in _MARKUP.finditer(text):
        if mark.start() > start:
            yield offset + start, text[start : mark.start()]
        start = mark.end()
    if start < len(text):
        yield offset + start, text[start:]


def _table(block: _Block, ruler: int, places: Lines) -> Iterator[Passage]:
    before = _Block(block.lines[: ruler - 1], block.kind, block.heading)
    yield from _close(before, places)
    columns = tuple(join_pieces(cell)[0] for cell in _cells(block.lines[ruler - 1]))
    for line in block.lines[ruler + 1 :]:
        text, segments = join_pieces(join_cells(_cells(line)))
        if text.replace("|", "").strip():
            yield Passage(
                text=text,
                kind="row",
                heading=block.heading,
                columns=columns,
                segments=segments,
                lines=places,
            )


def _cells(line: Line) -> list[list[Piece]]:
    offset, text = line
    stripped = text.rstrip()
    start = len(text) - len(text.lstrip())
    start += text[start : start + 1] == "|"
    end = len(stripped) - (stripped.endswith("|") and len(stripped) > start)
    cells, at = [], start
    for bar in _BAR.finditer(text, start, end):
        cells.append(list(_strip_markup((offset + at, text[at : bar.start()]))))
        at = bar.end()
    cells.append(list(_strip_markup((offset + at, text[at:end]))))
    return cells
