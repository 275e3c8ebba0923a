"""How a comparison is put into words and cells, the same for every way to show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.compare.data import (
    BaseMove,
    Comparison,
    FigureMove,
    Input,
    Setting,
    Tally,
    Wave,
    Waves,
)

IDENTICAL = "Nothing moved: both runs have the same inputs, the same evidence and the same figures."
RUN_HEADER = ("theme", "before", "after", "change")
_BEYOND_CHANCE = 0.05


def name_inputs(inputs: Sequence[Input]) -> str:
    """Which files are the same and which are not, in a sentence.

    >>> name_inputs([Input("source", "same", "a", "a"), Input("codebook", "changed", "b", "c")])
    'Inputs: source the same; codebook changed.'
    """
    words = {"same": "the same", "changed": "changed", "added": "added", "removed": "removed"}
    parts = []
    for state, word in words.items():
        roles = [item.role for item in inputs if item.state == state]
        if roles:
            parts.append(f"{', '.join(roles)} {word}")
    return f"Inputs: {'; '.join(parts)}."


def name_setting(setting: Setting) -> str:
    """A setting in both runs.

    >>> name_setting(Setting("base", "substantive", "answered"))
    'base: substantive -> answered'
    """
    return f"{setting.name}: {setting.old} -> {setting.new}"


def name_theme(figure: FigureMove | Wave) -> str:
    """A figure's theme, its facet, and what it was called."""
    facet = f" [{figure.facet}]" if figure.facet else ""
    was = f" (was {', '.join(figure.was)})" if figure.was else ""
    return f"{'net: ' if figure.net else ''}{figure.theme}{facet}{was}"


def count_cells(move: FigureMove | BaseMove) -> list[str]:
    """Before, after and change; a dash where a run does not count it."""
    change = (move.new or 0) - (move.old or 0)
    sides = ["-" if side is None else str(side) for side in (move.old, move.new)]
    return [*sides, f"{change:+d}" if change else "0"]


def tell_why(move: FigureMove | BaseMove) -> list[str]:
    """What was gained and lost, and by what: '+3: 2 by the new rule slow/4, 1 in new responses'."""
    return [
        _tell(f"{sign}{number}", why)
        for sign, number, why in (
            ("+", move.gained, move.why_gained),
            ("-", move.lost, move.why_lost),
        )
        if number
    ]


def _tell(number: str, why: Sequence[Tally]) -> str:
    if len(why) == 1:
        return f"{number} {why[0].what}"
    return f"{number}: {', '.join(f'{tally.number} {tally.what}' for tally in why)}"


def conclude(comparison: Comparison) -> str:
    """How many of the figures moved."""
    moved = sum(figure.moved for figure in comparison.figures)
    return f"{moved} of {len(comparison.figures)} figures moved."


def share_cell(cited: int, of: int) -> str:
    """A count and its share.

    >>> share_cell(40, 105), share_cell(0, 0)
    ('40 38.1%', '0 -')
    """
    return f"{cited} {cited / of:.1%}" if of else f"{cited} -"


def points(difference: float | None) -> str:
    """A difference of shares in percentage points.

    >>> points(0.0524), points(-0.0001), points(None)
    ('+5.2', '+0.0', '-')
    """
    return "-" if difference is None else f"{round(100 * difference, 1) + 0.0:+.1f}"


def wave_header(waves: Waves) -> list[str]:
    """The columns of a table of waves."""
    tests = ["95% interval", "p (Holm)"] if waves.sampled else []
    return ["theme", "before", "after", "points", *tests]


def wave_cells(figure: Wave, *, sampled: bool) -> list[str]:
    """The cells of a figure in two rounds."""
    sides = [share_cell(figure.old, figure.old_of), share_cell(figure.new, figure.new_of)]
    cells = [name_theme(figure), *sides, points(figure.difference)]
    if not sampled:
        return cells
    if figure.adjusted is None:
        return [*cells, "-", "-"]
    p = "<0.001" if figure.adjusted < 0.001 else f"{figure.adjusted:.3f}"
    return [*cells, f"{points(figure.low)} to {points(figure.high)}", p]


def tell_waves(waves: Waves) -> Iterator[str]:
    """What the differences are of, and which of them chance alone would hardly give."""
    if not waves.sampled:
        yield (
            "Differences are of those who answered and have no sampling error: a round whose "
            "respondents are a sample says 'population: sample'."
        )
    else:
        yield (
            "Intervals are of chance variation alone, for samples drawn at random and apart "
            "(Newcombe's method 10); p by Campbell's test of two shares, adjusted by Holm over "
            "all figures that both rounds have."
        )
        yield from _tell_beyond(waves.figures)
    for names, which in ((waves.only_old, "first"), (waves.only_new, "second")):
        if names:
            yield f"In the {which} codebook alone: {', '.join(names)}."


def _tell_beyond(figures: Sequence[Wave]) -> Iterator[str]:
    beyond = [f for f in figures if f.adjusted is not None and f.adjusted < _BEYOND_CHANCE]
    if not beyond:
        yield "No difference is beyond chance (adjusted p under 0.05)."
        return
    yield "Beyond chance (adjusted p under 0.05), the largest first:"
    for figure in sorted(beyond, key=lambda f: -abs(f.difference or 0)):
        ends = f"{points(figure.low)} to {points(figure.high)}"
        where = f"{name_theme(figure)} in {figure.question}"
        yield f"  {where}: {points(figure.difference)} points ({ends})"
