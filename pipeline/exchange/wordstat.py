"""WordStat .cat: a tree by indentation; what has a weight like (1) is a term, the rest themes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.exchange.dictionary import Dictionary, Entry, read_lines, unreadable

_WEIGHTED = re.compile(r"(.*\S)\s+\((-?\d+(?:[.,]\d+)?)\)")
_RULE = re.compile(r"@.*\[")
_RULES = "WordStat rules are left out; write them with 'before:', 'after:', 'with:' or 'unless:'"
_WEIGHTS = "weights other than 1 have no meaning here; the terms are kept"


@dataclass(frozen=True, slots=True)
class _Level:
    width: int
    entry: Entry


def read_wordstat(path: Path) -> Dictionary:
    """Read a WordStat dictionary; `_` in a term stands for a space.

    Raises InputError (E321) for a term outside every theme and for a line that is indented under
    a term, or deeper than one level below its theme.
    """
    lines, notes = read_lines(path)
    dictionary = Dictionary(path, notes=notes)
    stack: list[_Level] = []
    deepest_allowed = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        width = _width(line)
        while stack and stack[-1].width >= width:
            stack.pop()
        if "\t" in line and width > deepest_allowed:
            what = "is indented deeper than anything that it could stand under."
            raise unreadable(path, number, what, "Indent it by one tab more than its theme.")
        deepest_allowed = width
        if not _add_leaf(dictionary, stack, line.strip(), number):
            entry = Entry(line.strip(), number)
            (stack[-1].entry.children if stack else dictionary.entries).append(entry)
            stack.append(_Level(width, entry))
            deepest_allowed = width + 1
    return dictionary


def _width(line: str) -> int:
    """How deep a line is: its tabs, or where it has none its spaces."""
    margin = line[: len(line) - len(line.lstrip())]
    return margin.count("\t") or len(margin)


def _add_leaf(dictionary: Dictionary, stack: list[_Level], text: str, number: int) -> bool:
    """Add a term, or note a rule; False when the line is neither."""
    weighted = _WEIGHTED.fullmatch(text)
    if _RULE.match(text):
        dictionary.leave_out(_RULES, text, number)
        return True
    if not weighted:
        return False
    term = weighted[1].replace("_", " ").strip().lower()
    if not stack:
        what = f"the term '{term}' stands under no theme."
        raise unreadable(dictionary.path, number, what, "Indent it under one.")
    if float(weighted[2].replace(",", ".")) != 1:
        dictionary.leave_out(_WEIGHTS, f"{term} ({weighted[2]})", number)
    stack[-1].entry.terms.append((term, number))
    return True
