"""Rows of a source -> the answers to its closed questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from pipeline.errors import InputError, Problem, near
from pipeline.read.layout import Layout
from pipeline.read.numbers import parse_number
from pipeline.read.rows import Row
from pipeline.round import ClosedItem
from pipeline.round.closed import fold
from pipeline.tables import ANSWERS

MAX_VALUES = 100
"""Different answers that an item without options may have."""
_LISTED = 5
_CONFLICTS = 10

Values = tuple[str, ...]


@dataclass(slots=True)
class _Person:
    """What one respondent said: for each item its values and the row where they stand first."""

    groups: dict[str, str]
    answers: dict[str, tuple[int, Values]] = field(default_factory=dict)


@dataclass(slots=True)
class _Taker:
    """Takes the cells of one item; what cannot be taken is kept with its rows."""

    item: ClosedItem
    names: dict[str, str] = field(default_factory=dict)
    strange: dict[str, list[int]] = field(default_factory=dict)
    _taken: dict[str, Values] = field(default_factory=dict)

    def take(self, cell: str, number: int) -> Values:
        """The answers in a cell; empty when it says nothing or cannot be taken."""
        values = self._taken.get(cell)
        if values is None:
            strangers = tuple(self._strangers(cell))
            for stranger in strangers:
                self.strange.setdefault(stranger, []).append(number)
            if strangers:
                return ()
            values = self._taken[cell] = self._values(cell)
        return values

    def _parts(self, cell: str) -> list[str]:
        whole = " ".join(cell.split())
        if self.item.kind != "multiple" or fold(whole) in self.names:
            return [whole] if whole else []
        parts = (" ".join(part.split()) for part in cell.split(self.item.separator))
        return [part for part in parts if part]

    def _strangers(self, cell: str) -> Iterator[str]:
        for part in self._parts(cell):
            if self.item.kind == "number":
                if parse_number(part, self.item.unit) is None:
                    yield part
            elif not self.item.options:
                if not part.isascii() and any("\ud800" <= mark <= "\udfff" for mark in part):
                    yield part
            elif fold(part) not in self.names:
                yield part

    def _values(self, cell: str) -> Values:
        parts = self._parts(cell)
        if self.item.kind == "number":
            return tuple(parts)
        found = dict.fromkeys(self.names.setdefault(fold(part), part) for part in parts)
        return tuple(sorted(found, key=self.item.options.index) if self.item.options else found)

    def problems(self, where: str) -> Iterator[Problem]:
        """What could not be taken, as one problem."""
        item = self.item
        if self.strange:
            number = item.kind == "number"
            shown = [
                f"'{value}' (row {_rows(rows)})"
                for value, rows in list(self.strange.items())[:_LISTED]
            ]
            if len(self.strange) > _LISTED:
                shown.append(f"{len(self.strange) - _LISTED} more")
            wanted = "a number" if number else "an option" if item.options else "a text"
            what = f"not {wanted} of '{item.id}' in column '{item.column}': {', '.join(shown)}."
            remedy = "Write such as 12, 1,200, £3.50 or 24.8%, or leave the cell blank."
            yield Problem(
                code="E533" if number else "E532",
                where=where,
                what=what,
                remedy=remedy if number else near(next(iter(self.strange)), item.options),
            )
        if not item.options and len(self.names) > MAX_VALUES:
            yield Problem(
                code="E535",
                where=where,
                what=f"'{item.column}' has {len(self.names)} different answers, too many for a "
                f"closed question without options; {MAX_VALUES} may be.",
                remedy="List its options, or ask it as an open question.",
            )


def _rows(rows: list[int]) -> str:
    more = f" and {len(rows) - _LISTED} more" if len(rows) > _LISTED else ""
    return ", ".join(map(str, rows[:_LISTED])) + more


def collect_answers(rows: Iterable[Row], layout: Layout, repeats: str) -> pa.Table:
    """The **answers** in some rows: respondents by their first row, items as the round has them.

    Cases, spaces and the kind of apostrophe make no difference to an option; a blank cell is not
    said. Raises InputError: E532 for what is no option, E533 for what is no number, E534 for rows
    of one respondent that disagree, E535 for an item without options and too many answers.
    """
    source = layout.source
    takers = [
        _Taker(item, {fold(option): option for option in item.options}) for item in source.closed
    ]
    people: dict[str, _Person] = {}
    conflicts: list[Problem] = []
    for number, cells in rows:
        name = layout.identify(source.respondent, number, cells) or f"ROW/{number}"
        said = {g: cells[layout.columns[g]].strip() for g in source.groups}
        person = people.setdefault(name, _Person(dict(said)))
        for group in _join(person.groups, said, repeats):
            conflicts.append(_conflict(layout, name, number, f"group '{group}'"))
        for taker in takers:
            item = taker.item
            values = taker.take(cells[layout.columns[item.column]], number)
            known = person.answers.get(item.id)
            if not values or (known and set(known[1]) == set(values)):
                continue
            if known and repeats != "keep-last":
                other = f"'{item.id}' (column '{item.column}', row {known[0]})"
                conflicts.append(_conflict(layout, name, number, other))
            else:
                person.answers[item.id] = (number, values)
    where = source.path.as_posix()
    problems = [problem for taker in takers for problem in taker.problems(where)]
    if problems or conflicts:
        raise InputError(*problems, *_cap(conflicts, where))
    return _build(people, source.closed)


def _join(known: dict[str, str], said: dict[str, str], repeats: str) -> Iterator[str]:
    """Add to a respondent's groups what a row says of them; gives the groups that disagree."""
    for group, value in said.items():
        if value and known[group] and value != known[group] and repeats != "keep-last":
            yield group
        elif value:
            known[group] = value


def _conflict(layout: Layout, name: str, number: int, other: str) -> Problem:
    return Problem(
        code="E534",
        where=f"{layout.source.path.as_posix()}: row {number}",
        what=f"respondent '{name}' says another thing here than before on {other}.",
        remedy="Mend the row, leave the cell blank, or set 'repeats: keep-last'.",
    )


def _cap(conflicts: list[Problem], where: str) -> Iterator[Problem]:
    yield from conflicts[:_CONFLICTS]
    if len(conflicts) > _CONFLICTS:
        what = f"{len(conflicts) - _CONFLICTS} more answers that disagree with an earlier row."
        yield Problem(code="E534", where=where, what=what)


def _build(people: dict[str, _Person], items: tuple[ClosedItem, ...]) -> pa.Table:
    """The table, a respondent's name and groups being written once and then repeated."""
    who: list[int] = []
    what: list[int] = []
    values: list[str] = []
    rows: list[int] = []
    numbers: list[float | None] = []
    for place, person in enumerate(people.values()):
        for number, item in enumerate(items):
            row, said = person.answers.get(item.id, (0, ()))
            for value in said:
                who.append(place)
                what.append(number)
                values.append(value)
                rows.append(row)
                wanted = item.kind == "number"
                numbers.append(parse_number(value, item.unit) if wanted else None)
    schema = ANSWERS.schema
    groups = pa.array(
        [list(p.groups.items()) for p in people.values()], schema.field("groups").type
    )
    places = pa.array(who, pa.int64())
    names = pa.array([item.id for item in items], pa.string())
    columns = {
        "respondent": pa.array(list(people), pa.string()).take(places),
        "item": pa.DictionaryArray.from_arrays(pa.array(what, pa.int32()), names),
        "value": pa.array(values, pa.string()),
        "number": pa.array(numbers, pa.float64()),
        "row": pa.array(rows, pa.int64()),
        "groups": groups.take(places),
    }
    return pa.Table.from_arrays([columns[name] for name in schema.names], schema=schema)
