"""What coders say, compared: who counts for what, and what is left out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest

from pipeline.agreement import (
    Frame,
    Words,
    compare_coders,
    hear_again,
    hear_coders,
    hear_machine,
    hear_settled,
)
from pipeline.readings.records import StoredDecision

THEMES = ("slow", "wifi")


def say(
    reading: int, response_id: str, theme: str, decision: str, coder: str = "ana", facet: str = ""
) -> StoredDecision:
    name = coder if ":" in coder else f"human:{coder}"
    return StoredDecision(
        reading, response_id, "q", name, "", "", "", theme, facet, decision, "", ""
    )


def frame(*names: str, themes: tuple[str, ...] = THEMES, whole: bool = True) -> Frame:
    return Frame(
        themes=themes,
        questions=dict.fromkeys(names, "q"),
        in_view={"q": frozenset(themes)},
        whole=whole,
    )


def letters(said: Mapping[str, str]) -> Words:
    """Words on `slow` by the letters p, a, u and . for not in view, a response each."""
    words = {"p": "present", "a": "absent", "u": "unsure"}
    return {
        f"R{place}": {"slow": words[letter]} for place, letter in enumerate(said) if letter in words
    }


def test_a_coders_latest_word_stands_theme_by_theme() -> None:
    said = hear_coders(
        [
            say(3, "R1", "slow", "absent"),
            say(1, "R1", "slow", "present"),
            say(1, "R1", "wifi", "present"),
            say(2, "R1", "slow", "present", coder="import:acme"),
        ]
    )
    assert said == {
        "human:ana": {"R1": {"slow": "absent", "wifi": "present"}},
        "import:acme": {"R1": {"slow": "present"}},
    }


def test_adjudicators_and_facets_are_no_part_of_agreement() -> None:
    found = hear_coders(
        [
            say(1, "R1", "slow", "present", coder="human:adjudicator:eve"),
            say(2, "R1", "slow", "present", facet="praise"),
        ]
    )
    assert found == {}


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ([("eve", "present")], "present"),
        ([("eve", "present"), ("eve", "absent")], "absent"),
        ([("eve", "present"), ("kai", "absent")], "absent"),
        ([("eve", "present"), ("kai", "absent"), ("kai", "unsure")], "present"),
        ([("eve", "unsure")], None),
    ],
)
def test_what_is_settled_is_the_word_of_the_last_adjudicator_who_is_sure(
    said: list[tuple[str, str]], word: str | None
) -> None:
    found = [
        say(number, "R1", "slow", decision, coder=f"human:adjudicator:{name}")
        for number, (name, decision) in enumerate(said, start=1)
    ]
    settled = hear_settled([*found, say(9, "R1", "slow", "present")])
    assert settled.get(("R1", "slow", "")) == word


def test_a_person_against_herself_is_her_last_two_words() -> None:
    decisions = [
        say(1, "R1", "slow", "present"),
        say(2, "R1", "slow", "absent"),
        say(3, "R1", "slow", "unsure"),
        say(1, "R1", "wifi", "present"),
        say(4, "R1", "wifi", "absent", coder="ben"),
    ]
    before, again = hear_again(decisions, "human:ana")
    assert before == {"R1": {"slow": "absent"}}
    assert again == {"R1": {"slow": "unsure"}}


def test_the_machine_has_in_view_what_applies() -> None:
    found = hear_machine(
        ["R1", "R2"], THEMES, np.array([[1, 0], [0, 0]]), np.array([[1, 1], [1, 0]])
    )
    assert found == {"R1": {"slow": "present", "wifi": "absent"}, "R2": {"slow": "absent"}}


@pytest.mark.parametrize(
    ("ana", "ben", "n", "unsure", "cells"),
    [
        ("ppaa", "papa", 4, 0, (1, 1, 1, 1)),
        ("pp..", "p.p.", 1, 0, (1, 0, 0, 0)),
        ("ppu", "puu", 1, 2, (1, 0, 0, 0)),
        ("aaa", "aaa", 3, 0, (0, 0, 0, 3)),
    ],
)
def test_a_response_counts_where_both_had_the_theme_in_view_and_were_sure(
    ana: str, ben: str, n: int, unsure: int, cells: tuple[int, ...]
) -> None:
    said = {"human:ana": letters(ana), "human:ben": letters(ben)}
    names = [f"R{place}" for place in range(len(ana))]
    found = compare_coders("people", said, frame(*names), seed=1)
    (row,) = found.themes
    assert (row.n, row.unsure, tuple((row.cells or {}).values())) == (n, unsure, cells)
    assert row.measures["raw"].value == (cells[0] + cells[3]) / n
    assert row.rarer == min(n - cells[3], n - cells[0])


def test_themes_that_nobody_compared_have_no_row() -> None:
    said = {"human:ana": letters("pp"), "human:ben": letters("..")}
    found = compare_coders("people", said, frame("R0", "R1"), seed=1)
    assert (found.responses, found.themes, found.overall.n) == (0, (), 0)
    assert found.overall.measures["raw"].value is None
    assert found.sets
    assert found.sets.n == 0


def test_only_unsure_words_leave_nothing_to_measure() -> None:
    said = {"human:ana": letters("uu"), "human:ben": letters("pa")}
    found = compare_coders("people", said, frame("R0", "R1"), seed=1)
    assert (found.themes[0].n, found.themes[0].unsure) == (0, 2)
    assert found.overall.measures["alpha"].value is None


def test_all_themes_are_pooled_over_responses_not_decisions() -> None:
    one = {f"R{n}": {"slow": "present", "wifi": "present"} for n in range(10)}
    other = {f"R{n}": dict.fromkeys(THEMES, "present" if n < 5 else "absent") for n in range(10)}
    found = compare_coders("people", {"a": one, "b": other}, frame(*one), seed=1)
    assert (found.overall.n, found.overall.decisions) == (10, 20)
    pooled, alone = found.overall.measures["raw"], found.themes[0].measures["raw"]
    assert pooled == pytest.approx(alone, abs=0.05)
    assert found.overall.ac1_error is None
    assert found.themes[0].ac1_error is not None


def test_overall_of_several_coders_is_all_their_decisions_in_one_table() -> None:
    slow = {"human:ana": "paaup", "human:ben": "ppa.a", "human:cy": "p.paa"}
    wifi = {"human:ana": "apap.", "human:ben": "apa..", "human:cy": ".aup."}
    names = [f"R{place}" for place in range(10)]
    said: dict[str, dict[str, dict[str, str]]] = {coder: {} for coder in slow}
    for coder, row in said.items():
        for theme, letter in (("slow", slow[coder]), ("wifi", wifi[coder])):
            for name, words in letters(letter).items():
                row.setdefault(name, {})[theme] = words["slow"]
    overall = compare_coders("people", said, frame(*names), seed=1).overall
    end_to_end = {coder: letters(slow[coder] + wifi[coder]) for coder in slow}
    (one,) = compare_coders("people", end_to_end, frame(*names), seed=1).themes
    assert (overall.n, overall.decisions, one.n) == (5, 8, 8)
    for name, measured in overall.measures.items():
        assert measured.value == one.measures[name].value


def test_label_sets_are_of_responses_that_both_read_whole() -> None:
    one = {
        "R1": {"slow": "present", "wifi": "present"},
        "R2": {"slow": "absent", "wifi": "absent"},
        "R3": {"slow": "absent", "wifi": "unsure"},
        "R4": {"slow": "absent"},
    }
    other = {
        "R1": {"slow": "present", "wifi": "absent"},
        **{name: dict.fromkeys(THEMES, "absent") for name in ("R2", "R3", "R4")},
    }
    found = compare_coders("people", {"a": one, "b": other}, frame(*one), seed=1)
    assert found.sets
    assert (found.sets.n, found.sets.measures["raw"].value) == (2, 0.5)
    # By hand: D_o = 2 (2/3) / 4; D_e = 2 (2/3 + 2 + 2) / 12 over {slow, wifi}, {slow}, {} {}.
    assert found.sets.measures["masi_alpha"].value == pytest.approx(1 - (1 / 3) / (14 / 18))
    part = compare_coders("people", {"a": one, "b": other}, frame(*one, whole=False), seed=1)
    assert part.sets is None


def test_disagreements_name_every_coder_who_had_the_theme_in_view() -> None:
    said = {"a": letters("pap"), "b": letters("pp."), "c": letters("pua")}
    found = compare_coders("people", said, frame("R0", "R1", "R2"), seed=1)
    assert [(item.response_id, item.words) for item in found.disagreements] == [
        ("R1", {"a": "absent", "b": "present", "c": "unsure"}),
        ("R2", {"a": "present", "c": "absent"}),
    ]
    assert found.themes[0].cells is None
    assert found.themes[0].n == 3
