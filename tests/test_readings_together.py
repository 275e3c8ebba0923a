"""Several people and a killed process: nothing acknowledged is lost, conflicts are told."""

import sqlite3
import threading
from pathlib import Path
from random import Random

import pytest

from pipeline.errors import InputError
from pipeline.readings import hash_text, open_store
from pipeline.readings.chain import START
from tests.load import acknowledged, decide_all, kill_while_writing
from tests.readings import reading


def test_ten_kills_under_load_lose_nothing_that_was_acknowledged(place, tmp_path) -> None:
    open_store(place, create=True).close()
    dice = Random(1)
    total = 0
    for round_number in range(10):
        kill_while_writing(place, tmp_path / "log", round_number, dice.uniform(0.02, 0.25))
        with open_store(place) as store:
            kept = {found.response_id for found in store.readings()}
            assert acknowledged(tmp_path / "log") <= kept
            assert store.verify() == []
        if isinstance(place, Path):
            connection = sqlite3.connect(place)
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            connection.close()
        total = len(kept)
    assert len(acknowledged(tmp_path / "log")) > 10
    assert total <= len(acknowledged(tmp_path / "log")) + 10


def test_four_writers_at_once_lose_nothing_and_are_told_every_conflict(place) -> None:
    """Four processes decide on the same hundred responses, each from what it saw before."""
    open_store(place, create=True).close()
    told = decide_all(place, writers=4, responses=100)
    with open_store(place) as store:
        found = store.readings()
        assert store.verify() == []
        assert store.head().entries == len(found) == 400
    assert len(told) == 400
    by_response: dict[str, list[str]] = {}
    for one in found:
        by_response.setdefault(one.response_id, []).append(one.coder)
    # Whoever came second saw nothing and is told of the first, and so on.
    for response_id, coders in by_response.items():
        for place_of, coder in enumerate(coders):
            assert told[response_id, coder] == coders[:place_of]


def test_threads_may_share_a_store(place) -> None:
    with open_store(place, create=True) as store:

        def write(coder: str) -> None:
            for number in range(50):
                store.add_reading_expecting(reading(f"R{number}", coder=coder), 0)
                store.readings_of(f"R{number}")

        threads = [threading.Thread(target=write, args=(f"human:{n}",)) for n in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(120)
        assert len(store.readings()) == 200
        assert store.verify(store.head()) == []


def test_what_another_said_since_is_told_and_both_are_kept(place) -> None:
    with open_store(place, create=True) as store:
        store.add_readings([reading("A", coder="human:ana"), reading("B")])
        seen, head = store.last_of("A"), store.head()
        assert (seen, store.last_of("C")) == (1, 0)
        mine = reading("A", coder="human:ben")
        done = store.add_reading_expecting(mine, seen)
        assert (done.number, done.head, done.others) == (3, store.head(), [])
        late = reading("A", coder="human:cat", memo="no")
        for saw in (seen, str(head), head.hash):
            done = store.add_reading_expecting(late, saw)
            assert (done.number, done.head.entries, done.others) == (4, 4, [mine])
        everything = store.add_reading_expecting(reading("A", memo="again"), 0)
        assert [found.coder for found in everything.others] == ["human:ben", "human:cat"]
        assert store.add_reading_expecting(reading("D"), START).others == []
        assert len(store.readings_of("A")) == 4


def test_an_acknowledgement_that_was_lost_can_be_asked_for_again(place) -> None:
    with open_store(place, create=True) as store:
        first = store.add_reading_expecting(reading("A"), 0)
        store.add_readings([reading("B")])
        assert store.add_reading_expecting(reading("A"), 0) == first
        assert store.head().entries == 2


@pytest.mark.parametrize("seen", ["x", "5:" + hash_text("a"), hash_text("a")])
def test_a_head_that_the_store_never_had_is_refused_and_nothing_is_kept(place, seen) -> None:
    with open_store(place, create=True) as store:
        store.add_readings([reading("A")])
        for wrong in (seen, f"2:{store.head().hash}"):
            with pytest.raises(InputError, match="E584"):
                store.add_reading_expecting(reading("B"), wrong)
        with pytest.raises(InputError, match="E412"):
            store.add_reading_expecting(reading(""), 0)
        assert store.head().entries == 1


def test_what_is_read_at_once_is_of_one_moment(place) -> None:
    with open_store(place, create=True) as store, open_store(place) as other:
        store.add_readings([reading("A")])
        with store.at_once():
            head = store.head()
            other.add_readings([reading("B")])
            assert (store.head(), len(store.readings())) == (head, 1)
        assert store.head().entries == 2


def test_nothing_is_written_while_it_is_read_as_of_one_moment(place) -> None:
    with (
        open_store(place, create=True) as store,
        store.at_once(),
        pytest.raises(RuntimeError, match="one moment"),
    ):
        store.add_readings([reading("A")])


def test_a_writer_that_waits_too_long_is_told_why(place, monkeypatch) -> None:
    monkeypatch.setattr("pipeline.readings.sqlitefile.BUSY_SECONDS", 0.05)
    with open_store(place, create=True) as store, open_store(place) as other:
        with store.together():
            store.add_readings([reading("A")])
            with pytest.raises(InputError, match=r"E411.*another program is writing"):
                other.add_readings([reading("B")])
            assert other.readings() == []
        assert other.add_readings([reading("B")]) == 1
        assert store.verify() == []
