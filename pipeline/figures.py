"""Published statements of counts, checked against the counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.codebook.model import Codebook
from pipeline.errors import InputError, Problem, near
from pipeline.round import Round
from pipeline.run import Figures
from pipeline.tables import CODERS
from pipeline.yamlfile import Place, Section, YamlFile, load_yaml

FIGURE_KEYS = ("id", "question", "theme", "facet", "cited", "of", "coders", "source")
_NO_LIMIT = 10**12
_FORMS = (
    (r"(\d+)", lambda n: (n, n)),
    (r"over (\d+)|more than (\d+)", lambda n: (n + 1, _NO_LIMIT)),
    (r"at least (\d+)", lambda n: (n, _NO_LIMIT)),
    (r"under (\d+)|fewer than (\d+)", lambda n: (0, n - 1)),
    (r"at most (\d+)|up to (\d+)", lambda n: (0, n)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published figure: `cited` as it was printed, and the numbers that make it true."""

    id: str
    question: str
    theme: str
    cited: str
    low: int
    high: int
    of: int | None
    coders: tuple[str, ...]
    source: str
    facet: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A published figure beside what was found."""

    published: Published
    cited: int
    of: int

    @property
    def holds(self) -> bool:
        """Whether the count is as published and, where a base was published, so is the base."""
        figure = self.published
        return figure.low <= self.cited <= figure.high and figure.of in (None, self.of)


def parse_cited(text: str) -> tuple[int, int] | None:
    """The lowest and highest count that a printed number allows; None if it cannot be read.

    >>> parse_cited("over 40"), parse_cited("20"), parse_cited("12 to 15"), parse_cited("many")
    ((41, 1000000000000), (20, 20), (12, 15), None)
    """
    printed = re.sub(r"(?<=\d),(?=\d{3})", "", " ".join(text.lower().split()))
    found = re.fullmatch(r"(\d+) ?(?:to|-|–) ?(\d+)", printed)
    if found:
        low, high = int(found[1]), int(found[2])
        return (low, high) if low <= high else None
    for form, limits in _FORMS:
        found = re.fullmatch(form, printed)
        if found:
            return limits(int(next(group for group in found.groups() if group)))
    return None


def load_figures(path: Path, the_round: Round, codebook: Codebook) -> tuple[Published, ...]:
    """Read figures.yaml; InputError lists every figure that cannot be read (E601)."""
    yaml_file = load_yaml(path)
    items = yaml_file.value
    if not isinstance(items, list) or not items:
        yaml_file.report(
            "E601", (), "a list of figures is wanted here.", "Start each with '- id:'."
        )
        items = []
    figures = tuple(
        _parse_figure(Section.of(yaml_file, (number,), item, FIGURE_KEYS), the_round, codebook)
        for number, item in enumerate(items)
    )
    yaml_file.raise_problems()
    return figures


def _parse_figure(section: Section, the_round: Round, codebook: Codebook) -> Published:
    question, theme = section.text("question", required=True), section.text("theme", required=True)
    known = {
        "question": [q.id for q in the_round.source.questions],
        "theme": [entry.id for entry in codebook.entries],
        "facet": [facet.id for facet in codebook.facets],
    }
    for key, names in known.items():
        name = section.text(key)
        if name and name not in names and (names or key != "question"):
            _unknown(section.yaml_file, section.at(key), name, names)
    cited = section.text("cited", required=True)
    limits = parse_cited(cited) if cited else (0, 0)
    if limits is None:
        what = f"'{cited}' cannot be read as a count."
        remedy = "Write 20, over 40, at least 40, under 40, at most 40 or 12 to 15."
        section.yaml_file.report("E601", section.at("cited"), what, remedy)
    low, high = limits or (0, 0)
    of: Any = section.value.get("of")
    if of is not None and (not isinstance(of, int) or isinstance(of, bool)):
        section.wrong("of", "a whole number")
        of = None
    return Published(
        id=section.text("id", f"{question}/{theme}"),
        question=question,
        theme=theme,
        cited=cited,
        low=low,
        high=high,
        of=of,
        coders=_parse_coders(section),
        source=section.text("source"),
        facet=section.text("facet"),
    )


def _parse_coders(section: Section) -> tuple[str, ...]:
    coders = section.texts("coders")
    for coder in coders:
        if coder not in CODERS:
            _unknown(section.yaml_file, section.at("coders"), coder, CODERS)
    return tuple(coder for coder in CODERS if coder in coders)


def _unknown(yaml_file: YamlFile, place: Place, name: str, known: Sequence[str]) -> None:
    yaml_file.report("E601", place, f"there is no '{name}'.", near(name, known))


def check_figures(
    published: Sequence[Published], found: Mapping[tuple[str, ...], Figures]
) -> list[Checked]:
    """Each published figure beside the count found; `found` maps coders to figures, and the empty
    tuple to the figures of the coders that the round has. Raises InputError (E601) for a theme that
    is not counted in the question: it was not found to be 0, it was not looked for.
    """
    tables = {
        coders: {(c["question"], c["theme"], c["facet"]): c for c in figures.counts.to_pylist()}
        for coders, figures in found.items()
    }
    checked = []
    for figure in published:
        counts = tables[figure.coders]
        count = counts.get((figure.question, figure.theme, figure.facet))
        if count is None:
            raise InputError(_uncounted(figure, counts))
        checked.append(Checked(figure, count["cited"], count["of"]))
    return checked


def _uncounted(figure: Published, counted: Iterable[tuple[str, str, str]]) -> Problem:
    themes: dict[str, dict[str, list[str]]] = {}
    for question, theme, facet in counted:
        themes.setdefault(question, {}).setdefault(theme, []).append(facet)
    if figure.theme in themes.get(figure.question, {}):
        what = f"the facet '{figure.facet}' is not counted in '{figure.question}'."
        remedy = near(figure.facet, themes[figure.question][figure.theme][1:])
    elif figure.question in themes:
        what = f"the theme '{figure.theme}' is not counted in '{figure.question}'."
        remedy = near(figure.theme, themes[figure.question])
    else:
        what, remedy = f"no answer is to '{figure.question}'.", near(figure.question, themes)
    return Problem(code="E601", where=figure.id, what=what, remedy=remedy)
