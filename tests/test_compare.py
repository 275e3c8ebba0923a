"""Two runs of a round: what moved, and the cause of each response's move."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.compare.data import Comparison, FigureMove, Move
from pipeline.compare.runs import compare_runs
from pipeline.errors import InputError
from pipeline.publish import Run
from pipeline.run import settle
from pipeline.tables import TABLES, keep, rows
from pipeline.verify import KeptRun, open_kept, recount

BOOK = """\
codebook: tiny
version: 1
themes:
  slow:
    label: Slow systems
    definition: Systems that are slow.
    rules:
      - any: [slow*, crash*]
        unless: [not slow]
  wifi:
    label: Wifi
    rules: [wifi, wi-fi]
  training:
    label: Training
    questions: [improve]
    rules: [training]
  systems:
    label: Any of the systems
    net: [slow, wifi]
"""
ROWS = (
    ("R1", "North", "The wifi is slow", "training on the new system"),
    ("R2", "North", "Everything crashes, wi-fi too", "Wifi"),
    ("R3", "South", "It is not slow", "no comment"),
    ("R4", "South", "", "More desks and a kettle"),
    ("R5", "South", "n/a", "Slow laptops"),
    ("R6", "West", "Nowhere to sit", "The wifi of the cafe"),
)
CODED = "decisions: coded.csv\n"
TRAINED = "classifier: {train: training.csv, threshold: 0.5}\n"
LATER = "A reply of R6 with desks and a kettle takes ages"

Compared = Callable[..., Comparison]


def with_row(number: int, barriers: str, improve: str = "") -> tuple[tuple[str, ...], ...]:
    changed = list(ROWS)
    person, team, _, was = ROWS[number - 1]
    changed[number - 1] = (person, team, barriers, improve or was)
    return tuple(changed)


def book(*changes: tuple[str, str]) -> str:
    text = BOOK
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    return text


@pytest.fixture
def compared(make_round: Callable[..., Path], run: Callable[..., Run], tmp_path: Path) -> Compared:
    """Compare two variations of the tiny round; `coded` is hand coding, response and theme."""

    def compare(
        old: dict[str, Any] | None = None, new: dict[str, Any] | None = None, **wanted: str
    ) -> Comparison:
        kept = []
        for name, changes in (("old", old or {}), ("new", new or {})):
            given = {"codebook": BOOK, "rows": ROWS, **changes}
            coded, coders = given.pop("coded", None), given.pop("coders", ())
            folder = make_round(name, figures="[]\n", **given)
            if coded is not None:
                lines = ["response_id,theme,coder", *coded]
                (folder / "coded.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
            kept.append(open_kept(run(folder, tmp_path / f"{name}-run", coders).folder))
        return compare_runs(*kept, **wanted)

    return compare


def figure(found: Comparison, question: str, theme: str, facet: str = "") -> FigureMove:
    wanted = (question, theme, facet)
    return next(f for f in found.figures if (f.question, f.theme, f.facet) == wanted)


def move(found: Comparison, response_id: str, theme: str, facet: str = "") -> Move:
    wanted = (response_id, theme, facet)
    return next(m for m in found.moves if (m.response_id, m.theme, m.facet) == wanted)


NEW_RULE = book(("rules: [wifi, wi-fi]", "rules: [wifi, wi-fi, nowhere]"))
MORE_WORDS = book(("any: [slow*, crash*]", "any: [slow*, crash*, nowhere]"))
RULE_INSERTED = book(("rules: [wifi, wi-fi]", "rules: [nowhere, wifi, wi-fi]"))
NEW_FACET_RULE = "by the new rule problem/2"
GONE_FACET_RULE = "by the removed rule problem/2"
THIRD = "by the new rule wifi/3"
HALF_WORD = book(("[wifi, wi-fi]", "[wifi, fi]"))
LONGER = book(("[wifi, wi-fi]", "[wifi, wi-fi, wifi is slow]"))
ABSENT = ["R1/barriers,,ana"]
PRESENT = ["R6/barriers,slow,ana"]
BOTH = ["R1/barriers,slow,ana", "R1/barriers,wifi,ana"]
FACETS = "facets:\n  stance:\n    problem: {label: Problem, rules: [slow]}\n"

TWICE = (*ROWS, ("R1", "North", "", "wifi"))

CAUSES: dict[str, tuple[dict[str, Any], dict[str, Any], str, str, str, str]] = {
    "a new response": (
        {},
        {"rows": (*ROWS, ("R7", "West", "So slow", ""))},
        *("R7/barriers", "slow", "response", "in new responses"),
    ),
    "a response that is gone": (
        {},
        {"rows": ROWS[1:]},
        *("R1/barriers", "slow", "response", "in responses that are gone"),
    ),
    "a changed text": (
        {},
        {"rows": with_row(6, "Slow and nowhere to sit")},
        *("R6/barriers", "slow", "text", "in changed texts"),
    ),
    "a text that is filler now": (
        {},
        {"rows": with_row(1, "n/a")},
        *("R1/barriers", "slow", "text", "in changed texts"),
    ),
    "filler of the round": (
        {},
        {"extra": "filler: [the wifi is slow]\n"},
        *("R1/barriers", "slow", "screening", "by screening (substantive -> filler)"),
    ),
    "a new rule": (
        {},
        {"codebook": NEW_RULE},
        *("R6/barriers", "wifi", "rule-new", "by the new rule wifi/3"),
    ),
    "a rule inserted before others": (
        {},
        {"codebook": RULE_INSERTED},
        *("R6/barriers", "wifi", "rule-new", "by the new rule wifi/1"),
    ),
    "a changed rule": (
        {},
        {"codebook": MORE_WORDS},
        *("R6/barriers", "slow", "rule-changed", "by the changed rule slow/1"),
    ),
    "a rule changed so that it no longer fires": (
        {"codebook": MORE_WORDS},
        {},
        *("R6/barriers", "slow", "rule-changed", "by the changed rule slow/1"),
    ),
    "a removed rule": (
        {"codebook": NEW_RULE},
        {},
        *("R6/barriers", "wifi", "rule-removed", "by the removed rule wifi/3"),
    ),
    "a new theme": (
        {},
        {"codebook": book(("  systems:", "  seats: {label: Seats, rules: [sit]}\n  systems:"))},
        *("R6/barriers", "seats", "theme", "as the theme is new"),
    ),
    "the questions of a theme": (
        {},
        {"codebook": book(("label: Wifi\n", "label: Wifi\n    questions: [improve]\n"))},
        *("R1/barriers", "wifi", "questions", "by the questions that the theme is for"),
    ),
    "a coder out of play": (
        {},
        {"coders": ["human"], "extra": CODED, "coded": PRESENT},
        *("R1/barriers", "slow", "coders", "by the codebook out of play"),
    ),
    "a decision": (
        {},
        {"extra": CODED, "coded": PRESENT},
        *("R6/barriers", "slow", "decision-new", "by a decision of ana"),
    ),
    "a decision against the rules": (
        {},
        {"extra": CODED, "coded": ABSENT},
        *("R1/barriers", "slow", "decision-new", "by a decision of ana"),
    ),
    "a changed decision": (
        {"extra": CODED, "coded": ["R6/barriers,slow,ana"]},
        {"extra": CODED, "coded": ["R6/barriers,,ana"]},
        *("R6/barriers", "slow", "decision-changed", "by a changed decision of ana"),
    ),
    "a decision that is gone": (
        {"extra": CODED, "coded": PRESENT},
        {},
        *("R6/barriers", "slow", "decision-gone", "by a decision of ana that is gone"),
    ),
    "people who no longer disagree": (
        {"extra": CODED, "coded": [*PRESENT, "R6/barriers,slow,bob", "R6/barriers,,cat"]},
        {"extra": CODED, "coded": [*PRESENT, "R6/barriers,slow,bob", "R6/barriers,slow,cat"]},
        *("R6/barriers", "slow", "decision-changed", "by a changed decision of cat"),
    ),
    "a decision withdrawn": (
        {"extra": CODED, "coded": [*PRESENT, "R2/improve,wifi,ana"]},
        {"extra": CODED, "coded": ["R2/improve,wifi,ana"]},
        *("R6/barriers", "slow", "decision-gone", "by a decision of ana that is gone"),
    ),
    "a policy": (
        {},
        {"codebook": book(("label: Wifi\n", "label: Wifi\n    policy: model\n"))},
        *("R1/barriers", "wifi", "policy", "by the policy either -> model"),
    ),
    "an exclusive group": (
        {},
        {"codebook": f"{BOOK}exclusive:\n  - [wifi, slow]\n"},
        *("R1/barriers", "slow", "exclusive", "as excluded by wifi"),
    ),
    "a facet that goes with its theme": (
        {"codebook": BOOK + FACETS},
        {"codebook": BOOK + FACETS, "rows": ROWS[1:]},
        *("R1/barriers", "wifi", "response", "in responses that are gone"),
    ),
    "a new rule on a new text": (
        {},
        {"codebook": NEW_RULE, "rows": with_row(6, "Nowhere at all to sit")},
        *("R6/barriers", "wifi", "several", f"for several reasons (in changed texts; {THIRD})"),
    ),
    "a new rule on a new response": (
        {},
        {"codebook": NEW_RULE, "rows": (*ROWS, ("R7", "West", "Nowhere", ""))},
        *("R7/barriers", "wifi", "several", f"for several reasons (in new responses; {THIRD})"),
    ),
    "a removed rule on a response that is gone": (
        {"codebook": NEW_RULE},
        {"rows": ROWS[:5]},
        *("R6/barriers", "wifi", "response", "in responses that are gone"),
    ),
    "a new rule and a decision": (
        {},
        {"codebook": NEW_RULE, "extra": CODED, "coded": ["R6/barriers,wifi,ana"]},
        *("R6/barriers", "wifi", "several", f"for several reasons ({THIRD}; by a decision of ana)"),
    ),
    "a decision that a change of rules cannot touch": (
        {"extra": CODED, "coded": ["R6/barriers,wifi,ana"]},
        {"extra": CODED, "coded": ["R6/barriers,,ana"], "codebook": NEW_RULE},
        *("R6/barriers", "wifi", "decision-changed", "by a changed decision of ana"),
    ),
    "the classifier in play": (
        {},
        {"extra": TRAINED},
        *("R4/improve", "slow", "coders", "by the classifier in play"),
    ),
    "the thresholds of the classifier": (
        {"extra": TRAINED.replace("0.5", "0.999999")},
        {"extra": TRAINED},
        *("R4/improve", "slow", "threshold", "by the thresholds of the classifier"),
    ),
    "the settings of the round": (
        {"rows": TWICE, "extra": "repeats: keep-last\n"},
        {"rows": TWICE, "extra": "repeats: keep-all\n"},
        *("R1/improve/2", "wifi", "settings", "by the settings of the round"),
    ),
    "the settings of the codebook": (
        {"codebook": HALF_WORD},
        {"codebook": HALF_WORD.replace("version: 1", "version: 1\nhyphens: keep")},
        *("R2/barriers", "wifi", "codebook", "by the settings of the codebook"),
    ),
    "longer quotes of other themes": (
        {"codebook": LONGER},
        {"codebook": LONGER.replace("version: 1", "version: 1\noverlap: longest")},
        *("R1/barriers", "slow", "overlap", "by longer quotes of other themes"),
    ),
    "people's decisions out of play": (
        {"extra": CODED, "coded": PRESENT},
        {"extra": CODED, "coded": PRESENT, "coders": ["codebook"]},
        *("R6/barriers", "slow", "coders", "by people's decisions out of play"),
    ),
    "a retrained classifier": (
        {"extra": TRAINED.replace("0.5", "0.98")},
        {"extra": TRAINED.replace("0.5", "0.5, seed: 2")},
        *("R4/improve", "slow", "classifier", "by another classifier"),
    ),
}


@pytest.mark.parametrize("case", CAUSES)
def test_the_cause_of_a_move_is_found(compared: Compared, case: str) -> None:
    old, new, response_id, theme, kind, what = CAUSES[case]
    cause = move(compared(old, new), response_id, theme).cause
    assert (cause.kind, cause.what) == (kind, what)


@pytest.mark.parametrize("case", CAUSES)
def test_every_figure_adds_up_and_is_what_its_run_counts(
    compared: Compared, case: str, tmp_path: Path
) -> None:
    found = compared(*CAUSES[case][:2])
    for item in (*found.figures, *found.bases):
        assert (item.new or 0) == (item.old or 0) + item.gained - item.lost
        assert sum(tally.number for tally in item.why_gained) == item.gained
        assert sum(tally.number for tally in item.why_lost) == item.lost
    for side in ("old", "new"):
        kept = open_kept(tmp_path / f"{side}-run")
        counted = recount(kept, kept.coders).figures
        ours = {
            (f.question, f.theme, f.facet): (getattr(f, side), getattr(f, f"{side}_of"))
            for f in found.figures
            if getattr(f, side) is not None
        }
        columns = ("question", "theme", "facet", "cited", "of")
        assert ours == {(q, t, f): (n, of) for q, t, f, n, of in rows(counted.counts, *columns)}
    assert not [m for m in found.moves if m.cause.kind == "unknown"]


def without(kept: KeptRun, kind: str, **changes: Any) -> KeptRun:
    """A run as it would be had one kind of coder found nothing in it."""
    coders = kept.evidence.codings["coder"].unique().to_pylist()
    names = [coder for coder in coders if not coder.startswith(kind)]
    evidence = kept.evidence._replace(codings=keep(kept.evidence.codings, "coder", *names))
    verdicts, _, _ = settle(evidence, kept.codebook, kept.round, kept.coders)
    return replace(kept, evidence=evidence, verdicts=verdicts, **changes)


@pytest.fixture
def kept_one(make_round: Callable[..., Path], run: Callable[..., Run], tmp_path: Path) -> KeptRun:
    folder = make_round(codebook=BOOK, rows=ROWS, figures="[]\n", extra=TRAINED)
    return open_kept(run(folder, tmp_path / "run").folder)


def test_what_only_another_version_explains_is_put_down_to_it(kept_one: KeptRun) -> None:
    older = without(kept_one, "codebook", manifest={**kept_one.manifest, "verbatims": "0.0.9"})
    cause = move(compare_runs(older, kept_one), "R1/barriers", "slow").cause
    assert cause.what == "by another version of verbatims or its libraries"


def test_what_nothing_explains_is_said_to_be_unknown(kept_one: KeptRun) -> None:
    cause = move(compare_runs(without(kept_one, "codebook"), kept_one), "R1/barriers", "slow").cause
    assert (cause.kind, cause.what) == ("unknown", "for a cause that the evidence lacks")


def test_a_pattern_that_took_too_long_is_told(kept_one: KeptRun, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(kept_one.folder, tmp_path / "slower"))
    problem = {"response_id": "R1/barriers", "rule": "slow/1", "reason": "took too long"}
    pq.write_table(TABLES["problems"].build([problem]), folder / "evidence/problems.parquet")
    slower = without(kept_one, "codebook", folder=folder)
    cause = move(compare_runs(slower, kept_one), "R1/barriers", "slow").cause
    assert cause.what == "by a pattern that took too long in one run"


def test_one_classifier_may_be_told_other_things_by_rules(kept_one: KeptRun) -> None:
    book_of_then = replace(kept_one.codebook, content="{}")
    older = without(kept_one, "classifier", codebook=book_of_then)
    cause = move(compare_runs(older, kept_one), "R4/improve", "slow").cause
    assert cause.what == "by what rules tell the classifier"


def test_what_made_a_move_is_shown(compared: Compared) -> None:
    ruled = move(compared({}, {"codebook": NEW_RULE}), "R6/barriers", "wifi")
    assert ruled.evidence == ('wifi/3 "Nowhere"',)


def test_a_decision_that_made_a_move_is_shown(compared: Compared) -> None:
    decided = move(compared({}, {"extra": CODED, "coded": ABSENT}), "R1/barriers", "slow")
    assert decided.evidence == ('slow/1 "slow"', "ana: none -> absent")


def test_a_changed_text_is_shown_as_it_was_and_is(compared: Compared) -> None:
    changed = move(compared({}, {"rows": with_row(6, "So slow")}), "R6/barriers", "slow")
    assert changed.evidence == (
        'slow/1 "slow"',
        'text was "Nowhere to sit"',
        'text is "So slow"',
    )


def test_several_reasons_are_each_named(compared: Compared) -> None:
    new = {"codebook": NEW_RULE, "extra": CODED, "coded": ["R6/barriers,wifi,ana"]}
    cause = move(compared({}, new), "R6/barriers", "wifi").cause
    assert cause.parts == ("by the new rule wifi/3", "by a decision of ana")


@pytest.mark.parametrize(
    ("coded", "changes", "what"),
    [
        ("wifi", {"rows": with_row(6, "Slow down there")}, "in changed texts"),
        (
            "slow",
            {"codebook": book(("Systems that are slow.", "Anything that is slow."))},
            "by ana's decision, stale by a new definition",
        ),
        (
            "slow",
            {"rows": with_row(6, "Nowhere to sit down")},
            "by ana's decision, stale by a changed text",
        ),
    ],
)
def test_a_decision_that_went_stale_is_told(
    make_round: Callable[..., Path],
    run: Callable[..., Run],
    tmp_path: Path,
    coded: str,
    changes: dict[str, Any],
    what: str,
) -> None:
    store = tmp_path / "decisions.db"
    given = {"codebook": BOOK, "rows": ROWS, "figures": "[]\n"}
    folder = make_round("old", **given)
    (folder / "coded.csv").write_text(f"response_id,theme\nR6/barriers,{coded}\n")
    arguments = ["review", "import", folder, folder / "coded.csv", "--coder", "ana", "--db", store]
    assert CliRunner().invoke(app, [str(argument) for argument in arguments]).exit_code == 0
    kept = []
    for name, changed in (("old", {}), ("new", changes)):
        folder = make_round(name, extra=f"decisions: {store}\n", **{**given, **changed})
        kept.append(open_kept(run(folder, tmp_path / f"{name}-run").folder))
    cause = move(compare_runs(*kept), "R6/barriers", "slow").cause
    assert cause.what == what


@pytest.mark.parametrize(
    ("old", "new", "response_id", "theme", "what"),
    [
        (FACETS, FACETS.replace("[slow]", "[slow, wifi]"), "R2/improve", "wifi", NEW_FACET_RULE),
        (FACETS.replace("[slow]", "[slow, wifi]"), FACETS, "R2/improve", "wifi", GONE_FACET_RULE),
        ("", FACETS, "R1/barriers", "wifi", "as the facet is new"),
        (FACETS, "", "R1/barriers", "wifi", "as the facet is gone"),
    ],
)
def test_a_facet_moves_by_a_rule_of_its_own(
    compared: Compared, old: str, new: str, response_id: str, theme: str, what: str
) -> None:
    found = compared({"codebook": BOOK + old}, {"codebook": BOOK + new})
    assert move(found, response_id, theme, "problem").cause.what == what


def test_a_facet_goes_with_its_theme(compared: Compared) -> None:
    books = (
        {"codebook": BOOK + FACETS},
        {"codebook": BOOK + FACETS, "extra": CODED, "coded": ABSENT},
    )
    found = compared(*books)
    assert move(found, "R1/barriers", "slow", "problem").cause.what == "by a decision of ana"


def test_a_net_moves_for_what_moved_its_members(compared: Compared) -> None:
    net = figure(compared({}, {"codebook": NEW_RULE}), "barriers", "systems")
    assert (net.old, net.new) == (2, 3)
    assert [(t.number, t.what) for t in net.why_gained] == [(1, "by the new rule wifi/3")]


def test_a_net_moves_for_what_it_holds(compared: Compared) -> None:
    narrower = book(("net: [slow, wifi]", "net: [slow]"))
    net = figure(compared({}, {"codebook": narrower}), "improve", "systems")
    assert [(t.number, t.kind) for t in net.why_lost] == [(2, "members")]


def test_a_base_tells_who_came_and_why(compared: Compared) -> None:
    rows_after = (*ROWS, ("R7", "West", "So slow", ""))
    new = {"rows": rows_after, "extra": "filler: [nowhere to sit]\n"}
    base = next(b for b in compared({}, new).bases if b.question == "barriers")
    assert (base.old, base.new, base.gained, base.lost) == (4, 4, 1, 1)
    assert base.why_gained[0].what == "in new responses"
    assert base.why_lost[0].what == "by screening (substantive -> filler)"


def test_a_base_may_move_by_its_setting(compared: Compared) -> None:
    found = compared({}, {"extra": "base: answered\n"})
    assert {t.kind for base in found.bases for t in base.why_gained} == {"settings"}
    assert ("base", "substantive", "answered") in {(s.name, s.old, s.new) for s in found.settings}


def test_a_renamed_theme_goes_on_from_its_old_id(compared: Compared) -> None:
    renamed = book(
        ("  wifi:\n", "  network:\n    was: [wifi]\n"), ("[slow, wifi]", "[slow, network]")
    )
    found = compared({}, {"codebook": renamed})
    assert not found.moved
    assert figure(found, "barriers", "network").was == ("wifi",)


def test_a_merged_theme_counts_a_response_that_had_both_once(compared: Compared) -> None:
    text = BOOK[: BOOK.index("  wifi:")] + "  training: {label: Training, rules: [training]}\n"
    merged = text.replace("label: Slow systems\n", "label: Slow\n    was: [wifi]\n")
    found = figure(compared({}, {"codebook": merged}), "barriers", "slow")
    assert (found.old, found.new, found.was) == (2, 2, ("slow", "wifi"))


def test_inputs_are_compared_by_hash_and_versions_told(compared: Compared) -> None:
    found = compared({}, {"codebook": NEW_RULE.replace("version: 1", "version: 2")})
    states = {item.role: item.state for item in found.inputs}
    assert states == {"source": "same", "round": "same", "codebook": "changed", "figures": "same"}
    assert [setting.name for setting in found.settings] == ["codebook"]


def test_a_run_beside_itself_is_identical(compared: Compared) -> None:
    found = compared()
    assert found.identical
    assert not found.moved
    assert found.moves == ()


def test_one_theme_or_question_may_be_asked_for(compared: Compared) -> None:
    new = {"rows": (*ROWS, ("R7", "West", "Slow wifi", "Slow"))}
    net = compared({}, new, theme="systems", question="barriers")
    assert {(f.question, f.theme) for f in net.figures} == {("barriers", "systems")}
    assert {(m.question, m.theme) for m in net.moves} == {
        ("barriers", "slow"),
        ("barriers", "wifi"),
    }


@pytest.mark.parametrize("wanted", [{"theme": "slwo"}, {"question": "bariers"}])
def test_what_neither_run_has_is_refused(compared: Compared, wanted: dict[str, str]) -> None:
    with pytest.raises(InputError) as refused:
        compared(**wanted)
    (problem,) = refused.value.problems
    assert problem.code == "E701"
    assert "Did you mean" in problem.remedy


def test_another_version_of_verbatims_is_told(
    make_round: Callable[..., Path], run: Callable[..., Run], tmp_path: Path
) -> None:
    folder = run(make_round(), tmp_path / "run").folder
    manifest = json.loads((folder / "run.json").read_text())
    kept = open_kept(folder)
    manifest["verbatims"] = "0.0.9"
    (folder / "run.json").write_text(json.dumps(manifest))
    found = compare_runs(open_kept(folder), kept)
    assert [(s.name, s.old) for s in found.settings] == [("verbatims", "0.0.9")]
    assert not found.identical
