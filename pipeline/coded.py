"""coded.csv: hand coding in its plainest form.

One row per response and theme present, a row with an empty theme for "read, no theme applies", and
with `?` for one not read yet.
Each response listed was read with the whole codebook in view, so what is not marked is absent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.codebook.model import Codebook
from pipeline.digest import hash_file
from pipeline.errors import InputError, Problem, near
from pipeline.read import READERS
from pipeline.read.delimited import find_delimiter, read_delimited
from pipeline.read.rows import Rows
from pipeline.round import Source
from pipeline.sheet import ESCAPED, restore_cell

UNREAD = "?"
"""The theme of a row that nobody has read yet: the row says nothing."""
COLUMNS = (
    *("response_id", "theme", "facet", "coder", "memo", "question", "text", "sample"),
    ESCAPED,
)


@dataclass(slots=True)
class Reading:
    """One coder's coding of one response: the themes present, and their facets, with the memos."""

    response_id: str
    coder: str
    themes: dict[str, str] = field(default_factory=dict)
    facets: dict[tuple[str, str], str] = field(default_factory=dict)
    question: str = ""
    text: str = ""
    sample: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coded:
    """A file of hand coding: a reading per response and coder, in the order of the file.

    `strangers` counts the codings with themes that the codebook lacks; `with_facets` says whether
    the file has a column of facets, so that those not marked are absent.
    """

    path: Path
    sha256: str
    readings: tuple[Reading, ...]
    strangers: Mapping[str, int]
    with_facets: bool = False
    notes: tuple[Problem, ...] = ()

    @property
    def response_ids(self) -> list[str]:
        """The responses read, each once."""
        return list(dict.fromkeys(reading.response_id for reading in self.readings))

    @property
    def bare_ids(self) -> set[str]:
        """Those whose text the file does not bring."""
        return {reading.response_id for reading in self.readings if not reading.text.strip()}

    def warnings(self) -> tuple[Problem, ...]:
        """How the file was read and, when there are themes that the codebook lacks, W402."""
        if not self.strangers:
            return self.notes
        shown = ", ".join(f"'{theme}' ({n})" for theme, n in self.strangers.items())
        return (
            *self.notes,
            Problem(
                code="W402",
                where=self.path.as_posix(),
                what=f"codings with themes that the codebook lacks are left out: {shown}.",
                remedy="Add the themes, or their names as 'code:' of a theme.",
            ),
        )


def read_coded(path: Path, codebook: Codebook) -> Coded:
    """Read a file of hand coding; themes may go by id, by `code` or by label.

    With `question` and `text` columns the file brings its own answers; else its ids are the
    round's. Rows of the theme `?` are left out, and counted in a note (W461). Raises InputError for
    an unreadable file, E401 for a missing column, or a facet that the codebook lacks, and E461 when
    all rows are of `?`.
    """
    rows = open_coded(path)
    strangers: Counter[str] = Counter()
    readings: dict[tuple[str, str], Reading] = {}
    nothing: dict[tuple[str, str], bool] = {}
    unread: dict[str, None] = {}
    for where, cell in _coded_rows(rows, path, unread):
        key = (cell["response_id"], cell.get("coder", ""))
        reading = readings.setdefault(key, Reading(*key))
        reading.question = reading.question or cell.get("question", "")
        reading.text = reading.text or cell.get("text", "")
        reading.sample = reading.sample or cell.get("sample", "")
        theme_id = _theme_id(cell["theme"].strip(), codebook)
        nothing[key] = nothing.get(key, False) or theme_id == ""
        facet_id = _facet_id(cell, codebook, where)
        if theme_id is None:
            strangers[cell["theme"]] += 1
        elif facet_id:
            reading.themes.setdefault(theme_id, "")
            known = reading.facets.get((theme_id, facet_id), "")
            reading.facets[theme_id, facet_id] = cell.get("memo", "") or known
        elif theme_id:
            reading.themes[theme_id] = cell.get("memo", "") or reading.themes.get(theme_id, "")
    return Coded(
        path=path,
        sha256=hash_file(path),
        readings=tuple(readings.values()),
        strangers=dict(strangers.most_common()),
        with_facets="facet" in rows.header,
        notes=(
            *rows.notes,
            *note_unread(path, unread, {reading.response_id for reading in readings.values()}),
            *_contradictions(path, readings, nothing),
        ),
    )


def _coded_rows(
    rows: Rows, path: Path, unread: dict[str, None]
) -> Iterator[tuple[str, dict[str, str]]]:
    """Where each row that was read is, and its cells; responses of the others go into `unread`."""
    places = {name: rows.header.index(name) for name in COLUMNS if name in rows.header}
    for number, cells in rows.rows:
        cell = _cells(cells, places)
        where = f"{path.as_posix()}: row {number}"
        _check_row(cell, where)
        if cell["theme"].strip() == UNREAD:
            unread[cell["response_id"]] = None
        else:
            yield where, cell


def _cells(cells: Sequence[str], places: Mapping[str, int]) -> dict[str, str]:
    """The cells of a row by column, as they were before they were escaped for a spreadsheet."""
    cell = {name: cells[place] for name, place in places.items()}
    if cell.get(ESCAPED) != "1":
        return cell
    return {name: restore_cell(value) for name, value in cell.items()}


def open_coded(path: Path) -> Rows:
    """Open a table with columns for response and theme, whatever cuts the cells of a csv.

    Raises InputError for an unreadable file, and E401 when it lacks one of the columns.
    """
    if not path.is_file():
        raise InputError.because(code="E101", where=path.as_posix(), what="there is no such file.")
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError.because(
            code="E103", where=path.as_posix(), what=f"'{path.suffix}' is not read here."
        )
    delimiter = find_delimiter(path, ("response_id", "theme")) if reader is read_delimited else ""
    rows = reader(Source(path=path, delimiter=delimiter))
    for name in ("response_id", "theme"):
        if name not in rows.header:
            raise InputError.because(
                code="E401",
                where=f"{path.as_posix()}: row 1",
                what=f"there is no column '{name}'.",
                remedy=near(name, rows.header),
            )
    return rows


def note_unread(path: Path, unread: Iterable[str], read: Collection[str]) -> tuple[Problem, ...]:
    """What is to be said of rows that are of no theme yet (W461), by the ids of their responses.

    Raises InputError (E461) when nothing else was `read`.
    """
    waiting = [name for name in unread if name not in read]
    if not waiting:
        return ()
    one = len(waiting) == 1
    what = f"{len(waiting)} {'response is' if one else 'responses are'} '{UNREAD}', not read yet"
    remedy = f"Write a theme over the '{UNREAD}', or empty the cell for 'read, no theme applies'."
    if not read:
        what = f"all of it: {what}; nothing was coded."
        raise InputError.because(code="E461", where=path.as_posix(), what=what, remedy=remedy)
    return (Problem(code="W461", where=path.as_posix(), what=f"{what}: left out.", remedy=remedy),)


def _check_row(cell: Mapping[str, str], where: str) -> None:
    if not cell["response_id"].strip():
        raise InputError.because(
            code="E401", where=where, what="the row has no response_id.", remedy="Give it one."
        )


def _contradictions(
    path: Path,
    readings: Mapping[tuple[str, str], Reading],
    nothing: Mapping[tuple[str, str], bool],
) -> tuple[Problem, ...]:
    both = [key[0] for key, reading in readings.items() if nothing[key] and reading.themes]
    if not both:
        return ()
    shown = ", ".join(both[:5]) + (", ..." if len(both) > 5 else "")
    what = f"a theme and 'no theme applies' by one coder on one response: {shown}."
    remedy = "The theme stands; mend the file if it should not."
    return (Problem(code="W408", where=path.as_posix(), what=what, remedy=remedy),)


def _theme_id(name: str, codebook: Codebook) -> str | None:
    """The theme's id; empty for "no theme applies"; None for a stranger."""
    if not name or name in codebook.no_theme:
        return ""
    theme = codebook.find(name)
    return theme.id if theme and not theme.net else None


def _facet_id(cell: Mapping[str, str], codebook: Codebook, where: str) -> str:
    """The facet's id, of its id or label; empty for none."""
    name = cell.get("facet", "").strip()
    if not name:
        return ""
    ids = {facet.label: facet.id for facet in reversed(codebook.facets)}
    ids |= {facet.id: facet.id for facet in codebook.facets}
    if name not in ids:
        what, remedy = f"the facet '{name}' is not in the codebook.", near(name, ids.values())
    elif _theme_id(cell["theme"].strip(), codebook) == "":
        what, remedy = f"the facet '{name}' is of no theme.", "Name the theme, or empty the cell."
    else:
        return ids[name]
    raise InputError.because(code="E401", where=where, what=what, remedy=remedy)
