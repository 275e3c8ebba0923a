"""Messages: code, place, remedy."""

import pytest

from pipeline.errors import CODES, CheckFailed, InputError, Problem, near


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("respondent", ["respondent_id", "text"], "Did you mean 'respondent_id'?"),
        ("TEXT", ["respondent_id", "text"], "Did you mean 'text'?"),
        ("xyz", ["a", "b"], "There are: a, b."),
        ("xyz", [], "There are none."),
        (
            "xyz",
            [str(n) for n in range(20)],
            "There are: 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, ...",
        ),
    ],
)
def test_a_hint_names_the_near_ones_or_what_there_is(name, known, hint) -> None:
    assert near(name, known) == hint


@pytest.mark.parametrize(
    ("problem", "line"),
    [
        (Problem(code="E101", what="is gone."), "[E101] is gone."),
        (Problem(code="E101", where="a.csv", what="is gone."), "[E101] a.csv: is gone."),
        (
            Problem(code="E105", where="a.csv: row 3", what="is ragged.", remedy="Mend it."),
            "[E105] a.csv: row 3: is ragged. Mend it.",
        ),
    ],
)
def test_a_problem_reads_code_place_what_remedy(problem: Problem, line: str) -> None:
    assert str(problem) == line


def test_bad_input_exits_2_and_a_check_that_says_no_exits_1() -> None:
    assert InputError(Problem(code="E101", what="x")).exit_code == 2
    assert CheckFailed(Problem(code="E503", what="x")).exit_code == 1


def test_an_error_shows_every_problem_it_has() -> None:
    error = InputError(Problem(code="E101", what="one."), Problem(code="E102", what="two."))
    assert str(error) == "[E101] one.\n[E102] two."


def test_codes_are_errors_or_warnings_and_their_meanings_are_sentences() -> None:
    assert all(code[0] in "EW" and code[1:].isdigit() for code in CODES)
    assert all(meaning[0].isupper() and meaning.endswith(".") for meaning in CODES.values())
