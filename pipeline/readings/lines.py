"""Readings, samples and signatures as JSON Lines: one a line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import Any, NoReturn

from pipeline.errors import InputError, near
from pipeline.readings.incoming import Arrived, Incoming, Place
from pipeline.readings.records import (
    SAID,
    Decision,
    Member,
    Sample,
    Signature,
    StoredReading,
    hash_of,
    utc,
)

READING_KEYS = (
    *("response_id", "question", "coder", "time", "sample", "text_hash", "memo", "in_view"),
    *(*SAID, "memos", "spans", "theme_hashes"),
)
SAMPLE_KEYS = ("sample", "purpose", "seed", "drawn", "settings", "members")
MEMBER_KEYS = ("response_id", "question", "stratum", "probability", "text_hash", "machine")
SIGNATURE_KEYS = tuple(field.name for field in fields(Signature))
PREVIOUS = "previous"
"""In a file of signatures from before the store kept them: the hash of the line before."""
HEAD_KEY = "head"
"""Of a line that is neither: the store that was written out, and how far its chain had come."""
_TEXTS = ("response_id", "question", "coder", "time", "sample", "text_hash", "memo")


def write_lines(
    readings: Iterable[StoredReading],
    samples: Iterable[Sample],
    head: str = "",
    signatures: Iterable[Signature] = (),
) -> Iterator[str]:
    """The samples, then the readings, then the signatures, in their order, then the head of the
    store if one is given; each a line of JSON with its break.
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
        # Where nothing was marked there is no such key, as in files from before there were spans.
        if any(d.span for d in reading.decisions):
            record["spans"] = [[d.theme, d.facet, *d.span] for d in reading.decisions if d.span]
        record["theme_hashes"] = [d.theme_hash for d in reading.decisions]
        yield _line(record)
    for signature in signatures:
        yield _line(asdict(signature))
    if head:
        yield _line({HEAD_KEY: head})


def _line(record: Mapping[str, Any]) -> str:
    return json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"


def _short(decision: Decision) -> str | list[str]:
    return [decision.theme, decision.facet] if decision.facet else decision.theme


def read_lines(path: Path) -> Arrived:
    """Read JSON Lines. Raises InputError: E104 for what is not UTF-8, E109 for what is not JSON,
    E412 for a line that is neither a reading nor a sample nor a signature, E542 for a signature
    that does not follow from the line before it, where lines say which they follow.
    """
    readings: list[Incoming] = []
    samples: list[Sample] = []
    signed: list[tuple[str, dict[str, Any]]] = []
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
                    elif "meaning" in record:
                        signed.append((where, record))
                    else:
                        readings.append(_reading(record, where))
    except UnicodeDecodeError as error:
        what = f"it is not UTF-8 ({error.reason})."
        raise InputError.because(code="E104", where=path.as_posix(), what=what) from error
    _check_follows(signed)
    signatures = tuple(_signature(record, where) for where, record in signed)
    return Arrived(tuple(readings), tuple(samples), signatures=signatures)


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
    spans = _spans(record, where)
    if any(marked.get(place) != "present" for place in spans):
        _wrong(where, "'spans' are of themes that are present")
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
                start=spans[place][0] if place in spans else None,
                end=spans[place][1] if place in spans else None,
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


def _spans(record: Mapping[str, Any], where: str) -> dict[Place, tuple[int, int]]:
    spans = record.get("spans") or []
    if not isinstance(spans, list) or not all(_is_span(span) for span in spans):
        _wrong(where, "'spans' is a list of [theme, facet, start, end], 0 <= start < end")
    found = {(theme, facet): (start, end) for theme, facet, start, end in spans}
    if len(found) < len(spans):
        _wrong(where, "'spans' names a theme twice")
    return found


def _is_span(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 4 or not _are_texts(value[:2]):
        return False
    start, end = value[2:]
    return type(start) is type(end) is int and 0 <= start < end


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


def _signature(record: Mapping[str, Any], where: str) -> Signature:
    _check_keys(record, (*SIGNATURE_KEYS, PREVIOUS), where)
    given = {key: record[key] for key in SIGNATURE_KEYS if key in record}
    counts = [given.pop(key, None) for key in ("cited", "of")]
    texts = [*given.values()]
    if not _are_texts(texts) or not all(type(count) is int for count in counts):
        _wrong(where, f"a signature needs, of the right kind, {', '.join(SIGNATURE_KEYS)}")
    try:
        made = Signature(cited=counts[0], of=counts[1], **given)
    except TypeError:
        _wrong(where, f"a signature needs {', '.join(SIGNATURE_KEYS)}")
    return replace(made, time=utc(made.time))


def _check_follows(signed: Sequence[tuple[str, Mapping[str, Any]]]) -> None:
    before = "0" * 64
    for where, record in signed:
        if record.get(PREVIOUS, before) != before:
            raise InputError.because(
                code="E542",
                where=where,
                what="it does not follow from the line before it: one of them was changed.",
                remedy="Take the file from a copy that is whole; sign again what is missing.",
            )
        if PREVIOUS in record:
            before = hash_of(record)
