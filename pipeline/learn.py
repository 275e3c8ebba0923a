"""Hand coding and the answers it is of -> a trained classifier."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from pipeline.classify.example import Example
from pipeline.codebook.model import Codebook
from pipeline.coded import Coded, Reading
from pipeline.errors import Problem
from pipeline.match import Matcher
from pipeline.noted import Answer
from pipeline.round import ClassifierSettings

if TYPE_CHECKING:
    from pipeline.classify.train import Trained


def learn(
    coded: Coded,
    answers: Mapping[str, Answer],
    codebook: Codebook,
    settings: ClassifierSettings,
    matcher: Matcher | None,
    say: Callable[[Problem], None],
) -> Trained:
    """Train on a file of hand coding; `answers` are the round's own, for a file without texts.

    With a `matcher` the thresholds allow for what its rules find. Responses that have no text to
    learn from (blank, excluded, duplicates) are left out and counted in a warning.
    """
    from pipeline.classify.train import train_model  # noqa: PLC0415 - a second to import

    for problem in coded.warnings():
        say(problem)
    examples = make_examples(coded, answers, codebook, matcher)
    missing = len(coded.response_ids) - len(examples)
    if missing:
        what = f"{missing} coded responses have no answer to learn from and are left out."
        say(Problem(code="W405", where=coded.path.as_posix(), what=what))
    trained = train_model(examples, codebook, settings)
    model = trained.model
    if model.few:
        shown = ", ".join(f"{theme} ({n})" for theme, n in model.few.items())
        say(
            Problem(
                code="W401",
                where=coded.path.as_posix(),
                what=f"too few coded examples to learn these themes: {shown}.",
                remedy="The classifier adds nothing to them; code more examples to change that.",
            )
        )
    return trained


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
