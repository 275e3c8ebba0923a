"""Writing a run: the inputs it names, the files it gives, and the same bytes each time."""

import json
import sqlite3

from pipeline import store
from pipeline.digest import hash_file
from pipeline.publish import list_inputs, render_files
from pipeline.readings import StoredReading, hash_text, open_store
from pipeline.readings.schema import FORMAT
from pipeline.round import load_round

ROLES = ["round", "codebook", "source", "train", "decisions", "figures"]
EXTRA = "classifier: {train: training.csv, threshold: 0.5}\ndecisions: coded.csv\n"


def test_the_inputs_are_those_of_the_coders_in_play_without_their_folders(make_round) -> None:
    the_round = load_round(make_round(extra=EXTRA))
    every = list_inputs(the_round, ("codebook", "classifier", "human"))
    rules = list_inputs(the_round, ("codebook",))
    assert [item["role"] for item in every] == ROLES
    assert [item["role"] for item in rules] == ["round", "codebook", "source", "figures"]
    assert all("/" not in item["file"] for item in every)
    assert every[2]["sha256"] == hash_file(the_round.source.path)


def a_reading(text: str) -> StoredReading:
    return StoredReading(
        response_id="R3/barriers",
        question="barriers",
        coder="human:ana",
        time="2026-03-01T09:00:00.000000Z",
        text_hash=hash_text(text),
        decisions=(),
    )


def test_a_store_is_known_by_what_is_in_it_whatever_its_bytes(make_round) -> None:
    folder = make_round(extra="decisions: decisions.db\n")
    file = folder / "decisions.db"

    def hash_now() -> tuple[str, str]:
        (found,) = (
            i for i in list_inputs(load_round(folder), ("human",)) if i["role"] == "decisions"
        )
        return found["sha256"], hash_file(file)

    with open_store(file, create=True) as store_of_readings:
        store_of_readings.add_readings([a_reading("It is not slow")])
    closed = hash_now()
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA user_version = 0")
        connection.execute(f"PRAGMA user_version = {FORMAT}")
    connection.close()
    touched = hash_now()
    assert touched[0] == closed[0]
    assert touched[1] != closed[1]
    with open_store(file) as store_of_readings:
        store_of_readings.add_readings([a_reading("It is slow")])
        beside = hash_now()  # the file's own bytes lag: SQLite keeps the reading in its log
    assert beside[0] == hash_now()[0] != closed[0]


def test_two_runs_of_the_same_inputs_differ_in_nothing_but_the_manifest(
    make_round, run, tmp_path
) -> None:
    folder = make_round(extra=EXTRA)
    one, two = run(folder, tmp_path / "one"), run(folder, tmp_path / "two")
    names = store.list_files(one.folder)
    assert names == store.list_files(two.folder)
    for name in names:
        assert hash_file(one.folder / name) == hash_file(two.folder / name), name


def test_the_published_files_are_those_that_follow_from_the_figures(kept_tiny_run) -> None:
    files = render_files(
        kept_tiny_run.figures, kept_tiny_run.crossed, kept_tiny_run.report, None, None
    )
    assert {name for name in files if name.startswith("published/")} == {
        name for name in store.list_files(kept_tiny_run.folder) if name.startswith("published/")
    }
    for name, text in files.items():
        assert (kept_tiny_run.folder / name).read_bytes() == text.encode()


def test_no_answer_of_a_respondent_is_published(kept_tiny_run) -> None:
    published = "".join(
        path.read_text(encoding="utf-8") for path in (kept_tiny_run.folder / "published").iterdir()
    )
    assert "Nowhere to sit" not in published
    assert "R1" not in published


def test_the_manifest_names_no_folder_of_this_machine(kept_tiny_run) -> None:
    text = (kept_tiny_run.folder / store.MANIFEST).read_text(encoding="utf-8")
    assert str(kept_tiny_run.folder.parent) not in text
    manifest = json.loads(text)
    assert manifest["coders"] == ["codebook", "classifier", "human"]
    assert manifest["codebook"].startswith("codebook:tiny@1+")
    assert manifest["classifier"].startswith("classifier:")
