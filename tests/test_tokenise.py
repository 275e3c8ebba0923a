"""Sentences: where they start, and which characters share one."""

from __future__ import annotations

from bisect import bisect_right

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.tokenise import sentence_starts
from pipeline.tokenise import sentences as tokenise


def sentences(text: str) -> list[str]:
    starts = sentence_starts(text)
    ends = [*starts[1:], len(text)]
    pieces = [text[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    return [piece for piece in pieces if piece]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One thing", ["One thing"]),
        ("It drops out. Every day!", ["It drops out.", "Every day!"]),
        ("Why? Because", ["Why?", "Because"]),
        ("Slow...very slow", ["Slow...very slow"]),
        ("Slow... then it stops", ["Slow... then it stops"]),
        ("NOT FIT!!! Really?! Yes", ["NOT FIT!!!", "Really?!", "Yes"]),
        ("It costs 3.50 a go", ["It costs 3.50 a go"]),
        ("See e.g. the wifi", ["See e.g. the wifi"]),
        ("first\nsecond", ["first", "second"]),
        ("first\r\nsecond\rthird", ["first", "second", "third"]),
        ("first\n\n\nsecond", ["first", "second"]),
        ("first\u2028second\x85third", ["first", "second", "third"]),
        ("- wifi\n- desks\n- heat", ["- wifi", "- desks", "- heat"]),
        ("1) wifi\n2) desks", ["1) wifi", "2) desks"]),
        ("  - wifi\n  - desks", ["- wifi", "- desks"]),
        ("Great! 😀 Or not", ["Great!", "😀 Or not"]),
        ("😀😀 slow. 😀 fast", ["😀😀 slow.", "😀 fast"]),
        ("wifi\n   \ndesks", ["wifi", "desks"]),
        ("   led by spaces. Then more", ["led by spaces.", "Then more"]),
        ("wifi\n", ["wifi"]),
        ("\nwifi", ["wifi"]),
    ],
)
def test_a_text_falls_into_its_sentences(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


@pytest.mark.parametrize("text", ["", " ", "\n", "\r\n", "...", "😀", " \n wifi", "a. b"])
def test_the_first_start_is_0_and_starts_rise_within_the_text(text: str) -> None:
    starts = sentence_starts(text)
    assert starts[0] == 0
    assert list(starts) == sorted(set(starts))
    assert all(0 <= start <= len(text) for start in starts)


def test_starts_are_code_points_and_not_bytes_or_utf_16() -> None:
    text = "😀😀 wifi.\nNo desks"
    assert text[sentence_starts(text)[-1] :].strip() == "No desks"


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="ab A.!?-,;:1'\n\r\t😀é…", max_size=40))
def test_every_visible_character_is_in_one_sentence_and_in_order(text: str) -> None:
    assert "".join("".join(sentences(text)).split()) == "".join(text.split())


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="abc ABC,;:-()/'\"123\t", max_size=40))
def test_the_shortcut_for_texts_without_enders_puts_words_together_as_spacy_does(text: str) -> None:
    assert not tokenise.MAY_END.search(text), "the alphabet holds no ender"
    by_spacy = [0, *tokenise._spacy_starts(text)]
    visible = [place for place, character in enumerate(text) if not character.isspace()]
    assert sentence_starts(text) == (0,)
    assert len({bisect_right(by_spacy, place) for place in visible}) <= 1


@settings(max_examples=100, deadline=None)
@given(st.lists(st.sampled_from(["wifi is slow", "no desks", "heat"]), min_size=1, max_size=5))
def test_a_line_break_of_any_kind_ends_a_sentence(lines: list[str]) -> None:
    expected = sentences("\n".join(lines))
    assert expected == lines
    assert all(sentences(ender.join(lines)) == expected for ender in ("\r", "\r\n", "\n\n", "\x0b"))
