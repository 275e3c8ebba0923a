"""The responses of a queue below one another, a page of them at a time; no HTML in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.review.desk.marks import Mark, Segment, cut_text
from pipeline.review.desk.view import View

PAGE = 50
"""So many responses are listed at a time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A response in a list: its quotes are marked, `why` names the rules or the score, and `said`
    is what people decided, of the themes that the list is about.
    """

    place: int
    response_id: str
    groups: Mapping[str, str]
    segments: Sequence[Segment]
    why: tuple[str, ...]
    said: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A page of a list: `first` is the number of its first item, from 1; `pages` is at least 1."""

    items: Sequence[Item]
    first: int
    total: int
    page: int
    pages: int


def list_responses(places: np.ndarray, themes: Sequence[str], page: int, view: View) -> Listing:
    """The page of that number, from 1, or the nearest there is.

    Without `themes` the marks are of all themes. Responses that must be seen bare have none.
    """
    pages = max(1, -(-len(places) // PAGE))
    page = min(max(page, 1), pages)
    start = (page - 1) * PAGE
    return Listing(
        items=[_item(int(place), themes, view) for place in places[start : start + PAGE]],
        first=start + 1,
        total=len(places),
        page=page,
        pages=pages,
    )


def _item(place: int, themes: Sequence[str], view: View) -> Item:
    material, known = view.material, view.material.gathered
    bare = bool(view.hidden[place])
    codings = [] if bare else material.codings_of(place)
    mine = [coding for coding in codings if not themes or coding["theme"] in themes]
    marks = [Mark(c["start"], c["end"], 1) for c in mine if c["start"] is not None]
    words = {} if bare else view.people.words(place)
    return Item(
        place=place,
        response_id=known.ids[place],
        groups=material.groups_of(place),
        segments=cut_text(known.texts[place], marks),
        why=tuple(dict.fromkeys(_why(coding) for coding in mine)),
        said=tuple(
            f"{word.coder.removeprefix('human:')}: {word.decision}"
            for theme, said in words.items()
            if theme in themes
            for word in said.values()
            if not word.stale
        ),
    )


def _why(coding: Mapping[str, object]) -> str:
    return f"rule {coding['rule']}" if coding["rule"] else f"classifier {coding['score']:.2f}"
