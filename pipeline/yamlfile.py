"""YAML as people write it, with the line and column of everything in it.

YAML 1.2, so `no`, `on` and `1:30` stay text. Duplicate keys, anchors, tags and deep nesting are
problems, not surprises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from ruamel.yaml.reader import ReaderError

from pipeline.errors import InputError, Problem, near

MAX_BYTES = 5_000_000
MAX_DEPTH = 20
_HALF = re.compile("[\ud800-\udfff]")
_TAG = re.compile(r"![^\s,\[\]{}]*")

Place = tuple[str | int, ...]


@dataclass(slots=True)
class YamlFile:
    """A parsed file: plain values, and the position of each key or item by its place."""

    path: Path
    text: str
    value: Any = None
    root: Node | None = None
    marks: dict[Place, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def where(self, place: Place) -> str:
        """file:line:column of a key or item, or of the nearest thing around it."""
        while place and place not in self.marks:
            place = place[:-1]
        line, column = self.marks.get(place, (1, 1))
        return f"{self.path.as_posix()}:{line}:{column}"

    def report(self, code: str, place: Place, what: str, remedy: str = "") -> None:
        """Note a problem at a place."""
        self.problems.append(
            Problem(code=code, where=self.where(place), what=what, remedy=remedy),
        )

    def sorted_problems(self) -> list[Problem]:
        """Everything that was noted, once, in the order of the file."""
        return sorted(set(self.problems), key=_by_position)

    def raise_problems(self) -> None:
        """Raise InputError if anything was noted."""
        if self.problems:
            raise InputError(*self.sorted_problems())


def _by_position(problem: Problem) -> tuple[int, int, str]:
    line, column = problem.where.rsplit(":", 2)[1:]
    return int(line), int(column), problem.code


def load_yaml(path: Path) -> YamlFile:
    """Read and compose a YAML file.

    Raises InputError for a missing file (E101), bytes that are not UTF-8 (E104), unparsable
    YAML (E201) and files too large (E203). Duplicate keys, anchors and tags are noted in
    `problems` so that they are listed with the rest.
    """
    return parse_yaml(path, read_text(path))


def parse_yaml(path: Path, text: str) -> YamlFile:
    """The same of a text that a file holds or is to hold."""
    yaml_file = YamlFile(path, text)
    if len(yaml_file.text) > MAX_BYTES:
        raise InputError.because(
            code="E203", where=path.as_posix(), what=f"is over {MAX_BYTES:,} characters."
        )
    try:
        root = YAML(typ="safe", pure=True).compose(yaml_file.text)
    except (MarkedYAMLError, YAMLError, RecursionError, ValueError) as error:
        raise InputError(_syntax_problem(yaml_file, error)) from error
    if root is not None:
        yaml_file.root = root
        yaml_file.value = _plain(root, (), yaml_file)
    return yaml_file


def read_text(path: Path) -> str:
    """The text of a UTF-8 file that a person wrote, without a byte order mark."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError.because(
            code="E101",
            where=path.as_posix(),
            what=f"cannot be opened ({error.strerror}).",
            remedy="Check the path; paths in round.yaml are relative to that file.",
        ) from error
    except UnicodeDecodeError as error:
        raise InputError.because(
            code="E104",
            where=path.as_posix(),
            what=f"is not UTF-8: byte {error.start} is 0x{error.object[error.start]:02x}.",
            remedy="Save it as UTF-8.",
        ) from error


def _syntax_problem(yaml_file: YamlFile, error: Exception) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    line, column = (mark.line, mark.column) if mark else (0, 0)
    what = getattr(error, "problem", None) or str(error).splitlines()[0]
    remedy = "Quote text that holds ': ' or starts with a symbol."
    if "'\\t'" in what:
        remedy = "Indent with spaces: YAML takes no tabs there."
    if isinstance(error, ReaderError):
        before = yaml_file.text[: error.position]
        line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
        remedy = "Remove that character."
    return Problem(
        code="E201",
        where=f"{yaml_file.path.as_posix()}:{line + 1}:{column + 1}",
        what=f"not valid YAML: {what}.",
        remedy=remedy,
    )


def _plain(node: Node, place: Place, yaml_file: YamlFile) -> Any:
    yaml_file.marks.setdefault(place, (node.start_mark.line + 1, node.start_mark.column + 1))
    if len(place) > MAX_DEPTH:
        yaml_file.report("E203", place, f"nested more than {MAX_DEPTH} deep.")
        return None
    if node.anchor is not None:
        yaml_file.report("E203", place, f"anchor '&{node.anchor}'.", "Write the value out.")
        return None
    tag = _TAG.match(yaml_file.text, node.start_mark.index)
    if tag:
        yaml_file.report("E203", place, f"the tag '{tag[0]}' is not taken.", "Remove it.")
        return None
    if isinstance(node, MappingNode):
        return _plain_mapping(node, place, yaml_file)
    if isinstance(node, SequenceNode):
        return [_plain(item, (*place, number), yaml_file) for number, item in enumerate(node.value)]
    assert isinstance(node, ScalarNode)
    if _HALF.search(node.value):
        yaml_file.report("E206", place, "half a character (a lone surrogate) is no text.")
        return None
    return _plain_scalar(node)


def _plain_mapping(node: MappingNode, place: Place, yaml_file: YamlFile) -> dict[str, Any]:
    plain: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = key_node.value if isinstance(key_node, ScalarNode) else None
        position = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
        if not isinstance(key, str) or _HALF.search(key):
            yaml_file.report("E206", place, "a key must be plain text.")
            continue
        if key in plain:
            first_line = yaml_file.marks[(*place, key)][0]
            yaml_file.problems.append(
                Problem(
                    code="E202",
                    where=f"{yaml_file.path.as_posix()}:{position[0]}:{position[1]}",
                    what=f"'{key}' stands here again; it is already on line {first_line}.",
                    remedy="Merge the two or rename one.",
                )
            )
            continue
        yaml_file.marks[(*place, key)] = position
        plain[key] = _plain(value_node, (*place, key), yaml_file)
    return plain


def _plain_scalar(node: ScalarNode) -> Any:
    kind = str(node.tag).rpartition(":")[2]
    text = str(node.value)
    return _SCALARS[kind](text) if kind in _SCALARS else text


class _Float(float):
    """A number that reads as it was written where a text is wanted, so code 1.10 is not 1.1."""

    written: str

    def __str__(self) -> str:
        return self.written


def _float(text: str) -> _Float | str:
    try:
        number = _Float(text)
    except ValueError:
        return text
    number.written = text
    return number


def _integer(text: str) -> int | str:
    """An integer; whatever would not read back as it was written (010, 1_000) stays a text."""
    try:
        return int(text) if str(int(text)) == text else text
    except ValueError:
        return text


_TRUTHS = {"true": True, "false": False}
_SCALARS: dict[str, Any] = {
    "null": lambda _: None,
    "bool": lambda text: _TRUTHS.get(text.lower(), text),
    "int": _integer,
    "float": _float,
}


@dataclass(slots=True)
class Section:
    """A mapping of a YAML file, read key by key; every problem is noted, none raised."""

    yaml_file: YamlFile
    place: Place
    value: dict[str, Any]

    @classmethod
    def of(cls, yaml_file: YamlFile, place: Place, value: Any, known: tuple[str, ...]) -> Section:
        """The section at a place; unknown keys, and anything but a mapping, are noted."""
        if not isinstance(value, dict):
            kind = "empty" if value is None else f"'{value}'"
            yaml_file.report("E206", place, f"a mapping is wanted here, not {kind}.")
            value = {}
        for key in value:
            if key not in known:
                yaml_file.report("E204", (*place, key), f"unknown key '{key}'.", near(key, known))
        return cls(yaml_file, place, value)

    def at(self, key: str) -> Place:
        """The place of a key in this section."""
        return (*self.place, key)

    def wrong(self, key: str, wanted: str) -> None:
        """Note that a value is not of the wanted kind."""
        shown = str(self.value.get(key))[:60]
        self.yaml_file.report("E206", self.at(key), f"'{key}' must be {wanted}, not '{shown}'.")

    def missing(self, key: str) -> None:
        """Note that a required key is absent."""
        self.yaml_file.report("E205", self.place, f"'{key}' is missing.", f"Add '{key}:'.")

    def text(self, key: str, default: str = "", *, required: bool = False) -> str:
        """A text; numbers are taken as they are written."""
        value = self.value.get(key)
        if required and value in (None, ""):
            self.missing(key)
        if value is None:
            return default
        if isinstance(value, (dict, list, bool)):
            self.wrong(key, "a text")
            return default
        return str(value)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single text is a list of one."""
        value = self.value.get(key)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        if any(item is None or isinstance(item, (dict, list)) for item in items):
            self.wrong(key, "a list of texts")
            return ()
        return tuple(_as_text(item) for item in items)

    def choice(self, key: str, options: tuple[str, ...], default: str) -> str:
        """One of the named options."""
        value = self.text(key, default)
        if value not in options:
            self.wrong(key, "one of " + ", ".join(options))
            return default
        return value

    def flag(self, key: str) -> bool:
        """true or false; false by default."""
        value = self.value.get(key, False)
        if not isinstance(value, bool):
            self.wrong(key, "true or false")
        return value is True


def _as_text(item: Any) -> str:
    return str(item).lower() if isinstance(item, bool) else str(item)
