"""Agreement on a screen: a table a comparison, and the list of disagreements."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING

from pipeline.cli.boundary import show

if TYPE_CHECKING:
    from pipeline.agreement import Comparison
    from pipeline.agreement.comparison import Agreement
    from pipeline.cli.review_agree import Heard
    from pipeline.statistics.resampled import Measured

_COLUMNS = {
    "raw": "raw",
    "positive": "pos",
    "negative": "neg",
    "kappa": "kappa",
    "alpha": "alpha",
    "ac1": "AC1",
}
_ROOM = 14
_EXCERPT = 4
_WIDTH = 80


def show_comparisons(found: Sequence[Comparison], left_out: Mapping[str, int], seed: int) -> None:
    """Every comparison that has a response, and how to read it."""
    for comparison in found:
        if comparison.responses:
            show("\n".join([*_head(comparison), "", *_table(comparison), *_tail(comparison), ""]))
    notes = [
        "n: responses that two or more had in view and were sure of. Under a figure its 95% "
        f"interval, by resampling responses (seed {seed}). overall: all themes pooled. pos, neg: "
        "agreement on presence, on absence. kappa: Cohen's, of more than two Conger's. alpha: "
        "Krippendorff's. AC1: Gwet's.",
        "*: the rarer word was said of fewer than 10 responses: little is known, and the intervals "
        "rest in part on what might have been said. Read more.",
        "-: no variation; everybody said the same of every response, so nothing is known beyond "
        "chance.",
    ]
    if any(map(_is_marked, (facet for each in found for facet in each.facets))):
        notes.append("/: a facet of the theme above it.")
    for what, word in (("stale", "are stale"), ("lost", "have no place in the round any more")):
        if left_out[what]:
            notes.append(f"{left_out[what]} decisions {word} and are left out.")
    show("\n".join(line for note in notes for line in textwrap.wrap(note, _WIDTH)))


def _head(comparison: Comparison) -> list[str]:
    names = [_person(name) for name in comparison.coders]
    people = f"{', '.join(names[:-1])} and {names[-1]}"
    one = comparison.responses == 1
    return textwrap.wrap(
        f"{people}: {comparison.responses} {'response' if one else 'responses'} in common", _WIDTH
    )


def _table(comparison: Comparison) -> list[str]:
    from pipeline.report.columns import align

    lines = [["theme", "n", *_COLUMNS.values()]]
    rows = {row.theme: row for row in comparison.themes}
    of = dict.fromkeys([*rows, *(facet.theme for facet in comparison.facets)])
    for theme in of:
        if theme in rows:
            lines += _cells(theme + _mark(rows[theme]), rows[theme])
        for facet in comparison.facets:
            if facet.theme == theme and _is_marked(facet):
                lines += _cells(f"/ {facet.facet}{_mark(facet)}", facet)
    if len(comparison.themes) > 1:
        lines += _cells("overall", comparison.overall)
    return align(lines)


def _is_marked(facet: Agreement) -> bool:
    """Whether anybody says that the facet is there: a codebook has more of them than are read."""
    return facet.varies or facet.measures["positive"].value is not None


def _cells(name: str, row: Agreement) -> list[list[str]]:
    """The lines of a row: the figures, their intervals below, and the name as long as it is."""
    figures = [str(row.n), *(_short(row.measures[key].value) for key in _COLUMNS)]
    below = ["", *(_interval(row.measures[key]) for key in _COLUMNS)]
    names = textwrap.wrap(name, _ROOM, subsequent_indent="  ")
    rows = zip_longest(names, [figures, below], fillvalue=None)
    return [[part or "", *(cells or [""] * len(figures))] for part, cells in rows]


def _mark(row: Agreement) -> str:
    from pipeline.agreement.comparison import FEW

    return " *" if row.varies and row.rarer < FEW else ""


def _tail(comparison: Comparison) -> list[str]:
    notes = []
    if comparison.sets and comparison.sets.n:
        alpha, raw = comparison.sets.measures["masi_alpha"], comparison.sets.measures["raw"]
        said = f"MASI alpha {_short(alpha.value)} ({_interval(alpha)})"
        notes.append(
            f"Whole label sets: {comparison.sets.n} responses, {_short(raw.value)} the same, "
            + (said if alpha.value is not None else "no variation")
            + "."
        )
    unmarked = sum(not _is_marked(facet) for facet in comparison.facets)
    if unmarked:
        notes.append(f"Facets in view that nobody marked, not shown: {unmarked}.")
    if comparison.overall.unsure:
        notes.append(f"Unsure, and so left out: {comparison.overall.unsure} decisions.")
    return ["", *(line for note in notes for line in textwrap.wrap(note, _WIDTH))] if notes else []


def _short(value: float | None) -> str:
    """Two decimals without the zero before them, and 1.0.

    >>> [_short(value) for value in (0.944, -0.0234, 1.0, None)]
    ['.94', '-.02', '1.0', '-']
    """
    if value is None:
        return "-"
    text = f"{value:.2f}".replace("0.", ".", 1) if abs(value) < 0.995 else f"{value:.1f}"
    return ".00" if text == "-.00" else text


def _interval(measured: Measured) -> str:
    return "" if measured.low is None else f"{_short(measured.low)} {_short(measured.high)}"


def show_disagreements(found: Sequence[Comparison], heard: Heard, limit: int | None) -> None:
    """What coders say present and absent of, with the beginning of the answer."""
    from pipeline.agreement import hear_settled
    from pipeline.report.columns import show_controls

    settled = hear_settled(heard.decisions)
    items = [item for comparison in found for item in comparison.disagreements]
    for item in items[:limit]:
        said = ", ".join(f"{_person(name)} {word}" for name, word in item.words.items())
        word = settled.get((item.response_id, item.theme, item.facet))
        said = f"{item.theme}{item.facet and ' / ' + item.facet}: {said}" + (
            f"; settled as {word}" if word else ""
        )
        show("\n".join(textwrap.wrap(said, _WIDTH)))
        answer = heard.answers[item.response_id].text
        for text in (f"{item.response_id} (question {item.question})", answer):
            safe = show_controls(" ".join(text.split()))
            lines = textwrap.wrap(safe, _WIDTH - 2, max_lines=_EXCERPT, placeholder=" ...")
            show(textwrap.indent("\n".join(lines), "  "))
        show("")
    if limit is not None and len(items) > limit:
        show(f"and {len(items) - limit} more; --show all")
    else:
        show(f"{len(items)} {'disagreement' if len(items) == 1 else 'disagreements'}.")


def write_unsettled(found: Sequence[Comparison], heard: Heard) -> str:
    """The csv in which an adjudicator settles what is not settled yet: a row a response and theme,
    or facet of it, what each coder says side by side, and `decision` not read yet.
    """
    from pipeline.agreement import hear_settled
    from pipeline.coded import UNREAD
    from pipeline.sheet import write_sheet

    settled = hear_settled(heard.decisions)
    coders = list(dict.fromkeys(name for comparison in found for name in comparison.coders))
    items = {
        (item.response_id, item.theme, item.facet): item
        for comparison in found
        for item in comparison.disagreements
    }
    left = [items[place] for place in sorted(items.keys() - settled.keys())]
    faceted = ["facet"] * any(item.facet for item in left)
    header = ["response_id", "question", "answer", "theme", *faceted, *map(_person, coders)]
    rows = [
        [
            *(item.response_id, item.question, heard.answers[item.response_id].text, item.theme),
            *([item.facet] if faceted else []),
            *(item.words.get(name, "") for name in coders),
            *(UNREAD, ""),
        ]
        for item in left
    ]
    return write_sheet([*header, "decision", "memo"], rows)


def _person(coder: str) -> str:
    return coder.removeprefix("human:")
