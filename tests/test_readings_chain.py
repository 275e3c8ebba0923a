"""The chain: whatever is done to a store beside its own commands is found."""

import json
import shutil
import sqlite3
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import CheckFailed, InputError, Problem
from pipeline.readings import Decision, StoredReading, hash_text, open_store
from pipeline.readings.chain import START, Head, parse_head
from pipeline.readings.schema import FORMAT, TABLES
from pipeline.round.place import DatabaseUrl, Place
from tests.readings import reading, sample, signature
from tests.tampering import WAYS, Done, Raw, tamper, tamper_with_file

DRAWN = "2026-03-01T09:00:00Z"
GOLD = Path(__file__).parent / "gold"


def many(number: int) -> list[StoredReading]:
    """Readings of several people, with one to three decisions, some with the words marked."""
    return [
        reading(
            f"R{n // 2}/q",
            coder=f"human:{'ab'[n % 2]}",
            memo="" if n % 3 else f"memo {n}",
            time=f"2026-03-01T09:{n // 60:02}:{n % 60:02}.000000Z",
            decisions=tuple(
                Decision(
                    theme=theme,
                    decision=said,
                    theme_hash=hash_text(theme),
                    **({"start": 0, "end": n} if n % 2 and said == "present" else {}),
                )
                for theme, said in zip(
                    ["slow", "wifi", "desk"][: n % 3 + 1],
                    ["present", "absent", "unsure"],
                    strict=False,
                )
            ),
        )
        for n in range(number)
    ]


def fill(place: Place) -> Head:
    with open_store(place, create=True) as store:
        store.add_readings(many(20))
        store.add_sample(sample("audit", ("A", "a"), ("B", "b"), drawn=DRAWN))
        store.add_signature(signature("slow"))
        store.add_readings(many(30))
        store.add_signature(signature("wifi", memo="all read"))
        store.add_sample(sample("learning", ("C", "c"), drawn=DRAWN))
        return store.head()


@pytest.fixture(scope="module")
def filled(tmp_path_factory) -> tuple[Path, Head]:
    path = tmp_path_factory.mktemp("filled") / "decisions.db"
    return path, fill(path)


def faults(place: Place, *heads: Head) -> list[str]:
    with open_store(place) as store:
        return store.verify(*heads)


def test_the_head_moves_with_every_entry_and_rests_on_all_before(place) -> None:
    heads = []
    with open_store(place, create=True) as store:
        heads.append(store.head())
        for made in many(3):
            store.add_readings([made])
            heads.append(store.head())
        store.add_readings(many(3))
        assert store.head() == heads[-1]
        store.add_sample(sample("audit", ("A", "a")))
        heads.append(store.head())
        for _ in range(2):
            store.add_signature(signature())
        heads.append(store.head())
        assert store.verify(*heads) == []
    assert [head.entries for head in heads] == [0, 1, 2, 3, 4, 5]
    assert heads[0].hash == START
    assert len({head.hash for head in heads}) == 6


def test_both_kinds_of_database_give_the_same_content_the_same_head(place, filled) -> None:
    assert fill(place) == filled[1]
    assert faults(place, filled[1]) == []


def test_the_chain_is_the_same_whether_entries_come_alone_or_at_once(tmp_path) -> None:
    with open_store(tmp_path / "one.db", create=True) as one:
        one.add_readings(many(1100))
        with open_store(tmp_path / "two.db", create=True) as two:
            with two.together():
                for made in many(1100):
                    two.add_readings([made])
            assert one.head() == two.head()
        assert one.verify() == []


def _add_together(store, *readings) -> None:
    with store.together():
        for one in readings:
            store.add_readings([one])


def test_what_fails_within_a_transaction_leaves_the_chain_whole(place) -> None:
    broken = reading("B", text_hash="short")
    with open_store(place, create=True) as store:
        with store.together():
            store.add_readings([reading("A")])
            with pytest.raises(InputError, match="E412"):
                store.add_readings([reading("C"), broken])
            store.add_readings([reading("D")])
        assert [found.response_id for found in store.readings()] == ["A", "D"]
        assert store.verify() == []
        with pytest.raises(InputError, match="E412"):
            _add_together(store, reading("E"), broken)
        assert store.head().entries == 2
        store.add_readings([reading("F")])
        assert store.verify() == []


def check(done: Done, place: Place, head: Head) -> None:
    found = faults(place, head)
    assert found, done.what
    assert bool(faults(place)) is not done.needs_head, (done.what, found)


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
def test_every_way_to_tamper_is_found_and_says_where(filled, tmp_path, monkeypatch, way) -> None:
    monkeypatch.setattr("tests.tampering.WAYS", (way,))
    for seed in range(10):
        path = Path(shutil.copy(filled[0], tmp_path / f"{seed}.db"))
        check(tamper_with_file(path, Random(seed)), path, filled[1])


def test_of_200_random_tamperings_200_are_found(filled, tmp_path) -> None:
    counts: Counter[str] = Counter()
    for seed in range(1000, 1200):
        path = Path(shutil.copy(filled[0], tmp_path / f"{seed}.db"))
        done = tamper_with_file(path, Random(seed))
        check(done, path, filled[1])
        counts[done.what.split()[0]] += 1
        path.unlink()
    assert counts.total() == 200
    assert set(counts) == {"edit", "delete", "swap", "insert", "cut"}


def test_tampering_in_postgresql_is_found_as_well(postgres, monkeypatch) -> None:
    import psycopg  # noqa: PLC0415 - only a server needs it

    monkeypatch.setenv("TAMPERED", postgres.create("whole"))
    head = fill(DatabaseUrl("env:TAMPERED"))
    for seed in range(30):
        url = postgres.create(f"tampered_{seed}", template="whole")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("SET session_replication_role = replica")  # no trigger fires
            while True:
                try:
                    with connection.transaction():
                        done = tamper(Raw(connection), Random(seed))
                    break
                except psycopg.IntegrityError:
                    seed += 1000
        monkeypatch.setenv("TAMPERED", url)
        check(done, DatabaseUrl("env:TAMPERED"), head)


@pytest.mark.parametrize(
    ("sql", "place"),
    [
        ("UPDATE readings SET coder = 'human:eve' WHERE number = 7", "reading 7 (R3/q)"),
        ("UPDATE decisions SET decision = 'absent' WHERE reading = 9 AND place = 0", "reading 9"),
        ("DELETE FROM decisions WHERE reading = 9", "reading 9"),
        ("DELETE FROM readings WHERE number = 5", "reading 5: it is gone"),
        ("UPDATE sample_members SET probability = 1 WHERE place = 1", "sample 1 (audit-"),
        ("UPDATE samples SET seed = 2 WHERE number = 2", "sample 2 (learning-"),
        ('UPDATE decisions SET "end" = 3 WHERE reading = 2 AND place = 0', "reading 2 (R0/q)"),
        (
            'UPDATE decisions SET start = NULL, "end" = NULL WHERE reading = 2 AND place = 0',
            "reading 2 (R0/q)",
        ),
        (
            'UPDATE decisions SET start = 0, "end" = 3 WHERE reading = 1 AND place = 0',
            "reading 1 (R0/q)",
        ),
        ("UPDATE signatures SET \"by\" = 'eve' WHERE number = 2", "signature 2 (wifi)"),
        ("DELETE FROM signatures WHERE number = 1", "signature 1: it is gone"),
        ("DROP TABLE signatures", "signature 2: it is gone"),
        ('ALTER TABLE decisions DROP COLUMN "end"', "reading 2 (R0/q)"),
        ("UPDATE readings SET memo = x'ff00' WHERE number = 3", "reading 3"),
        ("DELETE FROM chain WHERE number = 11", "entry 11: it is gone"),
        ("UPDATE chain SET leaf = digest FROM readings WHERE chain.number = 4", "entry 4"),
        ("DROP TABLE chain; PRAGMA user_version = 1", "not the chain of the head"),
    ],
)
def test_a_fault_is_told_with_its_place(filled, tmp_path, sql, place) -> None:
    path = Path(shutil.copy(filled[0], tmp_path))
    with sqlite3.connect(path) as connection:
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'")
        kept = triggers.fetchall()
        for name, _ in kept:
            connection.execute(f"DROP TRIGGER {name}")
        connection.executescript(sql)
        for name, made in kept:
            if not any(f"DROP TABLE {table}" in sql and table in name for table in TABLES):
                connection.execute(made)
    connection.close()
    found = faults(path, filled[1])
    assert any(place in fault for fault in found), found


def test_triggers_that_are_gone_are_told(filled, tmp_path) -> None:
    path = Path(shutil.copy(filled[0], tmp_path))
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER readings_no_update")
    connection.close()
    assert faults(path) == ["trigger readings_no_update: it is gone"]


def old_store(path: Path, version: int) -> Path:
    """A store as older versions made it, with two samples and three readings: 1 has no chain."""
    connection = sqlite3.connect(path)
    connection.executescript((GOLD / f"decisions-format-{version}.sql").read_text("utf-8"))
    connection.close()
    return path


@pytest.mark.parametrize(
    ("version", "head", "digest"),
    [
        (1, "", ""),
        (
            2,
            "5:90209c070ae77d4f15926013c761d2abf561baaa3566b25b667ed78b68c53f9d",
            "947f934de372a3e8028213e7e1c11e24cba4f3fb56235cd41831ffa5f5094791",
        ),
    ],
)
def test_an_older_store_is_read_as_it_is_and_brought_up_to_date_by_the_first_write(
    tmp_path, version, head, digest
) -> None:
    path = old_store(tmp_path / "decisions.db", version)
    before = path.read_bytes()
    said: list[Problem] = []
    with open_store(path, say=said.append) as store:
        whole, noted = store.readings(), store.head()
        assert (len(whole), len(store.samples()), store.signatures()) == (3, 2, [])
        assert (noted.entries, store.chained, store.verify(noted)) == (5, version > 1, [])
        assert (str(noted), store.digest()) == (head or str(noted), digest or store.digest())
        held = store.digest()
    assert (path.read_bytes(), said) == (before, [])
    with open_store(path, say=said.append) as store, open_store(path) as other:
        assert other.head() == noted
        assert store.add_readings([marked("new")]) == 1
        store.add_signature(signature())
        assert other.add_readings([reading("newer")]) == 1
        assert (store.readings()[:3], store.head().entries, store.chained) == (whole, 8, True)
        assert other.readings()[3:] == [marked("new"), reading("newer")]
        assert store.verify(noted, store.head()) == []
        assert store.digest() != held
    told = [(problem.code, "5 readings" in problem.what) for problem in said]
    assert told == [("W581", version == 1)]
    tables = {table: f"UPDATE {table} SET number = 9" for table in ("chain", "signatures")}
    connection = sqlite3.connect(path)
    for change in (*tables.values(), 'UPDATE decisions SET "end" = 9'):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute(change)
    connection.close()


def test_a_migrated_store_has_the_tables_of_a_new_one(tmp_path) -> None:
    paths = [old_store(tmp_path / f"{version}.db", version) for version in (1, 2)]
    for path in paths:
        with open_store(path) as store:
            store.add_readings([reading("new")])
    open_store(tmp_path / "3.db", create=True).close()
    found = []
    for path in (*paths, tmp_path / "3.db"):
        connection = sqlite3.connect(path)
        columns = {
            table: connection.execute(
                f"SELECT name, \"notnull\", pk FROM pragma_table_info('{table}')"
            ).fetchall()
            for table in TABLES
        }
        triggers = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
        found.append((columns, {name for (name,) in triggers}))
        assert connection.execute("PRAGMA user_version").fetchone() == (FORMAT,)
        connection.close()
    assert found[1] == found[2]
    assert found[0][0].keys() == found[2][0].keys()
    assert found[0][0]["decisions"] == found[2][0]["decisions"]


def test_what_looks_like_a_span_in_an_old_memo_stays_a_memo(tmp_path) -> None:
    path = old_store(tmp_path / "decisions.db", 2)
    with open_store(path) as store:
        store.add_readings([reading("new")])
        said = store.readings()[0].decisions[0]
    assert (said.memo, said.span) == ("[0,4) so she says", ())


def marked(response_id: str) -> StoredReading:
    decision = Decision(
        theme="slow", decision="present", theme_hash=hash_text(""), start=1, end=1 << 40
    )
    return reading(response_id, decisions=(decision,))


def test_a_span_is_kept_and_makes_another_reading(place) -> None:
    with open_store(place, create=True) as store:
        assert store.add_readings([marked("A"), marked("A"), reading("A")]) == 2
        assert store.readings() == [marked("A"), reading("A")]
        assert [(d.start, d.end) for d in store.read_decisions()] == [(1, 1 << 40), (None, None)]


@pytest.mark.parametrize("text", ["", "x", "3:", "3:abc", "-1:" + START, "3:" + "G" * 64])
def test_what_is_no_head_is_refused(text) -> None:
    with pytest.raises(InputError, match="E584"):
        parse_head(text)


def call(*arguments: object):
    return CliRunner().invoke(app, ["review", *map(str, arguments)], catch_exceptions=False)


def test_the_command_tells_the_head_and_finds_a_cut_by_a_run_or_a_noted_head(
    make_round, run, tmp_path
) -> None:
    folder = make_round(extra="decisions: decisions.db\n")
    call("import", folder, folder / "coded.csv", "-q")
    done = call("verify", folder)
    head = done.stdout.split()[-1]
    assert (done.exit_code, done.stdout) == (0, f"2 entries, none altered. Head: {head}\n")
    assert "--head" in done.stderr
    kept = run(folder, tmp_path / "run").folder
    manifest = json.loads((kept / "run.json").read_text(encoding="utf-8"))
    assert [item["head"] for item in manifest["inputs"] if "head" in item] == [head]
    for options in (["--head", head], ["--head", head.split(":")[1]], ["--run", kept]):
        assert call("verify", folder, *options).exit_code == 0
        assert call("verify", folder, *options).stderr == ""
    with sqlite3.connect(folder / "decisions.db") as connection:
        for name in TABLES:
            connection.execute(f"DROP TRIGGER {name}_no_delete")
        connection.execute("DELETE FROM decisions WHERE reading = 2")
        connection.execute("DELETE FROM readings WHERE number = 2")
        connection.execute("DELETE FROM chain WHERE number = 2")
        connection.execute("DROP TRIGGER chain_no_update")
    connection.close()
    for options in (["--head", head], ["--head", head.split(":")[1]], ["--run", kept]):
        with pytest.raises(CheckFailed, match="E581"):
            call("verify", folder, *options)
    with pytest.raises(CheckFailed) as failed:
        call("verify", folder, "--run", kept)
    assert "cut off; there were 2 entries" in str(failed.value)
    assert failed.value.exit_code == 1


def test_the_json_of_the_command_lists_every_fault(filled, make_round, tmp_path) -> None:
    folder = make_round()
    path = Path(shutil.copy(filled[0], folder / "decisions.db"))
    told = json.loads(call("verify", folder, "--json", "--head", filled[1], "-q").stdout)
    assert told["sound"] is True
    assert (told["head"], told["against"]) == (str(filled[1]), [str(filled[1])])
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER readings_no_update")
        connection.execute("UPDATE readings SET memo = 'else'")
    connection.close()
    done = CliRunner().invoke(app, ["review", "verify", str(folder), "--json", "-q"])
    told = json.loads(done.stdout)
    assert told["sound"] is False
    assert len(told["faults"]) == 30 + 1
    assert isinstance(done.exception, CheckFailed)
    assert "and 11 more" in str(done.exception)


def test_a_run_that_names_no_head_is_refused(kept_tiny_run, make_round) -> None:
    folder = make_round(extra="decisions: decisions.db\n")
    open_store(folder / "decisions.db", create=True).close()
    with pytest.raises(InputError, match="E584"):
        call("verify", folder, "--run", kept_tiny_run.folder)
