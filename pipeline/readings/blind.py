"""Double samples: who has read what, and what the others may not see yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pipeline.errors import InputError, Problem
from pipeline.readings.records import Sample, StoredReading

PURPOSE = "double"


def count_waiting(
    samples: Iterable[Sample], readings: Iterable[StoredReading]
) -> dict[str, dict[str, int]]:
    """By double sample that is not finished, how many responses each of its coders has yet to
    read; a coder who is done has 0.
    """
    read: dict[tuple[str, str], set[str]] = {}
    for reading in readings:
        if reading.sample:
            read.setdefault((reading.sample, reading.coder), set()).add(reading.response_id)
    waiting = {}
    for sample in samples:
        if sample.purpose == PURPOSE:
            ids = {member.response_id for member in sample.members}
            left = {
                coder: len(ids - read.get((sample.id, coder), set()))
                for coder in sample.settings.get("coders", ())
            }
            if any(left.values()):
                waiting[sample.id] = left
    return waiting


def tell_withheld(waiting: Mapping[str, Mapping[str, int]], withheld: int) -> list[Problem]:
    """What is to be said (W571) of readings that are withheld, if there are any."""
    if not withheld:
        return []
    left = "; ".join(
        f"{name}: "
        + ", ".join(
            f"{coder.removeprefix('human:')} has {n} to read" for coder, n in coders.items() if n
        )
        for name, coders in waiting.items()
    )
    what = f"{withheld} readings of double samples are withheld until all have read ({left})."
    remedy = "With --unblind they are shown, and the reading is blind no more."
    return [Problem(code="W571", what=what, remedy=remedy)]


def check_doubles(readings: Sequence[StoredReading], samples: Iterable[Sample]) -> None:
    """Raises InputError (E572) for a reading that says it is of a double sample and is not: another
    coder's, or of a response that was not drawn.
    """
    doubles = {sample.id: sample for sample in samples if sample.purpose == PURPOSE}
    members = {
        name: {member.response_id for member in sample.members} for name, sample in doubles.items()
    }
    for reading in readings:
        if reading.sample not in doubles:
            continue
        coders = doubles[reading.sample].settings.get("coders", ())
        if reading.coder not in coders:
            what = f"'{reading.coder}' is no coder of '{reading.sample}': {', '.join(coders)}."
            remedy = "Take the column 'sample' out of the sheet to import other readings."
        elif reading.response_id not in members[reading.sample]:
            what = f"'{reading.response_id}' was not drawn for '{reading.sample}'."
            remedy = "Mend the id, or empty its cell in the column 'sample'."
        else:
            continue
        raise InputError.because(code="E572", what=what, remedy=remedy)
