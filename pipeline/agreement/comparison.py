"""What coders say -> how far they agree, theme by theme, over all, and on whole label sets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from pipeline.agreement.facets import FacetWords
from pipeline.agreement.words import CODES, Words
from pipeline.statistics.agreement import (
    GAP,
    MEASURES,
    Ratings,
    gwet_ac1_error,
    krippendorff_alpha,
    masi_distance,
    raw_agreement,
    tabulate,
)
from pipeline.statistics.resampled import (
    Measured,
    measure_agreement,
    measure_by_percentiles,
    same_or_not,
)

_CELLS = {"both": (1, 1), "only_first": (1, 0), "only_second": (0, 1), "neither": (0, 0)}
FEW = 10
Place = TypeVar("Place", str, tuple[str, str])
"""a theme, or a theme and facet"""
Row = tuple[str, ...]
"""A coder's word each; empty where the theme was not in view."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What is compared: `themes` in their order, the question of each response, and what a reading
    of the whole codebook has in view under each question. Not `whole`: label sets are not compared.
    `facets` are theme and facet, in their order.
    """

    themes: Sequence[str]
    questions: Mapping[str, str]
    in_view: Mapping[str, frozenset[str]]
    whole: bool = True
    facets: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """The measures of one theme, of one facet of it, of all themes pooled (theme ""), or of label
    sets.

    `n` responses are measured, in `decisions` response x theme; in `unsure` more, or of them, a
    coder was unsure of it. `cells` are of two coders only. `varies` is False where all said one
    thing; `rarer` of the `decisions` have the rarer word from anybody: below `FEW` the measures of
    it are hardly known.
    """

    theme: str
    n: int
    decisions: int
    unsure: int
    varies: bool
    rarer: int
    cells: Mapping[str, int] | None
    measures: Mapping[str, Measured]
    ac1_error: float | None = None
    facet: str = ""

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values."""
        found = {name: getattr(self, name) for name in self.__slots__ if name != "measures"}
        return {**found, **{name: each._asdict() for name, each in self.measures.items()}}


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A response and theme of which coders say present and absent; or, where none of those who had
    it in view says that the theme is absent, a facet of it.
    """

    response_id: str
    question: str
    theme: str
    words: Mapping[str, str]
    facet: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Some coders compared. `kind` is people, machine or self; `responses` those that two or more
    of them had a theme or facet of in view. `overall` is of themes alone.
    """

    kind: str
    coders: tuple[str, ...]
    responses: int
    themes: tuple[Agreement, ...]
    facets: tuple[Agreement, ...]
    overall: Agreement
    sets: Agreement | None
    disagreements: tuple[Disagreement, ...]

    def as_json(self) -> dict[str, Any]:
        """Plain JSON values; the disagreements apart."""
        return {
            "kind": self.kind,
            "coders": list(self.coders),
            "responses": self.responses,
            "themes": [theme.as_json() for theme in self.themes],
            "facets": [facet.as_json() for facet in self.facets],
            "overall": self.overall.as_json(),
            "label_sets": self.sets.as_json() if self.sets else None,
        }


def compare_coders(
    kind: str,
    said: Mapping[str, Words],
    frame: Frame,
    seed: int,
    facets: Mapping[str, FacetWords] | None = None,
) -> Comparison:
    """Compare two coders or more, who are named by what `said` has; `facets` is what they say of
    those.

    The unit is the response. A response counts for a theme or facet where two or more had it in
    view and were sure; what one was unsure of is a gap, counted.
    """
    rows = {theme: dict(_rows(theme, said, frame)) for theme in frame.themes}
    of_facets = {coder: (facets or {}).get(coder, {}) for coder in said}
    under = {place: dict(_rows(place, of_facets, frame)) for place in frame.facets}
    seen = {name for found in (*rows.values(), *under.values()) for name in found}
    return Comparison(
        kind=kind,
        coders=tuple(said),
        responses=len(seen),
        themes=tuple(
            _measure(theme, list(found.values()), None, seed)
            for theme, found in rows.items()
            if found
        ),
        facets=tuple(
            replace(_measure(theme, list(found.values()), None, seed), facet=facet)
            for (theme, facet), found in under.items()
            if found
        ),
        overall=_pool(rows, seed),
        sets=_compare_sets(said, frame, seed) if frame.whole else None,
        disagreements=(
            *_disagreements(rows, tuple(said), frame),
            *_disagreements_on_facets(under, said, frame),
        ),
    )


def _rows(
    place: Place, said: Mapping[str, Mapping[str, Mapping[Place, str]]], frame: Frame
) -> Iterator[tuple[str, Row]]:
    """The responses whose theme or facet two or more had in view."""
    nothing: Mapping[Place, str] = {}
    for response_id in frame.questions:
        row = tuple(words.get(response_id, nothing).get(place, "") for words in said.values())
        if len(row) - row.count("") > 1:
            yield response_id, row


def _sure(row: Row) -> bool:
    return sum(word in CODES for word in row) > 1


def _measure(theme: str, rows: Sequence[Row], units: list[str] | None, seed: int) -> Agreement:
    sure = [place for place, row in enumerate(rows) if _sure(row)]
    width = len(rows[0]) if rows else 2
    codes = np.array([[CODES.get(word, GAP) for word in rows[place]] for place in sure], dtype=int)
    named = np.unique([units[p] for p in sure], return_inverse=True)[1] if units and sure else None
    ratings = tabulate(codes.reshape(-1, width), 2, named)
    return Agreement(
        theme=theme,
        n=ratings.n,
        decisions=len(sure),
        unsure=sum("unsure" in row for row in rows),
        varies=ratings.varies,
        rarer=min(int((codes == code).any(axis=1).sum()) for code in CODES.values()) if sure else 0,
        cells=_cells(codes) if width == 2 and len(codes) else None,
        measures=measure_agreement(ratings, MEASURES, seed),
        ac1_error=gwet_ac1_error(ratings) if units is None else None,
    )


def _cells(codes: np.ndarray) -> dict[str, int]:
    return {name: int((codes == cell).all(axis=1).sum()) for name, cell in _CELLS.items()}


def _pool(rows: Mapping[str, Mapping[str, Row]], seed: int) -> Agreement:
    """All decisions on all themes; those on one response are resampled together."""
    every = [(name, row) for found in rows.values() for name, row in found.items()]
    return _measure("", [row for _, row in every], [name for name, _ in every], seed)


def _compare_sets(said: Mapping[str, Words], frame: Frame, seed: int) -> Agreement:
    """Whole label sets: of responses whose every theme two or more had in view and were sure of."""
    given = [
        [_set_of(words.get(name), frame.in_view.get(question)) for words in said.values()]
        for name, question in frame.questions.items()
    ]
    given = [row for row in given if len(row) - row.count(None) > 1]
    sets = sorted({found for row in given for found in row if found is not None}, key=sorted)
    places = {found: place for place, found in enumerate(sets)}
    codes = [[GAP if found is None else places[found] for found in row] for row in given]
    ratings = tabulate(np.array(codes, dtype=int).reshape(-1, len(said)), max(len(sets), 2))
    return Agreement(
        theme="",
        n=ratings.n,
        decisions=ratings.n,
        unsure=0,
        varies=ratings.varies,
        rarer=0,
        cells=None,
        measures=_measure_sets(ratings, sets, seed),
    )


def _measure_sets(
    ratings: Ratings, sets: Sequence[frozenset[str]], seed: int
) -> dict[str, Measured]:
    if not sets:
        return dict.fromkeys(("raw", "masi_alpha"), Measured(None, None, None))
    raw = measure_agreement(ratings, {"raw": raw_agreement}, seed, same_or_not(ratings))
    alpha = krippendorff_alpha(masi_distance(sets))
    return {**raw, **measure_by_percentiles(ratings, {"masi_alpha": alpha}, seed)}


def _set_of(
    words: Mapping[str, str] | None, in_view: frozenset[str] | None
) -> frozenset[str] | None:
    """The themes present, or None where one of them all was not in view or not sure."""
    if not words or not in_view or any(words.get(theme) not in CODES for theme in in_view):
        return None
    return frozenset(theme for theme in in_view if words[theme] == "present")


def _disagreements(
    rows: Mapping[str, Mapping[str, Row]], coders: tuple[str, ...], frame: Frame
) -> Iterator[Disagreement]:
    for theme, found in rows.items():
        for name, row in found.items():
            if {"present", "absent"} <= set(row):
                words = {coder: word for coder, word in zip(coders, row, strict=True) if word}
                question = frame.questions[name]
                yield Disagreement(response_id=name, question=question, theme=theme, words=words)


def _disagreements_on_facets(
    rows: Mapping[tuple[str, str], Mapping[str, Row]], said: Mapping[str, Words], frame: Frame
) -> Iterator[Disagreement]:
    """Not of responses on whose theme they differ: to settle that comes first."""
    for (theme, facet), found in rows.items():
        for item in _disagreements({theme: found}, tuple(said), frame):
            of_theme = [said[coder].get(item.response_id, {}).get(theme) for coder in item.words]
            if "absent" not in of_theme:
                yield replace(item, facet=facet)
