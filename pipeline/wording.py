"""Shares in words, both ways: what a printed phrase allows, and the phrase for a share.

All shares are per cents, 0 to 100, as exact fractions. What a phrase allows is wider than what this
tool says with it: published reports are generous ("a third" was said of 28 % in York's ICT strategy
of 2017), and a checker that is stricter than its field would only find fault with usage.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

POINTS = Fraction(3)
"""How far "about 40" and a bare "half" may be from the share, in percentage points."""
THIRD_POINTS = Fraction(6)
"""The same for a bare "a third"."""
JUST_POINTS = Fraction(13, 2)
"""How far "just over half" and "just under half" reach: to 56.5 and down to 43.5."""
NEARLY_POINTS = Fraction(5)
"""How far below three quarters "nearly three quarters" may be."""
SPLIT_POINTS = Fraction(8)
""""A split": agree and disagree are at most this far apart, and neither is over half."""

FRACTIONS = {
    "a tenth": Fraction(10),
    "a fifth": Fraction(20),
    "a quarter": Fraction(25),
    "a third": Fraction(100, 3),
    "two fifths": Fraction(40),
    "half": Fraction(50),
    "three fifths": Fraction(60),
    "two thirds": Fraction(200, 3),
    "three quarters": Fraction(75),
    "four fifths": Fraction(80),
    "nine tenths": Fraction(90),
}
ALLOWED = {
    "none": "[0, 0]",
    "hardly any": "(0, 5)",
    "few": "(0, 15)",
    "a minority": "(0, 50)",
    "most": "(50, 100)",
    "a majority": "(50, 100)",
    "a large majority": "[75, 100)",
    "the great majority": "[75, 100)",
    "the vast majority": "[80, 100)",
    "nearly all": "[90, 100)",
    "all": "[100, 100]",
}
SAID = (
    (0, "none"),
    (4, "hardly any"),
    (7, "few"),
    (12, "about a tenth"),
    (17, "over a tenth"),
    (22, "about a fifth"),
    (24, "nearly a quarter"),
    (25, "a quarter"),
    (29, "over a quarter"),
    (32, "nearly a third"),
    (33, "a third"),
    (38, "just over a third"),
    (41, "about two fifths"),
    (44, "over two fifths"),
    (49, "just under half"),
    (50, "half"),
    (56, "just over half"),
    (62, "most"),
    (66, "nearly two thirds"),
    (67, "two thirds"),
    (71, "over two thirds"),
    (74, "nearly three quarters"),
    (75, "three quarters"),
    (79, "over three quarters"),
    (94, "the great majority"),
    (99, "nearly all"),
    (100, "all"),
)
"""The whole per cent up to which each phrase is said, from the phrase before it."""

_SAME = {
    "nobody": "none",
    "no one": "none",
    "the majority": "a majority",
    "almost all": "nearly all",
    "everyone": "all",
}
_UNITS = {"one": "a", "an": "a"}


class Limits(NamedTuple):
    """The shares that a phrase allows; an open end is not among them."""

    low: Fraction
    high: Fraction
    low_open: bool = False
    high_open: bool = False

    def holds(self, share: Fraction) -> bool:
        """Whether a share is allowed."""
        above = self.low < share or (self.low == share and not self.low_open)
        below = share < self.high or (share == self.high and not self.high_open)
        return above and below

    def __str__(self) -> str:
        ends = "(["[not self.low_open] + "])"[self.high_open]
        return f"{ends[0]}{float(self.low):.4g}, {float(self.high):.4g}{ends[1]}"


_ALL = Limits(Fraction(0), Fraction(100))


def parse_share(phrase: str) -> Limits | None:
    """The shares that a printed phrase or number allows; None if it is not one that is known.

    A number allows what rounds to it, halves up, at the decimals it is printed with.

    >>> print(parse_share("nearly three quarters"), parse_share("over 40%"), parse_share("72.7"))
    [70, 75) (40, 100] [72.65, 72.75)
    >>> parse_share("a good many") is None
    True
    """
    printed = _tidy(phrase)
    named = ALLOWED.get(_SAME.get(printed, printed))
    if named:
        return _parse_limits(named)
    between = re.fullmatch(r"(?:between )?(\d+(?:\.\d+)?) ?(?:to|-|and) ?(\d+(?:\.\d+)?)", printed)
    if between:
        low, high = Fraction(between[1]), Fraction(between[2])
        return Limits(low, high) if low <= high <= 100 else None
    for modifier, names in _MODIFIERS.items():
        for name in names.split("|"):
            if name and printed.startswith(f"{name} "):
                return _around(modifier, printed.removeprefix(f"{name} "))
    return _around("", printed)


_MODIFIERS = {
    "just over": "just over|slightly over|slightly more than|just above",
    "just under": "just under|slightly under|slightly less than|just below",
    "over": "over|more than|above",
    "under": "under|less than|fewer than|below",
    "at least": "at least",
    "at most": "at most|up to|no more than",
    "nearly": "nearly|almost|close to",
    "about": "about|around|roughly|approximately|some",
}


def _around(modifier: str, rest: str) -> Limits | None:
    number = re.fullmatch(r"\d+(?:\.(\d+))?", rest)
    value = Fraction(rest) if number else FRACTIONS.get(rest)
    if value is None or value > 100:
        return None
    if not modifier:
        return _rounding(value, len(number[1] or "")) if number else _bare(value)
    zero, hundred = Fraction(0), Fraction(100)
    limits = {
        "just over": Limits(value, value + JUST_POINTS, low_open=True, high_open=True),
        "just under": Limits(value - JUST_POINTS, value, low_open=True, high_open=True),
        "over": Limits(value, hundred, low_open=True),
        "under": Limits(zero, value, high_open=True),
        "at least": Limits(value, hundred),
        "at most": Limits(zero, value),
        "nearly": Limits(value - NEARLY_POINTS, value, high_open=True),
        "about": Limits(value - POINTS, value + POINTS),
    }
    return limits[modifier]


def _rounding(value: Fraction, decimals: int) -> Limits:
    half = Fraction(1, 2 * 10**decimals)
    return Limits(value - half, value + half, high_open=True)


def _bare(value: Fraction) -> Limits:
    points = THIRD_POINTS if value == FRACTIONS["a third"] else POINTS
    return Limits(value - points, value + points)


def _tidy(phrase: str) -> str:
    """Lower case, no per cent sign, "one third" and "two-thirds" as the tables have them."""
    text = " ".join(phrase.lower().replace("per cent", "%").replace("%", " ").split())
    words = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", text).replace("–", "-").split(" ")
    if len(words) > 1:
        words = [_UNITS.get(word, word) for word in words]
    return " ".join(words).replace("a half", "half")


def _parse_limits(text: str) -> Limits:
    low, high = (Fraction(number) for number in text[1:-1].split(", "))
    return Limits(low, high, low_open=text[0] == "(", high_open=text[-1] == ")")


def say_share(part: int, of: int) -> str:
    """The phrase for part of a base, by the share in whole per cent, halves up.

    "none" and "all" are said only of exactly none and all. A base of 0 has no share: ValueError.

    >>> say_share(40, 105), say_share(53, 100), say_share(1, 1000), say_share(999, 1000)
    ('just over a third', 'just over half', 'hardly any', 'nearly all')
    """
    if not 0 <= part <= of or not of:
        raise ValueError(f"{part} of {of} has no share")
    whole = (200 * part + of) // (2 * of)
    if part and not whole:
        whole = 1
    if part < of and whole == 100:
        whole = 99
    exact = Fraction(100 * part, of)
    fitting = [phrase for top, phrase in SAID if whole <= top]
    # 24.6 % rounds to 25 and 33.4 % to 33: "a quarter" and "a third" may be either side of them.
    return fitting[0] if _allows(fitting[0], exact) else _nearest(exact)


def _allows(phrase: str, share: Fraction) -> bool:
    limits = parse_share(phrase)
    return limits is not None and limits.holds(share)


def _nearest(share: Fraction) -> str:
    """Where rounding crossed a strict end ("over two fifths" of 41.5 is fine, of 40 is not)."""
    whole = share.numerator // share.denominator
    places = (whole, whole + 1, whole + 2, whole - 1)
    phrases = (next(p for top, p in SAID if place <= top) for place in places if 0 <= place <= 100)
    return next(phrase for phrase in phrases if _allows(phrase, share))


def is_split(agree: Fraction, disagree: Fraction) -> bool:
    """Whether opinion is split: at most SPLIT_POINTS apart, and neither over half.

    >>> is_split(Fraction(38), Fraction(37)), is_split(Fraction(45), Fraction(35))
    (True, False)
    """
    return abs(agree - disagree) <= SPLIT_POINTS and max(agree, disagree) <= 50


def round_half_up(share: Fraction, decimals: int = 0) -> Fraction:
    """A share at some decimals, halves up, exactly.

    >>> round_half_up(Fraction(25, 2)), round_half_up(Fraction(1, 3), 1)
    (Fraction(13, 1), Fraction(3, 10))
    """
    scale = 10**decimals
    return Fraction((2 * share * scale + 1) // 2, scale)


def round_parts(parts: tuple[int, ...], of: int, decimals: int = 0) -> tuple[Fraction, ...]:
    """Each part of a base as a per cent, rounded by itself, halves up: they need not add to 100.

    >>> [int(share) for share in round_parts((36, 18, 11), 65)]
    [55, 28, 17]
    """
    return tuple(round_half_up(Fraction(100 * part, of), decimals) for part in parts)


def largest_remainder(parts: tuple[int, ...], of: int, decimals: int = 0) -> tuple[Fraction, ...]:
    """The parts of a base as per cents that add up to 100 when the parts add up to the base.

    All are cut down, and what is missing goes to the largest remainders, the first of equals
    (Hamilton's method of apportionment).

    >>> [int(share) for share in largest_remainder((1, 1, 1), 3)]
    [34, 33, 33]
    """
    scale = 100 * 10**decimals
    floors = [part * scale // of for part in parts]
    missing = sum(parts) * scale // of - sum(floors)
    order = sorted(range(len(parts)), key=lambda place: (-(parts[place] * scale % of), place))
    for place in order[:missing]:
        floors[place] += 1
    return tuple(Fraction(floor, 10**decimals) for floor in floors)


def print_share(share: Fraction, decimals: int = 0) -> str:
    """A rounded share with its decimals.

    >>> print_share(Fraction(727, 10), 1), print_share(Fraction(82))
    ('72.7', '82')
    """
    return f"{float(share):.{decimals}f}"
