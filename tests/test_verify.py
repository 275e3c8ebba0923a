"""A run against itself: what was changed in it, openly or cleverly, is found."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from pipeline import store
from pipeline.digest import hash_file
from pipeline.errors import InputError
from pipeline.publish import Run
from pipeline.tables import TABLES
from pipeline.verify import verify_run

CROSSED = ("comparisons", "crossings", "estimates", "people", "together")
FILES = (
    *(store.FIGURE_FILES[name] for name in CROSSED),
    *(f"published/{name}.csv" for name in CROSSED),
    *sorted((*store.STREAMED.values(), store.DECISIONS_FILE, store.COUNTS_FILE, store.BASES_FILE)),
    *(store.ROUND_FILE, store.CODEBOOK_FILE, store.FIGURES_FILE, store.MANIFEST, store.SEAL),
    *(f"published/{name}" for name in ("bases.csv", "counts.csv", "counts.json", "report.txt")),
)
TABLE_FILES = {**store.STREAMED, "decisions": store.DECISIONS_FILE}
Row = dict[str, Any]
Edit = Callable[[Path], None]


@pytest.fixture
def folder(kept_tiny_run: Run, tmp_path: Path) -> Path:
    """A copy of a finished run, free to be tampered with."""
    return Path(shutil.copytree(kept_tiny_run.folder, tmp_path / "run"))


def holds(folder: Path, expected: str = "") -> bool:
    try:
        return not verify_run(folder, expected)
    except InputError:
        return False


def reseal(folder: Path) -> None:
    """What someone does who knows how runs are sealed: mend every hash after a change."""
    manifest = json.loads((folder / store.MANIFEST).read_text())
    manifest["outputs"] = [
        {"file": name, "sha256": hash_file(folder / name)} for name in store.list_files(folder)
    ]
    reseal_manifest(folder, manifest)


def reseal_manifest(folder: Path, manifest: Row) -> None:
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (folder / store.MANIFEST).write_text(text, encoding="utf-8")
    (folder / store.SEAL).write_text(f"{hash_file(folder / store.MANIFEST)}  {store.MANIFEST}\n")


def edit_table(name: str, change: Callable[[list[Row]], object]) -> Edit:
    def edit(folder: Path) -> None:
        rows = pq.read_table(folder / TABLE_FILES[name]).to_pylist()
        before = repr(rows)
        change(rows)
        assert repr(rows) != before, "the edit must change something"
        pq.write_table(TABLES[name].build(rows), folder / TABLE_FILES[name])

    return edit


def edit_text(name: str, old: str, new: str) -> Edit:
    def edit(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")

    return edit


def first(rows: list[Row], **wanted: object) -> Row:
    return next(row for row in rows if all(row[key] == value for key, value in wanted.items()))


def change(name: str, new: Row, **wanted: object) -> Edit:
    return edit_table(name, lambda rows: first(rows, **wanted).update(new))


def test_the_cases_below_cover_every_file_of_a_run(kept_tiny_run: Run) -> None:
    files = {*store.list_files(kept_tiny_run.folder), store.MANIFEST, store.SEAL}
    assert files == set(FILES)
    coders = set(
        pq.read_table(kept_tiny_run.folder / store.STREAMED["codings"])["coder"].to_pylist()
    )
    assert {coder.partition(":")[0] for coder in coders} == {"codebook", "classifier"}


def test_a_fresh_run_holds(folder: Path, kept_tiny_run: Run) -> None:
    assert verify_run(folder) == []
    assert verify_run(folder, kept_tiny_run.sha256) == []
    reseal(folder)
    assert verify_run(folder) == [], "resealing an honest run keeps it honest"


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("place", [0.0, 0.3, 0.6, 0.999])
def test_one_byte_changed_is_found(folder: Path, name: str, place: float) -> None:
    data = bytearray((folder / name).read_bytes())
    data[int(place * len(data))] ^= 1
    (folder / name).write_bytes(data)
    assert not holds(folder)


@pytest.mark.parametrize("name", FILES)
def test_bytes_added_are_found(folder: Path, name: str) -> None:
    (folder / name).write_bytes((folder / name).read_bytes() + b"\n")
    assert not holds(folder)


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file_is_found(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert not holds(folder)


@pytest.mark.parametrize("name", ["notes.txt", "evidence/5-more.csv", "published/.hidden"])
def test_an_extra_file_is_found(folder: Path, name: str) -> None:
    (folder / name).write_text("x")
    assert verify_run(folder) == [f"{name} is not of this run"]


RULE, SCORE = {"rule": "slow/1"}, {"rule": ""}
R1, R3, R4, R6 = ({"response_id": f"R{number}/barriers"} for number in (1, 3, 4, 6))
COUNT = "Slow systems,false,"
CLEVER: dict[str, Edit] = {
    "a quote": change("codings", {"quote": "fast"}, **RULE),
    "a span": edit_table("codings", lambda rows: first(rows, **RULE).update(start=0)),
    "a span past the end": change("codings", {"end": 9999}, **RULE),
    "a coding that no rule gives": edit_table(
        "codings",
        lambda rows: rows.append({**first(rows, **RULE), "start": 0, "end": 3, "quote": "The"}),
    ),
    "a text that a rule would find something in": change("responses", {"text": "So slow"}, **R6),
    "a rule that is not in the codebook": change("codings", {"rule": "slow/9"}, **RULE),
    "a coder that did not take part": change("codings", {"coder": "codebook:x@1+0"}, **RULE),
    "a coding of a response that is not there": change("codings", {"response_id": "R9"}, **RULE),
    "a coding deleted": edit_table("codings", lambda rows: rows.remove(first(rows, **RULE))),
    "a score deleted": edit_table("codings", lambda rows: rows.remove(first(rows, **SCORE))),
    "a coding added": edit_table(
        "codings", lambda rows: rows.append({**first(rows, **SCORE), "response_id": "R6/barriers"})
    ),
    "a coding moved to another theme": change("codings", {"theme": "wifi"}, **RULE),
    "a verdict": change("verdicts", {"present": False}, theme="slow"),
    "whose word it was": change("verdicts", {"by": "classifier"}, theme="wifi"),
    "a verdict deleted": edit_table("verdicts", lambda rows: rows.pop()),
    "a verdict twice": edit_table("verdicts", lambda rows: rows.append(rows[-1])),
    "verdicts in another order": edit_table("verdicts", lambda rows: rows.reverse()),
    "a decision": change("decisions", {"decision": "absent"}, decision="present"),
    "a decision deleted": edit_table(
        "decisions", lambda rows: rows.remove(first(rows, theme="slow"))
    ),
    "the text under a quote": change("responses", {"text": "The wifi is fine"}, **R1),
    "a status with codings": change("responses", {"status": "filler"}, **R1),
    "a status without codings": change("responses", {"status": "blank"}, **R6),
    "a status that there is not": change("responses", {"status": "lost"}, **R4),
    "a response deleted": edit_table("responses", lambda rows: rows.pop(6)),
    "a response twice": edit_table("responses", lambda rows: rows.append(rows[0])),
    "two responses with one id": change("responses", R3, **R6),
    "a response moved to another question": change("responses", {"question": "improve"}, row=5),
    "a group": change("responses", {"groups": [("team", "East")]}, **R1),
    "a count": edit_text(store.COUNTS_FILE, f"{COUNT}3", f"{COUNT}4"),
    "a base": edit_text(store.BASES_FILE, ",6,", ",7,"),
    "a published count": edit_text("published/counts.csv", f"{COUNT}3", f"{COUNT}4"),
    "an estimate": edit_text("evidence/4-estimates.csv", "slow,2,", "slow,3,"),
    "a published base": edit_text("published/bases.csv", ",6,", ",7,"),
    "a published sentence": edit_text("published/report.txt", "3 of 4", "4 of 4"),
    "a published number": edit_text("published/counts.json", '"cited": 3', '"cited": 4'),
    "the codebook": edit_text(store.CODEBOOK_FILE, "not slow", "not quite slow"),
    "a comment of the codebook": edit_text(store.CODEBOOK_FILE, "themes:", "themes: # well"),
    "the round": edit_text(store.ROUND_FILE, "A tiny round", "A huge round"),
}


@pytest.mark.parametrize("edit", CLEVER.values(), ids=CLEVER.keys())
def test_an_edit_that_also_mends_the_hashes_is_found(
    folder: Path, kept_tiny_run: Run, edit: Edit
) -> None:
    edit(folder)
    reseal(folder)
    mismatches = verify_run(folder)
    assert mismatches
    assert not any("hash" in mismatch for mismatch in mismatches), "the hashes were mended"
    assert len(verify_run(folder, kept_tiny_run.sha256)) == len(mismatches) + 1


BEYOND: dict[str, Edit] = {
    "a score": change("codings", {"score": 0.987}, **SCORE),
    "a memo": change("decisions", {"memo": "did not mean it"}, memo="meant so"),
    "a text that nothing was found in": change("responses", {"text": "Nowhere to park"}, **R6),
    "the clock": edit_text(store.MANIFEST, '"started": "2', '"started": "3'),
}


@pytest.mark.parametrize("edit", BEYOND.values(), ids=BEYOND.keys())
def test_what_no_figure_follows_from_is_found_by_the_printed_hash(
    folder: Path, kept_tiny_run: Run, edit: Edit
) -> None:
    edit(folder)
    reseal(folder)
    assert verify_run(folder) == [], "mended hashes are believed where no figure is touched"
    (mismatch,) = verify_run(folder, kept_tiny_run.sha256)
    assert kept_tiny_run.sha256 in mismatch


def test_another_honest_run_in_its_place_is_found_by_the_printed_hash(
    make_round: Callable[..., Path], run: Callable[..., Run], tmp_path: Path, kept_tiny_run: Run
) -> None:
    other = run(make_round(rows=[("R1", "North", "slow", "")]), tmp_path / "run")
    assert verify_run(other.folder) == []
    assert verify_run(other.folder, kept_tiny_run.sha256) != []


@pytest.mark.parametrize("key", ["codebook", "classifier", "coders", "inputs", "outputs"])
@pytest.mark.parametrize("value", [None, "x", ["x"], {"x": "y"}, 1, []])
def test_a_manifest_that_says_something_else_is_found_and_never_a_crash(
    folder: Path, key: str, value: object
) -> None:
    manifest = json.loads((folder / store.MANIFEST).read_text())
    reseal_manifest(folder, {**manifest, key: value})
    assert not holds(folder)
    del manifest[key]
    reseal_manifest(folder, manifest)
    assert not holds(folder)


@pytest.mark.parametrize(
    ("cut", "good"),
    [(slice(None), True), (slice(8), True), (slice(1, 9), False), (slice(0, 63), True)],
)
def test_the_printed_hash_may_be_given_from_its_start(
    folder: Path, kept_tiny_run: Run, cut: slice, good: bool
) -> None:
    assert holds(folder, kept_tiny_run.sha256[cut]) is good
    assert holds(folder, kept_tiny_run.sha256[cut].upper()) is good


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        verify_run(tmp_path)
    assert [problem.code for problem in refused.value.problems] == ["E502"]


def test_the_york_run_holds(york_run: Run) -> None:
    assert verify_run(york_run.folder, york_run.sha256) == []
