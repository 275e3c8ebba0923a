"""Where sentences start, and which sentence a place is in."""

from __future__ import annotations

from pipeline.tokenise.numbers import number_sentences
from pipeline.tokenise.sentences import sentence_starts

__all__ = ["number_sentences", "sentence_starts"]
