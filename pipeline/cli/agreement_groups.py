"""Who is compared with whom by verbatims review agree, and on what."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from pipeline.cli.review_agree import MACHINE
from pipeline.errors import InputError, near

if TYPE_CHECKING:
    from pipeline.agreement import Comparison, FacetWords, Frame, Words
    from pipeline.cli.review_agree import Asked, Heard


class _Group(NamedTuple):
    kind: str
    said: dict[str, Words]
    facets: Mapping[str, FacetWords]


def compare(heard: Heard, asked: Asked, machine: Words | None) -> Iterator[Comparison]:
    """What the options ask for. Raises InputError (E571) for a coder who has read nothing."""
    from pipeline.agreement import compare_coders, hear_coders

    said = hear_coders(heard.decisions)
    for name in asked.coders:
        if name not in said:
            what = f"'{name}' has read nothing that holds."
            raise InputError.because(code="E571", what=what, remedy=near(name, list(said)))
    chosen = {name: said[name] for name in asked.coders or said}
    frame = _frame(heard, asked)
    for group in _groups(chosen, heard, asked, machine):
        yield compare_coders(group.kind, group.said, frame, asked.seed, group.facets)


def _groups(
    chosen: Mapping[str, Words], heard: Heard, asked: Asked, machine: Words | None
) -> Iterator[_Group]:
    """Each pair of people and all of them, unless something else is asked for. The machine's word
    on facets is not compared.
    """
    from pipeline.agreement import hear_again, hear_facets, hear_facets_again

    if machine is not None:
        for name, words in chosen.items():
            yield _Group(MACHINE, {name: words, MACHINE: machine}, {})
    if asked.again:
        for name in chosen:
            last = f"{name} again"
            said = zip((name, last), hear_again(heard.decisions, name), strict=True)
            facets = zip((name, last), hear_facets_again(heard.decisions, name), strict=True)
            yield _Group("self", dict(said), dict(facets))
    if machine is None and not asked.again:
        of_facets = hear_facets(heard.decisions)
        for size in sorted({2, len(chosen)} - {0, 1}):
            for names in combinations(chosen, size):
                yield _Group("people", {name: chosen[name] for name in names}, of_facets)


def _frame(heard: Heard, asked: Asked) -> Frame:
    from pipeline.agreement import Frame

    questions = {
        name: answer.question
        for name, answer in sorted(heard.answers.items())
        if asked.question in ("", answer.question)
    }
    themes = [theme for theme in heard.codebook.themes if asked.theme in ("", theme.id)]
    return Frame(
        themes=[theme.id for theme in themes],
        questions=questions,
        in_view={
            question: frozenset(theme.id for theme in themes if theme.applies_to(question))
            for question in set(questions.values())
        },
        whole=not asked.theme,
        facets=[(theme.id, facet.id) for theme in themes for facet in heard.codebook.facets],
    )
