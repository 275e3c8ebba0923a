"""Themes by group, distinct respondents, themes together, weights, samples."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa
import pytest

from pipeline.codebook.model import Codebook
from pipeline.count import account_bases, count_tally, count_themes, tally_responses
from pipeline.count.crossed import Crossed, count_crossed
from pipeline.errors import InputError, Problem
from pipeline.plan import plan_run
from pipeline.round import Population, Question, Round, Source, load_round
from pipeline.run import count_round
from pipeline.statistics.intervals import newcombe_difference
from pipeline.statistics.pickany import pick_any
from pipeline.statistics.weighted import weighted_mean
from pipeline.tables import RESPONSES, VERDICTS

THEMES = """\
  slow: {rules: [a]}
  wifi: {rules: [a]}
  kit: {questions: [b], rules: [a]}
  systems: {net: [slow, wifi, kit]}
"""
MEMBERS = {"slow": ("slow",), "wifi": ("wifi",), "kit": ("kit",)}
MEMBERS["systems"] = ("slow", "wifi", "kit")


class Answer(NamedTuple):
    """A response as a test states it: who, to what, from which groups, citing what."""

    person: str
    question: str
    groups: tuple[str, ...]
    cites: tuple[str, ...]
    weight: float | None = None
    status: str = "substantive"


@pytest.fixture
def codebook(codebook_of: Callable[[str], Codebook]) -> Codebook:
    return codebook_of(THEMES)


def round_of(
    columns: Sequence[str], separators: dict[str, str] | None = None, weight: str = ""
) -> Round:
    asked = tuple(Question(id=q, label=q, column=q) for q in ("a", "b"))
    source = Source(
        path=Path("s.csv"),
        questions=asked,
        groups=tuple(columns),
        separators=separators or {},
        weight=weight,
    )
    return Round(path=Path("r"), name="r", title="", note="", codebook=Path("c"), source=source)


def tables(answers: Sequence[Answer], columns: Sequence[str]) -> tuple[pa.Table, pa.Table]:
    """Responses and verdicts."""
    names = [f"{n}-{answer.person}/{answer.question}" for n, answer in enumerate(answers)]
    responses = RESPONSES.build(
        {
            "response_id": name,
            "respondent": answer.person,
            "question": answer.question,
            "text": "",
            "row": number,
            "groups": list(zip(columns, answer.groups, strict=True)),
            "weight": answer.weight,
            "status": answer.status,
            "reason": "",
            "campaign": "",
        }
        for number, (name, answer) in enumerate(zip(names, answers, strict=True))
    )
    verdicts = VERDICTS.build(
        {
            "response_id": name,
            "question": answer.question,
            "theme": theme,
            "facet": "",
            "present": True,
            "by": "codebook",
            "codebook": True,
            "classifier": False,
            "human": "",
        }
        for name, answer in zip(names, answers, strict=True)
        for theme in answer.cites
    )
    return responses, verdicts


def cross(
    answers: Sequence[Answer], the_round: Round, codebook: Codebook, cut: int | None = None
) -> Crossed:
    """All that is counted of some answers, in one batch or in two."""
    parts = [answers] if cut is None else [answers[:cut], answers[cut:]]
    columns = the_round.source.groups
    tallies = [
        tally_responses(*tables(part, columns), codebook, the_round) for part in parts if part
    ]
    return count_crossed(tallies, codebook, the_round)


def rows_of(table: pa.Table, *key: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {tuple(row[name] for name in key): row for row in table.to_pylist()}


def draw(seed: int, number: int = 80, *, weighted: bool = False) -> list[Answer]:
    chance = random.Random(seed)
    found = []
    for n in range(number):
        question = chance.choice("ab")
        themes = ["slow", "wifi", *(["kit"] if question == "b" else [])]
        found.append(
            Answer(
                person=f"R{n // 2}",
                question=question,
                groups=(chance.choice(["x", "y", "z", ""]), chance.choice(["p;q", "p", "q", ""])),
                cites=tuple(t for t in themes if chance.random() < 0.4),
                weight=chance.choice([0.5, 1.0, 2.5, 0.0]) if weighted else None,
                status=chance.choice(["substantive"] * 9 + ["filler"]),
            )
        )
    return [a if a.status == "substantive" else a._replace(cites=()) for a in found]


def groups_of(answer: Answer, place: int) -> tuple[str, ...]:
    cell = answer.groups[place]
    return tuple(part for part in (cell.split(";") if place else [cell]) if part)


def cites(answer: Answer, theme: str) -> bool:
    return any(member in answer.cites for member in MEMBERS[theme])


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("cut", [None, 1, 33])
def test_crossings_are_what_counting_one_by_one_gives(codebook, seed, cut) -> None:
    answers = draw(seed)
    found = cross(answers, round_of(["team", "kit"], {"kit": ";"}), codebook, cut)
    crossings = found.crossings.to_pylist()
    assert len(crossings) == (3 + 4) * (3 + 2)
    based = [a for a in answers if a.status == "substantive"]
    for row in crossings:
        place = ["team", "kit"].index(row["column"])
        mine = [a for a in based if a.question == row["question"] and groups_of(a, place)]
        inside = [a for a in mine if row["value"] in groups_of(a, place)]
        rest = [a for a in mine if row["value"] not in groups_of(a, place)]
        cited, others = (sum(cites(a, row["theme"]) for a in part) for part in (inside, rest))
        assert (row["cited"], row["of"]) == (cited, len(inside))
        assert (row["rest_cited"], row["rest_of"]) == (others, len(rest))
        assert row["share"] == pytest.approx(cited / len(inside))
        assert row["difference"] == pytest.approx(cited / len(inside) - others / len(rest))
        interval = newcombe_difference(cited, len(inside), others, len(rest))
        assert (row["low"], row["high"]) == pytest.approx(tuple(interval))


@pytest.mark.parametrize("seed", range(4))
def test_groups_that_do_not_overlap_add_up_to_those_who_named_one(codebook, seed) -> None:
    answers = draw(seed)
    found = cross(answers, round_of(["team", "kit"], {"kit": ";"}), codebook)
    for row in found.crossings.to_pylist():
        if row["column"] == "team":
            same = [
                other
                for other in found.crossings.to_pylist()
                if all(other[k] == row[k] for k in ("question", "theme", "column"))
            ]
            assert sum(r["cited"] for r in same) == row["cited"] + row["rest_cited"]
            assert sum(r["of"] for r in same) == row["of"] + row["rest_of"]


@pytest.mark.parametrize("seed", range(4))
def test_the_test_of_all_themes_is_that_of_the_people_one_by_one(codebook, seed) -> None:
    answers = draw(seed, 200)
    found = cross(answers, round_of(["team", "kit"], {"kit": ";"}), codebook)
    together = rows_of(found.comparisons, "question", "column", "theme", "value")
    for question, themes in (("a", ["slow", "wifi"]), ("b", ["slow", "wifi", "kit"])):
        mine = [a for a in answers if a.question == question and a.groups[0]]
        mine = [a for a in mine if a.status == "substantive"]
        items = np.array([[t in a.cites for t in themes] for a in mine])
        expected = pick_any(items, np.array([a.groups[0] for a in mine]))
        assert expected is not None
        row = together[question, "team", "", ""]
        assert (row["statistic"], row["df"], row["p"]) == pytest.approx(
            (expected.adjusted, expected.df, expected.p)
        )
        for theme, statistic, p in zip(themes, expected.each, expected.each_p, strict=True):
            own = together[question, "team", theme, ""]
            assert (own["statistic"], own["p"]) == pytest.approx((statistic, p))
            assert own["holm"] >= own["bh"] >= own["p"]


def test_overlapping_groups_are_held_against_the_rest_one_by_one(codebook) -> None:
    found = cross(draw(1, 200), round_of(["team", "kit"], {"kit": ";"}), codebook)
    kit = [row for row in found.comparisons.to_pylist() if row["column"] == "kit"]
    assert {row["value"] for row in kit} == {"p", "q"}
    assert all(row["groups"] == 2 and row["df"] == 1 for row in kit)
    assert "" not in {row["theme"] for row in kit}, "no test as if they were apart"


@pytest.mark.parametrize("seed", range(6))
def test_people_are_counted_once_over_all_questions(codebook, seed) -> None:
    answers = draw(seed)
    found = rows_of(cross(answers, round_of(["team", "kit"]), codebook, 40).people, "theme")
    based = [a for a in answers if a.status == "substantive"]
    for theme in MEMBERS:
        asked = {a.person for a in based if theme != "kit" or a.question == "b"}
        citing = {a.person for a in based if cites(a, theme)}
        row = found[(theme,)]
        assert (row["cited"], row["of"]) == (len(citing), len(asked))


def test_without_respondents_there_are_no_people(codebook) -> None:
    answers = [a._replace(person="") for a in draw(1)]
    assert cross(answers, round_of(["team", "kit"]), codebook).people.num_rows == 0


@pytest.mark.parametrize("seed", range(6))
def test_themes_together_are_the_responses_that_cite_both(codebook, seed) -> None:
    answers = draw(seed)
    found = rows_of(
        cross(answers, round_of(["team", "kit"]), codebook).together, "question", "theme", "other"
    )
    expected = {}
    for question in "ab":
        mine = [a for a in answers if a.question == question and a.status == "substantive"]
        for one, other in combinations(["slow", "wifi", "kit"], 2):
            both = sum(one in a.cites and other in a.cites for a in mine)
            if both:
                expected[question, one, other] = both
    assert {key: row["both"] for key, row in found.items()} == expected
    for row in found.values():
        assert row["lift"] == pytest.approx(
            row["both"] * row["of"] / (row["cited"] * row["other_cited"])
        )


@pytest.mark.parametrize("seed", range(6))
def test_weighted_shares_are_those_of_the_respondents_one_by_one(codebook, seed) -> None:
    answers = draw(seed, weighted=True)
    found = cross(answers, round_of(["team", "kit"], weight="w"), codebook, 30)
    whole = [row for row in found.weighted.to_pylist() if not row["column"]]
    assert len(whole) == 3 + 4
    for row in [*whole, *(r for r in found.weighted.to_pylist() if r["column"] == "team")]:
        mine = [a for a in answers if a.question == row["question"] and a.status == "substantive"]
        mine = [a for a in mine if not row["column"] or a.groups[0] == row["value"]]
        values = np.array([float(cites(a, row["theme"])) for a in mine])
        weights = np.array([a.weight for a in mine], float)
        assert (row["cited"], row["of"]) == (int(values.sum()), len(mine))
        expected = weighted_mean(values[weights > 0], weights[weights > 0])
        assert row["share"] == pytest.approx(expected.mean)
        assert row["error"] == pytest.approx(expected.error)
        assert row["design_effect"] == pytest.approx(expected.design_effect)


def numbers_of(table: pa.Table) -> Iterator[float]:
    for row in table.to_pylist():
        yield from (value for value in row.values() if isinstance(value, float))


CASES = {
    "one respondent": [Answer("R1", "a", ("x",), ("slow",), 1.0)],
    "a theme that nobody cited": [Answer(f"R{n}", "a", ("xy"[n % 2],), (), 1.0) for n in range(6)],
    "all cite it": [Answer(f"R{n}", "a", ("xy"[n % 2],), ("slow",), 1.0) for n in range(6)],
    "a theme that is a group": [
        Answer(f"R{n}", "a", ("xy"[n % 2],), ("slow",) if n % 2 else (), 1.0) for n in range(6)
    ],
    "nobody in any group": [Answer(f"R{n}", "a", ("",), ("slow",), 1.0) for n in range(6)],
    "weights of 0": [Answer(f"R{n}", "a", ("x",), ("slow",), 0.0) for n in range(3)],
    "nothing substantive": [Answer("R1", "a", ("x",), (), 1.0, "blank")],
}


@pytest.mark.parametrize("answers", CASES.values(), ids=CASES)
def test_odd_rounds_are_counted_without_a_number_that_is_none(codebook, answers) -> None:
    found = cross(answers, round_of(["team"], weight="w"), codebook)
    for name in ("crossings", "comparisons", "people", "together", "weighted"):
        assert all(math.isfinite(number) for number in numbers_of(getattr(found, name))), name


def test_a_round_without_a_response_has_empty_tables(codebook) -> None:
    found = count_crossed([], codebook, round_of(["team"]))
    assert found.crossings.num_rows == found.people.num_rows == 0


def test_a_column_of_500_values_is_no_group_and_is_said(codebook) -> None:
    answers = [Answer(f"R{n}", "a", (f"v{n}", "xy"[n % 2]), ("slow",)) for n in range(500)]
    found = cross(answers, round_of(["postcode", "team"]), codebook)
    (problem,) = found.problems
    assert problem.code == "W531"
    assert "'postcode' has 500 different values" in problem.what
    assert set(found.crossings["column"].to_pylist()) == {"team"}


@pytest.mark.parametrize("seed", range(4))
def test_a_tally_gives_the_counts_of_its_verdicts(codebook, seed) -> None:
    the_round = round_of(["team", "kit"])
    responses, verdicts = tables(draw(seed), ["team", "kit"])
    bases = account_bases(responses, verdicts, the_round)
    tally = tally_responses(responses, verdicts, codebook, the_round)
    assert count_tally(tally, bases, codebook).equals(count_themes(verdicts, bases, codebook))


@pytest.mark.parametrize(
    ("population", "low", "high"),
    [
        (Population(), None, None),
        (Population(kind="sample"), 0.2938, 0.4765),
        (Population(kind="sample", size=105), 0.3810, 0.3810),
        (Population(kind="sample", size=10**9), 0.2938, 0.4765),
    ],
)
def test_only_a_sample_has_a_sampling_interval(codebook, population, low, high) -> None:
    # Wilson's interval of 40 of 105 as statsmodels 0.15.0 has it.
    answers = [Answer(f"R{n}", "a", (), ("slow",) if n < 40 else ()) for n in range(105)]
    responses, verdicts = tables(answers, [])
    bases = account_bases(responses, verdicts, round_of([]))
    count = count_themes(verdicts, bases, codebook, population).to_pylist()[0]
    assert (count["cited"], count["of"]) == (40, 105)
    found = [end if end is None else round(end, 4) for end in (count["low"], count["high"])]
    assert found == [low, high]


def test_a_base_of_respondents_holds_the_blank(make_round) -> None:
    rows = [("R1", "a", "slow", ""), ("R2", "a", "", ""), ("R3", "a", "n/a", "wifi")]
    figures = count_round(plan_run(load_round(make_round(rows=rows, extra="base: respondents\n"))))
    base = figures.bases.to_pylist()[0]
    assert (base["of"], base["blank"], base["filler"], base["substantive"]) == (3, 1, 1, 1)


@pytest.mark.parametrize(
    ("weight", "said"),
    [
        ("", "has no weight"),
        ("-1", "'-1' is no number"),
        ("lots", "'lots' is no"),
        ("inf", "'inf'"),
    ],
)
def test_a_weight_that_is_none_is_refused_with_its_row(make_round, weight, said) -> None:
    folder = make_round()
    path = folder / "responses.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    weighted = [
        f"{line},{'w' if n == 0 else weight if n == 3 else 1}" for n, line in enumerate(lines)
    ]
    path.write_text("\n".join(weighted) + "\n", encoding="utf-8")
    text = (folder / "round.yaml").read_text(encoding="utf-8")
    text = text.replace("  respondent:", "  weight: w\n  respondent:")
    (folder / "round.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=rf"E114.*row 4.*{said}"):
        count_round(plan_run(load_round(folder)))


def test_answers_of_weight_0_are_said(make_round) -> None:
    folder = make_round()
    path = folder / "responses.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    weighted = [f"{line},{'w' if n == 0 else 0 if n == 3 else 1}" for n, line in enumerate(lines)]
    path.write_text("\n".join(weighted) + "\n", encoding="utf-8")
    text = (folder / "round.yaml").read_text(encoding="utf-8")
    text = text.replace("  respondent:", "  weight: w\n  respondent:")
    (folder / "round.yaml").write_text(text, encoding="utf-8")
    notes: list[Problem] = []
    plan_run(load_round(folder), (), notes.append)
    assert [note.code for note in notes] == ["W105"]
    assert "2 answers" in notes[0].what


@pytest.mark.parametrize(("size", "said"), [(6, []), (3, ["W532"])])
def test_a_population_smaller_than_those_who_answered_is_said(codebook, size, said) -> None:
    the_round = replace(round_of([]), population=Population(kind="sample", size=size))
    answers = [Answer(f"R{n}", "a", (), ("slow",)) for n in range(5)]
    found = cross(answers, the_round, codebook)
    assert [problem.code for problem in found.doubts] == said


def test_mentions_are_different_quotes_and_one_for_a_response_without(make_round) -> None:
    rows = [
        ("R1", "a", "slow, so slow, and slow wifi", ""),
        ("R2", "a", "slow wifi", ""),
        ("R3", "a", "it is not quick", ""),
    ]
    extra = "decisions: coded.csv\n"
    folder = make_round(rows=rows, extra=extra)
    (folder / "coded.csv").write_text("response_id,theme\nR3/barriers,slow\n", encoding="utf-8")
    counts = rows_of(count_round(plan_run(load_round(folder))).counts, "question", "theme")
    slow, wifi = (counts["barriers", theme] for theme in ("slow", "wifi"))
    assert (slow["cited"], slow["mentions"]) == (3, 3 + 1 + 1)
    assert (wifi["cited"], wifi["mentions"]) == (2, 2)
    net = counts["barriers", "systems"]
    assert (net["cited"], net["mentions"]) == (3, 7)
