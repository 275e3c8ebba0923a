"""Which encoding a text file is in: byte order mark, strict UTF-8, cp1252, and no guessing beyond.

Statistical detectors misread short cp1252 surveys; this ladder does not (see
docs/decisions/0006-encoding.md).
"""

from __future__ import annotations

import codecs
from pathlib import Path

from pipeline.errors import InputError, Problem

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20


def choose_encoding(path: Path, stated: str = "") -> tuple[str, Problem | None]:
    """The encoding of a file and, when it was not stated and is not UTF-8, a note that says so.

    Raises InputError (E104) when the bytes do not fit the encoding, and E101 for no such file.
    """
    try:
        with path.open("rb") as stream:
            head = stream.read(4096)
    except OSError as error:
        raise InputError.because(
            code="E101", where=path.as_posix(), what=f"cannot be opened ({error.strerror})."
        ) from error
    if stated:
        _check_known(path, stated)
        name = _with_mark(stated, head)
        _require_fit(path, name)
        return name, None
    for mark, name in _MARKS:
        if head.startswith(mark):
            _require_fit(path, name)
            return name, None if name == "utf-8-sig" else _chosen(path, name, "a byte order mark")
    if b"\0" in head:
        raise InputError.because(
            code="E104",
            where=path.as_posix(),
            what="has zero bytes and no byte order mark, so it is not text in UTF-8 or cp1252.",
            remedy="If it is UTF-16, set 'encoding: utf-16-le' (or -be) under 'source:'.",
        )
    if _misfit(path, "utf-8") is None:
        return "utf-8", None
    _require_fit(path, "cp1252")
    return "cp1252", _chosen(path, "cp1252", "bytes that are not UTF-8")


def _with_mark(stated: str, head: bytes) -> str:
    """The stated encoding, or the one that drops the byte order mark the file starts with."""
    dropping = {
        "utf-8": (codecs.BOM_UTF8, "utf-8-sig"),
        "utf-16-le": (codecs.BOM_UTF16_LE, "utf-16"),
        "utf-16-be": (codecs.BOM_UTF16_BE, "utf-16"),
    }
    mark, name = dropping.get(codecs.lookup(stated).name, (b"", stated))
    return name if mark and head.startswith(mark) else stated


def _chosen(path: Path, name: str, why: str) -> Problem:
    return Problem(
        code="W101",
        where=path.as_posix(),
        what=f"read as {name}, because of {why}.",
        remedy="Set 'encoding:' under 'source:' if that is wrong.",
    )


def _check_known(path: Path, name: str) -> None:
    try:
        "a".encode(name)
    except (LookupError, ValueError) as error:
        raise InputError.because(
            code="E104",
            where=path.as_posix(),
            what=f"there is no encoding '{name}'.",
            remedy="Use utf-8, utf-16 or cp1252, or leave 'encoding' out.",
        ) from error


def _require_fit(path: Path, name: str) -> None:
    if name == "utf-8-sig":
        name = "utf-8"  # its mark is UTF-8 too, and offsets count it
    found = _misfit(path, name)
    if found:
        offset, value = found
        raise InputError.because(
            code="E104",
            where=path.as_posix(),
            what=f"byte {offset:,} (0x{value:02x}) is not {name}.",
            remedy="Save the file as UTF-8, or state its encoding under 'source:'.",
        )


def _misfit(path: Path, name: str) -> tuple[int, int] | None:
    """The first byte that does not fit: (offset, value); None when all do."""
    decoder = codecs.getincrementaldecoder(name)("strict")
    offset = 0
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(_CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                place = min(error.start, len(error.object) - 1)
                return offset - pending + error.start, error.object[place]
            except UnicodeError:
                return 0, chunk[0]  # utf-16 and utf-32 without the mark they must start with
            if not chunk:
                return None
            offset += len(chunk)
