"""codebook check: every problem at once, and examples as tests."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.cli import main
from pipeline.errors import InputError
from pipeline.refine.check import check_codebook, list_problems
from pipeline.refine.check.examples import MOST_EXPLAINED


def check(tmp_path: Path, themes: str) -> list[str]:
    path = tmp_path / "c.yaml"
    path.write_text(f"codebook: c\nthemes:\n{themes}", encoding="utf-8")
    problems = check_codebook(path)[1]
    return [f"{p.code} {':'.join(p.where.rsplit(':', 2)[1:])}" for p in problems]


@pytest.mark.parametrize(
    ("themes", "expected"),
    [
        ("  a: {rules: [wifi], examples: [no wifi], counter_examples: [cable]}\n", []),
        ("  a: {rules: [wifi], examples: [cable]}\n", ["E306 3:33"]),
        ("  a: {rules: [wifi], counter_examples: [no wifi]}\n", ["E307 3:41"]),
        ("  a: {rules: [wifi]}\n  b: {rules: [cable], examples: [wifi]}\n", ["E306 4:34"]),
        ("  a:\n    rules: [wifi]\n    examples:\n      - wifi\n      - cable\n", ["E306 7:9"]),
        ("  a: {rules: [{pattern: 'w.fi'}], examples: [wifi]}\n", []),
        ("  a: {questions: [q], rules: [wifi], examples: [wifi]}\n", []),
        ("  a: {classifier_only: true, examples: [anything]}\n", []),
    ],
)
def test_an_example_must_be_found_and_a_counter_example_must_not(
    tmp_path: Path, themes: str, expected: list[str]
) -> None:
    assert check(tmp_path, themes) == expected


def test_problems_of_writing_and_failing_examples_come_together_in_file_order(tmp_path) -> None:
    themes = (
        "  a:\n    rulez: [x]\n    rules: [wifi]\n    examples: [cable]\n"
        "  b: {}\n"
        "  n: {net: [a, zz]}\n"
    )
    assert check(tmp_path, themes) == ["E204 4:5", "E306 6:16", "E301 7:3", "E305 8:16"]


def test_examples_are_not_tried_while_a_term_cannot_be_read(tmp_path) -> None:
    assert check(tmp_path, "  a: {rules: ['*'], examples: [cable]}\n") == ["E302 3:15"]


def test_a_file_that_is_not_yaml_is_one_error(tmp_path) -> None:
    with pytest.raises(InputError, match=r"E201.*c\.yaml:\d+:\d+"):
        check(tmp_path, "  a: [\n")


def test_a_message_says_which_rule_found_a_counter_example(tmp_path) -> None:
    path = tmp_path / "c.yaml"
    themes = "  a: {rules: [x, wifi], counter_examples: [no wifi]}\n"
    path.write_text(f"codebook: c\nthemes:\n{themes}", encoding="utf-8")
    assert 'a/2 finds the counter-example "no wifi"' in str(check_codebook(path)[1][0])


@pytest.mark.parametrize(
    ("themes", "why"),
    [
        (
            "  a: {rules: [wifi], examples: [cable]}\n",
            'the example "cable": a/1: `wifi` is not in the text.',
        ),
        (
            "  a: {rules: [{any: wifi, with: slow*}], examples: [wifi is down]}\n",
            "a/1: 'wifi' is here, but `slow*` of `with` is not in the text.",
        ),
        (
            "  a: {rules: [pc, {any: wifi, unless: fine}], examples: [wifi is fine]}\n",
            "a/2: 'wifi' is here, but vetoed by `unless`: 'fine'.",
        ),
        (
            "  a: {rules: [pc, wifi], examples: [cable]}\n",
            '"cable": nothing that its 2 rules look for is in it.',
        ),
    ],
)
def test_a_failing_example_says_what_is_missing(tmp_path: Path, themes: str, why: str) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(f"codebook: c\nthemes:\n{themes}", encoding="utf-8")
    [problem] = check_codebook(path)[1]
    assert why in problem.what


def test_only_so_many_failing_examples_are_told_why(tmp_path: Path) -> None:
    examples = ", ".join(f"text {number}" for number in range(MOST_EXPLAINED + 3))
    path = tmp_path / "c.yaml"
    path.write_text(f"codebook: c\nthemes: {{a: {{rules: [x], examples: [{examples}]}}}}\n")
    problems = check_codebook(path)[1]
    assert len(problems) == MOST_EXPLAINED + 3
    assert sum("is not in the text" in problem.what for problem in problems) == MOST_EXPLAINED


def test_word_tables_that_are_not_installed_are_one_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.lookups.PACKAGE", "not_installed_at_all")
    themes = "  a: {lemma: true, rules: [{any: [x, x]}], examples: [y]}\n"
    assert check(tmp_path, themes) == ["E313 1:1"]
    codes = [problem.code for problem in list_problems(tmp_path / "c.yaml")[1]]
    assert codes == ["E313", "W311"]


class Ended(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def check_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Ended]:
    """`codebook check` of a codebook with these themes."""
    monkeypatch.chdir(tmp_path)

    def call(themes: str, *options: str) -> Ended:
        Path("c.yaml").write_text(f"codebook: c\nthemes: {themes}\n", encoding="utf-8")
        monkeypatch.setattr(sys, "argv", ["verbatims", "codebook", "check", "c.yaml", *options])
        with pytest.raises(SystemExit) as stop:
            main()
        return Ended(int(str(stop.value.code)), *capsys.readouterr())

    return call


TWICE = "{a: {rules: [{any: [x, x]}]}}"
WARNED = "warning: [W311] c.yaml:2:32: 'x' stands here already (line 2). Remove one of the two.\n"


@pytest.mark.parametrize(
    ("themes", "options", "code"),
    [
        ("{a: {rules: [x]}}", (), 0),
        ("{a: {rules: [x]}}", ("--strict",), 0),
        (TWICE, (), 0),
        (TWICE, ("--strict",), 1),
        (TWICE, ("--strict", "--json"), 1),
        ("{a: {rules: [x], examples: [y]}}", (), 1),
        ("{a: {rules: [{any: [x, x]}], examples: [y]}}", (), 1),
        ("{a: {rules: [{any: [x, x]}]}, b: {}}", (), 2),
        ("{a: {rules: [{any: [x, x]}]}, b: {}}", ("--strict",), 2),
    ],
)
def test_warnings_fail_a_check_only_when_it_is_strict(
    check_command: Callable[..., Ended], themes: str, options: tuple[str, ...], code: int
) -> None:
    assert check_command(themes, *options).code == code


def test_warnings_go_to_stderr_and_are_counted(check_command: Callable[..., Ended]) -> None:
    done = check_command(TWICE)
    assert done.err == WARNED
    assert "1 rules, 0 examples, 1 warning (codebook:c@1+" in done.out


def test_json_has_what_an_editor_needs(check_command: Callable[..., Ended]) -> None:
    done = json.loads(check_command("{a: {rules: [{any: [x, x]}], examples: [y]}}", "--json").out)
    assert done.keys() == {"codebook", "coder", "problems"}
    assert done["coder"].startswith("codebook:c@1+")
    found = [(p["code"], p["severity"], p["file"], p["line"]) for p in done["problems"]]
    assert found == [("W311", "warning", "c.yaml", 2), ("E306", "error", "c.yaml", 2)]
    assert done["problems"][0] == {
        "code": "W311",
        "severity": "warning",
        "where": "c.yaml:2:32",
        "file": "c.yaml",
        "line": 2,
        "column": 32,
        "what": "'x' stands here already (line 2).",
        "remedy": "Remove one of the two.",
    }


def test_json_of_a_file_that_cannot_be_parsed_has_its_problem(
    check_command: Callable[..., Ended],
) -> None:
    done = check_command("[", "--json")
    assert done.code == 2
    [problem] = json.loads(done.out)["problems"]
    assert (problem["code"], problem["file"], problem["line"]) == ("E201", "c.yaml", 3)
