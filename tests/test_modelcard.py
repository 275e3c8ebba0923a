"""The card of a model: figures by hand, and sentences from the data."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from pipeline.classify.example import Example
from pipeline.classify.train import train_model
from pipeline.modelcard import Learnt, make_card, share, tag
from pipeline.resolve import ACCEPTS
from pipeline.round import ClassifierSettings

THEMES = "  slow: {rules: [slow]}\n  rare: {rules: [odd]}\n  noise: {policy: both, rules: [din]}\n"


@given(st.integers(0, 400), st.integers(1, 400))
def test_intervals_of_shares_are_wilsons(part: int, whole: int) -> None:
    part = min(part, whole)
    found = share(part, whole)
    theirs = binomtest(part, whole).proportion_ci(method="wilson")
    assert (found["low"], found["high"]) == pytest.approx((theirs.low, theirs.high), abs=1e-3)


@pytest.fixture
def learnt(codebook_of):
    made = []
    for n in range(120):
        kind = ("slow", "noise", "")[n % 3]
        said = {"slow": "it takes ages", "noise": "such a din", "": "all is well"}[kind]
        themes = {kind} - {""} | ({"rare"} if n < 3 else set())
        made.append(
            Example(
                response_id=f"R{n}",
                group=f"P{n // 2}",
                question=f"q{n % 2}",
                text=f"{said} at place {n} {n % 11}",
                themes=frozenset(themes),
                ruled=frozenset({"noise"} if kind == "noise" and n % 4 else set()),
            )
        )
    codebook = codebook_of(THEMES)
    trained = train_model(made, codebook, ClassifierSettings(aim="f1"))
    return Learnt(trained.model, made, trained.scores), codebook


def test_figures_are_those_of_counting(learnt) -> None:
    found, codebook = learnt
    card = make_card(found, codebook, [])
    themes = {theme["theme"]: theme for theme in card["themes"]}
    for column, theme in enumerate(found.model.themes):
        tagged = set()
        for row, example in enumerate(found.examples):
            questions = found.model.questions
            threshold = found.model.thresholds[questions.index(example.question), column]
            accept = ACCEPTS[found.model.policies[theme]]
            if accept(theme in example.ruled, bool(found.scores[row, column] >= threshold)):
                tagged.add(row)
        coded = {row for row, example in enumerate(found.examples) if theme in example.themes}
        assert set(np.flatnonzero(tag(found)[:, column]).tolist()) == tagged
        both = len(tagged & coded)
        shown = themes[theme]
        assert (shown["examples"], shown["tagged"]) == (len(coded), len(tagged))
        assert shown["precision"]["value"] == pytest.approx(both / len(tagged), abs=1e-4)
        assert shown["recall"]["value"] == pytest.approx(both / len(coded), abs=1e-4)
        f1 = 2 * both / (len(tagged) + len(coded))
        assert shown["f1"]["value"] == pytest.approx(f1, abs=1e-4)


def test_the_card_tells_what_is_left_out_and_what_it_is_not_for(learnt) -> None:
    found, codebook = learnt
    card = make_card(found, codebook, [])
    assert card["left_to_rules"] == [
        {"theme": "rare", "examples": 3, "why": "too few coded examples"}
    ]
    assert (card["data"]["examples"], card["data"]["respondents"]) == (120, 60)
    assert card["data"]["questions"] == {"q0": 60, "q1": 60}
    text = " ".join(card["not_for"])
    assert "rare" in text
    assert "q0, q1" in text
    assert "version 1" in text
    assert 0 <= card["calibration_error"] <= 1
    assert {"verbatims", "python", "numpy", "scipy", "scikit-learn", "skops"} == set(
        card["versions"]
    )
