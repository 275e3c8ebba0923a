"""Near-copies found by prefixes are those that comparing all would find."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.likeness import LIKE, Copies, find_alike


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("The wifi is slow", "the WIFI is slow!", True),
        ("the wifi in the library is slow", "the wifi in the library is very slow", True),
        ("The wifi is slow", "The wifi is not slow", True),
        ("The wifi is slow", "The wifi is fast", False),
        ("!!", "...", True),
        ("", "wifi", False),
    ],
)
def test_near_copies(one: str, other: str, alike: bool) -> None:
    assert Copies([one]).hold(other) is alike
    assert Copies([other]).hold(one) is alike


def test_nothing_is_a_copy_before_anything_was_seen() -> None:
    assert not Copies().hold("wifi")
    assert not Copies().hold("")


@settings(deadline=None)
@given(
    st.lists(st.lists(st.sampled_from("abcdefghij"), max_size=9).map(" ".join), max_size=12),
    st.lists(st.sampled_from("abcdefghij"), max_size=9).map(" ".join),
)
def test_near_copies_are_those_with_four_fifths_of_their_words_shared(
    texts: list[str], text: str
) -> None:
    own = set(text.split())
    alike = [
        other == own or len(own & other) >= 0.8 * len(own | other)
        for other in map(set, map(str.split, texts))
    ]
    assert Copies(texts).hold(text) == any(alike)


@pytest.mark.parametrize("least", [LIKE, Fraction(1, 2), Fraction(2, 3), Fraction(1)])
@given(st.lists(st.frozensets(st.sampled_from("abcdefghijkl")), unique=True, max_size=25))
def test_alike_pairs_are_those_of_a_look_at_every_pair(
    least: Fraction, sets: list[frozenset[str]]
) -> None:
    slow = [
        (one, other)
        for one, other in combinations(range(len(sets)), 2)
        if len(sets[one] & sets[other]) >= least * len(sets[one] | sets[other])
    ]
    assert sorted(find_alike(sets, least)) == slow
