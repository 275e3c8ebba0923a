"""The answers of a round that its coded, decisions and exclude files name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

import pyarrow as pa

from pipeline.errors import Problem
from pipeline.read import read_responses
from pipeline.round import Round
from pipeline.screen import Place, Repeats, find_repeats
from pipeline.tables import rows


class Answer(NamedTuple):
    """One answer of the source."""

    respondent: str
    question: str
    text: str


@dataclass(slots=True)
class Noted:
    """Notes questions, and the answers with these ids, as the first pass over the source goes."""

    named: set[str]
    questions: dict[str, None] = field(default_factory=dict)
    _seen: dict[str, list[tuple[Place, Answer]]] = field(default_factory=dict)

    def watch(self, batches: Iterable[pa.Table]) -> Iterator[pa.Table]:
        """The same batches. An id may be one that repeats will gain (`keep-all`: ID/2)."""
        wanted = self.named | {name.rpartition("/")[0] for name in self.named}
        for batch in batches:
            self.questions.update(dict.fromkeys(batch["question"].unique().to_pylist()))
            if self.named:
                for response_id, respondent, question, text, row in rows(
                    batch, "response_id", "respondent", "question", "text", "row"
                ):
                    if response_id in wanted:
                        answer = Answer(respondent, question, text)
                        self._seen.setdefault(response_id, []).append(((row, question), answer))
            yield batch

    def settle(self, repeats: Repeats) -> tuple[set[str], dict[str, Answer]]:
        """The ids named that exist, and the answer that stands for each, duplicates set aside."""
        known: set[str] = set()
        answers: dict[str, Answer] = {}
        for source_id, seen in self._seen.items():
            for place, answer in seen:
                response_id = source_id + repeats.renamed.get(place, "")
                known.add(response_id)
                if place not in repeats.duplicates and answer.text.strip():
                    answers[response_id] = answer
        return known & self.named, answers


def note_answers(
    the_round: Round, named: Iterable[str], say: Callable[[Problem], None]
) -> dict[str, Answer]:
    """The answer of the round behind each of these ids that it has; of a blank one no text."""
    noted = Noted(set(named))
    batches = noted.watch(read_responses(the_round.source, say))
    repeats = find_repeats(batches, the_round.source.path.as_posix(), the_round.repeats)
    known, answers = noted.settle(repeats)
    return {name: answers.get(name, Answer("", "", "")) for name in known}
