"""Texts and rules as YAML that reads back as exactly the same."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

Item = str | Mapping[str, Any]
"""What a list of a theme holds: a text, or a rule as the keys of its mapping."""

# Letters first, so that no symbol of YAML begins it, and only what never ends or splits a text.
_PLAIN = re.compile(r"[^\W\d_](?:[\w'*?-]| (?! |$))*")
_WORDS = frozenset(("true", "false", "null", "yes", "no", "on", "off", "y", "n"))
"""Words that this YAML or another takes for something else than text."""
_UNSEEN = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def write_item(item: Item) -> str:
    """On one line, as it may stand in a list in brackets too.

    >>> write_item("log* in"), write_item({"any": ["wi-fi", "no"], "within": 3})
    ('log* in', '{any: [wi-fi, "no"], within: 3}')
    """
    if isinstance(item, str):
        return write_term(item)
    return "{" + ", ".join(f"{key}: {_write_value(item[key])}" for key in item) + "}"


def write_lines(item: Item) -> list[str]:
    """On a line for each key of a rule."""
    if isinstance(item, str):
        return [write_term(item)]
    return [f"{key}: {_write_value(value)}" for key, value in item.items()]


def write_term(text: str) -> str:
    """A short text: plain where every reader of YAML takes it for text, else quoted."""
    if _PLAIN.fullmatch(text) and text.casefold() not in _WORDS:
        return text
    return write_quoted(text)


def write_quoted(text: str) -> str:
    r"""Any text on one line in double quotes.

    >>> print(write_quoted('- "so": \n\u2028😀'))
    "- \"so\": \n\u2028😀"
    """
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)


def _write_value(value: Any) -> str:
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(write_term(str(one)) for one in value) + "]"
    return str(value) if isinstance(value, int) else write_term(str(value))
