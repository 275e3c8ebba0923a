"""round.yaml -> Round: one consultation exercise, its source, questions and settings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import InputError
from pipeline.round.classifier import (
    CLASSIFIER_KEYS,
    ClassifierSettings,
    check_answers,
    parse_classifier,
)
from pipeline.round.closed import CLOSED_KEYS, KINDS, ClosedItem, check_crossed, parse_closed
from pipeline.round.files import named_file
from pipeline.round.groups import GROUP_KEYS, parse_groups
from pipeline.round.population import POPULATION_KEYS, Population, parse_population
from pipeline.yamlfile import Place, Section, load_yaml

__all__ = [
    "BASE_CHOICES",
    "CLASSIFIER_KEYS",
    "CLOSED_KEYS",
    "GROUP_KEYS",
    "KINDS",
    "POPULATION_KEYS",
    "QUESTION_KEYS",
    "REPEAT_CHOICES",
    "ROUND_KEYS",
    "SOURCE_KEYS",
    "ClassifierSettings",
    "ClosedItem",
    "Filler",
    "Population",
    "Question",
    "Round",
    "Source",
    "load_round",
]

ROUND_KEYS = (
    *("round", "title", "note", "language", "codebook", "source", "base", "filler", "repeats"),
    *("exclude", "classifier", "decisions", "coders", "figures", "population"),
)
SOURCE_KEYS = (
    *("file", "layout", "encoding", "delimiter", "sheet", "respondent", "response", "question"),
    *("text", "questions", "closed", "groups", "weight"),
)
QUESTION_KEYS = ("column", "value", "label", "filler")
BASE_CHOICES = ("substantive", "answered", "respondents")
REPEAT_CHOICES = ("refuse", "keep-last", "keep-all")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One consultation exercise. Paths are absolute or relative to the working folder."""

    path: Path
    name: str
    title: str
    note: str
    codebook: Path
    source: Source
    base: str = "substantive"
    filler: Filler = field(default_factory=Filler)
    repeats: str = "refuse"
    exclude: Path | None = None
    classifier: ClassifierSettings | None = None
    decisions: Path | None = None
    coders: tuple[str, ...] = ()
    figures: Path | None = None
    population: Population = field(default_factory=Population)

    def question(self, question_id: str) -> Question:
        """The question with this id; a question the round does not list stands for itself."""
        for question in self.source.questions:
            if question.id == question_id:
                return question
        return Question(id=question_id, label=question_id, value=question_id, filler=self.filler)


def load_round(path: Path, *, with_files: bool = True) -> Round:
    """Read a round.yaml, or the one in a folder.

    Raises InputError with every problem found, each with file:line:column. Without `with_files`
    the files it names need not be there: a run keeps its round as it was, and not its source.
    """
    path = path / "round.yaml" if path.is_dir() else path
    if not path.exists():
        raise InputError.because(
            code="E101",
            where=path.as_posix(),
            what="there is no such file.",
            remedy="Give a round.yaml or the folder that holds one.",
        )
    yaml_file = load_yaml(path)
    top = Section.of(yaml_file, (), yaml_file.value, ROUND_KEYS)
    loaded = _parse_round(top, path)
    if not with_files:
        yaml_file.problems = [p for p in yaml_file.problems if p.code != "E101"]
    yaml_file.raise_problems()
    return loaded


def _parse_round(top: Section, path: Path) -> Round:
    name = top.text("round", required=True)
    if name and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        top.wrong("round", "letters, digits, '-', '_' and '.': it names the output folder")
    filler = _parse_filler(top, Filler())
    top.choice("language", ("en",), "en")
    source, classifier = _parse_source(top, filler), parse_classifier(top)
    check_answers(top, classifier.answers if classifier else (), source)
    return Round(
        path=path,
        name=name,
        title=top.text("title", name),
        note=top.text("note"),
        codebook=named_file(top, "codebook", required=True) or path,
        source=source,
        base=top.choice("base", BASE_CHOICES, "substantive"),
        filler=filler,
        repeats=top.choice("repeats", REPEAT_CHOICES, "refuse"),
        exclude=named_file(top, "exclude"),
        classifier=classifier,
        decisions=named_file(top, "decisions"),
        coders=_parse_coders(top),
        figures=named_file(top, "figures"),
        population=parse_population(top),
    )


def _parse_coders(top: Section) -> tuple[str, ...]:
    coders = top.texts("coders")
    if any(not coder.startswith("import:") for coder in coders):
        top.wrong("coders", "a list of imported coders, each import:NAME")
    return coders


def _parse_filler(section: Section, default: Filler) -> Filler:
    value = section.value.get("filler")
    if value is None:
        return default
    if value == "off":
        return Filler(off=True)
    if not isinstance(value, list):
        section.wrong("filler", "a list of phrases, or off")
        return default
    return Filler(more=(*default.more, *section.texts("filler")))


def _parse_source(top: Section, filler: Filler) -> Source:
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
        filler=_parse_filler(found, filler),
    )
