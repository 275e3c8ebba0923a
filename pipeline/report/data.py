"""Everything a report shows, complete before anything is rendered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.report.sentences import account_sentence, count_sentence
from pipeline.round import Round
from pipeline.run import Figures
from pipeline.tables import CODERS

FORMAT = 1


@dataclass(frozen=True, slots=True)
class Row:
    """One theme or net of one question."""

    theme: str
    label: str
    net: bool
    cited: int
    of: int
    share: float | None
    split: dict[str, int]
    sentence: str

    @property
    def percent(self) -> str:
        """The share in whole per cent, halves up; never 0 % or 100 % unless it is exactly so."""
        if self.share is None:
            return "-"
        rounded = (200 * self.cited + self.of) // (2 * self.of)
        if rounded == 0 and self.cited:
            return "<1%"
        if rounded == 100 and self.cited < self.of:
            return ">99%"
        return f"{rounded}%"


@dataclass(frozen=True, slots=True)
class QuestionReport:
    """One question: its base accounting, its themes by count, its nets."""

    question: str
    label: str
    base: dict[str, Any]
    accounting: str
    rows: tuple[Row, ...]

    @property
    def sentences(self) -> list[str]:
        """The findings, most cited first; themes that nobody cited are left to the table."""
        return [row.sentence for row in self.rows if row.cited]


@dataclass(frozen=True, slots=True)
class ReportData:
    """A whole report."""

    round: str
    title: str
    note: str
    coders: tuple[str, ...]
    questions: tuple[QuestionReport, ...]


def gather_report(figures: Figures, the_round: Round, coders: Sequence[str]) -> ReportData:
    """The report of a round's figures: themes by count, nets after them."""
    counts = figures.counts.to_pylist()
    return ReportData(
        round=the_round.name,
        title=the_round.title,
        note=the_round.note,
        coders=tuple(coders),
        questions=tuple(
            QuestionReport(
                question=base["question"],
                label=base["label"],
                base=base,
                accounting=account_sentence(base),
                rows=_rows([c for c in counts if c["question"] == base["question"]], coders),
            )
            for base in figures.bases.to_pylist()
        ),
    )


def _rows(counts: list[dict[str, Any]], coders: Sequence[str]) -> tuple[Row, ...]:
    ordered = sorted(counts, key=lambda count: (count["net"], -count["cited"]))
    return tuple(
        Row(
            theme=count["theme"],
            label=count["label"],
            net=count["net"],
            cited=count["cited"],
            of=count["of"],
            share=count["share"],
            split={coder: count[coder] for coder in CODERS if coder in coders},
            sentence=count_sentence(count, coders),
        )
        for count in ordered
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
                "counts": [
                    {
                        "theme": row.theme,
                        "label": row.label,
                        "net": row.net,
                        "cited": row.cited,
                        "of": row.of,
                        "share": row.share,
                        **row.split,
                        "sentence": row.sentence,
                    }
                    for row in question.rows
                ],
            }
            for question in data.questions
        ],
    }
