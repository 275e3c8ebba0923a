"""A sentence-transformers folder on disk: what it must hold, and the hash of what decides."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any, NamedTuple

from pipeline.digest import hash_file
from pipeline.errors import InputError

WEIGHTS, TOKENISER = "model.safetensors", "tokenizer.json"
FILES = (
    *("config.json", "modules.json", "sentence_bert_config.json", "1_Pooling/config.json"),
    *(WEIGHTS, TOKENISER),
)
"""What decides the vectors; whatever else is in the folder is not read."""
MAX_JSON = 50_000_000
_MODULES = ("Transformer", "Pooling", "Normalize")
_BERT = {"model_type": "bert", "hidden_act": "gelu", "position_embedding_type": "absolute"}
_TOKENISERS = ("WordPiece", "WordLevel", "Unigram", "BPE")


class Config(NamedTuple):
    """The shape of a BERT, the most tokens it is given, and how token vectors become one."""

    layers: int
    heads: int
    epsilon: float
    longest: int
    pooling: str


def hash_embeddings(folder: Path) -> str:
    """The sha256 over name and sha256 of each file that decides the vectors.

    Raises InputError (E452) when one is missing.
    """
    digest = hashlib.sha256()
    for name in FILES:
        path = folder / name
        if not path.is_file():
            raise refused(folder, f"it has no {name}")
        digest.update(f"{name}\0{hash_file(path)}\n".encode())
    return digest.hexdigest()


def hash_input(path: Path) -> str:
    """The sha256 of a file, or of the model of embeddings in a folder."""
    return hash_embeddings(path) if path.is_dir() else hash_file(path)


def read_config(folder: Path) -> Config:
    """Raises InputError (E452) for a folder whose model is not one that is read here."""
    config, modules, lengths, pooling = (_read_json(folder, name) for name in FILES[:4])
    _check_tokeniser(folder)
    kinds = [str(_get(module, "type")).rpartition(".")[2] for module in _items(modules)]
    if tuple(kinds) not in (_MODULES, _MODULES[:2]):
        raise refused(folder, f"its modules are {', '.join(kinds) or 'none'}")
    for key, wanted in _BERT.items():
        found = _get(config, key, None if key == "model_type" else wanted)
        if found != wanted:
            raise refused(folder, f"its {key} is {found!r}, and only {wanted!r} is read")
    modes = [key for key, value in _items_of(pooling) if key.startswith("pooling_mode_") and value]
    if len(modes) != 1 or modes[0] not in ("pooling_mode_mean_tokens", "pooling_mode_cls_token"):
        raise refused(folder, "its pooling is neither the mean of the tokens nor the first token")
    try:
        found = Config(
            layers=int(config["num_hidden_layers"]),
            heads=int(config["num_attention_heads"]),
            epsilon=float(config["layer_norm_eps"]),
            longest=int(lengths["max_seq_length"]),
            pooling="mean" if modes[0] == "pooling_mode_mean_tokens" else "first",
        )
    except (KeyError, TypeError, ValueError) as error:
        raise refused(folder, "its config.json lacks a number of a BERT") from error
    if min(found[:4]) <= 0:
        raise refused(folder, "its config.json has a number that is not above 0")
    return found


def refused(folder: Path, why: str) -> InputError:
    """The error of a folder that is no model."""
    return InputError.because(
        code="E452",
        where=folder.as_posix(),
        what=f"this is no sentence embedding model that is read here: {why}.",
        remedy="Name the folder of a BERT of sentence-transformers with model.safetensors in it.",
    )


def _read_json(folder: Path, name: str) -> Any:
    try:
        if (folder / name).stat().st_size > MAX_JSON:
            raise refused(folder, f"{name} is over {MAX_JSON:,} bytes")
        return json.loads((folder / name).read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        raise refused(folder, f"{name} cannot be read") from error


def _check_tokeniser(folder: Path) -> None:
    """The library that reads it has no error of its own, so what it is goes first."""
    model = _get(_read_json(folder, TOKENISER), "model")
    if _get(model, "type") not in _TOKENISERS or not _get(model, "vocab"):
        raise refused(folder, f"{TOKENISER} is no tokeniser")


def _get(value: Any, key: str, default: Any = None) -> Any:
    return value.get(key, default) if isinstance(value, dict) else default


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _items_of(value: Any) -> list[tuple[str, Any]]:
    return list(value.items()) if isinstance(value, dict) else []
