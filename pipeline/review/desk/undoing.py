"""The reading that takes another back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from pipeline.codebook.model import Theme
from pipeline.readings.records import Decision, StoredReading, hash_theme, now
from pipeline.review.desk.people import UNDONE, Word
from pipeline.review.desk.sitting import Step


def undoing(step: Step, themes: Mapping[str, Theme]) -> StoredReading:
    """The reading that takes one back: what the person said before."""
    return replace(
        step.reading,
        time=now(),
        memo="" if step.was_read else UNDONE,
        decisions=tuple(
            _restored(decision.theme, step.before, hash_theme(themes[decision.theme]))
            for decision in step.reading.decisions
        ),
    )


def _restored(theme: str, before: dict[str, Word], theme_hash: str) -> Decision:
    word = before.get(theme)
    if word is None or word.stale:
        return Decision(theme=theme, decision="unsure", memo=UNDONE, theme_hash=theme_hash)
    start, end = word.span or (None, None)
    return Decision(
        theme=theme,
        decision=word.decision,
        memo=word.memo,
        theme_hash=theme_hash,
        start=start,
        end=end,
    )
