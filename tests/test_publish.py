"""Writing a run: the inputs it names, the files it gives, and the same bytes each time."""

import itertools
import json
import sqlite3
import threading
from dataclasses import replace

from pipeline import store
from pipeline.digest import hash_file
from pipeline.plan import plan_run
from pipeline.publish import list_inputs, render_files, write_run
from pipeline.readings import Decision, StoredReading, hash_text, open_store
from pipeline.readings.records import hash_of
from pipeline.readings.schema import FORMAT
from pipeline.readings.staleness import read_stored
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


def test_a_run_names_the_head_that_its_decisions_are_of_while_others_write(
    make_round, tmp_path
) -> None:
    folder = make_round(extra="decisions: decisions.db\n")
    with open_store(folder / "decisions.db", create=True) as writer:
        writer.add_readings([spoken(0)])
        plan = plan_run(load_round(folder))
        before = str(writer.head())
        writer.add_readings([spoken(1)])
        inputs = list_inputs(plan.round, plan.coders, plan.held)
        done = write_run(plan, tmp_path / "run", inputs, lambda batch: None)
    manifest = json.loads((done.folder / "run.json").read_text(encoding="utf-8"))
    (head,) = (item["head"] for item in manifest["inputs"] if "head" in item)
    assert head == before
    assert plan.decisions.num_rows == 1


def test_what_is_read_of_a_store_is_of_one_moment_while_another_writes(place) -> None:
    stop = threading.Event()

    def write() -> None:
        with open_store(place) as writer:
            for number in itertools.count():
                writer.add_readings([spoken(number)])
                if stop.is_set():
                    return

    open_store(place, create=True).close()
    thread = threading.Thread(target=write)
    thread.start()
    try:
        moments = [read_stored(place) for _ in range(30)]
    finally:
        stop.set()
        thread.join(60)
    counts = [len(stored.decisions) for stored in moments]
    assert [int(stored.held.head.partition(":")[0]) for stored in moments] == counts
    assert counts[-1] > counts[0]


def spoken(number: int) -> StoredReading:
    said = Decision(theme="slow", decision="present", theme_hash=hash_of(["", "", ""]))
    when = f"2026-03-01T09:00:00.{number:06}Z"
    return replace(a_reading("It is not slow"), decisions=(said,), time=when)
