"""What holds of every comparison of two runs, whatever moved between them."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.compare.data import Comparison
from pipeline.compare.runs import compare_runs
from pipeline.verify import KeptRun, open_kept
from tests.conftest import run_round, write_tiny_round

WORDS = ("slow", "wifi", "training", "desk", "n/a", "")
texts = st.lists(st.sampled_from(WORDS), max_size=3).map(" ".join)
terms = st.lists(st.sampled_from(WORDS[:4]), min_size=1, max_size=3, unique=True)
people = st.lists(st.integers(1, 9), min_size=1, unique=True)


@st.composite
def rounds(draw: st.DrawFn) -> dict[str, object]:
    rows = [(f"R{n}", "North", draw(texts), draw(texts)) for n in draw(people)]
    book = (
        "codebook: tiny\nfacets: {stance: {problem: {rules: [slow]}}}\nthemes:\n"
        f"  slow: {{label: Slow, rules: {draw(terms)}}}\n"
        f"  wifi: {{label: Wifi, rules: {draw(terms)}}}\n"
        f"  systems: {{label: Systems, net: {draw(st.sampled_from(['[slow]', '[slow, wifi]']))}}}\n"
    )
    exclusive = draw(st.sampled_from(["", "exclusive:\n  - [wifi, slow]\n"]))
    base = draw(st.sampled_from(["substantive", "answered"]))
    return {"rows": rows, "codebook": book + exclusive, "extra": f"base: {base}\n"}


def keep(folder: Path, changes: dict[str, object]) -> KeptRun:
    made = write_tiny_round(folder, figures="[]\n", **changes)
    return open_kept(run_round(made, folder / "run").folder)


def by_figure(found: Comparison) -> dict[tuple[str, str, str], tuple[int, int]]:
    return {(f.question, f.theme, f.facet): (f.gained, f.lost) for f in found.figures}


@settings(max_examples=25, deadline=None)
@given(rounds(), rounds())
def test_figures_add_up_have_a_cause_each_and_turn_round(
    first: dict[str, object], second: dict[str, object]
) -> None:
    with tempfile.TemporaryDirectory() as place:
        old, new = keep(Path(place) / "old", first), keep(Path(place) / "new", second)
        found, back = compare_runs(old, new), compare_runs(new, old)
    for item in (*found.figures, *found.bases):
        assert (item.new or 0) == (item.old or 0) + item.gained - item.lost
        assert sum(tally.number for tally in item.why_gained) == item.gained
        assert sum(tally.number for tally in item.why_lost) == item.lost
    assert [move for move in found.moves if move.cause.kind == "unknown"] == []
    turned = {key: (lost, gained) for key, (gained, lost) in by_figure(back).items()}
    assert by_figure(found) == turned
    assert found.moved == back.moved
