"""docx -> passages: the text of paragraphs and tables, read without trusting the file.

A docx is a zip of XML. It is parsed as it is unpacked, up to a limit, by expat; a document type
declaration is refused before any entity of it could be declared.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.parsers import expat

from pipeline.claims.passages import CELL, Passage
from pipeline.errors import InputError

MAX_UNPACKED = 64_000_000
MAX_DEPTH = 200
_PART = "word/document.xml"
_CHUNK = 1 << 16
_LAST = (True,)
_WORD = (
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main ",
    "http://purl.oclc.org/ooxml/wordprocessingml/main ",
)
# Deleted and moved text is no longer said; a fallback says again what its choice says.
_SILENT = frozenset(("del", "moveFrom", "Fallback", "instrText"))


class _RefusedError(ValueError):
    """The XML is of a kind that is not read."""


def read_docx(path: Path) -> Iterator[Passage]:
    """Paragraphs, numbered as they are said, and rows of tables, each under its heading.

    Raises InputError: E611 for a file that is no docx, E612 for one that is unsafe to open.
    """
    document = _Document()
    try:
        with zipfile.ZipFile(path) as archive, archive.open(_PART) as part:
            read = 0
            while chunk := part.read(_CHUNK):
                read += len(chunk)
                if read > MAX_UNPACKED:
                    raise _RefusedError(f"unpacks to more than {MAX_UNPACKED:,} bytes")
                document.parser.Parse(chunk)
            document.parser.Parse(b"", *_LAST)
    except _RefusedError as error:
        raise _problem("E612", path, f"is not safe to open: {error}.") from error
    except (zipfile.BadZipFile, KeyError, expat.ExpatError, zlib.error, EOFError) as error:
        raise _problem("E611", path, f"cannot be read as a docx ({error}).") from error
    except (NotImplementedError, RuntimeError, LookupError, UnicodeError) as error:
        raise _problem("E611", path, f"cannot be read as a docx ({error}).") from error
    yield from document.passages


def _problem(code: str, path: Path, what: str) -> InputError:
    remedy = "Open it in a word processor and save it again as .docx, or as .html or .txt."
    return InputError.because(code=code, where=path.as_posix(), what=what, remedy=remedy)


class _Document:
    """The passages of a document, gathered as its tags pass."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self.parser.buffer_text = True
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._say
        self.heading = ""
        self.style = ""
        self.text: list[str] = []
        self.saying = False
        self.silent = 0
        self.depth = 0
        self.tables = 0
        self.table_depth = 0
        self.rows = 0
        self.cells: list[str] = []
        self.columns: tuple[str, ...] = ()
        self.paragraphs = 0

    def _refuse(self, *_declared: object) -> None:
        raise _RefusedError("it declares a document type, which no docx needs")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _RefusedError(f"it is nested more than {MAX_DEPTH} deep")
        tag = name.rpartition(" ")[2]
        self.silent += tag in _SILENT
        if not name.startswith(_WORD):
            return
        if tag == "t":
            self.saying = not self.silent
        elif tag in ("tab", "br", "cr", "noBreakHyphen") and not self.silent:
            self.text.append("-" if tag == "noBreakHyphen" else " ")
        elif tag == "pStyle":
            self.style = next((v for k, v in attributes.items() if k.endswith("val")), "")
        else:
            self._start_table(tag)

    def _start_table(self, tag: str) -> None:
        if tag == "tbl":
            self.table_depth += 1
            if self.table_depth == 1:
                self.tables, self.rows, self.columns = self.tables + 1, 0, ()
        elif self.table_depth == 1 and tag == "tr":
            self.rows, self.cells = self.rows + 1, []

    def _end(self, name: str) -> None:
        self.depth -= 1
        tag = name.rpartition(" ")[2]
        self.silent -= tag in _SILENT
        if not name.startswith(_WORD):
            return
        if tag == "t":
            self.saying = False
        elif tag == "p":
            self._end_paragraph()
        elif tag == "tbl":
            self.table_depth -= 1
        elif self.table_depth == 1 and tag == "tc":
            self.cells.append(" ".join("".join(self.text).split()))
            self.text = []
        elif self.table_depth == 1 and tag == "tr":
            self._end_row()

    def _end_paragraph(self) -> None:
        if self.table_depth:
            self.text.append(" ")
            return
        text, style = " ".join("".join(self.text).split()), self.style.lower()
        self.text, self.style = [], ""
        if not text:
            return
        self.paragraphs += 1
        heading = style.startswith(("heading", "title", "subtitle"))
        label = f"paragraph {self.paragraphs}"
        kind = "heading" if heading else "paragraph"
        self.passages.append(Passage(text=text, kind=kind, heading=self.heading, label=label))
        self.heading = text if heading else self.heading

    def _end_row(self) -> None:
        if self.rows == 1 and len(self.cells) > 1:
            self.columns = tuple(self.cells)
        label = f"table {self.tables}, row {self.rows}"
        text = CELL.join(self.cells)
        if text.replace("|", "").strip():
            self.passages.append(
                Passage(
                    text=text,
                    kind="row",
                    heading=self.heading,
                    columns=self.columns,
                    label=label,
                )
            )

    def _say(self, text: str) -> None:
        if self.saying:
            self.text.append(text)
