"""The store of readings, decisions and samples: append-only, one file a round."""

from pipeline.readings.records import (
    Decision,
    Member,
    Sample,
    Signature,
    StoredDecision,
    StoredReading,
    hash_text,
    hash_theme,
)
from pipeline.readings.sqlitefile import is_store
from pipeline.readings.store import Store, open_store

__all__ = [
    "Decision",
    "Member",
    "Sample",
    "Signature",
    "Store",
    "StoredDecision",
    "StoredReading",
    "hash_text",
    "hash_theme",
    "is_store",
    "open_store",
]
