"""A rule tried on a held round, and the round held anew: both as if it were run from the start."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.codebook.edit import add_rule
from pipeline.codebook.model import Codebook
from pipeline.review.desk.effect import CountMove, try_rule
from pipeline.review.desk.material import Material
from pipeline.review.desk.rehold import rehold
from pipeline.tables import hold_the_same
from tests.conftest import TINY_CODEBOOK, write_csv
from tests.reviewpage import hold

HEAD = "codebook: tiny\nversion: 1\n"
THEMES = """\
themes:
  slow: {rules: [slow*, {any: [crash*], unless: [not]}], examples: [It is slow]}
  wifi: {rules: [wifi, wi-fi], counter_examples: [Nowhere to sit]}
  training: {questions: [improve], rules: [training]}
"""
CODEBOOKS = {
    "plain": TINY_CODEBOOK,
    "exclusive": HEAD + "exclusive: [[training, wifi, slow]]\n" + THEMES,
    "chained": HEAD + "exclusive: [[training, wifi], [wifi, slow]]\n" + THEMES,
    "longest": HEAD + "overlap: longest\n" + THEMES,
    "fuzzy": HEAD + "fuzzy: 1\n" + THEMES,
    "policies": HEAD + THEMES.replace("slow: {", "slow: {policy: both, "),
    "facets": HEAD
    + "facets:\n  where:\n    room: {rules: [desks, laptops, system]}\n"
    + "    all: {questions: [barriers]}\n"
    + THEMES,
    "parent": HEAD + THEMES.replace("wifi: {", "wifi: {parent: slow, "),
}
RULES: list[tuple[str, Any]] = [
    ("training", "wifi"),
    ("training", {"any": ["laptops", "new system"], "questions": ["improve"]}),
    ("wifi", {"any": ["slow*", "crash*"], "with": ["wifi", "everything"], "within": 5}),
    ("slow", {"any": ["nowhere", "desks"], "unless": ["kettle"]}),
    ("slow", "the wifi is slow"),
    ("slow", "trainimg"),
    ("slow", "zebra"),
]
ROWS = (
    ("R1", "North", "The wifi is slow 😀", "training on the new system"),
    ("R2", "North", "Everything crashes, wi‑fi too", "Wifi"),
    ("R3", "South", "It is not slow. The wlfi", "training in slow wifi"),
    ("R4", "South", "", "More desks and a kettle; trainimg"),
    ("R5", "South", "n/a", "Slow laptops"),
    ("R6", "West", "Nowhere to sit", "The café’s wifi"),
)
TRAINED = "classifier: {train: training.csv, threshold: 0.5}\n"

Held = Callable[..., Material]


@pytest.fixture
def held(make_round: Callable[..., Path]) -> Held:
    return lambda name, **changes: hold(make_round(name, rows=ROWS, **changes))


def edit(material: Material, theme: str, rule: Any) -> Codebook:
    path = material.codebook.path
    return add_rule(path, path.read_text(encoding="utf-8"), theme, rule).codebook


def write(codebook: Material, theme: str, rule: Any) -> str:
    path = codebook.codebook.path
    return add_rule(path, path.read_text(encoding="utf-8"), theme, rule).text


def nobody(material: Material) -> np.ndarray:
    return np.zeros(len(material), dtype=bool)


@pytest.mark.parametrize("extra", ["", TRAINED], ids=["rules", "classifier"])
@pytest.mark.parametrize("name", CODEBOOKS)
def test_a_round_held_anew_is_the_round_held_from_the_start(
    held: Held, name: str, extra: str
) -> None:
    for number, (theme, rule) in enumerate(RULES):
        old = held(f"old-{number}", codebook=CODEBOOKS[name], extra=extra)
        new = held(f"new-{number}", codebook=write(old, theme, rule), extra=extra)
        found = rehold(old, edit(old, theme, rule))
        assert found.codebook.coder == new.codebook.coder
        if extra:  # the classifier is not asked again: it may say otherwise of the new features
            kept = [c for c in found.codings.to_pylist() if c["coder"].startswith("codebook")]
            want = [c for c in new.codings.to_pylist() if c["coder"].startswith("codebook")]
            assert kept == want
            assert np.array_equal(found.gathered.ruled, new.gathered.ruled)
            continue
        assert hold_the_same(found.codings, new.codings), (theme, rule)
        assert np.array_equal(found.starts, new.starts)
        assert np.array_equal(found.gathered.machine, new.gathered.machine), (theme, rule)
        assert np.array_equal(found.gathered.ruled, new.gathered.ruled)
        assert found.gathered.coders == new.gathered.coders
        assert found.gathered.frozen == new.gathered.frozen


@pytest.mark.parametrize("name", CODEBOOKS)
def test_the_effect_of_a_rule_is_that_of_a_round_held_with_it(held: Held, name: str) -> None:
    for number, (theme, rule) in enumerate(RULES):
        old = held(f"old-{number}", codebook=CODEBOOKS[name])
        new = held(f"new-{number}", codebook=write(old, theme, rule))
        effect = try_rule(old, edit(old, theme, rule), theme, nobody(old))
        before, after = old.gathered.machine, new.gathered.machine
        assert effect.gained == int((after & ~before).any(axis=1).sum()), (theme, rule)
        assert effect.lost == int((before & ~after).any(axis=1).sum()), (theme, rule)
        named = {move.question: (move.before, move.after) for move in effect.counts}
        (changed,) = (one for one in new.codebook.themes if one.id == theme)
        columns = [old.columns[member] for member in new.codebook.members(changed)]
        for question in old.round.source.questions:
            if changed.applies_to(question.id):
                here = old.questions == question.id
                cited = [int(m[here][:, columns].any(axis=1).sum()) for m in (before, after)]
                assert named[question.label] == tuple(cited)


def test_what_is_gained_and_lost_is_quoted_in_its_sentence(held: Held) -> None:
    old = held("old", codebook=CODEBOOKS["exclusive"])
    effect = try_rule(old, edit(old, "training", "wifi"), "training", nobody(old))
    assert [(one.response_id, one.left, one.quote, one.right) for one in effect.gains] == [
        ("R2/improve", "", "Wifi", ""),
        ("R6/improve", "The café’s ", "wifi", ""),
    ]
    assert [(one.response_id, one.theme, one.quote) for one in effect.losses] == [
        ("R2/improve", "wifi", "Wifi"),
        ("R6/improve", "wifi", "wifi"),
    ]
    assert effect.counts == (CountMove("What should improve?", 2, 4, 6),)
    assert effect.found == 3


def test_examples_that_a_rule_breaks_or_mends_are_named(held: Held) -> None:
    codebook = TINY_CODEBOOK.replace("[It is slow]", "[It is slow, It takes ages]")
    old = held("old", codebook=codebook)
    effect = try_rule(old, edit(old, "slow", "it is not"), "slow", nobody(old))
    assert [(one.theme, one.counter, one.text) for one in effect.broken] == [
        ("Slow systems", True, "It is not slow")
    ]
    assert effect.broken[0].rules == ("slow/2",)
    effect = try_rule(old, edit(old, "slow", "takes ages"), "slow", nobody(old))
    assert [(one.counter, one.text) for one in effect.mended] == [(False, "It takes ages")]
    assert effect.broken == ()


def test_questions_that_the_round_does_not_name_are_counted_too(tmp_path: Path) -> None:
    (tmp_path / "codebook.yaml").write_text(TINY_CODEBOOK.replace("    questions: [improve]\n", ""))
    rows = [("R1", "why", "the wifi"), ("R2", "why", "training"), ("R1", "how", "the wifi")]
    write_csv(tmp_path / "responses.csv", [("id", "asked", "said"), *rows])
    (tmp_path / "round.yaml").write_text(
        "round: long\ncodebook: codebook.yaml\nsource: {file: responses.csv, layout: long, "
        "respondent: id, question: asked, text: said}\n"
    )
    old = hold(tmp_path)
    effect = try_rule(old, edit(old, "training", "wifi"), "training", nobody(old))
    assert effect.counts == (CountMove("why", 1, 2, 2), CountMove("how", 0, 1, 1))


def test_nothing_of_hidden_responses_is_in_it(held: Held) -> None:
    old = held("old")
    hidden = nobody(old)
    hidden[[old.places["R2/improve"], old.places["R6/improve"]]] = True
    effect = try_rule(old, edit(old, "training", "wifi"), "training", hidden)
    assert effect.gains == ()
    assert (effect.found, effect.gained, effect.lost, effect.hidden) == (1, 0, 0, 2)
    assert effect.counts == (CountMove("What should improve?", 2, 2, 4),)
