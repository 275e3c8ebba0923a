"""The `source:` of a round.yaml: where the answers are, and how they lie there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.round.closed import ClosedItem, check_crossed, parse_closed
from pipeline.round.files import named_file
from pipeline.round.groups import parse_groups
from pipeline.yamlfile import Place, Section

SOURCE_KEYS = (
    *("file", "layout", "encoding", "delimiter", "sheet", "respondent", "response", "question"),
    *("text", "questions", "closed", "groups", "weight"),
)
QUESTION_KEYS = ("column", "value", "label", "filler")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filler:
    """Which whole answers count as filler: the built-in list and `more`, or none when off."""

    off: bool = False
    more: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """An open question: `column` in a wide source, `value` of the question column in a long one."""

    id: str
    label: str
    column: str = ""
    value: str = ""
    filler: Filler = field(default_factory=Filler)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the answers are and how they lie there."""

    path: Path
    layout: str = "wide"
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    respondent: str = ""
    response: str = ""
    question: str = ""
    text: str = ""
    questions: tuple[Question, ...] = ()
    groups: tuple[str, ...] = ()
    closed: tuple[ClosedItem, ...] = ()
    separators: Mapping[str, str] = field(default_factory=dict)
    weight: str = ""

    def split_group(self, column: str, value: str) -> tuple[str, ...]:
        """The groups that a cell of a group column names; of a blank none."""
        separator = self.separators.get(column, "")
        parts = value.split(separator) if separator else [value]
        return tuple(dict.fromkeys(part.strip() for part in parts if part.strip()))

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that the round names, each once."""
        named = (self.respondent, self.response, self.question, self.text, *self.groups)
        asked = (question.column for question in self.questions)
        closed = (item.column for item in self.closed)
        every = (*named, *asked, *closed, self.weight)
        return tuple(name for name in dict.fromkeys(every) if name)


def parse_filler(section: Section, default: Filler) -> Filler:
    """What counts as filler: phrases beside those of `default`, or nothing at all."""
    value = section.value.get("filler")
    if value is None:
        return default
    if value == "off":
        return Filler(off=True)
    if not isinstance(value, list):
        section.wrong("filler", "a list of phrases, or off")
        return default
    return Filler(more=(*default.more, *section.texts("filler")))


def parse_source(top: Section, filler: Filler) -> Source:
    """The source of a round; what is wrong with it is noted."""
    if "source" not in top.value:
        top.missing("source")
        return Source(path=Path())
    section = Section.of(top.yaml_file, ("source",), top.value["source"], SOURCE_KEYS)
    layout = section.choice("layout", ("wide", "long"), "wide")
    for key in ("question", "text") if layout == "long" else ("questions",):
        if not section.value.get(key):
            section.missing(key)
    for key in ("response", "question", "text") if layout == "wide" else ():
        if key in section.value:
            section.yaml_file.report(
                "E204", section.at(key), f"'{key}' belongs to a long source.", "Set 'layout: long'."
            )
    closed, groups = parse_closed(section), parse_groups(section)
    check_crossed(section, closed, groups["groups"])
    return Source(
        path=named_file(section, "file", required=True) or Path(),
        layout=layout,
        encoding=section.text("encoding"),
        delimiter=section.text("delimiter"),
        sheet=section.text("sheet"),
        respondent=section.text("respondent"),
        response=section.text("response"),
        question=section.text("question"),
        text=section.text("text"),
        questions=_parse_questions(section, layout, filler),
        closed=closed,
        **groups,
        weight=section.text("weight"),
    )


def _parse_questions(section: Section, layout: str, filler: Filler) -> tuple[Question, ...]:
    questions: Any = section.value.get("questions") or {}
    if not isinstance(questions, dict):
        section.wrong("questions", "a mapping of question ids")
        return ()
    parsed = tuple(
        _parse_question(section, (*section.at("questions"), question_id), layout, filler)
        for question_id in questions
    )
    _check_shared(section, parsed)
    return parsed


def _check_shared(section: Section, questions: tuple[Question, ...]) -> None:
    """Two questions with one column would count each answer twice; with one value, lose one."""
    first: dict[str, str] = {}
    for question in questions:
        named = question.column or question.value
        earlier = first.setdefault(named, question.id)
        if named and earlier != question.id:
            section.yaml_file.report(
                "E206",
                (*section.at("questions"), question.id),
                f"'{named}' already holds the answers to question '{earlier}'.",
                "Name each column or value once.",
            )


def _parse_question(section: Section, place: Place, layout: str, filler: Filler) -> Question:
    question_id = str(place[-1])
    if not question_id.strip() or "/" in question_id:
        what = f"'{question_id}' is no question id: it must not be empty or hold '/'."
        section.yaml_file.report("E206", place, what, "Ids of responses are RESPONDENT/QUESTION.")
    value = section.value["questions"][question_id]
    found = Section.of(section.yaml_file, place, value, QUESTION_KEYS)
    wanted, other = ("column", "value") if layout == "wide" else ("value", "column")
    if other in found.value:
        section.yaml_file.report(
            "E204",
            found.at(other),
            f"'{other}' does not fit a {layout} source.",
            f"Use '{wanted}'.",
        )
    named = found.text(wanted, required=True)
    return Question(
        id=question_id,
        label=found.text("label", named),
        column=named if layout == "wide" else "",
        value=named if layout == "long" else "",
        filler=parse_filler(found, filler),
    )
