"""Draft reports of four formats, as passages that know their place."""

from __future__ import annotations

import importlib.util
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.claims import Passage, find_claims, read_report
from pipeline.claims import docx as docx_module
from pipeline.claims.html import read_html
from pipeline.claims.markdown import read_markdown
from pipeline.claims.passages import read_plain
from pipeline.claims.reading import MAX_BYTES
from pipeline.errors import InputError

_SPEC = importlib.util.spec_from_file_location("reports", Path(__file__).with_name("reports.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
reports = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(reports)

MARKDOWN = """\
---
title: 1 of 2 drafts
---
# Barriers, 2017

**Over 40** responses,
from *105*, [cited](https://x.org/1-of-2/3%25) Citrix.
<!-- 5 of 105 said nothing -->

```
12 of 105 in code
```

    13 of 105 in code, too

- 20 of 105 cited devices.
1. 7 of 105 cited the network.

> 6 of 105 cited `passwords`.

Improve
-------

| Theme | Cited | Of |
|:------|------:|---:|
| Citrix \\| VPN | 31 | 143 |
| **Mosaic** | 14 | 143 |
"""

HTML = """\
<!doctype html><html><head><title>1 of 2 parts</title><style>p { width: 5 of 6 }</style></head>
<body><h1>Barriers</h1>
<script>var a = "12 of 105 responses";</script>
<p>Over <b>40</b> responses,
from&nbsp;105, cited Citrix.<br>7 of 105 cited &lt;wifi&gt;.
<ul><li>20 of 105 cited devices</ul>
<table><tr><th>Theme</th><th>Cited</th><th>Of</th></tr>
<tr><td>Mosaic</td><td><p>14</p></td><td>143</td></tr></table>
<pre>13 of 105 in code</pre><p>38&percnt; agreed</p></body></html>
"""


def places(passages: list[Passage]) -> list[tuple[str, str, str]]:
    claims = find_claims(passages)
    return [(claim.where, claim.text, claim.passage.heading) for claim in claims]


def test_markdown_is_read_without_code_comments_addresses_and_front_matter() -> None:
    assert places(list(read_markdown(MARKDOWN))) == [
        ("6:3", "Over 40 responses, from 105", "Barriers, 2017"),
        ("16:3", "20 of 105", "Barriers, 2017"),
        ("17:4", "7 of 105", "Barriers, 2017"),
        ("19:3", "6 of 105", "Barriers, 2017"),
        ("26:19", "31", "Improve"),
        ("27:16", "14", "Improve"),
    ]


def test_html_is_read_without_scripts_styles_and_code() -> None:
    assert places(list(read_html(HTML))) == [
        ("4:4", "Over 40 responses, from 105", "Barriers"),
        ("5:33", "7 of 105", "Barriers"),
        ("6:9", "20 of 105", "Barriers"),
        ("8:27", "14", "Barriers"),
        ("9:32", "38%", "Barriers"),
    ]


def test_a_text_is_read_by_paragraphs() -> None:
    text = "One\nparagraph: 40 of\n105.\n\n \n  72.7\u00a0% agreed."
    assert places(list(read_plain(text))) == [("2:12", "40 of 105", ""), ("6:3", "72.7 %", "")]


def test_a_docx_is_read_by_paragraphs_and_cells(tmp_path: Path) -> None:
    body = (
        reports.paragraph("Barriers", "Heading1")
        + "<w:p/>"
        + "<w:p><w:r><w:t>Over </w:t></w:r><w:r><w:t>40</w:t><w:tab/><w:t>responses</w:t></w:r>"
        "<w:del><w:r><w:t>12 of 105</w:t><w:delText>13 of 105</w:delText></w:r></w:del></w:p>"
        + reports.table(("Theme", "Cited", "Of"), ("Mosaic", "14", "143"))
        + reports.paragraph("7 of 105 cited &lt;wifi&gt;.")
    )
    path = reports.write_docx(tmp_path / "r.docx", reports.document(body))
    assert places(read_report(path)) == [
        ('paragraph 2 (under "Barriers")', "Over 40 responses", "Barriers"),
        ('table 1, row 2, cell 2 (under "Barriers")', "14", "Barriers"),
        ('paragraph 3 (under "Barriers")', "7 of 105", "Barriers"),
    ]


ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
DOCX = [
    ("xxe", reports.document(reports.paragraph("&e;"), ENTITY), "E612"),
    ("laughs", reports.document(reports.paragraph("&b;"), LAUGHS), "E612"),
    ("deep", reports.document("<w:p>" * 1_000 + "</w:p>" * 1_000), "E612"),
    ("broken", "<w:document", "E611"),
    ("unbound", "<w:document></w:document>", "E611"),
    ("unknown entity", reports.document(reports.paragraph("&nope;")), "E611"),
    ("empty", "", "E611"),
    ("not xml", b"\x00\xff\xfe\x01", "E611"),
    ("encoding", b'<?xml version="1.0" encoding="nonsense"?><a/>', "E611"),
]


@pytest.mark.parametrize(("name", "xml", "code"), DOCX, ids=[case[0] for case in DOCX])
def test_a_hostile_or_broken_docx_gets_one_clear_error(
    tmp_path: Path, name: str, xml: str | bytes, code: str
) -> None:
    path = reports.write_docx(tmp_path / "r.docx", xml)
    with pytest.raises(InputError) as refused:
        read_report(path)
    (problem,) = refused.value.problems
    assert (problem.code, problem.where) == (code, path.as_posix())
    assert "root:" not in str(problem)


def test_a_docx_that_unpacks_to_too_much_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(docx_module, "MAX_UNPACKED", 1_000_000)
    xml = reports.document(reports.paragraph("a" * 5_000_000))
    path = reports.write_docx(tmp_path / "bomb.docx", xml)
    assert path.stat().st_size < 50_000
    with pytest.raises(InputError, match="E612"):
        read_report(path)


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04" + b"\x00" * 50])
def test_what_is_no_zip_is_no_docx(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "r.docx"
    path.write_bytes(content)
    with pytest.raises(InputError, match="E611"):
        read_report(path)


def test_a_zip_without_a_document_or_with_a_damaged_one_is_no_docx(tmp_path: Path) -> None:
    path = reports.write_docx(tmp_path / "a.docx", "<a/>", name="xl/workbook.xml")
    with pytest.raises(InputError, match="E611"):
        read_report(path)
    sound = reports.write_docx(tmp_path / "b.docx", reports.document("abc" * 999))
    with zipfile.ZipFile(sound) as archive:
        start = archive.getinfo("word/document.xml").header_offset
    data = bytearray(sound.read_bytes())
    data[start + 60 : start + 70] = b"\xff" * 10
    sound.write_bytes(data)
    with pytest.raises(InputError, match="E611"):
        read_report(sound)


@pytest.mark.parametrize("name", ["r.pdf", "r.doc", "r", "r.md.exe"])
def test_other_kinds_of_report_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("40 of 105", encoding="utf-8")
    with pytest.raises(InputError, match="E611"):
        read_report(tmp_path / name)


def test_a_report_that_is_not_there_or_no_utf8_or_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="E101"):
        read_report(tmp_path / "none.md")
    (tmp_path / "latin.md").write_bytes(b"caf\xe9")
    with pytest.raises(InputError, match="E611"):
        read_report(tmp_path / "latin.md")
    monkeypatch.setattr("pipeline.claims.reading.MAX_BYTES", 3)
    (tmp_path / "large.txt").write_text("four", encoding="utf-8")
    with pytest.raises(InputError, match="E612"):
        read_report(tmp_path / "large.txt")
    assert MAX_BYTES >= 10_000_000


def test_line_ends_and_a_byte_order_mark_move_no_place(tmp_path: Path) -> None:
    for number, end in enumerate(("\n", "\r\n", "\r")):
        path = tmp_path / f"{number}.txt"
        path.write_bytes(("\ufeffA" + end + "B 40 of 105").encode())
        assert [where for where, _, _ in places(read_report(path))] == ["2:3"]


MARKS = st.text(alphabet="0 4of15,.%()[]{}<>|*_`#-=\n\t&;!\"'/\\é\u00a0\u2028a~:", max_size=200)
TEXTS = st.one_of(MARKS, st.text(max_size=200))
SENTENCE = "Over 40 responses, from 105, cited Citrix."


@pytest.mark.parametrize("read", [read_plain, read_markdown, read_html])
@given(text=TEXTS)
def test_any_text_can_be_read_and_every_place_is_in_it(read, text: str) -> None:
    lines = text.split("\n")
    for claim in find_claims(list(read(text))):
        line, column = map(int, claim.where.split(":"))
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
        assert claim.sentence[0] <= claim.clause[0] <= claim.clause[1] <= claim.sentence[1]
        assert claim.sentence[0] <= claim.stated.start < claim.stated.end <= claim.sentence[1]
        assert claim.text in claim.quote


@pytest.mark.parametrize("read", [read_plain, read_markdown, read_html])
@given(before=st.text(alphabet="ab é😀\n.", max_size=60), after=st.text(alphabet="ab .\n"))
def test_a_place_points_at_its_sentence(read, before: str, after: str) -> None:
    text = f"{before}\n\n{SENTENCE}\n\n{after}"
    if read is read_html:
        text = f"<p>{before}</p>\n\n{SENTENCE}\n\n<p>{after}"
    (claim,) = find_claims(list(read(text)))
    line, column = map(int, claim.where.split(":"))
    assert text.split("\n")[line - 1][column - 1 :].startswith(SENTENCE)
    assert claim.quote == SENTENCE


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_as_a_docx(tmp_path_factory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "r.docx"
    path.write_bytes(data)
    with pytest.raises(InputError):
        read_report(path)


HOSTILE = [
    "<" * 200_000,
    "<a " * 70_000,
    "<!--" * 50_000,
    "</" * 100_000,
    "<![CDATA[" * 20_000,
    "&" * 200_000,
    "[" * 200_000,
    "](" * 100_000,
    "*" * 200_000,
    "_ " * 100_000,
    "| " * 100_000 + "\n" + "|-" * 100_000,
    "|-|\n" * 50_000,
    "> " * 100_000,
    "`" * 200_000,
    "\n" * 200_000,
    " \t" * 100_000,
    "<td>" * 50_000,
    "<tr><td>" * 30_000,
    "--- " * 50_000,
    "<? " * 60_000,
    "<!" * 100_000,
]


@pytest.mark.parametrize("read", [read_plain, read_markdown, read_html])
@pytest.mark.parametrize("text", HOSTILE, ids=[repr(text[:8]) for text in HOSTILE])
def test_no_text_takes_long_to_read(read, text: str) -> None:
    began = time.process_time()
    list(read(text))
    assert time.process_time() - began < 5
