"""What a run needs before its first batch: codebook, repeats, classifier, decisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from pipeline.classify.model import Model
from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook
from pipeline.coded import Coded, Reading, read_coded
from pipeline.decisions import decide, in_force
from pipeline.errors import InputError, Problem, near
from pipeline.match import Matcher
from pipeline.read import READERS, read_responses
from pipeline.round import ClassifierSettings, Round, Source
from pipeline.screen import Repeats, find_repeats
from pipeline.tables import CODERS, DECISIONS, rows
from pipeline.tokenise import sentence_starts

if TYPE_CHECKING:
    from pipeline.classify.train import Example

Warn = Callable[[Problem], None]
Answers = dict[str, tuple[str, str, str]]
"""response id -> respondent, question, text"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A round made ready to run, with the coders that are in play."""

    round: Round
    codebook: Codebook
    matcher: Matcher
    model: Model | None
    repeats: Repeats
    excluded: Mapping[str, str]
    decisions: pa.Table
    coders: tuple[str, ...]


def plan_run(the_round: Round, coders: Sequence[str] = (), warn: Warn | None = None) -> Plan:
    """Read everything but the answers, and the answers once for what only all of them show.

    `coders` are kinds: codebook, classifier, human; by default those that the round has. Raises
    InputError for whatever is wrong with the round's files, before anything is coded.
    """
    say = warn or (lambda problem: None)
    chosen = choose_coders(the_round, coders)
    codebook = load_codebook(the_round.codebook)
    _check_questions(codebook, the_round)
    settings = the_round.classifier if "classifier" in chosen else None
    coded = read_coded(settings.train, codebook) if settings else None
    human = the_round.decisions if "human" in chosen else None
    decisions = decide(read_coded(human, codebook), codebook) if human else DECISIONS.build([])
    excluded = _read_excluded(the_round.exclude)
    answers: Answers = {}
    wanted = set(coded.response_ids) if coded and not coded.has_texts else set()
    known: set[str] = set()
    named = {*wanted, *excluded, *decisions["response_id"].unique().to_pylist()}
    batches = _noting(read_responses(the_round.source, say), wanted, named, answers, known)
    repeats = find_repeats(batches, the_round.source.path.as_posix(), the_round.repeats)
    _check_known(named - known, the_round)
    matcher = Matcher(codebook, sentence_starts)
    model = None
    if settings and coded:
        rules = matcher if "codebook" in chosen else None
        model = _train(settings, _examples(coded, answers, codebook, rules), coded, codebook, say)
    return Plan(
        round=the_round,
        codebook=codebook,
        matcher=matcher,
        model=model,
        repeats=repeats,
        excluded=excluded,
        decisions=in_force(decisions, the_round.coders),
        coders=chosen,
    )


def choose_coders(the_round: Round, coders: Sequence[str]) -> tuple[str, ...]:
    """The coders in play, in the order of precedence of the tables.

    Raises InputError (E701) for a coder that does not exist or that the round does not have.
    """
    has = {"codebook": True, "classifier": the_round.classifier, "human": the_round.decisions}
    for coder in coders:
        if coder not in CODERS:
            what = f"there is no coder '{coder}'."
            raise InputError.because(code="E701", what=what, remedy=near(coder, CODERS))
        if not has[coder]:
            key = "classifier:" if coder == "classifier" else "decisions:"
            raise InputError.because(
                code="E701",
                where=the_round.path.as_posix(),
                what=f"the round has no {coder}.",
                remedy=f"Add '{key}' to it, or leave '{coder}' out of --coders.",
            )
    return tuple(coder for coder in CODERS if has[coder] and (not coders or coder in coders))


def _check_questions(codebook: Codebook, the_round: Round) -> None:
    ids = [question.id for question in the_round.source.questions]
    strangers = [
        (theme, question)
        for theme in codebook.entries
        for question in theme.questions
        if ids and question not in ids
    ]
    if strangers:
        raise InputError(
            *(
                Problem(
                    code="E308",
                    where=codebook.path.as_posix(),
                    what=f"theme '{theme.id}' names the question '{question}', "
                    f"which {the_round.path.as_posix()} lacks.",
                    remedy=near(question, ids),
                )
                for theme, question in strangers
            )
        )


def _read_excluded(path: Path | None) -> dict[str, str]:
    """response id -> reason, from a file with the columns response_id and reason."""
    if path is None:
        return {}
    reader = READERS.get(path.suffix.lower())
    rows = reader(Source(path=path)) if reader else None
    if rows is None or not {"response_id", "reason"} <= set(rows.header):
        raise InputError.because(
            code="E107",
            where=path.as_posix(),
            what="a file of exclusions needs the columns response_id and reason.",
        )
    id_place, reason_place = rows.header.index("response_id"), rows.header.index("reason")
    return {cells[id_place]: cells[reason_place] or "excluded" for _, cells in rows.rows}


def _noting(
    batches: Iterable[pa.Table],
    wanted: set[str],
    named: set[str],
    answers: Answers,
    known: set[str],
) -> Iterator[pa.Table]:
    """The same batches; the answers that are wanted, and the ids named that exist, noted."""
    for batch in batches:
        if named:
            for response_id, respondent, question, text in rows(
                batch, "response_id", "respondent", "question", "text"
            ):
                if response_id in named:
                    known.add(response_id)
                if response_id in wanted:
                    answers.setdefault(response_id, (respondent, question, text))
        yield batch


def _check_known(strangers: set[str], the_round: Round) -> None:
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


def _examples(
    coded: Coded, answers: Answers, codebook: Codebook, matcher: Matcher | None
) -> list[Example]:
    """An example per coded response: every theme that any coder marked, and what the rules find.

    Only themes that take the word of rules or classifier alike count as ruled: for the others the
    threshold is the classifier's own.
    """
    from pipeline.classify.train import Example  # noqa: PLC0415 - a second to import

    either = {theme.id for theme in codebook.themes if theme.policy == "either"}
    merged: dict[str, tuple[Reading, set[str]]] = {}
    for reading in coded.readings:
        merged.setdefault(reading.response_id, (reading, set()))[1].update(reading.themes)
    examples = []
    for response_id, (reading, themes) in merged.items():
        group = response_id.rpartition("/")[0] or response_id
        group, question, text = answers.get(response_id, (group, reading.question, reading.text))
        ruled = matcher.find_themes(text, question) if matcher else set()
        examples.append(
            Example(
                response_id=response_id,
                group=group or response_id,
                question=question,
                text=text,
                themes=frozenset(themes),
                ruled=frozenset(ruled & either),
            )
        )
    return examples


def _train(
    settings: ClassifierSettings,
    examples: Sequence[Example],
    coded: Coded,
    codebook: Codebook,
    say: Warn,
) -> Model:
    from pipeline.classify.train import train_model  # noqa: PLC0415 - a second to import

    for problem in coded.warnings():
        say(problem)
    model = train_model(examples, codebook, settings, coded.sha256)
    if model.few:
        shown = ", ".join(f"{theme} ({n})" for theme, n in model.few.items())
        say(
            Problem(
                code="W401",
                where=settings.train.as_posix(),
                what=f"too few coded examples to learn these themes: {shown}.",
                remedy="They rest on the codebook alone; code more examples to change that.",
            )
        )
    return model
