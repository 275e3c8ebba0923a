"""One response of a round -> what the machine says of it, and which of its words carried that."""

from __future__ import annotations

from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from pipeline.classify.explain import Carried, explain_text
from pipeline.errors import InputError, near
from pipeline.match import match_responses
from pipeline.plan import Plan
from pipeline.read import read_responses
from pipeline.resolve import ACCEPTS
from pipeline.screen import screen_responses
from pipeline.tables import rows


class RuleHit(NamedTuple):
    """What a rule found: `text[start:end]` is the quote."""

    rule: str
    start: int
    end: int
    quote: str


class ThemeWhy(NamedTuple):
    """Why a theme is or is not coded: rule hits; and the score of the model, the threshold of the
    question (None: there is no score; infinite: it never reaches), the terms that carried it,
    what the rest (question, rules, answers, the theme's own level) brought to the log odds, and
    what embeddings did (None: the model has none).
    """

    theme: str
    policy: str
    coded: bool
    hits: tuple[RuleHit, ...]
    score: float | None
    threshold: float | None
    terms: tuple[Carried, ...]
    rest: float
    meaning: float | None


class ResponseWhy(NamedTuple):
    """A response, whether the model learnt from it, and every theme that may be coded in it."""

    response_id: str
    question: str
    text: str
    trained: bool
    themes: tuple[ThemeWhy, ...]


def explain_response(plan: Plan, response_id: str) -> ResponseWhy:
    """What rules and model make of one response of the planned round; people's word is not in it.

    Raises InputError (E701) for an id that the round lacks, and for a response that is not coded.
    """
    response = _find(plan, response_id)
    question, text, status = (response[name][0].as_py() for name in ("question", "text", "status"))
    if status != "substantive":
        what = f"'{response_id}' is {status}: nothing is coded in it."
        raise InputError.because(code="E701", where=plan.round.path.as_posix(), what=what)
    hits: dict[str, list[RuleHit]] = {}
    if "codebook" in plan.coders:
        codings = match_responses(response, plan.matcher).codings
        for theme, facet, *found in rows(
            codings, "theme", "facet", "rule", "start", "end", "quote"
        ):
            if not facet:
                hits.setdefault(theme, []).append(RuleHit(*found))
    scored = {}
    if plan.scorer:
        people = [response["respondent"][0].as_py()]
        (marks,) = plan.answered.add([frozenset(hits)], people)
        found = explain_text(plan.scorer, question, text, marks)
        scored = {explained.theme: explained for explained in found}
    themes = []
    for theme in plan.codebook.themes:
        if theme.applies_to(question):
            score = scored.get(theme.id)
            reached = score is not None and score.probability >= score.threshold
            themes.append(
                ThemeWhy(
                    theme=theme.id,
                    policy=theme.policy,
                    coded=ACCEPTS[theme.policy](theme.id in hits, reached),
                    hits=tuple(hits.get(theme.id, ())),
                    score=score.probability if score else None,
                    threshold=score.threshold if score else None,
                    terms=score.terms if score else (),
                    rest=score.rest if score else 0.0,
                    meaning=score.meaning if score else None,
                )
            )
    trained = plan.model is not None and response_id in plan.model.trained_ids
    return ResponseWhy(response_id, question, text, trained, tuple(themes))


def _find(plan: Plan, response_id: str) -> pa.Table:
    """The response, screened, as a table of one row."""
    ids: list[str] = []
    for raw in read_responses(plan.round.source):
        batch = screen_responses(raw, plan.round, plan.repeats, plan.excluded)
        here = batch.filter(pc.equal(batch["response_id"].cast(pa.string()), response_id))
        living = here.filter(pc.not_equal(here["status"].cast(pa.string()), "duplicate"))
        if living.num_rows:
            return living.slice(0, 1)
        ids += batch["response_id"].to_pylist()
    raise InputError.because(
        code="E701",
        where=plan.round.path.as_posix(),
        what=f"there is no response '{response_id}' in the round.",
        remedy=near(response_id, ids),
    )
