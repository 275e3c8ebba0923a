"""Campaigns, and repeats found by hashes beside a plain twin that keeps everything."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.round import Round, Source
from pipeline.screen import Place, Repeats, find_repeats, screen_responses
from pipeline.tables import RESPONSES

Answer = tuple[str, str, str, str]
"""response id, respondent, question, text"""

CAMPAIGN = "We the undersigned ask the council to keep the library open."
ROUND = Round(
    path=Path("round.yaml"),
    name="r",
    title="r",
    note="",
    codebook=Path("codebook.yaml"),
    source=Source(path=Path("a.csv")),
)


def table_of(answers: Sequence[Answer], first_row: int = 2) -> pa.Table:
    return RESPONSES.build(
        {
            **{"response_id": answer[0], "respondent": answer[1], "question": answer[2]},
            **{"text": answer[3], "row": row, "groups": []},
            **{"status": "", "reason": "", "campaign": ""},
        }
        for row, answer in enumerate(answers, start=first_row)
    )


def screened(answers: Sequence[Answer]) -> list[dict[str, Any]]:
    table = table_of(answers)
    return screen_responses(table, ROUND, find_repeats([table], "a.csv"), {}).to_pylist()


def people(*texts: str, question: str = "q") -> list[Answer]:
    return [(f"{n}/{question}", str(n), question, text) for n, text in enumerate(texts)]


def test_copies_of_a_campaign_stay_substantive_and_share_a_name() -> None:
    texts = [CAMPAIGN, CAMPAIGN.upper(), "My own words", CAMPAIGN.replace(" ", "\n")]
    found = screened(people(*texts))
    assert {response["status"] for response in found} == {"substantive"}
    names = [response["campaign"] for response in found]
    assert names[2] == ""
    assert len(names[0]) == 12
    assert names[0] == names[1] == names[3]


@pytest.mark.parametrize(
    ("texts", "marked"),
    [
        ([CAMPAIGN] * 2, 0),
        ([CAMPAIGN] * 3, 3),
        ([CAMPAIGN] * 5, 5),
        (["one two three four five six seven eight nine"] * 4, 0),
        (["one two three four five six seven eight nine ten"] * 3, 3),
        ([CAMPAIGN, CAMPAIGN, CAMPAIGN + " Please!"], 0),
    ],
)
def test_a_campaign_is_a_long_text_from_three_people_or_more(texts: list[str], marked: int) -> None:
    found = screened(people(*texts))
    assert sum(bool(response["campaign"]) for response in found) == marked


def test_a_campaign_is_of_one_question_and_counts_a_person_once() -> None:
    two = people(CAMPAIGN, CAMPAIGN)
    assert not any(r["campaign"] for r in screened(two + people(CAMPAIGN, CAMPAIGN, question="p")))
    again = screened([*two, two[0], two[0]])
    assert not any(response["campaign"] for response in again)


def test_only_substantive_copies_are_marked() -> None:
    table = table_of(people(*[CAMPAIGN] * 4))
    repeats = find_repeats([table], "a.csv")
    found = screen_responses(table, ROUND, repeats, {"1/q": "withdrawn"}).to_pylist()
    assert [bool(response["campaign"]) for response in found] == [True, False, True, True]


class Twin:
    """Repeats as the design says them, over whole texts in dictionaries."""

    def __init__(self, answers: Sequence[Answer], repeats: str) -> None:
        self.answers = {row: answer for row, answer in enumerate(answers, start=2) if answer[3]}
        self.repeats = repeats
        self.duplicates: dict[Place, str] = {}
        self.renamed: dict[Place, str] = {}
        self.clashes: list[list[int]] = []
        by_id, by_person = defaultdict(list), defaultdict(list)
        for row, (response_id, respondent, question, _) in self.answers.items():
            by_id[response_id].append(row)
            if respondent:
                by_person[respondent, question].append(row)
        for rows in by_id.values():
            self.settle(rows, rename=True)
        for rows in by_person.values():
            self.settle(rows, rename=False)

    def place(self, row: int) -> Place:
        return row, self.answers[row][2]

    def settle(self, rows: list[int], *, rename: bool) -> None:
        texts = {row: self.answers[row][3] for row in rows}
        if self.repeats == "keep-last":
            for row in rows[:-1]:
                same = texts[row] == texts[rows[-1]]
                why = "the same answer as" if same else "replaced by"
                self.duplicates[self.place(row)] = f"{why} row {rows[-1]}"
            return
        first: dict[str, int] = {}
        for row in rows:
            if texts[row] in first:
                why = f"the same answer as row {first[texts[row]]}"
                self.duplicates[self.place(row)] = why
            else:
                first[texts[row]] = row
                if rename and len(first) > 1:
                    self.renamed[self.place(row)] = f"/{len(first)}"
        if self.repeats == "refuse" and len(first) > 1 and rows not in self.clashes:
            self.clashes.append(rows)

    def campaigns(self) -> set[frozenset[Place]]:
        copies = defaultdict(set)
        for row, (_, _, question, text) in self.answers.items():
            if len(text.split()) >= 10 and self.place(row) not in self.duplicates:
                copies[question, text.lower()].add(self.place(row))
        return {frozenset(places) for places in copies.values() if len(places) >= 3}


def by_name(repeats: Repeats) -> set[frozenset[Place]]:
    named = defaultdict(set)
    for place, name in repeats.campaigns.items():
        named[name].add(place)
    return {frozenset(places) for places in named.values()}


LONG_TEXT = "one two three four five six seven eight nine ten"
TEXTS = st.sampled_from(["", "a", "b", "c", LONG_TEXT, LONG_TEXT.upper()])
PEOPLE = st.sampled_from(["1", "2", "3", "4", "5", ""])
QUESTIONS = st.sampled_from(["q", "p"])
NAMED = st.builds(lambda r, q, t: (f"{r}/{q}", r, q, t), PEOPLE.filter(bool), QUESTIONS, TEXTS)
NUMBERED = st.tuples(st.sampled_from(["c1", "c2", "c3", "c4", "c5"]), PEOPLE, QUESTIONS, TEXTS)
CORPORA = st.lists(NAMED, max_size=14) | st.lists(NUMBERED, max_size=14)
REPEATS = st.sampled_from(["refuse", "keep-last", "keep-all"])


@given(CORPORA, REPEATS)
def test_repeats_are_those_that_the_plain_twin_finds(answers: list[Answer], repeats: str) -> None:
    twin = Twin(answers, repeats)
    if twin.clashes:
        with pytest.raises(InputError) as error:
            find_repeats([table_of(answers)], "a.csv", repeats)
        assert len(error.value.problems) == len(twin.clashes)
        return
    found = find_repeats([table_of(answers)], "a.csv", repeats)
    assert found.duplicates == twin.duplicates
    assert found.renamed == (twin.renamed if repeats == "keep-all" else {})
    assert by_name(found) == twin.campaigns()


@given(CORPORA, st.sampled_from(["keep-last", "keep-all"]))
def test_answers_that_are_kept_have_an_id_of_their_own(answers: list[Answer], repeats: str) -> None:
    table = table_of(answers)
    found = screen_responses(table, ROUND, find_repeats([table], "a.csv", repeats), {})
    ids = [r["response_id"] for r in found.to_pylist() if r["status"] == "substantive"]
    assert len(ids) == len(set(ids))
    texts = {answer[3] for answer in answers} - {""}
    assert bool(ids) == bool(texts)


@given(CORPORA, st.sampled_from(["keep-last", "keep-all"]), st.data())
def test_results_do_not_depend_on_how_answers_are_batched(
    answers: list[Answer], repeats: str, data: st.DataObject
) -> None:
    whole = table_of(answers)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(answers)), max_size=4)))
    edges = zip([0, *cuts], [*cuts, len(answers)], strict=True)
    batches = [whole.slice(start, end - start) for start, end in edges]
    found = find_repeats(iter(batches), "a.csv", repeats)
    assert found == find_repeats([whole], "a.csv", repeats)
    parts = [screen_responses(batch, ROUND, found, {}).to_pylist() for batch in batches]
    together = screen_responses(whole, ROUND, found, {}).to_pylist()
    assert [response for part in parts for response in part] == together


def test_a_corpus_without_answers_has_no_repeats() -> None:
    assert find_repeats([], "a.csv") == Repeats()
    assert find_repeats([table_of([])], "a.csv") == Repeats()
