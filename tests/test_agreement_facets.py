"""Agreement on facets: who counts for what, under their themes, from sheets to a settled word."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.agreement import (
    Comparison,
    Frame,
    compare_coders,
    hear_coders,
    hear_facets,
    hear_facets_again,
)
from pipeline.cli import app
from pipeline.readings.records import StoredDecision

ANA, BEN, CY = "human:ana", "human:ben", "human:cy"
WORDS = {"p": "present", "a": "absent", "u": "unsure"}


def read(number: int, coder: str, response_id: str, words: str) -> list[StoredDecision]:
    """A reading: a letter for the theme and one for its facet, a dot for not in view."""
    return [
        StoredDecision(
            *(number, response_id, "q", coder, "", "", "", "slow", facet, WORDS[letter], "", "")
        )
        for facet, letter in zip(("", "problem"), words, strict=True)
        if letter in WORDS
    ]


def compared(decisions: list[StoredDecision]) -> Comparison:
    names = dict.fromkeys([d.response_id for d in decisions], "q")
    frame = Frame(
        themes=["slow"], questions=names, in_view={}, whole=False, facets=[("slow", "problem")]
    )
    said, facets = hear_coders(decisions), hear_facets(decisions)
    return compare_coders("people", said, frame, 1, facets)


@pytest.mark.parametrize(
    ("readings", "word"),
    [
        (["pp"], "present"),
        (["pa"], "absent"),
        (["pu"], "unsure"),
        ([".p"], "present"),
        (["p."], None),
        (["a."], None),
        (["ap"], "absent"),
        (["up"], "unsure"),
        (["ua"], "unsure"),
        (["pp", "a."], "absent"),
        (["pp", "pa"], "absent"),
        (["ap", "p."], "absent"),
        (["a.", "pp"], "present"),
        (["pp", "p."], "present"),
    ],
)
def test_a_coders_word_on_a_facet_is_under_her_word_on_the_theme(
    readings: list[str], word: str | None
) -> None:
    decisions = [d for n, words in enumerate(readings, 1) for d in read(n, ANA, "R1", words)]
    found = hear_facets(decisions).get(ANA, {}).get("R1", {})
    assert found.get(("slow", "problem")) == word


@pytest.mark.parametrize(
    ("ana", "ben", "n", "cells"),
    [
        (["pp", "pp", "pa", "aa"], ["pp", "pa", "pa", "aa"], 4, (1, 1, 0, 2)),
        (["pp", "p."], ["pp", "pp"], 1, (1, 0, 0, 0)),
        (["pp", "pp"], ["aa", "a."], 1, (0, 1, 0, 0)),
        (["pp", "pu"], ["pp", "pp"], 1, (1, 0, 0, 0)),
        (["ua", "pa"], ["aa", "aa"], 1, (0, 0, 0, 1)),
    ],
)
def test_a_response_counts_for_a_facet_where_both_had_it_in_view_and_were_sure(
    ana: list[str], ben: list[str], n: int, cells: tuple[int, ...]
) -> None:
    decisions = [
        decision
        for coder, rows in ((ANA, ana), (BEN, ben))
        for place, words in enumerate(rows)
        for decision in read(1, coder, f"R{place}", words)
    ]
    found = compared(decisions)
    (row,) = found.facets
    assert (row.theme, row.facet, row.n) == ("slow", "problem", n)
    assert tuple((row.cells or {}).values()) == cells
    assert row.measures["raw"].value == (cells[0] + cells[3]) / n


def test_facets_are_no_part_of_overall() -> None:
    decisions = [*read(1, ANA, "R1", "pp"), *read(1, BEN, "R1", "pa")]
    found = compared(decisions)
    assert found.overall.decisions == 1
    assert found.overall.measures["raw"].value == 1
    assert found.facets[0].measures["raw"].value == 0


def test_several_coders_are_compared_on_a_facet_with_gaps() -> None:
    decisions = [
        *(d for coder in (ANA, BEN, CY) for d in read(1, coder, "R1", "pp")),
        *(*read(1, ANA, "R2", "pp"), *read(1, BEN, "R2", "p."), *read(1, CY, "R2", "pa")),
    ]
    (row,) = compared(decisions).facets
    assert (row.n, row.cells) == (2, None)
    assert row.measures["raw"].value == 0.5


def test_facets_that_nobody_read_have_no_row() -> None:
    assert compared([*read(1, ANA, "R1", "p."), *read(1, BEN, "R1", "p.")]).facets == ()


def test_a_facet_is_in_dispute_only_where_its_theme_is_not() -> None:
    decisions = [
        *(*read(1, ANA, "R1", "pp"), *read(1, BEN, "R1", "aa")),
        *(*read(1, ANA, "R2", "pp"), *read(1, BEN, "R2", "pa")),
    ]
    found = compared(decisions).disagreements
    assert [(item.response_id, item.facet) for item in found] == [("R1", ""), ("R2", "problem")]


def test_a_person_against_herself_on_a_facet() -> None:
    decisions = [*read(1, ANA, "R1", "pp"), *read(2, ANA, "R1", "ap"), *read(3, ANA, "R2", "pp")]
    before, again = hear_facets_again(decisions, ANA)
    assert before == {"R1": {("slow", "problem"): "present"}}
    assert again == {"R1": {("slow", "problem"): "absent"}}


# -- from sheets to a settled word -----------------------------------------------------------------

CODEBOOK = """\
codebook: faceted
facets:
  stance:
    praise: {definition: Said to be good, rules: [great]}
    problem: {definition: Said to be bad, rules: [awful]}
    idea: {rules: [idea]}
themes:
  slow: {definition: Slow things, rules: [slow]}
  wifi: {rules: [wifi]}
"""
ROWS = [(f"R{n}", "", "slow wifi", "n/a") for n in range(1, 5)]
SHEETS = {
    "ana": ["R1,slow,problem", "R2,slow,problem", "R3,slow,praise", "R4,,"],
    "ben": ["R1,slow,problem", "R2,slow,", "R3,wifi,", "R4,,"],
}


def call(*arguments: object) -> str:
    done = CliRunner().invoke(app, ["review", *map(str, arguments), "--quiet"])
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture
def folder(make_round: Callable[..., Path], tmp_path: Path) -> Path:
    made = make_round(
        codebook=CODEBOOK, rows=ROWS, figures="[]\n", extra="decisions: decisions.db\n"
    )
    for name, lines in SHEETS.items():
        sheet = tmp_path / f"{name}.csv"
        places = [line.replace(",", "/barriers,", 1) for line in lines]
        sheet.write_text("\n".join(["response_id,theme,facet", *places]) + "\n", encoding="utf-8")
        call("import", made, sheet, "--coder", name)
    return made


def facets_of(folder: Path) -> dict[tuple[str, str], tuple[int, ...]]:
    (comparison,) = json.loads(call("agree", folder, "--json"))["comparisons"]
    return {
        (row["theme"], row["facet"]): (row["n"], *row["cells"].values())
        for row in comparison["facets"]
    }


def test_facets_of_sheets_are_compared_theme_by_theme(folder: Path) -> None:
    found = facets_of(folder)
    assert found == {
        ("slow", "praise"): (4, 0, 1, 0, 3),
        ("slow", "problem"): (4, 1, 1, 0, 2),
        ("slow", "idea"): (4, 0, 0, 0, 4),
        ("wifi", "praise"): (4, 0, 0, 0, 4),
        ("wifi", "problem"): (4, 0, 0, 0, 4),
        ("wifi", "idea"): (4, 0, 0, 0, 4),
    }


@pytest.mark.parametrize(
    ("old", "new", "left", "stale"),
    [
        ("Said to be bad", "Said to be very bad", {"praise", "idea"}, 2 * 4 * 2),
        ("Slow things", "Very slow things", set(), 2 * 4 * 4),
        ("rules: [awful]", "rules: [dreadful]", {"praise", "problem", "idea"}, 0),
    ],
)
def test_decisions_on_a_facet_are_stale_when_it_or_its_theme_means_another_thing(
    folder: Path, old: str, new: str, left: set[str], stale: int
) -> None:
    (codebook,) = [path for path in folder.glob("*.yaml") if old in path.read_text()]
    codebook.write_text(codebook.read_text().replace(old, new), encoding="utf-8")
    found = json.loads(call("agree", folder, "--json"))
    assert found["left_out"]["stale"] == stale
    assert {facet for theme, facet in facets_of(folder) if theme == "slow"} == left


def test_the_table_has_the_facets_that_somebody_marked_under_their_theme(folder: Path) -> None:
    shown = call("agree", folder)
    assert max(map(len, shown.splitlines())) <= 80
    names = re.findall(r"^(\S.*?) +4 +[.\d]", shown, re.MULTILINE)
    assert names == ["slow *", "/ praise *", "/ problem *", "wifi *", "overall"]
    assert "Facets in view that nobody marked, not shown: 4." in shown


def test_a_dispute_on_a_facet_is_settled_by_a_row_of_its_own(folder: Path, tmp_path: Path) -> None:
    assert "slow / problem: ana present, ben absent" in call("agree", folder, "--disagreements")
    sheet = tmp_path / "settle.csv"
    call("agree", folder, "--out", sheet)
    with sheet.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    disputed = [(row["response_id"], row["theme"], row["facet"], row["ben"]) for row in rows]
    assert disputed == [
        ("R2/barriers", "slow", "problem", "absent"),
        ("R3/barriers", "slow", "", "absent"),
        ("R3/barriers", "wifi", "", "present"),
    ]
    rows[0]["decision"] = "present"
    with sheet.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    call("import", folder, sheet, "--coder", "adjudicator:eve")
    found = json.loads(call("agree", folder, "--json"))["disagreements"]
    settled = {(item["response_id"], item["facet"]): item["settled"] for item in found}
    assert settled["R2/barriers", "problem"] == "present"
    assert settled["R3/barriers", ""] is None
    assert facets_of(folder)["slow", "problem"] == (4, 1, 1, 0, 2)
    call("agree", folder, "--out", sheet)
    assert "R2" not in sheet.read_text(encoding="utf-8")


def test_without_facets_the_sheet_to_settle_has_no_such_column(
    make_round: Callable[..., Path], tmp_path: Path
) -> None:
    made = make_round(rows=ROWS, figures="[]\n", extra="decisions: decisions.db\n")
    for name, theme in (("ana", "slow"), ("ben", "wifi")):
        sheet = tmp_path / f"{name}.csv"
        sheet.write_text(f"response_id,theme\nR1/barriers,{theme}\n", encoding="utf-8")
        call("import", made, sheet, "--coder", name)
    call("agree", made, "--out", tmp_path / "settle.csv")
    header = (tmp_path / "settle.csv").read_text(encoding="utf-8").splitlines()[0]
    assert "facet" not in header
    (comparison,) = json.loads(call("agree", made, "--json"))["comparisons"]
    assert comparison["facets"] == []
