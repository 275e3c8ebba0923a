"""Which encoding a file is in: told, marked, or tried; never guessed beyond that."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import InputError
from pipeline.round import Question, Source

ReadAll = Callable[..., tuple[list[dict[str, Any]], list[str]]]
Read = Callable[..., tuple[list[str], list[str]]]

TEXT = "naïve “café” £5 – so"
CSV = f"id,text\n1,{TEXT}\n"
QUESTION = Question(id="q", label="Q", column="text")
CHUNK = 1 << 20


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read_all: ReadAll) -> Read:
    """The texts and the warnings of a file with these bytes."""
    monkeypatch.chdir(tmp_path)

    def write_and_read(
        data: bytes, encoding: str = "", name: str = "a.csv"
    ) -> tuple[list[str], list[str]]:
        Path(name).write_bytes(data)
        source = Source(path=Path(name), encoding=encoding, respondent="id", questions=(QUESTION,))
        responses, notes = read_all(source)
        return [response["text"] for response in responses], notes

    return write_and_read


def refused(read: Read, data: bytes, encoding: str = "") -> str:
    with pytest.raises(InputError) as error:
        read(data, encoding)
    return str(error.value)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf8_is_read_with_or_without_its_mark_and_without_a_word(
    read: Read, encoding: str
) -> None:
    assert read(CSV.encode(encoding)) == ([TEXT], [])


@pytest.mark.parametrize(
    ("mark", "encoding", "name"),
    [
        (b"\xff\xfe", "utf-16-le", "utf-16"),
        (b"\xfe\xff", "utf-16-be", "utf-16"),
        (b"\xff\xfe\0\0", "utf-32-le", "utf-32"),
        (b"\0\0\xfe\xff", "utf-32-be", "utf-32"),
    ],
)
def test_a_byte_order_mark_is_believed_and_said_aloud(
    read: Read, mark: bytes, encoding: str, name: str
) -> None:
    texts, notes = read(mark + CSV.replace("so", "😀").encode(encoding))
    assert texts == [TEXT.replace("so", "😀")]
    assert notes == [
        f"[W101] a.csv: read as {name}, because of a byte order mark. "
        "Set 'encoding:' under 'source:' if that is wrong."
    ]


def test_cp1252_is_read_when_utf8_does_not_fit_and_said_aloud(read: Read) -> None:
    assert read(CSV.encode("cp1252")) == (
        [TEXT],
        [
            "[W101] a.csv: read as cp1252, because of bytes that are not UTF-8. "
            "Set 'encoding:' under 'source:' if that is wrong."
        ],
    )


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le"])
def test_zero_bytes_without_a_mark_are_refused(read: Read, encoding: str) -> None:
    problem = refused(read, CSV.encode(encoding))
    assert problem.startswith("[E104] a.csv: has zero bytes and no byte order mark")
    assert "set 'encoding: utf-16-le' (or -be)" in problem


@pytest.mark.parametrize(
    ("stated", "written"),
    [
        ("utf-8", "utf-8"),
        ("UTF8", "utf-8"),
        ("utf-8", "utf-8-sig"),
        ("UTF8", "utf-8-sig"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-le", "utf-16"),
        ("cp1252", "cp1252"),
        ("windows-1252", "cp1252"),
        ("mac_roman", "mac_roman"),
    ],
)
def test_a_stated_encoding_is_used_without_a_word_and_a_mark_is_never_text(
    read: Read, stated: str, written: str
) -> None:
    assert read(CSV.encode(written), stated) == ([TEXT], [])


def test_a_stated_encoding_goes_before_what_the_bytes_look_like(read: Read) -> None:
    assert read("id,text\n1,é\n".encode(), "cp1252") == (["Ã©"], [])


@pytest.mark.parametrize("name", ["klingon", "hex", "base64", "rot13", "undefined", "utf-16-xx"])
def test_an_encoding_that_text_files_do_not_have_is_refused(read: Read, name: str) -> None:
    problem = refused(read, CSV.encode(), name)
    assert problem.startswith(f"[E104] a.csv: there is no encoding '{name}'.")


@pytest.mark.parametrize(
    ("data", "encoding", "problem"),
    [
        (b"id,text\n1,\x81\xe9\n", "", "byte 10 (0x81) is not cp1252."),
        (b"id,text\n1,caf\xe9\n", "utf-8", "byte 13 (0xe9) is not utf-8."),
        (b"id,text\n1,caf\xc3", "utf-8", "byte 13 (0xc3) is not utf-8."),
        (b"\xef\xbb\xbfid,text\n1,caf\xe9\n", "", "byte 16 (0xe9) is not utf-8."),
        (b"\xff\xfei\0d\0,", "", "byte 6 (0x2c) is not utf-16."),
        (b"id,text\n1,caf\xe9\n", "ascii", "byte 13 (0xe9) is not ascii."),
        (b"x" * (CHUNK + 5) + b"\xe9\x81", "", "byte 1,048,582 (0x81) is not cp1252."),
        (b"x" * (CHUNK - 1) + b"\xc3(", "utf-8", "byte 1,048,575 (0xc3) is not utf-8."),
    ],
)
def test_bytes_that_do_not_fit_are_refused_with_their_offset(
    read: Read, data: bytes, encoding: str, problem: str
) -> None:
    assert refused(read, data, encoding).startswith(f"[E104] a.csv: {problem}")


def test_utf16_that_is_stated_and_has_no_mark_is_refused(read: Read) -> None:
    assert refused(read, CSV.encode("utf-16-le"), "utf-16").startswith("[E104] a.csv: ")


@pytest.mark.parametrize("before", [2, 1, 0])
def test_a_letter_may_lie_across_the_blocks_that_a_file_is_read_in(read: Read, before: int) -> None:
    text = "x" * (CHUNK - len("id,text\n1,") - before) + "€"
    assert read(f"id,text\n1,{text}\n".encode()) == ([text], [])


@pytest.mark.parametrize(
    ("encoding", "code"), [("utf-8", ""), ("utf-8-sig", ""), ("utf-16", "W101"), ("cp1252", "W101")]
)
def test_json_lines_come_in_the_same_encodings(read: Read, encoding: str, code: str) -> None:
    line = f'{{"id": 1, "text": "{TEXT}"}}\n'
    texts, notes = read(line.encode(encoding), name="a.jsonl")
    assert texts == [TEXT]
    assert [note[1:5] for note in notes] == ([code] if code else [])
