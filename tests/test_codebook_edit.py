"""Adding to a codebook's YAML: what is added reads back, and nothing else changes."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.codebook.edit import add_example, add_rule
from pipeline.codebook.file import read_file, refuse_unwritable, write_text
from pipeline.codebook.terms import parse_term
from pipeline.errors import InputError
from pipeline.yamlfile import parse_yaml

HERE = Path("c.yaml")
HEAD = "codebook: c\nthemes:\n"
COMMENTED = """\
# a frame
codebook: "c"   # its name
themes:

  wifi:   # the first
    'label': Wifi
    rules:
    -   wifi  # a term
    # another
    - any: [ 'wi-fi' , "w i" ]
      unless:
      - none   # at all
    # between

    examples:   ["the wifi",   'it''s wifi' ]  # two

    # before the next
  desk: {label: Desk, rules: [desk, ], examples: []}
  kept:
    rules: [kept]
    counter_examples:
      - |
        two
        lines

      - >-
        folded
        text
# the end
"""


def is_put_in(old: str, new: str, written: str | None = None) -> bool:
    """Whether the new text is the old one with something, or just this, put in at one place."""
    size = len(new) - len(old)
    places = (at for at in range(len(old) + 1) if old == new[:at] + new[at + size :])
    return any(written in (None, new[at : at + size]) for at in places)


def themes_of(text: str) -> Any:
    return parse_yaml(HERE, text).value["themes"]


@pytest.mark.parametrize(
    ("theme", "key", "written"),
    [
        ("wifi", "examples", ', "No: #wifi"'),
        ("wifi", "counter_examples", '    counter_examples:\n    - "No: #wifi"\n'),
        ("desk", "examples", '"No: #wifi"'),
        ("desk", "counter_examples", ', counter_examples: ["No: #wifi"]'),
        ("kept", "examples", '    examples:\n      - "No: #wifi"\n'),
        ("kept", "counter_examples", '      - "No: #wifi"\n'),
    ],
)
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_example_stands_where_its_list_ends(
    theme: str, key: str, written: str, end: str
) -> None:
    old = COMMENTED.replace("\n", end)
    found = add_example(HERE, old, theme, "No: #wifi", key)
    assert is_put_in(old, found.text, written.replace("\n", end))
    assert themes_of(found.text)[theme][key][-1] == "No: #wifi"
    (changed,) = (t for t in found.codebook.themes if t.id == theme)
    assert getattr(changed, key)[-1] == "No: #wifi"


@pytest.mark.parametrize(
    ("theme", "rule", "written"),
    [
        ("wifi", "log* in", "    - log* in\n"),
        ("wifi", "no", '    - "no"\n'),
        (
            "wifi",
            {"any": ["router"], "with": ["slow*", "3g"], "within": 5},
            '    - any: [router]\n      with: [slow*, "3g"]\n      within: 5\n',
        ),
        ("desk", "chair", ", chair"),
        ("desk", {"any": ["chair"], "unless": ["no"]}, ', {any: [chair], unless: ["no"]}'),
    ],
)
def test_a_rule_stands_after_the_others(theme: str, rule: Any, written: str) -> None:
    found = add_rule(HERE, COMMENTED, theme, rule)
    assert is_put_in(COMMENTED, found.text, written)
    assert themes_of(found.text)[theme]["rules"][-1] == rule


@pytest.mark.parametrize(
    ("old", "written"),
    [
        ("  a:\n    rules: [a]", '\n    examples:\n      - "x"'),
        ("  a:\n    rules: [a]\n    examples:", '\n      - "x"'),
        ("  a:\n    examples: # none yet\n    rules: [a]\n", '      - "x"\n'),
        ("  a:\n    rules: [a]\n    examples: []", '"x"'),
        ("  a:\n    rules: [a]\n    examples: [b, # c\n      d # e\n      ]\n", ', "x"'),
        (f"  a:\n    rules: [a]\n    examples: [{'b' * 120}]\n", ',\n               "x"'),
        ("  a:\n    rules:\n      - |+\n        a\n\n\n", '    examples:\n      - "x"\n'),
        ("  a:\n    rules:\n      - a\n\n\n\n", '    examples:\n      - "x"\n'),
    ],
)
def test_files_that_end_or_are_laid_out_otherwise(old: str, written: str) -> None:
    found = add_example(HERE, HEAD + old, "a", "x")
    assert is_put_in(HEAD + old, found.text, written)


LISTS = (
    "    examples:\n      - one  # 1\n      - 'two'\n",
    "    examples:\n    - one\n",
    '    examples: [one, "two"]  # flow\n',
    "    examples: []\n",
    "    examples:\n",
    "    examples:\n      - |\n        one\n\n",
    "",
)


@given(
    example=st.text(min_size=1).filter(str.strip),
    listed=st.sampled_from(LISTS),
    end=st.sampled_from(["\n", "\r\n"]),
    key=st.sampled_from(["examples", "counter_examples"]),
    last=st.booleans(),
)
def test_any_text_reads_back_and_all_else_is_as_it_was(
    example: str, listed: str, end: str, key: str, last: bool
) -> None:
    rest = "" if last else "  b: {rules: [b]} # é\n# end"
    old = f"{HEAD}  a:\n    rules: [a] # r\n{listed}{rest}".replace("\n", end)
    before = themes_of(old)
    found = add_example(HERE, old, "a", example, key)
    after = themes_of(found.text)
    assert after["a"][key] == [*(before["a"].get(key) or []), example]
    assert is_put_in(old, found.text)
    del after["a"][key]
    before["a"].pop(key, None)
    assert after == before


@given(terms=st.lists(st.text("abé*?'- 1#:,]{", min_size=1, max_size=6), min_size=1, max_size=3))
def test_a_rule_reads_back_or_is_refused(terms: list[str]) -> None:
    old = f"{HEAD}  a: {{rules: [a]}}\n"
    rule = {"any": terms, "within": 3, "with": ["b"]}
    try:
        for term in terms:
            parse_term(term)
    except ValueError:
        with pytest.raises(InputError, match="E302"):
            add_rule(HERE, old, "a", rule)
    else:
        assert themes_of(add_rule(HERE, old, "a", rule).text)["a"]["rules"] == ["a", rule]


@pytest.mark.parametrize(
    ("old", "added", "code"),
    [
        ("  a: {rules: [a], examples: x}", "y", "E597"),
        ("  a: {rules: [a], examples: [y]}", "y", "E597"),
        ("  a: {rules: [a], counter_examples: [y]}", "y", "E597"),
        ("  a: {rules: [a]}", " \n", "E597"),
        ("  a: {rules: [a]}", "\ud800", "E597"),
        ("  b: {rules: [a]}", "y", "E597"),
        ("  a: {net: [b]}\n  b: {rules: [b]}", "y", "E597"),
        ("  a: {rules: [a], examples: &x [b]}", "y", "E203"),
        ("  a: {rules: [a], examples: &x [b]}\n  b: {rules: [b], examples: *x}", "y", "E203"),
        ("  a: {rules: [++]}", "y", "E302"),
    ],
)
def test_what_is_refused(old: str, added: str, code: str) -> None:
    with pytest.raises(InputError) as error:
        add_example(HERE, HEAD + old, "a", added)
    assert code in [problem.code for problem in error.value.problems]


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("a", "E597"),
        ("++", "E302"),
        ({"with": ["b"]}, "E304"),
        ({"any": ["b"], "within": "word", "with": ["c"]}, "E206"),
        ({"any": ["b"], "where": ["c"]}, "E204"),
    ],
)
def test_rules_that_are_refused_name_no_line_that_is_not_there(rule: Any, code: str) -> None:
    with pytest.raises(InputError) as error:
        add_rule(HERE, f"{HEAD}  a: {{rules: [a]}}", "a", rule)
    assert [(problem.code, problem.where) for problem in error.value.problems] == [(code, "")]


def test_a_theme_without_rules_gets_none() -> None:
    with pytest.raises(InputError, match="E597"):
        add_rule(HERE, f"{HEAD}  a: {{classifier_only: true}}", "a", "b")


@pytest.mark.parametrize("name", ["ict-strategy", "patient-experience", "digital-swot"])
def test_the_codebooks_that_are_here_take_both(name: str) -> None:
    path = Path(__file__).parents[1] / "codebooks" / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    theme = next(t for t, value in themes_of(text).items() if value.get("rules"))
    ruled = add_rule(path, text, theme, {"any": ["zzz"], "unless": ["yyy"]}).text
    assert is_put_in(text, ruled)
    assert is_put_in(ruled, add_example(path, ruled, theme, "zzz: 1").text)


def test_a_file_is_written_only_as_it_was_read(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + COMMENTED.replace("\n", "\r\n").encode())
    path.chmod(0o640)
    read = read_file(path)
    new = add_example(path, read.text, "wifi", "x").text
    write_text(path, new, read.digest)
    assert path.read_bytes() == b"\xef\xbb\xbf" + new.encode()
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    with pytest.raises(InputError, match="E596"):
        write_text(path, "other", read.digest)
    assert path.read_bytes() == b"\xef\xbb\xbf" + new.encode()
    assert [one.name for one in tmp_path.iterdir()] == ["c.yaml"]


def test_a_link_to_a_file_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    real, link = tmp_path / "real" / "c.yaml", tmp_path / "c.yaml"
    real.write_text("a")
    link.symlink_to(real)
    write_text(link, "b", read_file(link).digest)
    assert link.is_symlink()
    assert real.read_text() == "b"


def test_files_that_may_not_be_written(tmp_path: Path) -> None:
    for folder, mode in (("site-packages", 0o644), ("own", 0o444)):
        path = tmp_path / folder / "c.yaml"
        path.parent.mkdir()
        path.write_text("a")
        path.chmod(mode)
        with pytest.raises(InputError, match="E598"):
            refuse_unwritable(path)
    with pytest.raises(InputError, match="E598"):
        refuse_unwritable(tmp_path / "none.yaml")
