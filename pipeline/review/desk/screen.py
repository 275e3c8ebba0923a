"""All that a page shows of one response, as plain values; no HTML in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.codebook.model import Theme
from pipeline.readings.records import Span
from pipeline.review.desk.marks import Mark, Segment, cut_text
from pipeline.review.desk.people import Word
from pipeline.review.desk.queues import Queue, View, asked_themes


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why the machine finds a theme: a rule with its quote, or a score; `terms` in words."""

    by: str
    quote: str
    terms: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A theme to decide on. `number` names it in the text and is its key, from 1."""

    number: int
    theme: str
    label: str
    asked: bool
    evidence: tuple[Evidence, ...]
    others: tuple[str, ...]
    decision: str = ""
    span: Span = ()
    quote: str = ""
    note: str = ""
    stale: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """A response before its reader."""

    place: int
    response_id: str
    question: str
    text: str
    groups: Mapping[str, str]
    segments: Sequence[Segment]
    rows: Sequence[Row]
    addable: Sequence[tuple[str, str]]
    others: Sequence[tuple[str, str]]
    bare: bool
    memo: str
    seen: str
    known: int


def make_screen(place: int, queue: Queue, view: View) -> Screen:
    """The screen of a response for a reader, with nothing in it that is hidden from her."""
    material, known = view.material, view.material.gathered
    bare = bool(view.hidden[place])
    question = known.questions[place]
    codings = [] if bare else material.codings_of(place)
    rows = _rows(place, queue, view, codings)
    shown = {row.theme for row in rows}
    last = view.people.last(view.coder, place)
    return Screen(
        place=place,
        response_id=known.ids[place],
        question=material.round.question(question).label or question,
        text=known.texts[place],
        groups=material.groups_of(place),
        segments=cut_text(known.texts[place], _marks(rows, codings)),
        rows=rows,
        addable=[
            (theme.id, theme.label)
            for theme in material.codebook.themes
            if theme.applies_to(question) and theme.id not in shown
        ],
        others=[
            (material.round.question(known.questions[p]).label, known.texts[p])
            for p in material.others_of(place)
        ],
        bare=bare,
        memo=last.memo if last and view.people.read(view.coder)[place] else "",
        seen=last.digest if last else "",
        known=view.known,
    )


def _rows(place: int, queue: Queue, view: View, codings: Sequence[Mapping[str, Any]]) -> list[Row]:
    asked = asked_themes(place, queue, view)
    own = view.people.own(place, view.coder)
    said = [name for name, word in own.items() if word.stale or word.decision != "absent"]
    wanted = {*asked, *([] if queue.theme or queue.again else said)}
    themes = [theme for theme in view.material.codebook.themes if theme.id in wanted]
    text = view.material.gathered.texts[place]
    rows = []
    for number, theme in enumerate(themes, start=1):
        row = Row(
            number=number,
            theme=theme.id,
            label=theme.label,
            asked=theme.id in asked,
            evidence=tuple(_evidence(c) for c in codings if c["theme"] == theme.id),
            others=_others(theme, place, view),
        )
        rows.append(_with_own(row, own.get(theme.id), text))
    return rows


def _with_own(row: Row, word: Word | None, text: str) -> Row:
    """The row with what the reader herself said before; a stale word is told, not filled in."""
    if word is None:
        return row
    if word.stale:
        return replace(row, note=word.memo, stale=f"{word.decision} on {word.time[:10]}")
    span = word.span if word.span and word.span[1] <= len(text) else ()
    quote = text[slice(*span)] if span else ""
    return replace(row, decision=word.decision, note=word.memo, span=span, quote=quote)


def _evidence(coding: Mapping[str, Any]) -> Evidence:
    terms = coding["terms"] or []
    if coding["rule"]:
        named = ", ".join(term["term"] for term in terms)
        return Evidence(by=f"rule {coding['rule']}", quote=coding["quote"], terms=named)
    weighed = ", ".join(f"{term['term']} {term['weight']:+.2f}" for term in terms)
    return Evidence(by=f"classifier {coding['score']:.2f}", quote="", terms=weighed)


def _others(theme: Theme, place: int, view: View) -> tuple[str, ...]:
    if view.hidden[place]:
        return ()
    said = view.people.words(place).get(theme.id, {})
    return tuple(
        f"{word.coder}: {word.decision}"
        for word in said.values()
        if word.coder != view.coder and not word.stale
    )


def _marks(rows: Sequence[Row], codings: Sequence[Mapping[str, Any]]) -> list[Mark]:
    numbers = {row.theme: row.number for row in rows}
    marks = [
        Mark(coding["start"], coding["end"], numbers[coding["theme"]])
        for coding in codings
        if coding["start"] is not None and coding["theme"] in numbers
    ]
    return marks + [Mark(row.span[0], row.span[1], row.number) for row in rows if row.span]
