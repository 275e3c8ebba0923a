"""A store in PostgreSQL: named by a URL or a variable, its password shown nowhere."""

import json

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import InputError
from pipeline.readings import is_store, open_store
from pipeline.readings.schema import FORMAT, TABLES
from pipeline.round import load_round
from pipeline.round.place import DatabaseUrl
from tests.postgres import PASSWORD, Server
from tests.readings import reading, sample, signature

PLAIN = PASSWORD.replace("%40", "@")
NAME = "VERBATIMS_TEST_STORE"
HERE = DatabaseUrl(f"env:{NAME}")


@pytest.fixture
def url(postgres: Server, monkeypatch, request) -> str:
    """A database of the test's own, which the variable names."""
    made = postgres.create(f"of_{abs(hash(request.node.nodeid))}")
    monkeypatch.setenv(NAME, made)
    return made


def connect(url: str):
    return pytest.importorskip("psycopg").connect(url, autocommit=True)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {0} SET {1} = {1}",
        "DELETE FROM {0}",
        "TRUNCATE {0} CASCADE",
        "INSERT INTO {0} SELECT * FROM {0} ON CONFLICT ({2}) DO UPDATE SET {1} = EXCLUDED.{1}",
    ],
)
@pytest.mark.usefixtures("url")
def test_nothing_is_changed_or_deleted_by_whatever_program(url, table, change) -> None:
    with open_store(HERE, create=True) as store:
        store.add_readings([reading()])
        store.add_sample(sample("audit", ("A", "a")))
        store.add_signature(signature())
    keys = {"decisions": "reading, place", "sample_members": "sample, place"}.get(table, "number")
    with connect(url) as connection:
        column = f'"{connection.execute(f"SELECT * FROM {table}").description[-1].name}"'
        with pytest.raises(Exception, match="append-only"):
            connection.execute(change.format(table, column, keys))
    with open_store(HERE) as store:
        assert store.verify(store.head()) == []


@pytest.mark.usefixtures("url")
def test_a_person_who_may_only_insert_can_review(postgres, url, monkeypatch) -> None:
    open_store(HERE, create=True).close()
    with connect(url) as connection:
        connection.execute("CREATE ROLE reviewer LOGIN PASSWORD 'pw'")
        connection.execute("GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO reviewer")
    database = url.rpartition("/")[2]
    monkeypatch.setenv(NAME, postgres.url(database, user="reviewer", password="pw"))
    with open_store(HERE, create=True) as store:
        assert store.add_reading_expecting(reading(), 0).number == 1
        store.add_sample(sample("audit", ("A", "a")))
        assert store.verify() == []


BACK = (
    "DROP TABLE signatures",
    'ALTER TABLE decisions DROP COLUMN "start", DROP COLUMN "end"',
    "ALTER TABLE chain DROP CONSTRAINT chain_kind_check",
    "ALTER TABLE chain ADD CONSTRAINT chain_kind_check CHECK (kind IN ('reading', 'sample'))",
    "UPDATE verbatims_store SET format = 2",
)


@pytest.mark.usefixtures("url")
def test_a_store_of_format_2_is_brought_up_to_date_by_its_owner(postgres, url, monkeypatch) -> None:
    with open_store(HERE, create=True) as store:
        store.add_readings([reading("A")])
        head, digest = store.head(), store.digest()
    with connect(url) as connection:
        for statement in BACK:
            connection.execute(statement)
        connection.execute("CREATE ROLE \"Re viewer\" LOGIN PASSWORD 'pw'")
        connection.execute('GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO "Re viewer"')
    database = url.rpartition("/")[2]
    theirs = postgres.url(database, user="Re%20viewer", password="pw")
    said = []
    for owner in (False, True, False):
        monkeypatch.setenv(NAME, url if owner else theirs)
        with open_store(HERE, say=said.append) as store:
            before = store.head()
            assert (store.verify(head), store.digest() == digest) == ([], before == head)
            if not owner and before == head:
                with pytest.raises(InputError, match=r"E411.*only the owner"):
                    store.add_readings([reading("B")])
                continue
            store.add_signature(signature(by="ana" if owner else "ben"))
            assert (store.head().entries, store.verify(head)) == (before.entries + 1, [])
    assert [problem.code for problem in said] == ["W581"]
    with connect(url) as connection, pytest.raises(Exception, match="append-only"):
        connection.execute("DELETE FROM signatures")


def test_after_the_server_came_back_the_store_goes_on_and_nothing_is_lost(postgres, url) -> None:
    with open_store(HERE, create=True) as store:
        store.add_readings([reading("A")])
        head = store.head()
        postgres.restart()
        with pytest.raises(InputError, match="E582"):
            store.add_readings([reading("B")])
        assert store.head() == head
        store.add_readings([reading("C")])
        assert [found.response_id for found in store.readings()] == ["A", "C"]
        assert store.verify(head) == []


def no_database(postgres: Server) -> str:
    return postgres.url("absent")


def wrong_password(postgres: Server) -> str:
    return postgres.url("postgres", password=f"{PASSWORD}x")


def no_server(postgres: Server) -> str:
    return f"postgresql://owner:{PASSWORD}@127.0.0.1:1/postgres"


def unknown_option(postgres: Server) -> str:
    return postgres.url("postgres") + "?nonsense=1"


def bad_port(postgres: Server) -> str:
    return f"postgresql://owner:{PASSWORD}@127.0.0.1:many/postgres"


@pytest.mark.parametrize(
    "spoil", [no_database, wrong_password, no_server, unknown_option, bad_port]
)
def test_a_database_that_cannot_be_reached_is_told_without_its_password(
    postgres, monkeypatch, make_round, spoil
) -> None:
    folder = make_round(extra=f"decisions: env:{NAME}\n")
    monkeypatch.setenv(NAME, spoil(postgres))
    with pytest.raises(InputError, match=r"E582|E411") as refused:
        open_store(load_round(folder).decisions, create=True)
    told = "".join(str(problem) for problem in refused.value.problems)
    assert f"env:{NAME}" in told
    assert not any(secret in told + repr(load_round(folder)) for secret in (PASSWORD, PLAIN))


@pytest.mark.parametrize(
    ("value", "why"), [(None, "is not set"), ("decisions.db", "is no postgresql:// URL")]
)
def test_a_variable_that_names_no_database_is_told(monkeypatch, value, why) -> None:
    monkeypatch.delenv(NAME, raising=False)
    if value:
        monkeypatch.setenv(NAME, value)
    with pytest.raises(InputError, match=rf"E582.*{NAME} {why}"):
        open_store(HERE)


@pytest.mark.usefixtures("url")
def test_a_database_without_a_store_or_with_something_else_is_refused(url) -> None:
    with pytest.raises(InputError, match=r"E411.*there is no store in it"):
        open_store(HERE)
    with connect(url) as connection:
        connection.execute("CREATE TABLE readings (a INTEGER)")
    for create in (False, True):
        with pytest.raises(InputError, match=r"E411.*not a store"):
            open_store(HERE, create=create)


@pytest.mark.usefixtures("url")
def test_a_store_of_a_newer_format_is_refused(url) -> None:
    open_store(HERE, create=True).close()
    with connect(url) as connection:
        connection.execute(f"UPDATE verbatims_store SET format = {FORMAT + 1}")
    with pytest.raises(InputError, match=r"E411.*newer"):
        open_store(HERE, create=True)


@pytest.mark.parametrize(
    ("stated", "code"),
    [
        ("postgresql://ana:hush@db.example/round", "E583"),
        ("postgres://ana:hush@db.example/round", "E583"),
        ("postgresql://db.example/round?user=ana&password=hush", "E583"),
        ("postgresql://ana:hush@[db.example/round", "E583"),
        ("postgresql://db.example", "E206"),
        ("postgresql://db.example:port/round", "E206"),
        ("env:not a name", "E101"),
    ],
)
def test_a_url_with_a_password_or_without_a_database_is_refused(make_round, stated, code) -> None:
    with pytest.raises(InputError, match=code) as refused:
        load_round(make_round(extra=f"decisions: '{stated}'\n"))
    assert "hush" not in str(refused.value)
    assert "round.yaml:" in str(refused.value)


@pytest.mark.parametrize(
    ("stated", "name"),
    [
        ("postgresql://ana@db.example:5433/round?sslmode=require", "postgresql:round"),
        ("postgresql:///round", "postgresql:round"),
        ("env:TEAM_STORE", "env:TEAM_STORE"),
    ],
)
def test_a_round_may_name_a_database(make_round, stated, name) -> None:
    named = load_round(make_round(extra=f"decisions: {stated}\n")).decisions
    assert named == DatabaseUrl(stated)
    assert (named.name, named.as_posix(), is_store(named)) == (name, stated, True)


def call(*arguments: object):
    return CliRunner().invoke(app, [*map(str, arguments)], catch_exceptions=False)


@pytest.mark.usefixtures("url")
def test_the_commands_work_on_a_database(make_round, tmp_path) -> None:
    folder = make_round(extra=f"decisions: env:{NAME}\n")
    drawn = call("review", "sample", folder, "--for", "audit", "--size", 4, "--json", "-q")
    assert drawn.exit_code == 0
    assert json.loads(drawn.stdout)["store"] == f"env:{NAME}"
    done = call("review", "import", folder, folder / "coded.csv")
    assert done.stdout == f"2 readings added to env:{NAME}; 0 were there.\n"
    assert done.stderr == ""
    head = call("review", "verify", folder, "-q").stdout.split()[-1]
    run = tmp_path / "run"
    assert call("run", folder, "--out", run, "-q").exit_code == 0
    (found,) = (
        item
        for item in json.loads((run / "run.json").read_text(encoding="utf-8"))["inputs"]
        if item["role"] == "decisions"
    )
    assert (found["file"], found["head"]) == (f"env:{NAME}", head)
    assert call("review", "verify", folder, "--run", run).exit_code == 0
    assert call("verify", run).exit_code == 0
    out = folder / "out.jsonl"
    assert call("review", "export", folder, "--out", out).exit_code == 0
    assert out.read_text(encoding="utf-8").endswith(f'{{"head":"{head}"}}\n')
    assert call("review", "import", folder, out, "--db", folder / "copy.db", "-q").exit_code == 0
    copied = call("review", "export", folder, "--db", folder / "copy.db").stdout
    assert copied == out.read_text(encoding="utf-8")
    secrets = (PASSWORD, PLAIN, PASSWORD.encode(), PLAIN.encode())
    written = b"".join(path.read_bytes() for path in run.rglob("*") if path.is_file())
    assert not any(secret in written for secret in secrets[2:])
    assert not any(secret in text for secret in secrets[:2] for text in (done.stdout, copied))
