"""Texts -> vectors of what they mean, by a sentence embedding model in a folder on disk.

An extra (`pip install 'verbatims[embeddings]'`) that no round uses unless it names a folder.
Nothing is fetched: files are opened, and the libraries that read them are given their bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from pipeline.embeddings.folder import (
    TOKENISER,
    WEIGHTS,
    Config,
    hash_embeddings,
    hash_input,
    read_config,
    refused,
)
from pipeline.errors import InputError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from pipeline.embeddings.bert import Encoder

__all__ = ["Embeddings", "hash_embeddings", "hash_input", "open_embeddings"]

KEPT = 20_000
"""The vectors of more texts than this are forgotten: memory stays flat."""


class Embeddings:
    """A model at work. `sha256` is over the files of its folder that decide the vectors."""

    def __init__(self, sha256: str, config: Config, encoder: Encoder, tokens: Tokenizer) -> None:
        self.sha256 = sha256
        self.width = encoder.width
        self._config, self._encoder, self._tokens = config, encoder, tokens
        self._known: dict[str, np.ndarray] = {}

    def embed(self, texts: Sequence[str]) -> np.ndarray:
        """Texts x width, each of length 1.

        Texts are read one at a time on one thread, so that a text has the same vector to the last
        bit in whatever company. What is longer than the model reads is cut at the end.
        """
        from threadpoolctl import threadpool_limits  # noqa: PLC0415 - scikit-learn brings it

        found = np.empty((len(texts), self.width), np.float32)
        with threadpool_limits(1, "blas"):
            for row, text in enumerate(texts):
                found[row] = self._vector(text)
        return found

    def _vector(self, text: str) -> np.ndarray:
        vector = self._known.get(text)
        if vector is None:
            hidden = self._encoder.encode(self._tokens.encode(text).ids)
            pooled = hidden.mean(axis=0) if self._config.pooling == "mean" else hidden[0]
            vector = pooled / max(float(np.linalg.norm(pooled)), 1e-9)
            if len(self._known) >= KEPT:
                self._known.clear()
            self._known[text] = vector
        return vector


def open_embeddings(folder: Path) -> Embeddings:
    """The model in a folder; the last one opened is kept open while its files are the same.

    Raises InputError: E451 without the extra, E452 for a folder that is no model.
    """
    return _open(folder, hash_embeddings(folder))


@lru_cache(maxsize=1)
def _open(folder: Path, sha256: str) -> Embeddings:
    try:
        from safetensors import SafetensorError  # noqa: PLC0415 - an extra
        from safetensors.numpy import load_file  # noqa: PLC0415 - an extra
        from tokenizers import Tokenizer  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise InputError.because(
            code="E451",
            where=folder.as_posix(),
            what="embeddings need an extra that is not installed.",
            remedy="Run: pip install 'verbatims[embeddings]'",
        ) from error
    from pipeline.embeddings.bert import Encoder, Shape  # noqa: PLC0415 - scipy takes a while

    config = read_config(folder)
    shape = Shape(config.layers, config.heads, config.epsilon)
    try:
        held = load_file(folder / WEIGHTS)
        encoder = Encoder({name: _as_float(array) for name, array in held.items()}, shape)
        # Whether the shapes of all weights fit each other shows in the using of them.
        fits = bool(np.isfinite(encoder.encode([0])).all())
    except (SafetensorError, KeyError, TypeError, ValueError, IndexError) as error:
        raise refused(folder, f"{WEIGHTS} does not hold the weights of its BERT") from error
    if not fits:
        raise refused(folder, f"{WEIGHTS} has numbers that are not finite")
    tokens = Tokenizer.from_file((folder / TOKENISER).as_posix())
    if tokens.get_vocab_size() > encoder.known:
        raise refused(folder, f"{TOKENISER} has tokens that {WEIGHTS} lacks")
    tokens.no_padding()
    tokens.enable_truncation(min(config.longest, encoder.longest))
    return Embeddings(sha256, config, encoder, tokens)


def _as_float(array: np.ndarray) -> np.ndarray:
    return array.astype(np.float32, copy=False)
