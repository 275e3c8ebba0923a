"""All that the page shows on which a response is settled, as plain values; no HTML in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from string import ascii_uppercase
from typing import NamedTuple

from pipeline.codebook.model import Theme
from pipeline.review.desk.disputes import (
    adjudicator_of,
    is_adjudicator,
    plain_name,
    standing,
)
from pipeline.review.desk.marks import Mark, cut_text
from pipeline.review.desk.people import Word
from pipeline.review.desk.posted import TOGETHER
from pipeline.review.desk.queues import Queue, View, disputed_places

_STYLES = 5


class Column(NamedTuple):
    """A coder: the letter by which her words are known in the text, and how they are underlined."""

    letter: str
    name: str
    style: int


class Piece(NamedTuple):
    """A piece of the text: the letters of those who marked it, and of those whose mark begins."""

    text: str
    by: str
    starting: str
    style: int


class Cell(NamedTuple):
    """What a coder said of a theme; without a decision it was not in view."""

    decision: str
    quote: str
    note: str
    stale: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledRow:
    """A theme with what each coder said. `open`: it waits to be settled. `standing` tells what
    adjudicators have said; `decision` and `note` are the reader's own words as one.
    """

    number: int
    theme: str
    label: str
    cells: tuple[Cell, ...]
    open: bool
    standing: tuple[str, ...] = ()
    decision: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settling:
    """A response before who settles it. `differing` are the rows to decide on, `alike` those on
    which nobody differs, `absent` the labels of what all who had it in view call absent.
    """

    place: int
    response_id: str
    question: str
    text: str
    groups: Mapping[str, str]
    pieces: Sequence[Piece]
    columns: Sequence[Column]
    differing: Sequence[SettledRow]
    alike: Sequence[SettledRow]
    absent: Sequence[str]
    own_words: bool
    together: str
    seen: str
    known: int


class Settled(NamedTuple):
    """Of the responses on which people differ or differed: how many are settled."""

    done: int
    total: int


def count_settled(queue: Queue, view: View) -> Settled:
    """Of the queue's sample, or of all."""
    known = view.disputes.known()
    places = disputed_places(queue.key.partition(":")[2], view)
    return Settled(sum(not known[place].open for place in places), len(places))


def make_settling(place: int, view: View, together: str = "") -> Settling:
    """The page of a response that its reader may see; `together` is what to fill in for names."""
    known = view.material.gathered
    words, text = view.people.words(place), known.texts[place]
    coders = sorted({c for said in words.values() for c in said if not is_adjudicator(c)})
    columns = tuple(
        Column(_letter(n), plain_name(coder), n % _STYLES + 1) for n, coder in enumerate(coders)
    )
    rows, absent = _rows(place, view, coders)
    who = adjudicator_of(view.coder)
    last = view.people.last(who, place)
    before = last.memo if last else ""
    question = known.questions[place]
    return Settling(
        place=place,
        response_id=known.ids[place],
        question=view.material.round.question(question).label or question,
        text=text,
        groups=view.material.groups_of(place),
        pieces=_cut(text, words, coders, columns),
        columns=columns,
        differing=[row for row in rows if row.number],
        alike=[row for row in rows if not row.number],
        absent=absent,
        own_words=f"human:{plain_name(view.coder)}" in coders,
        together=before.removeprefix(TOGETHER) if before.startswith(TOGETHER) else together,
        seen=last.digest if last else "",
        known=view.known,
    )


def _letter(number: int) -> str:
    """A to Z, then A2.

    >>> _letter(0), _letter(27)
    ('A', 'B2')
    """
    again = number // 26
    return ascii_uppercase[number % 26] + (str(again + 1) if again else "")


def _rows(place: int, view: View, coders: Sequence[str]) -> tuple[list[SettledRow], list[str]]:
    """The rows that differ, numbered, and the others; and what all call absent without a word."""
    words, dispute = view.people.words(place), view.disputes.of(place)
    text = view.material.gathered.texts[place]
    rows: list[SettledRow] = []
    absent, number = [], 0
    for theme in view.material.codebook.themes:
        said = words.get(theme.id, {})
        cells = tuple(_cell(said.get(coder), text) for coder in coders)
        differs = theme.id in dispute.open | dispute.settled
        number += differs
        if differs:
            rows.append(_differing(number, theme, cells, said, view))
        elif any(cell.note or cell.stale or cell.decision in _TELLING for cell in cells):
            row = SettledRow(number=0, theme=theme.id, label=theme.label, cells=cells, open=False)
            rows.append(row)
        elif any(cell.decision for cell in cells):
            absent.append(theme.label)
    return rows, absent


_TELLING = ("present", "unsure")


def _differing(
    number: int, theme: Theme, cells: tuple[Cell, ...], said: Mapping[str, Word], view: View
) -> SettledRow:
    own = said.get(adjudicator_of(view.coder))
    last = standing(said)
    return SettledRow(
        number=number,
        theme=theme.id,
        label=theme.label,
        cells=cells,
        open=last is None,
        standing=tuple(_tell(w, last) for w in said.values() if is_adjudicator(w.coder)),
        decision=own.decision if own and not own.stale else "",
        note=own.memo if own else "",
    )


def _tell(word: Word, last: Word | None) -> str:
    told = f"{plain_name(word.coder)}: {word.decision}, {word.time[:10]}"
    told += f" “{word.memo}”" if word.memo else ""
    if word.stale:
        return f"{told} (stale)"
    return told if word is last or word.decision == "unsure" else f"{told} (a later word stands)"


def _cell(word: Word | None, text: str) -> Cell:
    if word is None:
        return Cell(decision="", quote="", note="", stale=False)
    held = word.span and word.span[1] <= len(text) and not word.stale
    quote = text[slice(*word.span)] if held else ""
    return Cell(word.decision, quote, word.memo, word.stale)


def _cut(
    text: str,
    words: Mapping[str, Mapping[str, Word]],
    coders: Sequence[str],
    columns: Sequence[Column],
) -> list[Piece]:
    marks = [
        Mark(*word.span, coders.index(word.coder))
        for said in words.values()
        for word in said.values()
        if word.coder in coders and not word.stale
        if word.span
    ]
    return [
        Piece(
            segment.text,
            _letters(segment.over, columns),
            _letters(segment.starting, columns),
            columns[segment.over[0]].style if len(segment.over) == 1 else 0,
        )
        for segment in cut_text(text, marks)
    ]


def _letters(numbers: Iterable[int], columns: Sequence[Column]) -> str:
    return " ".join(columns[number].letter for number in numbers)
