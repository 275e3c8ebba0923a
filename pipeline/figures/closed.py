"""Published figures of closed questions, checked against the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

import pyarrow as pa

from pipeline.count import filter_groups, group_values
from pipeline.errors import InputError, Problem, near
from pipeline.figures.numbers import (
    cut_range,
    decimals_of,
    parse_cited,
    parse_measure,
    parse_triple,
    some_counts_fit,
)
from pipeline.figures.themes import (
    note_impossible,
    print_percent,
)
from pipeline.round import ClosedItem
from pipeline.round.closed import SCALE_PARTS, find_option
from pipeline.tables import keep
from pipeline.wording import (
    is_split,
    largest_remainder,
    parse_share,
    print_share,
    round_half_up,
    round_parts,
)

SPLIT = "a split"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedFigure:
    """A published figure of a closed question: `says` holds each statement as it was printed.

    `values` are the options that share and count are of: a respondent counts once for any of them.
    """

    id: str
    item: ClosedItem
    values: tuple[str, ...]
    says: Mapping[str, str]
    of: int | None
    group: Mapping[str, str]
    source: str


class _Found(NamedTuple):
    """What the answers say: the base, those of the values, the three parts, the numbers."""

    of: int
    cited: int
    parts: tuple[int, ...]
    numbers: tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class CheckedClosed:
    """A published figure of a closed question beside what the answers say."""

    published: ClosedFigure
    counted: _Found

    @property
    def id(self) -> str:
        """The figure's id."""
        return self.published.id

    @property
    def source(self) -> str:
        """Where it was published."""
        return self.published.source

    @property
    def coders(self) -> tuple[str, ...] | None:
        """Nobody coded an answer that was picked."""
        return None

    @property
    def printed(self) -> str:
        """What was published."""
        figure = self.published
        shown = {**figure.says, "share": print_percent(figure.says.get("share", ""))}
        named = [f"{key} {shown[key]}" for key in ("n", "mean", "range") if key in shown]
        plain = [shown[key] for key in ("cited", "share", "triple") if shown.get(key)]
        return ", ".join([*plain, *named]) + (f" of {figure.of}" if figure.of is not None else "")

    @property
    def found(self) -> str:
        """What was found."""
        figure, counted = self.published, self.counted
        if not counted.of:
            return "nobody answered"
        says, parts = figure.says, []
        if "triple" in says or says.get("share") == SPLIT:
            decimals = decimals_of(says.get("triple", ""))
            shares = round_parts(counted.parts, counted.of, decimals)
            triple = "/".join(print_share(share, decimals) for share in shares)
            parts.append(f"{triple} of {counted.of}")
        if "cited" in says or says.get("share", SPLIT) != SPLIT:
            decimals = decimals_of(says.get("share", ""))
            share = round_half_up(Fraction(100 * counted.cited, counted.of), decimals)
            parts.append(f"{counted.cited} of {counted.of} ({print_share(share, decimals)}%)")
        return ", ".join([*parts, *self._found_numbers()])

    def _found_numbers(self) -> list[str]:
        says, numbers = self.published.says, self.counted.numbers
        shown = [f"n {self.counted.of}"] if "n" in says or numbers else []
        if "mean" in says:
            decimals = decimals_of(says["mean"])
            mean = round_half_up(sum(numbers, Fraction(0)) / len(numbers), decimals)
            shown.append(f"mean {print_share(mean, decimals)}")
        if "range" in says:
            shown.append(f"range {float(min(numbers)):.12g} to {float(max(numbers)):.12g}")
        return shown

    @property
    def holds(self) -> bool:
        """Whether everything that the figure states is so."""
        figure = self.published
        if figure.of not in (None, self.counted.of):
            return False
        return all(_HOLDS[key](text, self.counted) for key, text in figure.says.items())

    @property
    def notes(self) -> tuple[str, ...]:
        """What no whole numbers can give, and triples that do not add to 100."""
        figure = self.published
        of = figure.of or self.counted.of
        share = figure.says.get("share", SPLIT)
        notes = [] if share == SPLIT else list(note_impossible(share, of, "respondents"))
        if "triple" in figure.says:
            notes += _triple_notes(figure, of, self.counted)
        return tuple(notes)

    def as_json(self) -> dict[str, Any]:
        """The figure as JSON."""
        figure = self.published
        return {
            "id": figure.id,
            "closed": figure.item.id,
            **({"value": list(figure.values)} if figure.values else {}),
            **({"group": dict(figure.group)} if figure.group else {}),
            "published": {**figure.says, "of": figure.of},
            "found": {**self._counts(), "said": self.found},
            "holds": self.holds,
            **({"notes": list(self.notes)} if self.notes else {}),
            "source": figure.source,
        }

    def _counts(self) -> dict[str, Any]:
        counted = self.counted
        found: dict[str, Any] = {"of": counted.of}
        if self.published.values:
            found["cited"] = counted.cited
        if self.published.item.kind == "scale":
            found["parts"] = dict(zip(SCALE_PARTS, counted.parts, strict=True))
        return found


def _share_holds(text: str, found: _Found) -> bool:
    if not found.of:
        return False
    if text == SPLIT:
        agree, _, disagree = (Fraction(100 * part, found.of) for part in found.parts)
        return is_split(agree, disagree)
    limits = parse_share(text)
    return limits is not None and limits.holds(Fraction(100 * found.cited, found.of))


def _cited_holds(text: str, count: int) -> bool:
    limits = parse_cited(text)
    return limits is not None and limits[0] <= count <= limits[1]


def _triple_holds(text: str, found: _Found) -> bool:
    if not found.of:
        return False
    printed, decimals = parse_triple(text), decimals_of(text)
    alone = round_parts(found.parts, found.of, decimals)
    return printed in (alone, largest_remainder(found.parts, found.of, decimals))


def _mean_holds(text: str, found: _Found) -> bool:
    limits = parse_measure(text)
    if not found.numbers or limits is None:
        return False
    return limits.holds(sum(found.numbers, Fraction(0)) / len(found.numbers))


def _range_holds(text: str, found: _Found) -> bool:
    ends = [parse_measure(end) for end in cut_range(text)]
    if not found.numbers:
        return False
    numbers = (min(found.numbers), max(found.numbers))
    return all(
        limits is not None and limits.holds(number)
        for limits, number in zip(ends, numbers, strict=True)
    )


_HOLDS = {
    "share": _share_holds,
    "cited": lambda text, found: _cited_holds(text, found.cited),
    "n": lambda text, found: _cited_holds(text, found.of),
    "triple": _triple_holds,
    "mean": _mean_holds,
    "range": _range_holds,
}


def _triple_notes(figure: ClosedFigure, of: int, found: _Found) -> list[str]:
    text = figure.says["triple"]
    printed, decimals = parse_triple(text), decimals_of(text)
    if not printed or not of:
        return []
    notes = []
    alone = round_parts(found.parts, found.of, decimals) if found.of else ()
    if sum(printed) != 100 and figure.item.is_whole:
        notes.append(f"{text} adds to {print_share(sum(printed, Fraction(0)), decimals)}")
    if printed != alone and _triple_holds(text, found):
        notes.append(f"{text} is rounded by largest remainders, so that it adds to 100")
    elif not some_counts_fit(printed, of, decimals, whole=figure.item.is_whole):
        notes.append(f"no whole numbers of {of} respondents, each share rounded, give {text}")
    return notes


def check_closed(
    published: Sequence[ClosedFigure], answers: pa.Table | None
) -> list[CheckedClosed]:
    """Each published figure of a closed question beside what the answers say.

    Raises InputError (E603) for a group that nobody is in, and for a value that nobody gave to a
    question without options: either may be misspelt.
    """
    if not published:
        return []
    if answers is None:
        raise ValueError("figures of closed questions are checked against answers")
    problems: list[Problem] = []
    checked = [CheckedClosed(f, _look_up(f, answers, problems)) for f in published]
    if problems:
        raise InputError(*problems)
    return checked


def _look_up(figure: ClosedFigure, answers: pa.Table, problems: list[Problem]) -> _Found:
    wanted: dict[str, str] = {}
    for column, value in figure.group.items():
        groups = group_values(answers, column)
        wanted[column] = value if value in groups else find_option(value, groups)
        if not wanted[column]:
            what = f"nobody who answered is in the group {column}: {value}."
            problems.append(
                Problem(code="E603", where=figure.id, what=what, remedy=near(value, groups))
            )
    mine = keep(answers, "item", figure.item.id)
    given = mine["value"].unique().to_pylist()
    values = {
        value if figure.item.options else find_option(value, given) for value in figure.values
    }
    if "" in values:
        what = f"nobody gave the answer {', '.join(figure.values)} to '{figure.item.id}'."
        remedy = near(figure.values[0], given)
        problems.append(Problem(code="E603", where=figure.id, what=what, remedy=remedy))
    return _count(figure.item, filter_groups(mine, wanted), values)


def _count(item: ClosedItem, answers: pa.Table, values: set[str]) -> _Found:
    people: dict[str, set[str]] = {}
    for name, value in zip(
        answers["respondent"].to_pylist(), answers["value"].to_pylist(), strict=True
    ):
        people.setdefault(name, set()).add(value)
    numbers = tuple(
        Fraction(str(number)) for number in answers["number"].to_pylist() if number is not None
    )
    return _Found(
        of=len(people),
        cited=sum(not values.isdisjoint(said) for said in people.values()),
        parts=tuple(
            sum(not said.isdisjoint(item.parts.get(part, ())) for said in people.values())
            for part in SCALE_PARTS
        ),
        numbers=numbers,
    )
