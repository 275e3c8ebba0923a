"""A BERT encoder with numpy: the token vectors of one text (Devlin et al. 2019, arXiv:1810.04805).

So small a model at one text at a time is as fast here as in a runtime a hundred times the size, and
its weights are arrays that are read and never run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy.special import erf


class Shape(NamedTuple):
    """What the weights alone do not say."""

    layers: int
    heads: int
    epsilon: float


class Encoder:
    """The weights under the names that Hugging Face's BertModel gives them, as float32.

    Raises KeyError for a weight that is not there.
    """

    def __init__(self, weights: Mapping[str, np.ndarray], shape: Shape) -> None:
        self._shape = shape
        self._words = weights["embeddings.word_embeddings.weight"]
        # Every token is of the first and only segment.
        self._places = (
            weights["embeddings.position_embeddings.weight"]
            + weights["embeddings.token_type_embeddings.weight"][0]
        )
        self._norm = _pair(weights, "embeddings.LayerNorm")
        self._layers = [_layer(weights, f"encoder.layer.{n}.") for n in range(shape.layers)]

    @property
    def width(self) -> int:
        """The length of a token's vector."""
        return int(self._words.shape[1])

    @property
    def known(self) -> int:
        """So many tokens have a vector."""
        return len(self._words)

    @property
    def longest(self) -> int:
        """So many tokens have a place."""
        return len(self._places)

    def encode(self, tokens: list[int]) -> np.ndarray:
        """Tokens x width, of one text: nothing is padded, so no other text can tell on it."""
        hidden = self._normed(self._words[tokens] + self._places[: len(tokens)], self._norm)
        for layer in self._layers:
            attended = _affine(self._attend(hidden, layer), layer.out)
            hidden = self._normed(hidden + attended, layer.out_norm)
            inner = _affine(_gelu(_affine(hidden, layer.up)), layer.down)
            hidden = self._normed(hidden + inner, layer.down_norm)
        return hidden

    def _attend(self, hidden: np.ndarray, layer: _Layer) -> np.ndarray:
        """Scaled dot-product attention of every head (Vaswani et al. 2017, section 3.2)."""
        count, wide = hidden.shape
        each = wide // self._shape.heads
        mixed = _affine(hidden, layer.mix).reshape(count, 3, self._shape.heads, each)
        query, key, value = mixed.transpose(1, 2, 0, 3)
        scores = query @ key.transpose(0, 2, 1) / np.float32(np.sqrt(each))
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares = scores / scores.sum(axis=-1, keepdims=True)
        found: np.ndarray = (shares @ value).transpose(1, 0, 2).reshape(count, wide)
        return found

    def _normed(self, values: np.ndarray, pair: _Pair) -> np.ndarray:
        centred = values - values.mean(axis=-1, keepdims=True)
        spread = np.sqrt((centred * centred).mean(axis=-1, keepdims=True) + self._shape.epsilon)
        found: np.ndarray = centred / spread * pair.weight + pair.bias
        return found


class _Pair(NamedTuple):
    weight: np.ndarray
    bias: np.ndarray


class _Layer(NamedTuple):
    mix: _Pair
    out: _Pair
    out_norm: _Pair
    up: _Pair
    down: _Pair
    down_norm: _Pair


def _layer(weights: Mapping[str, np.ndarray], prefix: str) -> _Layer:
    mixed = [_dense(weights, f"{prefix}attention.self.{n}") for n in ("query", "key", "value")]
    return _Layer(
        mix=_Pair(
            np.ascontiguousarray(np.hstack([pair.weight for pair in mixed])),
            np.concatenate([pair.bias for pair in mixed]),
        ),
        out=_dense(weights, f"{prefix}attention.output.dense"),
        out_norm=_pair(weights, f"{prefix}attention.output.LayerNorm"),
        up=_dense(weights, f"{prefix}intermediate.dense"),
        down=_dense(weights, f"{prefix}output.dense"),
        down_norm=_pair(weights, f"{prefix}output.LayerNorm"),
    )


def _pair(weights: Mapping[str, np.ndarray], name: str) -> _Pair:
    return _Pair(weights[f"{name}.weight"], weights[f"{name}.bias"])


def _dense(weights: Mapping[str, np.ndarray], name: str) -> _Pair:
    weight, bias = _pair(weights, name)
    return _Pair(np.ascontiguousarray(weight.T), bias)


def _affine(values: np.ndarray, pair: _Pair) -> np.ndarray:
    found: np.ndarray = values @ pair.weight + pair.bias
    return found


def _gelu(values: np.ndarray) -> np.ndarray:
    found: np.ndarray = values * (erf(values * np.float32(np.sqrt(0.5))) + 1) * np.float32(0.5)
    return found
