"""Sentence numbers of many places at once against the starts of each text on its own."""

from __future__ import annotations

import random
from bisect import bisect_right

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.tokenise import number_sentences, sentence_starts
from pipeline.tokenise.sentences import KEEP_THEIR_STOP

PIECES = (
    *("slow", "It", "I", "the", "Dr", "etc", "e.g", "3.5", "U.K", "off", "shes", "5", "a", "café"),
    *("extraordinarily", "unquestionablyextraordinary", "it's", "(so)", "“no”", "york.gov.uk", "X"),
    *(". ", ". ", ". ", "! ", "? ", "... ", "?! ", ".", "\n", "\r\n", ".  ", ". (", '." ', "\t"),
    *(" ", " ", " ", " - ", ", ", "…", "\u2028", "\x1c", "Mr. ", "Oct. ", "thered. "),
)


def check(texts: list[str], asked: list[tuple[int, int]]) -> None:
    rows = np.array([row for row, _ in asked], np.int64)
    places = np.array([place for _, place in asked], np.int64)
    # A slice, as batches are.
    array = pa.array(["One. Two.", *texts])[1:]
    numbers = number_sentences(array, rows, places)
    expected = [bisect_right(sentence_starts(texts[row]), place) for row, place in asked]
    for row in set(rows.tolist()):
        mine = [n for n, (other, _) in enumerate(asked) if other == row]
        for one in mine:
            for other in mine:
                same = numbers[one] == numbers[other]
                assert same == (expected[one] == expected[other]), (texts[row], asked)


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[str], list[tuple[int, int]]]:
    pieces = st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join)
    texts = draw(st.lists(pieces, min_size=1, max_size=3))
    asked = [
        (row, place)
        for row, text in enumerate(texts)
        for place in draw(st.lists(st.integers(0, len(text) - 1), max_size=4))
    ]
    return texts, draw(st.permutations(asked))


@settings(max_examples=300, deadline=None)
@given(cases())
def test_places_share_a_number_exactly_when_they_share_a_sentence(
    case: tuple[list[str], list[tuple[int, int]]],
) -> None:
    check(*case)


@pytest.mark.parametrize("seed", range(20))
def test_the_same_of_longer_texts_and_every_word(seed: int) -> None:
    dice = random.Random(seed)
    texts = ["".join(dice.choices(PIECES, k=40)) for _ in range(30)]
    asked = [(r, p) for r, text in enumerate(texts) for p in range(0, len(text), 7)]
    check(texts, asked)


def test_words_that_keep_their_stop_fit_the_quick_look() -> None:
    assert max(map(len, KEEP_THEIR_STOP)) <= 8
    assert all(word.isascii() for word in KEEP_THEIR_STOP)


def test_no_places_have_no_numbers() -> None:
    none = np.zeros(0, np.int64)
    assert number_sentences(pa.array(["a"]), none, none).tolist() == []
