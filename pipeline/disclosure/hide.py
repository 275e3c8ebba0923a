"""Tables of figures -> the same with small numbers hidden, and what would tell them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from pipeline.codebook.model import Codebook
from pipeline.count.crossed import Crossed
from pipeline.disclosure.cells import Gathered
from pipeline.disclosure.keys import Key, base_key, cited_key, closed_key, size_key
from pipeline.disclosure.standing import Place, Stated, find_stated
from pipeline.errors import Problem
from pipeline.round import Round
from pipeline.run import Figures
from pipeline.suppress.apply import Shown, check_hidden, suppress
from pipeline.suppress.rule import parse_rule
from pipeline.suppress.warn import warnings_of
from pipeline.tables import CODERS, STATUSES, TABLES

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Hidden:
    """Figures as they may be published: a hidden count is null, and so is all that follows from it.

    The tables have the columns of those that they are made of, all of which may be null.
    """

    figures: Figures
    crossed: Crossed
    closed: pa.Table | None
    problems: tuple[Problem, ...]
    stated: Mapping[Place, Stated]


def hide_small(
    figures: Figures,
    crossed: Crossed,
    closed: pa.Table | None,
    codebook: Codebook,
    the_round: Round,
) -> Hidden:
    """Hide the small counts, and all that would tell them; then attack what is left.

    Applied once, to everything that is published. Differences between groups, tests, weighted
    shares and themes cited together are left out altogether, as are the least and the greatest of
    numbers, which are somebody's answer. Raises CheckFailed (E523) if a hidden count can be worked
    out after all.
    """
    gathered = Gathered(codebook)
    gathered.add_bases(figures.bases.to_pylist())
    gathered.add_counts(figures.counts.to_pylist())
    gathered.add_crossings(crossed.crossings.to_pylist())
    gathered.add_people(crossed.people.to_pylist())
    parts = {item.id: item.parts for item in the_round.source.closed}
    gathered.add_closed(closed.to_pylist() if closed else (), parts)
    system = gathered.system()
    shown = suppress(system, parse_rule(the_round.suppress))
    check_hidden(shown, system)
    counts = _map(figures.counts, lambda row: _count(row, shown))
    return Hidden(
        figures=Figures(
            bases=_map(figures.bases, lambda row: _base(row, shown)),
            counts=counts,
            estimates=_estimates(figures.estimates, shown),
        ),
        crossed=replace(
            crossed,
            crossings=_map(crossed.crossings, lambda row: _crossing(row, shown)),
            people=_map(crossed.people, lambda row: _person(row, shown)),
            comparisons=_nothing("comparisons"),
            together=_nothing("together"),
            weighted=_nothing("weighted"),
        ),
        closed=_map(closed, lambda row: _closed(row, shown)) if closed else None,
        problems=tuple(warnings_of(shown, system)),
        stated=find_stated(figures, counts.to_pylist(), codebook),
    )


def _nothing(name: str) -> pa.Table:
    return TABLES[name].build([])


def _map(table: pa.Table, change: Callable[[Row], Row]) -> pa.Table:
    """The rows changed; every column may then be null."""
    schema = pa.schema([pa.field(field.name, field.type) for field in table.schema])
    return pa.Table.from_pylist([change(row) for row in table.to_pylist()], schema=schema)


def _base(row: Row, shown: Shown) -> Row:
    names = ("asked", *STATUSES, "with_theme", "no_theme", "campaign", "of")
    return {**row, **{n: shown.values[base_key(row["question"], n)] for n in names}}


def _count(row: Row, shown: Shown) -> Row:
    key = cited_key(row["question"], row["theme"], row["facet"])
    split = {name: shown.values[*key, name] for name in (*CODERS, "campaign")}
    found = _with_share(row, key, base_key(row["question"], "of"), shown)
    return {**found, **split, "mentions": None}


def _estimates(estimates: pa.Table | None, shown: Shown) -> pa.Table | None:
    """The estimate and its interval, where the count that they correct is shown as it is: they are
    no count of anybody. What was read, and what of it, is left out.
    """
    if estimates is None:
        return None
    gone = ("machine", "estimate", "low", "high", "exact_low", "exact_high", "known", "unknown")
    more = ("left_open", "audited_tagged", "audited_untagged")

    def change(row: Row) -> Row:
        cited = shown.values[cited_key(row["question"], row["theme"])]
        of = shown.values[base_key(row["question"], "of")]
        found = {**row, "resolved": cited, "of": of, **dict.fromkeys((*gone, *more))}
        if cited is None or of is None or shown.rule.step > 1:
            return found
        return found | {name: row[name] for name in ("estimate", "low", "high")}

    return _map(estimates, change)


def _crossing(row: Row, shown: Shown) -> Row:
    question, column, value = row["question"], row["column"], row["value"]
    key = cited_key(question, row["theme"], row["facet"], column, value)
    found = _with_share(row, key, size_key(question, column, value), shown)
    gone = ("rest_cited", "rest_of", "difference", "low", "high")
    return {**found, **dict.fromkeys(gone)}


def _person(row: Row, shown: Shown) -> Row:
    return _with_share(row, ("people", row["theme"], row["facet"]), ("people", row["of"]), shown)


def _closed(row: Row, shown: Shown) -> Row:
    place = (row["item"], row["group"], row["group_value"])
    of = ("closed of", *place)
    is_number = row["measure"] == "number"
    key = of if is_number else closed_key(place, row["measure"], row["value"])
    found = {**_with_share(row, key, of, shown), "min": None, "max": None}
    if is_number:
        found["share"] = None
        if shown.values[of] is None:
            found |= {"mean": None, "median": None}
    return found


def _with_share(row: Row, part: Key, whole: Key, shown: Shown) -> Row:
    """The count and its base as they are shown, and the share that these give; an interval is of
    the true count, so it stands only where that is shown as it is.
    """
    share = shown.share(part, whole)
    found = {
        **row,
        "cited": shown.values[part],
        "of": shown.values[whole],
        "share": None if share is None else float(share),
    }
    if "low" in row and (share is None or shown.rule.step > 1):
        found |= {"low": None, "high": None}
    return found
