"""A file of readings -> the store: whole or not at all, and the same file again adds nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from pipeline.codebook.model import Codebook
from pipeline.readings.incoming import Arrived
from pipeline.readings.lines import read_lines
from pipeline.readings.records import StoredReading, utc
from pipeline.readings.sheet import read_sheet
from pipeline.readings.store import Store

LINES = (".jsonl", ".ndjson")


class Imported(NamedTuple):
    """What an import did."""

    added: int
    skipped: int
    samples: int
    signatures: int = 0


def read_incoming(path: Path, codebook: Codebook) -> Arrived:
    """Read a file of readings; JSON Lines by its name, else a table."""
    if path.suffix.lower() in LINES:
        return read_lines(path)
    return read_sheet(path, codebook)


def add_imported(
    store: Store, readings: Sequence[StoredReading], arrived: Arrived, clock: str
) -> Imported:
    """Add what the store does not have of a file: its readings, which are complete now, samples and
    signatures. `clock` is the time of readings that state none.

    A reading with a time is there when one with this time and content is. Those without are there
    when they are the last that their coder said of the response, in their order.
    """
    with store.together():
        known = {sample.id for sample in store.samples()}
        for sample in arrived.samples:
            store.add_sample(sample)
        signed = set(store.signatures())
        for signature in arrived.signatures:
            store.add_signature(signature)
        new = _new(store.readings(), readings, clock)
        added = store.add_readings(new)
    drawn = len({sample.id for sample in arrived.samples} - known)
    return Imported(added, len(readings) - added, drawn, len({*arrived.signatures} - signed))


def _new(
    stored: Sequence[StoredReading], readings: Sequence[StoredReading], clock: str
) -> list[StoredReading]:
    by_time = sorted(stored, key=lambda reading: reading.time)
    timed = {(reading.time, reading.content) for reading in by_time}
    said: dict[tuple[str, str], list[str]] = {}
    for reading in by_time:
        said.setdefault((reading.response_id, reading.coder), []).append(reading.content)
    untimed: dict[tuple[str, str], list[str]] = {}
    for reading in readings:
        if not reading.time:
            key = (reading.response_id, reading.coder)
            untimed.setdefault(key, []).append(reading.content)
    there = {
        key for key, contents in untimed.items() if said.get(key, [])[-len(contents) :] == contents
    }
    places: dict[tuple[str, str], int] = {}
    new: list[StoredReading] = []
    for reading in readings:
        key = (reading.response_id, reading.coder)
        if reading.time:
            if (reading.time, reading.content) not in timed:
                new.append(reading)
        elif key not in there:
            places[key] = places.get(key, -1) + 1
            new.append(replace(reading, time=_later(clock, places[key])))
    return new


def _later(clock: str, microseconds: int) -> str:
    """So many microseconds on, so that a coder's readings of one response keep their order."""
    return utc(datetime.fromisoformat(clock) + timedelta(microseconds=microseconds))
