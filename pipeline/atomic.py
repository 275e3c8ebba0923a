"""A folder or file that is whole or absent: written beside, flushed, then renamed into place."""

from __future__ import annotations

import contextlib
import glob
import os
import secrets
import shutil
import time
from pathlib import Path

LEFT_OVER_SECONDS = 86_400
_ATTEMPTS = 5


def begin(folder: Path, work: Path | None = None) -> Path:
    """A new folder to write in, beside the one it will become, so that a rename is enough.

    A `work` that `name_part` named can be removed by one who is stopped while it is made.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    _recover(folder)
    _sweep(folder)
    work = work or name_part(folder)
    work.mkdir()
    return work


def name_part(folder: Path) -> Path:
    """The name of a folder to write in that is not there yet."""
    return _name_beside(folder, "part")


def finish(work: Path, folder: Path) -> None:
    """Put a finished folder in place, and in place of an older one if there is one.

    Two that finish at once may each find the other's there: the last one stays.
    """
    for path in work.rglob("*"):
        _flush(path)
    for attempt in range(_ATTEMPTS):
        try:
            _swap(work, folder)
            break
        except OSError:
            _recover(folder)
            if attempt == _ATTEMPTS - 1:
                raise
            time.sleep(0.05)
    if os.name != "nt":
        _flush(folder.parent)


def write_file(path: Path, data: bytes, *, keep_mode: bool = False) -> None:
    """Write a file whole or not at all, in place of an older one, whose permissions it may keep."""
    part = path.with_name(f".{path.name}.part-{secrets.token_hex(6)}")
    try:
        with part.open("wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        if keep_mode:
            shutil.copymode(path, part)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _swap(work: Path, folder: Path) -> None:
    if not folder.exists():
        work.replace(folder)
        return
    old = _name_beside(folder, "old")
    old.mkdir()
    folder.replace(old / folder.name)
    work.replace(folder)
    shutil.rmtree(old, ignore_errors=True)


def _recover(folder: Path) -> None:
    """Bring back an older folder that was moved aside and never replaced."""
    if folder.exists():
        return
    for old in folder.parent.glob(f".{glob.escape(folder.name)}.old-*"):
        # Another process may be putting one there at this moment: then that one stands.
        with contextlib.suppress(OSError):
            (old / folder.name).replace(folder)
            old.rmdir()


def _sweep(folder: Path) -> None:
    """Remove what writers that were killed have left beside this folder a day ago or earlier."""
    for left in folder.parent.glob(f".{glob.escape(folder.name)}.*-*"):
        if left.is_dir() and time.time() - left.stat().st_mtime > LEFT_OVER_SECONDS:
            shutil.rmtree(left, ignore_errors=True)


def _name_beside(folder: Path, kind: str) -> Path:
    return folder.parent / f".{folder.name}.{kind}-{secrets.token_hex(6)}"


def _flush(path: Path) -> None:
    if path.is_dir() and os.name == "nt":
        return
    handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
