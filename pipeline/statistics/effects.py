"""How large a difference or an association is, whatever the number of people."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from pipeline.statistics.intervals import LEVEL, Interval, normal_quantile


class OddsRatio(NamedTuple):
    """An odds ratio, its interval, and whether 0.5 was added to the four cells to have one."""

    ratio: float
    interval: Interval
    corrected: bool


def cohens_h(share: float, other: float) -> float:
    """The difference of two shares on the arcsine scale: 0.2 is small, 0.5 medium, 0.8 large.

    Cohen 1988, Statistical Power Analysis for the Behavioral Sciences, chapter 6. Lies between -pi
    and pi; positive when the first share is the larger.

    >>> round(cohens_h(0.5, 0.3), 3)
    0.412
    """
    if not (0 <= share <= 1 and 0 <= other <= 1):
        raise ValueError(f"Shares lie between 0 and 1; {share} and {other} do not both.")
    return 2 * math.asin(math.sqrt(share)) - 2 * math.asin(math.sqrt(other))


def cramers_v(table: Sequence[Sequence[float]]) -> float | None:
    """The association of a table of counts, from 0 to 1, corrected for bias.

    Bergsma 2013, doi:10.1016/j.jkss.2012.10.002: without the correction chance alone gives a V
    above 0. Rows and columns that are empty are left out; None where fewer than two are left of
    either.

    >>> cramers_v([[50, 0], [0, 50]])
    1.0
    """
    counts = np.asarray(table, dtype=np.float64)
    if counts.ndim != 2 or not np.all(np.isfinite(counts)) or (counts < 0).any():
        raise ValueError("A table of counts has rows and columns of numbers that are 0 or more.")
    counts = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    n, (rows, columns) = counts.sum(), counts.shape
    if min(rows, columns) < 2 or n <= 1:
        return None
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / n
    phi2 = float(((counts - expected) ** 2 / expected).sum() / n)
    phi2 = max(0.0, phi2 - (rows - 1) * (columns - 1) / (n - 1))
    least = min(rows - (rows - 1) ** 2 / (n - 1), columns - (columns - 1) ** 2 / (n - 1)) - 1
    return min(1.0, math.sqrt(phi2 / least)) if least > 0 else None


def odds_ratio(
    cited: int, not_cited: int, other_cited: int, other_not_cited: int, *, level: float = LEVEL
) -> OddsRatio:
    """The odds of the first group over those of the second, with Woolf's logit interval.

    Woolf 1955, doi:10.1111/j.1469-1809.1955.tb01348.x. Where a cell is 0, 0.5 is added to all four
    (Haldane 1956, doi:10.1111/j.1469-1809.1955.tb01285.x; Anscombe 1956), and `corrected` says so.
    """
    cells = [cited, not_cited, other_cited, other_not_cited]
    if min(cells) < 0 or cited + not_cited == 0 or other_cited + other_not_cited == 0:
        raise ValueError("Each group needs people, and no cell may be negative.")
    corrected = min(cells) == 0
    a, b, c, d = (cell + 0.5 * corrected for cell in cells)
    centre = math.log(a * d / (b * c))
    half = normal_quantile(level) * math.sqrt(1 / a + 1 / b + 1 / c + 1 / d)
    interval = Interval(math.exp(centre - half), math.exp(centre + half))
    return OddsRatio(math.exp(centre), interval, corrected)
