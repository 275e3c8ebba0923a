"""A term of a codebook: a word or a phrase, in whose words `*` and `?` stand for what they hide."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.text import fold

_LETTER = r"[^\W_]"
_WORD = re.compile(rf"(?:{_LETTER}|[*?])+(?:'(?:{_LETTER}|[*?])+)*")
_HYPHENED = re.compile(rf"(?:{_LETTER}|[*?])+(?:['-](?:{_LETTER}|[*?])+)*")
ANY_WORD = "*"


@dataclass(frozen=True, slots=True)
class Term:
    """Folded words: in each, `*` stands for any run of characters of a word and `?` for one."""

    source: str
    words: tuple[str, ...]

    @property
    def is_plain(self) -> bool:
        """Whether no word of it holds a wildcard."""
        return not any("*" in word or "?" in word for word in self.words)


def parse_term(source: str, hyphens: str = "split") -> Term:
    """A term from how it is written; with `hyphens="keep"` an inner hyphen is a part of a word.

    >>> parse_term("Log* in")
    Term(source='Log* in', words=('log*', 'in'))
    >>> parse_term("log-in").words, parse_term("log-in", "keep").words
    (('log', 'in'), ('log-in',))

    Raises ValueError when nothing of it could match, or when it holds what the term language does
    not have.
    """
    folded = fold(source.strip()).folded
    pattern = _HYPHENED if hyphens == "keep" else _WORD
    words = tuple(re.sub(r"\*+", "*", word) for word in pattern.findall(folded))
    if not words:
        raise ValueError(f"'{source}' has no word to match.")
    if all(set(word) <= {"*", "?", "'", "-"} for word in words):
        raise ValueError(f"'{source}' has nothing but wildcards, so it would match everything.")
    left_over = pattern.sub(" ", folded).strip(" \t\n-")
    if left_over:
        raise ValueError(f"'{source}' holds '{left_over}', which is never part of a word.")
    return Term(source, words)
