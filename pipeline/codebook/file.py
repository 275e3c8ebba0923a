"""The file of a codebook: read with a hash of it, and written only where it still has that hash."""

from __future__ import annotations

import codecs
import hashlib
import os
from pathlib import Path
from typing import NamedTuple

import pipeline
from pipeline.atomic import write_file
from pipeline.errors import InputError
from pipeline.yamlfile import read_text

_INSTALLED = ("site-packages", "dist-packages")


class CodebookFile(NamedTuple):
    """A file as it was read; `digest` is over its text."""

    path: Path
    text: str
    digest: str


def read_file(path: Path) -> CodebookFile:
    """Raises InputError (E101, E104)."""
    text = read_text(path)
    return CodebookFile(path, text, _hash(text))


def write_text(path: Path, text: str, seen: str) -> None:
    """Write the text of a file whose text had the hash `seen`, whole or not at all.

    A byte order mark and the permissions stay. Raises InputError: E596 where the text is another
    by now, E598 where it may not be written.
    """
    refuse_unwritable(path)
    if _hash(read_text(path)) != seen:
        raise InputError.because(
            code="E596",
            where=path.as_posix(),
            what="has changed since this page was shown.",
            remedy="Load the page again; nothing was written.",
        )
    try:
        marked = path.read_bytes().startswith(codecs.BOM_UTF8)
        mark = codecs.BOM_UTF8 if marked else b""
        write_file(path.resolve(), mark + text.encode(), keep_mode=True)
    except OSError as error:
        raise _unwritable(path, f"cannot be written ({error.strerror})") from error


def refuse_unwritable(path: Path) -> None:
    """Raises InputError (E598) for a file that is read-only or a part of an installed package."""
    real = path.resolve()
    if real.is_relative_to(Path(pipeline.__file__).parent) or any(
        part in _INSTALLED for part in real.parts
    ):
        raise _unwritable(path, "is a part of an installed package")
    if not real.is_file():
        raise _unwritable(path, "is not there any more")
    # Whoever may write everything may still have meant a file to be left alone.
    writable = real.stat().st_mode & 0o222 and os.access(real, os.W_OK)
    if not (writable and os.access(real.parent, os.W_OK)):
        raise _unwritable(path, "is read-only")


def _unwritable(path: Path, why: str) -> InputError:
    return InputError.because(
        code="E598",
        where=path.as_posix(),
        what=f"{why}.",
        remedy="Let the round name a copy of it that may be written.",
    )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
