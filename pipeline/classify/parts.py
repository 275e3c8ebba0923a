"""A model as arrays and one text of names, so that it can be written as data; and back, checked."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

import numpy as np

from pipeline.classify.calibrate import Calibration
from pipeline.classify.model import Model
from pipeline.classify.vocabulary import Vocabulary
from pipeline.codebook.model import POLICIES
from pipeline.digest import canonical_json

NAMES = "names"
"""The part that is a text: everything of a model that is no array, as JSON."""


ARRAYS = {
    "coefficients": "<f4",
    "thresholds": "<f8",
    "calibration.slopes": "<f8",
    "calibration.intercepts": "<f8",
    "calibration.levels": "<f8",
    "vocabulary.word_idf": "<f8",
    "vocabulary.pairs": "<i8",
    "vocabulary.pair_idf": "<f8",
    "vocabulary.asked": "<i8",
    "vocabulary.asked_idf": "<f8",
    "vocabulary.run_idf": "<f8",
}
"""The kind of number of every array of a model."""


class NotModelError(ValueError):
    """Parts that make no model; the message says what is wrong with them."""


def take_apart(model: Model) -> dict[str, Any]:
    """Every array of a model under its place in it, little-endian, and `names`.

    Equal models give equal parts, whatever the order of their sets.
    """
    parts: dict[str, Any] = {}
    names: dict[str, Any] = {}
    for place, value in _leaves(model):
        if isinstance(value, np.ndarray):
            parts[place] = np.ascontiguousarray(value, ARRAYS[place])
        else:
            names[place] = sorted(value) if isinstance(value, frozenset) else value
    return {**dict(sorted(parts.items())), NAMES: canonical_json(names)}


def put_together(parts: Mapping[str, Any]) -> Model:
    """The model of some parts.

    Raises NotModelError for parts that do not fit each other: a name or an array too many or too
    few, another shape or kind of number, a number that is not finite.
    """
    names = _read_names(parts)
    if set(parts) != {NAMES, *ARRAYS}:
        raise NotModelError("it has other parts than a model has")
    for place, array in parts.items():
        if place != NAMES and not isinstance(array, np.ndarray):
            raise NotModelError(f"'{place}' is no array")
    shapes = _shapes(names, parts["vocabulary.pairs"].size, parts["vocabulary.asked"].size)
    for place, shape in shapes.items():
        _check_array(place, parts[place], shape)
    words, questions = len(names["vocabulary.words"]), len(names["vocabulary.questions"])
    _check_keys("vocabulary.pairs", parts["vocabulary.pairs"], words * words)
    _check_keys("vocabulary.asked", parts["vocabulary.asked"], words * questions)
    every: dict[str, Any] = {**names, **parts}
    own = {place: value for place, value in every.items() if "." not in place and place != NAMES}
    return Model(
        vocabulary=Vocabulary(**_below("vocabulary.", every)),
        calibration=Calibration(**_below("calibration.", every)),
        **own,
    )


def _leaves(part: Any, place: str = "") -> Iterator[tuple[str, Any]]:
    for field in fields(part):
        value = getattr(part, field.name)
        if is_dataclass(value):
            yield from _leaves(value, f"{place}{field.name}.")
        else:
            yield f"{place}{field.name}", value


def _below(prefix: str, parts: Mapping[str, Any]) -> dict[str, Any]:
    return {p.removeprefix(prefix): value for p, value in parts.items() if p.startswith(prefix)}


def _read_names(parts: Mapping[str, Any]) -> dict[str, Any]:
    """The names, checked, as the kinds that a model has."""
    try:
        names = json.loads(parts[NAMES], parse_constant=_refuse_constant)
    except (KeyError, TypeError, ValueError, RecursionError) as error:
        raise NotModelError("its names cannot be read") from error
    if not isinstance(names, dict) or set(names) != set(_KINDS):
        raise NotModelError("it has other names than a model has")
    for place, is_right in _KINDS.items():
        if not is_right(names[place]):
            raise NotModelError(f"'{place}' is not of the kind that it should be")
    if set(names["policies"]) != set(names["themes"]):
        raise NotModelError("its policies are of other themes than its scores")
    for place in ("themes", *(name for name in names if name.startswith("vocabulary."))):
        names[place] = tuple(names[place])
    for place in ("trained_ids", "trained_texts"):
        names[place] = frozenset(names[place])
    return names


def _refuse_constant(constant: str) -> float:
    raise ValueError(constant)


def _is_list(value: Any) -> bool:
    """A list of texts, each once."""
    return (
        isinstance(value, list)
        and all(isinstance(item, str) for item in value)
        and len(set(value)) == len(value)
    )


def _is_policies(value: Any) -> bool:
    return isinstance(value, dict) and all(policy in POLICIES for policy in value.values())


def _is_counts(value: Any) -> bool:
    return isinstance(value, dict) and all(type(n) is int and n >= 0 for n in value.values())


def _is_settings(value: Any) -> bool:
    """A mapping; of embeddings, if it names any, hash, width and weight."""
    if not isinstance(value, dict) or "embeddings" not in value:
        return isinstance(value, dict)
    known = value["embeddings"]
    return (
        isinstance(known, dict)
        and set(known) == {"sha256", "width", "weight"}
        and isinstance(known["sha256"], str)
        and type(known["width"]) is int
        and known["width"] > 0
        and isinstance(known["weight"], (int, float))
    )


_KINDS: dict[str, Callable[[Any], bool]] = {
    "vocabulary.words": _is_list,
    "vocabulary.runs": _is_list,
    "vocabulary.questions": _is_list,
    "vocabulary.marks": _is_list,
    "themes": _is_list,
    "policies": _is_policies,
    "few": _is_counts,
    "trained_ids": _is_list,
    "trained_texts": _is_list,
    "settings": _is_settings,
    "unseen_share": lambda value: isinstance(value, (int, float)) and 0 <= value <= 1,
}


def _shapes(names: Mapping[str, Any], pairs: int, asked: int) -> dict[str, tuple[int, ...]]:
    """The shape of every array of a model with these names."""
    words, runs, questions, marks = (
        len(names[f"vocabulary.{name}"]) for name in ("words", "runs", "questions", "marks")
    )
    themes = len(names["themes"])
    meaning = names["settings"].get("embeddings", {}).get("width", 0)
    features = words + asked + pairs + questions + marks + 1 + runs + meaning
    return {
        "coefficients": (features, themes),
        "thresholds": (questions + 1, themes),
        "calibration.slopes": (themes,),
        "calibration.intercepts": (themes,),
        "calibration.levels": (questions, themes),
        "vocabulary.word_idf": (words,),
        "vocabulary.pairs": (pairs,),
        "vocabulary.pair_idf": (pairs,),
        "vocabulary.asked": (asked,),
        "vocabulary.asked_idf": (asked,),
        "vocabulary.run_idf": (runs,),
    }


def _check_array(place: str, array: np.ndarray, shape: tuple[int, ...]) -> None:
    if array.shape != shape:
        raise NotModelError(f"'{place}' is {array.shape} and should be {shape}")
    if array.dtype.str != ARRAYS[place]:
        raise NotModelError(f"'{place}' holds {array.dtype.str} and should hold {ARRAYS[place]}")
    # A threshold that no score reaches is infinite.
    held = array[array != np.inf] if place == "thresholds" else array
    if not np.isfinite(held).all():
        raise NotModelError(f"'{place}' has numbers that are not finite")


def _check_keys(place: str, keys: np.ndarray, end: int) -> None:
    if len(keys) and (keys[0] < 0 or keys[-1] >= end or (np.diff(keys) <= 0).any()):
        raise NotModelError(f"'{place}' are not ascending numbers of words")
