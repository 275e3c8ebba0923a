"""csv and tsv: cells to the code point, and every broken file refused with its place."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.round import Question, Source

ReadAll = Callable[..., tuple[list[dict[str, Any]], list[str]]]
Read = Callable[..., list[tuple[int, str]]]

KEYS: dict[str, Any] = {
    "respondent": "id",
    "questions": (Question(id="q", label="Q", column="text"),),
}


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_all: ReadAll) -> Read:
    """(row, text) of every answer in the text of a csv file."""
    monkeypatch.chdir(tmp_path)

    def write_and_read(content: str, name: str = "a.csv", **keys: str) -> list[tuple[int, str]]:
        Path(name).write_text(content, encoding="utf-8", newline="")
        responses, _ = read_all(Source(path=Path(name), **KEYS, **keys))
        return [(response["row"], response["text"]) for response in responses]

    return write_and_read


def refused(read: Read, content: str, **keys: str) -> str:
    with pytest.raises(InputError) as error:
        read(content, **keys)
    [problem] = error.value.problems
    return str(problem)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("plain", "plain"),
        ("  spaces  ", "  spaces  "),
        ('"a, b"', "a, b"),
        ('"say ""no"""', 'say "no"'),
        ('in 12" pipes', 'in 12" pipes'),
        ('"one\ntwo"', "one\ntwo"),
        ('"one\r\ntwo"', "one\r\ntwo"),
        ('"one\rtwo\r"', "one\rtwo\r"),
        ('"\n"', "\n"),
        ("one\u2028two\x85three\x0bfour", "one\u2028two\x85three\x0bfour"),
        ("back\\slash\\", "back\\slash\\"),
        ("e\u0301é", "e\u0301é"),
        ("👩‍💻", "👩‍💻"),
        ("NULL", "NULL"),
        ("None", "None"),
        ("N/A", "N/A"),
        ("", ""),
        ('""', ""),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_cell_is_read_to_the_code_point_under_any_line_end(
    read: Read, cell: str, text: str, end: str
) -> None:
    assert read(f"id,text{end}1,{cell}{end}2,next{end}") == [(2, text), (3, "next")]


def test_the_last_line_needs_no_end(read: Read) -> None:
    assert read("id,text\n1,x") == [(2, "x")]


def test_rows_are_counted_as_a_spreadsheet_counts_them(read: Read) -> None:
    assert read('id,text\n1,"a\nb"\n2,x\n\n\n3,y\n') == [(2, "a\nb"), (3, "x"), (6, "y")]


def test_cells_are_as_large_as_people_make_them(read: Read) -> None:
    [(_, text)] = read(f'id,text\n1,"{"word " * 100_000}"\n')
    assert text == "word " * 100_000


@pytest.mark.parametrize(
    ("name", "content", "keys"),
    [
        ("a.csv", "id;text\n1;a, b\n", {"delimiter": ";"}),
        ("a.csv", "id|text\n1|a, b\n", {"delimiter": "|"}),
        ("a.csv", "id\ttext\n1\ta, b\n", {"delimiter": "\t"}),
        ("a.tsv", "id\ttext\n1\ta, b\n", {}),
        ("a.tsv", 'id,text\n1,"a, b"\n', {"delimiter": ","}),
        ("a.txt", 'id,text\n1,"a, b"\n', {}),
    ],
)
def test_the_delimiter_is_stated_or_goes_with_the_kind_of_file(
    read: Read, name: str, content: str, keys: dict[str, str]
) -> None:
    assert read(content, name, **keys) == [(2, "a, b")]


@pytest.mark.parametrize("delimiter", [";;", "\\t", '"', "\n", "\r"])
def test_a_delimiter_that_cannot_cut_cells_is_refused(read: Read, delimiter: str) -> None:
    assert "[E206] a.csv: 'delimiter' must be one character" in refused(
        read, "id,text\n1,x\n", delimiter=delimiter
    )


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "[E102] a.csv: the file is empty."),
        ("\ufeff", "[E102] a.csv: the file is empty."),
        ("\n\r\n\n", "[E102] a.csv: the file is empty."),
        ("id,text", "[E102] a.csv: there is a header and no row under it."),
        ("id,text\n\n\n", "[E102] a.csv: there is a header and no row under it."),
        ('id,text\n1,"x\n2,y\n', "[E106] a.csv: row 2 (line 2): the quotes do not pair up"),
        ('id,text\n1,x\n2,"x"y\n', "[E106] a.csv: row 3 (line 3): the quotes do not pair up"),
        ('id,text\n1,"a\nb"\n2,"x\n', "[E106] a.csv: row 3 (line 4): the quotes do not pair up"),
        ('"id,text\n1,x\n', "[E106] a.csv: row 1 (line 1): the quotes do not pair up"),
        ("id,text\n1,x\n2\n", "[E105] a.csv: the header has 2 cells, but row 3 (line 3) has 1."),
        (
            'id,text\n1,"a\nb"\n2,x,y\n3,z\n4,a,b,c\n',
            "[E105] a.csv: the header has 2 cells, but row 3 (line 4) has 3, row 5 (line 6) has 4.",
        ),
        (
            "id,text\n" + "1\n" * 7,
            "[E105] a.csv: the header has 2 cells, but row 2 (line 2) has 1, row 3 (line 3) has 1, "
            "row 4 (line 4) has 1, row 5 (line 5) has 1, row 6 (line 6) has 1 and 2 more rows.",
        ),
    ],
)
def test_a_broken_file_is_refused_with_row_and_line(read: Read, content: str, problem: str) -> None:
    assert refused(read, content).startswith(problem)


_TEXTS = st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))


@given(_TEXTS.filter(bool), st.sampled_from([",", ";", "\t", "|"]), st.integers(1, 4))
def test_any_texts_written_as_csv_come_back_equal(
    tmp_path_factory: pytest.TempPathFactory,
    read_all: ReadAll,
    texts: list[str],
    delimiter: str,
    batch_size: int,
) -> None:
    path = tmp_path_factory.getbasetemp() / "round-trip.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=delimiter)
        writer.writerow(["id", "text"])
        writer.writerows(enumerate(texts))
    responses, notes = read_all(Source(path=path, delimiter=delimiter, **KEYS), batch_size)
    assert [response["text"] for response in responses] == texts
    assert notes == []
