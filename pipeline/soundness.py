"""Whether the files of a round fit each other: codebook, source, decisions, coders."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.codebook.model import Codebook
from pipeline.errors import InputError, Problem, near
from pipeline.noted import Answer
from pipeline.resolve import ACCEPTS
from pipeline.round import Round
from pipeline.tables import rows

if TYPE_CHECKING:
    from pipeline.classify.model import Model
    from pipeline.classify.score import Scorer

FAR = 1.25
"""A round is far from a model when it has so many times the share of strange words that the model's
own examples had out of fold (docs/model.md has the figures)."""
ENOUGH_WORDS = 1000
"""Of fewer words the share wavers too much to say."""


def check_questions(codebook: Codebook, the_round: Round, asked: Iterable[str]) -> None:
    """Every question that the codebook names is in the round, or asked; else InputError (E308)."""
    ids = [question.id for question in the_round.source.questions] or list(asked)
    strangers = [(owner, name) for owner, name in _questions_named(codebook) if name not in ids]
    if strangers:
        raise InputError(
            *(
                Problem(
                    code="E308",
                    where=codebook.path.as_posix(),
                    what=f"{owner} names the question '{name}', "
                    f"which {the_round.path.as_posix()} lacks.",
                    remedy=near(name, ids),
                )
                for owner, name in strangers
            )
        )


def _questions_named(codebook: Codebook) -> Iterator[tuple[str, str]]:
    """Every question that a theme, a facet or a rule names, with who names it."""
    for theme in codebook.entries:
        yield from ((f"theme '{theme.id}'", question) for question in theme.questions)
    for facet in codebook.facets:
        yield from ((f"facet '{facet.id}'", question) for question in facet.questions)
    for rule in codebook.rules:
        yield from ((f"rule {rule.id}", question) for question in rule.questions)


def check_known(strangers: set[str], the_round: Round) -> None:
    """Every id that a file names is in the source; else InputError (E401)."""
    if not strangers:
        return
    shown = ", ".join(f"'{name}'" for name in sorted(strangers)[:5])
    raise InputError.because(
        code="E401",
        where=the_round.path.as_posix(),
        what=f"{len(strangers)} response ids in its coded, decisions or exclude files are not "
        f"in the source: {shown}.",
        remedy="Mend the ids, or give the coded file its own question and text columns.",
    )


def check_decisions(
    decisions: pa.Table, answers: Mapping[str, Answer], codebook: Codebook, the_round: Round
) -> None:
    """No person marks what the codebook bars from the question: no count would show it."""
    themes = {theme.id: theme for theme in codebook.themes}
    facets = {facet.id: facet for facet in codebook.facets}
    barred = [
        f"{facet or theme} in {response_id}"
        for response_id, theme, facet, decision in rows(
            decisions, "response_id", "theme", "facet", "decision"
        )
        if decision == "present"
        and response_id in answers
        and not (facets[facet] if facet else themes[theme]).applies_to(
            answers[response_id].question
        )
    ]
    if barred:
        raise InputError.because(
            code="E404",
            where=the_round.decisions.as_posix() if the_round.decisions else "",
            what=f"themes or facets marked in questions that the codebook bars them from: "
            f"{', '.join(barred[:5])}{', ...' if len(barred) > 5 else ''}.",
            remedy="Add the question to its 'questions:', or mend the coding.",
        )


def warn_of_unfindable(
    codebook: Codebook, model: Model | None, coders: Sequence[str], say: Callable[[Problem], None]
) -> None:
    """A theme that no coder in play can find is counted as 0 without being looked for."""
    learnt = model.themes if model else ()
    findable = {
        theme.id
        for theme in codebook.themes
        if ACCEPTS[theme.policy](bool(theme.rules) and "codebook" in coders, theme.id in learnt)
    }
    unfindable = [
        theme.id
        for theme in codebook.themes
        if "human" not in coders and findable.isdisjoint(codebook.members(theme))
    ]
    if unfindable:
        what = f"no coder in play can find these themes, so they count 0: {', '.join(unfindable)}."
        say(Problem(code="W406", where=codebook.path.as_posix(), what=what))


def warn_of_model(
    model: Model | None,
    asked: Iterable[str],
    coders: Sequence[str],
    audit_ids: Collection[str],
    the_round: Round,
    say: Callable[[Problem], None],
) -> None:
    """What a model from a file does not fit in the round: a question that it has not seen (W432);
    the rules, if it learnt beside them and they are not in play (W434); an audit sample that holds
    what trained it (W435).
    """
    if model is None:
        return
    where = the_round.path.as_posix()
    strange = [question for question in asked if question not in model.questions]
    if strange:
        what = f"the model has seen no answer to these questions: {', '.join(strange)}."
        remedy = "What it says of them is less certain; code some answers to them."
        say(Problem(code="W432", where=where, what=what, remedy=remedy))
    if "codebook" not in coders and set(model.vocabulary.marks) & set(model.themes):
        what = "the model learnt beside the codebook's rules, which are not in play."
        remedy = "Its scores are not those of a classifier that learnt alone."
        say(Problem(code="W434", where=where, what=what, remedy=remedy))
    trained = model.trained_ids.intersection(audit_ids)
    if trained:
        what = f"{len(trained)} responses of audit samples trained the model."
        remedy = "They cannot audit it: train it anew, or draw another sample."
        say(Problem(code="W435", where=where, what=what, remedy=remedy))


def warn_of_far_words(
    scorer: Scorer | None, the_round: Round, say: Callable[[Problem], None]
) -> None:
    """The words that a scorer has met are far from what its model learnt from (W431)."""
    if scorer is None or scorer.met < ENOUGH_WORDS:
        return
    share, usual = scorer.strange / scorer.met, scorer.model.unseen_share
    if share <= FAR * usual:
        return
    what = (
        f"the round's words are far from what the classifier learnt from: {share:.1%} of them it "
        f"never saw, and of its own examples {usual:.1%} out of fold."
    )
    remedy = "Its scores and figures may not hold here; code some of these responses and train."
    say(Problem(code="W431", where=the_round.path.as_posix(), what=what, remedy=remedy))
