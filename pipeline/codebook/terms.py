"""A term of a codebook: a word or a phrase, any word of which may stand for every ending."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.text import WORD, fold

_PART = re.compile(rf"({WORD.pattern})(\*?)")


@dataclass(frozen=True, slots=True)
class Term:
    """Folded words; where `prefixes` says so, a word stands for every word that starts with it."""

    source: str
    words: tuple[str, ...]
    prefixes: tuple[bool, ...]


def parse_term(source: str) -> Term:
    """A term from how it is written.

    >>> parse_term("Log* in")
    Term(source='Log* in', words=('log', 'in'), prefixes=(True, False))

    Raises ValueError when nothing of it could match, or when it holds what the term language does
    not have.
    """
    folded = fold(source.strip()).folded
    parts = _PART.findall(folded)
    left_over = _PART.sub(" ", folded)
    if re.search(r"\*\w", folded) or "*" in left_over or "?" in left_over:
        raise ValueError(f"'{source}' has a wildcard that is not at the end of a word.")
    if not parts:
        raise ValueError(f"'{source}' has no word to match.")
    left_over = left_over.strip(" \t\n-")
    if left_over:
        raise ValueError(f"'{source}' holds '{left_over}', which is never part of a word.")
    return Term(source, tuple(word for word, _ in parts), tuple(star == "*" for _, star in parts))
