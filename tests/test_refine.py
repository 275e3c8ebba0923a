"""codebook check: every problem at once, and examples as tests."""

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.refine.check import check_codebook


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
