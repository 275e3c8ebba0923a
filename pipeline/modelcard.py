"""The card of a model: what it learnt from, how well it did out of fold, and what it is not for."""

from __future__ import annotations

import math
import platform
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from pipeline import __version__
from pipeline.classify.example import Example
from pipeline.classify.explain import strongest_terms
from pipeline.classify.folds import find_blocks
from pipeline.classify.model import Model
from pipeline.classify.score import reach
from pipeline.classify.train import RARE, label_examples
from pipeline.codebook.model import Codebook
from pipeline.embeddings import hash_input
from pipeline.evaluate.measures import Outcome, Spread, calibration_error, spread_scores
from pipeline.resolve import ACCEPTS

LIBRARIES = ("numpy", "scipy", "scikit-learn", "skops")
TERMS = 8
FEW = 50
"""Figures of a theme with fewer coded examples are said to waver."""
Z = 1.959964
"""The 97.5th percentile of the normal distribution."""
NOTE = (
    "Scores are out of fold; thresholds and policies were chosen on them, so these figures "
    "flatter. 'verbatims evaluate' has figures of people that nothing was chosen on."
)


class Learnt(NamedTuple):
    """A model, what it learnt from, and the scores (examples x themes) of fits without each."""

    model: Model
    examples: Sequence[Example]
    scores: np.ndarray


def make_card(learnt: Learnt, codebook: Codebook, files: Sequence[Path]) -> dict[str, Any]:
    """The card as plain JSON values; `files` are those that it learnt from,
    and the folder of its embeddings. It has no clock."""
    model, examples = learnt.model, learnt.examples
    questions = Counter(example.question for example in examples)
    return {
        "classifier": model.coder,
        "codebook": codebook.coder,
        "data": {
            "files": [{"file": path.name, "sha256": hash_input(path)} for path in files],
            "examples": len(examples),
            "respondents": len({example.group for example in examples}),
            "questions": {question: questions[question] for question in model.questions},
            "labels": "the codebook's own" if model.settings.get("weak") else "people's",
            "unseen_share": model.unseen_share,
        },
        "note": NOTE,
        "themes": list(_themes(learnt)),
        "left_to_rules": [
            {"theme": t, "examples": n, "why": _why(t, n, model)} for t, n in model.few.items()
        ],
        "calibration_error": round(_calibration(learnt), 4),
        "settings": model.settings,
        "not_for": not_for(model, codebook),
        "versions": {
            "verbatims": __version__,
            "python": platform.python_version(),
            **{name: version(name) for name in LIBRARIES},
        },
    }


def not_for(model: Model, codebook: Codebook) -> list[str]:
    """What the model must not be used for, in sentences."""
    asked = ", ".join(model.questions)
    found = [
        "Comments of other organisations: of patient comments that two organisations had coded, "
        "the labels of one found the themes of the other at F1 .51 to .57, where .65 was had at "
        "home. Code some comments of the new organisation and train on them.",
        f"Questions that it has not seen: it knows {asked}.",
        "Correcting its own counts: what trained it cannot say how often it errs. Draw and read "
        "an audit sample.",
        f"Another codebook than {codebook.name}, version {codebook.version}.",
    ]
    if model.few:
        found.append(f"These themes, which are left to their rules: {', '.join(model.few)}.")
    if model.settings.get("weak"):
        found.append("Judging the codebook: it learnt from what the codebook's own rules found.")
    return found


def _why(theme: str, number: int, model: Model) -> str:
    if theme in model.themes:
        return f"fewer than {RARE} coded examples"
    return "too few coded examples" if number < RARE else "every coded response has it"


def _themes(learnt: Learnt) -> Iterator[dict[str, Any]]:
    model, examples = learnt.model, learnt.examples
    labels = label_examples(examples, model.themes)
    known, coded = ~np.isnan(labels), labels == 1
    tagged = tag(learnt)
    blocks = find_blocks(examples)
    outcome = Outcome(tagged, coded, known)
    scores, _ = spread_scores(outcome, blocks, int(model.settings["seed"]))
    for n, theme in enumerate(model.themes):
        here = known[:, n]
        both = int((tagged & coded)[here, n].sum())
        toward, against = strongest_terms(model, theme, TERMS)
        yield {
            "theme": theme,
            "examples": int(coded[here, n].sum()),
            "decided": int(here.sum()),
            "policy": model.policies[theme],
            "tagged": int(tagged[here, n].sum()),
            "precision": share(both, int(tagged[here, n].sum())),
            "recall": share(both, int(coded[here, n].sum())),
            "f1": _spread(scores[n].f1),
            "few": bool(coded[here, n].sum() < FEW),
            "thresholds": _thresholds(model, n),
            "terms_for": [list(term) for term in toward],
            "terms_against": [list(term) for term in against],
        }


def tag(learnt: Learnt) -> np.ndarray:
    """Examples x themes: what the scores out of fold and the rules come to, by policy."""
    model, examples, scores = learnt
    reached = reach(model, [example.question for example in examples], scores)
    columns = []
    for n, theme in enumerate(model.themes):
        accepts = ACCEPTS[model.policies[theme]]
        ruled = [theme in example.ruled for example in examples]
        columns.append(list(map(accepts, ruled, reached[:, n].tolist())))
    found: np.ndarray = np.array(columns, bool).T
    return found


def share(part: int, whole: int) -> dict[str, float | None]:
    """A share with its 95% interval (Wilson 1927, doi:10.1080/01621459.1927.10502953).

    >>> share(15, 20)
    {'value': 0.75, 'low': 0.5313, 'high': 0.8881}
    >>> share(0, 0)
    {'value': None, 'low': None, 'high': None}
    """
    if not whole:
        return {"value": None, "low": None, "high": None}
    value, extra = part / whole, Z * Z / whole
    middle = (value + extra / 2) / (1 + extra)
    half = Z / (1 + extra) * math.sqrt(value * (1 - value) / whole + extra / (4 * whole))
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return {"value": round(value, 4), "low": round(low, 4), "high": round(high, 4)}


def _spread(spread: Spread) -> dict[str, float | None]:
    return {
        name: None if math.isnan(value) else round(value, 4)
        for name, value in spread._asdict().items()
    }


def _thresholds(model: Model, theme: int) -> dict[str, float | None]:
    """By question; None is never."""
    rows = (*model.questions, "any other question")
    values = model.thresholds[:, theme].tolist()
    return {
        question: value if math.isfinite(value) else None
        for question, value in zip(rows, values, strict=True)
    }


def _calibration(learnt: Learnt) -> float:
    labels = label_examples(learnt.examples, learnt.model.themes)
    return calibration_error(learnt.scores, labels == 1, ~np.isnan(labels))
