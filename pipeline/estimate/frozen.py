"""What an audit freezes of a round, so that it can be told later whether the audit still fits."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

from pipeline.codebook.model import Codebook
from pipeline.readings.records import hash_rules, hash_theme

_WIDE = 1 << 256


def freeze_codebook(codebook: Codebook) -> dict[str, Any]:
    """Of each theme hashes of its rules and of its meaning, and what every net and parent holds."""
    return {
        "rules": {theme.id: hash_rules(theme, codebook) for theme in codebook.themes},
        "meanings": {theme.id: hash_theme(theme) for theme in codebook.themes},
        "any": {
            entry.id: list(members)
            for entry in codebook.entries
            if (members := codebook.members(entry)) != (entry.id,)
        },
    }


class FrameHash:
    """A hash of the substantive responses of each question, whatever their order.

    The sha256 of each id and text are added up, so that batches can come as they like and nothing
    is kept of them.
    """

    def __init__(self) -> None:
        self.sizes: dict[str, int] = {}
        self._sums: dict[str, int] = {}

    def add(self, questions: Iterable[str], ids: Iterable[str], texts: Iterable[str]) -> None:
        """Add responses; each must come once."""
        for question, name, text in zip(questions, ids, texts, strict=True):
            digest = hashlib.sha256(f"{name}\0{text}".encode()).digest()
            self._sums[question] = self._sums.get(question, 0) + int.from_bytes(digest, "big")
            self.sizes[question] = self.sizes.get(question, 0) + 1

    def hashes(self) -> dict[str, str]:
        """The hash of each question, in hexadecimal."""
        return {question: f"{total % _WIDE:064x}" for question, total in self._sums.items()}
