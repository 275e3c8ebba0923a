"""A planned round -> its substantive responses with all that a draw needs to know of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.classify.example import Example
from pipeline.estimate import FrameHash, freeze_codebook
from pipeline.plan import Plan
from pipeline.resolve import resolve_verdicts
from pipeline.review.audit import ABSENT, PRESENT, UNKNOWN, Frame
from pipeline.review.learning import Pool
from pipeline.review.scores import score_responses
from pipeline.run import Batch, run_batches
from pipeline.tables import DECISIONS, MACHINE_CODERS, keep, rows
from pipeline.text import fold_words

_SAID = {"present": PRESENT, "absent": ABSENT}


@dataclass(frozen=True, kw_only=True, eq=False)
class Gathered:
    """The substantive responses of a round, in its order.

    Arrays are responses x `themes`: `machine` (the verdicts of rules and classifier before any
    human), `ruled`, `scores`, `thresholds` (both NaN where the classifier knows no such theme),
    `applies`, and `known` (PRESENT, ABSENT or UNKNOWN by people's decisions). `read` are the ids of
    responses that people read or that trained the classifier; `learnt` says which texts trained it.
    `coders` are the machine's, as codings name them. `frozen` is what an audit keeps of the
    codebook and of the responses, to be told later whether it still fits.
    """

    ids: list[str]
    questions: list[str]
    texts: list[str]
    themes: tuple[str, ...]
    machine: np.ndarray
    ruled: np.ndarray
    scores: np.ndarray
    thresholds: np.ndarray
    applies: np.ndarray
    known: np.ndarray
    with_rules: np.ndarray
    read: frozenset[str]
    learnt: np.ndarray
    coders: tuple[str, ...] = ()
    frozen: Mapping[str, Any] = field(default_factory=dict)

    def pool(self, barred: Iterable[str]) -> tuple[Pool, list[int]]:
        """What a learning sample may be picked from, and the places of it here."""
        out = {*barred, *self.read}
        places = [p for p, name in enumerate(self.ids) if name not in out and not self.learnt[p]]
        here = np.array(places, dtype=int)
        pool = Pool(
            ids=[self.ids[place] for place in places],
            questions=[self.questions[place] for place in places],
            texts=[self.texts[place] for place in places],
            themes=self.themes,
            ruled=self.ruled[here],
            scores=self.scores[here],
            thresholds=self.thresholds[here],
            applies=self.applies[here],
            with_rules=self.with_rules,
        )
        return pool, places

    def frame(self, waiting: Iterable[str]) -> Frame:
        """What an audit is drawn from; `waiting` are ids of learning samples not read yet."""
        known, apart = self.known.copy(), [""] * len(self.ids)
        waits, words = set(waiting), [fold_words(text) for text in self.texts]
        source: dict[tuple[str, ...], dict[str, int]] = {}
        for place, name in enumerate(self.ids):
            if name in self.read:
                apart[place] = "read"
                source.setdefault(words[place], {}).setdefault(self.questions[place], place)
        unread = {words[place] for place, name in enumerate(self.ids) if name in waits}
        for place, name in enumerate(self.ids):
            if apart[place]:
                continue
            twins = source.get(words[place])
            if twins is not None or self.learnt[place]:
                apart[place] = "copy"
                twin = (twins or {}).get(self.questions[place])
                known[place] = known[place] if twin is None else known[twin]
            elif name in waits or words[place] in unread:
                apart[place] = "learning"
        return Frame(
            ids=self.ids,
            questions=self.questions,
            themes=self.themes,
            machine=self.machine,
            applies=self.applies,
            apart=apart,
            known=known,
            nets={
                net: [self.themes.index(member) for member in members]
                for net, members in self.frozen.get("any", {}).items()
            },
        )


def gather(plan: Plan, progress: Callable[[Batch], None] | None = None) -> Gathered:
    """Run a round and keep of it what a draw needs.

    Where nobody's decision stands, what the examples of the classifier say of a response is known
    of it; examples labelled by the rules themselves are not.
    """
    lessons = [example for example in plan.examples if not example.weak]
    learnt = _learnt(plan, lessons)
    parts = []
    for batch in run_batches(plan):
        parts.append(_gather_batch(batch, plan, learnt))
        if progress:
            progress(batch)
    themes = tuple(theme.id for theme in plan.codebook.themes)
    names = ("machine", "ruled", "scores", "thresholds", "applies", "known")
    empty = {**dict.fromkeys(names, np.zeros((0, len(themes)), bool)), "learnt": np.zeros(0, bool)}
    joined = {
        name: np.concatenate([empty[name], *(part[name] for part in parts)]) for name in empty
    }
    ids, questions, texts = (
        [name for part in parts for name in part[column]]
        for column in ("ids", "questions", "texts")
    )
    frame = FrameHash()
    frame.add(questions, ids, texts)
    _add_lessons(joined["known"], ids, themes, lessons)
    return Gathered(
        ids=ids,
        questions=questions,
        texts=texts,
        themes=themes,
        with_rules=np.array([bool(theme.rules) for theme in plan.codebook.themes], dtype=bool),
        read=frozenset(plan.decisions["response_id"].to_pylist())
        | {example.response_id for example in lessons}
        | (_model_ids(plan) if not plan.examples else frozenset()),
        coders=_coders(plan),
        frozen={**freeze_codebook(plan.codebook), "frame": frame.hashes()},
        **joined,
    )


def _coders(plan: Plan) -> tuple[str, ...]:
    model = (plan.model.coder,) if plan.model else ()
    return (plan.codebook.coder, *model) if "codebook" in plan.coders else model


def _model_ids(plan: Plan) -> frozenset[str]:
    return plan.model.trained_ids if plan.model else frozenset()


def _learnt(plan: Plan, lessons: Iterable[Example]) -> frozenset[str]:
    """Hashes of what the classifier learnt from on people's word."""
    if not plan.model:
        return frozenset()
    if not plan.examples:
        return plan.model.trained_texts
    from pipeline.classify.model import hash_seen  # noqa: PLC0415 - as in `score_responses`

    return frozenset(hash_seen(example.question, example.text) for example in lessons)


def _is_learnt(learnt: frozenset[str], questions: list[str], texts: list[str]) -> np.ndarray:
    if not learnt:
        return np.zeros(len(texts), dtype=bool)
    from pipeline.classify.model import hash_seen  # noqa: PLC0415 - as in `score_responses`

    pairs = zip(questions, texts, strict=True)
    return np.array([hash_seen(*pair) in learnt for pair in pairs], dtype=bool)


def _gather_batch(batch: Batch, plan: Plan, learnt: frozenset[str]) -> dict[str, np.ndarray]:
    substantive = keep(batch.responses, "status", "substantive")
    ids, questions, texts = (
        substantive[name].to_pylist() for name in ("response_id", "question", "text")
    )
    themes = [theme.id for theme in plan.codebook.themes]
    place = {name: number for number, name in enumerate(ids)}
    column = {name: number for number, name in enumerate(themes)}
    marks = {
        "machine": np.zeros((len(ids), len(themes)), dtype=bool),
        "ruled": np.zeros((len(ids), len(themes)), dtype=bool),
        "known": np.full((len(ids), len(themes)), UNKNOWN),
    }
    for name, theme, present, rule in rows(
        keep(_machine_verdicts(batch, plan), "facet", ""),
        *("response_id", "theme", "present", "codebook"),
    ):
        marks["machine"][place[name], column[theme]] = present
        marks["ruled"][place[name], column[theme]] = rule
    for name, theme, human in rows(
        keep(batch.verdicts, "facet", ""), "response_id", "theme", "human"
    ):
        marks["known"][place[name], column[theme]] = _SAID.get(human, UNKNOWN)
    ruled = [frozenset(themes[c] for c in np.flatnonzero(row)) for row in marks["ruled"]]
    seen = plan.answered.add(ruled, substantive["respondent"].to_pylist())
    found = score_responses(plan.scorer, themes, questions, texts, seen)
    return {
        **marks,
        "ids": np.array(ids, dtype=object),
        "questions": np.array(questions, dtype=object),
        "texts": np.array(texts, dtype=object),
        "scores": found.scores,
        "thresholds": found.thresholds,
        "applies": _applies(plan, questions),
        "learnt": _is_learnt(learnt, questions, texts),
    }


def _machine_verdicts(batch: Batch, plan: Plan) -> pa.Table:
    """The verdicts before any human, on the word of the coders in play."""
    coders = batch.codings["coder"].unique().to_pylist()
    chosen = [name for name in coders if name.partition(":")[0] in MACHINE_CODERS]
    codings = keep(batch.codings, "coder", *chosen)
    return resolve_verdicts(batch.responses, codings, DECISIONS.build([]), plan.codebook)


def _applies(plan: Plan, questions: Iterable[str]) -> np.ndarray:
    asked = list(questions)
    by_question: Mapping[str, list[bool]] = {
        question: [theme.applies_to(question) for theme in plan.codebook.themes]
        for question in set(asked)
    }
    shape = (len(asked), len(plan.codebook.themes))
    return np.array([by_question[name] for name in asked], dtype=bool).reshape(shape)


def _add_lessons(
    known: np.ndarray, ids: list[str], themes: tuple[str, ...], lessons: Iterable[Example]
) -> None:
    """What examples say of responses whose themes nobody decided."""
    said = {example.response_id: example for example in lessons}
    for place, name in enumerate(ids):
        if name in said:
            example = said[name]
            decided = [
                UNKNOWN if t in example.unknown else PRESENT if t in example.themes else ABSENT
                for t in themes
            ]
            known[place] = np.where(known[place] == UNKNOWN, decided, known[place])
