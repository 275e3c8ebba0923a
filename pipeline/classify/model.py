"""A fitted classifier: arrays and names only, so that it can be kept as data."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np

from pipeline.classify.calibrate import Calibration
from pipeline.classify.vocabulary import Vocabulary
from pipeline.digest import canonical_json
from pipeline.text import fold_words


@dataclass(frozen=True, kw_only=True)
class Model:
    """`coefficients` are features x themes, in the order of `features.lay_out`; `thresholds` are
    questions x themes, with a last row for any other question.

    `policies` say for each theme whose word counts; `few` are the themes with too few examples to
    learn, or to trust beside their rules, with how many there were. `trained_texts` are hashes of
    what it learnt from. `unseen_share` is the share of the words of its own examples, counted as
    often as they stand there, that the other folds lack: how far texts are from others at home.
    """

    vocabulary: Vocabulary
    themes: tuple[str, ...]
    coefficients: np.ndarray
    calibration: Calibration
    thresholds: np.ndarray
    policies: dict[str, str]
    few: dict[str, int]
    trained_ids: frozenset[str]
    trained_texts: frozenset[str]
    settings: dict[str, Any]
    unseen_share: float = 0.0

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions it knows, in the order of the rows of `thresholds`."""
        return self.vocabulary.questions

    @property
    def embeddings(self) -> dict[str, Any] | None:
        """What it has to say of the embeddings that it learnt with: their folder's sha256, their
        width and their weight beside words; None where it learnt without.
        """
        return self.settings.get("embeddings")

    @cached_property
    def coder(self) -> str:
        """classifier:hash8, over vocabulary, coefficients, thresholds and settings."""
        names = {
            "words": self.vocabulary.words,
            "runs": self.vocabulary.runs,
            "questions": self.vocabulary.questions,
            "marks": self.vocabulary.marks,
            "themes": self.themes,
            "policies": self.policies,
            "settings": self.settings,
        }
        digest = hashlib.sha256(canonical_json(names).encode())
        numbers = [self.coefficients, self.thresholds]
        for part in (self.vocabulary, self.calibration):
            held = (getattr(part, field.name) for field in fields(part))
            numbers += [array for array in held if isinstance(array, np.ndarray)]
        for array in numbers:
            digest.update((np.round(array.astype("<f8"), 5) + 0.0).tobytes())
        return f"classifier:{digest.hexdigest()[:8]}"


def hash_seen(question: str, text: str) -> str:
    """A hash of a question and the words of an answer to it, to know them again by."""
    seen = "\0".join((question, *fold_words(text)))
    return hashlib.blake2b(seen.encode(), digest_size=16).hexdigest()
