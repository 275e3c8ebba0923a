"""From a figure to the responses behind it, and to the rest of its base."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.publish import Run
from pipeline.quotes import quote_figure
from pipeline.tables import CODERS
from pipeline.verify import open_kept

EXTRA = "classifier: {train: training.csv, threshold: 0.5}\ndecisions: coded.csv\n"


@pytest.mark.parametrize("base", ["substantive", "answered"])
def test_cited_and_others_are_the_base_of_every_figure_and_split_by_the_same_word(
    make_round: Callable[..., Path], run: Callable[..., Run], tmp_path: Path, base: str
) -> None:
    codebook = """\
codebook: tiny
themes:
  wifi: {rules: [wifi]}
  slow: {rules: [slow*]}
  training: {rules: [training]}
  systems: {net: [slow, wifi]}
  any: {net: [training, wifi, slow]}
"""
    rows = [
        ("R1", "", "The wifi: desks and a kettle take ages aa ax ay", "training"),
        ("R4", "", "slow wifi", "the computer takes ages, and training"),
        ("R5", "", "n/a", "none"),
        ("R6", "", "", "slow wifi"),
    ]
    folder = make_round(rows=rows, codebook=codebook, extra=f"{EXTRA}base: {base}\n")
    (folder / "coded.csv").write_text(
        "response_id,theme\nR6/improve,wifi\nR5/improve,\nR4/barriers,training\n"
    )
    done = run(folder, tmp_path / "run")
    kept = open_kept(done.folder)
    for count in done.figures.counts.to_pylist():
        cited, rest = quote_figure(kept, count["question"], count["theme"])
        assert len(cited) == count["cited"]
        assert len(cited) + len(rest) == count["of"]
        assert not {q.response_id for q in cited} & {q.response_id for q in rest}
        split = Counter(quoted.by for quoted in cited)
        assert {c: split[c] for c in CODERS} == {c: count[c] for c in CODERS}, count["theme"]


def test_a_response_is_quoted_whole_with_the_reasons_it_counts(kept_tiny_run: Run) -> None:
    cited, rest = quote_figure(open_kept(kept_tiny_run.folder), "barriers", "systems")
    first, *_ = cited
    assert (first.response_id, first.text) == ("R1/barriers", "The wifi is slow 😀")
    assert first.by == "codebook"
    assert {'slow/1: "slow"', 'wifi/1: "wifi"'} <= set(first.reasons)
    assert [quoted.response_id for quoted in rest] == ["R6/barriers"]
    assert (rest[0].by, rest[0].reasons) == ("", ())


def test_the_reasons_are_of_the_coders_in_play_alone(
    make_round: Callable[..., Path], run: Callable[..., Run], tmp_path: Path
) -> None:
    folder = make_round(extra="decisions: coded.csv\n")
    (folder / "coded.csv").write_text("response_id,theme\nR1/barriers,slow\n")
    kept = open_kept(run(folder, tmp_path / "run", ["human"]).folder)
    ((quoted,), _) = quote_figure(kept, "barriers", "slow")
    assert (quoted.by, quoted.reasons) == ("human", ())


@pytest.mark.parametrize(
    ("question", "theme", "near"), [("barier", "slow", "'barriers'"), ("barriers", "slo", "'slow'")]
)
def test_a_figure_that_the_run_does_not_have_is_refused(
    kept_tiny_run: Run, question: str, theme: str, near: str
) -> None:
    with pytest.raises(InputError) as refused:
        quote_figure(open_kept(kept_tiny_run.folder), question, theme)
    (problem,) = refused.value.problems
    assert problem.code == "E701"
    assert near in problem.remedy
