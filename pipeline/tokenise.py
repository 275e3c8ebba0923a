"""Sentences, by spaCy; the only file that imports it. No trained model is needed.

A line break ends a sentence: in a survey answer it is the end of a bullet or a thought.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spacy.language import Language

_LINE_BREAK = re.compile(r"[\r\n\v\f\x85\u2028\u2029]+")
_MAY_END = re.compile(r"[^\x00-\x7f]|[.!?]|[\r\n\v\f]")


def sentence_starts(text: str) -> tuple[int, ...]:
    """Where each sentence starts, in code points; the first is 0.

    >>> sentence_starts("It drops out. Every day!\\nNo help")
    (0, 14, 25)
    """
    if not _MAY_END.search(text):
        return (0,)
    starts = {0}
    line_start = 0
    for line_end in [match.start() for match in _LINE_BREAK.finditer(text)] + [len(text)]:
        line = text[line_start:line_end]
        if line.strip():
            starts.update(line_start + start for start in _line_starts(line))
        line_start = line_end
    return tuple(sorted(starts))


def _line_starts(line: str) -> list[int]:
    document = _language()(line)
    starts = [sentence.start_char for sentence in document.sents]
    lead = len(line) - len(line.lstrip())
    return [lead, *starts[1:]]


@cache
def _language() -> Language:
    import spacy  # noqa: PLC0415 - 0.4 s that only texts of several sentences need

    language = spacy.blank("en")
    language.add_pipe("sentencizer")
    language.max_length = 1 << 31
    return language
