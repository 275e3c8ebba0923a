"""Closed answers: the same from every format and layout, and every problem with its row."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import InputError
from pipeline.read import READERS, read_answers
from pipeline.read.answers import MAX_VALUES
from pipeline.read.numbers import parse_number
from pipeline.round import ClosedItem, Question, Source
from pipeline.tables import ANSWERS

Table = Sequence[Sequence[str]]
ITEMS = (
    ClosedItem(
        id="legacy", column="q5", kind="choice", label="", options=("Yes", "No", "Don't know")
    ),
    ClosedItem(id="devices", column="q8", kind="multiple", label="", options=("Phone", "Laptop")),
    ClosedItem(id="services", column="q6", kind="number", label="", unit="%"),
)
WIDE: Table = [
    ["id", "role", "text", "q5", "q8", "q6"],
    ["A", "officer", "", " yes ", "laptop; Phone;phone", "£1,200"],
    ["B", " supplier ", "", "DON’T  KNOW", "", "24.8%"],
    ["C", "", "Some text", "", "Phone", " 12 "],
    ["D", "officer", "", "", "", ""],
]
WIDE_KEYS: dict[str, Any] = {
    "respondent": "id",
    "questions": (Question(id="open", label="", column="text"),),
    "groups": ("role",),
    "closed": ITEMS,
}
EXPECTED = [
    ("A", "legacy", "Yes", None, 2, "officer"),
    ("A", "devices", "Phone", None, 2, "officer"),
    ("A", "devices", "Laptop", None, 2, "officer"),
    ("A", "services", "£1,200", 1200.0, 2, "officer"),
    ("B", "legacy", "Don't know", None, 3, "supplier"),
    ("B", "services", "24.8%", 24.8, 3, "supplier"),
    ("C", "devices", "Phone", None, 4, ""),
    ("C", "services", "12", 12.0, 4, ""),
]


def write(path: Path, table: Table) -> Path:
    header, *rows = table
    suffix = path.suffix
    if suffix == ".xlsx":
        book = openpyxl.Workbook()
        for row in table:
            book.active.append(list(row))
        book.save(path)
    elif suffix == ".parquet":
        columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
        pq.write_table(pa.Table.from_arrays(columns, names=list(header)), path)
    elif suffix in (".jsonl", ".ndjson"):
        path.write_text("".join(json.dumps(dict(zip(header, r, strict=True))) + "\n" for r in rows))
    else:
        with path.open("w", encoding="utf-8", newline="") as stream:
            csv.writer(stream, delimiter="\t" if suffix == ".tsv" else ",").writerows(table)
    return path


def flat(answers: pa.Table) -> list[tuple[Any, ...]]:
    return [
        (
            *(row[name] for name in ("respondent", "item", "value", "number", "row")),
            *dict(row["groups"]).values(),
        )
        for row in ANSWERS.check(answers).to_pylist()
    ]


@pytest.mark.parametrize("suffix", READERS)
def test_every_format_gives_the_same_closed_answers(tmp_path: Path, suffix: str) -> None:
    path = write(tmp_path / f"a{suffix}", WIDE)
    shift = suffix in (".jsonl", ".ndjson")
    expected = [(*row[:4], row[4] - shift, row[5]) for row in EXPECTED]
    assert flat(read_answers(Source(path=path, **WIDE_KEYS))) == expected


LONG: Table = [
    ["id", "role", "question", "text", "q5", "q8", "q6"],
    ["A", "officer", "one", "x", "Yes", "Laptop;Phone", ""],
    ["A", "officer", "two", "y", "", "phone; laptop", "1200"],
    ["B", "supplier", "one", "", "Don't know", "", "24.8"],
    ["A", "", "three", "", "yes", "", ""],
]
LONG_KEYS: dict[str, Any] = {
    **{"layout": "long", "respondent": "id", "question": "question", "text": "text"},
    **{"groups": ("role",), "closed": ITEMS},
}


def test_the_rows_of_a_respondent_in_a_long_source_are_one_respondents_answers(
    tmp_path: Path,
) -> None:
    source = Source(path=write(tmp_path / "a.csv", LONG), **LONG_KEYS)
    assert flat(read_answers(source)) == [
        ("A", "legacy", "Yes", None, 2, "officer"),
        ("A", "devices", "Phone", None, 2, "officer"),
        ("A", "devices", "Laptop", None, 2, "officer"),
        ("A", "services", "1200", 1200.0, 3, "officer"),
        ("B", "legacy", "Don't know", None, 4, "supplier"),
        ("B", "services", "24.8", 24.8, 4, "supplier"),
    ]


def test_rows_of_a_respondent_that_disagree_are_listed(tmp_path: Path) -> None:
    table = [
        *LONG,
        ["B", "officer", "two", "", "", "", ""],
        ["B", "supplier", "four", "", "No", "", ""],
    ]
    path = write(tmp_path / "a.csv", table)
    with pytest.raises(InputError) as refused:
        read_answers(Source(path=path, **LONG_KEYS))
    said = [(p.code, p.where.rpartition("row ")[2]) for p in refused.value.problems]
    assert said == [("E534", "6"), ("E534", "7")]
    assert "'B'" in str(refused.value)
    assert "(column 'q5', row 4)" in str(refused.value)
    kept = flat(read_answers(Source(path=path, **LONG_KEYS), "keep-last"))
    assert ("B", "legacy", "No", None, 7, "supplier") in kept


def test_many_disagreements_are_capped_and_counted(tmp_path: Path) -> None:
    rows = [["A", "", "", ["Yes", "No"][n % 2], "", ""] for n in range(60)]
    path = write(tmp_path / "a.csv", [WIDE[0], *rows])
    with pytest.raises(InputError) as refused:
        read_answers(Source(path=path, **WIDE_KEYS))
    assert len(refused.value.problems) == 11
    assert refused.value.problems[-1].what.startswith("20 more")


def test_without_a_respondent_column_a_row_is_the_respondent(tmp_path: Path) -> None:
    keys = {**WIDE_KEYS, "respondent": ""}
    answers = flat(read_answers(Source(path=write(tmp_path / "a.csv", WIDE), **keys)))
    assert [row[0] for row in answers][:5] == ["ROW/2"] * 4 + ["ROW/3"]


def test_everything_that_is_no_answer_is_listed_at_once_with_its_rows(tmp_path: Path) -> None:
    bad = [["E", "", "", "Maybe", f"Phone;Pager{n}", "lots"] for n in range(8)]
    table = [WIDE[0], *([f"{row[0]}{n}", *row[1:]] for n, row in enumerate(bad))]
    with pytest.raises(InputError) as refused:
        read_answers(Source(path=write(tmp_path / "a.csv", table), **WIDE_KEYS))
    one, two, three = refused.value.problems
    assert (one.code, two.code, three.code) == ("E532", "E532", "E533")
    assert "'Maybe' (row 2, 3, 4, 5, 6 and 3 more)" in one.what
    assert "'Pager0' (row 2)" in two.what
    assert "3 more" in two.what
    assert "'lots' (row 2, 3" in three.what
    assert "'services' in column 'q6'" in three.what


def test_a_near_miss_of_an_option_is_suggested(tmp_path: Path) -> None:
    table = [WIDE[0], ["A", "", "", "Dont know", "", ""]]
    with pytest.raises(InputError, match=r"Did you mean 'Don't know'\?"):
        read_answers(Source(path=write(tmp_path / "a.csv", table), **WIDE_KEYS))


def test_without_options_every_value_is_one_under_its_first_spelling(tmp_path: Path) -> None:
    item = ClosedItem(id="a", column="q5", kind="choice", label="")
    table = [
        WIDE[0],
        *([str(n), "", "", text, "", ""] for n, text in enumerate(["Up", "up ", "z"])),
    ]
    source = Source(path=write(tmp_path / "a.csv", table), respondent="id", closed=(item,))
    assert [row[2] for row in flat(read_answers(source))] == ["Up", "Up", "z"]
    many = [[str(n), "", "", str(n), "", ""] for n in range(MAX_VALUES + 1)]
    path = write(tmp_path / "a.csv", [WIDE[0], *many])
    with pytest.raises(InputError, match=r"\[E535\].*101 different answers"):
        read_answers(source)
    assert path == source.path


def test_an_option_may_hold_the_separator(tmp_path: Path) -> None:
    item = ClosedItem(id="a", column="q8", kind="multiple", label="", options=("Yes; often", "No"))
    table = [WIDE[0], ["A", "", "", "", "yes; often", ""]]
    source = Source(path=write(tmp_path / "a.csv", table), respondent="id", closed=(item,))
    assert [row[2] for row in flat(read_answers(source))] == ["Yes; often"]


def test_a_closed_column_that_is_not_there_is_said(tmp_path: Path) -> None:
    table = [row[:-1] for row in WIDE]
    with pytest.raises(InputError, match=r"\[E107\].*'q6'"):
        read_answers(Source(path=write(tmp_path / "a.csv", table), **WIDE_KEYS))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("-3.5", -3.5),
        ("−2", -2),
        ("£12,000,000", 12_000_000),
        ("€ 1.50", 1.5),
        (".5", 0.5),
        ("1e3", 1000),
        ("100 %", 100),
        ("12 Hours", 12),
        ("lots", None),
        ("1,20", None),
        ("1.200,5", None),
        ("12 to 15", None),
        ("inf", None),
        ("nan", None),
        ("1e999", None),
        ("1000000000000000", None),
        ("٣", None),
        ("", None),
        ("%", None),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, number: float | None) -> None:
    assert parse_number(text, "hours") == number
