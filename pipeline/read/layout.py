"""Rows of a source -> responses, one per respondent and question."""

from __future__ import annotations

import hashlib
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pipeline.errors import InputError, Problem, near
from pipeline.read.delimited import delimiter_of, likely_delimiter
from pipeline.read.rows import Rows
from pipeline.round import Question, Source

_LISTED = 5


@dataclass(slots=True)
class Layout:
    """Where each thing is in a row: column numbers of a source's named columns."""

    source: Source
    columns: dict[str, int]
    asked: dict[str, Question]
    seen: Counter[str] = field(default_factory=Counter)
    strangers: Counter[str] = field(default_factory=Counter)
    weightless: int = 0

    def respond(self, number: int, cells: list[str]) -> Iterator[dict[str, Any]]:
        """The responses that one row holds."""
        if self.source.layout == "wide":
            for question in self.source.questions:
                yield self._response(
                    number, cells, question.id, cells[self.columns[question.column]]
                )
            return
        value = cells[self.columns[self.source.question]]
        asked = self.asked.get(value)
        question_id = asked.id if asked else "" if self.asked else value
        if not question_id:
            self.strangers[value] += 1
            return
        self.seen[value] += 1
        yield self._response(number, cells, question_id, cells[self.columns[self.source.text]])

    def _response(self, number: int, cells: list[str], question: str, text: str) -> dict[str, Any]:
        source = self.source
        respondent = self.identify(source.respondent, number, cells)
        if source.response:
            response_id = self.identify(source.response, number, cells)
        elif source.respondent:
            response_id = f"{respondent}/{question}"
        else:
            digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]
            response_id = f"row{number}-{digest}/{question}"
        return {
            "response_id": response_id,
            "respondent": respondent,
            "question": question,
            "text": text,
            "row": number,
            "groups": [(group, cells[self.columns[group]]) for group in source.groups],
            "weight": self._weight(number, cells),
            "status": "",
            "reason": "",
            "campaign": "",
        }

    def identify(self, column: str, number: int, cells: list[str]) -> str:
        """The id in a column of a row, empty without a column; InputError E110 for a blank one."""
        if not column:
            return ""
        value = cells[self.columns[column]]
        if not value.strip():
            raise InputError.because(
                code="E110",
                where=f"{self.source.path.as_posix()}: row {number}",
                what=f"the row has no '{column}'.",
                remedy="Give every row its id.",
            )
        return value

    def _weight(self, number: int, cells: list[str]) -> float | None:
        column = self.source.weight
        if not column:
            return None
        text = cells[self.columns[column]].strip()
        try:
            weight = float(text)
        except ValueError:
            weight = math.nan
        if not 0 <= weight < math.inf:
            what = f"the weight '{text}' is no number that is 0 or more." if text else ""
            raise InputError.because(
                code="E114",
                where=f"{self.source.path.as_posix()}: row {number}",
                what=what or f"the row has no weight in '{column}'.",
                remedy="Give every row its survey weight, or leave 'weight:' out.",
            )
        self.weightless += weight == 0
        return weight

    def close(self) -> tuple[Problem, ...]:
        """Warnings about rows that belong to no question; InputError E112 for absent questions."""
        absent = [value for value in self.asked if not self.seen[value]]
        if absent:
            where = self.source.path.as_posix()
            raise InputError(
                *(
                    Problem(
                        code="E112",
                        where=where,
                        what=f"no row has the question '{value}' ({self.asked[value].id}).",
                        remedy=near(value, self.strangers),
                    )
                    for value in absent
                )
            )
        return (*self._strange(), *self._unweighted())

    def _unweighted(self) -> tuple[Problem, ...]:
        if not self.weightless:
            return ()
        what = f"{self.weightless} answers have the weight 0: they are counted, and weigh nothing."
        return (Problem(code="W105", where=self.source.path.as_posix(), what=what),)

    def _strange(self) -> tuple[Problem, ...]:
        if not self.strangers:
            return ()
        shown = ", ".join(f"'{v}' ({n} rows)" for v, n in self.strangers.most_common(_LISTED))
        return (
            Problem(
                code="W102",
                where=self.source.path.as_posix(),
                what=f"{self.strangers.total()} rows have questions that the round lacks: {shown}.",
                remedy="Add them under 'questions:' if they belong to it.",
            ),
        )


def find_columns(source: Source, rows: Rows) -> Layout:
    """The columns that the round names, in the header; InputError E107 lists all that are not."""
    problems = [
        _column_problem(source, name, rows.header)
        for name in source.columns
        if rows.header.count(name) != 1
    ]
    if problems:
        raise InputError(*problems)
    return Layout(
        source=source,
        columns={name: number for number, name in enumerate(rows.header)},
        asked={question.value: question for question in source.questions if question.value},
    )


def _column_problem(source: Source, name: str, header: list[str]) -> Problem:
    if name in header:
        return Problem(
            code="E107",
            where=f"{source.path.as_posix()}: row 1",
            what=f"the column '{name}' is there {header.count(name)} times.",
            remedy="Rename all but one.",
        )
    hint = likely_delimiter(header, delimiter_of(source)) or near(name, header)
    return Problem(
        code="E107",
        where=f"{source.path.as_posix()}: row 1",
        what=f"there is no column '{name}'.",
        remedy=hint,
    )
