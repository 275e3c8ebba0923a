"""What a report says beyond plain counts: groups, weights, samples, campaigns, people, pairs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from pipeline.publish import Run
from pipeline.quotes import quote_figure
from pipeline.report.across import MOST_PAIRS, PeopleRow
from pipeline.report.closed import Triple
from pipeline.report.closedgroups import find_closed, place_cells
from pipeline.report.comparing import (
    MOST_FINDINGS,
    Cell,
    find_differences,
    say_difference,
    say_p,
    say_together,
)
from pipeline.report.crossedtables import MOST_PRINTED, render_groups
from pipeline.report.data import QuestionReport, report_json
from pipeline.report.groups import GroupRow, GroupTable, gather_groups
from pipeline.report.headlines import headline, population_sentence
from pipeline.report.row import Row, Weighted
from pipeline.report.sentences import count_sentence, percent_of, say_interval
from pipeline.report.terminal import print_report
from pipeline.round import Population
from pipeline.verify import open_kept, verify_run

WORDS = ("codebook", "classifier", "human")


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"cited": 40, "of": 105}, "40 of 105 responses cited X (38%)"),
        ({"cited": 0, "of": 105}, "0 of 105 responses cited X (0%)"),
        ({"cited": 0, "of": 0}, "0 of 0 responses cited X"),
        ({"cited": 1, "of": 1}, "1 of 1 response cited X (100%)"),
        ({"cited": 0, "of": 1}, "0 of 1 response cited X (0%)"),
        ({"cited": 1, "of": 1000}, "1 of 1000 responses cited X (<1%)"),
        (
            {"cited": 40, "of": 105, "low": 0.2937, "high": 0.4764},
            "40 of 105 responses cited X (38%, 95% interval 29 to 48)",
        ),
        (
            {"cited": 40, "of": 105, "low": 40 / 105, "high": 40 / 105},
            "40 of 105 responses cited X (38%)",
        ),
        (
            {"cited": 40, "of": 105, "campaign": 12},
            "40 of 105 responses cited X (38%); 12 of the 40 are copies of a campaign's text",
        ),
        (
            {"cited": 40, "of": 105, "campaign": 1},
            "40 of 105 responses cited X (38%); 1 of the 40 is a copy of a campaign's text",
        ),
        (
            {"cited": 40, "of": 105, "campaign": 40},
            "40 of 105 responses cited X (38%); all 40 are copies of a campaign's text",
        ),
        (
            {"cited": 1, "of": 105, "campaign": 1},
            "1 of 105 responses cited X (1%); it is a copy of a campaign's text",
        ),
    ],
)
def test_a_count_is_said_with_its_share_its_interval_and_its_copies(
    given: dict[str, Any], sentence: str
) -> None:
    count = {"label": "X", **dict.fromkeys(WORDS, 0), **given}
    assert count_sentence(count, ["codebook"]) == sentence


@pytest.mark.parametrize(
    ("counts", "of", "said"),
    [
        (
            [("Citrix", 56), ("Devices", 20), ("Training", 3)],
            105,
            "Just over half of the responses (53%, 56 of 105) cited Citrix, about a fifth "
            "(19%, 20 of 105) Devices",
        ),
        ([("A", 20), ("B", 2)], 20, "All of the responses (100%, 20 of 20) cited A, about a tenth"),
        ([("A", 1)], 105, "Hardly any of the responses (1%, 1 of 105) cited A"),
        ([("A", 0), ("B", 0)], 20, "None of the 20 responses cited any theme"),
        ([("A", 9), ("B", 9), ("C", 9), ("D", 9)], 20, "Just under half of the responses (45%, 9"),
        ([("A", 19)], 19, ""),
        ([("A", 1)], 1, ""),
        ([("A", 0)], 0, ""),
        ([], 105, ""),
    ],
)
def test_a_headline_names_up_to_three_themes_in_words_with_their_numbers(
    counts: list[tuple[str, int]], of: int, said: str
) -> None:
    found = headline(counts, of)
    assert found.startswith(said)
    assert bool(found) == bool(said)
    assert found.count(" of ") <= 4


@pytest.mark.parametrize(
    ("population", "words"),
    [
        (Population(), "of those who answered"),
        (Population(kind="sample"), "a random sample. Intervals are Wilson's:"),
        (Population(kind="sample", size=4200), "4,200 people. Intervals are Wilson's with the"),
    ],
)
def test_whom_figures_are_of_is_said(population: Population, words: str) -> None:
    assert words in population_sentence(population)


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (0.2937, 0.4764, "29 to 48"),
        (0.0, 0.05, "0 to 5"),
        (-0.004, 0.12, "0 to 12"),
        (-0.125, 0.02, "-12 to 2"),
        (0.38, 0.385, "38.0 to 38.5"),
        (0.3801, 0.3803, "38.01 to 38.03"),
    ],
)
def test_an_interval_is_never_printed_as_one_number(low: float, high: float, said: str) -> None:
    assert say_interval(low, high) == f"95% interval {said}"


SMALL = {"low": 0.12, "high": 0.48}


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        (
            Cell("Supplier", 16, 21, 60, 137, 0.33, **SMALL),
            "Supplier more often than Officer: 76% (16 of 21) against 44% (60 of 137); difference "
            "33 points (95% interval 12 to 48), Holm's p .003",
        ),
        (
            Cell("Supplier", 60, 137, 16, 21, -0.33, -0.48, -0.12),
            "Supplier less often than Officer: 44% (60 of 137) against 76% (16 of 21); difference "
            "33 points (95% interval 12 to 48), Holm's p .003",
        ),
    ],
)
def test_a_difference_is_told_effect_first_and_its_test_after(cell: Cell, said: str) -> None:
    assert say_difference(cell, "Officer", 0.003) == said


def compared(value: str = "", holm: float | None = 0.01, note: str = "") -> dict[str, Any]:
    return {"theme": "t", "value": value, "holm": holm, "note": note}


def cell(value: str, cited: int, of: int, rest: tuple[int, int]) -> Cell:
    apart = cited / of - rest[0] / rest[1] if of and rest[1] else None
    low, high = (None, None) if apart is None else (apart - 0.2, apart + 0.2)
    return Cell(value, cited, of, *rest, apart, low, high)


TWO = [cell("a", 5, 40, (20, 40)), cell("b", 20, 40, (5, 40))]
THREE = [cell("a", 5, 40, (45, 60)), cell("b", 20, 30, (30, 70)), cell("c", 25, 30, (25, 70))]
FEW = [cell("a", 9, 9, (20, 91)), cell("b", 20, 91, (9, 9))]
ONE_SMALL = [cell("a", 0, 5, (45, 60)), cell("b", 20, 30, (25, 35)), cell("c", 25, 30, (20, 35))]
EMPTY = [*TWO, Cell("c", 0, 0, 25, 80)]


@pytest.mark.parametrize(
    ("row", "cells", "start"),
    [
        (compared(), TWO, "T: b more often than a: 50% (20 of 40) against 13% (5 of 40)"),
        (compared(), EMPTY, "T: b more often than a: 50%"),
        (compared(), THREE, "T: a less often than the rest: 13% (5 of 40) against 75% (45 of 60)"),
        (compared("b"), THREE, "T: b more often than those without: 67% (20 of 30) against 43%"),
        (compared(), ONE_SMALL, "T: c more often than the rest"),
        (compared(), FEW, ""),
        (compared("a"), FEW, ""),
        (compared(holm=0.05), TWO, ""),
        (compared(holm=None), TWO, ""),
        (compared(note="few are expected"), TWO, ""),
        (compared(), [cell("a", 5, 40, (0, 0))], ""),
        (compared(), [cell("a", 20, 40, (20, 40)), cell("b", 20, 40, (20, 40))], ""),
    ],
)
def test_only_differences_that_stand_are_told(
    row: dict[str, Any], cells: list[Cell], start: str
) -> None:
    found = find_differences([row], {"t": cells}, {"t": "T"})
    assert len(found) == bool(start)
    assert all(finding.sentence.startswith(start) for finding in found)


def test_the_largest_differences_come_first_and_the_rest_are_counted() -> None:
    rows = [{**compared(), "theme": f"t{n}"} for n in range(MOST_FINDINGS + 2)]
    cells = {f"t{n}": [cell("a", n, 40, (20, 40)), cell("b", 20, 40, (n, 40))] for n in range(7)}
    found = find_differences(rows, cells, {name: name for name in cells})
    assert [finding.theme for finding in found] == [f"t{n}" for n in range(7)]
    table = GroupTable("g", ("a", "b"), (40, 40), 0, False, (), tuple(found), "")
    assert len(table.told) == MOST_FINDINGS + 1
    assert table.told[-1] == "And 2 more in published/comparisons.csv"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"p": 0.013}, "differ more than chance alone would have it (Rao-Scott test of 105"),
        ({"p": 0.34}, "differ no more than chance alone would have it"),
        ({"p": 0.34, "note": "few are expected"}, "p .340; few are expected)."),
        ({"p": None, "note": "not tested together: too many"}, "together: not tested together"),
    ],
)
def test_the_test_of_all_themes_is_one_sentence(row: dict[str, Any], said: str) -> None:
    assert said in say_together({"groups": 3, "of": 105, "note": "", **row})


@pytest.mark.parametrize(("p", "said"), [(0, "< .001"), (1, "> .999"), (0.05, ".050")])
def test_a_p_value_is_never_0_or_1(p: float, said: str) -> None:
    assert say_p(p) == said


@pytest.mark.parametrize(
    ("weighted", "clause", "interval"),
    [
        (Weighted(0.421, 0.31, 0.54, 1.3), "; weighted 42% (95% interval 31 to 54)", "31 to 54"),
        (Weighted(1.0, None, None, None), "", "-"),
        (Weighted(None, None, None, None), "", "-"),
    ],
)
def test_a_weighted_share_is_said_with_its_interval_or_not_at_all(
    weighted: Weighted, clause: str, interval: str
) -> None:
    assert (weighted.clause, weighted.interval) == (clause, interval)


@pytest.mark.parametrize("share", [0.0, 1e-9, 0.5, 1 - 1e-7, 1.0, None])
def test_a_share_of_no_whole_number_is_0_or_100_only_when_it_is_so(share: float | None) -> None:
    said = percent_of(share)
    assert (said == "0%") == (share == 0)
    assert (said == "100%") == (share == 1)


@pytest.mark.parametrize(
    ("cited", "of", "said"),
    [
        (0, 0, "0 of 0 respondents cited X in any question (-)"),
        (1, 1, "1 of 1 respondent cited X in any question (100%)"),
        (4, 6, "4 of 6 respondents cited X in any question (67%)"),
    ],
)
def test_respondents_are_said_as_such(cited: int, of: int, said: str) -> None:
    assert PeopleRow("x", "X", False, 0, cited, of).sentence == said


@pytest.mark.parametrize(
    ("counts", "of", "split"),
    [
        ((38, 25, 37), 100, True),
        ((45, 20, 35), 100, False),
        ((52, 0, 48), 100, False),
        ((1, 0, 1), 2, False),
        ((0, 0, 0), 0, False),
    ],
)
def test_opinion_is_split_when_neither_side_has_half_and_they_are_near(
    counts: tuple[int, ...], of: int, split: bool
) -> None:
    assert Triple(counts, of).is_split == split


names = st.text(min_size=1, max_size=40)


@given(
    values=st.lists(names, min_size=1, max_size=14, unique=True),
    labels=st.lists(names, min_size=1, max_size=4, unique=True),
    column=st.text(min_size=1, max_size=30).filter(str.isprintable),
    of=st.integers(0, 10**6),
)
def test_tables_of_groups_never_pass_80_columns(
    values: list[str], labels: list[str], column: str, of: int
) -> None:
    cells = tuple(Cell(value, of // 3, of) for value in values)
    rows = tuple(GroupRow(label, label, False, 1, cells) for label in labels)
    table = GroupTable(column, tuple(values), (of,) * len(values), 3, True, rows, (), "All.")
    question = QuestionReport("q", "Q", {}, "", (), (), (table,))
    for block in render_groups(question):
        assert max(map(len, block.split("\n"))) <= 80
    if 2 <= len(values) <= MOST_PRINTED:
        assert sum(line.split()[:2] == ["of", str(of)] for line in block.splitlines()) >= 1


LETTER = " ".join(["Stop the closure of our library because the wifi is slow there"] * 3)
PEOPLE = [
    *((f"S{n}", "South", "The wifi is slow", "Wifi and training") for n in range(20)),
    *((f"N{n}", "North;East", "More desks", "Desks") for n in range(20)),
    *((f"C{n}", "East", LETTER, "") for n in range(3)),
    ("B1", "", "Chairs", "nothing to add"),
]


@pytest.fixture
def full_run(write_round: Callable[..., Path], run: Callable[..., Run], tmp_path: Path) -> Run:
    """A sample with weights, groups that overlap, blanks and a campaign."""
    rows = [(*row, "" if row[0] == "X" else 1 + n % 3) for n, row in enumerate(PEOPLE)]
    folder = write_round(tmp_path / "full", figures="[]\n")
    lines = [("id", "team", "q1", "q2", "w"), *rows]
    text = "\n".join(",".join(f'"{cell}"' for cell in line) for line in lines)
    (folder / "responses.csv").write_text(text + "\n", encoding="utf-8")
    path = folder / "round.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "groups: [team]", 'weight: w\n  groups: [{column: team, separator: ";"}]'
    )
    text += "population: {kind: sample, size: 4200}\n"
    path.write_text(text, encoding="utf-8")
    return run(folder, tmp_path / "out")


def test_a_full_report_is_within_80_columns_and_holds(full_run: Run) -> None:
    text = (full_run.folder / "published" / "report.txt").read_text(encoding="utf-8")
    assert verify_run(full_run.folder) == []
    said = ("responses cited", "of the responses (", "Base:")
    long = [line for line in text.splitlines() if len(line) > 80]
    assert [line for line in long if not any(part in line for part in said)] == []
    assert not re.search(r"\b(nan|inf|None)\b", text)
    flat = " ".join(text.split())
    for part in (
        "a random sample of 4,200 people",
        "(52%, 95% interval 38 to 66); 3 of the 23 are copies of a campaign's text; weighted",
        "1 response is in no group (blank).",
        "each is held against those without.",
        "Slow systems: South more often than those without: 100% (20 of 20) against 13% (3 of 23);",
        "Weighted by w: each response counts by its weight.",
        "respondents citing it in any question",
        "Slow systems + Wifi",
    ):
        assert part in flat, part
    assert text.count("Groups are compared among those who answered") == 1


def test_the_terminal_and_the_json_say_what_the_report_says(full_run: Run) -> None:
    console = Console(width=80, force_terminal=True, color_system=None, highlight=False)
    with console.capture() as captured:
        print_report(full_run.report, console)
    shown = " ".join(captured.get().split())
    value = json.loads(json.dumps(report_json(full_run.report), allow_nan=False))
    question = value["questions"][0]
    (group,) = question["groups"]
    assert group["overlapping"]
    assert group["blank"] == 1
    said = [count["sentence"] for count in question["counts"] if count["cited"]]
    for sentence in (
        question["headline"],
        *said,
        *group["findings"][:MOST_FINDINGS],
        value["population"]["sentence"],
    ):
        assert sentence in shown
    assert value["people"][0]["of"] >= value["people"][0]["cited"]
    assert 0 < len(value["together"]) <= MOST_PAIRS


def test_the_copies_of_a_figure_are_those_among_its_quotes(full_run: Run) -> None:
    kept = open_kept(full_run.folder)
    copies = {r["response_id"] for r in kept.evidence.responses.to_pylist() if r["campaign"]}
    for count in full_run.figures.counts.to_pylist():
        cited, _ = quote_figure(kept, count["question"], count["theme"], count["facet"])
        assert count["campaign"] == len(copies & {quoted.response_id for quoted in cited})
        assert count["campaign"] <= count["cited"]


def test_a_report_of_one_respondent_or_of_none_has_no_tables_of_groups(
    make_round: Callable[..., Path], run: Callable[..., Run], tmp_path: Path
) -> None:
    for name, answer in (("one", "slow wifi"), ("none", "")):
        folder = make_round(name=name, rows=[("R1", "North", answer, "")], figures="[]\n")
        done = run(folder, tmp_path / f"{name}-out")
        text = (done.folder / "published" / "report.txt").read_text(encoding="utf-8")
        assert "Groups are compared" not in text
        assert "All themes together" not in text
        assert not re.search(r"\b(nan|inf|None)\b", text)
        json.dumps(report_json(done.report), allow_nan=False)
        assert verify_run(done.folder) == []


def test_groups_are_in_order_and_those_without_answers_are_left_out() -> None:
    crossings = [
        {
            **{"theme": "t", "value": value, "cited": 1, "of": of, "rest_cited": 1},
            **{"rest_of": 12 - of, "difference": 0.1, "low": 0.0, "high": 0.2},
        }
        for value, of in (("10", 4), ("b", 0), ("9", 5), ("a", 3))
    ]
    row = Row("t", "T", False, 2, 15, 0.1, {}, "")
    (table,) = gather_groups([row], 15, {"g": crossings}, {}, {})
    assert table.values == ("9", "10", "a")
    assert table.bases == (5, 4, 3)
    assert (table.blank, table.overlaps) == (3, False)


def test_what_groups_differ_in_among_closed_answers_is_told_once_a_question() -> None:
    yes = {"a": (30, 40), "b": (8, 40), "": (5, 9), "c": (0, 0)}
    no = {"a": (10, 40), "b": (32, 40), "": (4, 9), "c": (0, 0)}
    other = {"a": (20, 40), "b": (21, 40)}
    counts = {("Q", "Yes"): yes, ("Q", "No"): no, ("P", "Yes"): other, ("N", "Yes"): {"a": (1, 1)}}
    (found,) = find_closed({key: place_cells(value) for key, value in counts.items()})
    assert found.theme == "Q"
    assert found.sentence.startswith("Q, Yes: a more often than b: 75% (30 of 40) against 20% (8")
    assert find_closed({}) == []


@pytest.mark.parametrize("counts", [{}, {"": (3, 3)}, {"a": (0, 0)}, {"a": (1, 1)}])
def test_one_group_is_held_against_nobody(counts: dict[str, tuple[int, int]]) -> None:
    assert all(cell.difference is None for cell in place_cells(counts))
    assert find_closed({("Q", "Yes"): place_cells(counts)}) == []


def test_a_column_of_too_many_values_is_named_and_left_out(
    make_round: Callable[..., Path], run: Callable[..., Run], tmp_path: Path
) -> None:
    rows = [(f"R{n}", f"Team {n}", "slow", "") for n in range(60)]
    done = run(make_round(rows=rows, figures="[]\n"), tmp_path / "out")
    text = " ".join((done.folder / "published" / "report.txt").read_text(encoding="utf-8").split())
    assert "Not crossed: the group column 'team' has 60 different values" in text
    assert "by team" not in text
    assert "Groups are compared" not in text


def test_the_gap_between_officers_and_suppliers_shows_with_its_interval(
    york: Path, run: Callable[..., Run], tmp_path: Path
) -> None:
    done = run(york.parent / "local-digital-2013", tmp_path / "out", ["codebook"])
    text = (done.folder / "published" / "report.txt").read_text(encoding="utf-8")
    # 72 of 165 against 16 of 21: Newcombe's interval by hand is -47.6 to -9.9 points.
    _, _, after = text.rpartition("Lack of leadership")
    yes = next(line for line in after.splitlines() if line.startswith("  Yes"))
    assert yes.split() == ["Yes", "44%", "76%", "-33", "(-48", "to", "-10)"]
    closed = text[text.index("Closed questions") :].splitlines()
    assert max(map(len, closed)) <= 80
    assert "supplier more often than officer: 100% (22 of 22) against 51%" in " ".join(text.split())


@pytest.mark.parametrize(
    ("values", "overlaps", "shown"), [(2, False, True), (2, True, False), (3, False, False)]
)
def test_of_two_groups_the_table_shows_how_far_they_are_apart(
    values: int, overlaps: bool, shown: bool
) -> None:
    cells = tuple(cell(f"v{n}", 20, 40, (10, 40)) for n in range(values))
    names = tuple(c.value for c in cells)
    row_of = GroupRow("t", "T", False, 0, cells)
    table = GroupTable("g", names, (40,) * values, 0, overlaps, (row_of,), (), "")
    (block,) = render_groups(QuestionReport("q", "Q", {}, "", (), (), (table,)))
    assert ("points (95%)" in block) == ("25 (5 to 45)" in block) == shown


@pytest.mark.parametrize(("size", "corrected"), [(3, False), (4200, True)])
def test_a_correction_is_said_only_where_it_is_made(
    make_round, run, tmp_path, size, corrected
) -> None:
    folder = make_round(extra=f"population: {{kind: sample, size: {size}}}\n")
    done = run(folder, tmp_path / "run")
    assert ("finite population correction" in done.report.standing) is corrected
    assert bool(done.crossed.doubts) is not corrected
