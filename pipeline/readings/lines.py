"""Readings and samples as JSON Lines: one a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NoReturn

from pipeline.errors import InputError, near
from pipeline.readings.incoming import Arrived, Incoming, Place
from pipeline.readings.records import SAID, Decision, Member, Sample, StoredReading, utc

READING_KEYS = (
    *("response_id", "question", "coder", "time", "sample", "text_hash", "memo", "in_view"),
    *(*SAID, "memos", "theme_hashes"),
)
SAMPLE_KEYS = ("sample", "purpose", "seed", "drawn", "settings", "members")
MEMBER_KEYS = ("response_id", "question", "stratum", "probability", "text_hash", "machine")
HEAD_KEY = "head"
"""Of a line that is neither: the store that was written out, and how far its chain had come."""
_TEXTS = ("response_id", "question", "coder", "time", "sample", "text_hash", "memo")


def write_lines(
    readings: Iterable[StoredReading], samples: Iterable[Sample], head: str = ""
) -> Iterator[str]:
    """The samples, then the readings, in their order, then the head of the store if one is given;
    each a line of JSON with its break.
    """
    for sample in samples:
        record = asdict(sample)
        record["sample"] = record.pop("id")
        yield _line({key: record[key] for key in SAMPLE_KEYS})
    for reading in readings:
        record = {name: getattr(reading, name) for name in _TEXTS}
        record["in_view"] = [_short(d) for d in reading.decisions]
        for said in SAID:
            record[said] = [_short(d) for d in reading.decisions if d.decision == said]
        record["memos"] = [[d.theme, d.facet, d.memo] for d in reading.decisions if d.memo]
        record["theme_hashes"] = [d.theme_hash for d in reading.decisions]
        yield _line(record)
    if head:
        yield _line({HEAD_KEY: head})


def _line(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"


def _short(decision: Decision) -> str | list[str]:
    return [decision.theme, decision.facet] if decision.facet else decision.theme


def read_lines(path: Path) -> Arrived:
    """Read JSON Lines. Raises InputError: E104 for what is not UTF-8, E109 for what is not JSON,
    E412 for a line that is neither a reading nor a sample.
    """
    readings: list[Incoming] = []
    samples: list[Sample] = []
    try:
        with path.open(encoding="utf-8-sig", newline="\n") as stream:
            for number, line in enumerate(stream, start=1):
                if line.strip():
                    where = f"{path.as_posix()}:{number}"
                    record = _parse(line, where)
                    if record.keys() == {HEAD_KEY}:
                        continue
                    if "purpose" in record:
                        samples.append(_sample(record, where))
                    else:
                        readings.append(_reading(record, where))
    except UnicodeDecodeError as error:
        what = f"it is not UTF-8 ({error.reason})."
        raise InputError.because(code="E104", where=path.as_posix(), what=what) from error
    return Arrived(tuple(readings), tuple(samples))


def _parse(line: str, where: str) -> dict[str, Any]:
    try:
        record = json.loads(line)
        json.dumps(record, ensure_ascii=False, allow_nan=False).encode()  # half a character, NaN
    except (ValueError, RecursionError) as error:
        what = f"not JSON ({error})."
        raise InputError.because(code="E109", where=where, what=what) from error
    if not isinstance(record, dict):
        _wrong(where, "each line must be one JSON object")
    return record


def _wrong(where: str, what: str, remedy: str = "") -> NoReturn:
    raise InputError.because(code="E412", where=where, what=f"{what}.", remedy=remedy)


def _check_keys(record: Mapping[str, Any], keys: Sequence[str], where: str) -> None:
    for key in record:
        if key not in keys:
            _wrong(where, f"'{key}' is not a key here", near(key, keys))


def _reading(record: Mapping[str, Any], where: str) -> Incoming:
    _check_keys(record, READING_KEYS, where)
    texts = {name: record.get(name) or "" for name in _TEXTS}
    if not all(isinstance(value, str) for value in texts.values()) or not texts["response_id"]:
        _wrong(where, f"a reading needs a response_id, and as texts: {', '.join(_TEXTS)}")
    marked = _marked(record, where)
    in_view = record.get("in_view")
    seen = list(marked) if in_view is None else _places(in_view, "in_view", where)
    for theme, facet in marked:
        if (theme, facet) not in seen:
            _wrong(where, f"'{facet or theme}' is marked and was not in view")
    memos, hashes = _memos(record, where), record.get("theme_hashes") or [""] * len(seen)
    if not _are_texts(hashes) or len(hashes) != len(seen) or not set(memos) <= set(seen):
        _wrong(where, "memos and theme_hashes are of the themes in view")
    return Incoming(
        where=where,
        **{**texts, "time": utc(texts["time"]) if texts["time"] else ""},
        whole=in_view is None,
        decisions=tuple(
            Decision(
                theme=place[0],
                facet=place[1],
                decision=marked.get(place, "absent"),
                memo=memos.get(place, ""),
                theme_hash=theme_hash,
            )
            for place, theme_hash in zip(seen, hashes, strict=True)
        ),
    )


def _marked(record: Mapping[str, Any], where: str) -> dict[Place, str]:
    marked: dict[Place, str] = {}
    for said in SAID:
        for place in _places(record.get(said) or [], said, where):
            if place in marked:
                _wrong(where, f"'{place[1] or place[0]}' is {marked[place]} and {said}")
            marked[place] = said
    return marked


def _places(value: object, key: str, where: str) -> list[Place]:
    places: list[Place] = []
    for item in value if isinstance(value, list) else [value]:
        pair: Any = [item, ""] if isinstance(item, str) else item
        if not _are_texts(pair) or len(pair) != 2 or not pair[0]:
            _wrong(where, f"'{key}' is a list of themes, or [theme, facet]")
        places.append((pair[0], pair[1]))
    if len(set(places)) < len(places):
        _wrong(where, f"'{key}' names a theme twice")
    return places


def _memos(record: Mapping[str, Any], where: str) -> dict[Place, str]:
    memos = record.get("memos") or []
    if not isinstance(memos, list) or not all(_are_texts(m) and len(m) == 3 for m in memos):
        _wrong(where, "'memos' is a list of [theme, facet, memo]")
    return {(theme, facet): memo for theme, facet, memo in memos}


def _are_texts(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _sample(record: Mapping[str, Any], where: str) -> Sample:
    _check_keys(record, SAMPLE_KEYS, where)
    try:
        members = [
            dict(zip(MEMBER_KEYS, (m[k] for k in MEMBER_KEYS), strict=True))
            for m in record["members"]
        ]
        return Sample(
            id=str(record["sample"]),
            purpose=str(record["purpose"]),
            seed=int(record["seed"]),
            drawn=utc(str(record["drawn"])),
            settings=dict(record["settings"]),
            members=tuple(Member(**member) for member in members),
        )
    except (KeyError, TypeError, ValueError) as error:
        what = f"a sample needs {', '.join(SAMPLE_KEYS)}, and a member {', '.join(MEMBER_KEYS)}."
        raise InputError.because(code="E412", where=where, what=what) from error
