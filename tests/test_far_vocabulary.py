"""How far a round's words are from those that a model learnt from."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.classify.tokens import unseen_share
from pipeline.classify.vocabulary import Seen
from pipeline.errors import Problem
from pipeline.plan import plan_run
from pipeline.round import load_round
from pipeline.run import run_batches
from pipeline.soundness import ENOUGH_WORDS, warn_of_far_words
from pipeline.text import fold_words

TRAIN = "classifier: {train: training.csv, threshold: 0.5}\n"
AT_HOME = ["desk", "chair", "lamp", "kettle", "carpet", "stairs", "lift", "slow", "door", "roof"]
AWAY = ["bus", "train", "road", "bridge", "path", "sign", "kerb", "bike", "tram", "slow"]


def twin(texts: list[str], folds: list[int]) -> float:
    """The share, a word at a time."""
    met, strange = 0, 0
    for text, fold in zip(texts, folds, strict=True):
        others = [t for t, f in zip(texts, folds, strict=True) if f != fold]
        seen = {word for other in others for word in fold_words(other)}
        for word in fold_words(text):
            met += 1
            strange += word not in seen
    return strange / met if met else 0.0


TEXT = st.lists(st.sampled_from("abcdefgh"), max_size=5).map(" ".join)


@given(st.lists(st.tuples(TEXT, st.integers(0, 3)), max_size=10))
def test_the_share_is_that_of_words_looked_up_one_by_one(drawn) -> None:
    texts, folds = [text for text, _ in drawn], [fold for _, fold in drawn]
    assert unseen_share(texts, np.array(folds, int)) == pytest.approx(twin(texts, folds), abs=1e-6)


def say_of(folder: Path) -> list[Problem]:
    plan, said = plan_run(load_round(folder)), []
    for _ in run_batches(plan, 7):
        pass
    warn_of_far_words(plan.scorer, plan.round, said.append)
    return said


def write_training(folder: Path) -> None:
    dice = np.random.default_rng(1)
    rows = [("response_id", "question", "text", "theme")]
    for n in range(80):
        text = " ".join(dice.choice(AT_HOME, 8).tolist())
        rows.append((f"P{n}/barriers", "barriers", text, "slow" if "slow" in text else ""))
    with (folder / "training.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows(rows)


def answers(words: list[str], number: int) -> list[tuple[str, str, str, str]]:
    dice = np.random.default_rng(2)
    return [
        (f"R{n}", "a", " ".join(dice.choice(words, 8).tolist()) + f" {n % 4}", "")
        for n in range(number)
    ]


def test_a_round_of_other_words_is_said_to_be_far(make_round) -> None:
    folder = make_round(rows=answers(AWAY, 150), extra=TRAIN)
    write_training(folder)
    (problem,) = say_of(folder)
    assert problem.code == "W431"
    # Of nine words eight are new nine times out of ten, and the number always is.
    assert "91.1% of them" in problem.what


def test_a_round_of_the_same_words_is_not(make_round) -> None:
    rows = [(name, team, text[:-2], "") for name, team, text, _ in answers(AT_HOME, 150)]
    folder = make_round(rows=rows, extra=TRAIN)
    write_training(folder)
    assert say_of(folder) == []


def test_of_few_words_nothing_is_said(make_round) -> None:
    folder = make_round(rows=answers(AWAY, ENOUGH_WORDS // 9), extra=TRAIN)
    write_training(folder)
    assert say_of(folder) == []


def test_words_are_counted_as_often_as_they_stand_there(make_round) -> None:
    folder = make_round(extra=TRAIN)
    write_training(folder)
    scorer = plan_run(load_round(folder)).scorer
    assert scorer is not None
    scorer.score(Seen(["barriers"] * 2, ["desk desk bus bus bus", "roof Tram"], [frozenset()] * 2))
    assert (scorer.met, scorer.strange) == (7, 4)
    scorer.score(Seen(["barriers"], ["bus"], [frozenset()]))
    assert (scorer.met, scorer.strange) == (8, 5)
