"""The states of the review page that are looked at in a browser: a page adds its own here."""

from __future__ import annotations

from typing import NamedTuple


class State(NamedTuple):
    """Where it is, on the tiny round, and the keys that lead to it."""

    address: str
    keys: tuple[str, ...] = ()


STATES = {
    "queues": State("/?all"),
    "a response": State("/read?queue=all&place=0"),
    "the list of keys": State("/read?queue=all&place=0", ("?",)),
    "decided, with context and a mark begun": State("/read?queue=all&place=1", ("x", "c", "s")),
    "decided, a theme's meaning open": State("/read?queue=theme:wifi&place=0", ("d",)),
    "what went wrong": State("/read?queue=all&place=0", ("Enter",)),
    "nothing found": State("/read?queue=uncoded&place=4"),
    "an empty queue": State("/read?queue=stale"),
    "a theme": State("/theme/slow"),
    "refused": State("/theme/nothing"),
    "figures": State("/figures"),
    "a figure": State("/figure?question=barriers&theme=slow"),
    "a list": State("/list?queue=theme:slow"),
    "the codebook": State("/workshop?theme=slow&queue=all&place=0&start=4&end=8"),
}
