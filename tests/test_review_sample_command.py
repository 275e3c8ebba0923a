"""The York round from the draw through the coding to the stop, as a person would go."""

from __future__ import annotations

import csv
import io
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import InputError
from pipeline.plan import plan_run
from pipeline.readings import open_store
from pipeline.round import load_round

ROOT = Path(__file__).parents[1]
THEME = "citrix-performance"


@pytest.fixture
def round_folder(tmp_path: Path) -> Path:
    for name in ("corpora/york-2017", "codebooks"):
        shutil.copytree(ROOT / name, tmp_path / name)
    folder = tmp_path / "corpora" / "york-2017"
    with (folder / "round.yaml").open("a", encoding="utf-8") as stream:
        stream.write("decisions: decisions.db\n")
    return folder


@pytest.fixture(scope="session")
def key() -> dict[str, list[str]]:
    with (ROOT / "corpora/york-2017/answer-key.csv").open(encoding="utf-8") as stream:
        found: dict[str, list[str]] = {}
        for row in csv.DictReader(stream):
            found.setdefault(row["response_id"], []).append(row["theme"])
        return found


def call(*arguments: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["review", *map(str, arguments), "--quiet"])
    if isinstance(done.exception, InputError):
        raise done.exception
    assert done.exit_code == code, done.output
    return done.stdout


def read_sheet(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text, newline="")))


def code(sheet: Path, key: dict[str, list[str]], out: Path) -> Path:
    """What a person does with the csv: a row a theme in place of ?, an empty theme for none."""
    rows = read_sheet(sheet.read_text(encoding="utf-8"))
    with out.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        for row in rows:
            for theme in key.get(row["response_id"], [""]):
                writer.writerow({**row, "theme": theme, "coder": "ana"})
    return out


@pytest.fixture
def read_sample(tmp_path: Path, key: dict[str, list[str]], round_folder: Path) -> Callable:
    """Draw a sample and bring back its coding; the ids drawn."""

    def read(*options: object) -> list[str]:
        sheet = tmp_path / "to-code.csv"
        call("sample", round_folder, *options, "--out", sheet)
        call("import", round_folder, code(sheet, key, tmp_path / "coded.csv"))
        return [row["response_id"] for row in read_sheet(sheet.read_text(encoding="utf-8"))]

    return read


def test_a_learning_sample_is_coded_imported_and_never_drawn_again(
    round_folder: Path, read_sample: Callable
) -> None:
    first = read_sample("--for", "learning", "--size", 20)
    assert len(set(first)) == 20
    second = read_sheet(call("sample", round_folder, "--for", "learning", "--size", 20))
    assert not set(first) & {row["response_id"] for row in second}
    assert all(row["why"] for row in second)
    assert {row["theme"] for row in second} == {"?"}
    waiting = read_sheet(call("sample", round_folder, "--for", "learning", "--size", 20))
    ids = [{row["response_id"] for row in rows} for rows in (second, waiting)]
    assert not ids[0] & ids[1]
    plan = plan_run(load_round(round_folder))
    assert set(plan.decisions["response_id"].to_pylist()) == set(first)


def test_an_audit_is_blind_frozen_and_apart_from_what_trains(
    round_folder: Path, read_sample: Callable, key: dict[str, list[str]]
) -> None:
    learnt = read_sample("--for", "learning", "--size", 30)
    drawn = read_sample("--for", "audit", "--theme", THEME, "--tagged", 20, "--untagged", 60)
    assert len(drawn) == 80
    assert not set(drawn) & set(learnt)
    with open_store(round_folder / "decisions.db") as store:
        audit = next(sample for sample in store.samples() if sample.purpose == "audit")
    assert [member.response_id for member in audit.members] == drawn
    for member in audit.members:
        stratum = audit.settings["strata"][member.stratum]
        assert member.probability == stratum["drawn"] / stratum["size"]
        assert member.machine[THEME] == member.stratum.endswith(": tagged")
    parts = [*audit.settings["strata"].values(), *audit.settings["apart"].values()]
    assert sum(part["size"] for part in parts) == 248
    asked = {"barriers": 105, "improve": 143}
    for question, substantive in asked.items():
        sizes = [part["size"] for part in parts if part["question"] == question]
        assert sum(sizes) == substantive
    apart = audit.settings["apart"].values()
    known = sum(part["present"].get(THEME, 0) for part in apart)
    assert known >= sum(THEME in key.get(name, ()) for name in learnt)
    kinds = [coder.partition(":")[0] for coder in audit.settings["coders"]]
    assert kinds == ["codebook", "classifier"]
    plan = plan_run(load_round(round_folder))
    assert plan.model
    assert not plan.model.trained_ids & set(drawn)


def test_the_sheet_of_an_audit_does_not_tell_what_the_machine_found(round_folder: Path) -> None:
    rows = read_sheet(call("sample", round_folder, "--for", "audit"))
    header = ["response_id", "question", "answer", "theme", "coder", "memo", "escaped"]
    assert len(rows) == 100
    assert list(rows[0]) == header
    members = json.loads(call("sample", round_folder, "--for", "audit", "--json"))["members"]
    assert set(members[0]) == {"response_id", "question"}


def test_the_same_audit_drawn_twice_is_one_sample(round_folder: Path) -> None:
    one = call("sample", round_folder, "--for", "audit", "--json")
    assert call("sample", round_folder, "--for", "audit", "--json") == one
    with open_store(round_folder / "decisions.db") as store:
        assert len(store.samples()) == 1


def test_a_dry_run_records_nothing(round_folder: Path) -> None:
    call("sample", round_folder, "--for", "learning", "--dry-run")
    assert not (round_folder / "decisions.db").exists()


def test_reading_goes_on_until_the_random_tail_allows_to_stop(
    round_folder: Path, read_sample: Callable, key: dict[str, list[str]]
) -> None:
    read_sample("--for", "learning", "--theme", THEME, "--size", 90)
    before = json.loads(call("stop", round_folder, "--theme", THEME, "--json", code=1))
    (state,) = before["themes"]
    assert (state["random_read"], state["p"], state["level"]) == (0, 1, 0.025)
    call("sample", round_folder, "--for", "learning", "--random", "--size", 40)
    (state,) = json.loads(call("stop", round_folder, "--theme", THEME, "--json", code=1))["themes"]
    assert (state["random_waiting"], state["more_if_none"]) == (40, None)
    with pytest.raises(InputError, match="E443"):
        call("sample", round_folder, "--for", "learning", "--random", "--size", 40)


def test_when_all_is_read_one_may_stop(round_folder: Path, read_sample: Callable) -> None:
    read_sample("--for", "learning", "--random", "--size", 200)
    drawn = read_sample("--for", "learning", "--random", "--size", 200)
    assert len(drawn) == 48
    state = json.loads(call("stop", round_folder, "--json"))
    assert state["stop"]
    assert {theme["unread"] for theme in state["themes"]} == {0}
    with pytest.raises(InputError, match="E442"):
        call("sample", round_folder, "--for", "learning")


def test_ids_and_answers_that_look_like_formulas_come_back_as_they_were(
    make_round: Callable[..., Path], tmp_path: Path
) -> None:
    rows = [("=R1", "North", "- slow wifi", "+ training"), ("@R2", "West", "@home", "'=desks")]
    folder = make_round(rows=rows, figures="[]\n")
    sheet = tmp_path / "sheet.csv"
    call("sample", folder, "--for", "learning", "--out", sheet)
    text = sheet.read_text(encoding="utf-8")
    cells = [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row]
    assert not any(cell.startswith(("=", "-", "+", "@")) for cell in cells)
    sheet.write_text(text.replace('"?"', '""'), encoding="utf-8")
    done = json.loads(call("import", folder, sheet, "--coder", "ana", "--json"))
    assert done["added"] == 4
    with open_store(folder / "decisions.db") as store:
        ids = {reading.response_id for reading in store.readings()}
    assert ids == {"=R1/barriers", "=R1/improve", "@R2/barriers", "@R2/improve"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--for", "fun"], "no purpose"),
        (["--for", "learning", "--tagged", 3], "for an audit"),
        (["--for", "audit", "--random"], "random in any case"),
        (["--for", "learning", "--random", "--theme", THEME], "whatever the theme"),
        (["--for", "audit", "--untagged", 3], "need --theme"),
        (["--for", "audit", "--theme", THEME, "--size", 9, "--tagged", 3], "neither"),
        (["--for", "audit", "--theme", "citrix-performence"], "Did you mean"),
        (["--for", "audit", "--theme", THEME, "--tagged", 1], "E441.*too small"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    round_folder: Path, options: list[object], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        call("sample", round_folder, *options)


@pytest.mark.parametrize("recall", [0, 1, 1.5])
def test_a_recall_that_is_no_share_is_refused(round_folder: Path, recall: float) -> None:
    with pytest.raises(InputError, match="between 0 and 1"):
        call("stop", round_folder, "--recall", recall)


def test_an_audit_warns_of_what_it_cannot_see(round_folder: Path) -> None:
    call("sample", round_folder, "--for", "learning", "--size", 10)
    few = ["--theme", THEME, "--tagged", "9", "--untagged", "20"]
    done = CliRunner().invoke(app, ["review", "sample", str(round_folder), "--for", "audit", *few])
    assert "W441" in done.stderr
    assert "[W442] 10 responses wait in learning samples" in done.stderr


def test_a_sheet_imported_as_it_was_drawn_says_nothing(round_folder: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "to-code.csv"
    call("sample", round_folder, "--for", "learning", "--size", 5, "--out", sheet)
    assert [row["theme"] for row in read_sheet(sheet.read_text(encoding="utf-8"))] == ["?"] * 5
    with pytest.raises(InputError, match=r"E461.*5 responses are '\?', not read yet"):
        call("import", round_folder, sheet, "--coder", "ana")
    with open_store(round_folder / "decisions.db") as store:
        assert store.readings() == []


@pytest.mark.parametrize("cut", [",", ";", "\t"])
def test_rows_that_keep_their_mark_are_not_read_whatever_cuts_the_cells(
    round_folder: Path, tmp_path: Path, cut: str
) -> None:
    sheet, coded = tmp_path / "to-code.csv", tmp_path / "coded.csv"
    call("sample", round_folder, "--for", "learning", "--size", 5, "--out", sheet)
    rows = read_sheet(sheet.read_text(encoding="utf-8"))
    rows[1]["theme"], rows[3]["theme"] = "", THEME
    with coded.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0], delimiter=cut)
        writer.writeheader()
        writer.writerows(rows)
    command = ["review", "import", str(round_folder), str(coded), "--coder", "ana"]
    done = CliRunner().invoke(app, command)
    assert "[W461]" in done.stderr
    assert "3 responses are '?', not read yet" in done.stderr
    with open_store(round_folder / "decisions.db") as store:
        found = {
            r.response_id: [d.theme for d in r.decisions if d.decision == "present"]
            for r in store.readings()
        }
    assert found == {rows[1]["response_id"]: [], rows[3]["response_id"]: [THEME]}
