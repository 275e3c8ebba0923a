"""xlsx: cells as they read in the sheet, and workbooks that are not safe or not workbooks."""

from __future__ import annotations

import datetime
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from pipeline.errors import InputError
from pipeline.round import Question, Source

ReadAll = Callable[..., tuple[list[dict[str, Any]], list[str]]]
Read = Callable[..., list[tuple[int, str, str]]]

QUESTION = Question(id="q", label="Q", column="text")


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_all: ReadAll) -> Read:
    """(row, respondent, text) of the answers in `a.xlsx`, written first if rows are given."""
    monkeypatch.chdir(tmp_path)

    def write_and_read(
        *rows: list[object], sheet: str = "", others: tuple[str, ...] = ()
    ) -> list[tuple[int, str, str]]:
        if rows:
            book = openpyxl.Workbook()
            book.active.title = "Answers"
            for row in rows:
                book.active.append(row)
            for other in others:
                book.create_sheet(other).append(["id", "text"])
                book[other].append(["1", f"from {other}"])
            book.save("a.xlsx")
        source = Source(path=Path("a.xlsx"), sheet=sheet, respondent="id", questions=(QUESTION,))
        responses, _ = read_all(source)
        return [(r["row"], r["respondent"], r["text"]) for r in responses]

    return write_and_read


def refused(read: Read, *rows: list[object], sheet: str = "") -> str:
    with pytest.raises(InputError) as error:
        read(*rows, sheet=sheet)
    return str(error.value)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (12, "12"),
        (12.0, "12"),
        (-3, "-3"),
        (0, "0"),
        (12.5, "12.5"),
        (0.1, "0.1"),
        (999_999_999_999_999, "999999999999999"),
        ("12.0", "12.0"),
        ("0012", "0012"),
        ("1234567890123456", "1234567890123456"),
        (True, "TRUE"),
        (False, "FALSE"),
        (datetime.date(2017, 3, 1), "2017-03-01"),
        (datetime.datetime(2017, 3, 1, 9, 30), "2017-03-01T09:30:00"),
        (None, ""),
    ],
)
def test_a_cell_is_read_as_it_reads_in_the_sheet(read: Read, cell: object, text: str) -> None:
    assert read(["id", "text"], ["a", cell]) == [(2, "a", text)]
    if text:
        assert read(["id", "text"], [cell, "x"]) == [(2, text, "x")]


@pytest.mark.parametrize("number", [10**15, 1234567890123456, -(10**18), 1e300])
def test_a_number_that_has_lost_digits_is_refused_with_its_row(read: Read, number: float) -> None:
    problem = refused(read, ["id", "text"], ["1", "x"], [number, "y"])
    assert problem.startswith("[E113] a.xlsx: row 3: the number ")
    assert "Format the column as text" in problem


def test_a_number_that_has_lost_digits_matters_only_in_a_column_that_is_used(read: Read) -> None:
    rows = [["id", "text", "survey number"], ["a", "x", 1234567890123456]]
    assert read(*rows) == [(2, "a", "x")]


def test_rows_keep_their_numbers_and_empty_ones_are_no_rows(read: Read) -> None:
    rows = [["id", "text"], ["a", "x"], [None, None], ["b", "y"], [None, None]]
    assert read(*rows) == [(2, "a", "x"), (4, "b", "y")]


def test_a_header_that_is_not_in_the_first_row_is_refused(read: Read) -> None:
    problem = refused(read, [], ["id", "text"], ["a", "x"])
    assert problem.startswith("[E107] a.xlsx: row 1: there is no column 'id'.")


def test_the_named_sheet_is_read_or_else_the_first(read: Read) -> None:
    rows = [["id", "text"], ["a", "x"]]
    assert read(*rows, others=("Notes", "More")) == [(2, "a", "x")]
    assert read(sheet="More") == [(2, "1", "from More")]


def test_a_sheet_that_is_not_there_is_refused_with_the_near_one(read: Read) -> None:
    problem = refused(read, ["id", "text"], ["a", "x"], sheet="Answer")
    assert problem == "[E108] a.xlsx: there is no sheet 'Answer'. Did you mean 'Answers'?"


@pytest.mark.parametrize("rows", [[["id", "text"]], [["id", "text"], [None, None]], [[]]])
def test_a_sheet_without_rows_is_refused(read: Read, rows: list[list[object]]) -> None:
    assert refused(read, *rows) == "[E102] a.xlsx: the sheet has no rows of answers."


@pytest.mark.parametrize(
    "data", [b"", b"id,text\n1,x\n", b"PK\x03\x04 cut off", b"\xd0\xcf\x11\xe0"]
)
def test_a_file_that_is_no_workbook_is_refused(read: Read, data: bytes) -> None:
    Path("a.xlsx").write_bytes(data)
    assert refused(read).startswith("[E108] a.xlsx: cannot be read as an xlsx workbook")


@pytest.mark.parametrize(
    "entries", [{"readme.txt": "no sheets"}, {"xl/workbook.xml": "<broken", "x": ""}]
)
def test_a_zip_file_that_is_no_workbook_is_refused(read: Read, entries: dict[str, str]) -> None:
    with zipfile.ZipFile("a.xlsx", "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    assert refused(read).startswith("[E108] a.xlsx: cannot be read as an xlsx workbook")


def test_a_workbook_that_unpacks_to_far_more_than_it_holds_is_refused(read: Read) -> None:
    read(["id", "text"], ["a", "x"])
    with zipfile.ZipFile("a.xlsx", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/bomb.bin", b"\0" * 20_000_000)
    problem = refused(read)
    assert problem.startswith("[E108] a.xlsx: unpacks from ")
    assert "more than is safe to open" in problem


def test_a_large_and_honest_workbook_is_read(read: Read) -> None:
    rows = [["id", "text"], *([str(n), f"answer {n} " * 40] for n in range(500))]
    assert len(read(*rows)) == 500
