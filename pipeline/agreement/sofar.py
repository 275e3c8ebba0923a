"""How far people agree so far: the figures without their intervals, for a page that asks often."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from typing import NamedTuple, TypeVar

import numpy as np

from pipeline.agreement.words import CODES
from pipeline.statistics.agreement import GAP, MEASURES, count_rows, point_values
from pipeline.tables import ADJUDICATOR

Response = TypeVar("Response", bound=Hashable)
Said = tuple[tuple[str, str], ...]
"""coder, word; of one response and theme"""


class Quick(NamedTuple):
    """The figures of a theme, or of all pooled. `n` responses have a sure word of two coders or
    more, and on `apart` of them one says present and another absent. None: without variation, or
    without a response.
    """

    n: int
    raw: float | None
    positive: float | None
    kappa: float | None
    alpha: float | None
    ac1: float | None
    apart: int


class SoFar(NamedTuple):
    """Agreement by theme, in the order in which themes come up, and of all themes pooled."""

    themes: dict[str, Quick]
    overall: Quick


def agree_so_far(words: Mapping[Response, Mapping[str, Mapping[str, str]]]) -> SoFar:
    """`words` of response -> theme -> coder: present, absent or unsure.

    The figures are those of `compare_coders` on the same words: the unit is the response, what a
    coder was unsure of is a gap, and adjudicators are no coders. Stale words are for the caller to
    leave out. `overall` pools the decisions on all themes; its `n` and `apart` count responses, a
    response once whatever the number of its themes. A theme on which no two coders can be compared
    has n = 0.
    """
    rows: dict[str, dict[Said, int]] = {}
    kinds: dict[Said, int] = {}
    compared = apart = 0
    for themes in words.values():
        most = 0
        for theme, said in themes.items():
            row = tuple(said.items())
            found = rows.setdefault(theme, {})
            found[row] = found.get(row, 0) + 1
            kind = kinds.get(row)
            if kind is None:
                kind = kinds[row] = _kind(row)
            if kind > most:
                most = kind
        compared += most > 0
        apart += most > 1
    every: dict[Said, int] = {}
    for found in rows.values():
        for row, times in found.items():
            every[row] = every.get(row, 0) + times
    overall = _measure(every, kinds)._replace(n=compared, apart=apart)
    return SoFar({theme: _measure(found, kinds) for theme, found in rows.items()}, overall)


def _kind(row: Said) -> int:
    """0: no two coders can be compared; 1: they agree; 2: they differ."""
    sure = [word for _, word in _sure(row)]
    return 0 if len(sure) < 2 else len(set(sure))


def _sure(row: Said) -> Iterable[tuple[str, str]]:
    return ((c, word) for c, word in row if word in CODES and not c.startswith(ADJUDICATOR))


def _measure(rows: Mapping[Said, int], kinds: Mapping[Said, int]) -> Quick:
    kept = [(dict(_sure(row)), times) for row, times in rows.items() if kinds[row]]
    coders = sorted({coder for said, _ in kept for coder in said})
    codes = [[CODES.get(said.get(c, ""), GAP) for c in coders] for said, _ in kept]
    of = np.array([times for _, times in kept], dtype=int)
    ratings = count_rows(np.array(codes, dtype=int).reshape(len(kept), len(coders)), of)
    found = point_values(ratings, MEASURES)
    return Quick(
        n=ratings.n,
        raw=found["raw"],
        positive=found["positive"],
        kappa=found["kappa"],
        alpha=found["alpha"],
        ac1=found["ac1"],
        apart=sum(times for row, times in rows.items() if kinds[row] > 1),
    )
