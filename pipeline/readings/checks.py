"""What a reading and a sample must be before they are kept for good."""

from __future__ import annotations

from pipeline.readings.records import (
    KINDS,
    PURPOSES,
    SAID,
    Decision,
    Sample,
    Signature,
    StoredReading,
    utc,
)
from pipeline.readings.sqlitefile import cannot
from pipeline.round.place import Place

_LARGEST = 1 << 63


def check_reading(reading: StoredReading, path: Place) -> None:
    """Raises InputError (E412) for a reading that cannot be."""
    places = [(d.theme, d.facet) for d in reading.decisions]
    if not reading.response_id:
        why = "it names no response"
    elif not reading.coder.startswith(KINDS) or reading.coder in KINDS:
        why = f"'{reading.coder}' is not human:NAME or import:NAME"
    elif any(d.decision not in SAID for d in reading.decisions):
        why = "a decision is present, absent or unsure"
    elif len(set(places)) < len(places):
        why = "it decides twice on one theme"
    elif not all(map(_has_sound_span, reading.decisions)):
        why = "a span is 0 <= start < end, both or neither, where the theme is present"
    elif any("\0" in text for text in _texts(reading)):
        why = "it has a zero character, which neither csv nor other databases hold"
    elif utc(reading.time) != reading.time:
        why = f"'{reading.time}' is not as the store writes times"
    else:
        return
    cannot(path, f"the reading of '{reading.response_id}' cannot be kept: {why}")


def check_sample(sample: Sample, path: Place) -> None:
    """Raises InputError (E412) for a sample that cannot be."""
    ids = [member.response_id for member in sample.members]
    if sample.purpose not in PURPOSES:
        cannot(path, f"'{sample.purpose}' is no purpose: {', '.join(PURPOSES)}")
    if len(set(ids)) < len(ids):
        cannot(path, "a response is twice in one sample")
    if not -_LARGEST <= sample.seed < _LARGEST:
        cannot(path, f"the seed {sample.seed} has over 63 bits, which databases do not hold")


def check_signature(signature: Signature, path: Place) -> None:
    """Raises InputError (E412) for a signature that cannot be."""
    texts = [signature.question, signature.theme, signature.by, signature.memo]
    if not (signature.theme and signature.by):
        why = "it names no theme, or nobody"
    elif any("\0" in text for text in texts):
        why = "it has a zero character, which neither csv nor other databases hold"
    elif not 0 <= signature.cited <= signature.of < _LARGEST:
        why = f"{signature.cited} of {signature.of} is no count"
    elif utc(signature.time) != signature.time:
        why = f"'{signature.time}' is not as the store writes times"
    else:
        return
    cannot(path, f"the signature of '{signature.theme}' cannot be kept: {why}")


def _has_sound_span(decision: Decision) -> bool:
    start, end = decision.start, decision.end
    if start is None or end is None:
        return start is end
    return 0 <= start < end < _LARGEST and decision.decision == "present"


def _texts(reading: StoredReading) -> list[str]:
    own = [reading.response_id, reading.question, reading.coder, reading.sample, reading.memo]
    return own + [text for d in reading.decisions for text in (d.theme, d.facet, d.memo)]
