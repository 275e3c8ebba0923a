"""spaCy's word tables, as the rules use them."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable

import pytest

from pipeline import lookups
from pipeline.codebook.model import Codebook
from pipeline.errors import InputError
from pipeline.lookups import lemma_of, spellings_of
from pipeline.match import Matcher
from pipeline.tokenise import number_sentences


@pytest.mark.parametrize(
    ("word", "lemma"),
    [
        ("ran", "run"),
        ("crashes", "crash"),
        ("mice", "mouse"),
        ("wifi", "wifi"),
        ("citirx", "citirx"),
    ],
)
def test_a_word_has_one_lemma(word: str, lemma: str) -> None:
    assert lemma_of(word) == lemma


@pytest.mark.parametrize(
    ("word", "other"),
    [("colour", "color"), ("color", "colour"), ("organise", "organize"), ("centres", "centers")],
)
def test_a_spelling_leads_to_the_other_and_back(word: str, other: str) -> None:
    assert spellings_of(word)[0] == word
    assert other in spellings_of(word)
    assert word in spellings_of(other)


def test_short_forms_are_no_spellings() -> None:
    assert spellings_of("cos") == ("cos",)
    assert spellings_of("em") == ("em",)


def test_every_spelling_of_the_table_is_found_from_every_other() -> None:
    for word in lookups._spellings()[0]:
        assert all(word in spellings_of(other) for other in spellings_of(word))


def test_without_the_tables_a_codebook_that_wants_them_is_refused(
    codebook_of: Callable[[str], Codebook], monkeypatch: pytest.MonkeyPatch
) -> None:
    # As on a machine where the optional package is not installed.
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    Matcher(codebook_of("  t: {rules: [run]}\n"), number_sentences)
    with pytest.raises(InputError) as error:
        Matcher(codebook_of("  t: {lemma: true, rules: [run]}\n"), number_sentences)
    (problem,) = error.value.problems
    assert problem.code == "E313"
    assert "verbatims[lookups]" in problem.remedy
