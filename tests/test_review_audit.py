"""The audit's draw: its strata, its sizes, and the probabilities it promises."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.review.audit import (
    ABSENT,
    PRESENT,
    UNKNOWN,
    Frame,
    allocate,
    count_strata,
    draw,
    strata_of_all,
    strata_of_theme,
)

THEMES = ("wifi", "slow")
DRAWS = 10_000


def make_frame(tags: str, *, questions: str = "", apart: dict[int, str] | None = None) -> Frame:
    """One letter a response: n none, w wifi, s slow, b both."""
    count = len(tags)
    machine = np.array([[tag in "wb", tag in "sb"] for tag in tags], dtype=bool)
    return Frame(
        ids=[f"R{number:03}" for number in range(count)],
        questions=list(questions or "q" * count),
        themes=THEMES,
        machine=machine,
        applies=np.ones_like(machine),
        apart=[(apart or {}).get(number, "") for number in range(count)],
        known=np.full(machine.shape, UNKNOWN),
    )


def test_the_strata_of_a_theme_are_question_by_verdict() -> None:
    frame = make_frame("nwsbn", questions="aaabb", apart={4: "read"})
    expected = ["a: untagged", "a: tagged", "a: untagged", "b: tagged", ""]
    assert strata_of_theme(frame, "wifi").tolist() == expected


def test_a_theme_that_is_not_looked_for_in_a_question_has_no_stratum_there() -> None:
    frame = make_frame("nwsb", questions="aabb")
    frame.applies[2:, 0] = False
    assert count_strata(strata_of_theme(frame, "wifi")) == {"a: tagged": 1, "a: untagged": 1}


def test_the_strata_of_all_themes_set_rare_ones_apart() -> None:
    """Of 30 wifi and 3 both in 100, half are drawn: 16.5 wifi expected, and 1.5 slow."""
    frame = make_frame("n" * 67 + "w" * 30 + "b" * 3)
    assert count_strata(strata_of_all(frame, 50)) == {
        "q: rare": 3,
        "q: tagged": 30,
        "q: untagged": 67,
    }


@pytest.mark.parametrize(
    ("sizes", "total", "drawn"),
    [
        ({"q: tagged": 100, "q: untagged": 400}, 60, {"q: tagged": 20, "q: untagged": 40}),
        ({"q: tagged": 5, "q: untagged": 400}, 60, {"q: tagged": 5, "q: untagged": 55}),
        ({"q: tagged": 100, "q: untagged": 20}, 60, {"q: tagged": 40, "q: untagged": 20}),
        ({"q: tagged": 3, "q: untagged": 4}, 60, {"q: tagged": 3, "q: untagged": 4}),
        ({"q: tagged": 100, "q: untagged": 100}, 10, {"q: tagged": 5, "q: untagged": 5}),
    ],
)
def test_sizes(sizes: dict[str, int], total: int, drawn: dict[str, int]) -> None:
    assert allocate(sizes, total) == drawn


@given(
    st.dictionaries(
        st.sampled_from(["a: tagged", "a: untagged", "b: rare", "b: untagged", "c: tagged"]),
        st.integers(1, 200),
        min_size=1,
    ),
    st.integers(5, 400),
)
def test_sizes_add_up_and_no_stratum_is_left_out_or_overdrawn(
    sizes: dict[str, int], total: int
) -> None:
    drawn = allocate(sizes, total)
    assert sum(drawn.values()) == min(total, sum(sizes.values()))
    assert all(1 <= drawn[name] <= size for name, size in sizes.items())


def test_a_total_too_small_for_the_strata_is_refused() -> None:
    with pytest.raises(ValueError, match="1 is less than 1 for each of 2 strata"):
        allocate({"q: tagged": 9, "q: untagged": 9}, 1)


def test_the_draw_does_not_depend_on_the_order_of_the_frame() -> None:
    frame = make_frame("nwsb" * 10)
    turned = replace(
        frame,
        ids=frame.ids[::-1],
        questions=frame.questions[::-1],
        machine=frame.machine[::-1],
        apart=frame.apart[::-1],
    )
    one, other = (
        [f.ids[place] for place in draw(f, s, allocate(count_strata(s), 12), 3).places]
        for f in (frame, turned)
        for s in [strata_of_theme(f, "wifi")]
    )
    assert one == other
    assert len(set(one)) == 12


def test_another_seed_draws_others() -> None:
    frame = make_frame("nwsb" * 10)
    strata = strata_of_theme(frame, "wifi")
    sizes = allocate(count_strata(strata), 12)
    assert draw(frame, strata, sizes, 1).places != draw(frame, strata, sizes, 2).places


@pytest.mark.parametrize("design", ["theme", "all"])
def test_inclusion_frequencies_are_the_probabilities_stated(design: str) -> None:
    """Over 10,000 draws, of every response within 3 standard errors."""
    frame = make_frame("nnnnnnnnnnwwwwwwsbnw", questions="a" * 12 + "b" * 8, apart={0: "read"})
    strata = strata_of_theme(frame, "wifi") if design == "theme" else strata_of_all(frame, 9)
    sizes = allocate(count_strata(strata), 9, least_untagged=3)
    times: Counter[int] = Counter()
    stated: dict[int, float] = {}
    for seed in range(DRAWS):
        drawn = draw(frame, strata, sizes, seed)
        times.update(drawn.places)
        stated.update(zip(drawn.places, drawn.probabilities, strict=True))
    assert set(stated) == set(range(1, len(frame.ids)))
    for place, p in stated.items():
        assert abs(times[place] / DRAWS - p) <= 3 * math.sqrt(p * (1 - p) / DRAWS)


def test_what_a_theme_gets_of_a_stratum_is_a_simple_random_sample_of_it() -> None:
    """Of a stratum of all themes, those tagged with one are, given their number, drawn evenly."""
    frame = make_frame("wwwwwbbb")
    strata = strata_of_all(frame, 100)
    sizes = dict.fromkeys(count_strata(strata), 4)
    slow = (5, 6, 7)
    pairs: Counter[tuple[int, ...]] = Counter()
    for seed in range(3000):
        chosen = tuple(sorted(set(draw(frame, strata, sizes, seed).places) & set(slow)))
        if len(chosen) == 2:
            pairs[chosen] += 1
    expected = sum(pairs.values()) / 3
    chi = sum((pairs[pair] - expected) ** 2 / expected for pair in combinations(slow, 2))
    assert chi < 13.8  # the 0.999 quantile of chi-squared with 2 degrees of freedom


def test_what_is_frozen_adds_up_to_the_frame() -> None:
    frame = make_frame("nwsbnw", questions="aaaabb", apart={0: "read", 1: "copy", 4: "learning"})
    frame.known[0] = (PRESENT, ABSENT)
    strata = strata_of_theme(frame, "slow")
    frozen = draw(frame, strata, {"a: tagged": 1, "b: untagged": 1}, 1).settings
    assert frozen["strata"] == {
        "a: tagged": {
            "question": "a",
            "size": 2,
            "drawn": 1,
            "tagged": {"wifi": 1, "slow": 2},
        },
        "b: untagged": {"question": "b", "size": 1, "drawn": 1, "tagged": {"wifi": 1}},
    }
    assert frozen["apart"]["a: read"] == {
        "question": "a",
        "size": 1,
        "tagged": {},
        "present": {"wifi": 1},
        "unknown": {},
    }
    assert frozen["apart"]["a: copy"]["unknown"] == {"wifi": 1, "slow": 1}
    sizes = [part["size"] for half in frozen.values() for part in half.values()]
    assert sum(sizes) == len(frame.ids)


def test_the_order_to_read_in_does_not_tell_the_strata() -> None:
    frame = make_frame("n" * 50 + "w" * 50)
    strata = strata_of_theme(frame, "wifi")
    drawn = draw(frame, strata, dict.fromkeys(count_strata(strata), 20), 1)
    changes = sum(a != b for a, b in zip(drawn.strata, drawn.strata[1:], strict=False))
    assert changes > 10
