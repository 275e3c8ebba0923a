"""Themes by the answers to closed questions: what did those who disagree write about?"""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.publish import Run
from pipeline.report.data import report_json
from pipeline.round import load_round
from pipeline.verify import verify_run

ROUND = """\
round: asked
codebook: codebook.yaml
source:
  file: responses.csv
  respondent: id
  questions:
    barriers: {column: q1, label: What gets in the way?}
    improve: {column: q2, label: What should improve?}
  closed:
    happy: {column: happy, kind: scale, label: I am happy, cross: true,
            options: [Strongly disagree, Disagree, Neither, Agree, Strongly agree, Don't know],
            agree: [Agree, Strongly agree], neutral: Neither,
            disagree: [Disagree, Strongly disagree]}
    kit: {column: kit, kind: multiple, label: What I use, cross: true}
    role: {column: role, kind: choice, label: My role}
"""
HAPPY = ("Strongly disagree", "Disagree", "Neither", "Agree", "Strongly agree", "Don't know", "")
KIT = ("Laptop", "Laptop;Phone", "", "Phone")
TEXTS = ("The wifi is slow", "More desks", "Wifi and training", "", "It crashes")


def people() -> list[tuple[str, ...]]:
    return [
        (f"R{n}", TEXTS[n % 5], TEXTS[n * 3 % 5], HAPPY[n % 7], KIT[n % 4], "officer")
        for n in range(70)
    ]


@pytest.fixture
def asked(write_round: Callable[..., Path], tmp_path: Path) -> Path:
    folder = write_round(tmp_path / "asked", figures="[]\n")
    with (folder / "responses.csv").open("w", encoding="utf-8", newline="") as stream:
        rows = [("id", "q1", "q2", "happy", "kit", "role"), *people()]
        csv.writer(stream, lineterminator="\n").writerows(rows)
    (folder / "round.yaml").write_text(ROUND, encoding="utf-8")
    return folder


@pytest.fixture
def done(asked: Path, run: Callable[..., Run], tmp_path: Path) -> Run:
    return run(asked, tmp_path / "out")


PARTS = {
    "agree": HAPPY[3:5],
    "neutral": HAPPY[2:3],
    "disagree": HAPPY[:2],
}


def test_a_count_by_answer_is_what_counting_by_hand_gives(done: Run) -> None:
    found = {
        (row["question"], row["theme"], row["column"], row["value"]): (row["cited"], row["of"])
        for row in done.crossed.crossings.to_pylist()
    }
    assert {key[2] for key in found} == {"happy", "kit"}
    for place, question in ((1, "barriers"), (2, "improve")):
        for part, options in PARTS.items():
            said = [p for p in people() if p[3] in options and p[place]]
            wifi = sum("wifi" in p[place].lower() for p in said)
            assert found[question, "wifi", "happy", part] == (wifi, len(said))
        for kit in ("Laptop", "Phone"):
            said = [p for p in people() if kit in p[4].split(";") and p[place]]
            slow = sum("slow" in p[place] or "crash" in p[place] for p in said)
            assert found[question, "slow", "kit", kit] == (slow, len(said))


def test_the_report_asks_what_those_who_disagree_wrote_about(done: Run) -> None:
    text = (done.folder / "published" / "report.txt").read_text(encoding="utf-8")
    assert text.count("What did they write about, by answer to: I am happy\n") == 2
    assert "\nby happy                    agree  neutral  disagree\n" in text
    assert "responses are by people who gave none of these answers." in text
    assert "by role" not in text, "only what is marked is crossed"
    assert verify_run(done.folder) == []
    value = json.loads(json.dumps(report_json(done.report), allow_nan=False))
    happy, kit = value["questions"][0]["groups"]
    assert [group["value"] for group in happy["values"]] == ["agree", "neutral", "disagree"]
    assert (happy["closed"], kit["overlapping"]) == ("I am happy", True)


def test_an_answer_changed_after_the_run_is_found(done: Run) -> None:
    path = done.folder / "evidence" / "4-crossings.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(",happy,agree,", ",happy,agreed,"))
    assert any("4-crossings" in mismatch for mismatch in verify_run(done.folder))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("  respondent: id\n", "", "E561"),
        ("  closed:\n", "  groups: [happy]\n  closed:\n", "E561"),
        ("{column: kit, kind: multiple", "{column: kit, kind: number", "E204"),
        ("cross: true}", "cross: often}", "E206"),
        ("round: asked\n", "round: asked\nclassifier: {answers: [happy]}\n", "E206"),
    ],
)
def test_what_cannot_be_crossed_is_refused(asked: Path, old: str, new: str, code: str) -> None:
    assert old in ROUND
    (asked / "round.yaml").write_text(ROUND.replace(old, new), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        load_round(asked)
    assert code in {problem.code for problem in caught.value.problems}
