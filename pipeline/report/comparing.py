"""What groups differ in, as sentences: the difference and its interval first, the test after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.report.sentences import percent, say_ends, say_interval, say_points

SURE = 0.05
"""A difference is told where Holm's p is below this, the test says nothing against itself (at least
5 are expected in every cell), and both sides have LEAST_IN_GROUP responses."""
LEAST_IN_GROUP = 10
MOST_FINDINGS = 5
"""Differences told of one question and column; the rest are in comparisons.csv."""
DIFFERENCE = "points (95%)"
"""The head of a column of differences, the first group less the second, with their intervals."""
CAVEAT = (
    "Groups are compared among those who answered, and differ in more than their name: a "
    "difference need not be due to the group. Intervals and tests say what chance alone would do "
    "if the respondents had been drawn at random. Told are differences with Holm's p below .05 "
    "over the themes of a question (or the answers of a battery) and column, where at least 5 are "
    "expected in every cell and both sides have at least 10 responses; of several groups the one "
    "that differs most. Points are the first group less the second, with the 95% interval."
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A theme in a group: who cites it, and how far the group is from the rest."""

    value: str
    cited: int
    of: int
    rest_cited: int = 0
    rest_of: int = 0
    difference: float | None = None
    low: float | None = None
    high: float | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A theme that groups differ in, beyond what chance would do."""

    theme: str
    difference: float
    sentence: str


def tell(findings: Sequence[Finding], file: str) -> list[str]:
    """The largest differences as sentences, and where the rest are."""
    more = len(findings) - MOST_FINDINGS
    rest = [f"And {more} more in published/{file}"] if more > 0 else []
    return [finding.sentence for finding in findings[:MOST_FINDINGS]] + rest


def find_differences(
    compared: Sequence[Mapping[str, Any]],
    cells: Mapping[str, Sequence[Cell]],
    labels: Mapping[str, str],
) -> list[Finding]:
    """The differences that are told of one question and column, the largest first.

    `compared` are rows of **comparisons**, `cells` the groups of each theme.
    """
    found = [
        finding
        for row in compared
        if row["theme"] and not row["note"] and row["holm"] is not None and row["holm"] < SURE
        for finding in _find(row, cells[row["theme"]], labels[row["theme"]])
    ]
    return sorted(found, key=lambda finding: -abs(finding.difference))


def _find(row: Mapping[str, Any], cells: Sequence[Cell], label: str) -> Iterator[Finding]:
    there = [cell for cell in cells if cell.of]
    chosen = [cell for cell in there if row["value"] in ("", cell.value)]
    enough = [c for c in chosen if c.difference and min(c.of, c.rest_of) >= LEAST_IN_GROUP]
    if not enough:
        return
    cell = max(enough, key=lambda c: abs(c.difference or 0))
    other = "the rest"
    if row["value"]:
        other = "those without"
    elif len(there) == 2:
        cell = max(enough, key=lambda c: c.difference or 0)
        other = next(c.value for c in there if c.value != cell.value)
    yield Finding(
        row["theme"], cell.difference or 0.0, f"{label}: {say_difference(cell, other, row['holm'])}"
    )


def say_difference(cell: Cell, other: str, holm: float) -> str:
    """A difference from others in words; points and interval are of the larger less the smaller.

    >>> cell = Cell("Supplier", 16, 21, 60, 137, 0.324, 0.10, 0.48)
    >>> say_difference(cell, "Officer", 0.0031)
    "Supplier more often than Officer: 76% (16 of 21) against 44% (60 of 137); difference 32 points (95% interval 10 to 48), Holm's p .003"
    """  # noqa: E501 - the sentence is one line of output
    difference, low, high = cell.difference or 0.0, cell.low or 0.0, cell.high or 0.0
    more = difference > 0
    if not more:
        difference, low, high = -difference, -high, -low
    here = f"{percent(cell.cited, cell.of)} ({cell.cited} of {cell.of})"
    there = f"{percent(cell.rest_cited, cell.rest_of)} ({cell.rest_cited} of {cell.rest_of})"
    points = say_points(difference, 0 if difference >= 0.02 else 1)
    return (
        f"{cell.value} {'more' if more else 'less'} often than {other}: {here} against {there}; "
        f"difference {points} points ({say_interval(low, high)}), Holm's p {say_p(holm)}"
    )


def show_difference(cell: Cell) -> str:
    """A difference from the rest in points with its interval, as a cell of a table.

    >>> show_difference(Cell("Supplier", 16, 21, 60, 137, 0.324, 0.10, 0.48))
    '32 (10 to 48)'
    """
    if cell.difference is None or cell.low is None or cell.high is None:
        return "-"
    return f"{say_points(cell.difference)} ({say_ends(cell.low, cell.high)})"


def say_p(p: float) -> str:
    """A p-value to three decimals, never 0 or 1.

    >>> say_p(0.00312), say_p(1e-9), say_p(0.99996)
    ('.003', '< .001', '> .999')
    """
    if p < 0.001:
        return "< .001"
    return "> .999" if p > 0.999 else f"{p:.3f}"[1:]


def say_together(row: Mapping[str, Any]) -> str:
    """The test of all themes together, from its row of **comparisons**."""
    if row["p"] is None:
        return f"All themes together: {row['note']}."
    said = "more" if row["p"] < SURE else "no more"
    note = f"; {row['note']}" if row["note"] else ""
    return (
        f"All themes together: the {row['groups']} groups differ {said} than chance alone would "
        f"have it (Rao-Scott test of {row['of']} responses, p {say_p(row['p'])}{note})."
    )
