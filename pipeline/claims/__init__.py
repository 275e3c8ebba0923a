"""Claims of a draft report, found, placed and checked: passages -> claims -> verdicts."""

from pipeline.claims.find import Claim, find_claims
from pipeline.claims.known import (
    Knowledge,
    Known,
    Subject,
    know_bases,
    know_closed,
    know_people,
    know_themes,
)
from pipeline.claims.passages import Passage
from pipeline.claims.placing import BASE_DIFFERS, DIFFERS, HOLDS, UNPLACED, Placed, place_claims
from pipeline.claims.reading import read_report

__all__ = [
    "BASE_DIFFERS",
    "DIFFERS",
    "HOLDS",
    "UNPLACED",
    "Claim",
    "Knowledge",
    "Known",
    "Passage",
    "Placed",
    "Subject",
    "find_claims",
    "know_bases",
    "know_closed",
    "know_people",
    "know_themes",
    "place_claims",
    "read_report",
]
