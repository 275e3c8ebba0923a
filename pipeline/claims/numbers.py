"""Numbers as reports print them: digits, words, hedges, and what each allows."""

from __future__ import annotations

import re
from fractions import Fraction

from pipeline.wording import FRACTIONS, Limits, parse_share

MANY = 10**12
POINTS = Fraction(3)
"""How far a share may be from "one in five" where no fraction has a name, in percentage points."""

_UNITS = (
    *("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven"),
    *("twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_VALUES = {word: n for n, word in enumerate(_UNITS, start=1)}
_VALUES |= {word: 10 * n for n, word in enumerate(_TENS, start=2)}

_SMALL = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(_UNITS[:9])}))?|{'|'.join(_UNITS[::-1])})"
WORDED = rf"(?:(?:a|{'|'.join(_UNITS[:9])}) hundred(?: and {_SMALL})?|{_SMALL})\b"
DIGITS = r"(?:\d{1,3}(?:,\d{3}){1,3}|\d{1,9})(?![\d,]\d|\d|\.\d|\w|[/:]\d)"
INT = rf"(?:{DIGITS}|{WORDED})"
HEDGES = {
    "over": ("over", "more than", "above", "just over", "slightly over", "slightly more than"),
    "under": ("under", "fewer than", "less than", "below", "just under", "slightly fewer than"),
    "at least": ("at least", "no fewer than", "no less than"),
    "at most": ("at most", "up to", "no more than"),
    "nearly": ("nearly", "almost", "close to"),
    "about": ("about", "around", "roughly", "approximately", "some"),
    "only": ("only", "just", "exactly", "all of"),
}
HEDGE = "(?:{})".format(
    "|".join(sorted((name for names in HEDGES.values() for name in names), key=len, reverse=True))
)
_HEDGE_OF = {name: hedge for hedge, names in HEDGES.items() for name in names}


def parse_int(text: str) -> int:
    """A whole number in digits or words.

    >>> parse_int("1,200"), parse_int("twenty-four"), parse_int("a hundred and five")
    (1200, 24, 105)
    """
    if text[0].isdigit():
        return int(text.replace(",", ""))
    total = 0
    for word in text.replace("-", " ").split():
        if word == "hundred":
            total = max(total, 1) * 100
        else:
            total += _VALUES.get(word, 0)
    return total


def allow_count(hedge: str, low: int, high: int) -> tuple[int, int]:
    """The lowest and highest count that a printed number, or a range of two, allows.

    "About" allows a twentieth either way, one at least; "nearly" a tenth less, two at least, and
    never the number itself.

    >>> allow_count("over", 40, 40)[0], allow_count("about", 40, 40), allow_count("nearly", 40, 40)
    (41, (38, 42), (36, 39))
    """
    ends = {
        "over": (high + 1, MANY),
        "under": (0, low - 1),
        "at least": (low, MANY),
        "at most": (0, high),
        "nearly": (low - max(2, low // 10), low - 1),
        "about": (low - max(1, low // 20), high + max(1, high // 20)),
    }
    return ends.get(_HEDGE_OF.get(hedge, ""), (low, high))


def allow_share(hedge: str, low: str, high: str) -> Limits | None:
    """The shares that a printed per cent, or a range of two, allows; None over 100."""
    printed = f"{low} to {high}" if high else low
    name = _HEDGE_OF.get(hedge, "")
    plain = name in ("", "only") or (high and name != "about")
    # "Just over 40 %" is a hedge of its own in the table of wordings.
    word = hedge if hedge.startswith(("just ", "slightly ")) else name
    return parse_share(printed if plain else f"{word} {printed}")


def allow_ratio(hedge: str, part: int, of: int) -> Limits | None:
    """The shares that "one in five" allows: those of "a fifth", where that has a name.

    >>> print(allow_ratio("", 1, 5), allow_ratio("over", 3, 4))
    [17, 23] (75, 100]
    """
    if not 0 < part < of:
        return None
    share = Fraction(100 * part, of)
    for name, value in FRACTIONS.items():
        if value == share:
            return parse_share(f"{_HEDGE_OF.get(hedge, '')} {name}".replace("only ", "").strip())
    return Limits(max(share - POINTS, Fraction(0)), min(share + POINTS, Fraction(100)))


def word_set(text: str) -> frozenset[str]:
    """The words of a text, as a set to look words up in."""
    return frozenset(text.split())


LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)} | {ord("’"): ord("'")}
"""Capitals to small letters, with every place kept: str.lower may lengthen a text."""
YEAR = re.compile(r"(?:1[89]|20)\d\d\Z")
