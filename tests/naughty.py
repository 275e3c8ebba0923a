"""The 515 strings of the Big List of Naughty Strings, and rounds of them.

The list is Max Woolf's, under the licence beside it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

_HERE = Path(__file__).parent
NAUGHTY: tuple[str, ...] = tuple(json.loads((_HERE / "naughty.json").read_text("utf-8")))
PLAIN = "a plain answer"
ANSWERS = (PLAIN, PLAIN, *NAUGHTY, PLAIN)
"""With plain ones around them, so that those in the middle have a page before and after."""


def write_naughty_round(write_round: Callable[..., Path], folder: Path) -> Path:
    """Each of ANSWERS as a first answer, and within a second one, the respondent's id, a group."""
    rows = [(f"P{n} {s}", s, s, f"other {s} answer") for n, s in enumerate(ANSWERS)]
    return write_round(folder, rows=rows, extra="filler: off\n")
