"""Closed questions through a whole run: York's published triples come out, and verify holds."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from rich.console import Console

from pipeline import store
from pipeline.publish import Run, render_files
from pipeline.report.closedtables import render_closed
from pipeline.report.data import report_json
from pipeline.report.plain import render_plain
from pipeline.report.terminal import print_report
from pipeline.round import load_round
from pipeline.tables import ANSWERS
from pipeline.verify import verify_run
from pipeline.wording import round_parts

FIVE = "[Strongly disagree, Disagree, Neutral, Agree, Strongly agree]"
YORK = {
    "influence": "82/12/6",
    "goals": "96/2/2",
    "purpose": "82/6/12",
    "digital": "72/17/11",
    "improves": "80/10/10",
    "lead": "68/26/6",
    "proud": "67/20/13",
    "contact": "76/16/8",
    "old": "72/22/6",
    "communicates": "53/24/23",
    "know": "45/20/35",
    "confident": "78/13/9",
    "easy": "56/24/20",
    "personally": "56/28/17",
    "department": "52/28/21",
    "others": "36/51/13",
    "reliable": "38/25/37",
    "supported": "37/33/30",
    "away": "74/20/6",
    "processes": "61/31/8",
    "barriers": "50/25/25",
    "happy": "49/19/32",
    "remotely": "28/33/39",
    "automating": "29/58/13",
}
"""agree/neutral/disagree as the consultation on York's ICT strategy of 2017 published them."""


def counts_of(triple: str) -> tuple[int, ...]:
    """The fewest respondents, from 40 up, whose shares round to a triple."""
    wanted = tuple(map(int, triple.split("/")))

    def near(share: int, of: int) -> Iterator[int]:
        return iter(range(max(0, share * of // 100 - 1), share * of // 100 + 3))

    for of in range(40, 400):
        for agree in near(wanted[0], of):
            for neutral in near(wanted[1], of):
                parts = (agree, neutral, of - agree - neutral)
                if min(parts) >= 0 and round_parts(parts, of) == wanted:
                    return parts
    raise AssertionError(triple)


def write_round(folder: Path, make: Callable[..., Path]) -> Path:
    """The tiny round with York's scales and a question of each other kind beside it."""
    columns = {name: answers_of(counts_of(triple)) for name, triple in YORK.items()}
    high = max(map(len, columns.values()))
    rows = []
    for number in range(high):
        said = [column[number] if number < len(column) else "" for column in columns.values()]
        more = [("Yes", "No", "Don’t know")[number % 3], "phone;Laptop" if number % 2 else "Laptop"]
        team = ("North", "South", "")[number % 3]
        text = "All slow" if number % 4 == 0 else ""
        figure = f"£{number},000" if number and not number % 9 else ""
        rows.append((f"R{number}", team, text, "", *said, *more, figure, ""))
    folder = make("closed", rows=[])
    names = ["id", "team", "q1", "q2", *YORK, "legacy", "devices", "saved", "unasked"]
    lines = [",".join(names), *(",".join(f'"{cell}"' for cell in row) for row in rows)]
    (folder / "responses.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    closed = "".join(
        f"    {name}: {{column: {name}, kind: scale, battery: org, options: {FIVE},\n"
        f"      label: 'The organisation and its ICT, as York asked it: {name}'}}\n"
        for name in YORK
    ) + (
        "    legacy: {column: legacy, kind: choice, options: [Yes, No, Don't know]}\n"
        "    devices: {column: devices, kind: multiple, options: [Phone, Laptop, Pager]}\n"
        "    saved: {column: saved, kind: number, unit: £}\n"
        "    unasked: {column: unasked, kind: choice, options: [Yes, No]}\n"
    )
    text = (folder / "round.yaml").read_text(encoding="utf-8")
    text = text.replace("  groups: [team]\n", f"  groups: [team]\n  closed:\n{closed}")
    (folder / "round.yaml").write_text(text, encoding="utf-8")
    return folder


def answers_of(parts: tuple[int, ...]) -> list[str]:
    agree, neutral, disagree = parts
    agreeing = ["Agree", "strongly agree"] * agree
    opposed = ["Disagree", "Strongly  disagree"] * disagree
    return [*agreeing[:agree], *["Neutral"] * neutral, *opposed[:disagree]]


@pytest.fixture
def closed_run(tmp_path: Path, make_round: Callable[..., Path], run: Callable[..., Run]) -> Run:
    return run(write_round(tmp_path, make_round), tmp_path / "run")


def items_of(done: Run) -> dict[str, dict[str, Any]]:
    return {item["item"]: item for item in report_json(done.report)["closed"]}


def test_yorks_triples_come_out_as_they_were_published(closed_run: Run) -> None:
    found = {
        name: "/".join(map(str, item["triple"]))
        for name, item in items_of(closed_run).items()
        if "triple" in item
    }
    assert found == YORK


def test_triples_that_do_not_add_to_100_are_said_and_have_a_variant_that_does(
    closed_run: Run,
) -> None:
    text = render_plain(closed_run.report)
    assert "56%      28%       17%  rounds to 101" in text
    assert "Rounded by largest remainders, which adds to 100: 56/28/17 is" in " ".join(text.split())
    for item in items_of(closed_run).values():
        if "triple" in item:
            assert sum(item["triple_largest_remainder"]) == 100


def test_batteries_are_printed_after_the_themes_within_80_columns(closed_run: Run) -> None:
    text = render_plain(closed_run.report)
    before, _, after = text.partition("Closed questions")
    assert "Slow systems" in before
    lines = after.splitlines()
    assert max(map(len, lines)) <= 80
    assert sum(line.startswith("org ") for line in lines) == 1
    assert "Nobody answered: unasked." in lines
    assert "shares add to" in after
    assert any(line.startswith("by team") and "North" in line for line in lines)
    assert "nan" not in after.lower().split()


def test_a_terminal_shows_the_same_tables(closed_run: Run) -> None:
    stream = io.StringIO()
    print_report(closed_run.report, Console(file=stream, width=80))
    assert render_closed(closed_run.report.closed) in stream.getvalue()


def test_the_evidence_holds_the_answers_and_the_published_folder_the_counts(
    closed_run: Run,
) -> None:
    names = store.list_files(closed_run.folder)
    assert {store.ANSWERS_FILE, store.CLOSED_FILE, "published/closed.csv"} <= set(names)
    manifest = store.read_manifest(closed_run.folder)
    assert set(names) == {item["file"] for item in manifest["outputs"]}
    answers = store.read_table(closed_run.folder, "answers", store.ANSWERS_FILE)
    assert "R1" in ANSWERS.check(answers)["respondent"].to_pylist()
    header = (closed_run.folder / store.CLOSED_FILE).read_text(encoding="utf-8").splitlines()[0]
    assert header.startswith("item,battery,label,kind,measure,value,group,group_value,cited,of")
    as_json = json.loads((closed_run.folder / "published/counts.json").read_text(encoding="utf-8"))
    assert [item["item"] for item in as_json["closed"]] == [
        *YORK,
        *("legacy", "devices", "saved", "unasked"),
    ]


def test_a_round_without_closed_questions_has_no_trace_of_them(kept_tiny_run: Run) -> None:
    assert not any("closed" in name for name in store.list_files(kept_tiny_run.folder))
    assert "closed" not in report_json(kept_tiny_run.report)
    figures, crossed, report = (
        getattr(kept_tiny_run, name) for name in ("figures", "crossed", "report")
    )
    assert store.CLOSED_FILE not in render_files(figures, crossed, report, None, None)


def test_verify_re_derives_closed_figures_from_the_answers(closed_run: Run) -> None:
    assert verify_run(closed_run.folder) == []
    path = closed_run.folder / store.ANSWERS_FILE
    rows = store.read_table(closed_run.folder, "answers", store.ANSWERS_FILE).to_pylist()
    rows[0]["value"] = "Strongly disagree"
    pq.write_table(ANSWERS.build(rows), path)
    found = verify_run(closed_run.folder)
    assert f"{store.CLOSED_FILE} does not follow from the evidence" in found
    assert "published/report.txt does not follow from the evidence" in found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": "Perhaps"}, "the answer 'Perhaps' of R0 to 'influence' is not one"),
        ({"item": "unknown"}, "the answer 'Agree' of R0 to 'unknown' is not one"),
        ({"number": 3.0}, "the answer 'Agree' of R0 to 'influence' is not one"),
        ({"item": "goals"}, "the answer 'Agree' of R0 to 'goals' is not one"),
    ],
)
def test_verify_refuses_answers_that_no_source_could_have_given(
    closed_run: Run, change: dict[str, Any], said: str
) -> None:
    path = closed_run.folder / store.ANSWERS_FILE
    rows = store.read_table(closed_run.folder, "answers", store.ANSWERS_FILE).to_pylist()
    rows[0] |= change
    pq.write_table(ANSWERS.build(rows), path)
    assert any(said in mismatch for mismatch in verify_run(closed_run.folder))


def test_the_same_round_gives_the_same_bytes(
    closed_run: Run, run: Callable[..., Run], tmp_path: Path
) -> None:
    again = run(load_round(tmp_path / "closed").path.parent, tmp_path / "again")
    for name in store.list_files(again.folder):
        assert (again.folder / name).read_bytes() == (closed_run.folder / name).read_bytes(), name


CHOICE = "    a: {column: a, kind: choice, options: [Yes, No]}\n"


def write_small(
    make_round: Callable[..., Path],
    rows: Sequence[Sequence[object]],
    closed: str = CHOICE,
    head: Sequence[str] = ("id", "team", "q1", "q2", "a"),
) -> Path:
    folder = make_round("small", rows=[])
    with (folder / "responses.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([head, *rows])
    text = (folder / "round.yaml").read_text(encoding="utf-8")
    text = text.replace("  groups: [team]\n", f"  groups: [team]\n  closed:\n{closed}")
    (folder / "round.yaml").write_text(text, encoding="utf-8")
    return folder


def call(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8")


def test_a_group_column_of_500_values_is_warned_of_and_said_in_the_report(
    make_round: Callable[..., Path], tmp_path: Path
) -> None:
    folder = write_small(make_round, [(f"R{n}", n, "", "", "Yes") for n in range(500)])
    done = call("run", folder, "--out", tmp_path / "out")
    assert done.returncode == 0
    assert "warning: [W531] the group column 'team' has 500 different values" in done.stderr
    assert "Not crossed: the group column 'team' has 500" in done.stdout
    published = (tmp_path / "out" / "published" / "closed.csv").read_text(encoding="utf-8")
    assert published.count("\n") == 3


def test_an_answer_that_is_no_option_stops_the_run_before_anything_is_written(
    make_round: Callable[..., Path], tmp_path: Path
) -> None:
    folder = write_small(make_round, [("R1", "x", "Wifi", "", "Perhaps")])
    done = call("run", folder, "--out", tmp_path / "out", "-q")
    assert (done.returncode, done.stdout) == (2, "")
    assert "'Perhaps' (row 2)" in done.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("rows", [[("R1", "x", "", "", "")], [("R1", "x", "", "", "Yes")]])
def test_no_answer_and_one_answer_are_sentences_and_nothing_is_divided_by_0(
    make_round: Callable[..., Path], tmp_path: Path, rows: Sequence[Sequence[object]]
) -> None:
    folder = write_small(make_round, rows)
    done = call("run", folder, "--out", tmp_path / "out", "--json", "-q")
    (item,) = json.loads(done.stdout, parse_constant=pytest.fail)["closed"]
    expected = "Nobody answered a" if not rows[0][-1] else "a: of 1 respondent, Yes 1 (100%)"
    assert item["sentence"] == expected
    text = (tmp_path / "out" / "published" / "report.txt").read_text(encoding="utf-8")
    assert ("Nobody answered: a." in text) or ("Only one respondent answered: a." in text)
    assert call("verify", tmp_path / "out").returncode == 0


def test_long_words_wide_numbers_and_many_options_stay_within_80_columns(
    make_round: Callable[..., Path], run: Callable[..., Run], tmp_path: Path
) -> None:
    closed = (
        f"    a: {{column: a, kind: choice, battery: x, label: {'long' * 40}}}\n"
        "    b: {column: b, kind: number, unit: £, label: Everything that was ever saved here}\n"
        f"    c: {{column: c, kind: scale, label: {'wide ' * 40}, options: [{'no' * 20}, b, Yes],\n"
        "        agree: Yes}\n"
    )
    values = ("option " * 30, "x" * 200, "\x1b[31m red")
    rows = [
        (f"R{n}", f"A team with a long name {n}", "", "", value, f"{10**14 + n}", "Yes")
        for n, value in enumerate(values)
    ]
    head = ("id", "team", "q1", "q2", "a", "b", "c")
    done = run(write_small(make_round, rows, closed, head), tmp_path / "out")
    text = render_plain(done.report).partition("Closed questions")[2]
    assert max(map(len, text.splitlines())) <= 80
    assert "\x1b" not in text
