"""The source of a round: wide and long do not mix, and problems come all at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.round import load_round

Refused = Callable[[str], list[str]]

WIDE = "layout: wide, questions: {a: {column: qa}}"
LONG = "layout: long, question: q, text: t, questions: {a: {value: A}}"


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Refused:
    """The problems of a round whose source has these keys, in the order they are reported."""
    monkeypatch.chdir(tmp_path)
    for name in ("codebook.yaml", "answers.csv"):
        Path(name).touch()

    def problems(source: str) -> list[str]:
        if "round:" not in source:
            source = f"round: r\ncodebook: codebook.yaml\nsource: {{file: answers.csv, {source}}}\n"
        Path("round.yaml").write_text(source, encoding="utf-8")
        try:
            load_round(Path("round.yaml"))
        except InputError as error:
            return str(error).splitlines()
        return []

    return problems


@pytest.mark.parametrize("source", [WIDE, LONG, LONG + ", response: id", WIDE + ", groups: team"])
def test_a_source_that_keeps_to_its_layout_is_taken(refused: Refused, source: str) -> None:
    assert refused(source) == []


@pytest.mark.parametrize("key", ["response", "question", "text"])
def test_a_key_of_a_long_source_is_refused_in_a_wide_one(refused: Refused, key: str) -> None:
    assert refused(f"{WIDE}, {key}: x") == [
        f"[E204] round.yaml:3:73: '{key}' belongs to a long source. Set 'layout: long'."
    ]


@pytest.mark.parametrize(
    ("source", "key", "other"),
    [
        (WIDE.replace("column", "value"), "value", "column"),
        (LONG.replace("value", "column"), "column", "value"),
    ],
)
def test_a_question_names_a_column_when_wide_and_a_value_when_long(
    refused: Refused, source: str, key: str, other: str
) -> None:
    problems = refused(source)
    layout = source[8:12]
    assert any(f"'{key}' does not fit a {layout} source. Use '{other}'." in p for p in problems)
    assert any(f"'{other}' is missing." in p for p in problems)


@pytest.mark.parametrize(
    ("source", "named"),
    [
        (WIDE.replace("{a:", "{b: {column: qa}, a:"), "'qa'"),
        (LONG.replace("{a:", "{b: {value: A}, a:"), "'A'"),
    ],
)
def test_two_questions_cannot_share_their_answers(
    refused: Refused, source: str, named: str
) -> None:
    [problem] = refused(source)
    assert problem.startswith("[E206]")
    assert named in problem
    assert "question 'b'" in problem


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ("layout: tall, questions: {a: {column: qa}}", "'layout' must be one of wide, long"),
        ("questions: [qa, qb]", "'questions' must be a mapping of question ids"),
        ("questions: {a: qa}", "a mapping is wanted here, not 'qa'"),
        ("questions: {a: {column: [qa]}}", "'column' must be a text"),
        ("groups: {a: b}, " + WIDE, "'groups' must be a list of texts"),
        ("respondent: [id], " + WIDE, "'respondent' must be a text"),
    ],
)
def test_values_of_the_wrong_kind_are_refused_in_a_source(
    refused: Refused, source: str, what: str
) -> None:
    [problem] = [line for line in refused(source) if "[E206] round.yaml:3:" in line]
    assert what in problem


@pytest.mark.parametrize(
    ("written", "kept"), [("007", "007"), ("1.10", "1.10"), ("2017", "2017"), ("no", "no")]
)
def test_a_column_is_named_as_it_is_written(tmp_path: Path, written: str, kept: str) -> None:
    for name in ("codebook.yaml", "answers.csv"):
        (tmp_path / name).touch()
    (tmp_path / "round.yaml").write_text(
        "round: r\ncodebook: codebook.yaml\nsource: {file: answers.csv, "
        f"respondent: {written}, groups: [{written}], questions: {{{written}: "
        f"{{column: {written}}}}}}}\n",
        encoding="utf-8",
    )
    source = load_round(tmp_path).source
    assert (source.respondent, source.groups) == (kept, (kept,))
    assert (source.questions[0].id, source.questions[0].column) == (kept, kept)


def test_every_problem_is_reported_at_once_in_the_order_of_the_file(refused: Refused) -> None:
    problems = refused("""\
round: r
basis: answered
codebook: gone.yaml
repeats: keep
source:
  layout: long
  text: t
  questions:
    a: {column: qa}
    a: {value: A}
filler: {x: y}
""")
    places = [line.split(": ")[0].removeprefix("[") for line in problems]
    assert places == [
        "E204] round.yaml:2:1",
        "E101] round.yaml:3:1",
        "E206] round.yaml:4:1",
        "E205] round.yaml:5:1",
        "E205] round.yaml:5:1",
        "E205] round.yaml:9:5",
        "E204] round.yaml:9:9",
        "E202] round.yaml:10:5",
        "E206] round.yaml:11:1",
    ]
