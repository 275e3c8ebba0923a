"""A csv of two columns: a theme and one of its terms in each row."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from pipeline.exchange.dictionary import Dictionary, Entry, read_text, unreadable

_THEME = ("theme", "category", "code")
_TERM = ("term", "word", "phrase")


def read_pairs(path: Path) -> Dictionary:
    """Read a csv of themes and terms, in that order unless its header has them the other way.

    A row with an empty term names a theme without terms. Raises InputError (E321) for a row that
    has not two cells or no theme, and for quotes that do not pair up.
    """
    text, notes = read_text(path)
    dictionary = Dictionary(path, notes=notes)
    entries: dict[str, Entry] = {}
    theme_at = 0
    for position, (number, cells) in enumerate(_rows(path, text)):
        if position == 0 and (first := _header(cells)) is not None:
            theme_at = first
            continue
        theme, term = cells[theme_at].strip(), cells[1 - theme_at].strip()
        if not theme:
            raise unreadable(path, number, f"the term '{term}' has no theme.")
        if theme not in entries:
            entries[theme] = Entry(theme, number)
        if term:
            entries[theme].terms.append((term, number))
    dictionary.entries.extend(entries.values())
    return dictionary


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        number = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise unreadable(path, number, f"the quotes do not pair up ({error}).") from error
        if len(cells) not in (0, 2):
            what = f"two cells are wanted, a theme and a term, not {len(cells)}."
            remedy = "Cut cells with a comma, and quote a cell that holds one."
            raise unreadable(path, number, what, remedy)
        if any(cell.strip() for cell in cells):
            yield number, cells


def _header(cells: list[str]) -> int | None:
    """Where a header has the theme; None when the row is no header.

    >>> _header(["Term", "Theme"]), _header(["cost", "price"])
    (1, None)
    """
    first, second = (cell.strip().lower() for cell in cells)
    if first in _THEME and second in _TERM:
        return 0
    return 1 if first in _TERM and second in _THEME else None
