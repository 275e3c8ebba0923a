"""A store on a network drive is known as one, and kept without WAL."""

import sqlite3
from pathlib import Path

import pytest

from pipeline.errors import InputError, Problem
from pipeline.readings import open_store
from pipeline.readings.drives import kind_of, network_kind
from tests.readings import reading

MOUNTS = """\
27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard
30 27 0:40 / /home rw shared:1 - nfs4 server:/home rw
31 30 0:41 / /home/ana/local rw - xfs /dev/sdb rw
32 27 0:42 / /mnt/team\\040drive rw shared:5 master:1 - cifs //server/team rw
33 27 0:43 / /mnt/over rw - ext4 /dev/sdc rw
34 33 0:44 / /mnt/over rw - fuse.sshfs host: rw
35 27 0:45 / /homes rw - ext4 /dev/sdd rw
broken line
"""


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/decisions.db", ""),
        ("/home/ana/decisions.db", "nfs4"),
        ("/home/ana/local/decisions.db", ""),
        ("/home/ana/locally/decisions.db", "nfs4"),
        ("/mnt/team drive/round/decisions.db", "cifs"),
        ("/mnt/over/decisions.db", "fuse.sshfs"),
        ("/homes/decisions.db", ""),
    ],
)
def test_the_nearest_mount_above_a_file_tells(path, kind) -> None:
    assert kind_of(Path(path), MOUNTS) == kind


def test_where_nothing_tells_it_is_taken_for_local(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("pipeline.readings.drives.MOUNTS", tmp_path / "absent")
    assert network_kind(tmp_path / "decisions.db") == ""


@pytest.fixture
def mounted(tmp_path, monkeypatch) -> Path:
    """A folder that the list of mounts says is on a network drive."""
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"27 1 0:1 / {tmp_path.resolve()} rw - cifs //server/team rw\n")
    monkeypatch.setattr("pipeline.readings.drives.MOUNTS", mounts)
    return tmp_path


def mode_of(path: Path) -> str:
    connection = sqlite3.connect(path)
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    connection.close()
    return str(mode)


def test_a_new_store_there_has_a_rollback_journal_and_says_so(mounted) -> None:
    said: list[Problem] = []
    with open_store(mounted / "decisions.db", create=True, say=said.append) as store:
        store.add_readings([reading()])
        assert store.verify(store.head()) == []
    assert [(problem.code, "cifs" in problem.what) for problem in said] == [("W582", True)]
    assert mode_of(mounted / "decisions.db") == "delete"


def test_a_store_that_was_copied_there_leaves_wal(mounted, monkeypatch) -> None:
    path = mounted / "decisions.db"
    monkeypatch.setattr("pipeline.readings.drives.MOUNTS", mounted / "absent")
    with open_store(path, create=True) as store:
        store.add_readings([reading()])
    assert mode_of(path) == "wal"
    monkeypatch.setattr("pipeline.readings.drives.MOUNTS", mounted / "mountinfo")
    with open_store(path) as store:
        assert store.readings() == [reading()]
    assert mode_of(path) == "delete"


def test_it_is_refused_there_while_another_program_has_it_open_in_wal(mounted, monkeypatch) -> None:
    monkeypatch.setattr("pipeline.readings.drives.MOUNTS", mounted / "absent")
    with open_store(mounted / "decisions.db", create=True):
        monkeypatch.setattr("pipeline.readings.drives.MOUNTS", mounted / "mountinfo")
        monkeypatch.setattr("pipeline.readings.sqlitefile.BUSY_SECONDS", 0.05)
        with pytest.raises(InputError, match="E411"):
            open_store(mounted / "decisions.db")
