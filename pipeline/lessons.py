"""Everything that a round's classifier may learn from -> its examples."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

import pyarrow as pa

from pipeline.classify.answered import NOTHING_ANSWERED, Answered
from pipeline.classify.example import Example
from pipeline.codebook.model import Codebook
from pipeline.coded import Coded
from pipeline.errors import InputError, Problem
from pipeline.learn import (
    add_examples,
    add_weak,
    coded_examples,
    leave_out_audit,
    make_examples_of_decisions,
)
from pipeline.match import Matcher
from pipeline.noted import Answer
from pipeline.read import read_answers
from pipeline.readings.staleness import Stored
from pipeline.round import ClassifierSettings, Round
from pipeline.weak import ENOUGH

if TYPE_CHECKING:
    from pipeline.classify.model import Model


class Lessons(NamedTuple):
    """A coded file, decisions in force, the store that they are from, the answers that either
    names; the rules, if they are in play; substantive **responses** drawn for want of others; and
    answers to closed questions that may be learnt from.
    """

    coded: Coded | None
    decisions: pa.Table
    stored: Stored | None
    answers: Mapping[str, Answer]
    matcher: Matcher | None
    undecided: pa.Table
    answered: Answered

    @property
    def where(self) -> str:
        """The file that they are from; empty if there is none."""
        paths = (part.path for part in (self.coded, self.stored) if part)
        return next((path.as_posix() for path in paths if path), "")


def may_be_weak(
    settings: ClassifierSettings | None, chosen: Sequence[str], decided: Collection[str]
) -> bool:
    """Whether the classifier may have to learn from what rules find: few decisions, no file."""
    learns = settings and not settings.model and not settings.train
    return bool(learns and "codebook" in chosen and len(decided) < ENOUGH)


def find_examples(
    lessons: Lessons,
    codebook: Codebook,
    settings: ClassifierSettings,
    say: Callable[[Problem], None],
) -> list[Example]:
    """The examples of a coded file; of decisions, if they are in a store or there is no such file;
    of neither what an audit sample holds; and where these teach nothing, of what the rules find.
    """
    coded, decisions, stored, answers, matcher, undecided, answered = lessons
    examples = coded_examples(coded, answers, codebook, matcher, say) if coded else []
    if stored or not coded:
        decided = make_examples_of_decisions(decisions, answers, codebook, matcher)
        examples = add_examples(examples, decided)
    if stored:
        examples = leave_out_audit(examples, stored.audit_ids, stored.audit_text_hashes, say)
    if matcher and len(undecided):
        examples = add_weak(examples, undecided, codebook, settings, matcher)
    marks = answered.add([frozenset()] * len(examples), [example.group for example in examples])
    return [replace(e, answers=own) for e, own in zip(examples, marks, strict=True)]


def read_answered(
    the_round: Round, settings: ClassifierSettings | None, model: Model | None
) -> Answered:
    """The answers to closed questions that the classifier sees, or that its model learnt with.

    Raises InputError (E434) when the round lacks a question that the model learnt with.
    """
    items = settings.answers if settings else ()
    if model:
        items = tuple(model.settings.get("answers", ()))
    missing = set(items) - {item.id for item in the_round.source.closed}
    if missing:
        raise InputError.because(
            code="E434",
            where=the_round.path.as_posix(),
            what=f"the model learnt with closed questions that the round lacks: "
            f"{', '.join(sorted(missing))}.",
            remedy="Name their columns under 'closed:', or train without them.",
        )
    if not items:
        return NOTHING_ANSWERED
    return Answered.of(read_answers(the_round.source, the_round.repeats), items)
