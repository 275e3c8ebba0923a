"""Closed questions as plain text, 80 columns wide."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.report.closed import NUMBERS, Battery, Cell, ClosedReport, ItemReport, show_number
from pipeline.report.closedgroups import place_cells
from pipeline.report.columns import Lines, fit_table, fits, show_controls, wrap
from pipeline.report.comparing import DIFFERENCE, show_difference, tell
from pipeline.report.sentences import percent
from pipeline.round.closed import SCALE_PARTS

_BAR_WIDTH = 10


def render_closed(report: ClosedReport) -> str:
    """Every battery as a table, then by each group column that has room beside it."""
    blocks = ["Closed questions (base: respondents who answered the item)"]
    for battery in report.batteries:
        blocks.append("\n".join([*_whole(battery), *_notes(battery)]))
        if any(found.whole.of for found in battery.items):
            blocks += ["\n".join(_by_group(battery, group)) for group in battery.items[0].groups]
    blocks += [wrap(f"Not crossed: {problem.what}") for problem in report.uncrossed]
    return "\n\n".join(blocks)


def _whole(battery: Battery) -> list[str]:
    name = battery.name or battery.items[0].item.id
    if battery.kind == "scale":
        header = [name, "of", *SCALE_PARTS, ""]
        rows = [[*_label(found), *_scale_cells(found.whole)] for found in battery.items]
    elif battery.kind == "number":
        header = [name, "n", *NUMBERS]
        rows = [[*_label(found), *_number_cells(found)] for found in battery.items]
        if not fits([header, *rows]):
            return [wrap(show_controls(found.sentence) + ".") for found in battery.items]
    else:
        options = [show_controls(option) for option, _ in battery.items[0].whole.options]
        header = [name, "of", *options]
        rows = [[*_label(found), *_option_cells(found.whole)] for found in battery.items]
        if len(battery.items) == 1 or not fits([header, *rows]):
            return _lists(battery)
    return fit_table([header, *rows])


def _label(found: ItemReport) -> list[str]:
    return [show_controls(found.item.label)]


def _scale_cells(cell: Cell) -> list[str]:
    triple = cell.triple
    shares = [f"{share}%" for share in triple.shares] if triple and cell.of else ["-"] * 3
    return [str(cell.of), *shares, triple.note if triple else ""]


def _number_cells(found: ItemReport) -> list[str]:
    numbers = found.whole.numbers
    return [str(found.whole.of), *(show_number(numbers.get(n), found.item) for n in NUMBERS)]


def _option_cells(cell: Cell) -> list[str]:
    return [str(cell.of), *(cell.percent_of(option) for option, _ in cell.options)]


def _lists(battery: Battery) -> list[str]:
    """Each item as a list of its options, for those too wide to stand side by side."""
    lines: list[str] = []
    for found in battery.items:
        cell = found.whole
        header = [found.item.label, "cited", "of", "share", "bar"]
        rows = [
            [
                show_controls(option),
                *(str(cited), str(cell.of), percent(cited, cell.of)),
                "#" * round(_BAR_WIDTH * cited / cell.of if cell.of else 0),
            ]
            for option, cited in cell.options
        ]
        lines += [*([""] if lines else []), *fit_table([header, *rows], left=(0, 4))]
    return lines


def _notes(battery: Battery) -> list[str]:
    notes: list[str] = []
    for found in battery.items:
        label, cell = show_controls(found.item.label), found.whole
        total = sum(n for _, n in cell.options)
        if not cell.of:
            notes.append(f"Nobody answered: {label}.")
        elif cell.of == 1:
            notes.append(f"Only one respondent answered: {label}.")
        if battery.kind == "multiple" and total > cell.of:
            shares = percent(total, cell.of) if cell.of else "-"
            notes.append(f"Several answers were allowed: shares add to {shares} ({label}).")
    if battery.kind == "scale":
        notes += _scale_notes(battery)
    return [wrap(note) for note in notes]


def _scale_notes(battery: Battery) -> Iterator[str]:
    triples = [found.whole.triple for found in battery.items if found.whole.triple]
    for found in battery.items:
        if found.whole.triple and found.whole.triple.is_split:
            yield show_controls(f"{found.sentence}.")
    if any(triple.note.startswith("rounds") for triple in triples):
        yield (
            "Each share is rounded by itself. Rounded by largest remainders, which adds to 100: "
            + "; ".join(
                f"{triple} is {'/'.join(map(str, triple.adding))}"
                for triple in triples
                if triple.note.startswith("rounds")
            )
            + "."
        )
    if any(triple.note.endswith("outside") for triple in triples):
        yield "Outside: answers that are neither agree, neutral nor disagree; they are in the base."


def _by_group(battery: Battery, group: str) -> list[str]:
    """A table with a column for each group; where they have no room, a line says where they are."""
    values = list(battery.items[0].groups[group])
    header = [f"by {group}", *(show_controls(value) or "(blank)" for value in values)]
    rows: Lines = []
    for found in battery.items:
        cells = [found.groups[group][value] for value in values]
        rows += _group_rows(battery, found, cells)
    table = _beside(battery, group, [header, *rows])
    told = [
        wrap(show_controls(f"{said}."))
        for said in tell(battery.differences.get(group, ()), "counts.json")
    ]
    if not fits(table):
        return [wrap(f"By {group}: too many groups to print; see published/closed.csv."), *told]
    return [*fit_table(table), *([""] if told else []), *told]


def _beside(battery: Battery, group: str, table: Lines) -> Lines:
    """Of two groups how far the first is from the second, where there is room; of a scale in who
    agrees.
    """
    column = [DIFFERENCE]
    for found in battery.items:
        cells = found.groups[group]
        answers = [a for a, _ in found.whole.parts[:1] or found.whole.options]
        placed = [
            place_cells({v: (dict(c.parts or c.options).get(a, 0), c.of) for v, c in cells.items()})
            for a in answers
        ]
        if battery.kind == "number" or any(len(answer) != 2 for answer in placed):
            shown = ["" for _ in answers]
        else:
            shown = [show_difference(answer[0]) for answer in placed]
        column += shown if battery.kind == "scale" else ["", *shown, ""]
    if len(column) != len(table) or not any(column[1:]):
        return table
    wider = [[*line, cell] for line, cell in zip(table, column, strict=True)]
    return wider if fits(wider) else table


def _group_rows(battery: Battery, found: ItemReport, cells: Sequence[Cell]) -> Lines:
    if battery.kind == "scale":
        return [[*_label(found), *(f"{cell.triple} ({cell.of})" for cell in cells)]]
    if battery.kind == "number":
        means = [show_number(cell.numbers.get("mean"), found.item) for cell in cells]
        shown = [f"{mean} ({cell.of})" for mean, cell in zip(means, cells, strict=True)]
        return [[f"{_label(found)[0]}, mean (n)", *shown]]
    return [
        [*_label(found), *[""] * len(cells)],
        *(
            [f"  {show_controls(option)}", *(cell.percent_of(option) for cell in cells)]
            for option, _ in found.whole.options
        ),
        ["  of", *(str(cell.of) for cell in cells)],
    ]
