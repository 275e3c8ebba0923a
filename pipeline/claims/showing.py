"""What was made of each claim, as text within 80 columns and as JSON."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.claims.checking import say_found, share_of
from pipeline.claims.known import Known
from pipeline.claims.placing import BASE_DIFFERS, DIFFERS, HOLDS, UNPLACED, Placed
from pipeline.report.columns import show_controls

WIDTH = 80
_QUOTED = 300


def summarise_claims(placed: Sequence[Placed]) -> str:
    """How many claims there are, and what was made of them; the parts add up.

    >>> summarise_claims([])
    '0 claims: 0 hold, 0 do not, 0 could not be placed'
    """
    number = Counter(item.verdict for item in placed)
    wrong = number[DIFFERS] + number[BASE_DIFFERS]
    noun = "claim" if len(placed) == 1 else "claims"
    return (
        f"{len(placed)} {noun}: {number[HOLDS]} hold, {wrong} do not, "
        f"{number[UNPLACED]} could not be placed"
    )


def render_claims(placed: Sequence[Placed], name: str) -> str:
    """Each claim with its place, its sentence, and what was found; last the summary."""
    lines = [line for item in placed for line in (*_render(item, name), "")]
    return "\n".join([*lines, f"{summarise_claims(placed)}."])


def _render(item: Placed, name: str) -> Iterator[str]:
    claim = item.claim
    separator = ":" if claim.where[:1].isdigit() else ", "
    yield from _wrap(f"{name}{separator}{claim.where}  {item.verdict.upper()}", "", "  ")
    yield from _wrap(f'"{_shorten(claim.quote)}"', "  ", "   ")
    yield from _wrap(f"{claim.text}: {_explain(item)}", "  ", "    ")


def _shorten(quote: str) -> str:
    return quote if len(quote) <= _QUOTED else f"{quote[: _QUOTED - 4]} ..."


def _explain(item: Placed) -> str:
    note = f" ({item.note})" if item.note else ""
    if item.verdict != UNPLACED:
        figure = item.figures[0]
        return f"found {say_found(figure)}, {figure.name}{note}"
    if not item.figures:
        return f"could not place{note}"
    names = list(dict.fromkeys(figure.name for figure in item.figures))
    choice = f"either {' or '.join(names)}" if len(names) > 1 else f"perhaps {names[0]}"
    return f"could not place: {choice}{note}"


def _wrap(text: str, first: str, rest: str) -> list[str]:
    return textwrap.wrap(
        show_controls(text).replace("\t", " ").replace("\n", " "),
        WIDTH,
        initial_indent=first,
        subsequent_indent=rest,
        break_on_hyphens=False,
    )


def claim_as_json(item: Placed) -> dict[str, Any]:
    """One claim as JSON; offsets are none of it: the place is as a person finds it."""
    claim = item.claim
    return {
        "where": claim.where,
        "heading": claim.passage.heading,
        "claim": claim.text,
        "sentence": claim.quote,
        "verdict": item.verdict,
        "figures": [_figure_as_json(figure) for figure in item.figures],
        "note": item.note,
    }


def _figure_as_json(figure: Known) -> dict[str, Any]:
    share = share_of(figure) if figure.mean is None else None
    return {
        "name": figure.name,
        "subject": figure.subject,
        "question": figure.question,
        "value": figure.value,
        "group": {figure.group: figure.group_value} if figure.group else {},
        "cited": figure.cited,
        "of": figure.of,
        "share": None if share is None else round(float(share), 4),
        "triple": list(figure.triple) if figure.triple else None,
        "mean": figure.mean,
    }
