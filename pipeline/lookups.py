"""spaCy's English word tables: the lemma of a word, and its British and American spellings.

They come with the optional package spacy-lookups-data (MIT), read from disk without spaCy.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
from bisect import bisect_left
from functools import cache
from itertools import takewhile
from pathlib import Path

from pipeline.errors import InputError

PACKAGE = "spacy_lookups_data"


def lemma_of(word: str) -> str:
    """The lemma of a folded word; a word that the table lacks is its own.

    >>> lemma_of("running"), lemma_of("run")
    ('run', 'run')
    """
    return _lemmas().get(word, word)


def spellings_of(word: str) -> tuple[str, ...]:
    """A folded word, and how it is spelt on the other side of the Atlantic.

    >>> spellings_of("organised"), spellings_of("color"), spellings_of("wifi")
    (('organised', 'organized'), ('color', 'colour'), ('wifi',))
    """
    to_american, to_british = _spellings()
    american = to_american.get(word, word)
    return tuple(dict.fromkeys((word, american, *to_british.get(american, ()))))


def inflections_of(word: str) -> tuple[str, ...]:
    """Every folded word with the lemma of a word.

    >>> inflections_of("ran")
    ('run', 'ran', 'running', 'runs')
    """
    lemma = lemma_of(word)
    itself = (lemma,) if lemma_of(lemma) == lemma else ()
    return tuple(dict.fromkeys((*itself, *sorted(_by_lemma().get(lemma, ())))))


def respelt_words(head: str) -> list[str]:
    """The words with this beginning that have another spelling.

    >>> respelt_words("colourf")
    ['colourful', 'colourfully']
    """
    words = _respelt()
    start = bisect_left(words, head)
    return list(takewhile(lambda word: word.startswith(head), words[start:]))


def check_lookups(where: str) -> None:
    """Raise InputError (E313) when the word tables are not installed."""
    if importlib.util.find_spec(PACKAGE) is None:
        raise InputError.because(
            code="E313",
            where=where,
            what="'lemma' and 'british_american' need the word tables of spacy-lookups-data.",
            remedy="Install them: pip install 'verbatims[lookups]'.",
        )


def _read(table: str) -> dict[str, str]:
    check_lookups("")
    spec = importlib.util.find_spec(PACKAGE)
    assert spec is not None
    assert spec.origin is not None
    path = Path(spec.origin).parent / "data" / f"en_{table}.json.gz"
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        content: dict[str, str] = json.load(stream)
    return content


@cache
def _lemmas() -> dict[str, str]:
    return {word.lower(): lemma.lower() for word, lemma in _read("lemma_lookup").items()}


@cache
def _by_lemma() -> dict[str, list[str]]:
    by_lemma: dict[str, list[str]] = {}
    for word, lemma in _lemmas().items():
        by_lemma.setdefault(lemma, []).append(word)
    return by_lemma


@cache
def _respelt() -> list[str]:
    to_american, to_british = _spellings()
    return sorted({*to_american, *to_british})


@cache
def _spellings() -> tuple[dict[str, str], dict[str, tuple[str, ...]]]:
    """British to American, and back; the table's short forms ("'em") are no spellings."""
    to_american = {
        british.lower(): american.lower()
        for british, american in _read("lexeme_norm").items()
        if british.isalpha() and american.isalpha() and len(british) > 3
    }
    to_british: dict[str, tuple[str, ...]] = {}
    for british, american in to_american.items():
        to_british[american] = (*to_british.get(american, ()), british)
    return to_american, to_british
