"""codebook diff: what a change of codebook does to a round."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.errors import InputError
from pipeline.plan import plan_run
from pipeline.refine.diff import Difference, Reason, compare_codebooks, plan_with
from pipeline.round import load_round
from pipeline.run import count_round
from tests.ended import Ended

MakeRound = Callable[..., Path]
ROWS = (
    ("R1", "", "The wifi is slow", "training"),
    ("R2", "", "wifi wifi", "slow training"),
    ("R3", "", "It crashes", "wifi"),
    ("R4", "", "Nowhere to sit", "n/a"),
    ("R5", "", "", "Desks"),
)
OLD = """\
  slow: {rules: [slow]}
  wifi: {rules: [wifi]}
  training: {questions: [improve], rules: [training]}
  systems: {net: [slow, wifi]}
"""
FIGURES = """\
- {id: slow, question: barriers, theme: slow, cited: 1, of: 4}
- {id: net, question: barriers, theme: systems, cited: 2}
"""


def compare(
    make_round: MakeRound,
    new: str,
    *,
    theme: str = "",
    old: str = OLD,
    extra: str = "",
    coders: Sequence[str] = ("codebook",),
) -> Difference:
    folder = make_round(rows=ROWS, codebook=f"codebook: c\nversion: 2\nthemes:\n{new}", extra=extra)
    path = folder / "old.yaml"
    path.write_text(f"codebook: c\nthemes:\n{old}", encoding="utf-8")
    plan = plan_run(load_round(folder), coders)
    return compare_codebooks(plan_with(plan, path), plan, theme)


def moves(found: Difference) -> list[str]:
    return [
        f"{'+' if m.gained else '-'} {m.response_id} {m.theme}{m.facet and '/' + m.facet}"
        for m in found.moves
    ]


def counts(found: Difference) -> dict[str, tuple[int | None, int | None]]:
    return {
        f"{f.question} {f.theme}{f.facet and '/' + f.facet}": (f.old, f.new)
        for f in found.figures
        if f.moved
    }


RENAMED = OLD.replace("slow: {rules", "pace: {was: [slow], rules").replace("[slow, wifi]", "[pace]")
MERGED = """\
  tech: {was: [slow, wifi], rules: [slow, wifi]}
  training: {questions: [improve], rules: [training]}
  systems: {net: [tech]}
"""


@pytest.mark.parametrize(
    ("new", "moved", "changed"),
    [
        (OLD, [], {}),
        (
            OLD.replace("[slow]}", "[slow, crash*]}"),
            ["+ R3/barriers slow"],
            {"barriers slow": (1, 2), "barriers systems": (2, 3)},
        ),
        (
            OLD.replace("[wifi]}", "[{any: [wifi], unless: [slow]}]}"),
            ["- R1/barriers wifi"],
            {"barriers wifi": (2, 1)},
        ),
        (
            OLD.replace("rules: [slow]", "rules: [crash*]"),
            ["+ R3/barriers slow", "- R1/barriers slow", "- R2/improve slow"],
            {"improve slow": (1, 0), "improve systems": (2, 1), "barriers systems": (2, 3)},
        ),
        (RENAMED.replace("[pace]", "[pace, wifi]"), [], {}),
        (RENAMED, [], {"barriers systems": (2, 1), "improve systems": (2, 1)}),
        (MERGED, [], {}),
        (
            MERGED.replace("rules: [slow, wifi]", "rules: [wifi]"),
            ["- R2/improve tech"],
            {"improve tech": (2, 1), "improve systems": (2, 1)},
        ),
        (
            OLD.replace("  training: {questions: [improve], rules: [training]}\n", ""),
            ["- R1/improve training", "- R2/improve training"],
            {"improve training": (2, None)},
        ),
        (
            f"{OLD}  seat: {{rules: [sit]}}\n",
            ["+ R4/barriers seat"],
            {"barriers seat": (None, 1)},
        ),
        (
            OLD.replace("[improve]", "[barriers]"),
            ["- R1/improve training", "- R2/improve training"],
            {"improve training": (2, None)},
        ),
    ],
)
def test_what_moves(
    make_round: MakeRound,
    new: str,
    moved: list[str],
    changed: dict[str, tuple[int | None, int | None]],
) -> None:
    found = compare(make_round, new)
    assert moves(found) == moved
    assert counts(found) == changed
    assert found.moved == bool(moved or changed)


def test_a_merged_theme_counts_a_response_that_had_both_once(make_round: MakeRound) -> None:
    found = compare(make_round, MERGED)
    figures = {(f.question, f.theme): f for f in found.figures}
    tech = figures["barriers", "tech"]
    assert (tech.old, tech.new, tech.of, tech.was) == (2, 2, 4, ("slow", "wifi"))


def test_a_move_has_the_quotes_of_the_side_that_has_it(make_round: MakeRound) -> None:
    gained, *_, lost = compare(
        make_round, OLD.replace("rules: [slow]", "rules: [it, crash*]")
    ).moves
    assert (gained.by, gained.reasons) == (
        "codebook",
        (Reason("slow/1", "It", None), Reason("slow/2", "crashes", None)),
    )
    assert lost.reasons == (Reason("slow/1", "slow", None),)


def test_a_facet_moves_with_its_theme_or_alone(make_round: MakeRound) -> None:
    facets = "facets: {stance: {problem: {rules: [WORD]}}}\nthemes:\n"

    def book(word: str, themes: str) -> str:
        return f"codebook: c\n{facets.replace('WORD', word)}{themes}"

    folder = make_round(rows=ROWS, codebook=book("slow", "  wifi: {rules: [wifi]}\n"))
    (folder / "old.yaml").write_text(book("other", "  wifi: {rules: [the]}\n"), encoding="utf-8")
    plan = plan_run(load_round(folder), ["codebook"])
    found = compare_codebooks(plan_with(plan, folder / "old.yaml"), plan)
    assert "+ R1/barriers wifi/problem" in moves(found), "it had the theme already"
    assert [move for move in moves(found) if "R2" in move] == ["+ R2/barriers wifi"]


@pytest.mark.parametrize("theme", ["slow", "pace"])
def test_a_theme_may_go_by_its_old_or_its_new_name(make_round: MakeRound, theme: str) -> None:
    found = compare(make_round, RENAMED.replace("rules: [slow]", "rules: [crash*]"), theme=theme)
    assert {move.theme for move in found.moves} == {"pace"}
    assert [(f.question, f.theme, f.was) for f in found.figures] == [
        ("barriers", "pace", ("slow",)),
        ("improve", "pace", ("slow",)),
    ]


def test_a_net_shows_what_its_members_move(make_round: MakeRound) -> None:
    new = OLD.replace("[slow]}", "[slow, crash*]}").replace("[training]", "[none]")
    found = compare(make_round, new, theme="systems")
    assert moves(found) == ["+ R3/barriers slow"]
    assert {figure.theme for figure in found.figures} == {"systems"}


def test_a_theme_that_neither_has_is_refused(make_round: MakeRound) -> None:
    with pytest.raises(InputError) as refused:
        compare(make_round, OLD, theme="slw")
    assert refused.value.problems[0].code == "E701"


@pytest.mark.parametrize(
    ("extra", "coders"),
    [
        ("", ("codebook",)),
        ("decisions: coded.csv\n", ("codebook", "human")),
        ("classifier: {train: training.csv, threshold: 0.5}\n", ()),
    ],
)
def test_both_sides_are_what_a_run_counts(
    make_round: MakeRound, extra: str, coders: tuple[str, ...]
) -> None:
    new = OLD.replace("[slow]}", "[crash*]}")
    folder = make_round(rows=ROWS, codebook=f"codebook: c\nthemes:\n{new}", extra=extra)
    (folder / "coded.csv").write_text("response_id,theme\nR4/barriers,slow\nR2/improve,\n")
    (folder / "old.yaml").write_text(f"codebook: c\nthemes:\n{OLD}", encoding="utf-8")
    plan = plan_run(load_round(folder), coders)
    before = plan_with(plan, folder / "old.yaml")
    found = compare_codebooks(before, plan)
    for side, plan_of_side in (("old", before), ("new", plan)):
        figures = count_round(plan_of_side).counts.to_pylist()
        assert {(c["question"], c["theme"]): c["cited"] for c in figures} == {
            (f.question, f.theme): getattr(f, side) for f in found.figures
        }


Diff = Callable[..., Ended]


@pytest.fixture
def diff(
    make_round: MakeRound,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Diff:
    def call(
        new: str, *arguments: str, figures: str = FIGURES, extra: str = "", on: str = "."
    ) -> Ended:
        codebook = f"codebook: c\nthemes:\n{OLD}"
        folder = make_round(rows=ROWS, codebook=codebook, figures=figures, extra=extra)
        text = f"codebook: c\nversion: 2\nthemes:\n{new}"
        (folder / "new.yaml").write_text(text, encoding="utf-8")
        monkeypatch.chdir(folder)
        command = ["codebook", "diff", "codebook.yaml", "new.yaml", "--on", on, *arguments]
        monkeypatch.setattr(sys, "argv", ["verbatims", *command])
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        assert max(map(len, out.splitlines()), default=0) <= 80
        return Ended(int(str(stop.value.code)), out, err)

    return call


def test_it_prints_counts_then_responses_then_published_figures(diff: Diff) -> None:
    done = diff(OLD.replace("[slow]}", "[slow, crash*]}"))
    assert (done.code, done.err) == (0, "")
    head, _, body = done.out.partition("\n")
    assert head.startswith("tiny: c@1+")
    assert " -> c@2+" in head
    assert body.splitlines() == [
        "On the word of codebook.",
        "",
        "question  theme         old  new  change  of",
        "barriers  slow            1    2      +1   4",
        "barriers  net: systems    2    3      +1   4",
        "",
        "2 of 7 counts move.",
        "",
        "slow: 1 gained, 0 lost",
        "  + R3/barriers",
        '      slow/2 "crashes"',
        "",
        "published figure  published  old     new     holds",
        "slow              1 of 4     1 of 4  2 of 4  stops",
        "net               2          2 of 4  3 of 4  stops",
    ]


@pytest.mark.parametrize(
    ("new", "figures", "holds"),
    [
        (OLD, "- {id: f, question: barriers, theme: slow, cited: 1}", "yes"),
        (OLD, "- {id: f, question: barriers, theme: slow, cited: 9}", "no"),
        (MERGED, "- {id: f, question: barriers, theme: slow, cited: 2}", "yes"),
        (MERGED, "- {id: f, question: barriers, theme: tech, cited: 2}", "yes"),
        (RENAMED, "- {id: f, question: barriers, theme: slow, cited: 1}", "yes"),
        (RENAMED, "- {id: f, question: barriers, theme: systems, cited: 1}", "starts"),
        (
            f"{OLD}  seat: {{rules: [sit]}}\n",
            "- {id: f, question: barriers, theme: seat, cited: 1}",
            "starts",
        ),
        (
            OLD.replace("  wifi: {rules: [wifi]}\n", "").replace(", wifi]", "]"),
            "- {id: f, question: barriers, theme: wifi, cited: 2}",
            "stops",
        ),
    ],
)
def test_a_published_figure_is_held_against_both(
    diff: Diff, new: str, figures: str, holds: str
) -> None:
    ((published,),) = (diff(new, "--json", figures=f"{figures}\n").json["published"],)
    assert published["holds"] == holds


def test_a_figure_of_named_coders_is_on_their_word(diff: Diff) -> None:
    figures = "- {id: f, question: barriers, theme: slow, cited: 1, coders: codebook}\n"
    figures += "- {id: g, question: barriers, theme: slow, cited: 2}\n"
    # The coded file of the tiny round has R3/barriers as slow.
    done = diff(OLD, "--json", figures=figures, extra="decisions: coded.csv\n").json
    assert [(f["id"], f["old"], f["holds"]) for f in done["published"]] == [
        ("f", 1, "yes"),
        ("g", 2, "yes"),
    ]
    assert done["coders"] == ["codebook", "human"]


def test_json_holds_every_count_and_every_move(diff: Diff) -> None:
    done = diff(OLD.replace("[slow]}", "[slow, crash*]}"), "--json", "--show", "0").json
    assert set(done) == {
        *("round", "old", "new", "coders", "moved", "figures", "moves", "published"),
    }
    assert len(done["figures"]) == 7
    assert done["moves"] == [
        {
            "response_id": "R3/barriers",
            "question": "barriers",
            "theme": "slow",
            "facet": "",
            "gained": True,
            "by": "codebook",
            "reasons": [{"rule": "slow/2", "quote": "crashes", "score": None}],
        }
    ]


def test_check_fails_when_something_moved_and_only_then(diff: Diff) -> None:
    assert diff(OLD, "--check").code == 0
    moved = OLD.replace("[slow]}", "[slow, crash*]}")
    done = diff(moved, "--check")
    assert (done.code, done.err.split()[0]) == (1, "[E331]")
    assert diff(moved, "--check", "--theme", "wifi").code == 0
    assert diff(moved).code == 0


def test_show_limits_the_responses_listed(diff: Diff) -> None:
    done = diff(OLD.replace("rules: [wifi]", "rules: [none]"), "--show", "1")
    assert "wifi: 0 gained, 3 lost\n  - R1/barriers\n" in done.out
    assert "  and 2 more lost; --show N lists N\n" in done.out


@pytest.mark.parametrize(
    ("new", "arguments", "code"),
    [
        (OLD, ["--theme", "slw"], "E701"),
        (OLD, ["--coders", "codebok"], "E701"),
        (OLD, ["--on", "none"], "E101"),
        ("  slow: {rules: ['+']}\n", [], "E302"),
        (OLD.replace("[improve]", "[improv]"), [], "E308"),
    ],
)
def test_bad_input_is_refused(diff: Diff, new: str, arguments: list[str], code: str) -> None:
    done = diff(new, *arguments)
    assert (done.code, done.out) == (2, "")
    assert f"[{code}] " in done.err


def test_york_by_its_own_codebook_does_not_move(
    york: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    book = str(york / "../../codebooks/ict-strategy.yaml")
    command = ["codebook", "diff", book, book, "--on", str(york), "--check", "-q"]
    monkeypatch.setattr(sys, "argv", ["verbatims", *command])
    with pytest.raises(SystemExit) as stop:
        main()
    out = capsys.readouterr().out
    assert (stop.value.code, "0 of 36 counts move." in out) == (0, True)
    assert out.count("  yes\n") == 6
