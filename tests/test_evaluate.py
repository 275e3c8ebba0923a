"""Verdicts against hand coding, by an example worked by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.codebook.model import Codebook
from pipeline.coded import Coded, Reading
from pipeline.evaluate import Evaluation, Score, evaluate_verdicts
from pipeline.tables import RESPONSES, VERDICTS

THEMES = """\
  slow: {rules: [a]}
  wifi: {rules: [a]}
  kit: {rules: [a]}
  idle: {rules: [a]}
  any: {net: [slow, wifi]}
"""

RESPONSES_GIVEN = (
    ("R1", "a", "substantive"),
    ("R2", "a", "substantive"),
    ("R3", "a", "substantive"),
    ("R4", "b", "substantive"),
    ("R5", "b", "filler"),
    ("R6", "b", "substantive"),
)
TAGGED = (
    *(("R1", "slow", True), ("R2", "slow", True), ("R3", "slow", False), ("R4", "slow", True)),
    *(("R1", "wifi", True), ("R6", "slow", True), ("R6", "kit", True)),
)
CODED = {
    "R1": ["slow"],
    "R2": ["slow", "kit"],
    "R3": ["slow"],
    "R4": [],
    "R5": ["slow"],
    "R9": ["slow"],
}


def coded_of(readings: dict[str, list[str]], coder: str = "") -> list[Reading]:
    return [
        Reading(response_id=name, coder=coder, themes=dict.fromkeys(themes, ""))
        for name, themes in readings.items()
    ]


def coded_file(*readings: Reading) -> Coded:
    return Coded(path=Path("k.csv"), sha256="", readings=readings, strangers={})


@pytest.fixture
def evaluate(codebook_of: Callable[[str], Codebook]) -> Callable[..., Evaluation]:
    blank = {"respondent": "", "text": "", "groups": [], "reason": "", "campaign": ""}
    said = {"facet": "", "by": "codebook", "codebook": True, "classifier": False, "human": ""}
    questions = {name: question for name, question, _ in RESPONSES_GIVEN}

    def run(*readings: Reading, tagged: tuple[tuple[str, str, bool], ...] = TAGGED) -> Evaluation:
        responses = RESPONSES.build(
            {"response_id": name, "question": question, "status": status, "row": n, **blank}
            for n, (name, question, status) in enumerate(RESPONSES_GIVEN)
        )
        verdicts = VERDICTS.build(
            {"response_id": name, "question": questions[name], "theme": theme, "present": p, **said}
            for name, theme, p in tagged
        )
        return evaluate_verdicts(responses, verdicts, coded_file(*readings), codebook_of(THEMES))

    return run


def test_precision_recall_and_f1_are_as_worked_by_hand(evaluate: Callable[..., Evaluation]) -> None:
    found = evaluate(*coded_of(CODED))
    slow, wifi, kit, idle = found.themes
    # slow: tagged R1 R2 R4 (R6 was not read), coded R1 R2 R3 R5 (R9 is not of the round).
    assert (slow.both, slow.tagged, slow.coded) == (2, 3, 4)
    assert (slow.precision, slow.recall) == (2 / 3, 2 / 4)
    assert slow.f1 == pytest.approx(4 / 7)
    # wifi: tagged R1, coded nowhere. kit: coded R2, tagged nowhere that was read.
    assert (wifi.precision, wifi.recall, wifi.f1) == (0, None, 0)
    assert (kit.precision, kit.recall, kit.f1) == (None, 0, 0)
    assert (idle.precision, idle.recall, idle.f1) == (None, None, None)
    assert found.responses == 5
    assert [score.name for score in found.themes] == ["slow", "wifi", "kit", "idle"]


def test_micro_pools_all_themes_and_macro_is_over_the_coded_ones(
    evaluate: Callable[..., Evaluation],
) -> None:
    found = evaluate(*coded_of(CODED))
    assert (found.micro.both, found.micro.tagged, found.micro.coded) == (2, 4, 5)
    assert found.micro.f1 == pytest.approx(4 / 9)
    assert found.macro_f1 == pytest.approx((4 / 7 + 0) / 2)


def test_the_count_error_is_per_question_and_theme(evaluate: Callable[..., Evaluation]) -> None:
    found = evaluate(*coded_of(CODED))
    counts = {(c.question, c.theme): (c.tagged, c.coded) for c in found.counts}
    # In question b, slow is tagged in R4 and coded in R5: the counts agree, the responses do not.
    assert counts == {
        ("a", "slow"): (2, 3),
        ("a", "wifi"): (1, 0),
        ("a", "kit"): (0, 1),
        ("b", "slow"): (1, 1),
    }
    assert found.count_error == pytest.approx((1 + 1 + 1 + 0) / 5)


def test_coded_responses_that_screening_set_aside_are_listed_and_count_as_missed(
    evaluate: Callable[..., Evaluation],
) -> None:
    found = evaluate(*coded_of({"R1": ["slow"], "R5": ["slow"]}))
    assert found.set_aside == (("R5", "filler"),)
    assert (found.themes[0].recall, found.themes[0].precision) == (0.5, 1.0)


def test_a_theme_that_any_coder_marked_is_coded_once(evaluate: Callable[..., Evaluation]) -> None:
    both = [*coded_of({"R1": ["slow"]}, "ana"), *coded_of({"R1": ["slow", "wifi"]}, "ben")]
    found = evaluate(*both)
    assert [(s.both, s.tagged, s.coded) for s in found.themes[:2]] == [(1, 1, 1), (1, 1, 1)]
    assert found.micro.f1 == found.macro_f1 == 1
    assert found.count_error == 0


def test_what_is_undefined_is_none_and_not_0(evaluate: Callable[..., Evaluation]) -> None:
    nothing = evaluate(*coded_of({"R1": []}), tagged=())
    assert (nothing.micro.f1, nothing.macro_f1, nothing.count_error) == (None, None, None)
    assert nothing.responses == 1
    assert evaluate(*coded_of({"R9": ["slow"]})).responses == 0


@pytest.mark.parametrize(
    ("both", "tagged", "coded", "f1"),
    [(0, 0, 0, None), (0, 1, 0, 0), (0, 0, 1, 0), (1, 1, 1, 1), (1, 2, 2, 0.5), (3, 4, 5, 2 / 3)],
)
def test_f1_is_the_harmonic_mean_where_precision_and_recall_are_defined(
    both: int, tagged: int, coded: int, f1: float | None
) -> None:
    score = Score("t", both, tagged, coded)
    assert score.f1 == pytest.approx(f1)
    if score.precision and score.recall:
        assert score.f1 == pytest.approx(2 / (1 / score.precision + 1 / score.recall))


def test_a_duplicate_of_a_coded_response_does_not_hide_the_substantive_one(
    codebook_of: Callable[[str], Codebook],
) -> None:
    blank = {"respondent": "", "text": "", "groups": [], "reason": "", "campaign": ""}
    responses = RESPONSES.build(
        {"response_id": "R1", "question": "a", "status": status, "row": n, **blank}
        for n, status in enumerate(["substantive", "duplicate"], start=2)
    )
    for table in (responses, responses.take([1, 0])):
        coded = coded_file(*coded_of({"R1": ["slow"]}))
        found = evaluate_verdicts(table, VERDICTS.build([]), coded, codebook_of(THEMES))
        assert found.set_aside == ()
        assert found.responses == 1
