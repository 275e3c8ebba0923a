"""Which responses stand behind each figure of a run, and in each base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.codebook.model import Codebook, Theme
from pipeline.compare.kept import Laid
from pipeline.refine.frames import Frames

Key = tuple[str, str, str]
"""question, theme, facet"""


class Cited(NamedTuple):
    """The responses of a figure, and the themes (of now) in which they were found."""

    ids: frozenset[str]
    members: frozenset[str]
    entry: Theme


@dataclass(frozen=True, slots=True)
class Counted:
    """The figures of a run by question, theme of now and facet; and its bases."""

    figures: dict[Key, Cited]
    of: dict[str, int]
    in_base: dict[str, frozenset[str]]
    labels: dict[str, str]


def count_kept(laid: Laid) -> Counted:
    """Every figure of a laid-out run. Several themes that became one count distinct responses."""
    present: dict[Key, set[str]] = {}
    for (response_id, theme, facet), word in laid.words.items():
        if word.present:
            question = laid.answers[response_id].question
            present.setdefault((question, theme, facet), set()).add(response_id)
    figures: dict[Key, Cited] = {}
    bases = laid.bases.to_pylist()
    for question in (base["question"] for base in bases):
        for theme, facet, members, entry in _entries(laid.kept.codebook, laid.now, question):
            ids = {name for m in members for name in present.get((question, m, facet), ())}
            known = figures.get((question, theme, facet), Cited(frozenset(), frozenset(), entry))
            cited = Cited(known.ids | ids, known.members | members, known.entry)
            figures[question, theme, facet] = cited
    in_base: dict[str, set[str]] = {base["question"]: set() for base in bases}
    for response_id, answer in laid.answers.items():
        if answer.status in laid.counted:
            in_base[answer.question].add(response_id)
    return Counted(
        figures,
        {base["question"]: base["of"] for base in bases},
        {question: frozenset(ids) for question, ids in in_base.items()},
        {base["question"]: base["label"] for base in bases},
    )


def _entries(
    book: Codebook, now: Mapping[str, str], question: str
) -> Iterator[tuple[str, str, frozenset[str], Theme]]:
    applies = {theme.id: theme.applies_to(question) for theme in book.themes}
    facets = ["", *(facet.id for facet in book.facets if facet.applies_to(question))]
    for entry in book.entries:
        members = book.members(entry)
        if any(applies[member] for member in members):
            held = frozenset(now.get(member, member) for member in members)
            for facet in facets:
                yield now.get(entry.id, entry.id), facet, held, entry


def order_keys(old: Counted, new: Counted, frames: Frames) -> list[Key]:
    """The keys of both, questions and themes in the order of the newer run, then what is gone."""
    questions = {name: place for place, name in enumerate(dict.fromkeys((*new.of, *old.of)))}
    facets = [facet.id for book in (frames.new, frames.old) for facet in book.facets]
    rank = {"": -1} | {name: place for place, name in enumerate(dict.fromkeys(facets))}
    return sorted(
        {**new.figures, **old.figures},
        key=lambda key: (questions[key[0]], frames.order[key[1]], rank[key[2]]),
    )


def old_names(theme: str, frames: Frames) -> tuple[str, ...]:
    """What a theme was called, where that is not what it is called now."""
    was = frames.was.get(theme, ())
    return () if was == (theme,) else was
