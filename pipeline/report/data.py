"""Everything a report shows, complete before anything is rendered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from pipeline.codebook.model import Codebook
from pipeline.count.crossed import Crossed
from pipeline.errors import Problem
from pipeline.report.across import Across, across_json, gather_across
from pipeline.report.audited import audit_sentence, unaudited
from pipeline.report.closed import ClosedReport, closed_json, gather_closed
from pipeline.report.facets import FacetTable, tabulate_facets, tabulate_round
from pipeline.report.groups import GroupTable, gather_groups, groups_json, sort_rows
from pipeline.report.headlines import headline, population_sentence
from pipeline.report.row import Row, Weighted, make_rows, row_json
from pipeline.report.sentences import account_sentence
from pipeline.round import Population, Round
from pipeline.run import Closed, Figures
from pipeline.tables import keep

FORMAT = 1


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """One question: its base accounting, its themes by count, its nets, their second readings,
    and its groups; `headline` says its most cited themes in words.
    """

    question: str
    label: str
    base: dict[str, Any]
    accounting: str
    rows: tuple[Row, ...]
    facet_tables: tuple[FacetTable, ...] = ()
    groups: tuple[GroupTable, ...] = ()
    headline: str = ""

    @property
    def sentences(self) -> list[str]:
        """The findings, most cited first; themes that nobody cited are left to the table, unless
        an audit says how many may have been missed.
        """
        said = [row.sentence for row in self.rows if row.cited or audit_sentence(row.estimate)]
        return [self.headline, *said] if self.headline else said

    @property
    def unaudited(self) -> str:
        """Of which themes the coding error is not known; empty if it is of all."""
        return unaudited([row.estimate for row in self.rows if row.estimate])


@dataclass(frozen=True, slots=True)
class ReportData:
    """A whole report; `facet_tables` are the second readings that no one question shows whole."""

    round: str
    title: str
    note: str
    coders: tuple[str, ...]
    questions: tuple[QuestionReport, ...]
    facet_tables: tuple[FacetTable, ...] = ()
    closed: ClosedReport | None = None
    population: Population = field(default_factory=Population)
    weight: str = ""
    across: Across = field(default_factory=Across)
    uncrossed: tuple[Problem, ...] = ()

    @property
    def standing(self) -> str:
        """Whom the figures are of, and what error they have."""
        return population_sentence(self.population)


def gather_report(
    figures: Figures,
    the_round: Round,
    codebook: Codebook,
    coders: Sequence[str],
    closed: Closed | None,
    crossed: Crossed,
) -> ReportData:
    """The report of a round's figures: themes by count, children under their parents, then nets,
    then by group; after them what goes across questions, and its closed questions.
    """
    counts = figures.counts.to_pylist()
    by_question: dict[str, list[dict[str, Any]]] = {}
    for count in counts:
        by_question.setdefault(count["question"], []).append(count)
    estimates = figures.estimates.to_pylist() if figures.estimates is not None else []
    audited = {(row["question"], row["theme"]): row for row in estimates}
    weighted = _weighted(crossed)
    crossings, comparisons = sort_rows(crossed.crossings), sort_rows(crossed.comparisons)
    asked = {item.id if item.cross else item.column: item for item in the_round.source.closed}
    questions = []
    for base in figures.bases.to_pylist():
        name = base["question"]
        own = _join(by_question.get(name, []), audited, figures.signed)
        rows = make_rows(own, codebook, coders, weighted.get(name, {}))
        there = crossings.get(name, {})
        groups = gather_groups(rows, base["of"], there, comparisons.get(name, {}), asked)
        questions.append(_question(base, rows, groups, tabulate_facets(own, codebook)))
    return ReportData(
        round=the_round.name,
        title=the_round.title,
        note=the_round.note,
        coders=tuple(coders),
        questions=tuple(questions),
        facet_tables=tabulate_round(counts, codebook),
        closed=gather_closed(closed, the_round) if closed else None,
        population=_population(the_round, crossed),
        weight=the_round.source.weight or "",
        across=gather_across(crossed, counts, codebook),
        uncrossed=crossed.problems,
    )


def _population(the_round: Round, crossed: Crossed) -> Population:
    """The population as intervals take it: without its size, if more people answered."""
    return replace(the_round.population, size=None) if crossed.doubts else the_round.population


def _join(
    counts: list[dict[str, Any]],
    estimates: Mapping[tuple[str, str], dict[str, Any]],
    signed: Mapping[tuple[str, str], Any],
) -> list[dict[str, Any]]:
    """Each count with its row of the estimates, and who signed it."""
    return [
        {**count, "estimate": estimates.get(place), "signed": signed.get(place)}
        for count in counts
        for place in [(count["question"], count["theme"])]
    ]


def _weighted(crossed: Crossed) -> dict[str, dict[str, Weighted]]:
    found: dict[str, dict[str, Weighted]] = {}
    for row in keep(keep(crossed.weighted, "column", ""), "facet", "").to_pylist():
        found.setdefault(row["question"], {})[row["theme"]] = Weighted.of(row)
    return found


def _question(
    base: dict[str, Any],
    rows: tuple[Row, ...],
    groups: tuple[GroupTable, ...],
    facet_tables: tuple[FacetTable, ...],
) -> QuestionReport:
    return QuestionReport(
        question=base["question"],
        label=base["label"],
        base=base,
        accounting=account_sentence(base),
        rows=rows,
        facet_tables=facet_tables,
        groups=groups,
        headline=headline([(r.label, r.cited) for r in rows if not r.net], base["of"]),
    )


def report_json(data: ReportData, **facts: Any) -> dict[str, Any]:
    """The counts as one JSON object; `facts` say where they come from."""
    return {
        "format": FORMAT,
        "round": data.round,
        "title": data.title,
        "note": data.note,
        "coders": list(data.coders),
        "population": {**asdict(data.population), "sentence": data.standing},
        "weight": data.weight,
        **facts,
        "questions": [
            {
                "question": question.question,
                "label": question.label,
                "base": {k: v for k, v in question.base.items() if k not in ("question", "label")},
                "counts": [value for row in question.rows for value in row_json(row, data.coders)],
                "headline": question.headline,
                "groups": [groups_json(table) for table in question.groups],
            }
            for question in data.questions
        ],
        **across_json(data.across),
        **({"closed": closed_json(data.closed)} if data.closed else {}),
    }
