"""A blind double reading from the draw to the agreement and its settling, as people would go."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import InputError
from pipeline.plan import plan_run
from pipeline.readings import open_store
from pipeline.round import load_round
from pipeline.run import run_batches

ANSWERS = [
    ("slow laptops", "wifi is poor"),
    ("the wifi crashes", "more desks"),
    ("a kettle", "training on slow systems"),
    ("slow wifi", "training"),
    ("nothing works", "desks"),
    ("it crashes", "quiet rooms"),
]
ROWS = [(f"R{n}", "North", *answers) for n, answers in enumerate(ANSWERS, start=1)]
EXTRA = "decisions: decisions.db\n"


def call(*arguments: object, code: int = 0) -> str:
    done = CliRunner().invoke(app, ["review", *map(str, arguments), "--quiet"])
    if isinstance(done.exception, InputError):
        raise done.exception
    assert done.exit_code == code, done.output
    return done.stdout


def loudly(*arguments: object) -> str:
    """What a command says on stderr."""
    return CliRunner().invoke(app, ["review", *map(str, arguments)]).stderr


def read_rows(sheet: Path) -> list[dict[str, str]]:
    with sheet.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def code(sheet: Path, present: Callable[[dict[str, str]], list[str]]) -> Path:
    """What a coder does with a sheet: a row a theme in place of ?, an empty one for none."""
    rows = read_rows(sheet)
    out = sheet.with_name(f"coded-{sheet.name}")
    with out.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        for row in rows:
            writer.writerows({**row, "theme": theme} for theme in present(row) or [""])
    return out


def by_word(row: Mapping[str, str]) -> list[str]:
    return [theme for theme in ("slow", "wifi") if theme in row["answer"]]


def only_slow(row: Mapping[str, str]) -> list[str]:
    return ["slow"] if "slow" in row["answer"] else []


@pytest.fixture
def folder(make_round: Callable[..., Path], tmp_path: Path) -> Path:
    """A round of twelve answers whose double sample of ten is drawn and not read."""
    made = make_round(rows=ROWS, figures="[]\n", extra=EXTRA)
    options = ["--double", 10, "--coders", "ana,ben", "--out", tmp_path / "sheets"]
    call("sample", made, *options)
    return made


@pytest.fixture
def sheets(folder: Path, tmp_path: Path) -> dict[str, Path]:
    return {name: tmp_path / "sheets" / f"{name}.csv" for name in ("ana", "ben")}


@pytest.fixture
def read(folder: Path, sheets: dict[str, Path]) -> Path:
    """The same with both readings in: ana marks slow and wifi, ben slow alone."""
    call("import", folder, code(sheets["ana"], by_word))
    call("import", folder, code(sheets["ben"], only_slow))
    return folder


def sample_of(folder: Path):
    with open_store(folder / "decisions.db") as store:
        return store.samples()[0]


def test_a_sheet_tells_neither_the_machines_word_nor_the_others(
    folder: Path, sheets: dict[str, Path]
) -> None:
    rows = {name: read_rows(sheet) for name, sheet in sheets.items()}
    header = ["response_id", "question", "answer", "theme", "coder", "memo", "sample", "escaped"]
    sample = sample_of(folder)
    for name, found in rows.items():
        assert list(found[0]) == header
        assert {row["theme"] for row in found} == {"?"}
        assert {row["coder"] for row in found} == {f"human:{name}"}
        assert {row["sample"] for row in found} == {sample.id}
    ids = [[row["response_id"] for row in found] for found in rows.values()]
    assert ids[0] != ids[1]
    assert sorted(ids[0]) == sorted(ids[1]) == [m.response_id for m in sample.members]
    assert (sample.purpose, sample.seed, len(sample.members)) == ("double", 1, 10)
    assert {member.probability for member in sample.members} == {10 / 12}
    assert sample.settings["coders"] == ["human:ana", "human:ben"]
    assert any(any(member.machine.values()) for member in sample.members)


def test_the_same_draw_again_writes_the_same_sheets_even_when_one_has_read(
    folder: Path, sheets: dict[str, Path], tmp_path: Path
) -> None:
    call("import", folder, code(sheets["ana"], by_word))
    options = ["--double", 10, "--coders", "ana,ben", "--out", tmp_path / "again.csv"]
    printed = call("sample", folder, *options).split()
    assert [Path(name).name for name in printed] == ["again-ana.csv", "again-ben.csv"]
    for name, sheet in sheets.items():
        assert (tmp_path / f"again-{name}.csv").read_bytes() == sheet.read_bytes()
    with open_store(folder / "decisions.db") as store:
        assert len(store.samples()) == 1


def test_a_reading_is_tied_to_its_sample(read: Path) -> None:
    with open_store(read / "decisions.db") as store:
        readings = store.readings()
    assert {reading.sample for reading in readings} == {sample_of(read).id}
    assert {reading.coder for reading in readings} == {"human:ana", "human:ben"}


def exported(folder: Path, *options: str) -> list[dict[str, Any]]:
    """Samples and readings; the head of the store, which goes with them, is left out."""
    records = [json.loads(line) for line in call("export", folder, *options).splitlines()]
    return [record for record in records if "coder" in record or "purpose" in record]


def test_nobody_sees_the_others_readings_before_both_are_done(
    folder: Path, sheets: dict[str, Path]
) -> None:
    call("import", folder, code(sheets["ana"], by_word))
    assert [record.get("purpose") for record in exported(folder)] == ["double"]
    said = loudly("export", folder)
    assert "[W571] 10 readings" in said
    assert "ben has 10 to read" in said
    assert "ana has" not in said
    assert len(exported(folder, "--unblind")) == 11
    with pytest.raises(InputError, match="E573"):
        call("agree", folder)
    call("import", folder, code(sheets["ben"], only_slow))
    assert len(exported(folder)) == 21
    assert "W571" not in loudly("export", folder)


def test_what_others_read_is_exported_beside_an_unfinished_sample(
    folder: Path, sheets: dict[str, Path], tmp_path: Path
) -> None:
    plain = tmp_path / "plain.csv"
    plain.write_text("response_id,theme,coder\nR1/barriers,slow,eve\n", encoding="utf-8")
    call("import", folder, plain)
    call("import", folder, code(sheets["ana"], by_word))
    assert [record.get("coder") for record in exported(folder)] == [None, "human:eve"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [("human:ana", "human:eve", "no coder of"), ("R1/", "R9/", "E401"), ("@", "", "not drawn")],
)
def test_a_sheet_of_another_coder_or_response_is_refused(
    folder: Path, sheets: dict[str, Path], old: str, new: str, message: str
) -> None:
    sheet = code(sheets["ana"], by_word)
    text = sheet.read_text(encoding="utf-8")
    if old == "@":
        drawn = {member.response_id for member in sample_of(folder).members}
        every = {f"R{n}/{question}" for n in range(1, 7) for question in ("barriers", "improve")}
        old, new = min(drawn), min(every - drawn)
    assert old in text
    sheet.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError, match=message):
        call("import", folder, sheet)
    with open_store(folder / "decisions.db") as store:
        assert store.readings() == []


def test_agreement_is_that_of_the_sheets(read: Path, sheets: dict[str, Path]) -> None:
    found = json.loads(call("agree", read, "--json"))
    (comparison,) = found["comparisons"]
    assert comparison["coders"] == ["human:ana", "human:ben"]
    assert comparison["responses"] == 10
    themes = {row["theme"]: row for row in comparison["themes"]}
    rows = read_rows(sheets["ana"])
    wifi = sum("wifi" in row["answer"] for row in rows)
    slow = sum("slow" in row["answer"] for row in rows)
    assert themes["wifi"]["cells"] == {
        "both": 0,
        "only_first": wifi,
        "only_second": 0,
        "neither": 10 - wifi,
    }
    assert themes["wifi"]["raw"]["value"] == pytest.approx(1 - wifi / 10)
    assert themes["wifi"]["kappa"]["value"] == 0
    assert themes["slow"]["cells"]["both"] == slow
    assert themes["slow"]["alpha"]["value"] == 1
    improve = sum(row["question"] == "improve" for row in rows)
    assert themes["training"]["n"] == improve
    assert themes["training"]["alpha"] == {"value": None, "low": None, "high": None}
    assert themes["training"]["varies"] is False
    assert comparison["label_sets"]["n"] == 10
    assert len(found["disagreements"]) == wifi
    assert all("wifi" in item["text"] for item in found["disagreements"])
    assert found["left_out"] == {"stale": 0, "lost": 0, "withheld": 0}


def test_the_same_seed_prints_the_same(read: Path) -> None:
    assert call("agree", read, "--json") == call("agree", read, "--json")
    assert call("agree", read, "--json") != call("agree", read, "--json", "--seed", 2)


def test_the_table_fits_a_screen_and_says_no_variation(read: Path) -> None:
    shown = call("agree", read)
    assert max(map(len, shown.splitlines())) <= 80
    assert "ana and ben: 10 responses in common" in shown
    assert "no variation" in shown
    assert "nan" not in shown.lower()
    assert "Whole label sets: 10 responses" in shown


def test_disagreements_are_listed_with_the_answers(read: Path) -> None:
    shown = call("agree", read, "--disagreements", "--show", 1)
    assert shown.startswith("wifi: ana present, ben absent\n  R")
    assert "more; --show all" in shown


def test_imported_coders_are_coders_too_and_all_are_compared_at_once(
    read: Path, sheets: dict[str, Path], tmp_path: Path
) -> None:
    rows = [
        "response_id,theme",
        *(f"{row['response_id']},slow" for row in read_rows(sheets["ana"])),
    ]
    model = tmp_path / "model.csv"
    model.write_text("\n".join(rows) + "\n", encoding="utf-8")
    call("import", read, model, "--coder", "import:acme")
    found = json.loads(call("agree", read, "--json"))["comparisons"]
    assert [len(comparison["coders"]) for comparison in found] == [2, 2, 2, 3]
    assert found[-1]["themes"][0]["cells"] is None
    one = json.loads(call("agree", read, "--json", "--coders", "ana,import:acme"))["comparisons"]
    assert [comparison["coders"] for comparison in one] == [["human:ana", "import:acme"]]
    sample = sample_of(read).id
    tied = json.loads(call("agree", read, "--json", "--sample", sample))["comparisons"]
    assert [comparison["coders"] for comparison in tied] == [["human:ana", "human:ben"]]


def test_a_person_is_compared_with_herself(read: Path, sheets: dict[str, Path]) -> None:
    call("import", read, code(sheets["ana"], only_slow))
    (ana, ben) = json.loads(call("agree", read, "--self", "--json"))["comparisons"]
    assert ana["coders"] == ["human:ana", "human:ana again"]
    wifi = next(row for row in ana["themes"] if row["theme"] == "wifi")
    assert wifi["cells"]["only_first"] > 0
    assert ben["responses"] == 0


def test_a_person_is_compared_with_the_machine_before_people(read: Path) -> None:
    found = json.loads(call("agree", read, "--against", "machine", "--json"))["comparisons"]
    assert [comparison["coders"] for comparison in found] == [
        ["human:ana", "machine"],
        ["human:ben", "machine"],
    ]
    wifi = next(row for row in found[0]["themes"] if row["theme"] == "wifi")
    assert wifi["raw"]["value"] == 1
    sample = sample_of(read).id
    options = ["--against", "machine", "--sample", sample, "--json"]
    assert json.loads(call("agree", read, *options))["comparisons"] == found


def test_what_taught_the_classifier_is_compared_with_its_word_from_the_draw(
    read: Path, tmp_path: Path
) -> None:
    with (read / "round.yaml").open("a", encoding="utf-8") as stream:
        stream.write("classifier: {train: training.csv, threshold: 0.5}\n")
    plain = tmp_path / "plain.csv"
    every = {f"R{n}/{question}" for n in range(1, 7) for question in ("barriers", "improve")}
    rest = sorted(every - {member.response_id for member in sample_of(read).members})
    plain.write_text("response_id,theme\n" + "".join(f"{name},\n" for name in rest))
    call("import", read, plain, "--coder", "ana")
    found = json.loads(call("agree", read, "--against", "machine", "--json"))["comparisons"]
    assert [comparison["responses"] for comparison in found] == [10, 10]
    assert f"[W572] {len(rest)} responses" in loudly("agree", read, "--against", "machine")


def test_stale_decisions_are_left_out_and_said(read: Path) -> None:
    codebook = read / "codebook.yaml"
    text = codebook.read_text(encoding="utf-8")
    changed = text.replace("label: Wifi", "label: Wifi\n    definition: The network without wires")
    codebook.write_text(changed, encoding="utf-8")
    found = json.loads(call("agree", read, "--json"))
    assert found["left_out"]["stale"] == 20
    assert "wifi" not in [row["theme"] for row in found["comparisons"][0]["themes"]]
    assert "20 decisions are stale and are left out." in call("agree", read)


def test_an_adjudicator_settles_what_people_dispute_and_is_no_coder_of_agreement(
    read: Path, tmp_path: Path
) -> None:
    def verdicts(theme: str) -> dict[str, tuple[bool, str]]:
        plan = plan_run(load_round(read))
        return {
            row["response_id"]: (row["present"], row["human"])
            for batch in run_batches(plan)
            for row in batch.verdicts.to_pylist()
            if row["theme"] == theme
        }

    before = json.loads(call("agree", read, "--json"))
    disputed = [name for name, (_, human) in verdicts("wifi").items() if human == "disputed"]
    assert len(disputed) == len(before["disagreements"])
    lines = "".join(f"{name},wifi,absent\n" for name in disputed[:1])
    lines += "".join(f"{name},wifi,unsure\n" for name in disputed[1:])
    settled = tmp_path / "settled.csv"
    settled.write_text("response_id,theme,decision\n" + lines, encoding="utf-8")
    call("import", read, settled, "--coder", "adjudicator:eve")
    after = verdicts("wifi")
    assert after[disputed[0]] == (False, "absent")
    assert {after[name][1] for name in disputed[1:]} == {"disputed"}
    again = json.loads(call("agree", read, "--json"))
    assert again["comparisons"] == before["comparisons"]


def test_an_adjudicator_settles_in_a_csv_of_the_disagreements(read: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "settle.csv"
    call("agree", read, "--out", sheet)
    rows = read_rows(sheet)
    header = ["response_id", "question", "answer", "theme", "ana", "ben", "decision", "memo"]
    assert list(rows[0]) == [*header, "escaped"]
    assert {(row["ana"], row["ben"], row["decision"]) for row in rows} == {
        ("present", "absent", "?")
    }
    with pytest.raises(InputError, match="E461"):
        call("import", read, sheet, "--coder", "adjudicator:eve")
    rows[0]["decision"] = "absent"
    with sheet.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    call("import", read, sheet, "--coder", "adjudicator:eve")
    found = json.loads(call("agree", read, "--json"))["disagreements"]
    settled = {item["response_id"]: item["settled"] for item in found}
    assert settled.pop(rows[0]["response_id"]) == "absent"
    assert set(settled.values()) == {None}
    assert "; settled as absent" in call("agree", read, "--disagreements", "--show", "all")
    call("agree", read, "--out", sheet)
    assert len(read_rows(sheet)) == len(rows) - 1


def test_a_csv_to_settle_has_no_formula_and_its_ids_come_back(
    make_round: Callable[..., Path], tmp_path: Path
) -> None:
    made = make_round("odd", rows=[("=R1", "North", "=slow", "- x")], figures="[]\n", extra=EXTRA)
    plain, sheet = tmp_path / "plain.csv", tmp_path / "settle.csv"
    for coder, theme in (("ana", "slow"), ("ben", "")):
        plain.write_text(f"response_id,theme\n=R1/barriers,{theme}\n", encoding="utf-8")
        call("import", made, plain, "--coder", coder)
    call("agree", made, "--out", sheet)
    text = sheet.read_text(encoding="utf-8")
    assert '"\'=R1/barriers"' in text
    sheet.write_text(text.replace('"?"', '"present"'), encoding="utf-8")
    call("import", made, sheet, "--coder", "adjudicator:eve")
    found = json.loads(call("agree", made, "--json"))["disagreements"]
    assert [(item["response_id"], item["settled"]) for item in found] == [
        ("=R1/barriers", "present")
    ]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["agree", "--coders", "ana,bn"], "E571.*'human:bn'.*Did you mean 'human:ben'"),
        (["agree", "--sample", "double-1"], "E571.*no sample 'double-1'"),
        (["agree", "--theme", "slw"], "E571.*no theme 'slw'"),
        (["agree", "--question", "barrier"], "E571.*no question 'barrier'"),
        (["agree", "--against", "ben"], "E701.*takes machine"),
        (["agree", "--show", "0"], "E701.*--show"),
        (["agree", "--self"], "E573"),
        (["sample"], "E701.*neither --for nor --double"),
        (["sample", "--double", 5, "--out", "x"], "needs --coders"),
        (["sample", "--coders", "ana,ben", "--for", "audit"], "needs --double"),
        (["sample", "--double", 5, "--coders", "ana", "--out", "x"], "two or more different"),
        (["sample", "--double", 5, "--coders", "ana,Ana", "--out", "x"], "two or more different"),
        (["sample", "--double", 5, "--coders", "ana,../b", "--out", "x"], "letters, digits"),
        (["sample", "--double", 5, "--coders", "ana,ben"], "needs --out"),
        (["sample", "--double", 5, "--coders", "a,b", "--for", "audit"], "alone"),
        (["sample", "--double", 5, "--coders", "a,b", "--random"], "alone"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    read: Path, options: list[object], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        call(options[0], read, *options[1:])


def test_a_dry_run_draws_and_records_nothing(make_round: Callable[..., Path]) -> None:
    made = make_round("dry", rows=ROWS, figures="[]\n")
    options = ["--double", 99, "--coders", "ana,ben", "--dry-run"]
    found = json.loads(call("sample", made, *options, "--json"))
    assert (found["size"], found["of"], found["store"], found["sheets"]) == (12, 12, None, {})
    assert not (made / "decisions.db").exists()
    assert "[W573] only 12 of 99" in loudly("sample", made, *options)
