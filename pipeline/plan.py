"""What a run needs before its first batch: codebook, repeats, classifier, decisions."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pyarrow as pa

from pipeline.classify.answered import Answered
from pipeline.classify.example import Example
from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook
from pipeline.coded import Coded, read_coded
from pipeline.decisions import decide, in_force
from pipeline.errors import InputError, Problem, near
from pipeline.learn import train_on
from pipeline.lessons import Lessons, find_examples, may_be_weak, read_answered
from pipeline.match import Matcher
from pipeline.noted import Noted
from pipeline.read import READERS, read_responses
from pipeline.readings.records import Sample, Signature
from pipeline.readings.sqlitefile import is_store
from pipeline.readings.staleness import Held, Stored, apply_stored, read_stored
from pipeline.round import ClassifierSettings, Round, Source
from pipeline.round.place import Place
from pipeline.screen import Repeats, find_repeats
from pipeline.soundness import (
    check_decisions,
    check_known,
    check_questions,
    warn_of_model,
    warn_of_unfindable,
)
from pipeline.tables import CODERS, DECISIONS
from pipeline.tokenise import number_sentences
from pipeline.weak import MOST, Drawn

if TYPE_CHECKING:
    from pipeline.classify.model import Model
    from pipeline.classify.score import Scorer

Warn = Callable[[Problem], None]


class Taught(NamedTuple):
    """What the classifier learnt from, the model, and the probabilities (examples x its themes)
    that fits without each gave it. A model that was read from a file comes alone.
    """

    examples: Sequence[Example]
    model: Model | None
    scores: np.ndarray | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A round made ready to run, with the coders that are in play; `held` is what its store of
    readings held when the decisions, samples and signatures were read.
    """

    round: Round
    codebook: Codebook
    matcher: Matcher
    scorer: Scorer | None
    repeats: Repeats
    excluded: Mapping[str, str]
    decisions: pa.Table
    samples: tuple[Sample, ...]
    signatures: tuple[Signature, ...]
    held: Held | None
    taught: Taught
    coders: tuple[str, ...]
    answered: Answered
    _decided: Mapping[str, list[int]]

    @property
    def model(self) -> Model | None:
        """The fitted classifier, if it is in play."""
        return self.taught.model

    @property
    def examples(self) -> Sequence[Example]:
        """What the classifier learnt from."""
        return self.taught.examples

    def decisions_on(self, responses: pa.Table) -> pa.Table:
        """The decisions on some responses, in the order of the file."""
        names = responses["response_id"].unique().to_pylist() if self._decided else ()
        places = sorted(place for name in names for place in self._decided.get(name, ()))
        return self.decisions.take(pa.array(places, pa.int64()))


def plan_run(
    the_round: Round, coders: Sequence[str] = (), warn: Warn | None = None, *, train: bool = True
) -> Plan:
    """Read everything but the answers, and the answers once for what only all of them show.

    `coders` are kinds: codebook, classifier, human; by default those that the round has. Without
    `train` there is what a model would learn from, and no model. Raises InputError for whatever is
    wrong with the round's files, before anything is coded.
    """
    return _plan(the_round, coders, warn or (lambda problem: None), train=train)


def _plan(the_round: Round, coders: Sequence[str], say: Warn, *, train: bool) -> Plan:
    chosen = choose_coders(the_round, coders)
    codebook = load_codebook(the_round.codebook)
    settings = the_round.classifier if "classifier" in chosen else None
    model = _read_model(settings, codebook)
    coded, stored, decisions, excluded = _read_files(the_round, chosen, codebook, say)
    wanted = {*excluded, *decisions["response_id"].to_pylist(), *(coded.bare_ids if coded else ())}
    noted = Noted(wanted.union(stored.response_ids if stored else ()))
    drawn = Drawn(MOST if may_be_weak(settings, chosen, noted.named - excluded.keys()) else 0)
    repeats = _look_through(the_round, noted, drawn, say)
    known, answers = noted.settle(repeats)
    check_questions(codebook, the_round, noted.questions)
    check_known(wanted - known, the_round)
    decisions = apply_stored(stored, known, answers, codebook, say) if stored else decisions
    check_decisions(decisions, answers, codebook, the_round)
    decisions = in_force(decisions, the_round.coders)
    matcher = Matcher(codebook, number_sentences)
    living = {name: answer for name, answer in answers.items() if name not in excluded}
    rules = matcher if "codebook" in chosen else None
    undecided = drawn.settle(the_round, repeats, excluded)
    answered = read_answered(the_round, settings, model)
    lessons = Lessons(coded, decisions, stored, living, rules, undecided, answered)
    taught = Taught([], model, None)
    if not model:
        taught = _teach(lessons, codebook, settings, say, train=train)
    warn_of_model(model, noted.questions, chosen, _audited(stored), the_round, say)
    if train:
        warn_of_unfindable(codebook, taught.model, chosen, say)
    decisions = decisions if "human" in chosen else DECISIONS.build([])
    return Plan(
        round=the_round,
        codebook=codebook.with_policies(taught.model.policies if taught.model else {}),
        matcher=matcher,
        scorer=_scorer(taught.model, settings),
        taught=taught,
        repeats=repeats,
        excluded=excluded,
        decisions=decisions,
        samples=tuple(stored.samples) if stored else (),
        signatures=tuple(stored.signatures) if stored else (),
        held=stored.held if stored else None,
        coders=chosen,
        answered=answered,
        _decided=_places_of(decisions),
    )


class _Files(NamedTuple):
    coded: Coded | None
    stored: Stored | None
    decisions: pa.Table
    excluded: dict[str, str]


def _read_files(the_round: Round, chosen: Sequence[str], codebook: Codebook, say: Warn) -> _Files:
    """What the round's files say of responses: hand coding to learn from, the store or the file of
    decisions, exclusions.
    """
    settings = the_round.classifier if "classifier" in chosen else None
    coded = read_coded(settings.train, codebook) if settings and settings.train else None
    heard = heard_decisions(the_round, chosen)
    stored = read_stored(heard) if heard and is_store(heard) else None
    decisions = _read_decisions(None if stored else heard, codebook, say)
    return _Files(coded, stored, decisions, _read_excluded(the_round.exclude, say))


def _look_through(the_round: Round, noted: Noted, drawn: Drawn, say: Warn) -> Repeats:
    """The first pass over the answers."""
    batches = drawn.watch(noted.watch(read_responses(the_round.source, say)))
    return find_repeats(batches, the_round.source.path.as_posix(), the_round.repeats)


def _audited(stored: Stored | None) -> frozenset[str]:
    return stored.audit_ids if stored else frozenset()


def heard_decisions(the_round: Round, chosen: Sequence[str]) -> Place | None:
    """The decisions to read: for their word, or for what the classifier learns or must not."""
    path = the_round.decisions
    settings = the_round.classifier if "classifier" in chosen else None
    learns = settings and not settings.model
    taught = path and settings and learns and (is_store(path) or not settings.train)
    return path if "human" in chosen or taught else None


def _places_of(decisions: pa.Table) -> dict[str, list[int]]:
    places: dict[str, list[int]] = {}
    for place, name in enumerate(decisions["response_id"].to_pylist()):
        places.setdefault(name, []).append(place)
    return places


def _teach(
    lessons: Lessons,
    codebook: Codebook,
    settings: ClassifierSettings | None,
    say: Warn,
    *,
    train: bool,
) -> Taught:
    """What there is to learn from, and what is learnt."""
    if settings is None:
        return Taught([], None, None)
    examples = find_examples(lessons, codebook, settings, say)
    if not train:
        return Taught(examples, None, None)
    where = lessons.where or codebook.path.as_posix()
    return Taught(examples, *train_on(examples, codebook, settings, where, say))


def _read_model(settings: ClassifierSettings | None, codebook: Codebook) -> Model | None:
    if not settings or not settings.model:
        return None
    # A round of rules alone does without the seconds that this takes.
    from pipeline.modelfile import read_model  # noqa: PLC0415

    return read_model(settings.model, codebook)


def _scorer(model: Model | None, settings: ClassifierSettings | None) -> Scorer | None:
    if not model or not settings:
        return None
    # A round of rules alone does without the quarter of a second that this takes.
    from pipeline.classify.score import Scorer  # noqa: PLC0415

    return Scorer(model, settings.embeddings)


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


def _read_decisions(path: Place | None, codebook: Codebook, say: Warn) -> pa.Table:
    if not isinstance(path, Path):
        return DECISIONS.build([])
    coded = read_coded(path, codebook)
    for note in coded.notes:
        say(note)
    return decide(coded, codebook)


def _read_excluded(path: Path | None, say: Warn) -> dict[str, str]:
    """response id -> reason, from a file with the columns response_id and reason."""
    if path is None:
        return {}
    if path.suffix.lower() not in READERS:
        what = f"'{path.suffix}' files are not read here."
        raise InputError.because(code="E103", where=path.as_posix(), what=what)
    found = READERS[path.suffix.lower()](Source(path=path))
    if not {"response_id", "reason"} <= set(found.header):
        raise InputError.because(
            code="E107",
            where=path.as_posix(),
            what="a file of exclusions needs the columns response_id and reason.",
        )
    for note in found.notes:
        say(note)
    id_place, reason_place = found.header.index("response_id"), found.header.index("reason")
    return {cells[id_place]: cells[reason_place] or "excluded" for _, cells in found.rows}
