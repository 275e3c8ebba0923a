"""Sentences, by spaCy; the only file that imports it. No trained model is needed.

A line break ends a sentence: in a survey answer it is the end of a bullet or a thought.

spaCy says what a sentence is, but to load it and to ask it is slow, so a line goes to it only
where its answer is not certain from the characters round each stop. Each rule here is one that
its tokeniser cannot break; `tests/test_tokenise_twin.py` holds them against it.
"""

from __future__ import annotations

import re
from functools import cache
from string import ascii_letters
from typing import TYPE_CHECKING
from unicodedata import category

if TYPE_CHECKING:
    from spacy.language import Language

_OTHER_STOPS = (
    r"\u0589\u061f\u06d4\u0700-\u0702\u07f9\u0964\u0965\u104a\u104b\u1362\u1367\u1368\u166e\u1735"
    r"\u1736\u1803\u1809\u1944\u1945\u1aa8-\u1aab\u1b5a\u1b5b\u1b5e\u1b5f\u1c3b\u1c3c\u1c7e\u1c7f"
    r"\u203c\u203d\u2047-\u2049\u2e2e\u2e3c\u3002\ua4ff\ua60e\ua60f\ua6f3\ua6f7\ua876\ua877\ua8ce"
    r"\ua8cf\ua92f\ua9c8\ua9c9\uaa5d-\uaa5f\uaaf0\uaaf1\uabeb\ufe52\ufe56\ufe57\uff01\uff0e\uff1f"
    r"\uff61\U00010a56-\U0001da88"  # a range, as to list the stops in it is five times as slow
)
_BREAKS = r"\r\n\v\f\x85\u2028\u2029"

MAY_END = re.compile(rf"[.!?{_BREAKS}{_OTHER_STOPS}]")
"""A character that may end a sentence: a line break or a stop of spaCy's `Sentencizer`.

The rare scripts beyond U+FFFF are taken whole, so a text in one may go to spaCy for nothing.
"""

_KEPT = """
    a.m Adm Ak Ala Apr Ariz Ark Aug Bros Calif Co co Colo Conn Corp Dec Del Dr e.g E.g Feb Fla Ga
    Gen Gov hed Hed Hes hes howd Howd hows Hows i.e I.e Ia Id id Ill Im im ima Ima Inc Ind itd Itd
    Jan Jr Jul Jun Kan Kans Ky La Ltd Mar Mass Md Messrs Mich Minn Miss Mo Mont Mr Mrs Ms Mt Neb
    Nebr Nev Nov Oct Okla Ore p.m Pa Prof Rep Rev Sen Sep Sept shes Shes St Tenn Thatd thatd Thats
    thats thered Thered theres Theres thesed Thesed theyd Theyd thisd Thisd thiss Thiss Thosed
    thosed v.s Va vs Wash Wed wed Whatd whatd Whats whats whend Whend Whens whens whered Whered
    wheres Wheres Whod whod Whos whos Whyd whyd whys Whys Wis Youd youd
"""
KEEP_THEIR_STOP = frozenset(_KEPT.split())
"""Words whose full stop spaCy leaves on them, so that it ends nothing.

Some are abbreviations. The others it cuts ("shes" to "she" and "s") before it joins "s" and ".".
"""

_LINE_BREAK = re.compile(rf"[{_BREAKS}]+")
_STOP = re.compile(rf"([.!?{_OTHER_STOPS}]+)([)\]\"'”’]*)(\s*)(?=(.?))", re.DOTALL)
_OPENERS = '(["“'
_LETTERS = ascii_letters + "ßàáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿ"
_ASCII_LETTERS = frozenset(ascii_letters)
_APOSTROPHES = frozenset("'’")
_JOINERS = _APOSTROPHES | {"&"}
_SURE_BEFORE_A_FULL_STOP = frozenset("0123456789)]\"'”’%")
_LEAD = re.compile(r"(?:[-–—*•(\[\"“] )?(?:[(\[\"“]+(?=[A-Za-z0-9])(?!o:)|(?=[A-Za-z0-9]))")
_NEW_SENTENCE = re.compile(r"[A-Z](?:[a-z]+[,.!?]?|[a-z]*['’][a-z]+[,.!?]?)?(?:\s|$)")
_FAR = 64
"""How far to look back for a space: without an end to it, a text that has none takes for ever."""
_NOWHERE = -1
"""No sentence starts after this stop; `None` is that only spaCy can say."""


def sentence_starts(text: str) -> tuple[int, ...]:
    """Where each sentence starts, in code points; the first is 0.

    >>> sentence_starts("It drops out. Every day!\\nNo help")
    (0, 14, 25)
    """
    if not MAY_END.search(text.removesuffix(" ").rstrip(".!?")) and not text[:1].isspace():
        return (0,)
    if text.isascii() and not MAY_END.search(text):
        return (0,)
    starts = [0]
    line_start = 0
    for line_end in _line_ends(text):
        starts += _line_starts(text[line_start:line_end], line_start)
        line_start = line_end
    return tuple(starts[1:] if starts[1:2] == [0] else starts)


def _line_ends(text: str) -> list[int]:
    if text.splitlines() == [text]:
        return [len(text)]
    return [*(match.start() for match in _LINE_BREAK.finditer(text)), len(text)]


def _line_starts(line: str, line_start: int) -> list[int]:
    lead = len(line) - len(line.lstrip())
    if lead == len(line):
        return []
    starts = _certain_starts(line)
    if starts is None:
        starts = _spacy_starts(line)
    return [line_start + start for start in (lead, *starts)]


def _certain_starts(line: str) -> list[int] | None:
    """The starts after the first one, or None if one stop of the line is not certain."""
    starts = []
    for stop in _STOP.finditer(line):
        stops, closers, gap, following = stop.groups()
        if not following and gap in ("", " "):
            break
        if not gap:
            start = None if closers else _inside_chunk(line, stop.start(), stops, following)
        elif ends := _ends(line, stop.start(), stops):
            start = _after_gap(line, stop.start(3), gap, following)
        else:
            start = None if ends is None else _NOWHERE
        if start is None:
            return None
        if start != _NOWHERE:
            starts.append(start)
    return starts


def _ends(line: str, place: int, stops: str) -> bool | None:
    """Whether spaCy makes the stop before white space a token of its own."""
    if stops == ".":
        chunk = _chunk_before(line, place)
        if chunk.isascii() and chunk.isalpha() and len(chunk) < _FAR:
            return chunk not in KEEP_THEIR_STOP and _is_cut_after(chunk)
        return _is_cut_from_chunk(chunk)
    if not stops.strip("!?"):
        return True
    return None if stops.strip(".") else False


def _chunk_before(line: str, place: int) -> str:
    """What stands before `place` up to a space, or the last `_FAR` characters of it."""
    reach = max(0, place - _FAR)
    return line[max(line.rfind(" ", reach, place) + 1, reach) : place]


def _is_cut_after(word: str) -> bool:
    """A stop is cut off after a small letter or two capitals, and "a." to "z." are kept."""
    return len(word) > 1 and (word[-1].islower() or word[-2].isupper())


def _is_cut_from_chunk(before: str) -> bool | None:
    if len(before) == _FAR:
        return None
    if not before or before[-1].isspace() or before[-1] in _SURE_BEFORE_A_FULL_STOP:
        return True
    chunk = before.split()[-1]
    if chunk.lstrip(_OPENERS) in KEEP_THEIR_STOP:
        return False
    head = chunk.rstrip(_LETTERS)
    word = chunk[len(head) :]
    if word[-1:].isupper():
        return _is_cut_after_capital(head, word)
    if head[-1:] in _JOINERS and head[-2:-1] in _ASCII_LETTERS:
        return None if word in ("", "ma") else True
    if len(word) > 1 and word not in KEEP_THEIR_STOP:
        return True
    return False if word.isascii() and word and not head.strip(_OPENERS) else None


def _is_cut_after_capital(head: str, word: str) -> bool | None:
    if word in KEEP_THEIR_STOP:
        return None
    if len(word) > 1:
        return _is_cut_after(word)
    return False if head[-1:].isascii() or head[-1:] in _APOSTROPHES else None


def _after_gap(line: str, gap_start: int, gap: str, following: str) -> int | None:
    """The first token after a stop that is not punctuation; white space may be a token."""
    if gap != " ":
        return gap_start + (gap[0] == " ")
    if following.isalnum() or category(following)[0] != "P":
        return gap_start + 1
    lead = _LEAD.match(line, gap_start + 1)
    return lead.end() if lead else None


def _inside_chunk(line: str, place: int, stops: str, following: str) -> int | None:
    """The start after a stop that has no white space after it."""
    before = line[place - 1 : place] if place else " "
    if not (following.isascii() and following.isalnum()):
        return None
    if stops == ".":
        return _after_inner_full_stop(line, place, before, following)
    in_a_word = before.isascii() and before.isalnum()
    if not (in_a_word or before == " "):
        return None
    if not stops.strip("!?"):
        return _NOWHERE if in_a_word else place + len(stops)
    return None if stops.strip(".") else _NOWHERE


def _after_inner_full_stop(line: str, place: int, before: str, following: str) -> int | None:
    if not following.isupper() or (before.isascii() and (before.isupper() or before.isdigit())):
        return _NOWHERE
    word = _chunk_before(line, place)
    plain = (
        1 < len(word) < _FAR and word.isascii() and word.isalpha() and word not in KEEP_THEIR_STOP
    )
    return place + 1 if plain and _NEW_SENTENCE.match(line, place + 1) else None


def _spacy_starts(line: str) -> list[int]:
    return [sentence.start_char for sentence in _language()(line).sents][1:]


@cache
def _language() -> Language:
    import spacy  # noqa: PLC0415 - 0.6 s that only an uncertain stop needs

    language = spacy.blank("en")
    language.add_pipe("sentencizer")
    language.max_length = 1 << 31
    return language
