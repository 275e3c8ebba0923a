"""Reports: numbers first, then words."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from pipeline.report.data import report_json
from pipeline.report.plain import align, align_within, render_plain
from pipeline.report.row import Row
from pipeline.report.sentences import count_sentence
from pipeline.report.terminal import draw_bar, print_report


def row(cited: int, of: int) -> Row:
    share = cited / of if of else None
    return Row("t", "T", False, cited, of, share, {"codebook": cited}, "")


@pytest.mark.parametrize(
    ("cited", "of", "percent"),
    [
        (0, 105, "0%"),
        (1, 1000, "<1%"),
        (20, 105, "19%"),
        (25, 200, "13%"),
        (27, 200, "14%"),
        (999, 1000, ">99%"),
        (7, 7, "100%"),
        (0, 0, "-"),
    ],
)
def test_a_percentage_is_0_or_100_only_when_it_is_exactly_so(cited, of, percent) -> None:
    assert row(cited, of).percent == percent


@pytest.mark.parametrize(
    ("split", "coders", "sentence"),
    [
        ((40, 3, 0), "codebook classifier", "; 40 by the codebook, 3 more by the classifier"),
        ((43, 0, 0), "codebook classifier", "; all by the codebook"),
        ((0, 43, 0), "codebook classifier", "; all by the classifier"),
        (
            (30, 3, 10),
            "codebook classifier human",
            "; 30 by the codebook, 3 more by the classifier, 10 more on a person's word",
        ),
        ((0, 0, 43), "codebook human", "; all on a person's word"),
        ((43, 0, 0), "codebook", ""),
    ],
)
def test_a_sentence_says_on_whose_word_when_there_are_several_coders(
    split, coders, sentence
) -> None:
    names = ("codebook", "classifier", "human")
    count = {"cited": sum(split), "of": 105, "label": "X", **dict(zip(names, split, strict=True))}
    expected = f"43 of 105 responses cited X (41%{sentence})"
    assert count_sentence(count, coders.split()) == expected


@pytest.mark.parametrize("share", [None, 0, 0.01, 0.38, 0.5, 0.999, 1])
def test_a_bar_is_as_long_as_its_share_and_never_longer_than_ten(share) -> None:
    bar = draw_bar(share)
    assert len(bar) <= 10
    assert abs(len(bar) - 10 * (share or 0)) <= 1


def test_columns_are_as_wide_as_their_widest_cell() -> None:
    assert align([["a", "1"], ["long", "1000"]]) == ["a        1", "long  1000"]


IDS = st.lists(st.text("ab-", min_size=1, max_size=120), min_size=1, max_size=6)


@given(IDS, IDS)
def test_a_table_within_the_screen_loses_nothing(questions: list[str], themes: list[str]) -> None:
    table = [[q, t, "1000"] for q, t in zip(questions, themes, strict=False)]
    lines = align_within(table, left=(0, 1), wrap=(0, 1))
    assert max(map(len, lines)) <= 80
    shown = "".join(lines).replace("1000", "").replace(" ", "")
    assert sorted(shown) == sorted("".join(q + t for q, t, _ in table))
    if max(map(len, align(table, left=(0, 1)))) <= 80:
        assert lines == align(table, left=(0, 1))


def test_the_plain_report_has_no_escape_codes_and_adds_nothing_to_the_words(kept_tiny_run) -> None:
    text = render_plain(kept_tiny_run.report)
    assert "\x1b" not in text
    assert text.isascii()
    assert "6 asked = 1 blank + 1 filler + 0 duplicate" in text


def test_words_of_the_round_are_never_read_as_markup(make_round, run, tmp_path) -> None:
    folder = make_round(extra="note: '[bold]not markup[/bold] [/] [red]'\n")
    done = run(folder, tmp_path / "out")
    console = Console(width=80, force_terminal=True, color_system="truecolor")
    with console.capture() as captured:
        print_report(done.report, console)
    assert "[bold]not markup[/bold] [/] [red]" in captured.get()


def test_the_json_has_every_count_and_the_facts_it_is_given(kept_tiny_run) -> None:
    value = report_json(kept_tiny_run.report, run="here")
    counts = [c for question in value["questions"] for c in question["counts"]]
    assert len(counts) == kept_tiny_run.figures.counts.num_rows
    assert value["run"] == "here"
    assert isinstance(kept_tiny_run.figures.counts, pa.Table)
