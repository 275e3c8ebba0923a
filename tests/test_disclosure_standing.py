"""Where small numbers are hidden, no standing tells of a figure that is hidden."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.codebook.model import Codebook
from pipeline.count.crossed import count_crossed
from pipeline.disclosure.as_json import hidden_json
from pipeline.disclosure.hide import hide_small
from pipeline.disclosure.standing import find_stated
from pipeline.disclosure.text import render_hidden
from pipeline.plan import plan_run
from pipeline.round import load_round
from pipeline.run import Figures, add_figures, run_batches
from pipeline.signoff.standing import Signed
from pipeline.tables import BASES, COUNTS, ESTIMATES
from tests.readings import signature

THEMES = """\
  slow: {rules: [slow]}
  wifi: {rules: [wifi]}
  desks: {rules: [desk*]}
  kit: {net: [slow, wifi]}
"""
CODEBOOK = f"codebook: c\nthemes:\n{THEMES}"
ROWS = [
    *((f"R{n}", "North", "It is slow", "") for n in range(20)),
    *((f"S{n}", "North", "The wifi", "") for n in range(3)),
    *((f"T{n}", "North", "More desks", "") for n in range(30)),
]
CHANGED = ("its responses' verdicts",)


def row(theme: str, cited: int | None = 20, of: int | None = 50, facet: str = "") -> dict[str, Any]:
    return {"question": "q", "theme": theme, "facet": facet, "cited": cited, "of": of}


@pytest.mark.parametrize(
    ("hidden", "stated"),
    [
        ([], {"slow", "wifi", "desks", "kit"}),
        ([row("desks", None)], {"slow", "wifi", "kit"}),
        ([row("slow", None)], {"wifi", "desks"}),
        ([row("kit", None)], {"desks"}),
        ([row("desks", 3, None)], {"slow", "wifi", "kit"}),
        ([row("desks", None, facet="praise")], {"slow", "wifi", "kit"}),
        ([row(theme, 20, None) for theme in ("slow", "wifi", "desks", "kit")], set()),
    ],
)
def test_nothing_is_said_of_a_figure_while_one_with_a_theme_in_common_is_hidden(
    codebook_of: Callable[[str], Codebook], hidden: list[dict[str, Any]], stated: set[str]
) -> None:
    themes = ("slow", "wifi", "desks", "kit")
    gone = {one["theme"] for one in hidden if not one["facet"]}
    shown = [*hidden, *(row(theme) for theme in themes if theme not in gone)]
    signed = {("q", theme): Signed(signature(theme), CHANGED) for theme in themes}
    figures = Figures(BASES.build([]), COUNTS.build([]), signed=signed)
    found = find_stated(figures, shown, codebook_of(THEMES))
    assert {theme for _, theme in found} == stated
    assert all(one.standing["changed"] == list(CHANGED) for one in found.values())


def test_an_audit_is_told_and_a_signature_that_holds_goes_before_it(
    codebook_of: Callable[[str], Codebook],
) -> None:
    estimate = {field.name: None for field in ESTIMATES.schema} | {"question": "q", "low": 1.0}
    schema = ESTIMATES.schema
    rows = [estimate | {"theme": theme} for theme in ("slow", "desks")]
    signed = {
        ("q", "slow"): Signed(signature("slow"), ()),
        ("q", "desks"): Signed(signature("desks"), CHANGED),
    }
    table = type(ESTIMATES.build([])).from_pylist(rows, schema=schema)
    figures = Figures(BASES.build([]), COUNTS.build([]), table, signed=signed)
    shown = [row(theme) for theme in ("slow", "wifi", "desks")]
    found = find_stated(figures, shown, codebook_of(THEMES))
    states = {theme: found["q", theme].standing["state"] for theme in ("slow", "wifi", "desks")}
    assert states == {"slow": "signed", "wifi": "machine", "desks": "audited"}


def test_what_is_published_is_the_same_whatever_became_of_a_hidden_figure(
    make_round: Callable[..., Path],
) -> None:
    folder = make_round(
        rows=ROWS, codebook=CODEBOOK, figures="[]\n", extra="suppress: threshold-5\n"
    )
    plan = plan_run(load_round(folder))
    batches = list(run_batches(plan))
    figures = add_figures([Figures(b.bases, b.counts) for b in batches], plan.round)
    crossed = count_crossed([b.tally for b in batches], plan.codebook, plan.round, None)

    def publish(**signed: tuple[str, ...]) -> tuple[str, dict[str, Any]]:
        words = {
            ("barriers", theme): Signed(signature(theme), changed)
            for theme, changed in signed.items()
        }
        told = hide_small(replace(figures, signed=words), crossed, None, plan.codebook, plan.round)
        return render_hidden(told, plan.round, plan.codebook), hidden_json(told, plan.round)

    plain = publish()
    for changed in ((), CHANGED):
        assert publish(wifi=changed, kit=changed, slow=changed) == plain
    text, data = publish(desks=())
    assert "30 of 53 responses cited desks (57%); signed by ana on" in " ".join(text.split())
    counts = {one["theme"]: one for one in data["questions"][0]["counts"]}
    assert counts["wifi"]["cited"] is None
    assert counts["desks"]["standing"] == {
        "state": "signed",
        "by": "ana",
        "time": "2026-03-01T09:00:00.000000Z",
        "changed": [],
    }
    assert {theme for theme, one in counts.items() if "standing" in one} == {"desks"}
