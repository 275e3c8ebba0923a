"""Texts and addresses as the templates write them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode


def exact(text: str) -> Any:
    """A text as markup from which a browser makes the same text, code point for code point.

    A return is written as a reference, for HTML makes a new line of a bare one; what HTML cannot
    hold (U+0000) is shown by the replacement character, which is as long.

    >>> str(exact("a<b\\r\\n"))
    'a&lt;b&#13;\\n'
    """
    from markupsafe import Markup, escape  # noqa: PLC0415

    return Markup(str(escape(text.replace("\0", "\ufffd"))).replace("\r", "&#13;"))


def link_to(queue: str, place: int | None = None) -> str:
    """The address of a queue, or of a response in it."""
    values = {"queue": queue} if place is None else {"queue": queue, "place": str(place)}
    page = "settle" if queue.partition(":")[0] in ("settle", "settled") else "read"
    return f"/{page}?{urlencode(values)}"


def link_to_workshop(
    theme: str, queue: str, place: int | None = None, span: tuple[int, ...] = (), **more: str
) -> str:
    """The address of a theme's part of the codebook, seen from a response."""
    values = {"theme": theme, "queue": queue}
    if place is not None:
        values["place"] = str(place)
    if span:
        values |= {"start": str(span[0]), "end": str(span[1])}
    return f"/workshop?{urlencode({**values, **more})}"


def read_place(text: str) -> int:
    """The place that an address names; -1, which is none, for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1
