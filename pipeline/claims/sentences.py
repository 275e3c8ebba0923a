"""Where the sentences of a passage begin and end."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.claims.numbers import word_set

_END = re.compile(r"[.!?…][\"'”’)\]]{0,3} (?=[\"'“‘(\[]{0,3}[^a-z\s])")
_SHORT = word_set(
    "e.g i.e approx vs etc cf dr mr mrs ms prof st para paras sec ca al incl excl dept govt"
)
_NUMBERED = word_set("no nos fig figs p pp q")
MAX_SENTENCE = 2_000


def split_sentences(text: str) -> Iterator[tuple[int, int]]:
    """The half-open spans of sentences; one of over 2,000 characters is cut at a space.

    >>> [text[a:b] for text in ["About 40 of 105, e.g. Ann. So?"] for a, b in split_sentences(text)]
    ['About 40 of 105, e.g. Ann.', 'So?']
    """
    start = 0
    for found in _END.finditer(text):
        if text[found.start()] != "." or not _is_short(text, start, found):
            yield from _cut(text, start, found.end() - 1)
            start = found.end()
    if start < len(text):
        yield from _cut(text, start, len(text))


def _is_short(text: str, start: int, found: re.Match[str]) -> bool:
    stop = found.start()
    word = text[max(start, stop - 12) : stop].rpartition(" ")[2].lstrip("(\"'“‘").lower()
    numbered = word in _NUMBERED and text[found.end()].isdigit()
    return numbered or word in _SHORT or (len(word) == 1 and word.isalpha() and word != "i")


def _cut(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > MAX_SENTENCE:
        space = text.rfind(" ", start, start + MAX_SENTENCE)
        stop = space if space > start else start + MAX_SENTENCE
        yield start, stop
        start = stop + (space > start)
    if start < end:
        yield start, end
