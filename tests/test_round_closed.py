"""The closed questions of a round: what they may say, and every problem with its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.round import ClosedItem, load_round
from pipeline.round.closed import find_option

FIVE = "[Strongly disagree, Disagree, Neutral / don't know, Agree, Strongly agree]"
Load = Callable[[str], tuple[ClosedItem, ...]]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    monkeypatch.chdir(tmp_path)
    for name in ("codebook.yaml", "answers.csv"):
        Path(name).touch()

    def closed(text: str) -> tuple[ClosedItem, ...]:
        Path("round.yaml").write_text(
            "round: r\ncodebook: codebook.yaml\nsource:\n  file: answers.csv\n"
            f"  questions: {{open: {{column: q}}}}\n  closed:\n{text}",
            encoding="utf-8",
        )
        return load_round(Path("round.yaml")).source.closed

    return closed


@pytest.fixture
def refused(load: Load) -> Callable[[str], list[str]]:
    def problems(text: str) -> list[str]:
        with pytest.raises(InputError) as error:
            load(text)
        return str(error.value).splitlines()

    return problems


def test_a_closed_question_of_each_kind_is_read(load: Load) -> None:
    scale, choice, multiple, number = load(
        f"    flexible: {{column: a, kind: scale, battery: will, options: {FIVE}}}\n"
        "    legacy: {column: b, kind: choice, options: [Yes, No, Don't know], label: Legacy}\n"
        "    devices: {column: c, kind: multiple, separator: '|'}\n"
        "    services: {column: d, kind: number, unit: '%'}\n"
    )
    assert scale.parts == {
        "agree": ("Agree", "Strongly agree"),
        "neutral": ("Neutral / don't know",),
        "disagree": ("Strongly disagree", "Disagree"),
    }
    assert scale.is_whole
    assert (scale.battery, scale.label) == ("will", "a")
    assert choice.options == ("Yes", "No", "Don't know")
    assert (multiple.separator, number.unit, choice.label) == ("|", "%", "Legacy")


def test_the_parts_of_a_scale_can_be_named_and_may_leave_options_out(load: Load) -> None:
    (item,) = load(
        "    a: {column: a, kind: scale, options: [Yes, Rather, No, Don't know],\n"
        "        agree: [yes, RATHER], disagree: No}\n"
    )
    assert item.parts == {"agree": ("Yes", "Rather"), "neutral": (), "disagree": ("No",)}
    assert not item.is_whole


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("{kind: scales, column: a}", "E206", "'kind' must be one of scale, choice"),
        ("{column: a}", "E205", "'kind' is missing"),
        ("{kind: number}", "E205", "'column' is missing"),
        ("{kind: scale, column: a}", "E205", "'options' is missing"),
        ("{kind: choice, column: a, options: [Yes]}", "E206", "two options or more"),
        ("{kind: choice, column: a, option: [Yes, No]}", "E204", "Did you mean 'options'?"),
        ("{kind: choice, column: a, unit: '%'}", "E204", "does not belong to a question of kind"),
        ("{kind: number, column: a, separator: ','}", "E204", "does not belong"),
        ("{kind: multiple, column: a, separator: ' '}", "E206", "stands between two answers"),
        ("{kind: choice, column: a, options: [Yes, ' yes ']}", "E531", "stands twice"),
        ("{kind: choice, column: a, options: [Yes, Yes]}", "E531", "stands twice"),
        ("{kind: choice, column: a, options: [Don't know, Don’t know]}", "E531", "twice"),
        ("{kind: choice, column: a, options: [Yes, '']}", "E531", "is empty"),
        ("{kind: scale, column: a, options: [No, Yes]}", "E531", "has no middle"),
        ("{kind: scale, column: a, options: [Agree, Neutral, Disagree]}", "E531", "would count as"),
        ("{kind: scale, column: a, options: [No, Yes, Don't know]}", "E531", "count as agree"),
        (
            "{kind: scale, column: a, options: [No, So, Yes], agree: [Yess]}",
            "E531",
            "Did you mean 'Yes'?",
        ),
        (
            "{kind: scale, column: a, options: [No, So, Yes], agree: Yes, neutral: Yes}",
            "E531",
            "named twice",
        ),
        ("just text", "E206", "a mapping is wanted"),
    ],
)
def test_what_is_wrong_with_a_closed_question_is_said_at_its_place(
    refused: Callable[[str], list[str]], text: str, code: str, said: str
) -> None:
    problems = refused(f"    item: {text}\n")
    assert any(p.startswith(f"[{code}] round.yaml:7:") and said in p for p in problems), problems


def test_a_column_belongs_to_one_closed_question(refused: Callable[[str], list[str]]) -> None:
    two, three = refused(
        "    open: {column: a, kind: number}\n"
        "    two: {column: a, kind: number}\n"
        "    '': {column: c, kind: number}\n"
    )
    assert "'a' already holds the answers to 'open'" in two
    assert "is empty" in three


def test_closed_must_be_a_mapping(tmp_path: Path, refused: Callable[[str], list[str]]) -> None:
    assert "'closed' must be a mapping" in refused("    [a, b]\n")[0]


@pytest.mark.parametrize(
    ("text", "option"),
    [("dont know", ""), (" DON’T  know ", "Don't know"), ("yes", "Yes"), ("", "")],
)
def test_an_option_is_found_whatever_its_case_spaces_and_apostrophes(
    text: str, option: str
) -> None:
    assert find_option(text, ("Yes", "Don't know")) == option
