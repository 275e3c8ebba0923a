"""Rows of a source become responses: columns, ids and questions."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import InputError
from pipeline.round import Question, Source

Read = Callable[..., tuple[list[dict[str, Any]], list[str]]]

ANSWERS = "id,q,text\n1,How?,x\n2,Why?,y\n1,Why?,z\n"
HOW = Question(id="how", label="How", value="How?")
WHY = Question(id="why", label="Why", value="Why?")
COLUMN = Question(id="q", label="Q", column="text")


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_all: Read) -> Read:
    """Read the text of a csv file, as long as its source names a question column."""
    monkeypatch.chdir(tmp_path)

    def write_and_read(content: str, **keys: Any) -> tuple[list[dict[str, Any]], list[str]]:
        Path("a.csv").write_text(content, encoding="utf-8", newline="")
        layout = "long" if "question" in keys else "wide"
        return read_all(Source(path=Path("a.csv"), layout=layout, **keys))

    return write_and_read


def refused(read: Read, content: str, **keys: Any) -> list[str]:
    with pytest.raises(InputError) as error:
        read(content, **keys)
    return [str(problem) for problem in error.value.problems]


def test_without_listed_questions_every_value_is_a_question(read: Read) -> None:
    responses, notes = read(ANSWERS, respondent="id", question="q", text="text")
    assert [r["response_id"] for r in responses] == ["1/How?", "2/Why?", "1/Why?"]
    assert notes == []


def test_listed_questions_have_their_ids(read: Read) -> None:
    keys = {"respondent": "id", "question": "q", "text": "text"}
    responses, notes = read(ANSWERS, questions=(WHY, HOW), **keys)
    assert [r["response_id"] for r in responses] == ["1/how", "2/why", "1/why"]
    assert notes == []


def test_rows_of_questions_that_are_not_listed_are_counted_aloud(read: Read) -> None:
    keys = {"respondent": "id", "question": "q", "text": "text"}
    responses, notes = read(ANSWERS + "3,,w\n", questions=(HOW,), **keys)
    assert [r["response_id"] for r in responses] == ["1/how"]
    assert notes == [
        "[W102] a.csv: 3 rows have questions that the round lacks: 'Why?' (2 rows), '' (1 rows). "
        "Add them under 'questions:' if they belong to it."
    ]


def test_a_row_without_a_question_is_counted_aloud(read: Read) -> None:
    responses, notes = read("id,q,text\n1,,x\n2,a,y\n", respondent="id", question="q", text="text")
    assert [r["response_id"] for r in responses] == ["2/a"]
    assert len(notes) == 1
    assert "1 rows have questions" in notes[0]


def test_a_listed_question_that_no_row_has_is_refused(read: Read) -> None:
    who = Question(id="who", label="Who", value="Why")
    more = Question(id="when", label="When", value="Tell us more")
    keys = {"respondent": "id", "question": "q", "text": "text"}
    assert refused(read, ANSWERS, questions=(HOW, who, more), **keys) == [
        "[E112] a.csv: no row has the question 'Why' (who). Did you mean 'Why?'?",
        "[E112] a.csv: no row has the question 'Tell us more' (when). There are: Why?.",
    ]


def test_without_a_respondent_ids_come_from_row_and_text_and_it_is_said(read: Read) -> None:
    responses, notes = read("text\nslow\nslow\n", questions=(COLUMN,))
    digest = hashlib.sha256(b"slow").hexdigest()[:8]
    assert [r["response_id"] for r in responses] == [f"row2-{digest}/q", f"row3-{digest}/q"]
    assert {r["respondent"] for r in responses} == {""}
    assert [note[:14] for note in notes] == ["[W103] a.csv: "]
    assert "ids are made from row and text" in notes[0]


def test_without_a_respondent_but_with_response_ids_those_stand(read: Read) -> None:
    responses, notes = read(ANSWERS.replace("1,W", "3,W"), response="id", question="q", text="text")
    assert [r["response_id"] for r in responses] == ["1", "2", "3"]
    assert len(notes) == 1
    assert "[W103]" in notes[0]
    assert "the same person answering twice cannot be seen" in notes[0]
    assert "ids are made" not in notes[0]


def test_columns_that_nothing_names_may_stand_twice(read: Read) -> None:
    responses, _ = read(
        "extra,id,extra,text\na,1,b,x\n", respondent="id", questions=(COLUMN,), groups=("id",)
    )
    assert [(r["text"], r["groups"]) for r in responses] == [("x", [("id", "1")])]


@pytest.mark.parametrize("named", ["id", "text", "team"])
def test_a_column_that_stands_twice_is_refused(read: Read, named: str) -> None:
    content = f"id,text,team,{named}\n1,x,A,B\n"
    keys: dict[str, Any] = {"respondent": "id", "questions": (COLUMN,), "groups": ("team",)}
    assert refused(read, content, **keys) == [
        f"[E107] a.csv: row 1: the column '{named}' is there 2 times. Rename all but one."
    ]


def test_ids_are_kept_as_they_are_written(read: Read) -> None:
    content = "id,text\n007,x\n7,x\n7.0,x\n 7,x\n1E3,x\n"
    responses, _ = read(content, respondent="id", questions=(COLUMN,))
    assert [r["respondent"] for r in responses] == ["007", "7", "7.0", " 7", "1E3"]


@pytest.mark.parametrize(
    ("header", "hint"),
    [
        ("id;text", "The header looks cut by ';' (semicolon): set 'delimiter: \";\"'"),
        ("id\ttext", "The header looks cut by '\\t' (tab): set 'delimiter: \"\\t\"'"),
        ("id|text", "The header looks cut by '|' (bar): set 'delimiter: \"|\"'"),
    ],
)
def test_a_file_cut_by_another_delimiter_is_refused_with_that_delimiter(
    read: Read, header: str, hint: str
) -> None:
    problems = refused(read, f"{header}\n1\n", respondent="id", questions=(COLUMN,))
    assert len(problems) == 2
    assert all(hint in problem for problem in problems)


def test_a_tsv_file_cut_by_commas_is_refused_with_that_hint(tmp_path: Path, read_all: Read) -> None:
    path = tmp_path / "a.tsv"
    path.write_text("id,text\n1,x\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"The header looks cut by ',' \(comma\)"):
        read_all(Source(path=path, respondent="id", questions=(COLUMN,)))
