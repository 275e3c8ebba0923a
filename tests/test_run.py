"""The path, whole and in batches."""

import pytest

from pipeline.plan import plan_run
from pipeline.round import load_round
from pipeline.run import Figures, add_figures, count_round, run_batches

EXTRA = "classifier: {train: training.csv, threshold: 0.5}\ndecisions: coded.csv\n"


@pytest.mark.parametrize("batch_size", [1, 2, 5, 1000])
def test_figures_do_not_depend_on_the_size_of_a_batch(make_round, batch_size: int) -> None:
    plan = plan_run(load_round(make_round(extra=EXTRA)))
    batches = list(run_batches(plan, batch_size))
    parts = add_figures((Figures(b.bases, b.counts) for b in batches), plan.round)
    whole = count_round(plan)
    assert parts.counts.equals(whole.counts)
    assert parts.bases.equals(whole.bases)
    assert sum(batch.responses.num_rows for batch in batches) == 12


def test_a_round_is_counted_as_a_person_would_count_it(make_round) -> None:
    figures = count_round(plan_run(load_round(make_round())))
    counts = {
        (c["question"], c["theme"]): (c["cited"], c["of"]) for c in figures.counts.to_pylist()
    }
    assert counts == {
        ("barriers", "slow"): (2, 4),
        ("barriers", "wifi"): (2, 4),
        ("barriers", "systems"): (2, 4),
        ("improve", "slow"): (1, 5),
        ("improve", "wifi"): (2, 5),
        ("improve", "training"): (1, 5),
        ("improve", "systems"): (3, 5),
    }


def test_a_coder_that_is_not_asked_for_changes_nothing(make_round) -> None:
    with_all = load_round(make_round(extra=EXTRA))
    without = load_round(make_round("plain"))
    chosen = count_round(plan_run(with_all, ["codebook"]))
    assert chosen.counts.equals(count_round(plan_run(without)).counts)


def test_filler_is_settled_per_question(make_round) -> None:
    folder = make_round()
    text = (folder / "round.yaml").read_text(encoding="utf-8")
    text = text.replace("label: What should improve?}", "filler: off}")
    (folder / "round.yaml").write_text(text, encoding="utf-8")
    bases = count_round(plan_run(load_round(folder))).bases.to_pylist()
    assert [(base["filler"], base["substantive"]) for base in bases] == [(1, 4), (0, 6)]


def test_excluded_and_repeated_responses_leave_the_base_and_stay_in_the_accounting(
    make_round,
) -> None:
    rows = [("R1", "a", "wifi", ""), ("R1", "a", "wifi", ""), ("R2", "a", "slow", "")]
    folder = make_round(rows=rows, extra="exclude: out.csv\n")
    (folder / "out.csv").write_text("response_id,reason\nR2/barriers,withdrawn\n", encoding="utf-8")
    base = count_round(plan_run(load_round(folder))).bases.to_pylist()[0]
    assert (base["asked"], base["duplicate"], base["excluded"], base["of"]) == (3, 1, 1, 1)


@pytest.mark.parametrize("batch_size", [1, 5])
def test_evidence_has_the_same_order_whatever_the_batch(make_round, batch_size: int) -> None:
    plan = plan_run(load_round(make_round(extra=EXTRA)))
    assert plan.model is not None
    whole, parts = list(run_batches(plan)), list(run_batches(plan, batch_size))
    for name in ("responses", "codings", "verdicts"):
        ours = [row for batch in whole for row in getattr(batch, name).to_pylist()]
        theirs = [row for batch in parts for row in getattr(batch, name).to_pylist()]
        assert ours == theirs, name
    coders = {row["coder"].partition(":")[0] for row in whole[0].codings.to_pylist()}
    assert coders == {"codebook", "classifier"}


def test_without_the_codebook_no_rule_is_tried(make_round) -> None:
    plan = plan_run(load_round(make_round(extra=EXTRA)), ["classifier"])
    (batch,) = run_batches(plan)
    assert {c.partition(":")[0] for c in batch.codings["coder"].to_pylist()} == {"classifier"}


def test_decisions_are_dealt_to_the_batch_of_their_response(make_round) -> None:
    plan = plan_run(load_round(make_round(extra="decisions: coded.csv\n")))
    dealt = [plan.decisions_on(batch.responses) for batch in run_batches(plan, 2)]
    assert sum(table.num_rows for table in dealt) == plan.decisions.num_rows == 6
    assert sorted(table.num_rows for table in dealt) == [0, 0, 0, 0, 3, 3]


@pytest.mark.parametrize("batch_size", [1, 3])
def test_a_duplicate_does_not_move_the_codings_of_its_original(make_round, batch_size: int) -> None:
    rows = [("R1", "a", "slow wifi", ""), ("R2", "a", "slow", ""), ("R1", "a", "slow wifi", "")]
    plan = plan_run(load_round(make_round(rows=rows, extra=EXTRA)), ["codebook", "classifier"])
    assert plan.model is not None
    whole = [row for batch in run_batches(plan) for row in batch.codings.to_pylist()]
    parts = [row for batch in run_batches(plan, batch_size) for row in batch.codings.to_pylist()]
    assert whole == parts
    assert whole[0]["response_id"] == "R1/barriers"
