"""Hand coding and the answers it is of -> a trained classifier."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.classify.example import Example
from pipeline.codebook.model import Codebook
from pipeline.coded import Coded, Reading
from pipeline.errors import InputError, Problem, near
from pipeline.match import Matcher
from pipeline.noted import Answer
from pipeline.readings.records import hash_text
from pipeline.resolve import people_say
from pipeline.round import ClassifierSettings
from pipeline.weak import make_weak_examples

if TYPE_CHECKING:
    from pipeline.classify.model import Model
    from pipeline.classify.train import Trained


def learn(
    coded: Coded,
    answers: Mapping[str, Answer],
    codebook: Codebook,
    settings: ClassifierSettings,
    matcher: Matcher | None,
    say: Callable[[Problem], None],
) -> Model:
    """Train on a file of hand coding; `answers` are the round's own, for a file without texts.

    With a `matcher` the thresholds allow for what its rules find. Responses that have no text to
    learn from (blank, excluded, duplicates) are left out and counted in a warning.
    """
    examples = coded_examples(coded, answers, codebook, matcher, say)
    return train_on(examples, codebook, settings, coded.path.as_posix(), say).model


def coded_examples(
    coded: Coded,
    answers: Mapping[str, Answer],
    codebook: Codebook,
    matcher: Matcher | None,
    say: Callable[[Problem], None],
) -> list[Example]:
    """The examples of a file of hand coding, and warnings of what it does not teach.

    Raises InputError (E401) when it has themes and the codebook has none of them.
    """
    if coded.strangers and not any(reading.themes for reading in coded.readings):
        first = next(iter(coded.strangers))
        raise InputError.because(
            code="E401",
            where=coded.path.as_posix(),
            what=f"none of its themes is in the codebook (the first is '{first}').",
            remedy=near(first, [theme.id for theme in codebook.themes]),
        )
    for problem in coded.warnings():
        say(problem)
    examples = make_examples(coded, answers, codebook, matcher)
    missing = len(coded.response_ids) - len(examples)
    if missing:
        what = f"{missing} coded responses have no answer to learn from and are left out."
        say(Problem(code="W405", where=coded.path.as_posix(), what=what))
    return examples


def train_on(
    examples: list[Example],
    codebook: Codebook,
    settings: ClassifierSettings,
    where: str,
    say: Callable[[Problem], None],
) -> Trained:
    """Train, and warn of themes that are left to their rules: for want of examples (W401), or
    because all examples have them (W433).
    """
    # A round of rules alone does without the quarter of a second that this takes.
    from pipeline.classify.train import MIN_EXAMPLES, train_model  # noqa: PLC0415

    trained = train_model(examples, codebook, settings)
    model = trained.model
    if model.settings["weak"]:
        _warn_of_weak(examples, where, say)
    # A theme that was not learnt although it has examples enough has nothing beside them.
    sided = [t for t, n in model.few.items() if t not in model.themes and n >= MIN_EXAMPLES]
    few = {theme: n for theme, n in model.few.items() if theme not in sided}
    if sided:
        what = (
            f"every coded response has these themes, so none shows what is not: {', '.join(sided)}."
        )
        remedy = "They are left to their rules; code responses without them."
        say(Problem(code="W433", where=where, what=what, remedy=remedy))
    if few:
        shown = ", ".join(f"{theme} ({n})" for theme, n in few.items())
        say(
            Problem(
                code="W401",
                where=where,
                what=f"too few coded examples to learn or trust these themes: {shown}.",
                remedy="The classifier adds nothing to them; code more examples to change that.",
            )
        )
    return trained


def _warn_of_weak(examples: Sequence[Example], where: str, say: Callable[[Problem], None]) -> None:
    weak = sum(example.weak for example in examples)
    what = "too little is decided to learn from, so the classifier learnt from what the rules find "
    what += f"in {weak} responses: its scores say what to read next, and count nothing."
    remedy = "Read and decide: 'verbatims review sample --for learning' draws what to begin with."
    say(Problem(code="W409", where=where, what=what, remedy=remedy))


def make_examples(
    coded: Coded, answers: Mapping[str, Answer], codebook: Codebook, matcher: Matcher | None
) -> list[Example]:
    """An example per coded response: every theme that any coder marked, and what the rules find."""
    merged: dict[str, tuple[Reading, set[str]]] = {}
    for reading in coded.readings:
        merged.setdefault(reading.response_id, (reading, set()))[1].update(reading.themes)
    answered = [
        (response_id, answer, themes)
        for response_id, (reading, themes) in merged.items()
        if (answer := _own_answer(reading) or answers.get(response_id))
    ]
    ruled: list[set[str]] = [set() for _ in answered]
    if matcher:
        texts, questions = [a.text for _, a, _ in answered], [a.question for _, a, _ in answered]
        ruled = matcher.find_themes(texts, questions)
    return [
        Example(
            response_id=response_id,
            group=answer.respondent or response_id,
            question=answer.question,
            text=answer.text,
            themes=frozenset(themes),
            ruled=frozenset(found),
        )
        for (response_id, answer, themes), found in zip(answered, ruled, strict=True)
    ]


def _own_answer(reading: Reading) -> Answer | None:
    """The answer that a coded file brings; the id up to its last / stands for the respondent."""
    if not reading.text.strip():
        return None
    return Answer(reading.response_id.rpartition("/")[0], reading.question, reading.text)


def make_examples_of_decisions(
    decisions: pa.Table, answers: Mapping[str, Answer], codebook: Codebook, matcher: Matcher | None
) -> list[Example]:
    """An example per response that people decided on: present and absent as they said.

    `decisions` are those in force. A theme is unknown where nobody had it in view, where the last
    word of all was unsure, and where people disagree. A response of which all is unknown, or that
    has no answer, teaches nothing and is left out.
    """
    themes = [theme.id for theme in codebook.themes]
    said: dict[str, dict[str, str]] = {}
    for (response_id, theme, facet), word in people_say(decisions, answers).items():
        if not facet and word in ("present", "absent"):
            said.setdefault(response_id, {})[theme] = word
    names = [name for name in answers if name in said]
    ruled: list[set[str]] = [set() for _ in names]
    if matcher:
        texts, questions = ([getattr(answers[n], f) for n in names] for f in ("text", "question"))
        ruled = matcher.find_themes(texts, questions)
    return [
        Example(
            response_id=name,
            group=answers[name].respondent or name,
            question=answers[name].question,
            text=answers[name].text,
            themes=frozenset(t for t in themes if said[name].get(t) == "present"),
            ruled=frozenset(found),
            unknown=frozenset(t for t in themes if t not in said[name]),
        )
        for name, found in zip(names, ruled, strict=True)
    ]


def leave_out_audit(
    examples: Iterable[Example],
    audit_ids: Collection[str],
    audit_text_hashes: Collection[str],
    say: Callable[[Problem], None],
) -> list[Example]:
    """The examples that are in no audit sample, by id or by the hash of their text.

    A warning (W412) counts the others: what audits the counts must not have trained them.
    """
    every = list(examples)
    kept = [
        example
        for example in every
        if example.response_id not in audit_ids and hash_text(example.text) not in audit_text_hashes
    ]
    if len(kept) < len(every):
        what = f"{len(every) - len(kept)} responses of audit samples, or with their text, "
        what += "are left out of what the classifier learns from."
        say(Problem(code="W412", what=what))
    return kept


def add_examples(coded: Iterable[Example], decided: Iterable[Example]) -> list[Example]:
    """Both, a response once: what people decided in the round goes before a coded file."""
    last = list(decided)
    there = {example.response_id for example in last}
    return [*(example for example in coded if example.response_id not in there), *last]


def add_weak(
    examples: list[Example],
    undecided: pa.Table,
    codebook: Codebook,
    settings: ClassifierSettings,
    matcher: Matcher,
) -> list[Example]:
    """Examples that suffice to learn from as they are; others with those of `undecided`
    **responses**, labelled by the rules. Then rules are no features: they would tell the label.
    """
    # A round of rules alone does without the quarter of a second that this takes.
    from pipeline.classify.train import can_learn  # noqa: PLC0415

    if can_learn(examples, codebook, settings.seed):
        return examples
    weak = make_weak_examples(undecided, codebook, matcher)
    return add_examples(weak, (replace(example, ruled=frozenset()) for example in examples))
