"""Cross-validation: its figures by hand and against scikit-learn, and what taught what."""

from __future__ import annotations

import csv
import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.metrics import brier_score_loss, f1_score, precision_score, recall_score

from pipeline.classify.example import Example
from pipeline.classify.folds import find_blocks
from pipeline.evaluate import cross, measures
from pipeline.evaluate.ceiling import compare_coders, compare_like_texts
from pipeline.evaluate.cross import cross_validate, learning_curve, without_rules
from pipeline.evaluate.measures import Outcome
from pipeline.plan import plan_run
from pipeline.round import ClassifierSettings, load_round
from pipeline.tables import DECISIONS
from tests.conftest import TINY_CODEBOOK, write_csv

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
    many = measures.spread_scores(outcome, np.arange(400), 1)[1].f1
    few = measures.spread_scores(outcome, np.arange(400) // 40, 1)[1].f1
    assert many.low <= many.value <= many.high
    assert 0.03 < many.high - many.low < 0.2
    assert few.value == many.value


def plain_scores(tagged: np.ndarray, coded: np.ndarray) -> list[float]:
    both = (tagged & coded).sum()
    return [both / tagged.sum(), both / coded.sum(), 2 * both / (tagged.sum() + coded.sum())]


def test_the_intervals_of_the_bootstrap_are_those_of_a_plain_one() -> None:
    dice = np.random.default_rng(3)
    coded = dice.random((60, 1)) < 0.5
    tagged = coded ^ (dice.random((60, 1)) < 0.2)
    blocks = np.arange(60) // 3
    found = measures.spread_scores(Outcome(tagged, coded, np.ones((60, 1), bool)), blocks, 1)[0][0]
    drawn = []
    for _ in range(4000):
        rows = np.concatenate([np.flatnonzero(blocks == b) for b in dice.integers(0, 20, 20)])
        drawn.append(plain_scores(tagged[rows], coded[rows]))
    theirs = [score(coded, tagged) for score in (precision_score, recall_score, f1_score)]
    assert [spread.value for spread in found] == pytest.approx(theirs)
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0).tolist()
    assert [spread.low for spread in found] == pytest.approx(low, abs=0.03)
    assert [spread.high for spread in found] == pytest.approx(high, abs=0.03)


def test_what_was_never_tagged_has_recall_and_no_precision() -> None:
    coded = np.array([[True], [False], [True], [False]])
    outcome = Outcome(np.zeros((4, 1), bool), coded, np.ones((4, 1), bool))
    scores = measures.spread_scores(outcome, np.arange(4), 1)[0][0]
    assert all(map(math.isnan, scores.precision))
    assert scores.recall == scores.f1 == (0, 0, 0)


@pytest.mark.parametrize(
    ("score", "happened", "expected"), [(1, 1, 0), (1, 0, 1), (0.7, 1, 0.09), (0.3, 1, 0.49)]
)
def test_the_brier_score_of_one_forecast(score: float, happened: int, expected: float) -> None:
    """The four forecasts of rain by which Wikipedia explains it ("Brier score", 2010)."""
    one = np.ones((1, 1), bool)
    found = measures.brier_score(np.array([[score]]), np.array([[bool(happened)]]), one)
    assert found == pytest.approx(expected)


@given(arrays(np.float64, (20, 2), elements=st.floats(0, 1)), arrays(bool, (20, 2)))
def test_the_brier_score_is_that_of_scikit_learn(scores: np.ndarray, coded: np.ndarray) -> None:
    known = np.ones((20, 2), bool)
    known[:3, 1] = False
    theirs = brier_score_loss(coded[known], scores[known], pos_label=True, labels=[False, True])
    assert measures.brier_score(scores, coded, known) == pytest.approx(theirs)


def test_without_a_score_there_is_no_brier_score() -> None:
    nothing = np.zeros((2, 2), bool)
    assert math.isnan(measures.brier_score(np.zeros((2, 2)), nothing, nothing))


def test_the_bins_hold_every_score_and_give_the_error() -> None:
    dice = np.random.default_rng(5)
    scores, coded = dice.random((200, 3)), dice.random((200, 3)) < 0.3
    known = dice.random((200, 3)) < 0.9
    bins = measures.calibration_bins(scores, coded, known)
    assert sum(one.number for one in bins) == known.sum()
    off = sum(one.number * abs(one.score - one.coded) for one in bins) / known.sum()
    assert measures.calibration_error(scores, coded, known) == pytest.approx(off)


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
    assert compare_like_texts([*twice, coding(3, "so slow", "x", question="r")]) == (1, 2 / 3)
    assert compare_like_texts([coding(1, "a", "t"), coding(2, "b", "t")]) is None
    assert compare_like_texts([coding(1, "", "t"), coding(2, "", "t")]) is None
    undecided = replace(twice[1], unknown=frozenset({"wifi"}))
    assert compare_like_texts([twice[0], undecided]) == (1, 1)


def decisions(*rows: tuple[int, str, str, str, str]) -> pa.Table:
    names = ("reading", "response_id", "coder", "theme", "decision")
    return DECISIONS.build(
        {**dict(zip(names, row, strict=True)), "facet": "", "memo": ""} for row in rows
    )


BOTH_READ = (
    (1, "R1", "human:ana", "slow", "present"),
    (1, "R1", "human:ana", "wifi", "present"),
    (2, "R1", "human:ben", "slow", "present"),
    (2, "R1", "human:ben", "wifi", "absent"),
)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        (BOTH_READ, (1, 2 / 3)),
        (BOTH_READ[:2], None),
        ((*BOTH_READ, (3, "R1", "human:ben", "wifi", "present")), (1, 1)),
        ((*BOTH_READ, (3, "R1", "human:ben", "wifi", "unsure")), (1, 1)),
        ((*BOTH_READ, (3, "R2", "human:ben", "wifi", "present")), (1, 2 / 3)),
        # ana-ben 2 of 3, ana-cy 0 of 2, ben-cy 0 of 1
        ((*BOTH_READ, (3, "R1", "human:cy", "slow", "absent")), (1, 2 / 5)),
        ((*BOTH_READ, (3, "R1", "human:cy", "other", "present")), (1, 2 / 3)),
    ],
)
def test_coders_of_one_response_give_the_other_ceiling(rows, expected) -> None:
    assert compare_coders([decisions(*rows)]) == expected
    assert compare_coders([decisions(), decisions(*rows)]) == expected


def test_blocks_are_what_the_intervals_draw(codebook) -> None:
    found = cross_validate(examples(), codebook, SETTINGS)
    assert (found.blocks == find_blocks(examples())).all()


def verbatims(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8")


def evaluate(*arguments: object) -> subprocess.CompletedProcess[str]:
    return verbatims("evaluate", *arguments)


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
    assert (told["folds"], told["seed"]) == (5, 1)
    for way in ("majority", "codebook", "classifier", "both"):
        for name in ("micro_f1", "micro_recall"):
            spread = told["summary"][way][name]
            assert spread["low"] <= spread["value"] <= spread["high"]
        wrong = sum(abs(row["coded"] - row["tagged"][way]) for row in told["counts"])
        coded = sum(row["coded"] for row in told["counts"])
        assert told["summary"][way]["count_error"] == pytest.approx(wrong / coded, abs=1e-6)
        for name, theme in told["themes"].items():
            counts = [row for row in told["counts"] if row["theme"] == name]
            assert theme["coded"] == sum(row["coded"] for row in counts)
            assert theme[way]["tagged"] == sum(row["tagged"][way] for row in counts)
            assert theme[way].keys() == {"tagged", "precision", "recall", "f1"}
    assert 0 < told["brier_score"] < 0.25
    assert told["ceiling"] == {"coders": None, "like_texts": None}


def test_seed_and_folds_are_as_asked_and_shown(york: Path) -> None:
    told = json.loads(evaluate(york, "--json", "-q", "--seed", 7, "--folds", 3).stdout)
    assert (told["seed"], told["folds"], len(told["learnt_from"])) == (7, 3, 3)
    done = evaluate(york, "-q", "--seed", 7, "--folds", 3, "--intervals")
    assert "3 folds, seed 7" in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    (line,) = [x for x in done.stdout.splitlines() if x.startswith("mosaic") and x.count("-") == 3]
    assert f"{told['themes']['mosaic']['both']['precision']['value']:.2f}" in line


@pytest.mark.parametrize(
    "options",
    [
        ("--seed", "-1"),
        ("--seed", "x"),
        ("--folds", "1"),
        ("--folds", "2.5"),
        ("--coded", "x.csv", "--folds", "5"),
        ("--coded", "x.csv", "--learning-curve"),
    ],
)
def test_an_option_that_does_not_fit_is_a_usage_error(york: Path, options) -> None:
    done = evaluate(york, *options)
    assert (done.returncode, done.stdout) == (2, "")


LONG = "a-theme-with-a-very-long-name-that-goes-on-and-on-for-far-longer-than-a-screen-is-wide"


def test_long_ids_stay_within_the_screen_and_whole_in_json(make_round) -> None:
    folder = make_round(
        codebook=TINY_CODEBOOK.replace("  slow:", f"  {LONG}:").replace("[slow, ", f"[{LONG}, "),
        figures="[]\n",
        extra="classifier: {train: training.csv}\n",
    )
    training = folder / "training.csv"
    training.write_text(training.read_text().replace(",slow\n", f",{LONG}\n"))
    for command in (["evaluate", "--intervals"], ["train"]):
        done = verbatims(command[0], folder, "-q", *command[1:])
        lines = [line for line in done.stdout.splitlines() if folder.as_posix() not in line]
        assert done.returncode == 0, done.stderr
        assert max(map(len, lines)) <= 80
    told = json.loads(verbatims("evaluate", folder, "--json", "-q").stdout)
    assert LONG in told["themes"]


def test_two_coders_of_one_response_are_compared_as_they_were_read(make_round) -> None:
    folder = make_round(extra="classifier: {train: training.csv}\n")
    path = folder / "training.csv"
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    rows = [[*row, "ana"] for row in rows]
    again = [[*row[:3], "" if n == 0 else row[3], "ben"] for n, row in enumerate(rows[:4])]
    write_csv(path, [[*header, "coder"], *rows, *again])
    told = json.loads(evaluate(folder, "--json", "-q").stdout)
    assert rows[0][3] == "slow"
    assert told["ceiling"]["coders"] == {"responses": 4, "f1": pytest.approx(6 / 7)}
    assert "coders of one response: F1 0.857 (4 responses)" in evaluate(folder, "-q").stdout


def test_cross_validation_trains_nothing_for_the_plan(york: Path) -> None:
    the_round, said = load_round(york), []
    plan = plan_run(the_round, ("codebook", "classifier"), said.append, train=False)
    assert (plan.model, plan.scorer, said) == (None, None, [])
    assert plan.examples == plan_run(the_round, ("codebook", "classifier")).examples


def test_a_round_without_a_classifier_has_nothing_to_cross_validate(make_round) -> None:
    done = evaluate(make_round())
    assert done.returncode == 2
    assert "[E701]" in done.stderr
    assert "--coded" in done.stderr
