"""Folds: nothing that is alike is in two of them, and rare themes are in all."""

from __future__ import annotations

from itertools import combinations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipeline.classify.example import Example
from pipeline.classify.folds import find_blocks, fold_examples
from pipeline.likeness import LIKE
from pipeline.text import fold_words


def example(number: int, text: str, *themes: str, group: str = "") -> Example:
    return Example(
        response_id=f"R{number}",
        group=group or f"P{number}",
        question="q",
        text=text,
        themes=frozenset(themes),
    )


def words_of(e: Example) -> frozenset[str]:
    return frozenset(fold_words(e.text))


made = st.lists(
    st.tuples(
        st.lists(st.sampled_from("abcdefgh"), max_size=8).map(" ".join),
        st.sampled_from(["", "p1", "p2", "p3"]),
        st.sets(st.sampled_from(["t", "u"])),
    ),
    max_size=25,
).map(lambda rows: [example(n, text, *sorted(t), group=g) for n, (text, g, t) in enumerate(rows)])


@given(made, st.integers(2, 5), st.integers(0, 3))
def test_what_is_alike_is_in_one_fold_whatever_the_order(
    examples: list[Example], folds: int, seed: int
) -> None:
    found = fold_examples(examples, folds, seed)
    assert set(found.tolist()) <= set(range(folds))
    for (n, one), (m, other) in combinations(enumerate(examples), 2):
        a, b = words_of(one), words_of(other)
        if one.group == other.group or a == b or len(a & b) >= LIKE * len(a | b) > 0:
            assert found[n] == found[m]
    turned = fold_examples(examples[::-1], folds, seed)[::-1]
    assert found.tolist() == turned.tolist()


def test_a_rare_theme_is_in_every_fold() -> None:
    rare = [example(n, f"word{n}", "rare") for n in range(5)]
    rest = [example(n, f"word{n}", *(["often"] * (n % 2))) for n in range(5, 100)]
    folds = fold_examples(rare + rest, 5, 1)
    assert sorted(folds[:5].tolist()) == [0, 1, 2, 3, 4]
    assert np.bincount(folds).tolist() == [20] * 5


def test_another_seed_gives_other_folds_of_the_same_size() -> None:
    examples = [example(n, f"word{n}", *(["t"] * (n % 3 == 0))) for n in range(90)]
    one, other = (fold_examples(examples, 3, seed) for seed in (1, 2))
    assert one.tolist() != other.tolist()
    assert np.bincount(one).tolist() == np.bincount(other).tolist() == [30] * 3


def test_a_large_block_leaves_the_other_folds_to_the_rest() -> None:
    same = [example(n, "Nothing.") for n in range(20)]
    rest = [example(n, f"word{n}") for n in range(20, 100)]
    folds = fold_examples(same + rest, 5, 1)
    assert len(set(folds[:20].tolist())) == 1
    assert np.bincount(folds).tolist() == [20] * 5


def test_blocks_are_chained_through_people_and_texts() -> None:
    examples = [
        example(1, "the same words here", group="ana"),
        example(2, "Here: the same words", group="ben"),
        example(3, "something else", group="ben"),
        example(4, "another thing"),
    ]
    assert find_blocks(examples).tolist() == [0, 0, 0, 1]
