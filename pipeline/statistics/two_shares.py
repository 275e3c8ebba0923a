"""Whether two shares of different people differ by more than chance."""

from __future__ import annotations

import math
from statistics import NormalDist

_ENOUGH = 1.0
"""The least number expected in a cell for chi-squared to be trusted (Campbell 2007)."""


def compare_shares(cited: int, of: int, other_cited: int, other_of: int) -> float:
    """The two-sided p-value that two independent shares are one.

    Campbell 2007 (Statistics in Medicine 26:3661-3675, doi:10.1002/sim.2832): chi-squared with
    `n - 1` in place of `n` where every expected number is 1 or more, else Fisher's exact test by
    Irwin's rule, which adds up the tables that are no likelier than the one found. 1 where nobody
    or everybody is cited. Raises ValueError for what is not two shares.

    >>> round(compare_shares(56, 70, 48, 80), 4)
    0.0083
    """
    for number, base in ((cited, of), (other_cited, other_of)):
        if not 0 <= number <= base or base == 0:
            raise ValueError(f"{number} of {base} is not a share: it takes 0 <= cited <= of > 0.")
    total, n = cited + other_cited, of + other_of
    if total in (0, n):
        return 1.0
    if min(of, other_of) * min(total, n - total) / n < _ENOUGH:
        return _fisher_irwin(cited, of, total, n)
    product = cited * (other_of - other_cited) - other_cited * (of - cited)
    chi2 = product**2 * (n - 1) / (of * other_of * total * (n - total))
    return 2 * NormalDist().cdf(-math.sqrt(chi2))


def _fisher_irwin(cited: int, of: int, total: int, n: int) -> float:
    """Exact, in whole numbers: how many of the ways to draw `of` are no likelier than `cited`."""
    possible = range(max(0, of + total - n), min(of, total) + 1)
    ways = {k: math.comb(total, k) * math.comb(n - total, of - k) for k in possible}
    return sum(w for w in ways.values() if w <= ways[cited]) / math.comb(n, of)
