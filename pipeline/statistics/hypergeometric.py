"""How many of a stratum have a theme, when some of it was read: exact bounds for one stratum."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

Numbers = NDArray[np.int64]
Floats = NDArray[np.float64]

TIE = 1e-12
"""Probabilities that differ by less are the same one, summed in another order. One that equals the
risk allowed keeps its number, on every machine."""


class Bounds(NamedTuple):
    """The fewest and the most responses that are supported, both of them whole."""

    low: int
    high: int


def probabilities(size: int, audited: int, having: Numbers) -> Floats:
    """The probability of finding 0, 1, ... `audited` responses with the theme.

    A row for each of `having`, the number that have it among the `size` of the stratum; `audited`
    of them are read, a simple random sample without replacement.
    """
    logs = _log_factorials(1 << max(size, 1).bit_length())
    k, x = having[:, None], np.arange(audited + 1)[None, :]
    possible = (x <= k) & (audited - x <= size - k)
    missed, rest = np.where(possible, k - x, 0), np.where(possible, size - k - audited + x, 0)
    ways = logs[k] - logs[x] - logs[missed] + logs[size - k] - logs[audited - x] - logs[rest]
    total = logs[size] - logs[audited] - logs[size - audited]
    return np.exp(np.where(possible, ways - total, -np.inf))


def bounds(size: int, audited: int, found: int, tail: float) -> Bounds:
    """All numbers under which neither so few nor so many found has a probability below `tail`.

    Clopper & Pearson's idea (doi:10.1093/biomet/26.4.404) for a finite stratum: each end errs with
    a probability of `tail` at most, whatever the truth.
    """
    return Bounds(
        size - _most(size, audited, audited - found, tail), _most(size, audited, found, tail)
    )


def narrow_bounds(size: int, audited: int, found: int, risk: float) -> Bounds:
    """Bounds that err with a probability of `risk` at most over both ends, within `bounds` of half.

    Blaker 2000 (doi:10.2307/3315916): a number is refused when the smaller tail of what was found,
    with the largest opposite tail that is no likelier, has a probability below `risk`.
    """
    low, high = bounds(size, audited, found, risk / 2)
    having = np.arange(low, high + 1)
    each = probabilities(size, audited, having)
    under, over = np.cumsum(each, axis=1), np.cumsum(each[:, ::-1], axis=1)[:, ::-1]
    few, many = under[:, found], over[:, found]
    p = np.where(few <= many, few + _opposite(over, few), many + _opposite(under, many))
    kept = having[p > risk - TIE]
    return Bounds(int(kept.min()), int(kept.max()))


def _opposite(tails: Floats, limit: Floats) -> Floats:
    largest: Floats = np.where(tails <= limit[:, None] + TIE, tails, 0.0).max(axis=1)
    return largest


def _most(size: int, audited: int, found: int, tail: float) -> int:
    """The largest number under which so few found, or fewer, has the probability `tail`."""
    low, high = found, size - audited + found
    while low < high:
        middle = (low + high + 1) // 2
        row = probabilities(size, audited, np.array([middle]))[0]
        if row[: found + 1].sum() > tail - TIE:
            low = middle
        else:
            high = middle - 1
    return low


@lru_cache(maxsize=4)
def _log_factorials(to: int) -> Floats:
    logs: Floats = gammaln(np.arange(to + 1) + 1.0)
    logs.setflags(write=False)
    return logs
