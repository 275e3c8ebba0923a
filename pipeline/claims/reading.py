"""A draft report in one of four formats -> its passages."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from pipeline.claims.docx import read_docx
from pipeline.claims.html import read_html
from pipeline.claims.markdown import read_markdown
from pipeline.claims.passages import Passage, read_plain
from pipeline.errors import InputError

MAX_BYTES = 50_000_000
TEXTS: dict[str, Callable[[str], Iterable[Passage]]] = {
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
    ".txt": read_plain,
}


def read_report(path: Path) -> list[Passage]:
    """The passages of a report, in order; the kind of file is told by its ending.

    Raises InputError: E101 when it is not there, E611 when it cannot be read, E612 when it is
    unsafe or too large. Texts are UTF-8, with a byte order mark or without.
    """
    where, kind = path.as_posix(), path.suffix.lower()
    if not path.is_file():
        remedy = "Give a .md, .html, .docx or .txt file."
        raise InputError.because(
            code="E101", where=where, what="there is no such file.", remedy=remedy
        )
    if kind not in (*TEXTS, ".docx"):
        what = f"a report of kind '{kind}' is not read."
        remedy = "Save it as .md, .html, .docx or .txt."
        raise InputError.because(code="E611", where=where, what=what, remedy=remedy)
    size = path.stat().st_size
    if size > MAX_BYTES:
        what = f"a report of {size:,} bytes is too large: {MAX_BYTES:,} may be."
        remedy = "Give it in parts."
        raise InputError.because(code="E612", where=where, what=what, remedy=remedy)
    if kind == ".docx":
        return list(read_docx(path))
    return list(TEXTS[kind](_decode(path)))


def _decode(path: Path) -> str:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        what = f"the bytes at {error.start} are not UTF-8."
        raise InputError.because(
            code="E611", where=path.as_posix(), what=what, remedy="Save the report as UTF-8."
        ) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")
