"""Everything that a round's classifier may learn from -> its examples."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

import pyarrow as pa

from pipeline.classify.example import Example
from pipeline.codebook.model import Codebook
from pipeline.coded import Coded
from pipeline.errors import Problem
from pipeline.learn import (
    add_examples,
    add_weak,
    coded_examples,
    leave_out_audit,
    make_examples_of_decisions,
)
from pipeline.match import Matcher
from pipeline.noted import Answer
from pipeline.readings.staleness import Stored
from pipeline.round import ClassifierSettings
from pipeline.weak import ENOUGH


class Lessons(NamedTuple):
    """A coded file, decisions in force, the store that they are from, the answers that either
    names; the rules, if they are in play; and substantive **responses** drawn for want of others.
    """

    coded: Coded | None
    decisions: pa.Table
    stored: Stored | None
    answers: Mapping[str, Answer]
    matcher: Matcher | None
    undecided: pa.Table

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
    coded, decisions, stored, answers, matcher, undecided = lessons
    examples = coded_examples(coded, answers, codebook, matcher, say) if coded else []
    if stored or not coded:
        decided = make_examples_of_decisions(decisions, answers, codebook, matcher)
        examples = add_examples(examples, decided)
    if stored:
        examples = leave_out_audit(examples, stored.audit_ids, stored.audit_text_hashes, say)
    if matcher and len(undecided):
        examples = add_weak(examples, undecided, codebook, settings, matcher)
    return examples
