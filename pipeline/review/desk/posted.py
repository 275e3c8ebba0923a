"""What the page sends when a response was read -> a reading, or the reason why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from pipeline.codebook.model import Theme
from pipeline.errors import InputError
from pipeline.readings.records import (
    SAID,
    Decision,
    Span,
    StoredReading,
    hash_text,
    hash_theme,
    now,
)
from pipeline.review.desk.disputes import Dispute
from pipeline.review.desk.material import Material
from pipeline.review.desk.people import UNDONE
from pipeline.review.desk.queues import Queue

TOGETHER = "together with "
"""How the memo of what several settled begins; their names follow."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a person said of a theme: the span is empty where none was marked."""

    decision: str
    span: Span = ()
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """What was sent; `seen` is the digest of the own reading that the page showed, or empty, and
    `known` the number of the last reading that the page knew of, -1 where it does not say;
    `together` with whom it was settled.
    """

    queue: str
    place: int
    said: Mapping[str, Said]
    memo: str = ""
    seen: str = ""
    known: int = -1
    together: str = ""


def parse_posted(body: object) -> Posted:
    """The JSON of the page. Raises InputError (E593) for any other."""
    top = _mapping(body)
    said = {
        theme: Said(
            decision=_text(one.get("decision", "")),
            span=_span(one.get("span")),
            note=_text(one.get("note", "")),
        )
        for theme, value in _mapping(top.get("said", {})).items()
        for one in [_mapping(value)]
    }
    return Posted(
        queue=_text(top.get("queue", "")),
        place=_number(top.get("place")),
        said=said,
        memo=_text(top.get("memo", "")),
        seen=_text(top.get("seen", "")),
        known=_number(top.get("known", -1)),
        together=_text(top.get("together", "")),
    )


def make_reading(
    posted: Posted, queue: Queue, material: Material, coder: str, asked: Iterable[str]
) -> StoredReading:
    """The reading of what was sent.

    The whole codebook is in view, but for queues that are about certain themes; what was in view
    and not marked is recorded absent. Raises InputError (E593) when a theme, decision or span
    cannot be, or when one of the themes that were `asked` about was passed over.
    """
    text = material.gathered.texts[posted.place]
    question = material.gathered.questions[posted.place]
    themes = {theme.id: theme for theme in material.codebook.themes}
    for name, said in posted.said.items():
        _check(name, said, themes, question, text)
    whole = not (queue.theme or queue.again)
    in_view = [
        theme
        for theme in material.codebook.themes
        if theme.id in posted.said or (whole and theme.applies_to(question))
    ]
    if UNDONE in (posted.memo, *(said.note for said in posted.said.values())):
        refuse(f"'{UNDONE}' alone is what an undone reading says.", "Write something else.")
    passed = [name for name in asked if name not in posted.said]
    if passed:
        labels = ", ".join(themes[name].label for name in passed)
        refuse(f"undecided: {labels}.", "Decide on each theme that is asked about.")
    return StoredReading(
        response_id=material.gathered.ids[posted.place],
        question=question,
        coder=coder,
        time=now(),
        text_hash=hash_text(text),
        sample=queue.sample,
        memo=posted.memo,
        decisions=tuple(_decision(theme, posted.said.get(theme.id)) for theme in in_view),
    )


def make_settling(
    posted: Posted, material: Material, coder: str, dispute: Dispute
) -> StoredReading:
    """The adjudicator's reading of what was sent: only what she settled is in view.

    Raises InputError: E585 where people do not differ on a theme, E593 for what cannot be.
    """
    text = material.gathered.texts[posted.place]
    question = material.gathered.questions[posted.place]
    themes = {theme.id: theme for theme in material.codebook.themes}
    for name, said in posted.said.items():
        _check(name, said, themes, question, text)
        if name not in dispute.open | dispute.settled:
            what = f"people do not differ on '{themes[name].label}' here."
            raise InputError.because(code="E585", what=what, remedy="Load the page again.")
    if UNDONE in (said.note for said in posted.said.values()):
        refuse(f"'{UNDONE}' alone is what an undone reading says.", "Write something else.")
    if not posted.said:
        refuse("nothing is settled.", "Decide on a theme.")
    in_view = [theme for theme in material.codebook.themes if theme.id in posted.said]
    names = " ".join(posted.together.split())
    return StoredReading(
        response_id=material.gathered.ids[posted.place],
        question=question,
        coder=coder,
        time=now(),
        text_hash=hash_text(text),
        memo=TOGETHER + names if names else "",
        decisions=tuple(_decision(theme, posted.said[theme.id]) for theme in in_view),
    )


def _decision(theme: Theme, said: Said | None) -> Decision:
    if said is None:
        return Decision(theme=theme.id, decision="absent", theme_hash=hash_theme(theme))
    start, end = said.span or (None, None)
    return Decision(
        theme=theme.id,
        decision=said.decision,
        memo=said.note,
        theme_hash=hash_theme(theme),
        start=start,
        end=end,
    )


def _check(name: str, said: Said, themes: Mapping[str, Theme], question: str, text: str) -> None:
    if name not in themes:
        refuse(f"there is no theme '{name}'.")
    if said.decision not in SAID:
        refuse(f"'{said.decision}' is no decision: {', '.join(SAID)}.")
    if said.decision == "present" and not themes[name].applies_to(question):
        refuse(f"'{themes[name].label}' is not coded in this question.")
    if said.span and not 0 <= said.span[0] < said.span[1] <= len(text):
        refuse(f"the span {list(said.span)} is not in the text.")
    if said.span and said.decision != "present":
        refuse("a span is marked where the theme is present.")


def refuse(what: str, remedy: str = "") -> NoReturn:
    """E593."""
    raise InputError.because(code="E593", what=what, remedy=remedy)


def _mapping(value: object) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        refuse("what was sent is no JSON object where one belongs.")
    return value


def _text(value: object) -> str:
    if not isinstance(value, str):
        refuse("what was sent has something else where text belongs.")
    if any("\ud800" <= c <= "\udfff" or c == "\0" for c in value):
        refuse("what was sent has a character that cannot be kept.")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        refuse("what was sent has something else where a whole number belongs.")
    return value


def _span(value: object) -> Span:
    if value is None or value == []:
        return ()
    if not isinstance(value, list) or len(value) != 2:
        refuse("a span is two numbers.")
    return _number(value[0]), _number(value[1])
