"""What a report shows of closed questions, complete before anything is rendered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from pipeline.count import uncrossed
from pipeline.errors import Problem
from pipeline.report.closedgroups import find_closed, place_cells
from pipeline.report.comparing import Finding
from pipeline.report.headlines import WORDS_FROM
from pipeline.report.sentences import percent
from pipeline.round import ClosedItem, Round
from pipeline.round.closed import SCALE_PARTS
from pipeline.run import Closed
from pipeline.wording import is_split, largest_remainder, round_parts, say_share

NUMBERS = ("mean", "median", "min", "max")


@dataclass(frozen=True, slots=True)
class Triple:
    """Agree, neutral and disagree of a scale in whole per cent of its base.

    `shares` are rounded each by itself, halves up, as reports print them; `adding` by largest
    remainders, so that they add to 100 when the three hold every answer.
    """

    counts: tuple[int, ...]
    of: int

    @property
    def shares(self) -> tuple[int, ...]:
        """Each rounded by itself; empty when nobody answered."""
        return tuple(map(int, round_parts(self.counts, self.of))) if self.of else ()

    @property
    def adding(self) -> tuple[int, ...]:
        """Rounded together; empty when nobody answered."""
        return tuple(map(int, largest_remainder(self.counts, self.of))) if self.of else ()

    @property
    def is_split(self) -> bool:
        """Whether opinion is split: agree and disagree are near each other, and neither is over
        half; not said of a few.
        """
        if self.of < WORDS_FROM:
            return False
        agree, _, disagree = (Fraction(100 * count, self.of) for count in self.counts)
        return is_split(agree, disagree)

    @property
    def note(self) -> str:
        """What a reader who adds up the three would trip over; else empty."""
        outside = self.of - sum(self.counts)
        if outside:
            return f"{outside} outside"
        total = sum(self.shares)
        return f"rounds to {total}" if self.of and total != 100 else ""

    def __str__(self) -> str:
        return "/".join(map(str, self.shares)) or "-"


@dataclass(frozen=True, slots=True)
class Cell:
    """One item in the whole or in one group: its base and its rows of the closed table."""

    of: int
    options: tuple[tuple[str, int], ...]
    parts: tuple[tuple[str, int], ...]
    numbers: dict[str, float | None]

    @property
    def triple(self) -> Triple | None:
        """Of a scale."""
        counts = dict(self.parts)
        return Triple(tuple(counts[p] for p in SCALE_PARTS), self.of) if counts else None

    def percent_of(self, option: str) -> str:
        """The share of an option in whole per cent."""
        return percent(dict(self.options)[option], self.of)


@dataclass(frozen=True, slots=True)
class ItemReport:
    """A closed question: the whole, and for each group column each group."""

    item: ClosedItem
    whole: Cell
    groups: dict[str, dict[str, Cell]]

    @property
    def sentence(self) -> str:
        """The finding in plain words, the number always beside them."""
        item, cell = self.item, self.whole
        if not cell.of:
            return f"Nobody answered {item.label}"
        people = "1 respondent" if cell.of == 1 else f"{cell.of} respondents"
        if cell.triple:
            return f"{item.label}: {_say_triple(cell.triple, people)}"
        if item.kind == "number":
            mean, low, high = (show_number(cell.numbers[k], item) for k in ("mean", "min", "max"))
            return f"{item.label}: {people} gave a number; mean {mean}, from {low} to {high}"
        ranked = sorted(cell.options, key=lambda option: -option[1])
        said = ", ".join(f"{value} {n} ({percent(n, cell.of)})" for value, n in ranked if n)
        return f"{item.label}: of {people}, {said}"


@dataclass(frozen=True, slots=True)
class Battery:
    """Items that are shown as one table: of one battery, kind and list of options. `differences`
    are those that are told, by group column.
    """

    name: str
    items: tuple[ItemReport, ...]
    differences: dict[str, tuple[Finding, ...]] = field(default_factory=dict)

    @property
    def kind(self) -> str:
        """The kind of all of them."""
        return self.items[0].item.kind


@dataclass(frozen=True, slots=True)
class ClosedReport:
    """The closed questions of a round, and the group columns that they are not crossed with."""

    batteries: tuple[Battery, ...]
    uncrossed: tuple[Problem, ...]


def _say_triple(triple: Triple, people: str) -> str:
    agree, _, disagree = triple.counts
    of = triple.of
    parts = f"{triple} agree/neutral/disagree"
    if triple.is_split:
        against = f"{agree} agree ({percent(agree, of)}) and {disagree} disagree"
        return f"there is a split: of {people} {against} ({percent(disagree, of)}); {parts}"
    return f"{say_share(agree, of)}, {agree} of {people} ({percent(agree, of)}), agree; {parts}"


def show_number(value: float | None, item: ClosedItem) -> str:
    """A number with at most two decimals, thousands set apart, with its unit.

    >>> show_number(1064567.5, ClosedItem(id="a", column="a", kind="number", label="", unit="£"))
    '£1,064,567.5'
    """
    if value is None:
        return "-"
    shown = f"{value:,.2f}".rstrip("0").rstrip(".")
    if item.unit in ("£", "$", "€"):
        return f"{item.unit}{shown}"
    return f"{shown}{'' if item.unit in ('', '%') else ' '}{item.unit}"


def gather_closed(closed: Closed, the_round: Round) -> ClosedReport:
    """The report of a round's closed questions, batteries in the order of their first item."""
    found: dict[str, list[dict[str, Any]]] = {}
    for row in closed.table.to_pylist():
        found.setdefault(row["item"], []).append(row)
    batteries: dict[tuple[object, ...], list[ItemReport]] = {}
    for item in the_round.source.closed:
        # Items without options have those that were found, so each is a table of its own.
        alone = not item.battery or (item.kind in ("choice", "multiple") and not item.options)
        key = (item.id,) if alone else (item.battery, item.kind, *item.options)
        batteries.setdefault(key, []).append(_item(item, found[item.id]))
    return ClosedReport(
        tuple(
            Battery(items[0].item.battery, tuple(items), _differences(items))
            for items in batteries.values()
        ),
        tuple(uncrossed(closed.answers, the_round.source.groups)),
    )


def _differences(items: Sequence[ItemReport]) -> dict[str, tuple[Finding, ...]]:
    found: dict[str, tuple[Finding, ...]] = {}
    for group in items[0].groups:
        answers: dict[tuple[str, str], dict[str, tuple[int, int]]] = {}
        for place, value, cell in (
            (item, value, cell) for item in items for value, cell in item.groups[group].items()
        ):
            for answer, cited in cell.parts or cell.options:
                answers.setdefault((place.item.label, answer), {})[value] = (cited, cell.of)
        found[group] = tuple(find_closed({key: place_cells(n) for key, n in answers.items()}))
    return found


def _item(item: ClosedItem, rows: Sequence[dict[str, Any]]) -> ItemReport:
    by_place: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in rows:
        by_place.setdefault((row["group"], row["group_value"]), []).append(row)
    groups: dict[str, dict[str, Cell]] = {}
    for (group, value), cells in by_place.items():
        if group:
            groups.setdefault(group, {})[value] = _cell(cells)
    whole = by_place.get(("", ""))
    return ItemReport(item, _cell(whole) if whole else Cell(0, (), (), {}), groups)


def _cell(rows: Sequence[dict[str, Any]]) -> Cell:
    def counts(measure: str) -> tuple[tuple[str, int], ...]:
        return tuple((row["value"], row["cited"]) for row in rows if row["measure"] == measure)

    number = {name: rows[0][name] for name in NUMBERS if rows[0]["measure"] == "number"}
    return Cell(rows[0]["of"], counts("option"), counts("part"), number)


def closed_json(report: ClosedReport) -> list[dict[str, Any]]:
    """Every item as JSON: its base, counts and shares, the whole and each group."""
    return [_item_json(found, battery) for battery in report.batteries for found in battery.items]


def _item_json(found: ItemReport, battery: Battery) -> dict[str, Any]:
    item = found.item
    return {
        "item": item.id,
        "battery": item.battery,
        "label": item.label,
        "kind": item.kind,
        **({"unit": item.unit} if item.unit else {}),
        **_cell_json(found.whole),
        "sentence": found.sentence,
        "findings": [
            f"By {group}: {finding.sentence}"
            for group, findings in battery.differences.items()
            for finding in findings
            if finding.theme == item.label
        ],
        "groups": [
            {"group": group, "value": value, **_cell_json(cell)}
            for group, cells in found.groups.items()
            for value, cell in cells.items()
        ],
    }


def _cell_json(cell: Cell) -> dict[str, Any]:
    facts: dict[str, Any] = {"of": cell.of}
    if cell.numbers:
        return {**facts, **cell.numbers}
    for name, counts in (("options", cell.options), ("parts", cell.parts)):
        if counts or name == "options":
            facts[name] = [
                {"value": value, "cited": n, "share": n / cell.of if cell.of else None}
                for value, n in counts
            ]
    if cell.triple:
        facts["triple"] = list(cell.triple.shares)
        facts["triple_largest_remainder"] = list(cell.triple.adding)
    return facts
