"""What a machine may lack that tests need: they are skipped, and the run ends with how many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NoReturn

import pytest

KINDS = ("browser", "PostgreSQL")


def skip(kind: str, reason: str) -> NoReturn:
    """Skip a test that needs what is not here; `kind` is one of KINDS."""
    assert kind in KINDS, kind
    pytest.skip(f"{kind}: {reason}")


def count_missing(reasons: Iterable[str]) -> list[str]:
    """The lines that close a run, from the reasons pytest reports for what it skipped.

    >>> count_missing(["Skipped: browser: no Chromium"] * 2 + ["Skipped: only on Windows"])
    ['2 browser tests skipped: no Chromium']
    """
    found = Counter(reason.removeprefix("Skipped: ") for reason in reasons)
    return [
        f"{count} {kind} test{'s' if count > 1 else ''} skipped: {reason.removeprefix(f'{kind}: ')}"
        for kind in KINDS
        for reason, count in sorted(found.items())
        if reason.startswith(f"{kind}: ")
    ]
