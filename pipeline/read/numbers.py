"""Numbers as people write them in a cell."""

from __future__ import annotations

import re

_NUMBER = re.compile(
    r"([-+−]?) ?[£$€]? ?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]+)?|\.[0-9]+)"
    r"(e[-+]?[0-9]{1,3})? ?%?"
)
_EXACT = 1e15
"""From here on a number no longer keeps its last digits."""


def parse_number(text: str, unit: str = "") -> float | None:
    """A number with or without a currency, thousands, a per cent sign or its unit; else None.

    A per cent is the number before its sign. A comma that cuts no thousands is not guessed at.

    >>> parse_number("£1,200"), parse_number("24.8%"), parse_number(" 12 hours ", "hours")
    (1200.0, 24.8, 12.0)
    >>> parse_number("lots"), parse_number("1,20"), parse_number("nan")
    (None, None, None)
    """
    shown = " ".join(text.split()).casefold()
    if unit and shown.endswith(unit.casefold()):
        shown = shown.removesuffix(unit.casefold()).rstrip()
    found = _NUMBER.fullmatch(shown)
    if not found:
        return None
    sign = "-" if found[1] in ("-", "−") else ""
    number = float(sign + found[2].replace(",", "") + (found[3] or ""))
    return number if abs(number) < _EXACT else None
