"""Cross-validation: its figures by hand and against scikit-learn, and what taught what."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import f1_score

from pipeline.classify.example import Example
from pipeline.classify.folds import find_blocks
from pipeline.evaluate import cross, measures
from pipeline.evaluate.cross import cross_validate, human_ceiling, learning_curve, without_rules
from pipeline.evaluate.measures import Outcome
from pipeline.round import ClassifierSettings

CODED = np.array([[1, 0], [1, 1], [0, 0], [1, 0]], bool)
TAGGED = np.array([[1, 1], [0, 1], [0, 0], [1, 0]], bool)
EVERY = np.ones((4, 2), bool)


def test_the_figures_by_hand() -> None:
    outcome = Outcome(TAGGED, CODED, EVERY)
    assert measures.micro_f1(outcome) == pytest.approx(2 * 3 / (4 + 4))
    assert measures.macro_f1(outcome) == pytest.approx((2 * 2 / 5 + 2 * 1 / 3) / 2)
    assert measures.samples_f1(outcome) == pytest.approx((2 / 3 + 2 / 3 + 1 + 1) / 4)
    assert measures.exact_match(outcome) == 0.5
    assert measures.count_error(outcome, np.array(["a"] * 4)) == pytest.approx((1 + 1) / 4)
    assert measures.count_error(outcome, np.array(["a", "b", "b", "b"])) == pytest.approx(2 / 4)


def test_what_nobody_decided_counts_for_nothing() -> None:
    known = EVERY.copy()
    known[1, 0] = False
    outcome = Outcome(TAGGED, CODED, known)
    assert measures.micro_f1(outcome) == pytest.approx(2 * 3 / (4 + 3))
    assert measures.exact_match(outcome) == 0.75


@given(arrays(bool, (12, 3)), arrays(bool, (12, 3)))
def test_f1_is_that_of_scikit_learn(tagged: np.ndarray, coded: np.ndarray) -> None:
    outcome = Outcome(tagged, coded, np.ones((12, 3), bool))
    micro = measures.micro_f1(outcome)
    if math.isnan(micro):
        assert not (tagged | coded).any()
    else:
        assert micro == pytest.approx(f1_score(coded, tagged, average="micro"))
    theirs = f1_score(coded, tagged, average="samples", zero_division=1)
    assert measures.samples_f1(outcome) == pytest.approx(theirs)


def test_calibration_error_by_hand() -> None:
    scores = np.array([[0.95], [0.95], [0.05], [0.05]])
    coded = np.array([[True], [False], [False], [False]])
    found = measures.calibration_error(scores, coded, np.ones((4, 1), bool))
    assert found == pytest.approx((abs(1.9 - 1) + abs(0.1 - 0)) / 4)


@given(st.integers(0, 5))
def test_an_interval_holds_its_figure_and_narrows_with_more_blocks(seed: int) -> None:
    dice = np.random.default_rng(seed)
    coded = dice.random((400, 1)) < 0.5
    outcome = Outcome(coded ^ (dice.random((400, 1)) < 0.2), coded, np.ones((400, 1), bool))
    many = measures.spread_f1(outcome, np.arange(400), 1)[1]
    few = measures.spread_f1(outcome, np.arange(400) // 40, 1)[1]
    assert many.low <= many.value <= many.high
    assert 0.03 < many.high - many.low < 0.2
    assert few.value == many.value


def test_the_interval_of_the_bootstrap_is_that_of_a_plain_one() -> None:
    dice = np.random.default_rng(3)
    coded = dice.random((60, 1)) < 0.5
    outcome = Outcome(coded ^ (dice.random((60, 1)) < 0.2), coded, np.ones((60, 1), bool))
    blocks = np.arange(60) // 3
    found = measures.spread_f1(outcome, blocks, 1)[0][0]
    drawn = []
    for _ in range(4000):
        rows = np.concatenate([np.flatnonzero(blocks == b) for b in dice.integers(0, 20, 20)])
        drawn.append(measures.micro_f1(Outcome(*(part[rows] for part in outcome))))
    low, high = np.quantile(drawn, [0.025, 0.975])
    assert found.low == pytest.approx(low, abs=0.03)
    assert found.high == pytest.approx(high, abs=0.03)


def examples(number: int = 120) -> list[Example]:
    texts = {"slow": "it takes ages and freezes", "desks": "no desk and nowhere to sit"}
    names = ["slow", "desks", ""]
    return [
        Example(
            response_id=f"R{n}",
            group=f"P{n // 2}",
            question="ab"[n % 2],
            text=f"{texts.get(names[n % 3], 'lovely canteen')} word{n} other{n // 2}",
            themes=frozenset(filter(None, [names[n % 3]])),
            ruled=frozenset({"slow"} if n % 6 == 0 else ()),
        )
        for n in range(number)
    ]


@pytest.fixture
def codebook(codebook_of):
    return codebook_of("  slow: {rules: [freezes]}\n  desks: {classifier_only: true}\n")


SETTINGS = ClassifierSettings(train=Path("coded.csv"))


def test_every_response_is_coded_by_what_others_taught(codebook, monkeypatch) -> None:
    trained, scored = [], []
    train, score = cross.train_model, cross.score_texts

    def watch_training(given, *rest):
        trained.append({example.group for example in given})
        return train(given, *rest)

    def watch_scoring(model, questions, texts, *rest):
        scored.append({f"P{text.rsplit('other')[1]}" for text in texts})
        return score(model, questions, texts, *rest)

    monkeypatch.setattr(cross, "train_model", watch_training)
    monkeypatch.setattr(cross, "score_texts", watch_scoring)
    found = cross_validate(examples(), codebook, SETTINGS)
    assert len(trained) == len(scored) == 10
    assert all(not taught & tried for taught, tried in zip(trained, scored, strict=True))
    assert measures.micro_f1(found.outcome("classifier")) > 0.95
    assert not found.tagged["majority"].any()
    assert found.tagged["codebook"].sum() == 20


def test_the_classifier_alone_knows_nothing_of_rules(codebook) -> None:
    with_rules, without = (
        cross_validate(given, codebook, SETTINGS)
        for given in (examples(), without_rules(examples()))
    )
    assert (with_rules.scores == without.scores).all()
    assert (without.tagged["both"] == without.tagged["classifier"]).all()


def test_a_curve_learns_from_more_and_more(codebook, monkeypatch) -> None:
    monkeypatch.setattr(cross, "SIZES", (40, 60, 1000, 2000))
    points = [p for p in learning_curve(examples(), codebook, SETTINGS) if p.way == "classifier"]
    assert [round(p.learnt_from) for p in points] == [40, 60, 96]
    assert points[-1].micro_f1 >= 0.95


def test_a_large_block_does_not_come_first_in_the_curve(codebook, monkeypatch) -> None:
    """Each block draws once: whether a step begins with the large one is a matter of the seed."""
    same = [
        replace(e, response_id=f"S{n}", group=f"S{n}", text="Nothing.", themes=frozenset())
        for n, e in enumerate(examples(60))
    ]
    everything = [*examples(), *same]
    shares = []
    train = cross.train_model

    def watch(given, *rest):
        shares.append(np.mean([e.text == "Nothing." for e in given]))
        return train(given, *rest)

    monkeypatch.setattr(cross, "train_model", watch)
    for seed in range(6):
        settings = ClassifierSettings(train=Path("coded.csv"), seed=seed)
        cross_validate(without_rules(everything), codebook, settings, most=50)
    assert np.mean(shares) < 0.5


def test_a_step_too_small_to_learn_from_is_passed_over(codebook, monkeypatch) -> None:
    monkeypatch.setattr(cross, "SIZES", (5, 60, 1000))
    points = list(learning_curve(examples(), codebook, SETTINGS))
    assert [round(p.learnt_from) for p in points if p.way == "both"] == [60, 96]


def test_a_theme_that_nobody_decided_is_no_warning(codebook) -> None:
    made = [
        replace(e, unknown=frozenset({"desks"}), themes=e.themes - {"desks"}) for e in examples()
    ]
    found = cross_validate(made, codebook, SETTINGS)
    assert not found.known[:, 1].any()
    assert not found.learnt[:, 1].any()
    assert found.learnt[:, 0].all()


def test_a_curve_does_not_go_with_a_file(york: Path) -> None:
    done = evaluate(york, "--coded", york / "answer-key.csv", "--learning-curve")
    assert done.returncode == 2
    assert "--coded" in done.stderr


def test_texts_coded_twice_give_the_ceiling() -> None:
    def coding(n: int, text: str, *themes: str, question: str = "q") -> Example:
        return Example(
            response_id=f"R{n}",
            group=f"P{n}",
            question=question,
            text=text,
            themes=frozenset(themes),
        )

    twice = [coding(1, "So slow!", "slow", "wifi"), coding(2, "so slow", "slow")]
    assert human_ceiling([*twice, coding(3, "so slow", "x", question="r")]) == (1, 2 / 3)
    assert human_ceiling([coding(1, "a", "t"), coding(2, "b", "t")]) is None
    assert human_ceiling([coding(1, "", "t"), coding(2, "", "t")]) is None


def test_blocks_are_what_the_intervals_draw(codebook) -> None:
    found = cross_validate(examples(), codebook, SETTINGS)
    assert (found.blocks == find_blocks(examples())).all()


def evaluate(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipeline", "evaluate", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8")


def test_a_round_is_cross_validated(york: Path) -> None:
    done = evaluate(york)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    assert any(line.startswith("both, by policy") for line in lines)
    assert "they flatter it" in done.stdout
    told = json.loads(evaluate(york, "--json", "-q").stdout)
    assert told["responses"] == 200
    assert told["themes"].keys() >= {"citrix-performance", "mosaic"}
    for way in ("codebook", "classifier", "both"):
        low, high = told["summary"][way]["micro_f1_interval"]
        assert low <= told["summary"][way]["micro_f1"] <= high
    coded = sum(row["coded"] for row in told["counts"])
    wrong = sum(abs(row["coded"] - row["tagged"]) for row in told["counts"])
    assert told["summary"]["both"]["count_error"] == pytest.approx(wrong / coded, abs=1e-6)


def test_a_round_without_a_classifier_has_nothing_to_cross_validate(make_round) -> None:
    done = evaluate(make_round())
    assert done.returncode == 2
    assert "[E701]" in done.stderr
    assert "--coded" in done.stderr
