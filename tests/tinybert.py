"""A model of sentence embeddings small enough to be made by a test, and its slow twin."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np

WORDS = ("[UNK]", "[CLS]", "[SEP]", "it", "takes", "ages", "desk", "a", "din", "all", "is", "well")
WIDE, HEADS, LAYERS, INNER, LONGEST = 8, 2, 2, 12, 10
EPSILON = 1e-12


def weights_of(seed: int = 1) -> dict[str, np.ndarray]:
    dice = np.random.default_rng(seed)
    shapes = {
        "embeddings.word_embeddings.weight": (len(WORDS), WIDE),
        "embeddings.position_embeddings.weight": (LONGEST, WIDE),
        "embeddings.token_type_embeddings.weight": (2, WIDE),
        **_norm("embeddings.LayerNorm"),
    }
    for n in range(LAYERS):
        layer = f"encoder.layer.{n}"
        for name in ("query", "key", "value"):
            shapes |= _dense(f"{layer}.attention.self.{name}", WIDE, WIDE)
        shapes |= _dense(f"{layer}.attention.output.dense", WIDE, WIDE)
        shapes |= _norm(f"{layer}.attention.output.LayerNorm")
        shapes |= _dense(f"{layer}.intermediate.dense", INNER, WIDE)
        shapes |= _dense(f"{layer}.output.dense", WIDE, INNER)
        shapes |= _norm(f"{layer}.output.LayerNorm")
    return {name: dice.normal(size=shape).astype(np.float32) for name, shape in shapes.items()}


def _norm(name: str) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (WIDE,), f"{name}.bias": (WIDE,)}


def _dense(name: str, out: int, into: int) -> dict[str, tuple[int, ...]]:
    return {f"{name}.weight": (out, into), f"{name}.bias": (out,)}


def write_model(folder: Path, seed: int = 1, pooling: str = "mean_tokens") -> Path:
    from safetensors.numpy import save_file  # noqa: PLC0415 - an extra

    (folder / "1_Pooling").mkdir(parents=True)
    kinds = ("Transformer", "Pooling", "Normalize")
    tokens = {
        "version": "1.0",
        "truncation": None,
        "padding": {
            **{"strategy": {"Fixed": 9}, "direction": "Right", "pad_to_multiple_of": None},
            **{"pad_id": 0, "pad_type_id": 0, "pad_token": "[UNK]"},
        },
        "added_tokens": [],
        "normalizer": {"type": "Lowercase"},
        "pre_tokenizer": {"type": "Whitespace"},
        "post_processor": {"type": "BertProcessing", "sep": ["[SEP]", 2], "cls": ["[CLS]", 1]},
        "decoder": None,
        "model": {
            "type": "WordLevel",
            "vocab": {word: n for n, word in enumerate(WORDS)},
            "unk_token": "[UNK]",
        },
    }
    files = {
        "config.json": {
            **{"model_type": "bert", "hidden_act": "gelu", "layer_norm_eps": EPSILON},
            **{"num_hidden_layers": LAYERS, "num_attention_heads": HEADS},
        },
        "modules.json": [{"type": f"sentence_transformers.models.{kind}"} for kind in kinds],
        "sentence_bert_config.json": {"max_seq_length": 64},
        "1_Pooling/config.json": {
            f"pooling_mode_{name}": name == pooling
            for name in ("cls_token", "mean_tokens", "max_tokens")
        },
        "tokenizer.json": tokens,
    }
    for name, value in files.items():
        (folder / name).write_text(json.dumps(value), encoding="utf-8")
    save_file(weights_of(seed), folder / "model.safetensors")
    return folder


def slow_vector(text: str, seed: int = 1, pooling: str = "mean_tokens") -> list[float]:
    """A text's vector by the definition, number by number; words are parted by spaces."""
    w = {name: array.astype(float) for name, array in weights_of(seed).items()}
    words = [WORDS.index(word) if word in WORDS else 0 for word in text.lower().split()]
    tokens = [1, *words[: LONGEST - 2], 2]
    hidden = [
        _normed(
            w["embeddings.word_embeddings.weight"][token]
            + w["embeddings.position_embeddings.weight"][place]
            + w["embeddings.token_type_embeddings.weight"][0],
            *_two(w, "embeddings.LayerNorm"),
        )
        for place, token in enumerate(tokens)
    ]
    for n in range(LAYERS):
        hidden = _layer(hidden, w, f"encoder.layer.{n}")
    pooled = np.mean(hidden, axis=0) if pooling == "mean_tokens" else hidden[0]
    return list(pooled / math.sqrt(sum(value * value for value in pooled)))


def _two(w: dict[str, np.ndarray], name: str) -> tuple[np.ndarray, np.ndarray]:
    return w[f"{name}.weight"], w[f"{name}.bias"]


def _times(w: dict[str, np.ndarray], name: str, vector: np.ndarray) -> np.ndarray:
    weight, bias = _two(w, name)
    return np.array([sum(weight[o] * vector) + bias[o] for o in range(len(bias))])


def _normed(vector: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    mean = sum(vector) / len(vector)
    variance = sum((value - mean) ** 2 for value in vector) / len(vector)
    return (vector - mean) / math.sqrt(variance + EPSILON) * weight + bias


def _layer(hidden: list[np.ndarray], w: dict[str, np.ndarray], name: str) -> list[np.ndarray]:
    own = f"{name}.attention.self"
    query, key, value = (
        [_times(w, f"{own}.{kind}", h) for h in hidden] for kind in ("query", "key", "value")
    )
    each, found = WIDE // HEADS, []
    for place, before in enumerate(hidden):
        context = []
        for head in range(HEADS):
            cut = slice(head * each, (head + 1) * each)
            odds = [math.exp(query[place][cut] @ k[cut] / math.sqrt(each)) for k in key]
            mixed = sum(o * v[cut] for o, v in zip(odds, value, strict=True)) / sum(odds)
            context.extend(mixed)
        out = _times(w, f"{name}.attention.output.dense", np.array(context))
        middle = _normed(before + out, *_two(w, f"{name}.attention.output.LayerNorm"))
        up = _times(w, f"{name}.intermediate.dense", middle)
        up = np.array([x * (1 + math.erf(x / math.sqrt(2))) / 2 for x in up])
        down = _times(w, f"{name}.output.dense", up)
        found.append(_normed(middle + down, *_two(w, f"{name}.output.LayerNorm")))
    return found
