"""The store takes readings and samples, keeps them apart and whole, and changes nothing."""

import multiprocessing
import sqlite3
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.readings import Decision, hash_text, is_store, open_store
from pipeline.readings.records import utc
from pipeline.readings.schema import FORMAT, TABLES
from pipeline.round.place import Place
from tests.readings import reading, sample, signature


def spanned(start: int | None, end: int | None, decision: str = "present") -> Decision:
    own = {"theme": "slow", "decision": decision, "theme_hash": hash_text("")}
    return Decision(**own, start=start, end=end)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "decisions.db"


def test_what_is_added_is_there_when_it_is_opened_again(place) -> None:
    with open_store(place, create=True) as store:
        assert store.add_readings([reading("A"), reading("B"), reading("A")]) == 2
        digest = store.digest()
    with open_store(place) as store:
        assert store.readings() == [reading("A"), reading("B")]
        assert store.digest() == digest
        assert store.add_readings([reading("B")]) == 0
        assert store.digest() == digest
        store.add_readings([reading("C")])
        assert store.digest() != digest
    if isinstance(place, Path):
        assert [found.name for found in place.parent.iterdir()] == ["decisions.db"]


def test_readings_are_numbered_by_time(place) -> None:
    late, early = utc("2026-03-02T00:00:00Z"), utc("2026-03-01T00:00:00Z")
    with open_store(place, create=True) as store:
        store.add_readings([reading("A", time=late), reading("B", time=early)])
        assert [(d.reading, d.response_id) for d in store.read_decisions()] == [(1, "B"), (2, "A")]


@pytest.mark.parametrize(
    "changes",
    [
        {"response_id": ""},
        {"coder": "ana"},
        {"coder": "human:"},
        {"text_hash": "short"},
        {"memo": "a\0b"},
        {"time": "2026-03-01"},
        {"time": "2026-03-01T09:00:00+00:00"},
        {"decisions": (Decision(theme="slow", decision="perhaps", theme_hash=hash_text("")),)},
        {"decisions": (Decision(theme="slow", decision="absent", theme_hash=hash_text("")),) * 2},
        {"decisions": (Decision(theme="slow", decision="absent"),)},
        {"decisions": (spanned(0, None),)},
        {"decisions": (spanned(None, 3),)},
        {"decisions": (spanned(3, 3),)},
        {"decisions": (spanned(-1, 3),)},
        {"decisions": (spanned(0, 1 << 63),)},
        {"decisions": (spanned(0, 3, decision="absent"),)},
        {"decisions": (spanned(0, 3, decision="unsure"),)},
    ],
)
def test_one_reading_that_cannot_be_keeps_all_of_them_out(place, changes) -> None:
    with open_store(place, create=True) as store:
        with pytest.raises(InputError, match="E412"):
            store.add_readings([reading("A"), reading(**changes)])
        assert store.readings() == []


@pytest.mark.parametrize(
    "span", ["0, NULL", "NULL, 3", "3, 3", "-1, 3", "0, 3, 'absent'", "0, 3, 'unsure'"]
)
def test_no_program_puts_in_a_span_that_cannot_be(path, span) -> None:
    open_store(path, create=True).close()
    start, end, said = [*span.split(", "), "'present'"][:3]
    connection = sqlite3.connect(path)
    columns = 'reading, place, theme, facet, decision, memo, theme_hash, start, "end"'
    row = f"1, 0, 't', '', {said}, '', '{hash_text('')}', {start}, {end}"
    with pytest.raises(sqlite3.IntegrityError, match="CHECK"):
        connection.execute(f"INSERT INTO decisions ({columns}) VALUES ({row})")
    connection.close()


@pytest.mark.parametrize(
    "changes",
    [
        {"theme": ""},
        {"by": ""},
        {"time": "2026-03-01"},
        {"cited": -1},
        {"cited": 11},
        {"base": "short"},
        {"memo": "a\0b"},
    ],
)
def test_a_signature_that_cannot_be_is_refused(place, changes) -> None:
    with open_store(place, create=True) as store:
        with pytest.raises(InputError, match="E412"):
            store.add_signature(signature(**changes))
        store.add_signature(signature(memo="1"))
        store.add_signature(signature(memo="2"))
        assert [found.memo for found in store.signatures()] == ["1", "2"]
        assert store.head().entries == 2


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("change", ["UPDATE {0} SET {1} = {1}", "DELETE FROM {0}"])
def test_nothing_is_changed_or_deleted_by_whatever_program(path, table, change) -> None:
    with open_store(path, create=True) as store:
        store.add_readings([reading()])
        store.add_sample(sample("audit", ("A", "a")))
        store.add_signature(signature())
    connection = sqlite3.connect(path)
    column = connection.execute(f"SELECT * FROM {table}").description[0][0]
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(change.format(table, column))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    connection.close()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("audit", ("A", "a")), ("learning", ("A", "other"))),
        (("learning", ("A", "a")), ("audit", ("A", "other"))),
        (("audit", ("A", "a")), ("learning", ("B", "a"))),
        (("learning", ("A", "a")), ("audit", ("B", "a"), ("C", "c"))),
    ],
)
def test_what_audits_never_learns_by_id_and_by_text(place, first, second) -> None:
    with open_store(place, create=True) as store:
        store.add_sample(sample(*first))
        with pytest.raises(InputError, match="E413"):
            store.add_sample(sample(*second))
        assert [found.purpose for found in store.samples()] == [first[0]]


@pytest.mark.parametrize("purpose", ["audit", "learning"])
def test_a_double_sample_may_hold_either(place, purpose) -> None:
    with open_store(place, create=True) as store:
        store.add_sample(sample(purpose, ("A", "a")))
        store.add_sample(sample("double", ("A", "a")))
        store.add_sample(sample(purpose, ("A", "a"), ("B", "b")))
        assert len(store.samples()) == 3
        assert store.audit_ids() == ({"A", "B"} if purpose == "audit" else set())
        assert len(store.audit_text_hashes()) == len(store.audit_ids())


def test_a_sample_is_added_once_and_its_name_stands_for_one_draw(place) -> None:
    with open_store(place, create=True) as store:
        name = store.add_sample(sample("audit", ("A", "a")))
        assert name.startswith("audit-")
        assert store.add_sample(sample("audit", ("A", "a"))) == name
        assert len(store.samples()) == 1
        with pytest.raises(InputError, match="E413"):
            store.add_sample(sample("audit", ("B", "b"), id=name))
        for impossible in (sample("party"), sample("double", ("A", "a"), ("A", "a"))):
            with pytest.raises(InputError, match="E412"):
                store.add_sample(impossible)


def _bytes(path: Path) -> None:
    path.write_bytes(b"SQLite format 3\x00" + b"nonsense" * 1000)


def _text(path: Path) -> None:
    path.write_text("response_id,theme\n" * 100)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _other(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE readings (a)")
    connection.close()


def _newer(path: Path) -> None:
    open_store(path, create=True).close()
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA user_version = {FORMAT + 1}")
    connection.close()


def _torn(path: Path) -> None:
    with open_store(path, create=True) as store:
        store.add_readings(reading(f"R{number}") for number in range(300))
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + b"\xff" * (len(whole) - 12288) + whole[-4096:])


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (lambda path: None, "no such file"),
        (_bytes, "cannot be used"),
        (_text, "not a database"),
        (_empty, "not a store"),
        (_other, "not a store"),
        (_newer, "newer"),
        (_torn, "damaged|malformed"),
    ],
)
def test_what_is_no_sound_store_is_refused_in_words(path, spoil, why) -> None:
    spoil(path)
    with pytest.raises(InputError, match=why) as refused:
        open_store(path)
    assert refused.value.problems[0].code == "E411"


def test_another_database_is_not_turned_into_a_store(path) -> None:
    _other(path)
    before = path.read_bytes()
    with pytest.raises(InputError, match="not a store"):
        open_store(path, create=True)
    assert path.read_bytes() == before


def test_a_store_that_another_program_holds_is_said_to_be_so(path, monkeypatch) -> None:
    monkeypatch.setattr("pipeline.readings.sqlitefile.BUSY_SECONDS", 0.05)
    open_store(path, create=True).close()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with open_store(path) as store:
        assert store.readings() == []
        with pytest.raises(InputError, match="another program is writing"):
            store.add_readings([reading()])
    holder.close()


def _write(path: Place, writer: int) -> None:
    for number in range(20):
        with open_store(path, create=True) as store:
            store.add_readings([reading(f"R{writer}-{number}"), reading(f"shared-{number}")])


def test_two_writers_at_once_lose_nothing(place) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write, args=(place, number)) for number in range(2)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    assert [writer.exitcode for writer in writers] == [0, 0]
    with open_store(place) as store:
        ids = [found.response_id for found in store.readings()]
    assert len(ids) == len(set(ids)) == 60


@pytest.mark.parametrize(
    ("name", "content", "meant"),
    [
        ("a.db", None, True),
        ("a.csv", b"response_id,theme\n", False),
        ("a.csv", b"SQLite format 3\x00", True),
        ("a.csv", None, False),
    ],
)
def test_a_store_is_known_by_its_name_or_its_content(tmp_path, name, content, meant) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    assert is_store(tmp_path / name) is meant


def test_how_far_a_store_is_tells_whether_anything_came(place: Place) -> None:
    with open_store(place, create=True) as store, open_store(place) as other:
        assert store.last() == (0, 0)
        store.add_readings([reading(), reading("R2/q")])
        assert other.last() == (2, 0)
        assert other.readings_since(0) == store.readings()
        assert other.readings_since(1) == [reading("R2/q")]
        assert other.readings_since(2) == []
        store.add_readings([reading()])
        store.add_sample(sample("audit", ("R1/q", "slow")))
        assert other.last() == (2, 1)
