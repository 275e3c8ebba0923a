"""The quick figures are those of the full comparison, and say of how many responses they are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.agreement import Frame, Quick, agree_so_far, compare_coders

ANA, BEN, CY = "human:ana", "human:ben", "import:cy"
MEASURES = ("raw", "positive", "kappa", "alpha", "ac1")
NOTHING = Quick(0, None, None, None, None, None, 0)
Heard = dict[str, dict[str, dict[str, str]]]


def hear(*rows: str, theme: str = "slow") -> Heard:
    """A response a row, a letter a coder: p, a, u, and . for not in view."""
    words = {"p": "present", "a": "absent", "u": "unsure"}
    return {
        f"R{place}": {
            theme: {c: words[w] for c, w in zip((ANA, BEN, CY), row, strict=False) if w in words}
        }
        for place, row in enumerate(rows)
    }


@pytest.mark.parametrize(
    ("rows", "n", "apart"),
    [
        ((), 0, 0),
        (("pp", "aa", "pa"), 3, 1),
        (("pu", "p.", "..", "uu"), 0, 0),
        (("pp.", "p.a", "upp", "ppa"), 4, 2),
    ],
)
def test_a_response_counts_where_two_are_sure(rows: tuple[str, ...], n: int, apart: int) -> None:
    found = agree_so_far(hear(*rows))
    assert (found.overall.n, found.overall.apart) == (n, apart)
    if rows:
        assert found.themes["slow"] == found.overall


def test_a_response_is_apart_once_whatever_its_themes() -> None:
    words = {"R1": {**hear("pa")["R0"], **hear("ap", theme="wifi")["R0"]}}
    found = agree_so_far(words)
    assert list(found.themes) == ["slow", "wifi"]
    assert (found.overall.n, found.overall.apart, found.overall.raw) == (1, 1, 0)


def test_without_variation_there_is_agreement_and_no_coefficient() -> None:
    assert agree_so_far(hear("aa", "aa")).themes["slow"] == Quick(2, 1, None, None, None, None, 0)
    assert agree_so_far(hear("a.")).themes["slow"] == NOTHING
    assert agree_so_far({}) == ({}, NOTHING)


def test_an_adjudicator_is_no_coder() -> None:
    words: Heard = {"R1": {"slow": {ANA: "present", "human:adjudicator:eve": "absent"}}}
    assert agree_so_far(words).overall == NOTHING


@st.composite
def heard(draw: st.DrawFn) -> Heard:
    words = st.sampled_from(["present", "absent", "unsure"])
    said = st.dictionaries(st.sampled_from([ANA, BEN, CY]), words)
    themes = st.dictionaries(st.sampled_from(["slow", "wifi", "lifts"]), said)
    return {f"R{place}": found for place, found in enumerate(draw(st.lists(themes, max_size=9)))}


@settings(max_examples=60, deadline=None)
@given(heard())
def test_the_figures_are_those_of_the_full_comparison(words: Heard) -> None:
    found = agree_so_far(words)
    themes = list(found.themes)
    frame = Frame(themes=themes, questions=dict.fromkeys(words, "q"), in_view={}, whole=False)
    said = {
        coder: {
            name: {theme: row[coder] for theme, row in of.items() if coder in row}
            for name, of in words.items()
        }
        for coder in (ANA, BEN, CY)
    }
    full = compare_coders("people", said, frame, seed=1)
    for row in full.themes:
        quick = found.themes[row.theme]
        assert quick.n == row.n
        assert quick.apart == sum(item.theme == row.theme for item in full.disagreements)
        assert [getattr(quick, m) for m in MEASURES] == [row.measures[m].value for m in MEASURES]
    assert found.overall.n == full.overall.n
    assert found.overall.apart == len({item.response_id for item in full.disagreements})
    overall = [full.overall.measures[m].value for m in MEASURES]
    assert [getattr(found.overall, m) for m in MEASURES] == overall
