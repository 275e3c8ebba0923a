"""Facets, parents and exclusive themes, from codings to figures, reports and quotes."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from rich.console import Console

from pipeline.cli import main
from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook
from pipeline.coded import Coded, read_coded
from pipeline.decisions import decide
from pipeline.errors import InputError
from pipeline.figures import check_figures, load_figures
from pipeline.plan import plan_run
from pipeline.publish import Run
from pipeline.quotes import quote_figure, tabulate_quotes
from pipeline.report.data import gather_report, report_json
from pipeline.report.plain import render_plain
from pipeline.report.quotetable import render_quotes
from pipeline.report.terminal import print_report
from pipeline.resolve import resolve_verdicts
from pipeline.round import load_round
from pipeline.run import count_round, run_batches
from pipeline.tables import CODERS, CODINGS, DECISIONS, RESPONSES, VERDICTS, rows
from pipeline.verify import open_kept, recount, verify_run

THEMES = """\
  one: {rules: [one]}
  two: {rules: [two]}
  model: {rules: [model], policy: model}
facets:
  stance:
    zest: {rules: [great]}
    awe: {rules: [awful]}
exclusive: [[two, one]]
"""
Said = tuple[str, str, str]
"""theme, facet, coder or decision"""


@pytest.fixture
def small(codebook_of: Callable[[str], Codebook]) -> Codebook:
    return codebook_of(THEMES)


def resolve(
    codebook: Codebook, found: Iterable[Said], said: Iterable[tuple[str, *Said]] = ()
) -> list[dict[str, Any]]:
    """Verdicts on one response; `found` by kind of coder, `said` by person and decision."""
    blank = {"respondent": "", "row": 2, "groups": [], "reason": "", "campaign": "", "text": "a"}
    response = {"response_id": "R", "question": "q", "status": "substantive", **blank}
    place = {"response_id": "R", "question": "q"}
    codings = [
        {**place, "theme": t, "facet": f, "coder": f"{c}:x", "rule": "", "quote": "", "terms": []}
        for t, f, c in found
    ]
    read = {"reading": 1, "response_id": "R", "memo": ""}
    decisions = [
        {**read, "coder": f"human:{who}", "theme": t, "facet": f, "decision": d}
        for who, t, f, d in said
    ]
    tables = RESPONSES.build([response]), CODINGS.build(codings), DECISIONS.build(decisions)
    return VERDICTS.check(resolve_verdicts(*tables, codebook)).to_pylist()


BOTH = [("one", "", "codebook"), ("one", "awe", "codebook")]
PAIR = [*BOTH, ("two", "", "codebook"), ("two", "zest", "codebook")]


@pytest.mark.parametrize(
    ("found", "said", "present"),
    [
        (BOTH, [], ["one codebook", "one/awe codebook"]),
        (BOTH, [("ana", "one", "", "absent")], []),
        (BOTH, [("ana", "one", "", "present")], ["one human", "one/awe codebook"]),
        (BOTH, [("ana", "one", "awe", "absent")], ["one codebook"]),
        (BOTH, [("ana", "one", "", "absent"), ("ana", "one", "awe", "present")], []),
        (BOTH, [("ana", "one", "awe", "absent"), ("ben", "one", "awe", "present")],
         ["one codebook", "one/awe codebook"]),
        ([], [("ana", "one", "", "present"), ("ana", "one", "zest", "present")],
         ["one human", "one/zest human"]),
        ([("one", "awe", "codebook")], [], []),
        ([("model", "", "codebook"), ("model", "awe", "codebook")], [], []),
        ([("model", "", "codebook"), ("model", "awe", "codebook"), ("model", "", "classifier")], [],
         ["model classifier", "model/awe codebook"]),
        (PAIR, [], ["two codebook", "two/zest codebook"]),
        ([("one", "", "classifier"), ("two", "", "codebook")], [], ["two codebook"]),
        (PAIR, [("ana", "two", "", "absent")], ["one codebook", "one/awe codebook"]),
        (PAIR, [("ana", "one", "", "present")], ["one human", "one/awe codebook"]),
        (PAIR, [("ana", "one", "", "present"), ("ben", "two", "", "present")],
         ["one human", "one/awe codebook", "two human", "two/zest codebook"]),
        (PAIR, [("ana", "one", "", "present"), ("ben", "one", "", "absent")],
         ["two codebook", "two/zest codebook"]),
    ],
)  # fmt: skip
def test_a_facet_needs_its_theme_and_a_person_goes_first(
    small: Codebook, found: list[Said], said: list[tuple[str, *Said]], present: list[str]
) -> None:
    verdicts = resolve(small, found, said)
    shown = [
        f"{v['theme']}{'/' if v['facet'] else ''}{v['facet']} {v['by']}"
        for v in verdicts
        if v["present"]
    ]
    assert shown == present
    assert {(v["theme"], v["facet"]) for v in verdicts} == {
        *((theme, facet) for theme, facet, _ in found),
        *((theme, facet) for _, theme, facet, _ in said),
    }


def test_a_theme_that_lost_is_kept_with_who_found_it(small: Codebook) -> None:
    lost = next(v for v in resolve(small, PAIR) if (v["theme"], v["facet"]) == ("one", ""))
    assert (lost["present"], lost["by"], lost["codebook"]) == (False, "codebook", True)


@pytest.mark.parametrize("seed", range(4))
def test_verdicts_go_by_theme_then_facet_as_the_codebook_has_them(
    small: Codebook, seed: int
) -> None:
    found = [("one", "zest", "codebook"), *PAIR, ("two", "awe", "codebook")]
    random.Random(seed).shuffle(found)
    order = [(v["theme"], v["facet"]) for v in resolve(small, found)]
    assert order == [(theme, facet) for theme in ("one", "two") for facet in ("", "zest", "awe")]


# -- hand coding -----------------------------------------------------------------------------------


def coded_of(codebook: Codebook, folder: Path, *lines: str) -> Coded:
    path = folder / "coded.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return read_coded(path, codebook)


def test_a_row_with_a_facet_marks_both_and_what_is_not_marked_is_absent(
    small: Codebook, tmp_path: Path
) -> None:
    coded = coded_of(
        small, tmp_path, "response_id,theme,facet,memo", "R1,one,awe,why", "R1,two,,so", "R2,,,"
    )
    decisions = decide(coded, small)
    present = [
        (response_id, theme, facet, memo)
        for response_id, theme, facet, memo, decision in rows(
            decisions, "response_id", "theme", "facet", "memo", "decision"
        )
        if decision == "present"
    ]
    assert present == [("R1", "one", "", ""), ("R1", "one", "awe", "why"), ("R1", "two", "", "so")]
    assert decisions.num_rows == 2 * 3 * (1 + 2)


def test_without_a_column_of_facets_none_is_in_view(small: Codebook, tmp_path: Path) -> None:
    decisions = decide(coded_of(small, tmp_path, "response_id,theme", "R1,one"), small)
    assert set(decisions["facet"].to_pylist()) == {""}
    assert decisions.num_rows == 3


@pytest.mark.parametrize(
    ("row", "what", "remedy"),
    [
        ("R1,one,aw", "the facet 'aw' is not in the codebook", "'awe'"),
        ("R1,,awe", "the facet 'awe' is of no theme", "Name the theme"),
    ],
)
def test_a_facet_that_cannot_be_taken_is_refused_with_its_row(
    small: Codebook, tmp_path: Path, row: str, what: str, remedy: str
) -> None:
    with pytest.raises(InputError) as refused:
        coded_of(small, tmp_path, "response_id,theme,facet", row)
    (problem,) = refused.value.problems
    assert problem.code == "E401"
    assert problem.where.endswith("coded.csv: row 2")
    assert what in problem.what
    assert remedy in problem.remedy


# -- a round from end to end -----------------------------------------------------------------------

CODEBOOK = """\
codebook: faceted
facets:
  stance:
    praise: {label: Praise, rules: [great]}
    problem: {label: Problem, rules: [awful, dies]}
  origin:
    asked: {label: Asked for, questions: [improve]}
    told: {label: Told, questions: [barriers]}
themes:
  kit: {label: Kit, rules: [kit]}
  phones: {label: Phones, parent: kit, rules: [phone*]}
  laptops: {label: Laptops, parent: kit, rules: [laptop*]}
  battery: {label: Battery, parent: laptops, rules: [battery]}
  desks: {label: Desks, rules: [desk*]}
  training: {label: Training, questions: [improve], rules: [training]}
  rooms: {label: Rooms and laptops, net: [laptops, desks]}
exclusive: [[phones, desks]]
"""
ROWS = (
    ("R1", "", "The laptop is awful. Its battery dies.", "A great laptop"),
    ("R2", "", "My phone is great", "training, great training"),
    ("R3", "", "The battery dies", "none of it"),
    ("R4", "", "The kit is great", "the desk is awful and the phone is awful"),
    ("R5", "", "A desk", "n/a"),
)
COUNTED = {
    "barriers": {
        "kit": (4, {"praise": 2, "problem": 2, "told": 4}),
        "phones": (1, {"praise": 1, "told": 1}),
        "laptops": (2, {"problem": 2, "told": 2}),
        "battery": (2, {"problem": 2, "told": 2}),
        "desks": (1, {"told": 1}),
        "rooms": (3, {"problem": 2, "told": 3}),
    },
    "improve": {
        "kit": (2, {"praise": 1, "problem": 1, "asked": 2}),
        "phones": (1, {"problem": 1, "asked": 1}),
        "laptops": (1, {"praise": 1, "asked": 1}),
        "battery": (0, {}),
        "desks": (0, {}),
        "training": (1, {"praise": 1, "asked": 1}),
        "rooms": (1, {"praise": 1, "asked": 1}),
    },
}
FIGURES = """\
- {id: a, question: barriers, theme: kit, facet: problem, cited: 2, of: 5}
- {id: b, question: barriers, theme: kit, cited: 4, of: 5}
- {id: c, question: improve, theme: rooms, facet: praise, cited: at least 2}
"""


@pytest.fixture
def faceted(make_round: Callable[..., Path]) -> Path:
    return make_round(codebook=CODEBOOK, rows=ROWS, figures=FIGURES)


@pytest.fixture
def done(faceted: Path, run: Callable[..., Run], tmp_path: Path) -> Run:
    return run(faceted, tmp_path / "run")


def cited_of(counts: pa.Table) -> dict[tuple[str, str, str], int]:
    return {(c["question"], c["theme"], c["facet"]): c["cited"] for c in counts.to_pylist()}


def test_counts_are_of_theme_and_facet_with_all_that_is_under_a_parent(done: Run) -> None:
    cited = cited_of(done.figures.counts)
    assert {place for place in cited if place[1] == "training"} == {
        ("improve", "training", facet) for facet in ("", "praise", "problem", "asked")
    }
    for question, themes in COUNTED.items():
        for theme, (number, facets) in themes.items():
            assert cited[question, theme, ""] == number
            found = {f: n for (q, t, f), n in cited.items() if (q, t) == (question, theme) and f}
            assert {facet: n for facet, n in found.items() if n} == facets, (question, theme)
            assert len(found) == 3
    labels = {c["theme"]: c["label"] for c in done.figures.counts.to_pylist() if c["facet"]}
    assert labels["kit"] == "Kit"


def test_the_base_counts_responses_with_a_theme_once_whatever_their_facets(done: Run) -> None:
    bases = {base["question"]: base for base in done.figures.bases.to_pylist()}
    assert (bases["barriers"]["with_theme"], bases["barriers"]["no_theme"]) == (5, 0)
    assert (bases["improve"]["with_theme"], bases["improve"]["no_theme"]) == (3, 1)


def test_a_run_with_facets_follows_from_its_evidence(done: Run) -> None:
    assert verify_run(done.folder) == []


def test_a_coding_that_is_taken_away_breaks_the_run(done: Run) -> None:
    kept = open_kept(done.folder)
    of_facet = kept.evidence.codings["facet"].to_pylist().index("problem")
    places = [n for n in range(kept.evidence.codings.num_rows) if n != of_facet]
    pq.write_table(
        kept.evidence.codings.take(places), done.folder / "evidence" / "2-codings.parquet"
    )
    mismatches = "\n".join(verify_run(done.folder))
    assert "the rules do not find the codings: problem/" in mismatches
    assert "x problem does not follow from its codings" in mismatches


def test_every_figure_leads_to_its_responses_facet_by_facet(done: Run) -> None:
    kept = open_kept(done.folder)
    for count in done.figures.counts.to_pylist():
        cited, rest = quote_figure(kept, count["question"], count["theme"], count["facet"])
        assert len(cited) == count["cited"]
        assert len(cited) + len(rest) == count["of"]
        split = Counter(quoted.by for quoted in cited)
        assert {c: split[c] for c in CODERS} == {c: count[c] for c in CODERS}
        assert all(quoted.reasons for quoted in cited)


@pytest.mark.parametrize(
    ("facet", "what"), [("praize", "there is no facet"), ("told", "is not looked for in")]
)
def test_a_facet_that_the_run_does_not_have_is_refused(done: Run, facet: str, what: str) -> None:
    with pytest.raises(InputError, match=f"E701.*{what}"):
        quote_figure(open_kept(done.folder), "improve", "kit", facet)


def test_published_figures_may_be_of_a_facet(faceted: Path) -> None:
    plan = plan_run(load_round(faceted))
    published = load_figures(faceted / "figures.yaml", plan.round, plan.codebook)
    checked = check_figures(published, {(): count_round(plan)})
    assert [(item.cited, item.of, item.holds) for item in checked] == [
        (2, 5, True),
        (4, 5, True),
        (1, 4, False),
    ]


@pytest.mark.parametrize(
    ("facet", "what"), [("prase", "there is no 'prase'"), ("asked", "'asked' is not counted in")]
)
def test_a_published_facet_that_is_not_counted_is_refused(
    faceted: Path, facet: str, what: str
) -> None:
    figure = f"- {{id: a, question: barriers, theme: kit, facet: {facet}, cited: 1}}\n"
    (faceted / "figures.yaml").write_text(figure)
    plan = plan_run(load_round(faceted))
    with pytest.raises(InputError, match=f"E601.*{what}"):
        check_figures(
            load_figures(faceted / "figures.yaml", plan.round, plan.codebook),
            {(): count_round(plan)},
        )


def test_a_persons_facet_that_the_question_bars_is_refused(
    make_round: Callable[..., Path],
) -> None:
    folder = make_round(codebook=CODEBOOK, rows=ROWS, extra="decisions: coded.csv\n")
    (folder / "coded.csv").write_text("response_id,theme,facet\nR1/improve,laptops,told\n")
    with pytest.raises(InputError, match=r"E404.*told in R1/improve"):
        plan_run(load_round(folder))


def test_a_persons_facets_stand_in_a_run(
    make_round: Callable[..., Path], run: Callable[..., Run], tmp_path: Path
) -> None:
    folder = make_round(codebook=CODEBOOK, rows=ROWS, extra="decisions: coded.csv\n")
    (folder / "coded.csv").write_text(
        "response_id,theme,facet\nR1/improve,laptops,problem\nR5/barriers,desks,praise\n"
    )
    done = run(folder, tmp_path / "run")
    cited = cited_of(done.figures.counts)
    assert (cited["improve", "laptops", "praise"], cited["improve", "laptops", "problem"]) == (0, 1)
    assert cited["barriers", "rooms", "praise"] == 1
    assert verify_run(done.folder) == []
    kept = open_kept(done.folder)
    (table, _) = tabulate_quotes(kept, "barriers", "desks")
    assert "R5/barriers: (by human, without a quote)" in " ".join(render_quotes(table, 160).split())


# -- what is shown ---------------------------------------------------------------------------------

REPORT = """\
What gets in the way? (barriers)

theme                   cited  of  share  bar       codebook
Kit                         4   5    80%  ########         4
  Laptops                   2   5    40%  ####             2
    Battery                 2   5    40%  ####             2
  Phones                    1   5    20%  ##               1
Desks                       1   5    20%  ##               1
net: Rooms and laptops      3   5    60%  ######           3

theme by stance         cited  Praise  Problem
Kit                         4       2        2
  Laptops                   2       0        2
    Battery                 2       0        2
  Phones                    1       1        0
Desks                       1       0        0
net: Rooms and laptops      3       0        2

4 of 5 responses cited Kit (80%); 2 as Praise, 2 as Problem; 4 as Told
2 of 5 responses cited Laptops (40%); 2 as Problem; 2 as Told
2 of 5 responses cited Battery (40%); 2 as Problem; 2 as Told
1 of 5 responses cited Phones (20%); 1 as Praise; 1 as Told
1 of 5 responses cited Desks (20%); 1 as Told
3 of 5 responses cited Rooms and laptops (60%); 2 as Problem; 3 as Told
"""
ROUND_TABLE = """\
All questions

theme by origin         cited  Asked for  Told
Kit                         6          2     4
  Laptops                   3          1     2
    Battery                 2          0     2
  Phones                    2          1     1
Desks                       1          0     1
Training                    1          1     0
net: Rooms and laptops      4          1     3
"""
TABLE = """\
theme by stance           Praise                    Problem
----------------------------------------------------------------------------
Kit: 6                    3                         3
                          R4/barriers: "kit is
                           great"
----------------------------------------------------------------------------
  Laptops: 3              1                         2
                          R1/improve: "great        R1/barriers: "laptop is
                           laptop"                   awful"
----------------------------------------------------------------------------
    Battery: 2            0                         2
                                                    R1/barriers: "battery
                                                     dies"
                                                    R3/barriers: "battery
                                                     dies"
----------------------------------------------------------------------------
  Phones: 2               1                         1
                          R2/barriers: "phone is    R4/improve: "phone is
                           great"                    awful"
----------------------------------------------------------------------------
"""


def test_the_plain_report_shows_children_under_parents_and_facets_as_columns(done: Run) -> None:
    text = render_plain(done.report)
    assert REPORT in text
    assert f"\n\n{ROUND_TABLE}\n" in text
    assert (done.folder / "published" / "report.txt").read_text(encoding="utf-8") == text


def test_the_terminal_shows_the_same_numbers_in_80_columns(done: Run) -> None:
    console = Console(width=80, force_terminal=True, color_system=None, highlight=False)
    with console.capture() as captured:
        print_report(done.report, console)
    lines = [line.rstrip() for line in captured.get().splitlines()]
    assert max(map(len, lines)) <= 80
    shown = [line.split() for line in lines]
    for block in (REPORT, ROUND_TABLE):
        for line in block.splitlines():
            assert [w for w in line.split() if "#" not in w] in [
                [w for w in words if not set(w) & set("█▏▎▍▌▋▊▉")] for words in shown
            ]
    assert any(line.startswith("     Battery") for line in lines)


def test_the_json_has_a_row_for_each_facet_and_none_without_facets(
    done: Run, kept_tiny_run: Run
) -> None:
    written = json.loads((done.folder / "published" / "counts.json").read_text(encoding="utf-8"))
    cited = {
        (question["question"], count["theme"], count["facet"]): count["cited"]
        for question in written["questions"]
        for count in question["counts"]
    }
    assert cited == cited_of(done.figures.counts)
    tiny = report_json(kept_tiny_run.report)["questions"]
    assert not any("facet" in count for question in tiny for count in question["counts"])


def test_the_table_of_quotes_has_each_quote_in_its_cell(done: Run) -> None:
    (table,) = tabulate_quotes(open_kept(done.folder), theme="kit", reading="stance")
    assert render_quotes(table, 76) + "\n" == TABLE
    for width in (30, 80, 200):
        assert max(map(len, render_quotes(table, width).splitlines())) <= width


def test_the_numbers_of_the_table_of_quotes_are_those_of_the_counts(done: Run) -> None:
    kept = open_kept(done.folder)
    cited = cited_of(done.figures.counts)
    for question in ("", "barriers", "improve"):
        for table in tabulate_quotes(kept, question):
            for row in table.rows:
                for facet, number in zip(
                    ("", *table.facets), (row.cited, *row.counts), strict=True
                ):
                    asked = (question,) if question else ("barriers", "improve")
                    assert number == sum(cited.get((q, row.theme, facet), 0) for q in asked)


def test_whole_answers_may_stand_in_the_cells(done: Run) -> None:
    (table,) = tabulate_quotes(open_kept(done.folder), reading="stance", whole=True)
    battery = next(row for row in table.rows if row.theme == "battery")
    assert battery.quotes[1][0].text == "The laptop is awful. Its battery dies."


def test_controls_in_an_answer_are_not_shown_as_they_are(
    make_round: Callable[..., Path], run: Callable[..., Run], tmp_path: Path
) -> None:
    rows_ = [("R1", "", "laptop \x1b[31m is awful", "")]
    done = run(make_round(codebook=CODEBOOK, rows=rows_, figures=FIGURES), tmp_path / "run")
    (table, _) = tabulate_quotes(open_kept(done.folder))
    assert "\x1b" not in render_quotes(table, 80)


def call(arguments: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr("sys.argv", ["verbatims", *arguments])
    with pytest.raises(SystemExit) as stop:
        main()
    return int(stop.value.code or 0)


def test_the_command_prints_a_facet_and_the_table(
    done: Run, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    quotes = ["quotes", str(done.folder)]
    figure = [*quotes, "--question", "barriers", "--theme", "kit", "--facet", "problem"]
    assert call(figure, monkeypatch) == 0
    assert capsys.readouterr().out.startswith("2 of 5 responses cite kit as problem (barriers)\n")
    assert call([*figure, "--json"], monkeypatch) == 0
    assert json.loads(capsys.readouterr().out)["facet"] == "problem"
    monkeypatch.setenv("COLUMNS", "76")
    assert call([*quotes, "--table", "--theme", "kit", "--reading", "stance"], monkeypatch) == 0
    assert capsys.readouterr().out == TABLE
    assert call([*quotes, "--table", "--json"], monkeypatch) == 0
    tables = json.loads(capsys.readouterr().out)["tables"]
    assert [table["reading"] for table in tables] == ["stance", "origin"]
    cell = tables[0]["themes"][0]["cells"][0]
    assert (cell["facet"], cell["cited"], cell["quotes"][0]["quote"]) == (
        "praise",
        3,
        "kit is great",
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--table", "--facet", "praise"], "E701"),
        (["--table", "--others"], "E701"),
        (["--table", "--reading", "stanse"], "'stance'"),
        (["--table", "--theme", "kits"], "'kit'"),
        (["--table", "--question", "barrier"], "'barriers'"),
        (["--question", "barriers", "--theme", "kit", "--reading", "stance"], "E701"),
        (["--question", "barriers"], "--theme"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    done: Run,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    message: str,
) -> None:
    assert call(["quotes", str(done.folder), *arguments], monkeypatch) == 2
    assert message in capsys.readouterr().err


def test_a_run_without_facets_has_no_such_table(kept_tiny_run: Run) -> None:
    with pytest.raises(InputError, match=r"E701.*has no facets"):
        tabulate_quotes(open_kept(kept_tiny_run.folder))


# -- laws ------------------------------------------------------------------------------------------

WORDS = ("laptop", "phone", "battery", "kit", "desk", "training", "great", "awful", ".", "tea")


@pytest.mark.parametrize("seed", range(8))
def test_no_facet_passes_its_theme_and_a_parent_is_between_its_children_and_their_sum(
    make_round: Callable[..., Path], seed: int
) -> None:
    chance = random.Random(seed)
    rows_ = [
        (f"R{n}", "", *(" ".join(chance.choices(WORDS, k=chance.randint(1, 6))) for _ in "ab"))
        for n in range(20)
    ]
    folder = make_round(codebook=CODEBOOK, rows=rows_)
    codebook = load_codebook(folder / "codebook.yaml")
    (batch,) = run_batches(plan_run(load_round(folder)))
    present = batch.verdicts.filter(batch.verdicts["present"])
    own = Counter(rows(present, "question", "theme", "facet"))
    cited = cited_of(batch.counts)
    for (question, theme, facet), number in cited.items():
        assert number <= cited[question, theme, ""]
        children = [t.id for t in codebook.themes if t.parent == theme]
        parts = [cited[question, child, facet] for child in children]
        if theme != "rooms":
            assert max([own[question, theme, facet], *parts]) <= number
            assert number <= own[question, theme, facet] + sum(parts)


def test_a_parent_without_rules_is_found_through_its_children(
    make_round: Callable[..., Path],
) -> None:
    themes = "themes: {kit: {classifier_only: true}, phones: {parent: kit, rules: [phone*]}}\n"
    lonely = themes.replace("parent: kit, ", "")
    said: list[str] = []
    for codebook in (themes, lonely):
        folder = make_round(codebook=f"codebook: bare\n{codebook}", rows=ROWS)
        plan_run(load_round(folder), (), lambda problem: said.append(str(problem)))
    assert len(said) == 1, "only the one without children is warned of"
    assert said[0].startswith("[W406]")


def test_a_parent_counts_no_response_twice(faceted: Path) -> None:
    plan = plan_run(load_round(faceted))
    cited = cited_of(count_round(plan).counts)
    assert cited["barriers", "laptops", ""] == 2 < cited["barriers", "battery", ""] + 1


def test_a_report_of_other_coders_is_made_from_the_same_evidence(done: Run) -> None:
    kept = open_kept(done.folder)
    figures = recount(kept, kept.coders).figures
    report = gather_report(figures, kept.round, kept.codebook, kept.coders, None, done.crossed)
    assert report == done.report
