"""Intervals for a share and for the difference of two: Wilson's score, and Newcombe's from it.

A share that is counted over everybody who answered has no sampling error: these are for respondents
who are a sample of somebody.
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import NamedTuple

LEVEL = 0.95
"""The coverage that every interval has unless another is asked for."""


class Interval(NamedTuple):
    """The two ends of an interval, both of them within it."""

    low: float
    high: float


def wilson(
    cited: float, of: float, *, level: float = LEVEL, population: int | None = None
) -> Interval:
    """The score interval of a share (Wilson 1927, doi:10.1080/01621459.1927.10502953).

    With `population`, the number of people that the `of` were drawn from, the variance has the
    finite population correction `(population - of) / (population - 1)`; when all of them answered
    the share is known. `of` may be an effective number of respondents, so neither has to be whole.

    >>> [round(end, 4) for end in wilson(81, 263)]
    [0.2553, 0.3662]
    """
    _check_share(cited, of)
    share = cited / of
    z2 = normal_quantile(level) ** 2 * _correction(of, population)
    centre = share + z2 / (2 * of)
    half = math.sqrt(z2 * (share * (1 - share) + z2 / (4 * of)) / of)
    whole = 1 + z2 / of
    low = 0.0 if cited == 0 else (centre - half) / whole
    high = 1.0 if cited == of else (centre + half) / whole
    return Interval(min(low, share), max(high, share))


def newcombe_difference(
    cited: float, of: float, other_cited: float, other_of: float, *, level: float = LEVEL
) -> Interval:
    """The difference of two independent shares, the first less the second.

    Method 10 of Newcombe 1998 (Statistics in Medicine 17:873-890,
    doi:10.1002/(SICI)1097-0258(19980430)17:8<873::AID-SIM779>3.0.CO;2-I): the distances of both
    shares from their Wilson limits, squared and added.

    >>> [round(end, 4) for end in newcombe_difference(56, 70, 48, 80)]
    [0.0524, 0.3339]
    """
    return _square_and_add((cited, of), (other_cited, other_of), 0.0, level)


def paired_difference(
    both: int, only_first: int, only_second: int, neither: int, *, level: float = LEVEL
) -> Interval:
    """The difference of two shares of the same people, the first less the second.

    Method 10 of Newcombe 1998 (Statistics in Medicine 17:2635-2650,
    doi:10.1002/(SICI)1097-0258(19981130)17:22<2635::AID-SIM954>3.0.CO;2-C): Wilson limits, joined
    with the correlation of the two answers, its positive values corrected for continuity.

    >>> [round(end, 3) for end in paired_difference(1, 1, 7, 12)]
    [-0.507, -0.026]
    """
    cells = (both, only_first, only_second, neither)
    if min(cells) < 0 or sum(cells) == 0:
        raise ValueError("The four numbers of people must not be negative, nor all 0.")
    of = sum(cells)
    first, second = both + only_first, both + only_second
    margins = first * (of - first) * second * (of - second)
    product = float(both * neither - only_first * only_second)
    if product > 0:
        product = max(product - of / 2, 0.0)
    phi = product / math.sqrt(margins) if margins else 0.0
    return _square_and_add((first, of), (second, of), phi, level)


def normal_quantile(level: float) -> float:
    """The standard normal quantile that leaves `(1 - level) / 2` above it."""
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval lies between 0 and 1; {level} does not.")
    return NormalDist().inv_cdf((1 + level) / 2)


def _square_and_add(
    one: tuple[float, float], other: tuple[float, float], phi: float, level: float
) -> Interval:
    (low_p, high_p), (low_q, high_q) = wilson(*one, level=level), wilson(*other, level=level)
    p, q = one[0] / one[1], other[0] / other[1]
    down = _joined(p - low_p, high_q - q, phi)
    up = _joined(high_p - p, q - low_q, phi)
    return Interval(max(p - q - down, -1.0), min(p - q + up, 1.0))


def _joined(one: float, other: float, phi: float) -> float:
    return math.sqrt(max(one * one - 2 * phi * one * other + other * other, 0.0))


def _check_share(cited: float, of: float) -> None:
    if not 0 <= cited <= of or of == 0 or not math.isfinite(of):
        raise ValueError(f"{cited} of {of} is not a share: it takes 0 <= cited <= of, and of > 0.")


def _correction(of: float, population: int | None) -> float:
    if population is None:
        return 1.0
    if population < of:
        raise ValueError(f"{of} respondents cannot be a sample of {population} people.")
    return (population - of) / (population - 1) if population > 1 else 0.0
