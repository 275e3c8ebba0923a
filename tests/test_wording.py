"""Shares in words: what a printed phrase allows, what this tool says, and the two together."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.wording import (
    FRACTIONS,
    SAID,
    is_split,
    largest_remainder,
    parse_share,
    print_share,
    round_half_up,
    round_parts,
    say_share,
)

YORK = [
    *(("most", n) for n in (61, 67, 68, 72, 76, 80, 82, 96)),
    *(("just over half", n) for n in (52, 53, 56)),
    *(("just under half", n) for n in (45, 49)),
    *(("a third", n) for n in (28, 29)),
    ("just over a third", 36),
    ("over three quarters", 78),
    ("nearly three quarters", 74),
    ("half", 50),
]


@pytest.mark.parametrize(("phrase", "share"), YORK)
def test_the_phrases_of_yorks_strategy_of_2017_hold_of_the_shares_they_were_said_of(
    phrase: str, share: int
) -> None:
    limits = parse_share(phrase)
    assert limits is not None
    assert limits.holds(Fraction(share))


@pytest.mark.parametrize(
    ("phrase", "limits"),
    [
        ("40", "[39.5, 40.5)"),
        ("72.7", "[72.65, 72.75)"),
        ("72.7 %", "[72.65, 72.75)"),
        ("40 per cent", "[39.5, 40.5)"),
        ("0", "[-0.5, 0.5)"),
        ("over 40", "(40, 100]"),
        ("More than 40%", "(40, 100]"),
        ("at least 40", "[40, 100]"),
        ("at most 40", "[0, 40]"),
        ("up to 40", "[0, 40]"),
        ("under 40", "[0, 40)"),
        ("about 40", "[37, 43]"),
        ("around half", "[47, 53]"),
        ("half", "[47, 53]"),
        ("a half", "[47, 53]"),
        ("over half", "(50, 100]"),
        ("a third", "[27.33, 39.33]"),
        ("one third", "[27.33, 39.33]"),
        ("two-thirds", "[63.67, 69.67]"),
        ("just over half", "(50, 56.5)"),
        ("just under half", "(43.5, 50)"),
        ("nearly three-quarters", "[70, 75)"),
        ("almost all", "[90, 100)"),
        ("over three quarters", "(75, 100]"),
        ("the majority", "(50, 100)"),
        ("nobody", "[0, 0]"),
        ("all", "[100, 100]"),
        ("40 to 45", "[40, 45]"),
        ("40–45", "[40, 45]"),
        ("between 40 and 45", "[40, 45]"),
    ],
)
def test_a_phrase_allows_its_documented_shares(phrase: str, limits: str) -> None:
    assert str(parse_share(phrase)) == limits


@pytest.mark.parametrize(
    "phrase",
    ["", "many", "a good many", "45 to 40", "101", "over", "over forty", "-3", "nan", "1e3"],
)
def test_what_has_no_documented_meaning_is_not_guessed_at(phrase: str) -> None:
    assert parse_share(phrase) is None


@pytest.mark.parametrize(
    ("share", "phrase"),
    [
        (0, "none"),
        (10, "about a tenth"),
        (25, "a quarter"),
        (28, "over a quarter"),
        (33, "a third"),
        (36, "just over a third"),
        (45, "just under half"),
        (50, "half"),
        (53, "just over half"),
        (61, "most"),
        (74, "nearly three quarters"),
        (78, "over three quarters"),
        (82, "the great majority"),
        (96, "nearly all"),
        (100, "all"),
    ],
)
def test_a_share_has_one_phrase(share: int, phrase: str) -> None:
    assert say_share(share, 100) == phrase


@settings(deadline=None)
@given(st.integers(1, 3000).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_what_is_said_of_a_share_is_allowed_of_it(counts: tuple[int, int]) -> None:
    part, of = counts
    limits = parse_share(say_share(part, of))
    assert limits is not None
    assert limits.holds(Fraction(100 * part, of))


def test_every_phrase_that_is_said_can_be_read_and_follows_the_one_before() -> None:
    assert [top for top, _ in SAID] == sorted({top for top, _ in SAID})
    assert all(parse_share(phrase) for _, phrase in SAID)
    assert all(parse_share(name) for name in FRACTIONS)


@pytest.mark.parametrize("counts", [(1, 0), (0, 0), (-1, 5), (6, 5)])
def test_no_phrase_is_said_of_what_is_no_share(counts: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no share"):
        say_share(*counts)


@pytest.mark.parametrize(
    ("agree", "disagree", "split"),
    [(38, 37, True), (37, 30, True), (45, 35, False), (28, 39, False), (53, 47, False)],
)
def test_a_split_is_two_near_shares_neither_over_half(
    agree: int, disagree: int, split: bool
) -> None:
    assert is_split(Fraction(agree), Fraction(disagree)) is split


PARTS = st.lists(st.integers(0, 400), min_size=1, max_size=7).filter(any).map(tuple)


@settings(deadline=None)
@given(PARTS, st.integers(0, 2))
def test_largest_remainders_add_to_100_and_move_no_part_by_a_whole_unit(
    parts: tuple[int, ...], decimals: int
) -> None:
    of = sum(parts)
    shares = largest_remainder(parts, of, decimals)
    assert sum(shares) == 100
    for part, share in zip(parts, shares, strict=True):
        assert abs(share - Fraction(100 * part, of)) < Fraction(1, 10**decimals)


@settings(deadline=None)
@given(PARTS)
def test_parts_rounded_each_by_itself_are_within_half_a_point_of_the_truth(
    parts: tuple[int, ...],
) -> None:
    of = sum(parts)
    for part, share in zip(parts, round_parts(parts, of), strict=True):
        assert abs(share - Fraction(100 * part, of)) <= Fraction(1, 2)


def test_halves_go_up_and_printed_shares_keep_their_decimals() -> None:
    assert round_half_up(Fraction(1, 2)) == 1
    assert round_half_up(Fraction(5, 2)) == 3
    assert round_half_up(Fraction(727272, 10000), 2) == Fraction(7273, 100)
    assert print_share(Fraction(70), 1) == "70.0"
