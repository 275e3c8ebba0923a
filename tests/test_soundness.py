"""Whether the files of a round fit each other."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.errors import InputError, Problem
from pipeline.round import load_round
from pipeline.soundness import check_known, check_questions, warn_of_unfindable


def test_a_question_that_the_round_lacks_is_named_with_its_owner(make_round, codebook_of) -> None:
    the_round = load_round(make_round())
    check_questions(codebook_of("  t: {questions: [improve], rules: [a]}\n"), the_round, ())
    codebook = codebook_of("  t: {questions: [improves], rules: [a]}\n")
    with pytest.raises(InputError, match=r"E308.*theme 't' names the question 'improves'"):
        check_questions(codebook, the_round, ())


def test_ids_that_the_source_lacks_are_counted_and_the_first_are_named(make_round) -> None:
    the_round = load_round(make_round())
    check_known(set(), the_round)
    with pytest.raises(InputError, match=r"E401.*7 response ids.*'a', 'b', 'c', 'd', 'e'\."):
        check_known(set("abcdefg"), the_round)


def test_a_theme_that_no_coder_in_play_can_find_is_said(codebook_of, tmp_path: Path) -> None:
    codebook = codebook_of("  a: {rules: [x]}\n  b: {classifier_only: true}\n")
    said: list[Problem] = []
    warn_of_unfindable(codebook, None, ("codebook",), said.append)
    assert [problem.code for problem in said] == ["W406"]
    assert said[0].what.endswith(": b.")
    warn_of_unfindable(codebook, None, ("codebook", "human"), said.append)
    assert len(said) == 1
