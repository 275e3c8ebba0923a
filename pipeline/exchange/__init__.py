"""What other tools write -> a codebook: dictionaries of terms, and codebooks without any."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pipeline.errors import InputError, Problem
from pipeline.exchange.dictionary import Dictionary
from pipeline.exchange.liwc import read_liwc
from pipeline.exchange.pairs import read_pairs
from pipeline.exchange.qdc import read_qdc
from pipeline.exchange.quanteda import read_quanteda
from pipeline.exchange.wordstat import read_wordstat
from pipeline.exchange.write import write_codebook

READERS: dict[str, Callable[[Path], Dictionary]] = {
    ".yml": read_quanteda,
    ".yaml": read_quanteda,
    ".dic": read_liwc,
    ".cat": read_wordstat,
    ".csv": read_pairs,
    ".qdc": read_qdc,
}


def import_codebook(path: Path, name: str = "") -> tuple[str, tuple[Problem, ...]]:
    """The YAML of a codebook from a dictionary, and a warning for each kind of thing left out.

    The codebook is named after the file unless `name` says otherwise. Raises InputError: E101 and
    E104 for a file that cannot be opened or decoded, E321 for one that cannot be read.
    """
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise InputError.because(
            code="E321",
            where=path.as_posix(),
            what=f"'{path.suffix}' files are not imported.",
            remedy="These are: " + ", ".join(READERS) + ".",
        )
    return write_codebook(reader(path), name)
