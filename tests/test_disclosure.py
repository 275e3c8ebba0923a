"""What is published when small numbers are hidden: the tables of a whole round."""

from __future__ import annotations

import json
import re
import shutil
from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline import store
from pipeline.count.crossed import Crossed, count_crossed
from pipeline.disclosure.hide import Hidden, hide_small
from pipeline.errors import InputError
from pipeline.plan import Plan, plan_run
from pipeline.publish import Run, list_inputs, write_run
from pipeline.round import load_round
from pipeline.run import Figures, add_figures, count_closed, run_batches
from pipeline.suppress.rule import parse_rule
from pipeline.verify import verify_run

CROSSED = store.FIGURE_FILES["crossings"]
RULES = ("threshold-5", "threshold-10", "nhs-1-7-round5")
CODEBOOK = """\
codebook: c
themes:
  slow: {rules: [slow]}
  wifi: {rules: [wifi]}
  desks: {rules: [desk*]}
  kit: {net: [slow, wifi]}
"""
ROUND = """\
round: small
codebook: codebook.yaml
source:
  file: responses.csv
  respondent: id
  questions: {barriers: {column: q1}, improve: {column: q2}}
  groups: [team]
  closed:
    happy: {column: q3, kind: scale, options: [Disagree, Neutral, Agree]}
    tools: {column: q4, kind: multiple, separator: ";"}
    years: {column: q5, kind: number}
"""
WORDS = ("slow", "wifi", "desks", "the car park", "", "slow wifi", "n/a")


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder = tmp_path_factory.mktemp("small")
    lines = ["id,team,q1,q2,q3,q4,q5"]
    for n in range(130):
        team = ("North", "South", "East", "")[min(n % 9, 3) if n < 120 else 2]
        happy = ("Agree", "Agree", "Neutral", "Disagree", "")[(n * 7) % 5 if n % 11 else 3]
        tools = ("pen", "pen;phone", "laptop", "")[n % 4 if n % 13 else 2]
        first, second = WORDS[(n * 5) % 7], WORDS[(n // 3) % 7 if n % 17 else 2]
        lines.append(f"R{n},{team},{first} {n}x,{second} {n}y,{happy},{tools},{n % 6}")
    (folder / "responses.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    (folder / "codebook.yaml").write_text(CODEBOOK, encoding="utf-8")
    (folder / "round.yaml").write_text(ROUND, encoding="utf-8")
    return plan_run(load_round(folder))


class Known:
    """The true figures of the round."""

    def __init__(self, plan: Plan) -> None:
        batches = list(run_batches(plan))
        self.figures = add_figures((Figures(b.bases, b.counts) for b in batches), plan.round)
        self.crossed = count_crossed([b.tally for b in batches], plan.codebook, plan.round)
        closed = count_closed(plan.round)
        assert closed is not None
        self.closed = closed.table

    def hide(self, plan: Plan, rule: str) -> Hidden:
        the_round = replace(plan.round, suppress=rule)
        return hide_small(self.figures, self.crossed, self.closed, plan.codebook, the_round)


@pytest.fixture(scope="module")
def known(plan: Plan) -> Known:
    return Known(plan)


@pytest.fixture(scope="module", params=RULES)
def hidden(request: pytest.FixtureRequest, plan: Plan, known: Known) -> tuple[str, Hidden]:
    return request.param, known.hide(plan, request.param)


def tables(found: Figures, crossed: Crossed, closed: pa.Table | None) -> dict[str, pa.Table]:
    return {
        "counts": found.counts,
        "bases": found.bases,
        "crossings": crossed.crossings,
        "people": crossed.people,
        "closed": closed,
    }


def numbers(row: dict[str, Any]) -> dict[str, int | None]:
    """The counts of a row."""
    names = ("cited", "of", "codebook", "classifier", "human", "asked", "blank", "filler")
    more = ("duplicate", "excluded", "unprocessed", "substantive", "with_theme", "no_theme")
    return {name: row[name] for name in (*names, *more, "campaign") if name in row}


def test_no_small_number_is_published_and_others_are_as_the_rule_has_them(hidden, known) -> None:
    name, found = hidden
    rule = parse_rule(name)
    true = tables(known.figures, known.crossed, known.closed)
    shown = tables(found.figures, found.crossed, found.closed)
    kept = gone = 0
    for table in true:
        for before, after in zip(true[table].to_pylist(), shown[table].to_pylist(), strict=True):
            for column, number in numbers(before).items():
                assert number is not None
                if rule.is_small(number):
                    assert after[column] is None, (table, before, column)
                    gone += 1
                elif after[column] is not None:
                    assert after[column] == rule.show(number)
                    kept += 1
    assert gone > 20
    assert kept > 50


def test_a_share_stands_only_where_its_numbers_do_and_follows_from_them(hidden) -> None:
    _, found = hidden
    for table in tables(found.figures, found.crossed, found.closed).values():
        for row in table.to_pylist():
            if "share" not in row or row.get("measure") == "number":
                continue
            if row["cited"] is None or not row["of"]:
                assert row["share"] is None
            else:
                assert row["share"] == pytest.approx(row["cited"] / row["of"])


def test_what_would_tell_a_hidden_number_is_not_published(hidden) -> None:
    _, found = hidden
    assert found.crossed.comparisons.num_rows == found.crossed.together.num_rows == 0
    for row in found.crossed.crossings.to_pylist():
        gone = ("rest_cited", "rest_of", "difference", "low", "high")
        assert [row[name] for name in gone] == [None] * 5
    for row in found.closed.to_pylist():
        assert (row["min"], row["max"]) == (None, None)


@pytest.mark.parametrize("rule", ["threshold-5", "threshold-10"])
def test_no_hidden_answer_is_what_the_others_leave_of_the_base(plan, known, rule) -> None:
    found = known.hide(plan, rule)
    options = defaultdict(list)
    for row in found.closed.to_pylist():
        if row["measure"] == "option" and row["kind"] == "scale":
            options[row["group"], row["group_value"], row["of"]].append(row["cited"])
    for (_, _, of), cited in options.items():
        assert of is None or cited.count(None) != 1


def test_the_true_figures_are_left_as_they_are(plan, known) -> None:
    before = known.figures.counts.to_pylist()
    known.hide(plan, "threshold-10")
    assert known.figures.counts.to_pylist() == before


def test_hiding_is_the_same_each_time(plan: Plan, known: Known) -> None:
    one, other = (known.hide(plan, "threshold-5") for _ in range(2))
    assert one.figures.counts.equals(other.figures.counts)
    assert one.crossed.crossings.equals(other.crossed.crossings)


@pytest.mark.parametrize("rule", ["threshold-2", "nhs", "on"])
def test_a_rule_that_there_is_not_is_refused_in_its_place(
    make_round: Callable[..., Path], rule: str
) -> None:
    with pytest.raises(InputError, match=r"E521.*round\.yaml:\d+:\d+"):
        load_round(make_round(extra=f"suppress: {rule}\n"))


@pytest.fixture(scope="module")
def run_of(plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = plan.round.path.parent
    (folder / "hidden.yaml").write_text(ROUND + "suppress: threshold-5\n", encoding="utf-8")
    hiding = plan_run(load_round(folder / "hidden.yaml"))
    out = tmp_path_factory.mktemp("runs") / "run"
    return write_run(hiding, out, list_inputs(hiding.round, hiding.coders), lambda batch: None)


def test_a_run_hides_in_what_it_publishes_and_keeps_its_evidence_whole(run_of: Run) -> None:
    evidence = (run_of.folder / CROSSED).read_text(encoding="utf-8").splitlines()
    published = (run_of.folder / "published/crossings.csv").read_text("utf-8").splitlines()
    assert len(evidence) == len(published)
    assert evidence != published
    assert verify_run(run_of.folder, run_of.sha256) == []


def test_a_small_number_written_back_into_what_is_published_is_found(
    run_of: Run, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(run_of.folder, tmp_path / "run"))
    shutil.copy(folder / CROSSED, folder / "published/crossings.csv")
    assert "published/crossings.csv does not follow from the evidence" in verify_run(folder)


def test_every_published_file_says_no_number_that_is_hidden(run_of: Run, plan: Plan) -> None:
    """Read as a reader would: the sentences and cells of the report, the values of the JSON."""
    text = (run_of.folder / "published/report.txt").read_text(encoding="utf-8")
    assert "[c]: not published. Counts of 1 to 4 are hidden" in text
    for number, of in re.findall(r"(\d+) of (\d+) responses? cited", text):
        assert int(number) > 4 < int(of)
    assert not re.search(r"\(([1-4])\)", text), "a cell of a small group"
    data = json.loads((run_of.folder / "published/counts.json").read_text(encoding="utf-8"))
    assert data["suppress"]["rule"] == "threshold-5"
    small = [
        row
        for question in data["questions"]
        for row in (*question["counts"], *question["groups"])
        if row["cited"] in (1, 2, 3, 4)
    ]
    assert small == []
    assert not any((run_of.folder / f"published/{n}.csv").exists() for n in ("together",))


def test_the_report_keeps_to_80_columns_but_for_sentences(run_of: Run) -> None:
    text = (run_of.folder / "published/report.txt").read_text(encoding="utf-8")
    tables = [line for line in text.splitlines() if "[c]" in line or "  " in line]
    assert tables
    assert max(map(len, (line for line in tables if not line.startswith("Base")))) <= 80
