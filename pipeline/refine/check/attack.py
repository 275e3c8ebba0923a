"""Texts that a pattern finds hard: what it repeats, many times, and then something else.

They are made from the pattern's own parse tree (that of Python's `re`, which is all but the same
language as that of `regex`); where `re` cannot read a pattern, from the letters in it.
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

_parser = importlib.import_module("re._parser")

MOST_ATTACKS = 32
_VARIANTS = 2
"""Each repeat is fed with so many samples of it: other branches, the other end of a range."""
_BREAKS = (("!!", ""), ("\n\n", ""), ("aa", ""), ("", "\n!"))
"""What stands before and after the rest of a text, so that some repeat of it goes wrong there."""
_LONGEST_SAMPLE = 60
_CANDIDATES = "a0 !zA\n_é"
_CATEGORIES = {
    "CATEGORY_DIGIT": ("0", r"\d"),
    "CATEGORY_NOT_DIGIT": ("a", r"\D"),
    "CATEGORY_SPACE": (" ", r"\s"),
    "CATEGORY_NOT_SPACE": ("a", r"\S"),
    "CATEGORY_WORD": ("a", r"\w"),
    "CATEGORY_NOT_WORD": ("!", r"\W"),
}


@dataclass(frozen=True, slots=True)
class Attack:
    """A text by its parts, of any length."""

    head: str
    pump: str
    tail: str

    def text(self, length: int) -> str:
        """The text with the pump repeated to about a length."""
        return self.head + self.pump * max(1, length // len(self.pump)) + self.tail


def list_attacks(pattern: str) -> list[Attack]:
    """The texts to try a pattern on; none for one that repeats nothing."""
    tree = _parse(pattern)
    found = _of_letters(pattern) if tree is None else _of_items(list(tree), "", "")
    return list(islice(dict.fromkeys(found), MOST_ATTACKS))


def widest(pattern: str) -> int | None:
    """How many characters a pattern matches at most; None where that is not known."""
    tree = _parse(pattern)
    return None if tree is None else int(tree.getwidth()[1])


def _parse(pattern: str) -> Any:
    try:
        return _parser.parse(pattern)
    except (re.error, OverflowError, RecursionError):
        return None


def _of_letters(pattern: str) -> Iterator[Attack]:
    pieces = re.findall(r"[^\W\d_]{2,}|[;:,!%&=@#<>~/\"'-]", re.sub(r"\\.", " ", pattern))
    for pump in ("a", "0", " ", "a ", *pieces):
        yield from _broken("", pump, "".join(pieces))


def _broken(head: str, pump: str, tail: str) -> Iterator[Attack]:
    for stop, last in _BREAKS:
        yield Attack(head, pump, stop + tail + last)


def _of_items(items: Sequence[tuple[Any, Any]], before: str, after: str) -> Iterator[Attack]:
    """An attack on each repeat among the items, and within them."""
    for number, item in enumerate(items):
        head = before + _sample(items[:number], 0)
        tail = _sample(items[number + 1 :], 0) + after
        if _repeats(item):
            for variant in range(_VARIANTS):
                pump = _sample(item[1][2], variant)
                yield from _broken(head, pump, tail) if pump else ()
        for inner in _inside(item):
            yield from _of_items(list(inner), head, tail)


def _repeats(item: tuple[Any, Any]) -> bool:
    return str(item[0]) in ("MAX_REPEAT", "MIN_REPEAT") and item[1][1] > 1


def _inside(item: tuple[Any, Any]) -> list[Any]:
    """The sequences within an item."""
    name, value = str(item[0]), item[1]
    if name == "BRANCH":
        return list(value[1])
    if name in _BODY_AT:
        return [value[_BODY_AT[name]]]
    return [value] if name == "ATOMIC_GROUP" else []


_BODY_AT = {
    **{"MAX_REPEAT": 2, "MIN_REPEAT": 2, "POSSESSIVE_REPEAT": 2},
    **{"SUBPATTERN": 3, "ASSERT": 1, "ASSERT_NOT": 1},
}


def _sample(items: Any, variant: int) -> str:
    """A text that the items match, or nearly; another variant takes other branches."""
    return "".join(_sample_item(str(name), value, variant) for name, value in items)


def _sample_item(name: str, value: Any, variant: int) -> str:
    if name == "LITERAL":
        return chr(value)
    if name == "ANY":
        return "a"
    if name == "NOT_LITERAL":
        return "b" if value == ord("a") else "a"
    if name == "IN":
        return _sample_class(value, variant)
    if name == "BRANCH":
        return _sample(value[1][variant % len(value[1])], variant)
    if name.endswith("_REPEAT"):
        times = min(max(int(value[0]), 1 - variant), _LONGEST_SAMPLE)
        return (_sample(value[2], variant) * times)[:_LONGEST_SAMPLE]
    if name in ("SUBPATTERN", "ATOMIC_GROUP"):
        return _sample(value[3] if name == "SUBPATTERN" else value, variant)
    return ""


def _sample_class(value: Sequence[tuple[Any, Any]], variant: int) -> str:
    """A character of a class."""
    kinds = [(str(name), what) for name, what in value]
    if kinds[0][0] == "NEGATE":
        free = [c for c in _CANDIDATES if not any(_is_in(c, *member) for member in kinds[1:])]
        return free[variant % len(free)] if free else "\x00"
    kind, what = kinds[variant % len(kinds)]
    return _sample_member(kind, what, variant)


def _is_in(character: str, kind: str, what: Any) -> bool:
    if kind == "RANGE":
        return bool(what[0] <= ord(character) <= what[1])
    if kind == "CATEGORY":
        return re.match(_CATEGORIES[str(what)][1], character) is not None
    return character == chr(what)


def _sample_member(kind: str, what: Any, variant: int) -> str:
    if kind == "RANGE":
        return chr(what[variant % 2])
    if kind == "CATEGORY":
        return _CATEGORIES[str(what)][0]
    return chr(what)
