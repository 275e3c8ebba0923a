"""round.yaml -> Round: one consultation exercise, its source, questions and settings."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.errors import InputError
from pipeline.round.classifier import (
    CLASSIFIER_KEYS,
    ClassifierSettings,
    check_answers,
    parse_classifier,
)
from pipeline.round.closed import CLOSED_KEYS, KINDS, ClosedItem
from pipeline.round.files import named_file
from pipeline.round.groups import GROUP_KEYS
from pipeline.round.place import Place, named_place
from pipeline.round.population import POPULATION_KEYS, Population, parse_population
from pipeline.round.smallnumbers import parse_suppress
from pipeline.round.source import (
    QUESTION_KEYS,
    SOURCE_KEYS,
    Filler,
    Question,
    Source,
    parse_filler,
    parse_source,
)
from pipeline.yamlfile import Section, load_yaml

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
    *("exclude", "classifier", "decisions", "coders", "figures", "population", "suppress"),
)
_GONE = "signatures"
BASE_CHOICES = ("substantive", "answered", "respondents")
REPEAT_CHOICES = ("refuse", "keep-last", "keep-all")


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
    decisions: Place | None = None
    coders: tuple[str, ...] = ()
    figures: Path | None = None
    population: Population = field(default_factory=Population)
    suppress: str = "none"

    def question(self, question_id: str) -> Question:
        """The question with this id; a question the round does not list stands for itself."""
        for question in self.source.questions:
            if question.id == question_id:
                return question
        return Question(id=question_id, label=question_id, value=question_id, filler=self.filler)


def load_round(path: Path, *, with_files: bool = True) -> Round:
    """Read a round.yaml, or the one in a folder.

    Raises InputError with every problem found, each with file:line:column. Without `with_files`
    the files it names need not be there: a run keeps its round as it was, and not its source; and
    one from before the store kept signatures may name their file.
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
    top = Section.of(yaml_file, (), yaml_file.value, (*ROUND_KEYS, _GONE))
    if _GONE in top.value:
        what = f"'{_GONE}:' is no key any more: the store that 'decisions:' names keeps signatures."
        remedy = "Bring the file in with 'verbatims review import', then take the key out."
        yaml_file.report("E544", top.at(_GONE), what, remedy)
    loaded = _parse_round(top, path)
    if not with_files:
        yaml_file.problems = [p for p in yaml_file.problems if p.code not in ("E101", "E544")]
    yaml_file.raise_problems()
    return loaded


def _parse_round(top: Section, path: Path) -> Round:
    name = top.text("round", required=True)
    if name and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", name):
        top.wrong("round", "letters, digits, '-', '_' and '.': it names the output folder")
    filler = parse_filler(top, Filler())
    top.choice("language", ("en",), "en")
    source, classifier = parse_source(top, filler), parse_classifier(top)
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
        decisions=named_place(top, "decisions"),
        coders=_parse_coders(top),
        figures=named_file(top, "figures"),
        population=parse_population(top),
        suppress=parse_suppress(top),
    )


def _parse_coders(top: Section) -> tuple[str, ...]:
    coders = top.texts("coders")
    if any(not coder.startswith("import:") for coder in coders):
        top.wrong("coders", "a list of imported coders, each import:NAME")
    return coders
