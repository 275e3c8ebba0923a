"""Coding error from two strata at once: exact bounds narrower than the sum of each one's own.

The sum of two intervals holds truths at which both strata are at their worst together, which an
audit would hardly show by chance. Here a total is refused when, however it is split between the two
strata, so low (or so high) an audit is improbable:

- **Order** (Buehler 1957, doi:10.1080/01621459.1957.10501401; for strata of a finite population
  Wendell & Schmee 1996, doi:10.1080/01621459.1996.10476950). All audits that could have come are
  put in order by an approximate upper limit: Wilson limits of both strata with the correction for
  finite strata, their distances from the estimates squared and added (Zou & Donner 2008,
  doi:10.1002/sim.3095). It rises with what is found in either stratum. Any order gives bounds that
  hold; a good one gives narrow bounds.
- **Tail**. The upper end is the largest total of which some split gives an audit that is no higher
  in the order the probability `tail` or more: products of two hypergeometric ones, exact.
- **Splits** are searched only within bounds of each stratum that err with a probability of `SPARED`
  in all, which is taken off the risk first (Berger & Boos 1994,
  doi:10.1080/01621459.1994.10476836): splits that the audit itself speaks against would widen the
  interval for nothing.

The lower end is the upper end of the responses without the theme. The risk of both ends and of the
splits adds up to `1 - level`, whatever the truth: the interval is exact, never approximate.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from pipeline.statistics.audited import Stratum, check_level, honest
from pipeline.statistics.hypergeometric import (
    TIE,
    Bounds,
    Floats,
    Numbers,
    bounds,
    narrow_bounds,
    probabilities,
)
from pipeline.statistics.intervals import LEVEL, normal_quantile

SPARED = 0.01
"""The part of the risk that goes into narrowing the splits that are searched."""
FINE = 1000
"""At most so many numbers of a stratum are tried. Where there are more, each stands for those up to
the next one, and the bounds are wider by two such steps at most: they hold all the same."""


def joint_interval(strata: Sequence[Stratum], level: float = LEVEL) -> Bounds:
    """Bounds for the number of responses with the theme that hold at `level` whatever the truth.

    Strata wholly read are exact, and one of which nothing was read may have anything from none to
    all. One other stratum gets Blaker's bounds, two are inverted jointly; more are taken two by
    two in the order given, the risk split evenly, so give tagged and untagged of a question side
    by side. Never of zero width unless everything was read.

    >>> joint_interval([Stratum(90, 50, 42), Stratum(410, 100, 4)])
    Bounds(low=80, high=112)
    """
    check_level(level)
    sampled = [s for s in strata if 0 < s.audited < s.size]
    others = [s for s in strata if not 0 < s.audited < s.size]
    groups = [sampled[at : at + 2] for at in range(0, len(sampled), 2)]
    risk = (1 - level) / max(len(groups), 1)
    low = sum(s.found for s in others)
    high = sum(s.found + s.size - s.audited for s in others)
    for group in groups:
        one, *other = group
        found = (
            _pair(one, other[0], risk)
            if other
            else narrow_bounds(one.size, one.audited, one.found, risk)
        )
        low, high = low + found.low, high + found.high
    return honest(Bounds(low, high), strata)


def _pair(one: Stratum, other: Stratum, risk: float) -> Bounds:
    spared = risk * SPARED
    within = [bounds(s.size, s.audited, s.found, spared / 4) for s in (one, other)]
    tail, z = (risk - spared) / 2, normal_quantile(1 - risk)
    high = _upper((one, other), within, tail, z)
    turned = [Stratum(s.size, s.audited, s.audited - s.found) for s in (one, other)]
    without = [Bounds(s.size - b.high, s.size - b.low) for s, b in zip(turned, within, strict=True)]
    low = one.size + other.size - _upper((turned[0], turned[1]), without, tail, z)
    return Bounds(low, high)


def _upper(pair: tuple[Stratum, Stratum], within: Sequence[Bounds], tail: float, z: float) -> int:
    """The largest total of which a split within the bounds is not refused."""
    one, other = pair
    first, first_to = _tried(within[0])
    second, second_to = _tried(within[1])
    each = probabilities(other.size, other.audited, second)
    fewer = np.concatenate([np.zeros((len(second), 1)), np.cumsum(each, axis=1)], axis=1)
    no_higher = fewer[:, _no_higher(one, other, z)]
    chance = probabilities(one.size, one.audited, first) @ no_higher.T
    totals = first_to[:, None] + second_to[None, :]
    return int(totals[chance > tail - TIE].max(initial=one.found + other.found))


def _no_higher(one: Stratum, other: Stratum, z: float) -> Numbers:
    """For each number found in `one`, how many numbers found in `other` are no higher in order."""
    (value, distance), (value_2, distance_2) = _limit(one, z), _limit(other, z)
    limit = value[:, None] + value_2 + np.sqrt(distance[:, None] ** 2 + distance_2**2)
    result: Numbers = (limit <= limit[one.found, other.found] * (1 + TIE)).sum(axis=1)
    return result


def _limit(stratum: Stratum, z: float) -> tuple[Floats, Floats]:
    """The estimate for each number found, and how far above it Wilson's upper limit lies."""
    n, size = stratum.audited, stratum.size
    share = np.arange(n + 1) / n
    z2 = z * z * (size - n) / (size - 1)
    upper = share + z2 / (2 * n) + np.sqrt(z2 * (share * (1 - share) + z2 / (4 * n)) / n)
    return size * share, size * (upper / (1 + z2 / n) - share)


def _tried(within: Bounds) -> tuple[Numbers, Numbers]:
    """The numbers that are tried, and for each the last that it stands for.

    The chance of an audit that low falls as either number rises, so the least speaks for the rest.
    """
    step = math.ceil((within.high - within.low + 1) / FINE)
    tried = np.arange(within.low, within.high + 1, step)
    return tried, np.minimum(tried + step - 1, within.high)
