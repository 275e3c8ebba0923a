"""Screening: what is an answer, and what is not and why."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.errors import InputError
from pipeline.round import Filler, Question, Round, Source
from pipeline.screen import find_repeats, is_filler, screen_responses
from pipeline.tables import RESPONSES

Answer = tuple[str, str, str]
"""respondent, question, text"""
Screen = Callable[..., list[dict[str, Any]]]

CAMPAIGN = "We the undersigned ask the council to keep the library open on Sundays."


def answers(*found: Answer, ids: Mapping[int, str] | None = None) -> pa.Table:
    """Responses in rows 2, 3, ...; `ids` replaces RESPONDENT/QUESTION by row."""
    return RESPONSES.build(
        {
            "response_id": (ids or {}).get(row, f"{respondent}/{question}"),
            "respondent": respondent,
            "question": question,
            "text": text,
            "row": row,
            "groups": [],
            "status": "",
            "reason": "",
            "campaign": "",
        }
        for row, (respondent, question, text) in enumerate(found, start=2)
    )


def round_with(repeats: str = "refuse", whole: Filler | None = None, **asked: Filler) -> Round:
    questions = tuple(Question(id=name, label=name, filler=f) for name, f in asked.items())
    return Round(
        path=Path("round.yaml"),
        name="r",
        title="r",
        note="",
        codebook=Path("codebook.yaml"),
        source=Source(path=Path("a.csv"), questions=questions),
        filler=whole or Filler(),
        repeats=repeats,
    )


@pytest.fixture
def screen() -> Screen:
    """Screen answers whole: both steps."""

    def both(
        table: pa.Table, a_round: Round | None = None, excluded: Mapping[str, str] | None = None
    ) -> list[dict[str, Any]]:
        the_round = a_round or round_with()
        repeats = find_repeats([table], "a.csv", the_round.repeats)
        return screen_responses(table, the_round, repeats, excluded or {}).to_pylist()

    return both


def statuses(screened: list[dict[str, Any]]) -> list[str]:
    return [response["status"] for response in screened]


@pytest.mark.parametrize(
    "text",
    ["", " ", "\n\t", "\u00a0", "\u200b", "\ufeff", " \u00a0\u200b\n", "\u2028\u200b", "\u00ad"],
)
def test_a_response_without_a_visible_character_is_blank(screen: Screen, text: str) -> None:
    [response] = screen(answers(("1", "q", text)))
    assert (response["status"], response["reason"]) == ("blank", "no text")
    assert response["text"] == text


@pytest.mark.parametrize(
    "text",
    [
        *("n/a", "N/A.", "NA", "n / a", "none", "None!", "No", "nil", "x", "XXX"),
        *("Nothing to add.", "nothing to add", "  No comment  ", "No  further\ncomments..."),
        *("Don't know", "Don’t know", "dont know", "ＮＯＮＥ", "n\u00f3", "no\u200bne"),
        *("-", "–", "—", "...", "?", "!!!", "/", "- - -", "_____", "." * 300, "*"),
    ],
)
def test_a_whole_answer_that_says_nothing_is_filler(screen: Screen, text: str) -> None:
    [response] = screen(answers(("1", "q", text)))
    assert (response["status"], response["reason"]) == ("filler", "the whole answer is filler")


@pytest.mark.parametrize(
    "text",
    [
        *("None of the managers listen", "no wifi", "No, the wifi", "nothing works", "know"),
        *("😀", "👍", "👍🏽", "❤️", "no 👍", "none 😡", "£", "5", "0", "yes", "ok", "日本"),
        *("n/a for me but the wifi is slow", "no no", "nothing " * 40, "xxxx"),
    ],
)
def test_an_answer_that_says_anything_is_substantive(screen: Screen, text: str) -> None:
    [response] = screen(answers(("1", "q", text)))
    assert (response["status"], response["reason"]) == ("substantive", "")


@pytest.mark.parametrize(
    ("whole", "question", "filler"),
    [
        (Filler(), Filler(), {"none", "-"}),
        (Filler(off=True), Filler(off=True), set()),
        (Filler(), Filler(off=True), set()),
        (Filler(off=True), Filler(), {"none", "-"}),
        (
            Filler(more=("same as above",)),
            Filler(more=("Same as above!",)),
            {"none", "-", "Same, as above"},
        ),
    ],
)
def test_the_filler_of_a_question_is_its_own(
    screen: Screen, whole: Filler, question: Filler, filler: set[str]
) -> None:
    texts = ["none", "-", "Same, as above", "same as below"]
    table = answers(*((str(n), "q", text) for n, text in enumerate(texts)))
    screened = screen(table, round_with(whole=whole, q=question))
    assert {r["text"] for r in screened if r["status"] == "filler"} == filler


def test_a_question_that_is_not_listed_has_the_filler_of_the_round(screen: Screen) -> None:
    table = answers(("1", "q", "none"), ("1", "p", "none"), ("1", "other", "none"))
    a_round = round_with(whole=Filler(off=True), q=Filler(), p=Filler(off=True))
    assert statuses(screen(table, a_round)) == ["filler", "substantive", "substantive"]


def test_filler_can_be_asked_of_a_text_alone() -> None:
    assert is_filler("N/A")
    assert not is_filler("N/A", frozenset())


def test_the_same_answer_of_one_respondent_is_a_duplicate_of_the_first(screen: Screen) -> None:
    table = answers(("1", "q", "slow"), ("2", "q", "slow"), ("1", "q", "slow"), ("1", "p", "slow"))
    screened = screen(table)
    assert statuses(screened) == ["substantive", "substantive", "duplicate", "substantive"]
    assert screened[2]["reason"] == "the same answer as row 2"


@pytest.mark.parametrize("other", ["Slow", "slow ", "slow.", "slo\u200bw"])
def test_an_answer_that_differs_in_one_character_is_not_the_same(other: str) -> None:
    table = answers(("1", "q", "slow"), ("2", "q", "x"), ("1", "q", other))
    with pytest.raises(InputError) as error:
        find_repeats([table], "a.csv")
    assert str(error.value) == (
        "[E111] a.csv: rows 2, 4: one id stands for two different answers. Mend the ids, or set "
        "'repeats: keep-last' or 'repeats: keep-all' in round.yaml."
    )


def test_every_clash_is_listed_once_with_its_rows() -> None:
    repeated = [("1", "q", f"text {n}") for n in range(7)]
    table = answers(*repeated, ("2", "q", "a"), ("2", "q", "b"))
    with pytest.raises(InputError) as error:
        find_repeats([table], "a.csv")
    where = [problem.where for problem in error.value.problems]
    assert where == ["a.csv: rows 2, 3, 4, 5, 6, ...", "a.csv: rows 9, 10"]


def test_one_response_id_for_two_people_is_a_clash() -> None:
    table = answers(("1", "q", "a"), ("2", "q", "b"), ids={2: "c1", 3: "c1"})
    with pytest.raises(InputError, match=r"\[E111\] a.csv: rows 2, 3:"):
        find_repeats([table], "a.csv")


def test_people_without_a_name_do_not_clash(screen: Screen) -> None:
    table = answers(("", "q", "a"), ("", "q", "b"), ("", "q", "a"), ids={2: "r2", 3: "r3", 4: "r4"})
    assert statuses(screen(table)) == ["substantive"] * 3


@pytest.mark.parametrize(
    ("texts", "kept"),
    [(["a", "b"], [1]), (["a", "b", "c"], [2]), (["a", "b", "a"], [2]), (["a", "b", "b"], [2])],
)
def test_keep_last_keeps_the_last_answer_that_was_given(
    screen: Screen, texts: list[str], kept: list[int]
) -> None:
    table = answers(*(("1", "q", text) for text in texts))
    screened = screen(table, round_with("keep-last"))
    substantive = [n for n, r in enumerate(screened) if r["status"] == "substantive"]
    assert [texts[n] for n in substantive] == [texts[n] for n in kept]
    assert screened[0]["status"] == "duplicate"


def test_keep_last_says_which_row_replaced_an_answer(screen: Screen) -> None:
    table = answers(("1", "q", "wifi"), ("1", "q", "desks"), ("1", "q", ""))
    screened = screen(table, round_with("keep-last"))
    assert statuses(screened) == ["duplicate", "substantive", "blank"]
    assert screened[0]["reason"] == "replaced by row 3"


def test_keep_all_numbers_the_ids_of_further_answers(screen: Screen) -> None:
    table = answers(*(("1", "q", text) for text in ["wifi", "desks", "wifi", "heat"]))
    screened = screen(table, round_with("keep-all"))
    assert statuses(screened) == ["substantive", "substantive", "duplicate", "substantive"]
    assert [r["response_id"] for r in screened] == ["1/q", "1/q/2", "1/q", "1/q/3"]


def test_keep_all_leaves_ids_alone_that_tell_answers_apart(screen: Screen) -> None:
    table = answers(("1", "q", "wifi"), ("1", "q", "desks"), ids={2: "c1", 3: "c2"})
    screened = screen(table, round_with("keep-all"))
    assert [r["response_id"] for r in screened] == ["c1", "c2"]


def test_keep_all_gives_answers_that_share_an_id_each_a_number_of_its_own(screen: Screen) -> None:
    people = [("1", "q", "wifi"), ("2", "q", "desks"), ("2", "q", "heat")]
    table = answers(*people, ids={2: "c", 3: "c", 4: "c"})
    screened = screen(table, round_with("keep-all"))
    assert [r["response_id"] for r in screened] == ["c", "c/2", "c/3"]


def test_an_excluded_response_keeps_the_reason_it_was_left_out_for(screen: Screen) -> None:
    table = answers(("1", "q", "slow"), ("2", "q", "slow"))
    screened = screen(table, excluded={"2/q": "asked to be removed", "9/q": "not here"})
    assert statuses(screened) == ["substantive", "excluded"]
    assert screened[1]["reason"] == "asked to be removed"


def test_an_answer_kept_beside_another_is_excluded_by_its_new_id(screen: Screen) -> None:
    table = answers(("1", "q", "wifi"), ("1", "q", "desks"))
    screened = screen(table, round_with("keep-all"), {"1/q/2": "why"})
    assert statuses(screened) == ["substantive", "excluded"]


def unprocessed(table: pa.Table) -> pa.Table:
    rows = [{**row, "status": "unprocessed", "reason": "half"} for row in table.to_pylist()]
    return RESPONSES.build(rows)


@pytest.mark.parametrize(
    ("text", "excluded", "expected"),
    [
        ("", {"1/q": "why"}, ["blank", "blank"]),
        ("none", {"1/q": "why"}, ["excluded", "excluded"]),
        ("none", {}, ["unprocessed", "duplicate"]),
        ("wifi", {}, ["unprocessed", "duplicate"]),
    ],
)
def test_the_first_reason_in_the_order_of_precedence_is_given(
    screen: Screen, text: str, excluded: dict[str, str], expected: list[str]
) -> None:
    table = unprocessed(answers(("1", "q", text), ("1", "q", text)))
    assert statuses(screen(table, excluded=excluded)) == expected


def test_a_repeated_filler_is_a_duplicate_and_the_first_one_is_filler(screen: Screen) -> None:
    assert statuses(screen(answers(("1", "q", "none"), ("1", "q", "none")))) == [
        "filler",
        "duplicate",
    ]
