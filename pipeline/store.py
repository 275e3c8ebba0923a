"""Run folders: written beside, then renamed, so that a run is whole or absent.

evidence/   responses, codings, verdicts, counts, decisions, the round and codebook as they were
published/  what the report writes
run.json    the manifest: the hash of every input and output, versions, settings
run.sha256  the hash of run.json
"""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import platform
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pipeline import __version__, atomic
from pipeline.digest import canonical_json, hash_file
from pipeline.errors import InputError
from pipeline.tables import TABLES

FORMAT = 1
MANIFEST = "run.json"
SEAL = "run.sha256"
STREAMED = {
    "responses": "evidence/1-responses.parquet",
    "codings": "evidence/2-codings.parquet",
    "verdicts": "evidence/3-verdicts.parquet",
    "problems": "evidence/problems.parquet",
}
DECISIONS_FILE = "evidence/decisions.parquet"
SAMPLES_FILE = "evidence/samples.jsonl"
SIGNATURES_FILE = "evidence/signatures.jsonl"
TRAINED_FILE = "evidence/trained.json"
COUNTS_FILE = "evidence/4-counts.csv"
BASES_FILE = "evidence/4-bases.csv"
ANSWERS_FILE = "evidence/answers.parquet"
CLOSED_FILE = "evidence/5-closed.csv"
CROSSED = ("crossings", "comparisons", "people", "together", "weighted")
"""The tables that are counted over the whole round at once."""
FIGURE_FILES = {
    "counts": COUNTS_FILE,
    "bases": BASES_FILE,
    "estimates": "evidence/4-estimates.csv",
    "closed": CLOSED_FILE,
    **{name: f"evidence/4-{name}.csv" for name in CROSSED},
}
ROUND_FILE = "evidence/round.yaml"
CODEBOOK_FILE = "evidence/codebook.yaml"
FIGURES_FILE = "evidence/figures.yaml"
_LITTER = (".DS_Store", "Thumbs.db", "desktop.ini")
"""What file browsers leave in every folder they show."""
_CLOCKS = ("started", "finished")
_LIBRARIES = ("numpy", "pyarrow", "regex", "ruamel.yaml", "scikit-learn", "spacy")


@dataclass(slots=True)
class RunWriter:
    """A run folder being written; nothing is seen under its name until `seal`."""

    folder: Path
    work: Path
    started: str
    _writers: dict[str, pq.ParquetWriter] = field(default_factory=dict)

    def append(self, name: str, table: pa.Table) -> None:
        """Add a batch to a streamed table."""
        if name not in self._writers:
            path = self.work / STREAMED[name]
            # Statistics of columns take a tenth of the writing, and nothing here reads them.
            self._writers[name] = pq.ParquetWriter(
                path, TABLES[name].schema, write_statistics=False
            )
        self._writers[name].write_table(TABLES[name].check(table))

    def write_text(self, name: str, text: str) -> None:
        """Write a whole text file, in UTF-8 with LF line ends."""
        (self.work / name).write_text(text, encoding="utf-8", newline="\n")

    def copy(self, name: str, source: Path) -> None:
        """Copy a file as it is."""
        (self.work / name).write_bytes(source.read_bytes())

    def write_table(self, name: str, table: pa.Table) -> None:
        """Write a whole table as Parquet."""
        pq.write_table(table, self.work / name)

    def seal(self, facts: dict[str, Any]) -> str:
        """Write the manifest and move the folder into place; returns the manifest's sha256.

        Where the folder holds this very run already, it is left as it is: the hash that was printed
        for it, and written down, still fits.
        """
        for writer in self._writers.values():
            writer.close()
        self._writers.clear()
        outputs = [
            {"file": name, "sha256": hash_file(self.work / name)} for name in list_files(self.work)
        ]
        manifest = {
            "format": FORMAT,
            "verbatims": __version__,
            **facts,
            "started": self.started,
            "finished": _now(),
            "python": platform.python_version(),
            "libraries": {name: metadata.version(name) for name in _LIBRARIES},
            "outputs": outputs,
        }
        if _is_same_run(self.folder, manifest):
            shutil.rmtree(self.work)
            return hash_file(self.folder / MANIFEST)
        self.write_text(MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
        digest = hash_file(self.work / MANIFEST)
        self.write_text(SEAL, f"{digest}  {MANIFEST}\n")
        atomic.finish(self.work, self.folder)
        return digest

    def abandon(self) -> None:
        """Remove everything written so far."""
        for writer in self._writers.values():
            writer.close()
        shutil.rmtree(self.work, ignore_errors=True)


@contextlib.contextmanager
def open_run(folder: Path) -> Iterator[RunWriter]:
    """A writer for a run folder. Leaving without `seal` leaves nothing behind.

    Raises InputError (E501) when the folder holds something that is not a run.
    """
    folder = folder.resolve()
    if not _may_replace(folder):
        raise InputError.because(
            code="E501",
            where=folder.as_posix(),
            what="the output folder holds something that is not a run.",
            remedy="Give --out a new or empty folder.",
        )
    work = atomic.name_part(folder)
    writer = RunWriter(folder, work, _now())
    try:
        _make_folders(folder, work)
        yield writer
    finally:
        if work.exists():
            writer.abandon()


def _make_folders(folder: Path, work: Path) -> None:
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        atomic.begin(folder, work)
        (work / "evidence").mkdir(mode=0o700)
        (work / "published").mkdir()
    except OSError as error:
        what = f"the output folder cannot be written ({error.strerror})."
        raise InputError.because(
            code="E501", where=folder.as_posix(), what=what, remedy="Choose another --out."
        ) from error


def _is_same_run(folder: Path, manifest: dict[str, Any]) -> bool:
    """Whether a folder holds this run, whole and unchanged, but for the clock."""
    try:
        held = read_manifest(folder)
        files = {item["file"]: item["sha256"] for item in held["outputs"]}
        sealed = (folder / SEAL).read_text(encoding="utf-8").split()[0]
        whole = sealed == hash_file(folder / MANIFEST) and all(
            hash_file(folder / name) == digest for name, digest in files.items()
        )
    except (InputError, OSError, KeyError, TypeError, IndexError):
        return False
    timeless = [{k: v for k, v in m.items() if k not in _CLOCKS} for m in (held, manifest)]
    return whole and timeless[0] == timeless[1]


def _may_replace(folder: Path) -> bool:
    """Whether nothing but an older run would be lost: someone's own run.json or notes are not."""
    if not folder.exists():
        return True
    if not folder.is_dir() or not any(folder.iterdir()):
        return folder.is_dir()
    try:
        manifest = read_manifest(folder)
        listed = {item["file"] for item in manifest["outputs"]}
    except (InputError, KeyError, TypeError):
        return False
    return "verbatims" in manifest and listed >= set(list_files(folder))


def default_folder(
    outputs: Path, round_name: str, inputs: Sequence[dict[str, str]], settings: Any
) -> Path:
    """outputs/<round>/<first 12 of the input hash>: the same inputs give the same folder."""
    parts = {"inputs": [item["sha256"] for item in inputs], "settings": settings}
    digest = hashlib.sha256(canonical_json([parts, __version__]).encode()).hexdigest()
    return outputs / round_name / digest[:12]


def point_latest(folder: Path) -> None:
    """Note in a text file beside the runs which of them is the latest."""
    pointer = folder.parent / "latest"
    part = pointer.with_name(".latest.part")
    part.write_text(folder.name + "\n", encoding="utf-8", newline="\n")
    part.replace(pointer)


def find_run(path: Path) -> Path:
    """The run folder meant: itself, or the latest of a round's outputs.

    Raises InputError (E502) when there is none.
    """
    if (path / MANIFEST).is_file():
        return path
    pointer = path / "latest"
    if pointer.is_file():
        latest = path / pointer.read_text(encoding="utf-8").strip()
        if (latest / MANIFEST).is_file():
            return latest
    raise InputError.because(
        code="E502",
        where=path.as_posix(),
        what="there is no run here.",
        remedy="Give the folder that 'verbatims run' named, or outputs/<round>.",
    )


def list_files(folder: Path) -> list[str]:
    """Every file of a run but the manifest and its seal, sorted."""
    names = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and path.name not in _LITTER
    }
    return sorted(names - {MANIFEST, SEAL})


def read_manifest(folder: Path) -> dict[str, Any]:
    """run.json; InputError (E502) when it cannot be read."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        where = (folder / MANIFEST).as_posix()
        what = f"the manifest cannot be read ({error})."
        raise InputError.because(code="E502", where=where, what=what) from error
    if (
        not isinstance(manifest, dict)
        or manifest.get("format") != FORMAT
        or not all(isinstance(manifest.get(key), list) for key in ("coders", "inputs", "outputs"))
    ):
        what = f"this is not a manifest of format {FORMAT}."
        raise InputError.because(code="E502", where=(folder / MANIFEST).as_posix(), what=what)
    return manifest


def read_table(folder: Path, name: str, file: str) -> pa.Table:
    """A table of a run's evidence, checked against its definition. An optional column that older
    runs did not have is empty.

    Raises InputError (E502) when the file is not such a table.
    """
    try:
        table = pq.read_table(folder / file)
        for column in TABLES[name].columns:
            if column.optional and column.name not in table.column_names:
                table = table.append_column(column.name, pa.nulls(len(table), column.type))
        return TABLES[name].check(table.cast(TABLES[name].schema))
    except (pa.ArrowException, OSError, ValueError, TypeError) as error:
        what = f"is not a table of {name} ({str(error).splitlines()[0]})."
        raise InputError.because(
            code="E502", where=(folder / file).as_posix(), what=what
        ) from error


def _now() -> str:
    return datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
