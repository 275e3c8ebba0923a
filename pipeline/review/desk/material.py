"""A planned round -> all that a person is shown of its responses, found by place at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.codebook.model import Codebook
from pipeline.plan import Plan
from pipeline.review.gather import Gathered, gather
from pipeline.round import Round
from pipeline.run import Batch
from pipeline.tables import CODINGS, RESPONSES, keep


@dataclass(frozen=True, kw_only=True, eq=False)
class Material:
    """The substantive responses of a round, in its order: a response's place is its number here.

    `codings` are the machine's, in the order of the responses; those of place p are its rows
    `starts[p]` to `starts[p + 1]`.
    """

    round: Round
    codebook: Codebook
    gathered: Gathered
    responses: pa.Table
    codings: pa.Table
    starts: np.ndarray
    questions: np.ndarray
    places: dict[str, int]
    by_respondent: dict[str, list[int]]
    columns: dict[str, int]
    search_texts: list[str] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.gathered.ids)

    def asked(self) -> dict[str, str]:
        """Each question's wording by its id: those that the round names, then others answered."""
        named = (question.id for question in self.round.source.questions)
        names = dict.fromkeys((*named, *self.gathered.questions))
        return {name: self.round.question(name).label or name for name in names}

    def codings_of(self, place: int) -> list[dict[str, Any]]:
        """The machine's codings of a response."""
        first, last = int(self.starts[place]), int(self.starts[place + 1])
        found: list[dict[str, Any]] = self.codings.slice(first, last - first).to_pylist()
        return found

    def coded_by(self, coder: str) -> np.ndarray:
        """The places of the responses that a coder of the machine has coded, in order."""
        rows = np.flatnonzero(pc.equal(self.codings["coder"], coder).to_numpy())
        found: np.ndarray = np.unique(np.searchsorted(self.starts, rows, side="right") - 1)
        return found

    def groups_of(self, place: int) -> dict[str, str]:
        """The response's value of each of the round's group columns."""
        return dict(self.responses["groups"][place].as_py())

    def others_of(self, place: int) -> list[int]:
        """The same person's other answers; none where the source names nobody."""
        respondent = self.responses["respondent"][place].as_py()
        return [other for other in self.by_respondent.get(respondent, ()) if other != place]


@dataclass(slots=True)
class _Keeper:
    """Keeps of each batch what `gather` does not."""

    then: Callable[[Batch], None] | None
    responses: list[pa.Table] = field(default_factory=list)
    codings: list[pa.Table] = field(default_factory=list)

    def __call__(self, batch: Batch) -> None:
        self.responses.append(keep(batch.responses, "status", "substantive"))
        self.codings.append(batch.codings)
        if self.then:
            self.then(batch)


def hold_round(plan: Plan, progress: Callable[[Batch], None] | None = None) -> Material:
    """Run a round once and keep it in memory. People's decisions are not looked at here."""
    keeper = _Keeper(progress)
    gathered = gather(plan, keeper)
    responses = pa.concat_tables([RESPONSES.build([]), *keeper.responses]).combine_chunks()
    codings = pa.concat_tables([CODINGS.build([]), *keeper.codings]).unify_dictionaries()
    places = {name: place for place, name in enumerate(gathered.ids)}
    where = np.array([places[name] for name in codings["response_id"].to_pylist()], dtype=np.int64)
    order = np.argsort(where, kind="stable")
    by_respondent: dict[str, list[int]] = {}
    for place, respondent in enumerate(responses["respondent"].to_pylist()):
        if respondent:
            by_respondent.setdefault(respondent, []).append(place)
    return Material(
        round=plan.round,
        codebook=plan.codebook,
        gathered=gathered,
        responses=responses,
        codings=codings.take(pa.array(order)).combine_chunks(),
        starts=np.searchsorted(where[order], np.arange(len(gathered.ids) + 1)),
        questions=np.array(gathered.questions, dtype=str),
        places=places,
        by_respondent=by_respondent,
        columns={theme: column for column, theme in enumerate(gathered.themes)},
        search_texts=[text.casefold() for text in gathered.texts],
    )
