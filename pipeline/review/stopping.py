"""When reading on has no point: a test of whether too many of a theme's responses are still unread.

The test is that of Callaghan & Müller-Hansen 2020 (Systematic Reviews 9:273,
doi:10.1186/s13643-020-01521-4): once some responses are read, in whatever order, a simple random
sample of the unread is read as well. If recall were below its target, at least `least_missed`
responses with the theme would have been among the unread; `chance` is the probability of then
finding as few in the sample as were found. Where it is small, the target is reached.

One look at a random sample errs with probability `RISK` at most, whatever was read before it, for
its size was chosen before it was seen. To look again and again until the answer pleases errs more
often (10.7 % instead of 5 % in the worst of the cases that the tests enumerate). So each further
random sample is tested by itself, against those unread when it was drawn, and may spend only half
of the risk that is left: look `j` needs a chance below `RISK / 2**j`, and all looks together err
with probability `RISK` at most.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

RISK = 0.05
"""The probability, over all looks, to stop although recall is below its target."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """What is known of one theme: `found_before` the last random sample, and in it `found` of
    `drawn`.

    `urn` is how many responses were unread when the sample was drawn; of these `read_beside` were
    read since without being in it, and the theme found in `found_beside`. `looks` counts the random
    samples up to this one, and is 0 before the first. `waiting` of the drawn are not read yet:
    until none is, there is nothing to test.
    """

    found_before: int
    urn: int
    drawn: int
    found: int
    read_beside: int = 0
    found_beside: int = 0
    looks: int = 1
    waiting: int = 0

    @property
    def seen(self) -> int:
        """All responses in which the theme was found."""
        return self.found_before + self.found + self.found_beside

    @property
    def left(self) -> int:
        """The responses that nobody read yet."""
        return self.urn - self.drawn - self.read_beside


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopping:
    """Whether one may stop reading for a theme, and the numbers it rests on.

    `more` is how many responses the next random sample needs to allow stopping if the theme is
    found in none of them; None when reading all that is left is needed, or one may stop already.
    """

    theme: str
    recall: float
    tail: Tail
    least_missed: int
    chance: float
    level: float
    more: int | None

    @property
    def stop(self) -> bool:
        """Whether reading on has no point."""
        if self.tail.waiting:
            return False
        return self.chance < self.level or self.tail.left == 0

    def as_json(self) -> dict[str, Any]:
        """As a JSON object."""
        tail = self.tail
        return {
            "theme": self.theme,
            "recall": self.recall,
            "stop": self.stop,
            "found": tail.seen,
            "unread": tail.left,
            "unread_at_draw": tail.urn,
            "random_read": tail.drawn,
            "random_found": tail.found,
            "random_waiting": tail.waiting,
            "least_missed": self.least_missed,
            "p": round(self.chance, 9),
            "level": self.level,
            "looks": tail.looks,
            "more_if_none": self.more,
        }

    def sentence(self) -> str:
        """The verdict in words, with its numbers."""
        tail = self.tail
        if tail.waiting:
            return f"read on: {tail.waiting} responses of the random sample are not read yet."
        if not tail.left:
            return f"stop: all are read; {tail.seen} found."
        tested = (
            f"{tail.seen} found; {tail.drawn} of {tail.urn} unread were drawn and had "
            f"{tail.found} of the {self.least_missed} or more there would be: "
            f"p {self.chance:.4f}, needed below {self.level:.4g}"
        )
        if self.stop:
            return f"stop: {tested}."
        if not tail.drawn:
            tested = f"{tail.seen} found, no random sample of the {tail.left} unread yet"
        if self.more is None:
            return f"read on: {tested}; only reading the {tail.left} that are left would do."
        return f"read on: {tested}; {self.more} more at random would do, if none of them has it."


def assess(theme: str, tail: Tail, recall: float = 0.95) -> Stopping:
    """Test the hypothesis that recall is below its target, at the level of this look."""
    missed = least_missed(tail, recall)
    chance = 1.0 if tail.waiting else at_most(tail.found, tail.urn, missed, tail.drawn)
    verdict = Stopping(
        theme=theme,
        recall=recall,
        tail=tail,
        least_missed=missed,
        chance=chance,
        level=level_of(tail.looks),
        more=None,
    )
    return (
        verdict
        if verdict.stop or tail.waiting
        else replace(verdict, more=_more_if_none(tail, recall))
    )


def level_of(look: int) -> float:
    """What the chance must be below at a look, the first being 1; without a sample that of look 1.

    >>> [level_of(look) for look in (1, 2, 3)]
    [0.025, 0.0125, 0.00625]
    """
    return RISK / 2.0 ** max(look, 1)


def least_missed(tail: Tail, recall: float) -> int:
    """The fewest responses with the theme that the urn held if recall is below its target.

    The smallest whole K with `seen / (found_before + K) < recall`, `seen` being all that was found.

    >>> least_missed(Tail(found_before=20, urn=80, drawn=70, found=0), 0.9)
    3
    """
    return math.floor(tail.seen / Fraction(str(recall))) + 1 - tail.found_before


def at_most(found: int, urn: int, marked: int, drawn: int) -> float:
    """The probability of `found` or fewer of `marked` in `drawn` without replacement from `urn`.

    0 when more are marked than the urn holds. Hypergeometric, summed from logarithms of factorials.

    >>> round(at_most(0, 80, 3, 70), 9)
    0.001460565
    """
    if marked > urn:
        return 0.0
    low, high = max(0, drawn + marked - urn), min(found, marked, drawn)
    if high >= min(marked, drawn):
        return 1.0
    whole = _log_choose(urn, drawn)
    return min(
        1.0,
        math.fsum(
            math.exp(_log_choose(marked, k) + _log_choose(urn - marked, drawn - k) - whole)
            for k in range(low, high + 1)
        ),
    )


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


def _more_if_none(tail: Tail, recall: float) -> int | None:
    """The least size of the next random sample that allows stopping if none is found in it."""
    ahead = Tail(found_before=tail.seen, urn=tail.left, drawn=0, found=0)
    missed, level = least_missed(ahead, recall), level_of(tail.looks + 1)
    low, high = 1, ahead.urn
    while low < high:
        middle = (low + high) // 2
        if at_most(0, ahead.urn, missed, middle) < level:
            high = middle
        else:
            low = middle + 1
    return low if low < ahead.urn else None
