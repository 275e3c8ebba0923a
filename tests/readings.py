"""Readings, samples and signatures for the tests of the store."""

from __future__ import annotations

from pipeline.readings import Decision, Member, Sample, Signature, StoredReading, hash_text
from pipeline.readings.records import utc


def reading(response_id: str = "R1/q", **changes: object) -> StoredReading:
    own = {
        "response_id": response_id,
        "question": "q",
        "coder": "human:ana",
        "time": utc("2026-03-01T09:00:00Z"),
        "text_hash": hash_text("slow"),
        "decisions": (Decision(theme="slow", decision="present", theme_hash=hash_text("")),),
    }
    return StoredReading(**(own | changes))


def sample(purpose: str, *members: tuple[str, str], **changes: object) -> Sample:
    drawn = tuple(
        Member(
            response_id=name, question="q", stratum="s", probability=0.5, text_hash=hash_text(text)
        )
        for name, text in members
    )
    return Sample(**({"purpose": purpose, "seed": 1, "members": drawn} | changes))


def signature(theme: str = "slow", **changes: object) -> Signature:
    own = {
        "question": "q",
        "theme": theme,
        "by": "ana",
        "time": utc("2026-03-01T09:00:00Z"),
        "cited": 1,
        "of": 10,
        "base": hash_text("base"),
        "verdicts": hash_text("verdicts"),
        "meaning": hash_text("meaning"),
    }
    return Signature(**(own | changes))
