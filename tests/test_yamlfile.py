"""YAML as people write it: values, positions, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.yamlfile import MAX_BYTES, MAX_DEPTH, Section, YamlFile, load_yaml

Load = Callable[[str | bytes], YamlFile]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Load a text written to the file `it.yaml` of the working folder."""
    monkeypatch.chdir(tmp_path)

    def write_and_load(content: str | bytes) -> YamlFile:
        data = content if isinstance(content, bytes) else content.encode()
        Path("it.yaml").write_bytes(data)
        return load_yaml(Path("it.yaml"))

    return write_and_load


def refused(load: Load, content: str | bytes) -> str:
    with pytest.raises(InputError) as error:
        load(content)
    return str(error.value)


def noted(yaml_file: YamlFile) -> list[tuple[str, str]]:
    return [(problem.code, problem.where) for problem in yaml_file.sorted_problems()]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("no", "no"),
        ("NO", "NO"),
        ("yes", "yes"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("1:30", "1:30"),
        ("2017-01-31", "2017-01-31"),
        ("n/a", "n/a"),
        ("None", "None"),
        ("0x1F", "0x1F"),
        ("'12'", "12"),
        ("12", 12),
        ("-3", -3),
        ("0.5", 0.5),
        ("1e3", 1000.0),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("", None),
    ],
)
def test_plain_scalars_are_what_yaml_1_2_says(load: Load, written: str, value: object) -> None:
    found = load(f"key: {written}").value["key"]
    assert found == value
    assert isinstance(found, type(value))


@pytest.mark.parametrize("written", ["no", "yes", "on", "off", "1:30"])
def test_an_old_yaml_directive_turns_no_text_into_a_truth(load: Load, written: str) -> None:
    assert load(f"%YAML 1.1\n---\nkey: {written}\n").value == {"key": written}


@pytest.mark.parametrize(
    "written",
    ["010", "007", "1.10", "1_000", "+5", "1e3", ".inf", ".nan", "1_.", "12", "3.5", "9" * 5000],
)
def test_a_number_read_as_text_keeps_the_characters_it_was_written_with(
    load: Load, written: str
) -> None:
    yaml_file = load(f"code: {written}\ncodes: [{written}]")
    section = Section.of(yaml_file, (), yaml_file.value, ("code", "codes"))
    assert section.text("code") == written
    assert section.texts("codes") == (written,)
    assert not yaml_file.problems


def test_a_byte_order_mark_is_not_part_of_the_first_key(load: Load) -> None:
    assert load(b"\xef\xbb\xbfkey: 1").value == {"key": 1}


def test_windows_line_ends_are_line_ends(load: Load) -> None:
    yaml_file = load("a: 1\r\nb:\r\n  - x\r\n")
    assert yaml_file.value == {"a": 1, "b": ["x"]}
    assert yaml_file.where(("b", 0)) == "it.yaml:3:5"


def test_bytes_that_are_not_utf8_are_refused_with_their_place(load: Load) -> None:
    assert refused(load, b"a: caf\xe9") == (
        "[E104] it.yaml: is not UTF-8: byte 6 is 0xe9. Save it as UTF-8."
    )


def test_a_missing_file_is_refused_by_its_name(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"\[E101\].*gone\.yaml: cannot be opened"):
        load_yaml(tmp_path / "gone.yaml")


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ("a: b: c", "it.yaml:1:5"),
        ("a: 1\nb: [1, 2\n", "it.yaml:3:1"),
        ("a:\n\tb: 1", "it.yaml:2:1"),
        ("a: *gone", "it.yaml:1:4"),
        ("a: 1\n---\nb: 2", "it.yaml:2:1"),
        ("a: 1\nb: 2 \x07", "it.yaml:2:6"),
        ("[" * 5000, "it.yaml:1:1"),
    ],
)
def test_what_is_not_yaml_is_refused_with_line_and_column(
    load: Load, content: str, where: str
) -> None:
    assert refused(load, content).startswith(f"[E201] {where}: not valid YAML: ")


def test_a_file_over_the_limit_is_refused_and_one_at_it_is_not(load: Load) -> None:
    line = "# a comment\n"
    fits = "a: 1\n" + "#" * (MAX_BYTES - 5)
    assert load(fits).value == {"a": 1}
    assert refused(load, fits + line).startswith("[E203] it.yaml: is over 5,000,000 characters.")


def test_a_key_that_stands_twice_is_noted_and_the_first_one_holds(load: Load) -> None:
    yaml_file = load("themes:\n  slow: 1\n  wifi: 2\n  slow: 3\n")
    assert [str(problem) for problem in yaml_file.problems] == [
        "[E202] it.yaml:4:3: 'slow' stands here again; it is already on line 2. "
        "Merge the two or rename one."
    ]
    assert yaml_file.value == {"themes": {"slow": 1, "wifi": 2}}


@pytest.mark.parametrize(
    ("content", "where"),
    [
        ("a: &x 1", ["it.yaml:1:1"]),
        ("a: &x {b: 1}\nc: *x", ["it.yaml:1:1", "it.yaml:2:1"]),
        ("a: &x [*x]", ["it.yaml:1:1"]),
        ("a: [1, !!binary aGk=]", ["it.yaml:1:8"]),
        ("a: !!python/object/apply:os.system [ls]", ["it.yaml:1:1"]),
        ("a: !mine x", ["it.yaml:1:1"]),
        ("a: 1\nb: !mine {c: 1}", ["it.yaml:2:1"]),
        ("a: !!set {b, c}", ["it.yaml:1:1"]),
        ("a: !mine [1]", ["it.yaml:1:1"]),
        ("a: !!float x", ["it.yaml:1:1"]),
    ],
)
def test_anchors_and_tags_are_noted_and_not_followed(
    load: Load, content: str, where: list[str]
) -> None:
    assert noted(load(content)) == [("E203", place) for place in where]


def test_aliases_that_would_unfold_to_billions_cost_nothing(load: Load) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    assert {code for code, _ in noted(load("\n".join(lines)))} == {"E203"}


def test_nesting_is_taken_to_the_limit_and_no_deeper(load: Load) -> None:
    assert not load("[" * MAX_DEPTH + "1" + "]" * MAX_DEPTH).problems
    too_deep = load("[" * (MAX_DEPTH + 1) + "1" + "]" * (MAX_DEPTH + 1))
    assert noted(too_deep) == [("E203", f"it.yaml:1:{MAX_DEPTH + 2}")]


def test_a_key_that_is_not_plain_text_is_noted(load: Load) -> None:
    assert noted(load("a: 1\nb:\n  ? [x]\n  : y\n")) == [("E206", "it.yaml:2:1")]


def test_problems_are_listed_once_and_in_the_order_of_the_file(load: Load) -> None:
    yaml_file = load("a: 1\nb: 1\na: 2\n")
    yaml_file.report("E206", ("b",), "wrong.")
    yaml_file.report("E206", ("b",), "wrong.")
    yaml_file.report("E204", ("a",), "unknown.")
    places = [("E204", "it.yaml:1:1"), ("E206", "it.yaml:2:1"), ("E202", "it.yaml:3:1")]
    assert noted(yaml_file) == places
    with pytest.raises(InputError) as error:
        yaml_file.raise_problems()
    assert len(error.value.problems) == 3


def section_of(load: Load, content: str, *known: str) -> Section:
    yaml_file = load(content)
    return Section.of(yaml_file, (), yaml_file.value, known or ("key",))


@pytest.mark.parametrize(
    ("kind", "written", "value"),
    [
        ("text", "some words", "some words"),
        ("text", "", ""),
        ("texts", "[a, no, true, 3]", ("a", "no", "true", "3")),
        ("texts", "alone", ("alone",)),
        ("texts", "", ()),
        ("texts", "[]", ()),
        ("flag", "true", True),
        ("flag", "false", False),
    ],
)
def test_a_section_reads_values_of_the_wanted_kind(
    load: Load, kind: str, written: str, value: object
) -> None:
    section = section_of(load, f"key: {written}")
    assert getattr(section, kind)("key") == value
    assert not section.yaml_file.problems


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("text", "[a]"),
        ("text", "{a: b}"),
        ("text", "true"),
        ("texts", "{a: b}"),
        ("texts", "[a, [b]]"),
        ("texts", "[a, ~]"),
        ("flag", "yes"),
        ("flag", "1"),
    ],
)
def test_a_section_notes_values_of_another_kind(load: Load, kind: str, written: str) -> None:
    section = section_of(load, f"\n key: {written}")
    getattr(section, kind)("key")
    assert noted(section.yaml_file) == [("E206", "it.yaml:2:2")]


def test_a_choice_is_one_of_its_options_or_noted(load: Load) -> None:
    assert section_of(load, "key: wide").choice("key", ("wide", "long"), "wide") == "wide"
    assert section_of(load, "key:").choice("key", ("wide", "long"), "long") == "long"
    wrong = section_of(load, "key: tall")
    assert wrong.choice("key", ("wide", "long"), "wide") == "wide"
    assert wrong.yaml_file.problems[0].what == "'key' must be one of wide, long, not 'tall'."


@pytest.mark.parametrize("content", ["other: 1", "key:", "key: ''"])
def test_a_required_text_that_is_absent_or_empty_is_noted(load: Load, content: str) -> None:
    section = section_of(load, content, "key", "other")
    assert section.text("key", required=True) == ""
    assert [problem.code for problem in section.yaml_file.problems] == ["E205"]


def test_an_unknown_key_is_noted_with_the_near_known_one(load: Load) -> None:
    section = section_of(load, "kye: 1", "key", "other")
    assert [str(problem) for problem in section.yaml_file.problems] == [
        "[E204] it.yaml:1:1: unknown key 'kye'. Did you mean 'key'?"
    ]


@pytest.mark.parametrize("content", ["", "just text", "[1, 2]", "# nothing but a comment"])
def test_a_file_that_is_no_mapping_is_noted(load: Load, content: str) -> None:
    assert noted(section_of(load, content).yaml_file) == [("E206", "it.yaml:1:1")]


_WORDS = st.text(alphabet="abcxyz", min_size=1, max_size=4)
_PLAIN: st.SearchStrategy[Any] = st.recursive(
    _WORDS | st.integers(-99, 99) | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_WORDS, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(_WORDS, _PLAIN, max_size=4))
def test_json_is_yaml_and_comes_back_as_it_was(
    tmp_path_factory: pytest.TempPathFactory, value: dict[str, Any]
) -> None:
    path = tmp_path_factory.getbasetemp() / "round-trip.yaml"
    path.write_text(json.dumps(value), encoding="utf-8")
    yaml_file = load_yaml(path)
    assert yaml_file.value == value
    assert not yaml_file.problems


@pytest.mark.parametrize("content", ['a: "\\ud800"\n', '"\\ud800": a\n'])
def test_half_a_character_is_a_problem_and_no_crash(tmp_path: Path, content: str) -> None:
    path = tmp_path / "it.yaml"
    path.write_text(content, encoding="utf-8")
    assert [problem.code for problem in load_yaml(path).problems] == ["E206"]


def test_a_tab_is_met_with_the_advice_to_use_spaces(load: Load) -> None:
    with pytest.raises(InputError, match=r"E201.*it\.yaml:2:1: .* Indent with spaces"):
        load("a:\n\tb: c\n")
