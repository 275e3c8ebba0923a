"""Closed questions counted: published triples come out, parts add to the base, nothing is NaN."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.count import filter_groups, group_values, summarise_closed, uncrossed
from pipeline.count.closed import MAX_GROUPS
from pipeline.round import ClosedItem
from pipeline.tables import ANSWERS, CLOSED

SCALE = ClosedItem(
    id="s",
    column="s",
    kind="scale",
    label="S",
    options=("No", "So", "Yes", "Don't know"),
    parts={"agree": ("Yes",), "neutral": ("So",), "disagree": ("No",)},
)
MULTIPLE = ClosedItem(id="m", column="m", kind="multiple", label="M", options=("a", "b", "c"))
NUMBER = ClosedItem(id="n", column="n", kind="number", label="N")
ITEMS = (SCALE, MULTIPLE, NUMBER)

Person = Mapping[str, Any]


def build(people: Sequence[Person]) -> pa.Table:
    """Answers of people, each with s, m, n (all may be absent) and a group."""
    rows: list[dict[str, Any]] = []
    for number, person in enumerate(people):
        values = [("s", person["s"], None)] if person.get("s") else []
        values += [("m", value, None) for value in sorted(person.get("m", ()))]
        values += [("n", str(person["n"]), person["n"])] if person.get("n") is not None else []
        rows += [
            {
                **{"respondent": f"R{number}", "item": item, "value": value, "number": found},
                **{"row": number + 2, "groups": [("role", person.get("role", ""))]},
            }
            for item, value, found in values
        ]
    return ANSWERS.build(rows)


def find(table: pa.Table, **wanted: Any) -> dict[str, Any]:
    wanted = {"group": "", "group_value": "", **wanted}
    (row,) = [r for r in table.to_pylist() if all(r[k] == v for k, v in wanted.items())]
    return row


PEOPLE = st.lists(
    st.fixed_dictionaries(
        {
            "s": st.sampled_from(["", *SCALE.options]),
            "m": st.sets(st.sampled_from(MULTIPLE.options)),
            "n": st.none() | st.integers(-(10**6), 10**6).map(float),
            "role": st.sampled_from(["", "officer", "supplier", "é"]),
        }
    ),
    max_size=30,
)


@settings(deadline=None)
@given(PEOPLE)
def test_options_add_up_to_the_base_and_groups_to_the_whole(people: list[Person]) -> None:
    closed = CLOSED.check(summarise_closed(build(people), ITEMS, ("role",))).to_pylist()
    for group in ("", "role"):
        options = [
            r
            for r in closed
            if r["group"] == group and (r["item"], r["measure"]) == ("s", "option")
        ]
        for value in {r["group_value"] for r in options}:
            of = {r["of"] for r in options if r["group_value"] == value}
            assert {sum(r["cited"] for r in options if r["group_value"] == value)} == of
    for row in (r for r in closed if not r["group"]):
        split = [
            r
            for r in closed
            if r["group"] == "role" and all(r[k] == row[k] for k in ("item", "measure", "value"))
        ]
        assert sum(r["cited"] for r in split) == row["cited"]
        assert sum(r["of"] for r in split) == row["of"]


@settings(deadline=None)
@given(PEOPLE)
def test_every_count_is_what_going_through_the_people_gives(people: list[Person]) -> None:
    closed = summarise_closed(build(people), ITEMS, ("role",)).to_pylist()
    for row in closed:
        mine = [p for p in people if not row["group"] or p["role"] == row["group_value"]]
        if row["item"] == "n":
            numbers = [p["n"] for p in mine if p["n"] is not None]
            assert (row["cited"], row["of"]) == (len(numbers), len(numbers))
            assert row["min"] == min(numbers, default=None)
            assert row["max"] == max(numbers, default=None)
            if numbers:
                assert row["mean"] == pytest.approx(sum(numbers) / len(numbers))
            continue
        answered = [p for p in mine if p[row["item"]]]
        wanted = set(SCALE.parts.get(row["value"], (row["value"],)))
        cited = [p for p in answered if wanted & (p["m"] if row["item"] == "m" else {p["s"]})]
        assert (row["cited"], row["of"]) == (len(cited), len(answered))
        assert row["share"] == (len(cited) / len(answered) if answered else None)


@settings(deadline=None)
@given(PEOPLE)
def test_no_cell_is_nan_or_infinite(people: list[Person]) -> None:
    for row in summarise_closed(build(people), ITEMS, ("role",)).to_pylist():
        assert all(math.isfinite(v) for v in row.values() if isinstance(v, float))


def test_a_round_that_nobody_answered_has_bases_of_0() -> None:
    closed = summarise_closed(build([]), ITEMS, ("role",)).to_pylist()
    assert {(row["of"], row["share"], row["mean"]) for row in closed} == {(0, None, None)}
    assert len(closed) == 4 + 3 + 3 + 1


def test_one_respondent_is_all_of_the_base() -> None:
    closed = summarise_closed(build([{"s": "Yes", "n": 5.0}]), ITEMS)
    assert find(closed, item="s", value="agree")["share"] == 1
    number = find(closed, item="n")
    assert [number[k] for k in ("cited", "mean", "median", "min", "max")] == [1, 5, 5, 5, 5]


def test_several_answers_of_one_respondent_count_once_each_and_may_pass_the_base() -> None:
    closed = summarise_closed(build([{"m": {"a", "b"}}, {"m": {"a"}}]), ITEMS)
    assert [find(closed, item="m", value=v)["cited"] for v in "abc"] == [2, 1, 0]
    assert find(closed, item="m", value="a")["of"] == 2


def test_a_group_column_of_500_values_is_not_crossed_and_that_is_said() -> None:
    answers = build([{"s": "Yes", "role": str(n)} for n in range(500)])
    closed = summarise_closed(answers, ITEMS, ("role",))
    assert set(closed["group"].to_pylist()) == {""}
    (problem,) = uncrossed(answers, ("role",))
    assert problem.code == "W531"
    assert "'role' has 500 different values" in problem.what
    assert (
        uncrossed(build([{"s": "Yes", "role": str(n)} for n in range(MAX_GROUPS)]), ["role"]) == []
    )


def test_respondents_are_filtered_by_all_of_the_groups_asked_for() -> None:
    answers = build([{"s": "Yes", "role": "a"}, {"s": "No", "role": "b"}, {"s": "No"}])
    assert group_values(answers, "role") == ["", "a", "b"]
    assert filter_groups(answers, {"role": "b"})["value"].to_pylist() == ["No"]
    assert filter_groups(answers, {"role": "c"}).num_rows == 0
    assert filter_groups(answers, {}).num_rows == 3


def test_an_answer_that_is_no_option_is_not_left_out_in_silence() -> None:
    with pytest.raises(ValueError, match="'s' is not one of its options"):
        summarise_closed(build([{"s": "Perhaps"}]), ITEMS)
