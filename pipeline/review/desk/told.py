"""What others said of a response while a person had it before her, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from pipeline.readings.records import StoredReading
from pipeline.review.desk.disputes import is_adjudicator, plain_name
from pipeline.review.desk.people import UNDONE


def tell_others(
    own: StoredReading, others: Iterable[StoredReading], labels: Mapping[str, str]
) -> list[str]:
    """A sentence for each of the others' readings; themes that are absent to both are left out."""
    verb = "settled" if is_adjudicator(own.coder) else "read"
    while_you = f"While you {verb} {own.response_id}"
    return [f"{while_you}, {_said(own, other, labels)}." for other in others]


def _said(own: StoredReading, other: StoredReading, labels: Mapping[str, str]) -> str:
    name, settling = plain_name(other.coder), is_adjudicator(other.coder)
    kept = [d for d in other.decisions if d.memo != UNDONE and not d.facet]
    if not kept:
        return f"{name} took back what was said"
    mine = {d.theme: d.decision for d in own.decisions}
    told = [
        f"{labels.get(d.theme, d.theme)} – {d.decision}"
        for d in kept
        if {d.decision, mine.get(d.theme, "absent")} != {"absent"} or settling
    ]
    if not told:
        return f"{name} read it too, and found none of the themes"
    said = f"{name} {'settled' if settling else 'said'}: {', '.join(told)}"
    both = settling and is_adjudicator(own.coder)
    return said + (". Both are kept; yours came later and stands" if both else "")
