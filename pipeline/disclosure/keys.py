"""The names of counts: one for each number, however many tables print it."""

from __future__ import annotations

from typing import Any

Key = tuple[Any, ...]


def base_key(question: str, name: str) -> Key:
    """A number of the base accounting of a question; `of` is the base itself."""
    return ("base", question, name)


def cited_key(question: str, theme: str, facet: str = "", column: str = "", value: str = "") -> Key:
    """Those who cite a theme in a question, all or of a group."""
    return ("cited", question, theme, facet, column, value)


def size_key(question: str, column: str, value: str) -> Key:
    """The responses of a group."""
    return ("size", question, column, value)


def closed_key(place: tuple[str, str, str], measure: str, value: str) -> Key:
    """Those of a group who gave an answer to a closed item; `place` is item, column and group."""
    return ("closed", *place, measure, value)
