"""A term of a codebook: a word or a phrase, whose last word may stand for any ending."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.text import WORD, fold


@dataclass(frozen=True, slots=True)
class Term:
    """Folded words; with `prefix`, the last one stands for every word that starts with it."""

    source: str
    words: tuple[str, ...]
    prefix: bool


def parse_term(source: str) -> Term:
    """A term from how it is written.

    >>> parse_term("Log-in problem*")
    Term(source='Log-in problem*', words=('log', 'in', 'problem'), prefix=True)

    Raises ValueError when nothing of it could match, or when it holds what the term language does
    not have.
    """
    folded = fold(source.strip()).folded
    prefix = folded.endswith("*")
    body = folded[:-1] if prefix else folded
    if "*" in body or "?" in body:
        raise ValueError(f"'{source}' has a wildcard before its end.")
    words = tuple(WORD.findall(body))
    if not words:
        raise ValueError(f"'{source}' has no word to match.")
    if prefix and not body.endswith(words[-1]):
        raise ValueError(f"'{source}' has a '*' that follows no word.")
    left_over = WORD.sub("", body).strip(" \t\n\xa0-")
    if left_over:
        raise ValueError(f"'{source}' holds '{left_over}', which is never part of a word.")
    return Term(source, words, prefix)
