"""Every use of a term in its sentence, and how it is printed."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from pipeline.cli import kwic as command
from pipeline.cli import main
from pipeline.codebook.model import Forms
from pipeline.errors import InputError
from pipeline.refine.answers import plan_reading, sentence_span
from pipeline.refine.kwic import Concordance, find_uses
from pipeline.round import load_round
from pipeline.tokenise import sentence_starts

ROWS = (
    ("R1", "", "We are happy. The wifi drops out! Nothing else.", "Wifi, please"),
    ("R2", "", "No wi-fi\nat all; the wifis in town are better", "n/a"),
    ("R3", "", "Zoom over wifi ends\r\nAnd wifi again. wifi", "no comment"),
)


def uses(folder: Path, term: str, forms: Forms | None = None, **options: str) -> Concordance:
    plan = plan_reading(load_round(folder), lambda note: None)
    return find_uses(plan, term, forms or Forms(), **options)


def sides(found: Concordance) -> list[tuple[str, str, str]]:
    return [(use.left, use.keyword, use.right) for use in found.uses]


def test_context_ends_with_the_sentence_and_with_the_line(make_round: Callable[..., Path]) -> None:
    assert sides(uses(make_round(rows=ROWS), "wifi", question="barriers")) == [
        ("The ", "wifi", " drops out!"),
        ("Zoom over ", "wifi", " ends"),
        ("And ", "wifi", " again."),
        ("", "wifi", ""),
    ]


def test_the_term_language_is_the_codebooks(make_round: Callable[..., Path]) -> None:
    folder = make_round(rows=ROWS)
    assert [use.keyword for use in uses(folder, "wi fi").uses] == ["wi-fi"]
    assert [use.keyword for use in uses(folder, "wifi?").uses] == ["wifis"]
    assert [use.keyword for use in uses(folder, "Wifi", Forms(case_sensitive=True)).uses] == [
        "Wifi"
    ]
    assert [use.keyword for use in uses(folder, "pleese", Forms(fuzzy=1)).uses] == ["please"]
    assert [use.keyword for use in uses(folder, "drop", Forms(lemma=True)).uses] == ["drops"]


def test_the_codebooks_hyphens_hold_here_too(make_round: Callable[..., Path]) -> None:
    codebook = "codebook: t\nhyphens: keep\nthemes: {a: {rules: [zz]}}\n"
    folder = make_round(rows=ROWS, codebook=codebook)
    assert not uses(folder, "fi").uses
    assert [use.keyword for use in uses(folder, "wi-fi").uses] == ["wi-fi"]


def test_only_substantive_responses_are_looked_through(make_round: Callable[..., Path]) -> None:
    found = uses(make_round(rows=ROWS), "comment")
    assert (found.uses, found.responses, found.of) == ((), 0, 4)


def test_uses_are_by_question_and_then_as_they_are_sorted(make_round: Callable[..., Path]) -> None:
    folder = make_round(rows=ROWS)
    left = uses(folder, "wifi", sort="left", question="barriers")
    assert [use.left for use in left.uses] == ["", "And ", "Zoom over ", "The "]
    right = uses(folder, "wifi", sort="right")
    assert [use.right for use in right.uses] == ["", " again.", " drops out!", " ends", ", please"]
    assert [use.question for use in right.uses] == ["barriers"] * 4 + ["improve"]


@pytest.mark.parametrize(
    ("term", "options", "code", "hint"),
    [
        ("c++", {}, "E302", "never part of a word"),
        ("*", {}, "E302", "match everything"),
        ("wifi", {"question": "barrier"}, "E701", "'barriers'"),
        ("wifi", {"sort": "lft"}, "E701", "'left'"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    make_round: Callable[..., Path], term: str, options: dict[str, str], code: str, hint: str
) -> None:
    with pytest.raises(InputError) as refused:
        uses(make_round(rows=ROWS), term, **options)
    assert refused.value.problems[0].code == code
    assert hint in str(refused.value)


@settings(deadline=None)  # the first sentence loads spaCy
@given(st.text(st.sampled_from("ab .!?\n\r\té😀"), max_size=40), st.data())
def test_a_sentence_span_holds_its_place_and_no_other_sentence(
    text: str, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    first, last = sentence_span(text, start, end)
    assert 0 <= first <= start <= end <= last <= len(text)
    starts = sentence_starts(text)
    assert not [place for place in starts if first < place <= start]
    assert not [place for place in starts if end <= place < last]


@given(st.text(st.sampled_from("ab 慢é😀"), max_size=30), st.integers(3, 12))
def test_what_is_cut_to_a_width_has_it(text: str, width: int) -> None:
    for cut in (command._head(text, width), command._tail(text, width)):
        assert cell_len(cut) <= width
    assert command._head(text, 60) == command._tail(text, 60) == text


Called = Callable[..., tuple[int, str, str]]


@pytest.fixture
def kwic(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Called:
    def call(*arguments: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["verbatims", "kwic", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        return (int(str(stop.value.code)), *capsys.readouterr())

    return call


def test_keywords_stand_one_under_the_other_in_80_columns(
    make_round: Callable[..., Path], kwic: Called
) -> None:
    long = "a rather long lead that has to be cut somewhere before the "
    rows = [
        ("R1", "", f"{long}wifi that drops out again and again all day long", ""),
        (
            "R2",
            "",
            "😀😀 很慢很慢的 wifi 網路連線速度真的非常非常慢 網路連線速度真的非常非常慢很慢很慢",
            "",
        ),
        ("R3", "", "wifi", ""),
    ]
    code, out, err = kwic(make_round(rows=rows), "wifi")
    lines = out.splitlines()
    assert (code, err, lines[-1]) == (0, "", "3 uses in 3 of 3 responses")
    shown = [line for line in lines if line.startswith("R")]
    assert all(cell_len(line) <= 80 for line in shown)
    assert len({cell_len(line[: line.index("wifi")]) for line in shown}) == 1
    assert "..." in shown[0]
    assert lines[0] == "What gets in the way? (barriers)"


def test_controls_and_line_breaks_are_shown_safely(
    make_round: Callable[..., Path], kwic: Called
) -> None:
    rows = [("R1", "", "a \x1b[31m red\twifi \x07 log\nin", "")]
    folder = make_round(rows=rows)
    assert "\\x1b[31m red wifi \\x07 log\n" in kwic(folder, "wifi")[1]
    assert "\\x07 log in\n" in kwic(folder, "log in")[1]


def test_a_term_without_a_use_is_no_error(make_round: Callable[..., Path], kwic: Called) -> None:
    code, out, _ = kwic(make_round(rows=ROWS), "zebra")
    assert (code, out) == (0, "No use of 'zebra' in 4 responses.\n")
    code, out, err = kwic(make_round(rows=ROWS), "c++")
    assert (code, out, err.startswith("[E302]")) == (2, "", True)


def test_a_limit_is_of_each_question_and_json_tells_the_whole(
    make_round: Callable[..., Path], kwic: Called
) -> None:
    folder = make_round(rows=ROWS)
    _, out, _ = kwic(folder, "wifi", "--limit", 1)
    assert out.splitlines()[-1] == "5 uses in 3 of 4 responses; 2 shown"
    told = json.loads(kwic(folder, "wifi", "--json", "--limit", 1)[1])
    assert (told["uses"], told["responses"], told["of"]) == (5, 3, 4)
    assert [use["question"] for use in told["shown"]] == ["barriers", "improve"]
    assert told["shown"][0] == {
        "response_id": "R1/barriers",
        "question": "barriers",
        "start": 18,
        "end": 22,
        "left": "The ",
        "keyword": "wifi",
        "right": " drops out!",
    }
