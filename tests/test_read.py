"""Reading a source: the same answers from every format, in either layout."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import InputError
from pipeline.read import READERS
from pipeline.round import Question, Source

Table = list[list[str]]
ReadAll = Callable[..., tuple[list[dict[str, Any]], list[str]]]


def write_text(path: Path, table: Table) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, delimiter="\t" if path.suffix == ".tsv" else ",").writerows(table)


def write_workbook(path: Path, table: Table) -> None:
    book = openpyxl.Workbook()
    for number, row in enumerate(table, start=1):
        for column, value in enumerate(row, start=1):
            cell = book.active.cell(number, column, value)
            cell.data_type = "s"
    book.save(path)


def write_parquet(path: Path, table: Table) -> None:
    header, *rows = table
    columns = zip(*rows, strict=True) if rows else [[] for _ in header]
    arrays = [pa.array(column, pa.string()) for column in columns]
    pq.write_table(pa.Table.from_arrays(arrays, names=header), path)


def write_json_lines(path: Path, table: Table) -> None:
    header, *rows = table
    lines = [json.dumps(dict(zip(header, row, strict=True))) + "\n" for row in rows]
    path.write_text("".join(lines), encoding="utf-8")


WRITERS = {
    ".csv": write_text,
    ".tsv": write_text,
    ".txt": write_text,
    ".xlsx": write_workbook,
    ".parquet": write_parquet,
    ".jsonl": write_json_lines,
    ".ndjson": write_json_lines,
}
TEXTS = [
    "plain",
    "",
    "None",
    "NULL",
    "N/A",
    "nan",
    "null",
    "true",
    "007",
    "1.0",
    "=1+1",
    'she said "no", twice',
    '"',
    "two\nlines\n\nand a gap",
    "tab\there; bar | semicolon",
    "  spaces kept  ",
    "\u00a0",
    "😀👍🏽 family 👨‍👩‍👧",
    "e\u0301 is not é",
    "“curly” – dash…",
    "日本語 עברית",
    "x" * 30_000,
]
WIDE: Table = [
    ["id", "team", "first", "unused", "second"],
    *([f"{n:03}", f"T{n % 2}", text, "-", text[::-1]] for n, text in enumerate(TEXTS)),
]
WIDE_SOURCE: dict[str, Any] = {
    "respondent": "id",
    "questions": (
        Question(id="b", label="B", column="second"),
        Question(id="a", label="A", column="first"),
    ),
    "groups": ("team",),
}
LONG: Table = [
    ["comment", "id", "question", "text"],
    *([f"c{n}", f"0{n // 2}", "ab"[n % 2], text] for n, text in enumerate(TEXTS)),
]
LONG_SOURCE: dict[str, Any] = {
    **{"layout": "long", "respondent": "id", "response": "comment"},
    **{"question": "question", "text": "text"},
}


@pytest.fixture(params=READERS)
def write(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[Table], Path]:
    """Write a table of texts in each format that is read."""

    def write_table(table: Table) -> Path:
        path = tmp_path / f"answers{request.param}"
        WRITERS[request.param](path, table)
        return path

    return write_table


def test_every_format_gives_the_same_wide_answers(
    write: Callable[[Table], Path], read_all: ReadAll
) -> None:
    responses, notes = read_all(Source(path=write(WIDE), **WIDE_SOURCE))
    first = responses[0]["row"]
    expected = [
        (f"{person}/{question}", person, question, text, row, [("team", team)])
        for row, (person, team, one, _, two) in enumerate(WIDE[1:])
        for question, text in (("b", two), ("a", one))
    ]
    columns = ("response_id", "respondent", "question", "text")
    found = [(*(r[c] for c in columns), r["row"] - first, r["groups"]) for r in responses]
    assert found == expected
    assert {(r["status"], r["reason"], r["campaign"]) for r in responses} == {("", "", "")}
    assert notes == []


def test_every_format_gives_the_same_long_answers(
    write: Callable[[Table], Path], read_all: ReadAll
) -> None:
    responses, notes = read_all(Source(path=write(LONG), **LONG_SOURCE))
    found = [[r["response_id"], r["respondent"], r["question"], r["text"]] for r in responses]
    assert found == LONG[1:]
    assert notes == []


def test_every_format_says_which_row_an_answer_stands_in(
    write: Callable[[Table], Path], read_all: ReadAll
) -> None:
    path = write(WIDE)
    responses, _ = read_all(Source(path=path, **WIDE_SOURCE))
    first = 1 if path.suffix in (".jsonl", ".ndjson") else 2
    rows = [response["row"] for response in responses]
    assert rows == [first + n // 2 for n in range(2 * len(TEXTS))]


@pytest.mark.parametrize("size", [1, 2, 7, 10_000])
def test_the_size_of_a_batch_changes_no_answer(
    write: Callable[[Table], Path], read_all: ReadAll, size: int
) -> None:
    source = Source(path=write(WIDE), **WIDE_SOURCE)
    assert read_all(source, size) == read_all(source)


def test_every_format_refuses_a_source_without_answers(
    write: Callable[[Table], Path], read_all: ReadAll
) -> None:
    with pytest.raises(InputError, match=r"\[E102\]"):
        read_all(Source(path=write(WIDE[:1]), **WIDE_SOURCE))


def test_every_format_refuses_a_missing_column_and_names_the_near_one(
    write: Callable[[Table], Path], read_all: ReadAll
) -> None:
    source = Source(path=write(WIDE), **{**WIDE_SOURCE, "respondent": "idd", "groups": ("tema",)})
    with pytest.raises(InputError) as error:
        read_all(source)
    assert [(p.code, p.what, p.remedy) for p in error.value.problems] == [
        ("E107", "there is no column 'idd'.", "Did you mean 'id'?"),
        ("E107", "there is no column 'tema'.", "Did you mean 'team'?"),
    ]


@pytest.mark.parametrize("blank", ["", "  "])
def test_every_format_refuses_a_row_without_its_respondent(
    write: Callable[[Table], Path], read_all: ReadAll, blank: str
) -> None:
    table = [*WIDE[:3], [blank, *WIDE[3][1:]]]
    with pytest.raises(InputError, match=r"\[E110\].*row [34]: the row has no 'id'"):
        read_all(Source(path=write(table), **WIDE_SOURCE))


def test_every_format_refuses_a_row_without_its_response_id(
    write: Callable[[Table], Path], read_all: ReadAll
) -> None:
    table = [*LONG[:3], ["", *LONG[3][1:]]]
    with pytest.raises(InputError, match=r"\[E110\].*row [34]: the row has no 'comment'"):
        read_all(Source(path=write(table), **LONG_SOURCE))


@pytest.mark.parametrize("name", ["answers.ods", "answers.xls", "answers", "answers.csv.gz"])
def test_a_file_of_another_kind_is_refused_with_the_kinds_that_are_read(
    tmp_path: Path, read_all: ReadAll, name: str
) -> None:
    (tmp_path / name).write_text("id,text\n1,x\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        read_all(Source(path=tmp_path / name, **WIDE_SOURCE))
    [problem] = error.value.problems
    assert problem.code == "E103"
    assert all(suffix in problem.remedy for suffix in READERS)


def test_the_kind_of_a_file_is_told_from_its_name_in_either_case(
    tmp_path: Path, read_all: ReadAll
) -> None:
    write_text(tmp_path / "ANSWERS.CSV", WIDE)
    responses, _ = read_all(Source(path=tmp_path / "ANSWERS.CSV", **WIDE_SOURCE))
    assert len(responses) == 2 * len(TEXTS)


@pytest.mark.parametrize("suffix", READERS)
def test_a_file_that_is_not_there_is_refused(
    tmp_path: Path, read_all: ReadAll, suffix: str
) -> None:
    with pytest.raises(InputError, match=r"gone.*cannot be"):
        read_all(Source(path=tmp_path / f"gone{suffix}", **WIDE_SOURCE))


@pytest.mark.parametrize("ending", ["csv", "tsv", "xlsx", "parquet", "jsonl"])
def test_a_row_of_nothing_but_delimiters_is_no_row(
    tmp_path: Path, read_all: ReadAll, ending: str
) -> None:
    table = [["id", "text"], ["1", "a"], ["", ""], ["2", "b"], ["", ""]]
    path = tmp_path / f"source.{ending}"
    WRITERS[f".{ending}"](path, table)
    question = Question(id="q", label="q", column="text")
    responses, _ = read_all(Source(path=path, respondent="id", questions=(question,)))
    assert [r["text"] for r in responses] == ["a", "b"]
