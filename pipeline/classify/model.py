"""A fitted classifier: TF-IDF vocabulary, one linear model a theme, one threshold a theme."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from pipeline.digest import canonical_json


@dataclass(frozen=True, kw_only=True)
class Model:
    """Row `i` of `coefficients` (themes x features) belongs to `themes[i]`.

    `few` are the themes with too few coded examples to learn from, with how many there were;
    `trained_texts` are the feature texts it learnt from.
    """

    vectoriser: Any
    themes: tuple[str, ...]
    coefficients: np.ndarray
    intercepts: np.ndarray
    thresholds: np.ndarray
    few: dict[str, int]
    trained_ids: frozenset[str]
    trained_texts: frozenset[str]
    settings: dict[str, Any]

    @cached_property
    def coder(self) -> str:
        """classifier:hash8, over vocabulary, coefficients, thresholds and settings.

        Numbers enter with six decimals: the last bits of a fit differ between processors.
        """
        digest = hashlib.sha256()
        parts = {
            "vocabulary": list(self.vectoriser.get_feature_names_out()),
            "themes": self.themes,
            "settings": self.settings,
        }
        digest.update(canonical_json(parts).encode())
        for numbers in (self.coefficients, self.intercepts, self.thresholds):
            digest.update((np.round(numbers, 6) + 0.0).astype("<f8").tobytes())
        return f"classifier:{digest.hexdigest()[:8]}"
