"""Run folders: whole or absent, found again, and the same bytes for the same inputs."""

from __future__ import annotations

import json
import os
import time
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline import atomic, store
from pipeline.errors import InputError
from pipeline.plan import plan_run
from pipeline.publish import Run, list_inputs, write_run
from pipeline.round import load_round
from pipeline.verify import verify_run

MakeRound = Callable[..., Path]
RunRound = Callable[..., Run]


def everything_in(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


class StoppedError(Exception):
    pass


def test_an_exception_while_writing_leaves_nothing(tmp_path: Path) -> None:
    def write_half() -> None:
        with store.open_run(tmp_path / "run") as writer:
            writer.write_text("published/report.txt", "half")
            raise StoppedError

    with pytest.raises(StoppedError):
        write_half()
    assert list(tmp_path.iterdir()) == []


def test_leaving_without_a_seal_leaves_nothing(tmp_path: Path) -> None:
    with store.open_run(tmp_path / "run") as writer:
        writer.write_text("published/report.txt", "half")
        assert not (tmp_path / "run").exists()
    assert list(tmp_path.iterdir()) == []


def test_an_exception_in_the_middle_of_a_run_leaves_an_older_run_as_it_was(
    tmp_path: Path, make_round: MakeRound, run: RunRound
) -> None:
    folder, outputs = make_round(), tmp_path / "outputs"
    run(folder, outputs / "run")
    before = everything_in(outputs)

    def interrupt(batch: object) -> None:
        raise StoppedError

    with pytest.raises(StoppedError):
        write_run(plan_run(load_round(folder)), outputs / "run", [], interrupt)
    assert everything_in(outputs) == before
    assert [path.name for path in outputs.iterdir()] == ["run"]


def test_notes_that_someone_put_into_a_run_are_not_lost_to_a_newer_one(
    tmp_path: Path, make_round: MakeRound, run: RunRound
) -> None:
    folder = make_round()
    (run(folder, tmp_path / "run").folder / "evidence" / "notes.txt").write_text("mine")
    with pytest.raises(InputError) as refused:
        run(folder, tmp_path / "run")
    assert [problem.code for problem in refused.value.problems] == ["E501"]
    assert (tmp_path / "run" / "evidence" / "notes.txt").read_text() == "mine"


def test_a_newer_run_replaces_an_older_one_as_a_whole(
    tmp_path: Path, make_round: MakeRound, run: RunRound
) -> None:
    outputs = tmp_path / "outputs"
    old = run(make_round("old"), outputs / "run")
    new = run(make_round("new", rows=[("R1", "North", "slow", "")]), outputs / "run")
    assert old.sha256 != new.sha256
    assert verify_run(outputs / "run", new.sha256) == []
    assert [path.name for path in outputs.iterdir()] == ["run"]


def test_an_empty_folder_is_written_into(
    tmp_path: Path, make_round: MakeRound, run: RunRound
) -> None:
    (tmp_path / "out").mkdir()
    assert verify_run(run(make_round(), tmp_path / "out").folder) == []


@pytest.mark.parametrize(
    "foreign",
    [
        {"notes.txt": "mine"},
        {"sub/notes.txt": "mine"},
        {"run.json": "{}", "thesis.docx": "mine"},
        {"run.json": "not json", "thesis.docx": "mine"},
        {"run.json": '{"format": 1}', "thesis.docx": "mine"},
        {"run.json": '{"format": 1, "outputs": []}'},
    ],
    ids=[
        "a file",
        "a folder",
        "a run.json of something else",
        "a broken one",
        "another format",
        "alone",
    ],
)
def test_a_folder_that_holds_something_else_is_refused_and_kept(
    tmp_path: Path, make_round: MakeRound, run: RunRound, foreign: dict[str, str]
) -> None:
    out = tmp_path / "out"
    for name, text in foreign.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text)
    before = everything_in(out)
    with pytest.raises(InputError) as refused:
        run(make_round(), out)
    assert [problem.code for problem in refused.value.problems] == ["E501"]
    assert everything_in(out) == before


@pytest.mark.parametrize("out", ["out", "out/deeper"])
def test_a_file_in_the_way_is_refused(
    tmp_path: Path, make_round: MakeRound, run: RunRound, out: str
) -> None:
    (tmp_path / "out").write_text("mine")
    with pytest.raises(InputError) as refused:
        run(make_round(), tmp_path / out)
    assert [problem.code for problem in refused.value.problems] == ["E501"]
    assert (tmp_path / "out").read_text() == "mine"


def test_the_latest_run_of_a_round_is_found_by_its_pointer(
    tmp_path: Path, make_round: MakeRound, run: RunRound
) -> None:
    folder, outputs = make_round(), tmp_path / "outputs" / "tiny"
    first, second = run(folder, outputs / "aaa").folder, run(folder, outputs / "bbb").folder
    store.point_latest(first)
    store.point_latest(second)
    assert (outputs / "latest").read_text() == "bbb\n"
    assert store.find_run(outputs) == second
    assert store.find_run(first) == first
    assert {path.name for path in outputs.iterdir()} == {"aaa", "bbb", "latest"}


@pytest.mark.parametrize("pointer", [None, "gone\n", ""])
def test_where_there_is_no_run_that_is_said(tmp_path: Path, pointer: str | None) -> None:
    if pointer is not None:
        (tmp_path / "latest").write_text(pointer)
    with pytest.raises(InputError) as refused:
        store.find_run(tmp_path)
    assert [problem.code for problem in refused.value.problems] == ["E502"]


@pytest.mark.parametrize("manifest", ["", "{", "[]", '{"format": 2}', '"run"', b"\xff\xfe"])
def test_a_manifest_that_cannot_be_read_is_refused(tmp_path: Path, manifest: str | bytes) -> None:
    data = manifest if isinstance(manifest, bytes) else manifest.encode()
    (tmp_path / store.MANIFEST).write_bytes(data)
    with pytest.raises(InputError) as refused:
        store.read_manifest(tmp_path)
    assert [problem.code for problem in refused.value.problems] == ["E502"]


def folder_of(folder: Path, coders: tuple[str, ...] = ()) -> Path:
    plan = plan_run(load_round(folder), coders)
    inputs = list_inputs(plan.round, plan.coders, plan.held)
    return store.default_folder(Path("outputs"), plan.round.name, inputs, plan.coders)


def test_the_default_folder_follows_from_the_inputs(make_round: MakeRound) -> None:
    extra = "decisions: coded.csv\n"
    first = folder_of(make_round("a", extra=extra))
    assert first.parent == Path("outputs/tiny")
    assert len(first.name) == 12
    assert folder_of(make_round("b", extra=extra)) == first
    changed = make_round("c", extra=extra, rows=[("R3", "", "slow", ""), ("R5", "", "", "slow")])
    assert folder_of(changed) != first
    assert folder_of(make_round("a", extra=extra), ("codebook",)) != first
    for name in ("codebook.yaml", "round.yaml", "coded.csv"):
        folder = make_round("d", extra=extra)
        with (folder / name).open("a") as stream:
            stream.write("# \n" if name.endswith("yaml") else "R5/improve,,ben,\n")
        assert folder_of(folder) != first, name


def test_the_same_inputs_give_the_same_bytes_but_for_the_clock(
    tmp_path: Path, make_round: MakeRound, run: RunRound
) -> None:
    extra = "classifier: {train: training.csv, threshold: 0.5}\ndecisions: coded.csv\n"
    first = everything_in(run(make_round("a", extra=extra), tmp_path / "1").folder)
    second = everything_in(run(make_round("b", extra=extra), tmp_path / "2").folder)
    clocked = {store.MANIFEST, store.SEAL}
    assert first.keys() == second.keys() >= clocked
    assert {n: b for n, b in first.items() if n not in clocked} == {
        n: b for n, b in second.items() if n not in clocked
    }
    manifests = [json.loads(files[store.MANIFEST]) for files in (first, second)]
    for manifest in manifests:
        del manifest["started"], manifest["finished"]
    assert manifests[0] == manifests[1]


def test_no_path_of_the_machine_enters_a_run(kept_tiny_run: Run) -> None:
    for name, data in everything_in(kept_tiny_run.folder).items():
        assert str(kept_tiny_run.folder.parent).encode() not in data, name


def test_the_manifest_asks_only_for_libraries_that_an_installation_has(kept_tiny_run: Run) -> None:
    project = tomllib.loads((Path(__file__).parents[1] / "pyproject.toml").read_text())
    wanted = " ".join(project["project"]["dependencies"])
    stated = store.read_manifest(kept_tiny_run.folder)["libraries"]
    assert stated
    assert [name for name in stated if name not in wanted] == []


def test_the_manifest_lists_every_file_and_the_seal_its_hash(kept_tiny_run: Run) -> None:
    folder = kept_tiny_run.folder
    listed = {item["file"] for item in store.read_manifest(folder)["outputs"]}
    assert listed | {store.MANIFEST, store.SEAL} == everything_in(folder).keys()
    assert (folder / store.SEAL).read_text() == f"{kept_tiny_run.sha256}  run.json\n"


def test_what_killed_runs_left_is_swept_after_a_day_and_not_before(
    make_round, run, tmp_path
) -> None:
    old, new = tmp_path / ".out.part-old", tmp_path / ".out.part-new"
    other = tmp_path / ".another.part-old"
    for folder in (old, new, other):
        folder.mkdir()
    day_ago = time.time() - atomic.LEFT_OVER_SECONDS - 60
    for folder in (old, other):
        os.utime(folder, (day_ago, day_ago))
    run(make_round(), tmp_path / "out")
    assert (old.exists(), new.exists(), other.exists()) == (False, True, True)
