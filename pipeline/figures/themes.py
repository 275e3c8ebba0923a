"""Published figures of themes, checked against the counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import pyarrow as pa

from pipeline.codebook.model import Codebook
from pipeline.errors import InputError, Problem, near
from pipeline.figures.numbers import NO_LIMIT, decimals_of, parse_cited, some_count_fits
from pipeline.round import Round
from pipeline.run import Figures
from pipeline.tables import CODERS
from pipeline.wording import parse_share, print_share, round_half_up
from pipeline.yamlfile import Place, Section, YamlFile

FIGURE_KEYS = (
    *("id", "question", "theme", "facet", "cited", "share", "of", "group", "coders", "source"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published figure: `cited` as it was printed, and the numbers that make it true.

    `share`, too, is as it was printed; a figure has one of the two or both.
    """

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
    share: str = ""
    group: Mapping[str, str] = field(default_factory=dict)

    @property
    def printed(self) -> str:
        """What was published, in one line."""
        number = ", ".join(filter(None, (self.cited, print_percent(self.share))))
        return number + (f" of {self.of}" if self.of is not None else "")


@dataclass(frozen=True, slots=True)
class Checked:
    """A published figure beside what was found."""

    published: Published
    cited: int
    of: int

    @property
    def id(self) -> str:
        """The figure's id."""
        return self.published.id

    @property
    def source(self) -> str:
        """Where it was published."""
        return self.published.source

    @property
    def coders(self) -> tuple[str, ...] | None:
        """On whose word; empty for all that the round has."""
        return self.published.coders

    @property
    def printed(self) -> str:
        """What was published."""
        return self.published.printed

    @property
    def found(self) -> str:
        """What was found."""
        found = f"{self.cited} of {self.of}"
        if self.published.share and self.of:
            share = Fraction(100 * self.cited, self.of)
            decimals = decimals_of(self.published.share)
            found += f" ({print_share(round_half_up(share, decimals), decimals)}%)"
        return found

    @property
    def holds(self) -> bool:
        """Whether count, share and base are as published, those of them that were."""
        figure = self.published
        counted = figure.low <= self.cited <= figure.high and figure.of in (None, self.of)
        return counted and self._share_holds

    @property
    def _share_holds(self) -> bool:
        limits = parse_share(self.published.share)
        if not limits:
            return True
        return bool(self.of) and limits.holds(Fraction(100 * self.cited, self.of))

    @property
    def notes(self) -> tuple[str, ...]:
        """That no whole number of responses can have the share."""
        return note_impossible(self.published.share, self.published.of or self.of, "responses")

    def as_json(self) -> dict[str, Any]:
        """The figure as JSON."""
        figure = self.published
        share = {"share": figure.share} if figure.share else {}
        return {
            "id": figure.id,
            "question": figure.question,
            "theme": figure.theme,
            **({"facet": figure.facet} if figure.facet else {}),
            "published": {"cited": figure.cited, **share, "of": figure.of},
            "found": {"cited": self.cited, "of": self.of},
            "holds": self.holds,
            **({"notes": list(self.notes)} if self.notes else {}),
            "coders": list(figure.coders),
            "source": figure.source,
        }


def print_percent(share: str) -> str:
    """A share as it was printed, with the sign that it may lack.

    >>> print_percent("72.7"), print_percent("over 40%"), print_percent("half")
    ('72.7%', 'over 40%', 'half')
    """
    return share + ("%" if share[-1:].isdigit() else "")


def note_impossible(share: str, of: int, noun: str) -> tuple[str, ...]:
    """A note where no whole number of a base has a share as it was printed."""
    limits = parse_share(share)
    if not limits or not of or some_count_fits(limits, of):
        return ()
    return (f"no whole number of {of} {noun} gives {print_percent(share)}",)


def parse_figure(section: Section, the_round: Round, codebook: Codebook) -> Published:
    """One figure of a theme; what is wrong with it is noted (E601)."""
    question, theme = section.text("question", required=True), section.text("theme", required=True)
    known = {
        "question": [q.id for q in the_round.source.questions],
        "theme": [entry.id for entry in codebook.entries],
        "facet": [facet.id for facet in codebook.facets],
    }
    for key, names in known.items():
        name = section.text(key)
        if name and name not in names and (names or key != "question"):
            report_unknown(section.yaml_file, section.at(key), name, names)
    cited = section.text("cited", required="share" not in section.value)
    low, high = _parse_limits(section, cited)
    return Published(
        id=section.text("id", f"{question}/{theme}"),
        question=question,
        theme=theme,
        cited=cited,
        low=low,
        high=high,
        of=parse_base(section),
        coders=_parse_coders(section),
        source=section.text("source"),
        facet=section.text("facet"),
        share=parse_printed_share(section, "E601"),
        group=parse_group(section, the_round, "E601"),
    )


def _parse_limits(section: Section, cited: str) -> tuple[int, int]:
    if not cited:
        return 0, NO_LIMIT
    limits = parse_cited(cited)
    if limits is None:
        what = f"'{cited}' cannot be read as a count."
        remedy = "Write 20, over 40, at least 40, under 40, at most 40, about 40 or 12 to 15."
        section.yaml_file.report("E601", section.at("cited"), what, remedy)
    return limits or (0, 0)


def parse_base(section: Section) -> int | None:
    """The published base, if there is one."""
    of: Any = section.value.get("of")
    if of is not None and (not isinstance(of, int) or isinstance(of, bool)):
        section.wrong("of", "a whole number")
        return None
    return of


def parse_printed_share(section: Section, code: str, *more: str) -> str:
    """The published share as it was printed; a phrase without a documented meaning is noted.

    `more` are phrases that mean something here beside those of wording.
    """
    share = section.text("share")
    if share and share not in more and parse_share(share) is None:
        remedy = (
            "Write 38%, over 40, about 40, half, just over a third, nearly three quarters, most."
        )
        section.yaml_file.report(
            code, section.at("share"), f"'{share}' cannot be read as a share.", remedy
        )
    return share


def parse_group(section: Section, the_round: Round, code: str) -> dict[str, str]:
    """The group column and value that a figure is of; empty for the whole."""
    value = section.value.get("group")
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(
        isinstance(part, (str, int, float)) for part in value.values()
    ):
        section.wrong("group", "a mapping of a group column to a value")
        return {}
    for column in value:
        if column not in the_round.source.groups:
            section.yaml_file.report(
                code,
                (*section.at("group"), column),
                f"'{column}' is not one of the round's groups.",
                near(column, the_round.source.groups),
            )
    return {column: str(part) for column, part in value.items()}


def _parse_coders(section: Section) -> tuple[str, ...]:
    coders = section.texts("coders")
    for coder in coders:
        if coder not in CODERS:
            report_unknown(section.yaml_file, section.at("coders"), coder, CODERS)
    return tuple(coder for coder in CODERS if coder in coders)


def report_unknown(yaml_file: YamlFile, place: Place, name: str, known: Sequence[str]) -> None:
    """Note a name that there is not (E601)."""
    yaml_file.report("E601", place, f"there is no '{name}'.", near(name, known))


def check_themes(
    published: Sequence[Published], found: Mapping[tuple[str, ...], Figures]
) -> list[Checked]:
    """Each published figure of a theme beside the count found, as `check_figures` has it."""
    tables = {
        coders: {(c["question"], c["theme"], c["facet"]): c for c in figures.counts.to_pylist()}
        for coders, figures in found.items()
    }
    checked = []
    for figure in published:
        if figure.group:
            checked.append(_check_group(figure, found[figure.coders].crossings))
            continue
        counts = tables[figure.coders]
        count = counts.get((figure.question, figure.theme, figure.facet))
        if count is None:
            raise InputError(_uncounted(figure, counts))
        checked.append(Checked(figure, count["cited"], count["of"]))
    return checked


def _check_group(figure: Published, crossings: pa.Table | None) -> Checked:
    """A figure of one group beside its count."""
    if len(figure.group) > 1 or crossings is None:
        what = f"themes are counted by one group column at a time, not by {_named(figure)}."
        raise InputError.because(
            code="E604", where=figure.id, what=what, remedy="Name one, or add a column of both."
        )
    ((column, value),) = figure.group.items()
    place = (figure.question, figure.theme, figure.facet, column)
    values = {
        row["value"]: row
        for row in crossings.to_pylist()
        if (row["question"], row["theme"], row["facet"], row["column"]) == place
    }
    if value not in values:
        what = (
            f"the theme '{figure.theme}' is not counted in '{figure.question}' by {_named(figure)}."
        )
        raise InputError.because(
            code="E604", where=figure.id, what=what, remedy=near(value, values)
        )
    return Checked(figure, values[value]["cited"], values[value]["of"])


def _named(figure: Published) -> str:
    return ", ".join(f"{column}: {value}" for column, value in figure.group.items())


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
