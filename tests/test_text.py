"""Folded shadows of a text, and the way back to it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text import cut_quote, fold, fold_words


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("", ""),
        ("Citrix", "citrix"),
        ("Café", "cafe"),
        ("Cafe\u0301", "cafe"),
        ("don’t", "don't"),
        ("don‘t don´t donʼt don′t", "don't don't don't don't"),
        ("log‑in log‐in log－in", "log-in log-in log-in"),
        ("one – two — three", "one – two — three"),
        ("ＶＰＮ", "vpn"),
        ("o\ufb03ce", "office"),
        ("STRAßE Straße", "strasse strasse"),
        ("İstanbul", "istanbul"),
        ("wi\u00adfi log\u200bin", "wifi login"),
        ("\ufefffirst", "first"),
        ("slow\u00a0wifi", "slow wifi"),
        ("½ day", "1⁄2 day"),
        ("😀 Ok", "😀 ok"),
        ("two\r\nlines", "two\r\nlines"),
    ],
)
def test_folding_takes_case_accents_and_typography_away(text: str, folded: str) -> None:
    assert fold(text).folded == folded


@pytest.mark.parametrize(
    ("text", "needle", "quote"),
    [
        ("The wifi is slow", "slow", "slow"),
        ("😀😀 Citrix!", "citrix", "Citrix"),
        ("the café closes", "cafe", "café"),
        ("the cafe\u0301 closes", "cafe", "cafe\u0301"),
        ("the cafe\u0301\u0323 closes", "cafe", "cafe\u0301\u0323"),
        ("no log\u200bin today", "login", "log\u200bin"),
        ("the o\ufb03ce is cold", "office", "o\ufb03ce"),
        ("the o\ufb03ce is cold", "off", "o\ufb03"),
        ("eine Straße weiter", "strasse", "Straße"),
        ("ＶＰＮ drops", "vpn", "ＶＰＮ"),
        ("it doesn’t start", "doesn't", "doesn’t"),
        ("caf\u00e9", "caf", "caf"),
    ],
)
def test_a_folded_span_leads_back_to_the_words_as_written(
    text: str, needle: str, quote: str
) -> None:
    shadow = fold(text)
    start = shadow.folded.index(needle)
    assert cut_quote(text, *shadow.span(start, start + len(needle))) == quote


def test_the_mark_of_a_last_letter_is_kept_even_at_the_end_of_the_text() -> None:
    text = "le cafe\u0301"
    assert fold(text).span(3, 7) == (3, 8)


@given(st.text(), st.data())
def test_every_folded_span_lies_inside_the_text_and_folds_to_what_was_found(
    text: str, data: st.DataObject
) -> None:
    shadow = fold(text)
    if not shadow.folded:
        return
    start = data.draw(st.integers(0, len(shadow.folded) - 1))
    end = data.draw(st.integers(start + 1, len(shadow.folded)))
    first, last = shadow.span(start, end)
    assert 0 <= first < last <= len(text)
    assert shadow.folded[start:end] in fold(text[first:last]).folded


@given(st.text())
def test_folding_in_pieces_is_folding_the_whole(text: str) -> None:
    middle = len(text) // 2
    assert fold(text).folded == fold(text[:middle]).folded + fold(text[middle:]).folded


@given(st.text(alphabet=st.characters(max_codepoint=127)))
def test_ascii_folds_as_if_a_letter_outside_ascii_stood_beside_it(text: str) -> None:
    assert fold(text).folded + "e" == fold(text + "é").folded
    assert all(fold(text).span(n, n + 1) == (n, n + 1) for n in range(len(text)))


@pytest.mark.parametrize(
    ("text", "quote", "span"),
    [("😀 Citrix", "Citrix", (2, 8)), ("abc", "", (3, 3)), ("abc", "abc", (0, 3))],
)
def test_a_quote_is_cut_in_code_points(text: str, quote: str, span: tuple[int, int]) -> None:
    assert cut_quote(text, *span) == quote


@pytest.mark.parametrize("span", [(-1, 2), (0, 4), (2, 1), (4, 4)])
def test_no_quote_is_cut_outside_the_text(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no quote at"):
        cut_quote("abc", *span)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", ()),
        (" ,.-!  ", ()),
        ("Log-in problems", ("log", "in", "problems")),
        ("Don’t!", ("don't",)),
        ("'quoted' words'", ("quoted", "words")),
        ("staff’s o'clock", ("staff's", "o'clock")),
        ("snake_case", ("snake", "case")),
        ("Windows10 24/7", ("windows10", "24", "7")),
        ("naïve Café", ("naive", "cafe")),
        ("日本 один", ("日本", "один")),
        ("😀", ()),
    ],
)
def test_words_are_runs_of_letters_and_digits_with_inner_apostrophes(
    text: str, words: tuple[str, ...]
) -> None:
    assert fold_words(text) == words
