"""Coding error: how many responses truly have a theme, from a random audit of what was tagged.

The responses of a question are split into strata by the machine's verdicts (tagged, untagged),
frozen at the draw. Some of each stratum, a simple random sample without replacement, are read by
people; what they found says what the machine's count is worth.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.statistics.hypergeometric import Bounds, bounds
from pipeline.statistics.intervals import LEVEL, Interval, normal_quantile

ENOUGH = 10
"""Fewer found, or fewer not found, in a stratum leave a normal interval without its coverage."""


@dataclass(frozen=True, slots=True)
class Stratum:
    """`size` responses at the draw, `audited` of them read, `found` of these with the theme."""

    size: int
    audited: int
    found: int

    def __post_init__(self) -> None:
        if not 0 <= self.found <= self.audited <= self.size:
            raise ValueError(f"{self} does not hold: found <= audited <= size.")

    @property
    def known(self) -> bool:
        """Whether all of it was read, so that nothing is left to estimate."""
        return self.audited == self.size


class Difference(NamedTuple):
    """The estimated number, and its normal interval where the audit is large enough for one."""

    estimate: float
    interval: Interval | None


def exact_interval(strata: Sequence[Stratum], level: float = LEVEL) -> Bounds:
    """Bounds for the number of responses with the theme that hold at `level` whatever the truth.

    Hypergeometric bounds for each stratum that is not wholly read, the risk split evenly between
    them, and summed. A stratum of which nothing was read may have anything from none to all. Never
    of zero width unless everything was read.

    >>> exact_interval([Stratum(40, 40, 36), Stratum(65, 30, 1)])
    Bounds(low=37, high=44)
    """
    check_level(level)
    unknown = sum(0 < stratum.audited < stratum.size for stratum in strata)
    tail = (1 - level) / 2 / max(unknown, 1)
    each = [bounds(s.size, s.audited, s.found, tail) for s in strata]
    return honest(Bounds(sum(low for low, _ in each), sum(high for _, high in each)), strata)


def estimate(strata: Sequence[Stratum]) -> float | None:
    """The stratified estimate, `size * found / audited` summed; None where a stratum is unread.

    It is the difference estimator of survey sampling, called prediction-powered since Angelopoulos
    et al. 2023 (doi:10.1126/science.adi6000): the machine's count less its share of errors in the
    tagged, plus the share it missed in the untagged.
    """
    if any(s.size and not s.audited for s in strata):
        return None
    return float(sum(s.size * s.found / s.audited for s in strata if s.size))


def difference_estimate(strata: Sequence[Stratum], level: float = LEVEL) -> Difference | None:
    """The estimate, with a normal interval where each stratum shows `ENOUGH` of both kinds.

    In a tagged stratum the errors are those not found, in an untagged one those found; the normal
    interval needs 10 of the other kind too. Strata that are wholly read need none. None where a
    stratum is unread.
    """
    check_level(level)
    value = estimate(strata)
    if value is None:
        return None
    unknown = [s for s in strata if not s.known]
    if any(min(s.found, s.audited - s.found) < ENOUGH for s in unknown):
        return Difference(value, None)
    half = normal_quantile(level) * math.sqrt(sum(_variance(s) for s in unknown))
    least, most = _possible(strata)
    return Difference(value, Interval(max(value - half, least), min(value + half, most)))


def rogan_gladen(positive: float, sensitivity: float, specificity: float) -> float | None:
    """The share that truly has a theme, from the share tagged and the machine's two error rates.

    Rogan & Gladen 1978 (doi:10.1093/oxfordjournals.aje.a112510), kept between 0 and 1. None where
    the machine is no better than chance. A cross-check: it takes the rates as known.

    >>> round(rogan_gladen(23 / 150, 0.96, 0.89), 4)
    0.051
    """
    if not all(0 <= value <= 1 for value in (positive, sensitivity, specificity)):
        raise ValueError("A share, a sensitivity and a specificity lie between 0 and 1.")
    if sensitivity + specificity <= 1:
        return None
    return min(1.0, max(0.0, (positive + specificity - 1) / (sensitivity + specificity - 1)))


def honest(found: Bounds, strata: Sequence[Stratum]) -> Bounds:
    """Bounds widened to hold the estimate and, unless all was read, more than one number.

    Wider bounds cover no less. Hypergeometric bounds shrink to one number when all but a few
    responses were read, which would print as certainty.
    """
    least, most = _possible(strata)
    low, high = found
    value = estimate(strata)
    if value is not None:
        low, high = min(low, math.floor(value)), max(high, math.ceil(value))
    if low == high:
        low, high = low - 1, high + 1
    return Bounds(max(low, least), min(high, most))


def check_level(level: float) -> None:
    """Refuse a level that is none."""
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval lies between 0 and 1; {level} does not.")


def _possible(strata: Sequence[Stratum]) -> Bounds:
    found = sum(s.found for s in strata)
    return Bounds(found, found + sum(s.size - s.audited for s in strata))


def _variance(stratum: Stratum) -> float:
    n, share = stratum.audited, stratum.found / stratum.audited
    return stratum.size**2 * (1 - n / stratum.size) * share * (1 - share) / (n - 1)
