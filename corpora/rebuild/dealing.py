"""Whole numbers behind printed percentages, and answers dealt out so that they come to them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from itertools import product
from random import Random


def decimals(printed: str) -> int:
    """How many decimals a printed number has.

    >>> decimals("24.8"), decimals("50")
    (1, 0)
    """
    return len(printed.partition(".")[2])


def fitting(printed: str, base: int) -> list[int]:
    """The counts out of `base` that are printed so, without those that lie on a tie of rounding.

    >>> fitting("72.7", 176), fitting("91.0", 22)
    ([128], [])
    """
    share, half = Decimal(printed), Decimal(5).scaleb(-decimals(printed) - 1)
    low, high = (share - half) * base / 100, (share + half) * base / 100
    span = range(max(0, math.floor(low)), min(base, math.ceil(high)) + 1)
    return [count for count in span if low < count < high]


def solve(printed: Sequence[str], most: int, *, whole: bool) -> tuple[int, ...]:
    """Counts that are printed so, of the largest base up to `most`; nothing if there is none.

    `whole` says that the shares are all there are; otherwise the last count is that of the rest.
    Of several such counts, those nearest to what is printed.

    >>> solve(["72.7", "25.6", "1.7"], 178, whole=True)
    (128, 45, 3)
    >>> solve(["31.8", "40.9"], 22, whole=False)
    (7, 9, 6)
    """
    for base in range(most, 0, -1):
        sets = [(*n, base - sum(n)) for n in product(*(fitting(p, base) for p in printed))]
        sets = [counts for counts in sets if counts[-1] == 0 or (not whole and counts[-1] > 0)]
        if sets:
            best = min(sets, key=lambda counts: _distance(counts, base, printed))
            return best[:-1] if whole else best
    return ()


def nearest(printed: str, most: int) -> tuple[int, int]:
    """The count, of the largest base up to `most`, that comes nearest to a share; and the rest.

    >>> nearest("91.0", 22)
    (20, 2)
    """
    every = ((count, base - count) for base in range(most, 0, -1) for count in range(base + 1))
    return min(every, key=lambda counts: _distance(counts, sum(counts), [printed]))


def _distance(counts: Sequence[int], base: int, printed: Sequence[str]) -> Decimal:
    shares = zip(counts, printed, strict=False)
    return sum((abs(Decimal(n) * 100 / base - Decimal(share)) for n, share in shares), Decimal(0))


def bell(random: Random) -> float:
    """A number about 0 with a deviation of 1, by sums that every machine makes alike."""
    return sum(random.random() for _ in range(12)) - 6


def pick(
    people: Sequence[str], keen: Mapping[str, float], number: int, random: Random
) -> list[str]:
    """`number` of `people`, sooner those who are keen; in their order."""
    eager = {who: keen[who] + bell(random) for who in people}
    picked = set(sorted(people, key=lambda who: eager[who], reverse=True)[:number])
    return [who for who in people if who in picked]


def deal(counts: Mapping[str, int], scores: Mapping[str, float]) -> dict[str, str]:
    """An answer for everybody who has a score: the lowest scores get the first of `counts`.

    >>> deal({"No": 1, "Yes": 2}, {"ann": 0.3, "bob": -1.0, "cy": 2.0})
    {'bob': 'No', 'ann': 'Yes', 'cy': 'Yes'}
    """
    answers = [option for option, count in counts.items() for _ in range(count)]
    return dict(zip(sorted(scores, key=lambda who: scores[who]), answers, strict=True))


def spread(number: int, total: int, low: int, high: int) -> list[int]:
    """`number` whole numbers from `low` to `high`, rising, bent so that they come to `total`.

    Most are multiples of five, as people write them.
    """
    steps = [step / (number - 1) for step in range(number)]
    soft, hard = 0.05, 20.0
    for _ in range(60):
        bend = (soft + hard) / 2
        values = [max(low, 5 * round((high - low) * step**bend / 5)) for step in steps]
        soft, hard = (bend, hard) if sum(values) > total else (soft, bend)
    values[-1] = high
    for place in sorted(range(1, number - 1), key=lambda at: abs(at - number // 2)):
        short = total - sum(values)
        values[place] += max(-2, min(2, short, high - values[place]), low - values[place])
    return sorted(values)
