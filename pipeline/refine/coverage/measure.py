"""A round + its codebook -> what each rule brings, and what no rule explains."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from pipeline.codebook.model import Codebook
from pipeline.plan import Plan
from pipeline.refine.coverage.data import (
    Coverage,
    Judged,
    QuestionCoverage,
    RuleCoverage,
    ThemeCoverage,
    Uncoded,
)
from pipeline.refine.coverage.words import Explained, count_words, explain_words
from pipeline.resolve import resolve_verdicts
from pipeline.run import Batch, Figures, add_figures, run_batches
from pipeline.tables import CODINGS, keep, rows

Places = Mapping[tuple[str, str], bool]
"""Response and theme -> whether people marked it, where they read it and agree."""


def measure_coverage(plan: Plan, decisions: pa.Table, theme: str = "") -> Coverage:
    """What the rules of a plan find in its round; with a theme, what that theme's rules find.

    `decisions` are what people said. `uncoded` are the responses without any theme that has
    rules, most words first.
    """
    alone = replace(plan, coders=("codebook",))
    tally = _Tally(alone, theme, decisions)
    for batch in run_batches(alone):
        tally.add(batch)
    return tally.close()


class _Tally:
    """Sums over the batches of a round."""

    def __init__(self, plan: Plan, theme: str, decisions: pa.Table) -> None:
        self.plan = plan
        self.decisions = decisions
        self.strangers = set(decisions["response_id"].to_pylist())
        self.table = plan.matcher.table
        self.chosen = theme
        count = sum(len(owner.rules) for owner in self.table.themes)
        self.rules = self.table.rules[:count]
        self.owner = self.table.owner[:count]
        self.hits = np.zeros(count, np.int64)
        self.responses = np.zeros(count, np.int64)
        self.only = np.zeros(count, np.int64)
        self.used: set[tuple[int, int]] = set()
        self.rule_judged: Counter[tuple[int, bool]] = Counter()
        self.theme_judged: Counter[tuple[str, bool]] = Counter()
        self.missed: dict[str, list[str]] = {}
        self.timed_out: Counter[str] = Counter()
        self.cited: Counter[tuple[str, str]] = Counter()
        self.figures: list[Figures] = []
        self.shares: list[tuple[list[str], np.ndarray, np.ndarray]] = []
        self.bare: dict[tuple[str, str], Uncoded] = {}

    def add(self, batch: Batch) -> None:
        """Count one batch."""
        self.strangers.difference_update(batch.responses["response_id"].to_pylist())
        substantive = keep(batch.responses, "status", "substantive").combine_chunks()
        self.figures.append(Figures(batch.bases, batch.counts))
        self.timed_out.update(batch.problems["rule"].to_pylist())
        said = _say(substantive, self.decisions, self.plan.codebook)
        self._add_rules(substantive, said)
        present = keep(batch.verdicts.filter(batch.verdicts["present"]), "facet", "")
        self.cited.update(rows(present, "question", "theme"))
        self._judge_themes(set(rows(present, "response_id", "theme")), said)
        self._add_texts(substantive, batch.codings, present)

    def _add_rules(self, responses: pa.Table, said: Places) -> None:
        if not len(responses):
            return
        texts, questions = _whole(responses["text"]), responses["question"].to_pylist()
        found = self.plan.matcher.find_all(texts, questions).found
        count = len(self.rules)
        self.hits += np.bincount(found.rule, minlength=count)[:count]
        pairs = np.unique(found.row * count + found.rule)
        row, rule = pairs // count, pairs % count
        self.responses += np.bincount(rule, minlength=count)
        _, group, sizes = np.unique(
            row * len(self.table.themes) + self.owner[rule], return_inverse=True, return_counts=True
        )
        self.only += np.bincount(rule[sizes[group] == 1], minlength=count)
        terms = len(self.plan.matcher.sources)
        used = np.unique(found.rule * terms + found.terms[:, 0])
        self.used.update(zip((used // terms).tolist(), (used % terms).tolist(), strict=True))
        self._judge_rules(responses, row, rule, said)

    def _judge_rules(
        self, responses: pa.Table, row: np.ndarray, rule: np.ndarray, said: Places
    ) -> None:
        if not said:
            return
        read = {response_id for response_id, _ in said}
        ids = responses["response_id"].to_pylist()
        was_read = np.array([response_id in read for response_id in ids], bool)
        for place in np.flatnonzero(was_read[row]).tolist():
            number = int(rule[place])
            word = said.get((ids[row[place]], self.table.themes[self.owner[number]].id))
            if word is not None:
                self.rule_judged[number, word] += 1

    def _judge_themes(self, present: set[tuple[str, str]], said: Places) -> None:
        for place, word in said.items():
            if place in present:
                self.theme_judged[place[1], word] += 1
            elif word:
                self.missed.setdefault(place[1], []).append(place[0])

    def _add_texts(self, responses: pa.Table, codings: pa.Table, present: pa.Table) -> None:
        words = count_words(_whole(responses["text"]))
        chosen = keep(codings, "theme", self.chosen) if self.chosen else codings
        inside = explain_words(responses, chosen)
        self.shares.append((responses["question"].to_pylist(), inside, words))
        coded = set(present["response_id"].to_pylist())
        answers = rows(responses, "response_id", "question", "text")
        for (response_id, question, text), length in zip(answers, words.tolist(), strict=True):
            if response_id not in coded:
                known = self.bare.get((question, text))
                first = known.response_id if known else response_id
                copies = known.copies + 1 if known else 1
                self.bare[question, text] = Uncoded(first, question, text, length, copies)

    def close(self) -> Coverage:
        """The sums, as they are shown."""
        figures = add_figures(self.figures, self.plan.round)
        wanted = [t for t in self.table.themes if t.rules and self.chosen in ("", t.id)]
        names = {theme.id for theme in wanted}
        cited: Counter[str] = Counter()
        for (_, name), number in self.cited.items():
            cited[name] += number
        return Coverage(
            codebook=self.plan.codebook,
            rules=tuple(
                self._rule(number)
                for number, (owner, _) in enumerate(self.rules)
                if owner.id in names
            ),
            themes=tuple(
                ThemeCoverage(
                    theme=theme,
                    responses=cited[theme.id],
                    judged=_judged(self.theme_judged, theme.id),
                    missed=tuple(self.missed.get(theme.id, ())),
                )
                for theme in wanted
            ),
            questions=tuple(self._questions(figures)),
            uncoded=tuple(sorted(self.bare.values(), key=lambda u: -u.words)),
            strangers=frozenset(self.strangers),
            timed_out=dict(self.timed_out),
        )

    def _rule(self, number: int) -> RuleCoverage:
        owner, rule = self.rules[number]
        sources = self.plan.matcher.sources
        used = {sources[term] for place, term in self.used if place == number}
        return RuleCoverage(
            rule=rule,
            theme=owner.id,
            hits=int(self.hits[number]),
            responses=int(self.responses[number]),
            only=int(self.only[number]),
            judged=_judged(self.rule_judged, number),
            idle=tuple(term for term in rule.hits if term not in used),
        )

    def _questions(self, figures: Figures) -> Iterator[QuestionCoverage]:
        of = np.array([q for questions, _, _ in self.shares for q in questions], object)
        inside = np.concatenate([part[1] for part in self.shares] or [np.zeros(0, np.int64)])
        words = np.concatenate([part[2] for part in self.shares] or [np.zeros(0, np.int64)])
        themed = dict(rows(figures.bases, "question", "with_theme"))
        if self.chosen:
            (theme,) = (t for t in self.table.themes if t.id == self.chosen)
            themed = {q: self.cited[q, theme.id] for q in themed if theme.applies_to(q)}
        asked = [q for q in figures.bases["question"].to_pylist() if q in themed]
        for question in asked:
            mine = of == question
            explained = Explained.of(inside[mine], words[mine])
            yield QuestionCoverage(
                question=question,
                responses=int(mine.sum()),
                coded=themed[question],
                explained=explained,
            )
        mine = np.isin(of, np.array(asked, object))
        yield QuestionCoverage(
            question="",
            responses=int(mine.sum()),
            coded=sum(themed[question] for question in asked),
            explained=Explained.of(inside[mine], words[mine]),
        )


def _say(responses: pa.Table, decisions: pa.Table, codebook: Codebook) -> Places:
    """What people say of some responses, where they agree."""
    ids = responses["response_id"]
    here = set(ids.to_pylist()) if len(decisions) else set()
    mine = decisions.filter(
        pa.array([name in here for name in decisions["response_id"].to_pylist()], pa.bool_())
    )
    if not len(mine):
        return {}
    verdicts = resolve_verdicts(responses, CODINGS.build([]), mine, codebook)
    return {
        (response_id, theme): human == "present"
        for response_id, theme, facet, human in rows(
            verdicts, "response_id", "theme", "facet", "human"
        )
        if not facet and human in ("present", "absent")
    }


def _judged(counts: Counter[Any], key: object) -> Judged:
    present = counts[key, True]
    return Judged(present, present + counts[key, False])


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)
