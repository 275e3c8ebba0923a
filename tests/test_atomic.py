"""Folders that are whole or absent."""

from pathlib import Path

import pytest

from pipeline import atomic


def write(folder: Path, text: str) -> Path:
    work = atomic.begin(folder)
    (work / "inner").mkdir()
    (work / "inner" / "file").write_text(text)
    return work


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_nothing_is_seen_under_the_name_until_it_is_finished(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "run"
    work = write(folder, "one")
    assert not folder.exists()
    atomic.finish(work, folder)
    assert (folder / "inner" / "file").read_text() == "one"
    assert names(folder.parent) == ["run"]


def test_a_newer_folder_takes_the_place_of_an_older_one(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    for text in ("one", "two"):
        atomic.finish(write(folder, text), folder)
    assert (folder / "inner" / "file").read_text() == "two"
    assert names(tmp_path) == ["run"]


def test_of_two_that_write_at_once_the_last_stays_whole(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    first, second = write(folder, "one"), write(folder, "two")
    atomic.finish(first, folder)
    atomic.finish(second, folder)
    assert (folder / "inner" / "file").read_text() == "two"
    assert names(tmp_path) == ["run"]


def test_an_older_folder_that_a_kill_left_aside_comes_back(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    aside = tmp_path / ".run.old-0123"
    aside.mkdir()
    atomic.finish(write(folder, "one"), folder)
    folder.replace(aside / "run")
    atomic.begin(folder)
    assert (folder / "inner" / "file").read_text() == "one"


def test_what_cannot_be_put_in_place_is_an_error_and_loses_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    atomic.finish(write(folder, "one"), folder)
    with pytest.raises(OSError, match="never-written"):
        atomic.finish(tmp_path / "never-written", folder)
    assert (folder / "inner" / "file").read_text() == "one"


def test_a_file_is_replaced_whole_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for data in (b"one", b"two"):
        atomic.write_file(path, data)
    assert path.read_bytes() == b"two"
    assert names(tmp_path) == ["file"]


def test_a_file_that_cannot_be_put_in_place_leaves_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        atomic.write_file(tmp_path / "folder", b"one")
    assert names(tmp_path) == ["folder"]
