"""verbatims codebook diff OLD NEW --on ROUND."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.boundary import (
    Coders,
    Json,
    Quiet,
    echo_json,
    list_coders,
    show,
    warn_of_timeouts,
    warner,
)
from pipeline.cli.codebook_coverage import Show

if TYPE_CHECKING:
    from pipeline.figures import Checked, Published
    from pipeline.refine.diff import Difference, FigureChange, Move, Reason
    from pipeline.round import Round

WIDTH = 80
_REASONS_SHOWN = 3
_Compare = Callable[[tuple[str, ...], str], "Difference"]


Old = Annotated[Path, typer.Argument(metavar="OLD", help="A codebook.")]
New = Annotated[Path, typer.Argument(metavar="NEW", help="Another version of it.")]
On = Annotated[Path, typer.Option("--on", metavar="ROUND", help="The round to try both on.")]
Theme = Annotated[str, typer.Option("--theme", help="Only this theme or net.", show_default=False)]
Check = Annotated[bool, typer.Option("--check", help="Exit 1 if anything moved.")]


@dataclass(frozen=True, slots=True)
class _Held:
    """A published figure by both codebooks; None where one does not count it."""

    published: Published
    old: Checked | None
    new: Checked | None

    @property
    def change(self) -> str:
        """Whether it holds: yes or no by both, or it starts or stops to."""
        before, after = (bool(side and side.holds) for side in (self.old, self.new))
        if before == after:
            return "yes" if after else "no"
        return "starts" if after else "stops"


def diff(  # noqa: PLR0913 - one for each option
    old: Old,
    new: New,
    on: On,
    theme: Theme = "",
    number: Show = 10,
    check: Check = False,
    coders: Coders = "",
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Show what a change of codebook does to a round.

    Which counts move, which responses gain or lose which theme and by which rule, and which
    published figures start or stop to hold. A theme that NEW names in 'was:' goes on from the old.
    """
    from pipeline.errors import CheckFailed
    from pipeline.report.plain import show_controls
    from pipeline.round import load_round

    the_round = load_round(on)
    compare = _comparer(the_round, (old, new), quiet=quiet)
    found = compare(tuple(list_coders(coders)), theme)
    warn_of_timeouts(found.timed_out, quiet=quiet)
    held = _hold(the_round, found, compare)
    if as_json:
        echo_json(_as_json(found, held, the_round))
    else:
        show(show_controls("\n".join(_lines(found, held, the_round, number))))
    if check and found.moved:
        what = f"{len(found.moves)} responses gained or lost a theme and "
        what += f"{sum(figure.moved for figure in found.figures)} counts moved."
        raise CheckFailed.because(code="E331", where=new.as_posix(), what=what)


def _comparer(the_round: Round, paths: tuple[Path, Path], *, quiet: bool) -> _Compare:
    """What compares the two, given coders and a theme; the first time it says its warnings."""
    from pipeline.plan import plan_run
    from pipeline.refine.diff import compare_codebooks, plan_with

    warnings = [warner(quiet=quiet)]

    def compare(coders: tuple[str, ...], theme: str) -> Difference:
        # What is wrong with the round is said once, and what was wrong with OLD is past.
        warn = warnings.pop() if warnings else None
        new = plan_run(replace(the_round, codebook=paths[1]), coders, warn)
        return compare_codebooks(plan_with(new, paths[0]), new, theme)

    return compare


def _hold(the_round: Round, found: Difference, compare: _Compare) -> list[_Held]:
    """The round's published figures of what was compared, each on the word of its own coders."""
    from pipeline.figures import Published, load_figures

    if the_round.figures is None:
        return []
    ids = {entry.id for entry in found.new.entries}
    gone = [entry for entry in found.old.entries if entry.id not in ids]
    both = replace(found.new, entries=(*found.new.entries, *gone))
    shown = {name for change in found.figures for name in (change.theme, *change.was)}
    published = load_figures(the_round.figures, the_round, both)
    differences = {(): found, found.coders: found}
    held = []
    for figure in published:
        if isinstance(figure, Published) and not figure.group and figure.theme in shown:
            if figure.coders not in differences:
                differences[figure.coders] = compare(figure.coders, "")
            held.append(_check(figure, differences[figure.coders].figures))
    return held


def _check(published: Published, changes: Sequence[FigureChange]) -> _Held:
    from pipeline.figures import Checked

    for change in changes:
        named = published.theme in (change.theme, *change.was)
        if named and change.question == published.question and not change.facet:
            old, new = (
                None if cited is None else Checked(published, cited, change.of)
                for cited in (change.old, change.new)
            )
            return _Held(published, old, new)
    return _Held(published, None, None)


def _lines(
    found: Difference, held: Sequence[_Held], the_round: Round, number: int
) -> Iterator[str]:
    from pipeline.report.plain import align

    old, new = (book.coder.removeprefix("codebook:") for book in (found.old, found.new))
    yield f"{the_round.name}: {old} -> {new}"
    yield f"On the word of {' and '.join(found.coders)}.\n"
    moved = [figure for figure in found.figures if figure.moved]
    if moved:
        yield from align([_HEADER, *map(_figure_cells, moved)], left=(0, 1, 6))
        yield ""
    yield f"{len(moved)} of {len(found.figures)} counts move."
    for theme, group in groupby(found.moves, lambda move: move.theme):
        yield from _move_lines(theme, list(group), number)
    if held:
        yield ""
        table = [["published figure", "published", "old", "new", "holds"], *map(_held_cells, held)]
        yield from align(table, left=(0, 1, 2, 3, 4))


_HEADER = ["question", "theme", "old", "new", "change", "of", ""]


def _figure_cells(figure: FigureChange) -> list[str]:
    change = (figure.new or 0) - (figure.old or 0)
    facet = f" [{figure.facet}]" if figure.facet else ""
    note = f"was {', '.join(figure.was)}" if figure.was else ""
    note = "new" if figure.old is None else "gone" if figure.new is None else note
    return [
        figure.question,
        f"{'net: ' if figure.net else ''}{figure.theme}{facet}",
        "-" if figure.old is None else str(figure.old),
        "-" if figure.new is None else str(figure.new),
        f"{change:+d}" if change else "0",
        str(figure.of),
        note,
    ]


def _move_lines(theme: str, moves: Sequence[Move], number: int) -> Iterator[str]:
    gained = sum(move.gained for move in moves)
    yield f"\n{theme}: {gained} gained, {len(moves) - gained} lost"
    for _, group in groupby(moves, lambda move: move.gained):
        ways = list(group)
        for move in ways[:number]:
            facet = f" [{move.facet}]" if move.facet else ""
            yield f"  {'+' if move.gained else '-'} {move.response_id}{facet}"
            yield from map(_reason, move.reasons[:_REASONS_SHOWN])
            if not move.reasons:
                yield f"      on the word of {move.by}"
            if len(move.reasons) > _REASONS_SHOWN:
                yield f"      and {len(move.reasons) - _REASONS_SHOWN} more quotes"
        if len(ways) > number:
            more = f"{len(ways) - number} more {'gained' if ways[0].gained else 'lost'}"
            yield f"  and {more}; --show N lists N"


def _reason(reason: Reason) -> str:
    import textwrap

    if not reason.rule:
        return f"      classifier {reason.score:.2f}"
    quote = " ".join(reason.quote.split())
    return textwrap.fill(
        f'{reason.rule} "{quote}"', WIDTH, initial_indent=" " * 6, subsequent_indent=" " * 8
    )


def _held_cells(held: _Held) -> list[str]:
    figure = held.published
    sides = [f"{side.cited} of {side.of}" if side else "-" for side in (held.old, held.new)]
    return [figure.id, figure.printed, *sides, held.change]


def _as_json(found: Difference, held: Sequence[_Held], the_round: Round) -> dict[str, Any]:
    return {
        "round": the_round.name,
        "old": found.old.coder,
        "new": found.new.coder,
        "coders": list(found.coders),
        "moved": found.moved,
        "figures": [{**asdict(figure), "was": list(figure.was)} for figure in found.figures],
        "moves": [
            {**asdict(move), "reasons": [asdict(reason) for reason in move.reasons]}
            for move in found.moves
        ],
        "published": [
            {
                "id": item.published.id,
                "cited": item.published.cited,
                "of": item.published.of,
                "old": item.old.cited if item.old else None,
                "new": item.new.cited if item.new else None,
                "holds": item.change,
            }
            for item in held
        ],
    }
