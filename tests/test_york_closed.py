"""York's closed questions, a reconstruction: whole people give every triple that was printed."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from ruamel.yaml import YAML

CORPORA = Path(__file__).parents[1] / "corpora"
CLOSED = CORPORA / "york-2017-closed"
OPTIONS = [
    *("Strongly disagree", "Disagree", "Neither agree nor disagree", "Agree", "Strongly agree"),
]


def load(name: str) -> Any:
    return YAML(typ="safe").load((CLOSED / name).read_text("utf-8"))


def read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def printed_triples() -> list[tuple[str, str, str]]:
    published = load("published.yaml")
    return [
        (f"{battery['id']}_{item['id']}".replace("-", "_"), group, item[group])
        for battery in published["batteries"]
        for item in battery["items"]
        for group in published["people"]
        if group in item
    ]


def triple(given: pd.Series) -> str:
    agree, neutral = given.isin(OPTIONS[3:]).sum(), (given == OPTIONS[2]).sum()
    counts = (agree, neutral, given.isin(OPTIONS[:2]).sum())
    shares = (Decimal(100 * int(count)) / len(given) for count in counts)
    return "/".join(str(share.quantize(Decimal(1), ROUND_HALF_UP)) for share in shares)


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    return read(CLOSED / "responses.csv")


@pytest.mark.parametrize(("column", "group", "printed"), printed_triples())
def test_people_give_the_printed_triple(
    answers: pd.DataFrame, column: str, group: str, printed: str
) -> None:
    given = answers.loc[answers[column] != "", ["questionnaire", column]]
    assert set(given["questionnaire"]) == {group}
    assert set(given[column]) <= set(OPTIONS)
    assert triple(given[column]) == printed


def test_there_are_eleven_and_thirteen_and_two_come_to_101() -> None:
    triples = printed_triples()
    assert [group for _, group, _ in triples].count("ICT staff") == 11
    assert [group for _, group, _ in triples].count("Wider staff") == 13
    sums = [sum(map(int, printed.split("/"))) for _, _, printed in triples]
    assert sorted(sums)[-3:] == [100, 101, 101]


def test_the_wider_staff_are_those_of_the_round_in_words(answers: pd.DataFrame) -> None:
    staff = answers[answers["questionnaire"] == "Wider staff"].reset_index(drop=True)
    asked = read(CORPORA / "york-2017" / "responses.csv")
    same = {"q3_confident": "staff_confident", "q5_ease": "staff_work_away"}
    for column in asked:
        assert staff[same.get(column, column)].tolist() == asked[column].tolist()


def test_who_works_remotely_was_asked_of_barriers_and_who_does_not_of_the_wish(
    answers: pd.DataFrame,
) -> None:
    for column, value in (("staff_remote_barriers", "Yes"), ("staff_want_remote", "No")):
        assert set(answers.loc[answers[column] != "", "works_remotely"]) == {value}


def test_every_triple_is_a_figure_with_the_words_that_were_used(answers: pd.DataFrame) -> None:
    figures = load("figures.yaml")
    triples = {
        figure["closed"].replace("-", "_"): figure for figure in figures if "triple" in figure
    }
    for column, group, printed in printed_triples():
        assert triples[column]["triple"] == printed
        assert triples[column]["group"] == {"questionnaire": group}
    worded = [figure["share"] for figure in figures if "share" in figure]
    assert (len(worded), worded.count("a third"), worded.count("half")) == (22, 2, 1)
    assert len({figure["id"] for figure in figures}) == len(figures)


def test_the_round_names_every_closed_question(answers: pd.DataFrame) -> None:
    closed = load("round.yaml")["source"]["closed"]
    assert {item["column"] for item in closed.values()} == {c for c, _, _ in printed_triples()}
    assert {tuple(item["options"]) for item in closed.values()} == {tuple(OPTIONS)}
