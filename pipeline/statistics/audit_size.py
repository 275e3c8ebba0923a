"""How many more responses to audit for an interval as narrow as is wanted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.statistics.audited import Stratum
from pipeline.statistics.intervals import LEVEL
from pipeline.statistics.joint import joint_interval


@dataclass(frozen=True, slots=True)
class Expected:
    """`size` responses, `audited` of them already, of which a share `rate` is expected to be found.

    At least `least` are audited: 30 of an untagged stratum, for fewer leave room for many missed.
    """

    size: int
    audited: int
    rate: float
    least: int = 0

    def __post_init__(self) -> None:
        if not (0 <= self.audited <= self.size and 0 <= self.rate <= 1 and self.least >= 0):
            raise ValueError(f"{self} does not hold: audited <= size, rate between 0 and 1.")


class Plan(NamedTuple):
    """How many more to audit of each stratum, and how wide the interval is then expected to be."""

    more: tuple[int, ...]
    width: int


def plan_audit(strata: Sequence[Expected], width: int, level: float = LEVEL) -> Plan:
    """The smallest audit found by bisection whose joint interval is `width` responses or narrower.

    The interval itself is computed for each size tried, with what is expected to be found rounded
    towards one half, which widens it. Shares are Neyman's, by size and standard deviation
    (Neyman 1934, doi:10.2307/2342192). What is found decides how wide the interval comes out: plan
    again once more was read. A width of 0 takes reading everything.
    """
    if width < 0:
        raise ValueError(f"An interval cannot be {width} responses wide.")
    low, high = 0, _everything(strata)
    while low < high:
        middle = (low + high) // 2
        if _width(strata, _shared(strata, middle), level) <= width:
            high = middle
        else:
            low = middle + 1
    sizes = _shared(strata, low)
    more = tuple(n - s.audited for n, s in zip(sizes, strata, strict=True))
    return Plan(more, _width(strata, sizes, level))


def _shared(strata: Sequence[Expected], total: int) -> list[int]:
    """Audits of about `total` together, none smaller than what is audited or least."""
    weights = [s.size * _deviation(s) for s in strata]
    whole = sum(weights) or 1.0
    return [
        min(s.size, max(s.audited, s.least, math.ceil(total * weight / whole)))
        for s, weight in zip(strata, weights, strict=True)
    ]


def _everything(strata: Sequence[Expected]) -> int:
    """The total of which every stratum's share is all of it."""
    weights = [(s.size, s.size * _deviation(s)) for s in strata if s.size]
    whole = sum(weight for _, weight in weights)
    return max((math.ceil(size * whole / weight) for size, weight in weights), default=0)


def _deviation(stratum: Expected) -> float:
    """Of one response; a rate of 0 or 1 is taken for half a response off it, never for certain."""
    rate = (stratum.rate * stratum.size + 0.5) / (stratum.size + 1)
    return math.sqrt(rate * (1 - rate))


def _width(strata: Sequence[Expected], sizes: Sequence[int], level: float) -> int:
    read = [
        Stratum(s.size, n, math.ceil(n * s.rate) if s.rate <= 0.5 else math.floor(n * s.rate))
        for s, n in zip(strata, sizes, strict=True)
    ]
    low, high = joint_interval(read, level)
    return high - low
