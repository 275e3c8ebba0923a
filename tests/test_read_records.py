"""Parquet and JSON Lines: values as text, and files that cannot be read."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipeline.errors import InputError
from pipeline.round import Question, Source

ReadAll = Callable[..., tuple[list[dict[str, Any]], list[str]]]
Read = Callable[..., list[tuple[str, str]]]

KEYS: dict[str, Any] = {
    "respondent": "id",
    "questions": (Question(id="q", label="Q", column="text"),),
}


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_all: ReadAll) -> Read:
    """(respondent, text) of the answers in a table, or in the lines of a jsonl file."""
    monkeypatch.chdir(tmp_path)

    def write_and_read(content: pa.Table | str | bytes) -> list[tuple[str, str]]:
        path = Path("a.parquet" if isinstance(content, pa.Table) else "a.jsonl")
        if isinstance(content, pa.Table):
            pq.write_table(content, path)
        else:
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        responses, _ = read_all(Source(path=path, **KEYS))
        return [(response["respondent"], response["text"]) for response in responses]

    return write_and_read


def refused(read: Read, content: pa.Table | str | bytes) -> str:
    with pytest.raises(InputError) as error:
        read(content)
    return str(error.value)


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (["a", None, ""], ["a", "", ""]),
        ([1, None, -2], ["1", "", "-2"]),
        ([1.0, None, 2.5], ["1", "", "2.5"]),
        ([True, False, None], ["true", "false", ""]),
        ([None, None, None], ["", "", ""]),
        ([Decimal("1.20"), None, Decimal("3.00")], ["1.20", "", "3.00"]),
        ([datetime.date(2017, 3, 1), None, None], ["2017-03-01", "", ""]),
        ([12345678901234567, None, None], ["12345678901234567", "", ""]),
    ],
)
def test_the_values_of_a_parquet_column_come_as_text(
    read: Read, values: list[object], texts: list[str]
) -> None:
    table = pa.table({"id": ["1", "2", "3"], "text": pa.array(values)})
    assert [text for _, text in read(table)] == texts


@pytest.mark.parametrize("kind", [pa.large_string(), pa.dictionary(pa.int8(), pa.string())])
def test_parquet_text_may_be_stored_in_other_ways(read: Read, kind: pa.DataType) -> None:
    table = pa.table({"id": ["1", "2"], "text": pa.array(["naïve 😀", None]).cast(kind)})
    assert read(table) == [("1", "naïve 😀"), ("2", "")]


def test_parquet_columns_of_any_type_may_stand_beside_the_answers(read: Read) -> None:
    others = {
        "list": [[1], None],
        "struct": [{"a": 1}, None],
        "bytes": [b"\xff", None],
        "time": [datetime.datetime(2017, 1, 1, tzinfo=datetime.UTC), None],
        "duration": [datetime.timedelta(1), None],
    }
    assert read(pa.table({"id": ["1", "2"], "text": ["x", "y"], **others})) == [
        ("1", "x"),
        ("2", "y"),
    ]


def test_bytes_that_are_no_parquet_are_refused(tmp_path: Path, read_all: ReadAll) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1 but not really PAR1")
    with pytest.raises(InputError, match=r"\[E109\].*cannot be read as Parquet"):
        read_all(Source(path=path, **KEYS))


def test_a_parquet_file_damaged_inside_is_refused(tmp_path: Path, read_all: ReadAll) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": [str(n) for n in range(999)], "text": ["x"] * 999}), path)
    data = bytearray(path.read_bytes())
    data[60:1000] = b"\xff" * 940
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"\[E109\].*cannot be read as Parquet"):
        read_all(Source(path=path, **KEYS))


def test_parquet_text_that_is_not_utf8_is_refused(read: Read) -> None:
    buffers = [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")]
    broken = pa.Array.from_buffers(pa.string(), 1, buffers)
    problem = refused(read, pa.table({"id": ["1"], "text": broken}))
    assert problem.startswith("[E109] a.parquet: cannot be read as Parquet")


@pytest.mark.parametrize(
    ("lines", "answers"),
    [
        ('{"id": "007", "text": "x"}', [("007", "x")]),
        ('{"id": 7, "text": "x"}\r\n\r\n{"id": 8, "text": "y"}\r\n', [("7", "x"), ("8", "y")]),
        ('{"id": 1234567890123456789, "text": "x"}', [("1234567890123456789", "x")]),
        ('{"id": 1.10, "text": 1e5}', [("1.10", "1e5")]),
        ('{"id": 1, "text": true}\n{"id": 2, "text": false}', [("1", "true"), ("2", "false")]),
        ('{"id": 1,\r "text": "x"}', [("1", "x")]),
        ('{"id": 1, "text": null}\n{"id": 2}', [("1", ""), ("2", "")]),
        ('{"id": 1}\n{"text": "y", "id": 2}', [("1", ""), ("2", "y")]),
        ('{"id": 1, "text": "a\\nb\\u00e9 \\ud83d\\ude00"}', [("1", "a\nbé 😀")]),
        ('{"id": 1, "text": "one\u2028two\x85three"}', [("1", "one\u2028two\x85three")]),
        ('{"id": 1, "text": "None"}\n{"id": 2, "text": ""}', [("1", "None"), ("2", "")]),
    ],
)
def test_the_values_of_json_lines_come_as_they_are_written(
    read: Read, lines: str, answers: list[tuple[str, str]]
) -> None:
    assert read(lines) == answers


@pytest.mark.parametrize(
    ("lines", "problem"),
    [
        ("", "[E102] a.jsonl: the file is empty."),
        ("\n \n", "[E102] a.jsonl: the file is empty."),
        ('{"id": 1}\n{"id": 2', "[E109] a.jsonl:2: not JSON"),
        ('{"id": 1, "text": NaN}', "[E109] a.jsonl:1: not JSON"),
        ('{"id": 1, "text": "a", "text": "b"}', "[E109] a.jsonl:1: not JSON"),
        ('{"id": 1, "text": ' + "[" * 100_000, "[E109] a.jsonl:1: not JSON"),
        ('\n["a"]', "[E109] a.jsonl:2: each line must be one flat JSON object."),
        ('"a"', "[E109] a.jsonl:1: each line must be one flat JSON object."),
        ('{"id": 1, "text": ["a"]}', "[E109] a.jsonl:1: each line must be one flat JSON object."),
        ('{"id": 1, "text": {}}', "[E109] a.jsonl:1: each line must be one flat JSON object."),
    ],
)
def test_lines_that_cannot_be_read_are_refused_with_their_number(
    read: Read, lines: str, problem: str
) -> None:
    assert refused(read, lines).startswith(problem)


@pytest.mark.parametrize(
    ("escaped", "kept"),
    [("\\ud800", "\ufffd"), ("so \\udc00 sad", "so \ufffd sad"), ("\\ude00\\ud83d", "\ufffd" * 2)],
)
def test_half_a_character_makes_a_response_unprocessed_and_it_is_not_lost(
    tmp_path: Path, read_all: ReadAll, escaped: str, kept: str
) -> None:
    path = tmp_path / "a.jsonl"
    path.write_text(f'{{"id": 1, "text": "{escaped}"}}\n{{"id": 2, "text": "ok"}}', "utf-8")
    (broken, sound), _ = read_all(Source(path=path, **KEYS))
    assert (broken["text"], broken["status"]) == (kept, "unprocessed")
    assert "half a character" in broken["reason"]
    assert (sound["text"], sound["status"], sound["reason"]) == ("ok", "", "")


@pytest.mark.parametrize("broken", ["id", "team"])
def test_half_a_character_in_an_id_or_a_group_is_refused_with_its_row(
    tmp_path: Path, read_all: ReadAll, broken: str
) -> None:
    path = tmp_path / "a.jsonl"
    lines = [{"id": "1", "team": "a", "text": "x"}, {"id": "2", "team": "b", "text": "x"}]
    lines[1][broken] = "\ud800"
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    with pytest.raises(InputError, match=r"\[E109\].*a.jsonl: row 2:.*half a character"):
        read_all(Source(path=path, groups=("team",), **KEYS))
