"""Files of hand coding, and the decisions that follow from them."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.codebook.model import Codebook
from pipeline.coded import Coded, read_coded
from pipeline.decisions import decide, in_force
from pipeline.errors import InputError
from pipeline.plan import plan_run
from pipeline.readings.sheet import read_sheet
from pipeline.round import load_round
from pipeline.tables import DECISIONS, rows

THEMES = """\
  slow: {label: Slow systems, code: S1, rules: [slow]}
  wifi: {label: Wifi, code: W1, rules: [wifi]}
  any: {label: Either, net: [slow, wifi]}
no_theme: [none of these]
"""

Cells = Sequence[Sequence[str]]


@pytest.fixture
def codebook(codebook_of: Callable[[str], Codebook]) -> Codebook:
    return codebook_of(THEMES)


@pytest.fixture
def read(tmp_path: Path, codebook: Codebook) -> Callable[..., Coded]:
    def read_rows(*cells: Sequence[str], header: str = "response_id,theme") -> Coded:
        path = tmp_path / "coded.csv"
        lines = [header, *(",".join(row) for row in cells)]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return read_coded(path, codebook)

    return read_rows


def themes_of(coded: Coded) -> dict[str, list[str]]:
    return {reading.response_id: list(reading.themes) for reading in coded.readings}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("slow", ["slow"]),
        ("S1", ["slow"]),
        ("Slow systems", ["slow"]),
        (" wifi ", ["wifi"]),
        ("Wifi", ["wifi"]),
        ("", []),
        ("  ", []),
        ("none of these", []),
    ],
)
def test_a_theme_goes_by_its_id_its_code_or_its_label(
    read: Callable[..., Coded], written: str, expected: list[str]
) -> None:
    coded = read(["R1", written])
    assert themes_of(coded) == {"R1": expected}
    assert coded.strangers == {}
    assert coded.warnings() == ()


@pytest.mark.parametrize("written", ["Slow", "none", "any", "Either", "wlan"])
def test_names_that_are_no_theme_are_counted_as_strangers(
    read: Callable[..., Coded], written: str
) -> None:
    coded = read(["R1", written], ["R2", written], ["R2", "slow"], ["R3", "other"])
    assert coded.strangers == {written: 2, "other": 1}
    assert themes_of(coded) == {"R1": [], "R2": ["slow"], "R3": []}
    (warning,) = coded.warnings()
    assert warning.code == "W402"
    assert f"'{written}' (2), 'other' (1)" in warning.what


def test_a_response_has_one_reading_with_all_its_themes(read: Callable[..., Coded]) -> None:
    coded = read(["R1", "slow"], ["R2", ""], ["R1", "wifi"], ["R1", "slow"])
    assert themes_of(coded) == {"R1": ["slow", "wifi"], "R2": []}
    assert coded.response_ids == ["R1", "R2"]


def test_each_coder_has_a_reading_of_their_own(read: Callable[..., Coded]) -> None:
    coded = read(["R1", "slow", "ana"], ["R1", "", "ben"], header="response_id,theme,coder")
    found = [(reading.coder, list(reading.themes)) for reading in coded.readings]
    assert found == [("ana", ["slow"]), ("ben", [])]
    assert coded.response_ids == ["R1"]


def test_a_file_may_bring_its_own_answers(read: Callable[..., Coded]) -> None:
    header = "response_id,question,text,theme"
    coded = read(["P1", "q", "all slow", "slow"], ["P2", "q", "fine", ""], header=header)
    found = [(reading.question, reading.text) for reading in coded.readings]
    assert found == [("q", "all slow"), ("q", "fine")]


def test_a_text_written_once_holds_for_all_rows_of_its_response(
    read: Callable[..., Coded],
) -> None:
    header = "response_id,question,text,theme"
    coded = read(["P1", "q", "slow wifi", "slow"], ["P1", "", "", "wifi"], header=header)
    (reading,) = coded.readings
    assert (reading.question, reading.text) == ("q", "slow wifi")
    assert list(reading.themes) == ["slow", "wifi"]


@pytest.mark.parametrize("header", ["response_id,code", "response,theme", "theme"])
def test_a_missing_column_is_refused(read: Callable[..., Coded], header: str) -> None:
    with pytest.raises(InputError) as refused:
        read(["R1"] * (header.count(",") + 1), header=header)
    (problem,) = refused.value.problems
    assert problem.code == "E401"
    assert problem.where.endswith("coded.csv: row 1")


@pytest.mark.parametrize(("name", "code"), [("none.csv", "E101"), ("coded.docx", "E103")])
def test_a_file_that_cannot_be_read_is_refused(
    tmp_path: Path, codebook: Codebook, name: str, code: str
) -> None:
    (tmp_path / "coded.docx").write_bytes(b"x")
    with pytest.raises(InputError) as refused:
        read_coded(tmp_path / name, codebook)
    assert [problem.code for problem in refused.value.problems] == [code]


def test_a_reading_decides_every_theme_in_view(
    read: Callable[..., Coded], codebook: Codebook
) -> None:
    coded = read(
        ["R1", "slow", "ana", "so"], ["R2", "", "import:acme", ""], ["R2", "wifi", "", ""],
        header="response_id,theme,coder,memo",
    )  # fmt: skip
    decisions = DECISIONS.check(decide(coded, codebook))
    names = ("reading", "response_id", "theme", "coder", "decision", "memo")
    assert list(rows(decisions, *names)) == [
        (1, "R1", "slow", "human:ana", "present", "so"),
        (1, "R1", "wifi", "human:ana", "absent", ""),
        (2, "R2", "slow", "import:acme", "absent", ""),
        (2, "R2", "wifi", "import:acme", "absent", ""),
        (3, "R2", "slow", "human:unnamed", "absent", ""),
        (3, "R2", "wifi", "human:unnamed", "present", ""),
    ]


def test_a_persons_word_on_an_unknown_theme_is_refused_and_not_dropped(
    read: Callable[..., Coded], codebook: Codebook
) -> None:
    with pytest.raises(InputError) as refused:
        decide(read(["R1", "slwo"], ["R1", "xyz"]), codebook)
    assert [problem.code for problem in refused.value.problems] == ["E404", "E404"]
    assert "'slow'" in refused.value.problems[0].remedy


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ([], {"human:ana", "human:unnamed"}),
        (["import:acme"], {"human:ana", "human:unnamed", "import:acme"}),
        (["acme"], {"human:ana", "human:unnamed"}),
        (["human:ana"], {"human:ana", "human:unnamed"}),
    ],
)
def test_imported_coders_reach_a_verdict_only_if_they_are_named(
    read: Callable[..., Coded], codebook: Codebook, named: list[str], expected: set[str]
) -> None:
    coded = read(
        ["R1", "slow", "ana"], ["R1", "", "import:acme"], ["R1", "", ""], ["R1", "", "import:b"],
        header="response_id,theme,coder",
    )  # fmt: skip
    kept = in_force(decide(coded, codebook), named)
    assert set(kept["coder"].to_pylist()) == expected


@pytest.mark.parametrize(("extra", "present"), [("", True), ("coders: ['import:acme']\n", False)])
def test_a_round_names_the_imported_coders_that_count(
    make_round: Callable[..., Path], extra: str, present: bool
) -> None:
    folder = make_round(extra="decisions: coded.csv\n" + extra)
    (folder / "coded.csv").write_text("response_id,theme,coder\nR1/barriers,,import:acme\n")
    plan = plan_run(load_round(folder))
    assert (plan.decisions.num_rows == 0) is present


def test_a_decision_on_a_response_that_is_not_there_is_refused(
    make_round: Callable[..., Path],
) -> None:
    folder = make_round(extra="decisions: coded.csv\n")
    (folder / "coded.csv").write_text("response_id,theme\nR99/barriers,slow\n")
    with pytest.raises(InputError) as refused:
        plan_run(load_round(folder))
    assert [problem.code for problem in refused.value.problems] == ["E401"]
    assert "R99/barriers" in refused.value.problems[0].what


@pytest.mark.parametrize(
    ("header", "row", "what"),
    [
        ("response_id,theme", ["", "slow"], "no response_id"),
        ("response_id,theme", [" ", ""], "no response_id"),
        ("response_id,theme,facet", ["R2", "slow", "praise"], "the facet 'praise'"),
    ],
)
def test_a_row_that_cannot_be_taken_as_it_stands_is_refused_with_its_number(
    read: Callable[..., Coded], header: str, row: Sequence[str], what: str
) -> None:
    good = ["R1", "slow", ""][: header.count(",") + 1]
    with pytest.raises(InputError, match=f"E401.*coded.csv: row 3: .*{what}"):
        read(good, row, header=header)


def test_a_coded_file_in_another_encoding_says_so(tmp_path: Path, codebook: Codebook) -> None:
    path = tmp_path / "coded.csv"
    path.write_bytes("response_id,theme,memo\nR1,slow,café\n".encode("cp1252"))
    assert [problem.code for problem in read_coded(path, codebook).warnings()] == ["W101"]


def test_a_theme_stands_beside_no_theme_of_one_coder_and_a_warning_says_so(
    read: Callable[..., Coded],
) -> None:
    coded = read(["R1", "slow"], ["R2", ""], ["R1", "none of these"])
    assert themes_of(coded) == {"R1": ["slow"], "R2": []}
    (warning,) = coded.warnings()
    assert warning.code == "W408"
    assert "on one response: R1." in warning.what


def test_a_parquet_column_that_holds_no_text_is_refused_and_never_shown_as_python(
    tmp_path: Path, codebook: Codebook
) -> None:
    path = tmp_path / "coded.parquet"
    pq.write_table(pa.table({"response_id": ["R1"], "theme": [["slow"]]}), path)
    with pytest.raises(InputError, match=r"E109.*'theme' holds list"):
        read_coded(path, codebook)


@pytest.mark.parametrize("form", ["a table of themes", "a table of decisions"])
def test_a_response_with_a_mark_and_a_theme_was_read(
    tmp_path: Path, codebook: Codebook, form: str
) -> None:
    path = tmp_path / "coded.csv"
    if form == "a table of themes":
        path.write_text("response_id,theme\nR1,?\nR1,slow\nR2, ? \n", encoding="utf-8")
    else:
        lines = "response_id,theme,decision\nR1,?,\nR1,slow,present\nR2,?,\n"
        path.write_text(lines, encoding="utf-8")
    arrived = read_sheet(path, codebook)
    assert [reading.response_id for reading in arrived.readings] == ["R1"]
    assert [note.code for note in arrived.notes] == ["W461"]
    assert arrived.notes[0].what == "1 response is '?', not read yet: left out."


@pytest.mark.parametrize("cut", [",", ";", "\t", "|"])
@pytest.mark.parametrize("mark", ["", '"'])
@pytest.mark.parametrize("suffix", [".csv", ".tsv"])
def test_a_coded_file_may_be_cut_by_any_of_the_usual_characters(
    tmp_path: Path, codebook: Codebook, cut: str, mark: str, suffix: str
) -> None:
    path = tmp_path / f"coded{suffix}"
    table = [["response_id", "theme", "memo"], ["R1", "slow", "a, b; c"], ["R2", "", ""]]
    with path.open("w", encoding="utf-8", newline="") as stream:
        quoting = csv.QUOTE_ALL if mark else csv.QUOTE_MINIMAL
        csv.writer(stream, delimiter=cut, quoting=quoting).writerows(table)
    coded = read_coded(path, codebook)
    assert themes_of(coded) == {"R1": ["slow"], "R2": []}
    assert coded.readings[0].themes == {"slow": "a, b; c"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id;theme\nR1;a, b\n", "no column 'response_id'"),
        ("id,theme\nR1,a;b\n", "no column 'response_id'"),
        ("response_id;code\nR1;slow\n", "no column 'theme'"),
        ("response_id\nR1\n", "no column 'theme'"),
    ],
)
def test_a_column_that_is_missing_is_named_whatever_cuts_the_cells(
    tmp_path: Path, codebook: Codebook, text: str, message: str
) -> None:
    path = tmp_path / "coded.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=message) as refused:
        read_coded(path, codebook)
    assert ";" not in str(refused.value)
