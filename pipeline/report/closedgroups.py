"""What groups differ in when they answer closed questions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.report.comparing import Cell, Finding, find_differences
from pipeline.statistics.intervals import newcombe_difference
from pipeline.statistics.multiple import holm

Answer = tuple[str, str]
"""The label of a closed question, and one of its answers."""


def place_cells(counts: Mapping[str, tuple[int, int]]) -> list[Cell]:
    """The groups that answered, each against the rest, from who gave the answer and how many
    answered at all. Blank is no group.
    """
    known = {value: count for value, count in counts.items() if value and count[1]}
    total = [sum(count[place] for count in known.values()) for place in (0, 1)]
    return [
        _against(Cell(value, cited, of, total[0] - cited, total[1] - of))
        for value, (cited, of) in known.items()
    ]


def _against(cell: Cell) -> Cell:
    if not cell.rest_of:
        return cell
    low, high = newcombe_difference(cell.cited, cell.of, cell.rest_cited, cell.rest_of)
    apart = cell.cited / cell.of - cell.rest_cited / cell.rest_of
    return replace(cell, difference=apart, low=low, high=high)


def find_closed(answers: Mapping[Answer, Sequence[Cell]]) -> list[Finding]:
    """The differences that are told of some closed questions by one group column, the largest
    first: of each question its answer that differs most. `theme` is the question's label.

    Holm's p is over all the answers given here.
    """
    tested = list(_test(answers))
    adjusted = holm([row["p"] for row in tested]) if tested else ()
    rows = [{**row, "holm": float(p)} for row, p in zip(tested, adjusted, strict=True)]
    cells = {row["theme"]: answers[row["answer"]] for row in rows}
    label_of = {row["theme"]: row["answer"][0] for row in rows}
    first: dict[str, Finding] = {}
    for found in find_differences(rows, cells, {name: name for name in cells}):
        label = label_of[found.theme]
        first.setdefault(label, replace(found, theme=label))
    return list(first.values())


def _test(answers: Mapping[Answer, Sequence[Cell]]) -> Iterator[dict[str, Any]]:
    # A round without groups does without the tenth of a second that this takes.
    import numpy as np  # noqa: PLC0415

    from pipeline.count.comparisons import associate  # noqa: PLC0415

    for (label, answer), cells in answers.items():
        table = np.array([(cell.cited, cell.of - cell.cited) for cell in cells])
        row = associate(table) if len(cells) > 1 else None
        if row:
            about = {"theme": f"{label}, {answer}", "answer": (label, answer), "value": ""}
            yield {**about, **row}
