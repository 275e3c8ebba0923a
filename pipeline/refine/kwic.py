"""A term -> every use of it in a round, in its sentence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import pyarrow as pa

from pipeline.codebook.model import Codebook, Forms, Rule, Theme
from pipeline.codebook.terms import parse_term
from pipeline.errors import InputError, near
from pipeline.match import Matcher
from pipeline.plan import Plan
from pipeline.refine.answers import Answer, read_answers, sentence_span
from pipeline.text import cut_quote, fold_words
from pipeline.tokenise import number_sentences


@dataclass(frozen=True, slots=True)
class Use:
    """A use of a term; `left` and `right` are what its sentence has on either side."""

    response_id: str
    question: str
    start: int
    end: int
    left: str
    keyword: str
    right: str

    def as_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Concordance:
    """Every use of a term, by question, and how many responses there are to find it in."""

    uses: tuple[Use, ...]
    of: int

    @property
    def responses(self) -> int:
        """The responses with a use."""
        return len({use.response_id for use in self.uses})


def _by_left(use: Use) -> tuple[str, ...]:
    return fold_words(use.left)[::-1]


def _by_right(use: Use) -> tuple[str, ...]:
    return fold_words(use.right)


SORTS: dict[str, Callable[[Use], tuple[str, ...]]] = {
    "source": lambda use: (),
    "left": _by_left,
    "right": _by_right,
}
"""Ways to sort uses: as in the source; by the words before, from the term outwards; or after."""


CONTEXT = 400
"""So many characters on either side are kept: a text without a full stop is one sentence."""


def find_uses(
    plan: Plan, term: str, forms: Forms, *, question: str = "", sort: str = "source"
) -> Concordance:
    """Every use of a term in the substantive responses of a round, or of one question of it.

    Words are told apart as the round's codebook does. Raises InputError for a term that cannot be
    matched (E302), an unknown question or way to sort (E701).
    """
    if sort not in SORTS:
        what = f"there is no way to sort '{sort}'."
        raise InputError.because(code="E701", what=what, remedy=near(sort, SORTS))
    matcher = Matcher(term_codebook(plan.codebook, [term], forms), number_sentences)
    named = {listed.id: 0 for listed in plan.round.source.questions}
    counts = dict(named)
    uses: list[Use] = []
    for answers in read_answers(plan):
        for answer in answers:
            counts[answer.question] = counts.get(answer.question, 0) + 1
        uses += _find(matcher, [a for a in answers if question in ("", a.question)])
    if question and question not in counts:
        what = f"there is no question '{question}'."
        raise InputError.because(code="E701", what=what, remedy=near(question, counts))
    order = {name: number for number, name in enumerate(counts)}
    uses.sort(key=lambda use: (order[use.question], SORTS[sort](use)))
    of = counts[question] if question else sum(counts.values())
    return Concordance(tuple(uses), of)


def term_codebook(codebook: Codebook, terms: Iterable[str], forms: Forms | None = None) -> Codebook:
    """A codebook of one theme a term, with another's way to tell words apart.

    Raises InputError (E302) for a term that cannot be matched.
    """
    themes = []
    for number, term in enumerate(terms):
        try:
            parse_term(term, codebook.hyphens)
        except ValueError as error:
            remedy = "Use words; '*' and '?' stand for characters of a word."
            raise InputError.because(code="E302", what=str(error), remedy=remedy) from error
        name = str(number)
        rule = Rule(id=f"{name}/1", any=(term,), forms=forms or Forms())
        themes.append(Theme(id=name, label=term, rules=(rule,)))
    return replace(codebook, entries=tuple(themes), facets=(), exclusive=(), overlap="keep")


def _find(matcher: Matcher, answers: Sequence[Answer]) -> Iterator[Use]:
    if not answers:
        return
    texts = pa.array([answer.text for answer in answers], pa.string())
    found = matcher.find(texts, [answer.question for answer in answers])
    for finding in matcher.list(found):
        answer, start, end = answers[finding.row], finding.start, finding.end
        first, last = sentence_span(answer.text, start, end)
        yield Use(
            response_id=answer.response_id,
            question=answer.question,
            start=start,
            end=end,
            left=cut_quote(answer.text, max(first, start - CONTEXT), start),
            keyword=cut_quote(answer.text, start, end),
            right=cut_quote(answer.text, end, min(last, end + CONTEXT)),
        )
