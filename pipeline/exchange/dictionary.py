"""A dictionary as any tool has it: themes, the terms of each, and themes within themes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from pipeline.errors import InputError, Problem
from pipeline.read.encoding import choose_encoding

MAX_BYTES = 20_000_000
MAX_DEPTH = 20
_SHOWN = 5


@dataclass(slots=True, eq=False)
class Entry:
    """A theme of a dictionary; `codable` where text can be coded with it though it has no terms."""

    name: str
    line: int
    terms: list[tuple[str, int]] = field(default_factory=list)
    children: list[Entry] = field(default_factory=list)
    definition: str = ""
    codable: bool = False

    def walk(self) -> Iterator[Entry]:
        """This theme and every one under it, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(slots=True, eq=False)
class Net:
    """A named set of themes that may stand anywhere in the hierarchy."""

    name: str
    line: int
    definition: str = ""
    members: list[Entry] = field(default_factory=list)


@dataclass(slots=True, eq=False)
class Dictionary:
    """What a reader makes of a file; `notes` says how its bytes were read.

    `left_out` has, for each kind of thing that no codebook can hold, what was met and on which
    line. A dictionary that is `wordless` has no terms by its nature.
    """

    path: Path
    entries: list[Entry] = field(default_factory=list)
    nets: list[Net] = field(default_factory=list)
    wordless: bool = False
    left_out: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()

    def leave_out(self, kind: str, what: str, line: int) -> None:
        """Note something that is not taken over."""
        self.left_out.setdefault(kind, []).append((what, line))

    def warnings(self) -> tuple[Problem, ...]:
        """One for each kind of thing left out, with how many there are and the first few."""
        return (*self.notes, *(self._warning(kind, met) for kind, met in self.left_out.items()))

    def _warning(self, kind: str, met: list[tuple[str, int]]) -> Problem:
        shown = ", ".join(f"'{what}' (line {line})" for what, line in met[:_SHOWN])
        more = f" and {len(met) - _SHOWN:,} more" if len(met) > _SHOWN else ""
        return Problem(
            code="W321",
            where=f"{self.path.as_posix()}:{met[0][1]}",
            what=f"{kind} ({len(met):,}): {shown}{more}.",
        )


def unreadable(path: Path, line: int, what: str, remedy: str = "") -> InputError:
    """The error for a dictionary that cannot be read."""
    where = f"{path.as_posix()}:{line}"
    return InputError.because(code="E321", where=where, what=what, remedy=remedy)


def read_lines(path: Path) -> tuple[list[str], tuple[Problem, ...]]:
    """The lines of a text file without their ends, and a note if its encoding had to be chosen.

    A byte order mark says the encoding; else it is UTF-8, or cp1252 where that does not fit.
    """
    text, notes = read_text(path)
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n"), notes


def read_text(path: Path) -> tuple[str, tuple[Problem, ...]]:
    """The text of a file as it stands, and a note if its encoding had to be chosen."""
    check_size(path)
    remedy = "Save the file as UTF-8"
    try:
        encoding, note = choose_encoding(path)
    except InputError as error:
        mended = (replace(problem, remedy=f"{remedy}.") for problem in error.problems)
        raise InputError(*mended) from error
    text = path.read_bytes().decode(encoding).removeprefix("\ufeff")
    return text, (replace(note, remedy=f"{remedy} if that is wrong."),) if note else ()


def check_size(path: Path) -> None:
    """Raise InputError for a file that is not there (E101) or far too large (E321)."""
    try:
        size = path.stat().st_size
    except OSError as error:
        raise InputError.because(
            code="E101", where=path.as_posix(), what=f"cannot be opened ({error.strerror})."
        ) from error
    if size > MAX_BYTES:
        raise unreadable(path, 1, f"is over {MAX_BYTES:,} bytes, too large for a dictionary.")
