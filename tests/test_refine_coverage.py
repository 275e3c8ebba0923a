"""codebook coverage: what each rule brings, and what is left."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from pipeline.cli import main
from pipeline.coded import read_coded
from pipeline.decisions import decide
from pipeline.plan import Plan, plan_run
from pipeline.refine.coverage.data import Coverage, Judged
from pipeline.refine.coverage.measure import measure_coverage
from pipeline.refine.coverage.words import Explained, count_words
from pipeline.round import load_round
from pipeline.run import count_round
from pipeline.tables import DECISIONS
from tests.ended import Ended

MakeRound = Callable[..., Path]
CODEBOOK = """\
codebook: tiny
themes:
  slow:
    rules:
      - any: [slow*, crash*, hang*]
      - any: [very slow, wifi slow]
      - any: [slow, the]
        with: [wifi]
  wifi: {rules: [wifi, dongle]}
  training: {questions: [improve], rules: [training]}
  model: {classifier_only: true}
  systems: {net: [slow, wifi]}
"""
ROWS = (
    ("R1", "", "The wifi is slow, so slow", "training"),
    ("R2", "", "Very slow today", "Nobody listens to us at all here"),
    ("R3", "", "crashes", "n/a"),
    ("R4", "", "Nothing else to add to this one", "Nobody listens to us at all here"),
    ("R5", "", "n/a", "None of the above"),
)


@pytest.fixture
def plan(make_round: MakeRound) -> Plan:
    return plan_run(load_round(make_round(rows=ROWS, codebook=CODEBOOK)), ["codebook"])


def covered(plan: Plan, coded: str = "", theme: str = "") -> Coverage:
    decisions = DECISIONS.build([])
    if coded:
        path = plan.round.path.parent / "coded.csv"
        path.write_text(f"response_id,theme,coder\n{coded}", encoding="utf-8")
        decisions = decide(read_coded(path, plan.codebook), plan.codebook)
    return measure_coverage(plan, decisions, theme)


def test_each_rule_has_its_hits_its_responses_and_those_it_alone_finds(plan: Plan) -> None:
    found = {r.rule.id: (r.hits, r.responses, r.only) for r in covered(plan).rules}
    assert found == {
        "slow/1": (4, 3, 1),
        "slow/2": (1, 1, 0),
        "slow/3": (3, 1, 0),
        "wifi/1": (1, 1, 1),
        "wifi/2": (0, 0, 0),
        "training/1": (1, 1, 1),
    }


def test_rules_and_terms_that_do_nothing_are_named(plan: Plan) -> None:
    found = covered(plan)
    assert [rule.rule.id for rule in found.dead] == ["wifi/2"]
    idle = {rule.rule.id: rule.idle for rule in found.rules}
    assert idle["slow/1"] == ("hang*",)
    assert idle["slow/2"] == ("wifi slow",)
    assert idle["wifi/2"] == ("dongle",)


def test_themes_and_questions_add_up_to_what_a_run_counts(york: Path) -> None:
    plan = plan_run(load_round(york), ["codebook"])
    figures = count_round(plan)
    found = covered(plan)
    cited: dict[str, int] = {}
    for count in figures.counts.to_pylist():
        cited[count["theme"]] = cited.get(count["theme"], 0) + count["cited"]
    assert {t.theme.id: t.responses for t in found.themes}.items() <= cited.items()
    bases = {base["question"]: base for base in figures.bases.to_pylist()}
    for item in found.questions[:-1]:
        base = bases[item.question]
        assert (item.responses, item.coded) == (base["substantive"], base["with_theme"])
    assert found.questions[-1].responses == sum(q.responses for q in found.questions[:-1])
    bare = sum(base["no_theme"] for base in bases.values())
    assert sum(one.copies for one in found.uncoded) == bare
    for rule in found.rules:
        assert rule.only <= rule.responses <= rule.hits
        theme = next(t for t in found.themes if t.theme.id == rule.theme)
        assert rule.responses <= theme.responses


def test_words_inside_quotes_count_once(plan: Plan) -> None:
    barriers, improve, whole = covered(plan).questions
    # "The wifi is slow, so slow" is one quote; "Very slow" leaves "today"; "crashes" is all.
    assert barriers.explained == Explained(9, 17, (0.0, 0.5, 0.8333, 1.0, 1.0))
    assert (improve.explained.inside, improve.explained.words) == (1, 19)
    assert (whole.question, whole.responses, whole.coded, whole.share) == ("", 8, 4, 0.5)


def test_the_longest_texts_without_a_theme_come_first_and_copies_once(plan: Plan) -> None:
    uncoded = [(u.response_id, u.words, u.copies) for u in covered(plan).uncoded]
    assert uncoded == [("R2/improve", 7, 2), ("R4/barriers", 7, 1), ("R5/improve", 4, 1)]


def test_what_people_marked_judges_rules_and_themes(plan: Plan) -> None:
    found = covered(
        plan,
        "R1/barriers,slow,ana\nR2/barriers,,ana\nR4/barriers,slow,ana\n"
        "R3/barriers,slow,ana\nR3/barriers,,bo\n",
    )
    rules = {rule.rule.id: rule.judged for rule in found.rules}
    # R3 is disputed, so it says nothing of the rules that find it.
    assert rules["slow/1"] == Judged(1, 2)
    assert rules["slow/2"] == Judged(0, 1)
    assert rules["wifi/1"] == Judged(0, 1)
    assert rules["wifi/2"].precision is None
    slow = next(theme for theme in found.themes if theme.theme.id == "slow")
    assert (slow.judged, slow.judged.precision) == (Judged(1, 2), 0.5)
    assert slow.missed == ("R4/barriers",)


def test_a_theme_limits_rules_and_shares_to_its_own(plan: Plan) -> None:
    found = covered(plan, theme="training")
    assert [rule.rule.id for rule in found.rules] == ["training/1"]
    assert [(q.question, q.responses, q.coded) for q in found.questions] == [
        ("improve", 4, 1),
        ("", 4, 1),
    ]


@pytest.mark.parametrize("overlap", ["keep", "longest"])
def test_overlap_bears_on_themes_and_not_on_what_a_rule_finds(
    make_round: MakeRound, overlap: str
) -> None:
    codebook = f"codebook: c\noverlap: {overlap}\nthemes:\n"
    codebook += "  a: {rules: [slow]}\n  b: {rules: [very slow]}\n"
    folder = make_round(rows=[("R1", "", "very slow", "x y")], codebook=codebook)
    (folder / "figures.yaml").write_text("- {question: barriers, theme: a, cited: 1}\n")
    found = covered(plan_run(load_round(folder), ["codebook"]))
    assert [rule.responses for rule in found.rules] == [1, 1]
    assert [theme.responses for theme in found.themes] == [overlap == "keep", 1]


def test_a_round_without_an_answer_has_no_shares(make_round: MakeRound) -> None:
    folder = make_round(rows=[("R1", "", "n/a", "")], codebook=CODEBOOK)
    found = covered(plan_run(load_round(folder), ["codebook"]))
    assert {rule.hits for rule in found.rules} == {0}
    assert [(q.share, q.explained.share, q.explained.quartiles) for q in found.questions] == [
        (None, None, ())
    ] * 3


@pytest.mark.parametrize(
    ("text", "words"),
    [("", 0), ("log-in", 2), ("don’t can't", 2), ("cafe\u0301s", 1), ("😀 漢字 4g", 2), ("'a'", 1)],
)
def test_words_are_runs_of_letters_digits_and_inner_apostrophes(text: str, words: int) -> None:
    assert count_words(pa.array([text])).tolist() == [words]


def test_quartiles_of_nothing_are_none() -> None:
    assert Explained.of(np.zeros(0, int), np.zeros(0, int)) == Explained(0, 0, ())
    assert Explained.of(np.array([1, 0]), np.array([2, 0])).quartiles == (
        0,
        0.125,
        0.25,
        0.375,
        0.5,
    )


@pytest.fixture
def coverage(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Ended]:
    def call(*arguments: object) -> Ended:
        monkeypatch.setattr(
            sys, "argv", ["verbatims", "codebook", "coverage", *map(str, arguments)]
        )
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        return Ended(int(str(stop.value.code)), out, err)

    return call


def test_the_tables_fit_80_columns_and_say_what_is_dead(
    coverage: Callable[..., Ended], york: Path
) -> None:
    done = coverage(york, "--coded", york / "answer-key.csv", "--terms", "--show", "2")
    assert (done.code, done.err) == (0, "")
    assert max(map(len, done.out.splitlines())) <= 80
    lines = [line.split() for line in done.out.splitlines()]
    assert ["citrix-performance", "60", "54", "54/54"] in lines
    assert "32 responses have no theme, the longest first\n\nR141/barriers  106 words\n" in done.out
    assert "and 30 more; --show N lists N\n" in done.out
    assert "Marked by people, found by no rule\n" in done.out
    assert "Terms that make no rule fire" in done.out


def test_json_holds_all_of_it(coverage: Callable[..., Ended], make_round: MakeRound) -> None:
    folder = make_round(rows=ROWS, codebook=CODEBOOK)
    done = coverage(folder, "--json", "--show", "1").json
    assert set(done) == {
        *("round", "codebook", "questions", "themes", "rules", "dead_rules", "uncoded"),
    }
    assert done["rules"][0] == {
        "rule": "slow/1",
        "theme": "slow",
        "hits": 4,
        "responses": 3,
        "only": 1,
        "judged": {"present": 0, "read": 0, "precision": None},
        "idle_terms": ["hang*"],
    }
    assert done["dead_rules"] == ["wifi/2"]
    assert done["uncoded"]["responses"] == 4
    assert [one["response_id"] for one in done["uncoded"]["longest"]] == ["R2/improve"]
    assert done["questions"][-1]["question"] is None


def test_the_decisions_of_the_round_and_of_a_file_judge(
    coverage: Callable[..., Ended], make_round: MakeRound
) -> None:
    folder = make_round(rows=ROWS, codebook=CODEBOOK, extra="decisions: coded.csv\n")
    (folder / "coded.csv").write_text("response_id,theme,coder\nR1/barriers,slow,ana\n")
    more = folder / "more.csv"
    more.write_text("response_id,theme,coder\nR3/barriers,,ana\nR9/barriers,slow,ana\n")
    assert coverage(folder, "--json").json["rules"][0]["judged"]["read"] == 1
    done = coverage(folder, "--json", "--coded", more)
    assert done.json["rules"][0]["judged"] == {"present": 1, "read": 2, "precision": 0.5}
    assert "[W403]" in done.err
    later = folder / "later.csv"
    later.write_text("response_id,theme,coder\nR1/barriers,,ana\n")
    done = coverage(folder, "--json", "--coded", later)
    assert done.json["rules"][0]["judged"]["precision"] == 0, "a person's later reading stands"


@pytest.mark.parametrize(
    ("arguments", "coded", "code"),
    [
        (["--theme", "slw"], "", "E701"),
        (["--theme", "systems"], "", "E701"),
        (["--theme", "model"], "", "E701"),
        (["--coded", "none.csv"], "", "E101"),
        (["--coded", "coded.csv"], "response_id\nR1/barriers\n", "E401"),
        (["--coded", "coded.csv"], "response_id,theme\nR99/barriers,slow\n", "E401"),
    ],
)
def test_bad_input_is_refused(
    coverage: Callable[..., Ended],
    make_round: MakeRound,
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    coded: str,
    code: str,
) -> None:
    folder = make_round(rows=ROWS, codebook=CODEBOOK)
    (folder / "coded.csv").write_text(coded)
    monkeypatch.chdir(folder)
    done = coverage(folder, *arguments)
    assert (done.code, done.out) == (2, "")
    assert f"[{code}] " in done.err


def test_a_round_that_is_not_there_is_refused(
    coverage: Callable[..., Ended], tmp_path: Path
) -> None:
    assert coverage(tmp_path / "none").err.startswith("[E101] ")


def test_a_theme_is_measured_without_what_is_below_it(make_round: MakeRound) -> None:
    codebook = "codebook: c\nthemes:\n  a: {rules: [slow]}\n  b: {parent: a, rules: [crashes]}\n"
    folder = make_round(rows=ROWS, codebook=codebook)
    found = covered(plan_run(load_round(folder), ["codebook"]))
    assert [(theme.theme.id, theme.responses) for theme in found.themes] == [("a", 2), ("b", 1)]
