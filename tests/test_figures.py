"""Published statements: how they are read, and when they hold."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.codebook.load import load_codebook
from pipeline.errors import InputError, Problem
from pipeline.figures import Checked, Published, check_figures, load_figures, parse_cited
from pipeline.plan import plan_run
from pipeline.round import load_round
from pipeline.run import count_round

MANY = 10**12


@pytest.mark.parametrize(
    ("printed", "limits"),
    [
        ("20", (20, 20)),
        (" 20 ", (20, 20)),
        ("0", (0, 0)),
        ("over 40", (41, MANY)),
        ("Over 40", (41, MANY)),
        ("more than 40", (41, MANY)),
        ("at least 40", (40, MANY)),
        ("under 40", (0, 39)),
        ("fewer than 40", (0, 39)),
        ("at most 40", (0, 40)),
        ("up to 40", (0, 40)),
        ("12 to 15", (12, 15)),
        ("12 To 15", (12, 15)),
        ("12 - 15", (12, 15)),
        ("15 to 12", None),
        ("many", None),
        ("", None),
        ("over", None),
        ("over forty", None),
        ("-3", None),
        ("20 of 105", None),
        ("2.5", None),
        ("40%", None),
        ("about 40", (36, 44)),
        ("around 5", (5, 5)),
        ("nearly 40", (36, 39)),
        ("just over 40", (41, 44)),
        ("between 12 and 15", (12, 15)),
        ("1,040", (1040, 1040)),
        ("nearly 0", None),
        ("half", None),
    ],
)
def test_a_printed_count_allows_a_lowest_and_a_highest(
    printed: str, limits: tuple[int, int] | None
) -> None:
    assert parse_cited(printed) == limits


def problems_of(folder: Path) -> list[Problem]:
    codebook = load_codebook(folder / "codebook.yaml")
    with pytest.raises(InputError) as refused:
        load_figures(folder / "figures.yaml", load_round(folder), codebook)
    return list(refused.value.problems)


def test_every_figure_that_cannot_be_read_is_listed_with_its_place(
    make_round: Callable[..., Path],
) -> None:
    folder = make_round(
        figures="""\
- id: a
  question: barier
  theme: slow
  cited: 20
- id: b
  question: barriers
  theme: slowness
  cited: many
- {id: c, question: barriers, theme: slow, cited: 3, of: lots}
- {id: d, question: barriers, theme: slow, cited: 3, coders: [rules]}
- {id: e, question: barriers, theme: slow, cited: 3, facet: praise}
- {id: f, question: barriers, theme: slow}
- {id: g, question: barriers, theme: slow, cited: 3, off: 9}
- just text
"""
    )
    problems = problems_of(folder)
    places = [(p.code, *map(int, p.where.rsplit(":", 2)[1:])) for p in problems]
    assert places == [
        ("E601", 2, 3),
        ("E601", 7, 3),
        ("E601", 8, 3),
        ("E206", 9, 54),
        ("E601", 10, 54),
        ("E601", 11, 54),
        ("E205", 12, 3),
        ("E204", 13, 54),
        ("E205", 14, 3),
        ("E205", 14, 3),
        ("E205", 14, 3),
        ("E206", 14, 3),
    ]
    assert problems[0].remedy == "Did you mean 'barriers'?"
    assert all((folder / "figures.yaml").as_posix() in p.where for p in problems)


@pytest.mark.parametrize("figures", ["", "[]", "id: a", "just text"])
def test_a_file_without_a_list_of_figures_is_refused(
    make_round: Callable[..., Path], figures: str
) -> None:
    assert [problem.code for problem in problems_of(make_round(figures=figures))] == ["E601"]


def test_a_figure_that_leaves_out_its_id_is_named_after_what_it_counts(
    make_round: Callable[..., Path],
) -> None:
    folder = make_round(figures="- {question: barriers, theme: systems, cited: 1}")
    (figure,) = load_figures(
        folder / "figures.yaml", load_round(folder), load_codebook(folder / "codebook.yaml")
    )
    assert (figure.id, figure.of, figure.coders) == ("barriers/systems", None, ())


def published(cited: str, of: int | None = None) -> Published:
    low, high = parse_cited(cited) or (1, 0)
    names = {"id": "f", "question": "q", "theme": "t", "source": ""}
    return Published(**names, cited=cited, low=low, high=high, of=of, coders=())


@pytest.mark.parametrize(
    ("cited", "of", "found", "base", "holds"),
    [
        ("20", None, 20, 105, True),
        ("20", 105, 20, 105, True),
        ("20", 105, 20, 104, False),
        ("20", 105, 21, 105, False),
        ("20", 105, 19, 105, False),
        ("over 40", 105, 40, 105, False),
        ("over 40", 105, 41, 105, True),
        ("under 40", None, 40, 105, False),
        ("under 40", None, 39, 105, True),
        ("12 to 15", None, 11, 105, False),
        ("12 to 15", None, 15, 105, True),
        ("0", 0, 0, 0, True),
    ],
)
def test_a_figure_holds_when_count_and_base_are_as_published(
    cited: str, of: int | None, found: int, base: int, holds: bool
) -> None:
    assert Checked(published(cited, of), found, base).holds is holds


@pytest.mark.parametrize(
    ("share", "found", "base", "holds"),
    [
        ("38%", 40, 105, True),
        ("38.1", 40, 105, True),
        ("38.2", 40, 105, False),
        ("just over a third", 40, 105, True),
        ("over 40", 40, 105, False),
        ("half", 0, 0, False),
    ],
)
def test_a_figure_may_state_a_share_in_numbers_or_words(
    share: str, found: int, base: int, holds: bool
) -> None:
    figure = dataclasses.replace(published("0"), cited="", low=0, high=MANY, share=share)
    assert Checked(figure, found, base).holds is holds


def test_a_share_and_a_count_must_both_hold_and_print_together() -> None:
    figure = dataclasses.replace(published("over 40", 105), share="38.1")
    assert Checked(figure, 40, 105).holds is False
    assert Checked(figure, 41, 105).holds is False
    checked = Checked(dataclasses.replace(published("40", 105), share="38.1"), 40, 105)
    assert (checked.holds, checked.printed) == (True, "40, 38.1% of 105")
    assert checked.found == "40 of 105 (38.1%)"


def test_a_share_that_no_whole_number_can_give_is_said() -> None:
    figure = dataclasses.replace(published("0"), cited="", low=0, high=MANY, share="38.2")
    assert Checked(figure, 40, 105).notes == ("no whole number of 105 responses gives 38.2%",)
    assert Checked(dataclasses.replace(figure, share="38.1"), 40, 105).notes == ()


@pytest.mark.parametrize(
    ("group", "printed", "found", "holds"),
    [
        ("team: North", "2", "2 of 2", True),
        ("team: North", "over 3", "2 of 2", False),
        ("team: South", "0", "0 of 1", True),
    ],
)
def test_a_figure_of_a_theme_may_be_of_a_group(make_round, group, printed, found, holds) -> None:
    figure = f"- {{id: g, question: barriers, theme: slow, cited: {printed}, group: {{{group}}}}}"
    folder = make_round(figures=figure)
    plan = plan_run(load_round(folder))
    figures = load_figures(folder / "figures.yaml", plan.round, plan.codebook)
    (checked,) = check_figures(figures, {(): count_round(plan)})
    assert (checked.found, checked.holds) == (found, holds)


@pytest.mark.parametrize(
    ("group", "said"),
    [("team: Nroth", "Did you mean 'North'"), ("team: ''", "is not counted")],
)
def test_a_group_that_there_is_not_is_refused(make_round, group, said) -> None:
    figure = f"- {{id: g, question: barriers, theme: slow, cited: 1, group: {{{group}}}}}"
    folder = make_round(figures=figure)
    plan = plan_run(load_round(folder))
    figures = load_figures(folder / "figures.yaml", plan.round, plan.codebook)
    with pytest.raises(InputError, match=f"E604.*{said}"):
        check_figures(figures, {(): count_round(plan)})


@pytest.mark.parametrize(
    ("figure", "said"),
    [
        ("share: many", "'many' cannot be read as a share"),
        ("cited: 1, group: {tema: x}", "Did you mean 'team'?"),
        ("cited: 1, group: North", "'group' must be a mapping"),
        ("cited: 1, closed: x", "there is no closed question 'x'"),
    ],
)
def test_what_is_wrong_with_a_share_or_a_group_is_said(
    make_round: Callable[..., Path], figure: str, said: str
) -> None:
    folder = make_round(figures=f"- {{question: barriers, theme: slow, {figure}}}")
    assert any(said in str(problem) for problem in problems_of(folder))


def test_figures_are_checked_against_the_counts_of_their_own_coders(
    make_round: Callable[..., Path],
) -> None:
    folder = make_round(extra="decisions: coded.csv\n")
    plans = {
        (): plan_run(load_round(folder)),
        ("codebook",): plan_run(load_round(folder), ["codebook"]),
    }
    found = {coders: count_round(plan) for coders, plan in plans.items()}
    codebook = plans[()].codebook
    by_all = load_figures(folder / "figures.yaml", load_round(folder), codebook)[0]
    by_rules = dataclasses.replace(by_all, coders=("codebook",))
    checked = check_figures([by_all, by_rules], found)
    # A person marked the theme in R3, where the rules saw "not slow".
    assert [(item.cited, item.of, item.holds) for item in checked] == [(3, 4, False), (2, 4, True)]


@pytest.mark.parametrize(
    ("figure", "near"),
    [
        ("{question: barier, theme: slow, cited: under 5}", "'barriers'"),
        ("{question: barriers, theme: desks, cited: under 5}", "slow"),
    ],
)
def test_a_figure_about_what_was_never_counted_does_not_hold_as_0(
    make_round: Callable[..., Path], figure: str, near: str
) -> None:
    """A long source may leave its questions to the data, so a misspelt one shows only there."""
    folder = make_round(
        figures=f"- {figure}",
        codebook="codebook: c\nthemes:\n  slow: {rules: [slow]}\n"
        "  desks: {rules: [desk], questions: [improve]}\n",
    )
    answers = "R1,barriers,All slow\nR1,improve,A desk\n"
    (folder / "responses.csv").write_text("id,question,text\n" + answers)
    (folder / "round.yaml").write_text(
        "round: long\ncodebook: codebook.yaml\nsource: {file: responses.csv, layout: long, "
        "respondent: id, question: question, text: text}\n"
    )
    plan = plan_run(load_round(folder))
    figures = load_figures(folder / "figures.yaml", plan.round, plan.codebook)
    with pytest.raises(InputError) as refused:
        check_figures(figures, {(): count_round(plan)})
    (problem,) = refused.value.problems
    assert problem.code == "E601"
    assert near in problem.remedy
