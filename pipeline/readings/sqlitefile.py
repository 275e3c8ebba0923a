"""What can be told of a store of readings without opening it, and how it is refused."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from pipeline.errors import InputError
from pipeline.round.place import DatabaseUrl, Place

BUSY_SECONDS = 10.0
_MAGIC = b"SQLite format 3\x00"


def is_store(path: Place) -> bool:
    """Whether a round's `decisions:` is meant as a store: by its content, or by its name."""
    if isinstance(path, DatabaseUrl) or path.suffix.lower() == ".db":
        return True
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return stream.read(len(_MAGIC)) == _MAGIC


def refuse(place: Place, why: str) -> NoReturn:
    """E411."""
    raise InputError.because(
        code="E411",
        where=place.as_posix(),
        what=f"the store cannot be used: {why}.",
        remedy="Give a file that 'verbatims review import' made, or a copy that was kept."
        if isinstance(place, Path)
        else "Its tables are made by 'verbatims review import'.",
    )


def cannot(place: Place, what: str) -> NoReturn:
    """E412."""
    raise InputError.because(code="E412", where=place.as_posix(), what=f"{what}.")
