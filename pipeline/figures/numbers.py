"""Printed counts and numbers -> what they allow."""

from __future__ import annotations

import re
from fractions import Fraction

from pipeline.wording import Limits, round_half_up

NO_LIMIT = 10**12
_TENTH = Fraction(1, 10)
_FORMS = (
    (r"(\d+)", lambda n: (n, n)),
    (r"(?:over|more than) (\d+)", lambda n: (n + 1, NO_LIMIT)),
    (r"at least (\d+)", lambda n: (n, NO_LIMIT)),
    (r"(?:under|fewer than) (\d+)", lambda n: (0, n - 1)),
    (r"(?:at most|up to) (\d+)", lambda n: (0, n)),
    (r"(?:about|around|roughly|approximately) (\d+)", lambda n: (n - n // 10, n + n // 10)),
    (r"(?:nearly|almost|close to|just under) (\d+)", lambda n: (n - n // 10, n - 1)),
    (r"just over (\d+)", lambda n: (n + 1, n + n // 10)),
)
"""The forms of a count. About, nearly and just over reach a tenth of the number, rounded down."""


def parse_cited(text: str) -> tuple[int, int] | None:
    """The lowest and highest count that a printed number allows; None if it cannot be read.

    >>> parse_cited("over 40"), parse_cited("20"), parse_cited("12 to 15"), parse_cited("many")
    ((41, 1000000000000), (20, 20), (12, 15), None)
    >>> parse_cited("about 40"), parse_cited("nearly 40")
    ((36, 44), (36, 39))
    """
    printed = re.sub(r"(?<=\d),(?=\d{3})", "", " ".join(text.lower().split()))
    found = re.fullmatch(r"(\d+) ?(?:to|-|–) ?(\d+)|between (\d+) and (\d+)", printed)
    if found:
        low, high = (int(group) for group in found.groups() if group)
        return (low, high) if low <= high else None
    for form, limits in _FORMS:
        found = re.fullmatch(form, printed)
        if found:
            low, high = limits(int(found[1]))
            return (low, high) if low <= high else None
    return None


def parse_measure(text: str) -> Limits | None:
    """What a printed mean, or one end of a range, allows: what rounds to it; None if it is none.

    >>> print(parse_measure("24.8%"), parse_measure("£1,064"), parse_measure("about 20"))
    [24.75, 24.85) [1064, 1064) [18, 22]
    >>> parse_measure("lots") is None
    True
    """
    about = re.match(r"(?:about|around|roughly|approximately) ", text.lower())
    shown = re.sub(r"[£$€%,\s]", "", text.lower()[about.end() :] if about else text)
    number = re.fullmatch(r"-?\d+(?:\.(\d+))?", shown)
    if not number:
        return None
    value = Fraction(shown)
    if about:
        reach = abs(value) * _TENTH
        return Limits(value - reach, value + reach)
    half = Fraction(1, 2 * 10 ** len(number[1] or ""))
    return Limits(value - half, value + half, high_open=True)


def decimals_of(text: str) -> int:
    """The decimals that a number in a text is printed with.

    >>> decimals_of("over 72.70%"), decimals_of("half")
    (2, 0)
    """
    found = re.search(r"\d\.(\d+)", text)
    return len(found[1]) if found else 0


def some_count_fits(limits: Limits, of: int) -> bool:
    """Whether any whole number of a base has a share that is allowed.

    >>> some_count_fits(Limits(Fraction(71), Fraction(72)), 22)
    False
    """
    if not of:
        return False
    first = max(0, limits.low * of // 100)
    last = min(of, limits.high * of // 100 + 1)
    # Between the first and the last but two, all are allowed: only the ends need a look.
    looks = {*range(first, min(first + 3, last + 1)), *range(max(first, last - 2), last + 1)}
    return any(limits.holds(Fraction(100 * count, of)) for count in looks)


def some_counts_fit(triple: tuple[Fraction, ...], of: int, decimals: int, *, whole: bool) -> bool:
    """Whether any whole numbers of a base, each share rounded by itself, print as a triple.

    `whole` says that the three hold every answer, so that they must add up to the base.
    """
    ranges = []
    for share in triple:
        near = range(max(0, int((share - 1) * of // 100)), int((share + 1) * of // 100) + 2)
        fitting = [n for n in near if round_half_up(Fraction(100 * n, of), decimals) == share]
        if not fitting:
            return False
        ranges.append((fitting[0], fitting[-1]))
    low, high = (sum(ends) for ends in zip(*ranges, strict=True))
    return low <= of and (high >= of or not whole)


def parse_triple(text: str) -> tuple[Fraction, ...]:
    """The three shares of a printed triple; empty if it is none.

    >>> [int(share) for share in parse_triple("82/12/6")]
    [82, 12, 6]
    """
    if not re.fullmatch(r"\d{1,3}(?:\.\d+)?(?: ?/ ?\d{1,3}(?:\.\d+)?){2}", text):
        return ()
    return tuple(Fraction(part.strip()) for part in text.split("/"))


def cut_range(text: str) -> list[str]:
    """The two ends of a printed range; of anything else the text alone.

    >>> cut_range("0-95"), cut_range("£1 to £12,000,000"), cut_range("12")
    (['0', '95'], ['£1', '£12,000,000'], ['12'])
    """
    ends = re.fullmatch(r"(.*\d\D*?)(?: to | ?[-–] ?)(\D*\d.*)", text.strip())
    return [ends[1], ends[2]] if ends else [text]
