"""Folds for cross-validation: what is alike stays together."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from pipeline.classify.example import Example


def fold_examples(examples: Sequence[Example], folds: int, seed: int) -> np.ndarray:
    """The fold of each example; a person's answers share one."""
    return np.array(
        [
            int.from_bytes(hashlib.blake2b(f"{seed}\0{e.group}".encode()).digest()[:8]) % folds
            for e in examples
        ]
    )
