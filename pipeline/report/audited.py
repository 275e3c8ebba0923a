"""What an audit says of a count, in words and as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.estimate.cells import NOT_AUDITED

_KEYS = ("question", "theme", "of", "resolved")


def audit_sentence(estimate: Mapping[str, Any] | None) -> str:
    """What follows the sentence of a count; empty where no audit says anything.

    >>> audit_sentence({"machine": 40, "low": 37, "high": 49, "of": 105, "audited_tagged": 40,
    ...                 "audited_untagged": 30})
    '. 40 tagged; between 37 and 49 of 105 cite it (95%, 40 + 30 read)'
    """
    if estimate is None or estimate["low"] is None:
        return ""
    low, high = estimate["low"], estimate["high"]
    tagged, untagged = estimate["audited_tagged"], estimate["audited_untagged"]
    begun = f". {estimate['machine']} tagged; "
    if low == high:
        verb = "cites" if low == 1 else "cite"
        return f"{begun}{low} of {estimate['of']} {verb} it (all were read)"
    return (
        f"{begun}between {low} and {high} of {estimate['of']} cite it "
        f"(95%, {tagged} + {untagged} read)"
    )


def unaudited(estimates: Sequence[Mapping[str, Any]]) -> str:
    """One sentence on the themes of which no audit says anything; empty if there is none.

    >>> unaudited([{"low": None, "why": "not audited"}, {"low": None, "why": "not audited"}])
    'Coding error: not audited.'
    """
    whys = [estimate["why"] for estimate in estimates if estimate["low"] is None]
    if not whys:
        return ""
    each = {why: whys.count(why) for why in sorted(set(whys), key=lambda why: why != NOT_AUDITED)}
    if len(each) == 1 and len(whys) == len(estimates):
        return f"Coding error: {whys[0]}."
    parts = [f"{n} theme{'s'[: n > 1]} {_because(why)}" for why, n in each.items()]
    return f"Coding error: {'; '.join(parts)}."


def _because(why: str) -> str:
    return why if why == NOT_AUDITED else f"not known, {why}"


def estimate_json(estimate: Mapping[str, Any]) -> dict[str, Any]:
    """The row of the estimates without what its count says; where none was audited, why."""
    if estimate["low"] is None:
        return {
            name: estimate[name] for name in ("machine", "sample", "why") if estimate[name] != ""
        }
    return {name: value for name, value in estimate.items() if name not in _KEYS}
