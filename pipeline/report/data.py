"""Everything a report shows, complete before anything is rendered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.codebook.model import Codebook
from pipeline.report.closed import ClosedReport, closed_json, gather_closed
from pipeline.report.facets import FacetTable, order_themes, tabulate_facets, tabulate_round
from pipeline.report.sentences import account_sentence, count_sentence, facet_clause, percent
from pipeline.round import Round
from pipeline.run import Closed, Figures
from pipeline.tables import CODERS

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One theme or net of one question; `depth` is how many parents it has.

    `facets` holds a count for each facet that applies, as the counts table has it.
    """

    theme: str
    label: str
    net: bool
    cited: int
    of: int
    share: float | None
    split: dict[str, int]
    sentence: str
    depth: int = 0
    facets: tuple[dict[str, Any], ...] = ()

    @property
    def percent(self) -> str:
        """The share in whole per cent."""
        return percent(self.cited, self.of)


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """One question: its base accounting, its themes by count, its nets, their second readings."""

    question: str
    label: str
    base: dict[str, Any]
    accounting: str
    rows: tuple[Row, ...]
    facet_tables: tuple[FacetTable, ...] = ()

    @property
    def sentences(self) -> list[str]:
        """The findings, most cited first; themes that nobody cited are left to the table."""
        return [row.sentence for row in self.rows if row.cited]


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


def gather_report(
    figures: Figures,
    the_round: Round,
    codebook: Codebook,
    coders: Sequence[str],
    closed: Closed | None = None,
) -> ReportData:
    """The report of a round's figures: themes by count, children under their parents, then nets;
    after them its closed questions.
    """
    counts = figures.counts.to_pylist()
    by_question: dict[str, list[dict[str, Any]]] = {}
    for count in counts:
        by_question.setdefault(count["question"], []).append(count)
    return ReportData(
        round=the_round.name,
        title=the_round.title,
        note=the_round.note,
        coders=tuple(coders),
        questions=tuple(
            _question(base, by_question.get(base["question"], []), codebook, coders)
            for base in figures.bases.to_pylist()
        ),
        facet_tables=tabulate_round(counts, codebook),
        closed=gather_closed(closed, the_round) if closed else None,
    )


def _question(
    base: dict[str, Any],
    counts: list[dict[str, Any]],
    codebook: Codebook,
    coders: Sequence[str],
) -> QuestionReport:
    return QuestionReport(
        question=base["question"],
        label=base["label"],
        base=base,
        accounting=account_sentence(base),
        rows=_rows(counts, codebook, coders),
        facet_tables=tabulate_facets(counts, codebook),
    )


def _rows(
    counts: list[dict[str, Any]], codebook: Codebook, coders: Sequence[str]
) -> tuple[Row, ...]:
    themes = [count for count in counts if not count["facet"]]
    facets: dict[str, list[dict[str, Any]]] = {}
    for count in counts:
        if count["facet"]:
            facets.setdefault(count["theme"], []).append(count)
    return tuple(
        Row(
            theme=count["theme"],
            label=count["label"],
            net=count["net"],
            cited=count["cited"],
            of=count["of"],
            share=count["share"],
            split={coder: count[coder] for coder in CODERS if coder in coders},
            sentence=count_sentence(count, coders)
            + facet_clause(facets.get(count["theme"], []), codebook.facets),
            depth=depth,
            facets=tuple(facets.get(count["theme"], ())),
        )
        for count, depth in order_themes(themes, codebook)
    )


def report_json(data: ReportData, **facts: Any) -> dict[str, Any]:
    """The counts as one JSON object; `facts` say where they come from."""
    return {
        "format": FORMAT,
        "round": data.round,
        "title": data.title,
        "note": data.note,
        "coders": list(data.coders),
        **facts,
        "questions": [
            {
                "question": question.question,
                "label": question.label,
                "base": {k: v for k, v in question.base.items() if k not in ("question", "label")},
                "counts": [value for row in question.rows for value in _row_json(row, data.coders)],
            }
            for question in data.questions
        ],
        **({"closed": closed_json(data.closed)} if data.closed else {}),
    }


def _row_json(row: Row, coders: Sequence[str]) -> list[dict[str, Any]]:
    """The theme, and its facets after it; only a codebook with facets has the key `facet`."""
    names = ("theme", "label", "net", "cited", "of", "share")
    facet = {"facet": ""} if row.facets else {}
    values = {name: getattr(row, name) for name in names}
    own = {"theme": values.pop("theme"), **facet, **values, **row.split, "sentence": row.sentence}
    return [
        own,
        *(
            {
                name: count[name]
                for name in ("theme", "facet", *names[1:], *(c for c in CODERS if c in coders))
            }
            for count in row.facets
        ),
    ]
