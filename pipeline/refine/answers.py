"""A round -> its substantive answers, as the codebook's workshop reads them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from pipeline.errors import Problem
from pipeline.plan import Plan, plan_run
from pipeline.read import read_responses
from pipeline.resolve import ACCEPTS
from pipeline.round import Round
from pipeline.run import Batch, run_batches
from pipeline.screen import screen_responses
from pipeline.tables import keep, rows
from pipeline.text import cut_quote
from pipeline.tokenise import sentence_starts

Warn = Callable[[Problem], None]


@dataclass(frozen=True, slots=True)
class Answer:
    """A substantive response with the themes it has, and those that a rule finds in it.

    No rule can give it the `barred` themes: people said that they are absent, or the theme's policy
    asks for more.
    """

    response_id: str
    question: str
    text: str
    themes: frozenset[str] = frozenset()
    ruled: frozenset[str] = frozenset()
    barred: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence or so of a response, to show what is meant."""

    response_id: str
    question: str
    text: str

    def as_json(self) -> dict[str, str]:
        """As a JSON object."""
        return {
            "response_id": self.response_id,
            "question": self.question,
            "quote": self.text,
        }


# A text with many quotes is asked for once per quote.
_starts = lru_cache(maxsize=16)(sentence_starts)


def sentence_span(text: str, start: int, end: int) -> tuple[int, int]:
    """The span of the sentences that a span of a text is in, without the space around them.

    >>> sentence_span("One. Two three. Four.", 9, 14)
    (5, 15)
    """
    starts = _starts(text)
    first = max((place for place in starts if place <= start), default=0)
    last = min((place for place in starts if place >= end), default=len(text))
    chunk = text[first:last]
    lead = len(chunk) - len(chunk.lstrip())
    return min(first + lead, start), max(first + len(chunk.rstrip()), end)


def quote_sentence(answer: Answer, start: int, end: int) -> Quote:
    """The sentence around a place of an answer."""
    quoted = cut_quote(answer.text, *sentence_span(answer.text, start, end))
    return Quote(answer.response_id, answer.question, quoted)


def plan_reading(the_round: Round, warn: Warn) -> Plan:
    """A plan to read a round's answers only; of the warnings those about the source are said."""
    return plan_run(
        the_round, ["codebook"], lambda note: warn(note) if note.code.startswith("W1") else None
    )


def read_answers(plan: Plan) -> Iterator[list[Answer]]:
    """The substantive answers of a round, batch by batch, without their themes."""
    for raw in read_responses(plan.round.source):
        responses = screen_responses(raw, plan.round, plan.repeats, plan.excluded)
        substantive = keep(responses, "status", "substantive")
        yield [Answer(*row) for row in rows(substantive, "response_id", "question", "text")]


def read_coded_answers(plan: Plan) -> list[Answer]:
    """Every substantive answer of a round with its verdicts, all of them in memory."""
    return [answer for batch in run_batches(plan) for answer in _coded(batch, plan)]


def _coded(batch: Batch, plan: Plan) -> Iterator[Answer]:
    policies = {theme.id: theme.policy for theme in plan.codebook.themes}
    doubtful = {name for name, policy in policies.items() if not _gives(policy, model=False)}
    present: dict[str, set[str]] = {}
    ruled: dict[str, set[str]] = {}
    barred: dict[str, set[str]] = {}
    for response_id, theme, here, rule, model, human in rows(
        keep(batch.verdicts, "facet", ""),
        *("response_id", "theme", "present", "codebook", "classifier", "human"),
    ):
        if here:
            present.setdefault(response_id, set()).add(theme)
        if rule:
            ruled.setdefault(response_id, set()).add(theme)
        bars = barred.setdefault(response_id, set(doubtful))
        if human == "absent":
            bars.add(theme)
        elif _gives(policies[theme], model=model):
            bars.discard(theme)
    substantive = keep(batch.responses, "status", "substantive")
    for key, question, text in rows(substantive, "response_id", "question", "text"):
        marks = (present.get(key, ()), ruled.get(key, ()), barred.get(key, doubtful))
        yield Answer(key, question, text, *map(frozenset, marks))


def _gives(policy: str, *, model: bool) -> bool:
    """Whether a rule is enough for the theme, with what the classifier says."""
    rule = True
    return ACCEPTS[policy](rule, model)
