"""Published statements of counts and shares, checked against what is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pyarrow as pa

from pipeline.codebook.model import Codebook
from pipeline.figures.checked import CheckedFigure
from pipeline.figures.closed import CheckedClosed, ClosedFigure, check_closed
from pipeline.figures.numbers import parse_cited
from pipeline.figures.statements import CLOSED_FIGURE_KEYS, parse_closed_figure
from pipeline.figures.themes import FIGURE_KEYS, Checked, Published, check_themes, parse_figure
from pipeline.round import Round
from pipeline.run import Figures
from pipeline.yamlfile import Section, load_yaml

__all__ = [
    "CLOSED_FIGURE_KEYS",
    "FIGURE_KEYS",
    "AnyFigure",
    "Checked",
    "CheckedClosed",
    "CheckedFigure",
    "ClosedFigure",
    "Published",
    "check_figures",
    "load_figures",
    "parse_cited",
]

AnyFigure = Published | ClosedFigure


def load_figures(path: Path, the_round: Round, codebook: Codebook) -> tuple[AnyFigure, ...]:
    """Read figures.yaml; InputError lists every figure that cannot be read (E601, E603).

    A figure with the key `closed` is of a closed question, any other of a theme.
    """
    yaml_file = load_yaml(path)
    items = yaml_file.value
    if not isinstance(items, list) or not items:
        yaml_file.report(
            "E601", (), "a list of figures is wanted here.", "Start each with '- id:'."
        )
        items = []
    figures: list[AnyFigure] = []
    for number, item in enumerate(items):
        closed = isinstance(item, dict) and "closed" in item
        keys = CLOSED_FIGURE_KEYS if closed else (*FIGURE_KEYS, "closed")
        section = Section.of(yaml_file, (number,), item, keys)
        figures.append(
            parse_closed_figure(section, the_round)
            if closed
            else parse_figure(section, the_round, codebook)
        )
    yaml_file.raise_problems()
    return tuple(figures)


def check_figures(
    published: Sequence[AnyFigure],
    found: Mapping[tuple[str, ...], Figures],
    answers: pa.Table | None = None,
) -> list[CheckedFigure]:
    """Each published figure beside what was found, in the order they are given.

    `found` maps coders to figures, and the empty tuple to the figures of the coders that the round
    has; `answers` are those to the round's closed questions, if a figure is of one. Raises
    InputError for a theme (E601), an option or a group (E603) that was not counted: it was not
    found to be 0, it was not looked for.
    """
    themes = iter(check_themes([f for f in published if isinstance(f, Published)], found))
    closed = iter(check_closed([f for f in published if isinstance(f, ClosedFigure)], answers))
    return [next(themes) if isinstance(figure, Published) else next(closed) for figure in published]
