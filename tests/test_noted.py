"""The answers that other files name, noted as the source goes by."""

import pytest

from pipeline.noted import Answer, Noted
from pipeline.screen import Repeats
from pipeline.tables import RESPONSES

BLANK = {"groups": [], "status": "", "reason": "", "campaign": ""}


def batch(*given: tuple[str, int, str]):
    return RESPONSES.build(
        {"response_id": name, "respondent": "p", "question": "q", "text": text, "row": row, **BLANK}
        for name, row, text in given
    )


def settle(named: set[str], repeats: Repeats, *given: tuple[str, int, str]):
    noted = Noted(named)
    assert [b.num_rows for b in noted.watch([batch(*given[:1]), batch(*given[1:])])] == [
        1,
        len(given) - 1,
    ]
    return noted.settle(repeats)


def test_only_what_is_named_is_kept() -> None:
    known, answers = settle({"b", "gone"}, Repeats(), ("a", 2, "x"), ("b", 3, "y"))
    assert known == {"b"}
    assert answers == {"b": Answer("p", "q", "y")}


@pytest.mark.parametrize(
    ("repeats", "text"),
    [
        (Repeats(duplicates={(2, "q"): "replaced by row 4"}), "new"),
        (Repeats(duplicates={(4, "q"): "the same answer as row 2"}), "old"),
    ],
)
def test_the_answer_that_stands_is_the_one_that_is_no_duplicate(repeats, text) -> None:
    given = (("a", 2, "old"), ("a", 3, "  "), ("a", 4, "new"))
    assert settle({"a"}, repeats, *given)[1] == {"a": Answer("p", "q", text)}


def test_an_id_that_exists_and_has_no_answer_is_known() -> None:
    assert settle({"a"}, Repeats(), ("a", 2, " "), ("b", 3, "x")) == ({"a"}, {})


def test_ids_that_repeats_gain_can_be_named() -> None:
    repeats = Repeats(renamed={(3, "q"): "/2"})
    known, answers = settle({"a/2"}, repeats, ("a", 2, "one"), ("a", 3, "two"))
    assert known == {"a/2"}
    assert answers["a/2"].text == "two"
