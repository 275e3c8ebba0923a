"""Labels that are what the rules find, for want of decisions."""

import sys
from collections.abc import Callable

import pytest

from pipeline.classify.example import Example
from pipeline.cli import main
from pipeline.match import Matcher
from pipeline.plan import plan_run
from pipeline.round import load_round
from pipeline.run import count_round
from pipeline.tables import RESPONSES
from pipeline.tokenise import number_sentences
from pipeline.weak import Drawn, make_weak_examples
from tests.ended import Ended

WORDS = ("printer", "screen", "meeting", "manager", "parking", "canteen", "desk")
ROWS = [
    (f"R{n}", "x", f"{'the lift is slow' if n % 3 == 0 else 'we like the'} {WORDS[n % 7]} {n}", "")
    for n in range(60)
]
WEAK = "classifier: {threshold: counts}\n"


@pytest.fixture
def verbatims(monkeypatch, capsys, tmp_path) -> Callable[..., Ended]:
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["verbatims", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        return Ended(int(str(stop.value.code)), *capsys.readouterr())

    return call


def responses(number: int):
    return RESPONSES.build(
        {
            "response_id": f"R{n}/q",
            "respondent": f"R{n}",
            "question": "q",
            "text": f"slow {n}" if n % 2 else f"fine {n}",
            "row": n + 2,
            "groups": [],
            "status": "substantive",
            "reason": "",
            "campaign": "",
        }
        for n in range(number)
    )


def test_what_the_rules_find_is_present_what_they_do_not_absent_and_no_rules_unknown(
    codebook_of,
) -> None:
    codebook = codebook_of("  a: {rules: [slow]}\n  b: {classifier_only: true}")
    first, second = make_weak_examples(responses(2), codebook, Matcher(codebook, number_sentences))
    assert (first.themes, first.unknown, first.weak) == (frozenset(), frozenset({"b"}), True)
    assert (second.themes, second.hidden, second.ruled) == ({"a"}, ((0, 4),), frozenset())
    assert second.text == "slow 1"
    assert second.shown == "  1"


@pytest.mark.parametrize(
    ("hidden", "shown"),
    [
        ((), "abcdef"),
        (((1, 3), (2, 4)), "a  ef"),
        (((0, 6), (1, 2)), " "),
        (((4, 6), (0, 1)), " bcd "),
    ],
)
def test_hidden_spans_may_overlap_and_come_in_any_order(hidden, shown) -> None:
    example = Example(
        response_id="r", group="r", question="q", text="abcdef", themes=frozenset(), hidden=hidden
    )
    assert example.shown == shown


@pytest.mark.parametrize("sizes", [(100,), (1, 99), (30, 30, 40)])
def test_what_is_drawn_depends_on_no_batch(make_round, sizes) -> None:
    table, start = responses(100), 0
    drawn, parts = Drawn(20), []
    for size in sizes:
        parts.append(table.slice(start, size))
        start += size
    assert sum(len(batch) for batch in drawn.watch(parts)) == 100
    plan = plan_run(load_round(make_round()))
    kept = drawn.settle(plan.round, plan.repeats, {})["response_id"].to_pylist()
    whole = Drawn(20)
    list(whole.watch([table]))
    assert len(kept) == 20
    assert kept == whole.settle(plan.round, plan.repeats, {})["response_id"].to_pylist()


def test_a_round_without_decisions_learns_from_its_rules_and_counts_by_them(make_round) -> None:
    notes = []
    plan = plan_run(load_round(make_round(rows=ROWS, extra=WEAK)), (), notes.append)
    assert [note.code for note in notes if note.code == "W409"] == ["W409"]
    assert plan.model is not None
    assert plan.model.settings["weak"] is True
    assert set(plan.model.policies.values()) == {"rule"}
    assert not plan.model.trained_ids
    assert not plan.model.trained_texts


def test_weak_labels_move_no_count(make_round) -> None:
    plain, weak = make_round("plain", rows=ROWS), make_round("weak", rows=ROWS, extra=WEAK)
    plans = [plan_run(load_round(folder)) for folder in (plain, weak)]
    rules_alone, with_model = (count_round(plan).counts.to_pylist() for plan in plans)
    assert rules_alone == with_model
    assert any(row["cited"] for row in rules_alone)


def test_a_policy_that_the_codebook_states_stands(make_round) -> None:
    codebook = "codebook: c\nthemes:\n  slow: {rules: [slow], policy: either}\n"
    plan = plan_run(load_round(make_round(rows=ROWS, codebook=codebook, extra=WEAK)))
    assert plan.model is not None
    assert plan.model.policies == {"slow": "either"}


def test_decisions_that_suffice_leave_the_rules_labels_out(make_round) -> None:
    folder = make_round(rows=ROWS, extra="classifier: {}\ndecisions: coded.csv\n")
    lines = [f"R{n}/barriers,{'slow' if n % 3 == 0 else ''}" for n in range(40)]
    text = "response_id,theme\n" + "\n".join(lines) + "\n"
    (folder / "coded.csv").write_text(text, encoding="utf-8")
    plan = plan_run(load_round(folder))
    assert plan.model is not None
    assert plan.model.settings["weak"] is False
    assert len(plan.examples) == 40


def test_few_decisions_stand_beside_the_rules_labels(make_round) -> None:
    folder = make_round(rows=ROWS, extra="classifier: {}\ndecisions: coded.csv\n")
    (folder / "coded.csv").write_text("response_id,theme\nR1/barriers,slow\n", encoding="utf-8")
    plan = plan_run(load_round(folder))
    assert plan.model is not None
    assert [e.response_id for e in plan.examples if not e.weak] == ["R1/barriers"]
    assert next(e for e in plan.examples if not e.weak).themes == {"slow"}
    assert plan.model.trained_ids == {"R1/barriers"}


def test_cross_validating_the_rules_on_themselves_is_refused(make_round, verbatims) -> None:
    found = verbatims("evaluate", make_round(rows=ROWS, extra=WEAK), "--quiet")
    assert found.code == 2
    assert "E402" in found.err


def test_the_card_of_such_a_model_says_so(make_round, verbatims) -> None:
    folder = make_round(rows=ROWS, extra=WEAK)
    card = verbatims("train", folder, "--out", "m.skops", "--json", "--quiet").json
    assert card["data"]["labels"] == "the codebook's own"
    assert any("Judging the codebook" in line for line in card["not_for"])


def test_what_to_read_first_is_drawn_by_such_a_model(make_round, verbatims) -> None:
    folder = make_round(rows=ROWS, extra=WEAK + "decisions: d.db\n")
    found = verbatims("review", "sample", folder, "--for", "learning", "--size", 5, "--json")
    assert found.code == 0
    assert all("the score of slow" in member["why"] for member in found.json["members"])
    assert "W409" in found.err
