"""A codebook with problems: each is named with line and column, all at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.codebook.load import load_codebook, parse_codebook
from pipeline.errors import InputError

Refused = Callable[[str], list[str]]


@pytest.fixture
def refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Refused:
    """The problems of a codebook, as `CODE line:column what`."""
    monkeypatch.chdir(tmp_path)

    def problems(content: str) -> list[str]:
        Path("cb.yaml").write_text(content, encoding="utf-8")
        try:
            load_codebook(Path("cb.yaml"))
        except InputError as error:
            return [f"{p.code} {p.where.removeprefix('cb.yaml:')} {p.what}" for p in error.problems]
        return []

    return problems


@pytest.mark.parametrize(
    ("theme", "problem"),
    [
        ("{label: A}", "E301 3:3 theme 'a' has no rules."),
        ("{rules: []}", "E301 3:3 theme 'a' has no rules."),
        ("{net: []}", "E301 3:3 theme 'a' has no rules."),
        ("{classifier_only: false}", "E301 3:3 theme 'a' has no rules."),
        (
            "{rules: [x, lo/g in]}",
            "E302 3:18 'lo/g in' holds '/', which is never part of a word.",
        ),
        (
            "{rules: [{any: [x, '?']}]}",
            "E302 3:25 '?' has nothing but wildcards, so it would match everything.",
        ),
        ("{rules: [{any: '-'}]}", "E302 3:16 '-' has no word to match."),
        ("{rules: [{any: x, with: [y, z.z]}]}", "E302 3:34 'z.z' holds '.', which is never part"),
        (
            "{rules: [{any: x, unless: ['*']}]}",
            "E302 3:33 '*' has nothing but wildcards, so it would match everything.",
        ),
        ("{rules: [{pattern: 'a('}]}", "E303 3:16 not a valid pattern: missing )"),
        ("{rules: [{any: x, pattern: y}]}", "E304 3:24 a pattern stands alone."),
        ("{rules: [{pattern: y, within: 3}]}", "E304 3:16 a pattern stands alone."),
        ("{rules: [{pattern: y, unless: z}]}", "E304 3:16 a pattern stands alone."),
        ("{rules: [{with: x}]}", "E304 3:15 the rule has neither 'any:', 'all:' nor 'pattern:'."),
        ("{rules: [{}]}", "E304 3:15 the rule has neither 'any:', 'all:' nor 'pattern:'."),
        ("{rules: [{any: []}]}", "E304 3:15 the rule has neither 'any:', 'all:' nor 'pattern:'."),
        (
            "{rules: [{any: x, within: 3}]}",
            "E304 3:24 'within' needs 'all:', 'with:', 'before:', 'after:' or 'unless:'.",
        ),
        ("{rules: [[x]]}", "E304 3:15 a rule must be a term or a mapping with 'any:'."),
        ("{rules: [~]}", "E304 3:15 a rule must be a term or a mapping with 'any:'."),
        ("{rules: [x], net: [b]}", "E304 3:3 net 'a' has rules of its own."),
        ("{net: [b, c]}", "E305 3:16 net 'a' names 'c', which is not a theme."),
        ("{net: c}", "E305 3:7 net 'a' names 'c', which is not a theme."),
        ("{net: [b, n]}", "E305 3:16 net 'a' names 'n', which is not a theme."),
        ("{net: [a]}", "E305 3:13 net 'a' names 'a', which is not a theme."),
        ("{rules: x}", "E206 3:7 'rules' must be a list, not 'x'."),
        (
            "{rules: [x], policy: any}",
            "E206 3:19 'policy' must be one of either, rule, model, both",
        ),
        ("{rules: [x], label: [A]}", "E206 3:19 'label' must be a text"),
        ("{rules: [x], classifier_only: yes}", "E206 3:19 'classifier_only' must be true or false"),
        (
            "{rules: [{any: x, with: y, within: 0}]}",
            "E206 3:33 'within' must be sentence, response",
        ),
        ("{rules: [{any: x, with: y, within: line}]}", "E206 3:33 'within' must be sentence"),
        ("{rules: [{any: x, with: y, within: true}]}", "E206 3:33 'within' must be sentence"),
        ("{rules: [{any: x, with: y, within: 1.5}]}", "E206 3:33 'within' must be sentence"),
        ("{rules: [x], lable: A}", "E204 3:19 unknown key 'lable'."),
        ("{rules: [{any: x, wiht: y}]}", "E204 3:24 unknown key 'wiht'."),
    ],
)
def test_a_theme_that_cannot_be_used_is_named_with_its_place(
    refused: Refused, theme: str, problem: str
) -> None:
    content = f"codebook: c\nthemes:\n  a: {theme}\n  b: {{rules: [x]}}\n  n: {{net: [b]}}\n"
    [found] = refused(content)
    assert found.startswith(problem)


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        ("codebook: c\n", ["E205 1:1 'themes' is missing."]),
        ("codebook: c\nthemes: {}\n", ["E205 1:1 'themes' is missing."]),
        ("codebook: c\nthemes: [a]\n", ["E206 2:1 'themes' must be a mapping of theme ids"]),
        ("themes: {a: {rules: [x]}}\n", ["E205 1:1 'codebook' is missing."]),
        ("codebook: c\nversion: 1.2\nthemes: {a: {rules: [x]}}\n", ["E206 2:1 'version' must be"]),
        ("codebook: c\nversion: true\nthemes: {a: {rules: [x]}}\n", ["E206 2:1 'version' must"]),
        ("codebook: c\nlanguage: fr\nthemes: {a: {rules: [x]}}\n", ["E206 2:1 'language' must"]),
        (
            "codebook: c\nthemes: {a: }\n",
            ["E206 2:10 a mapping is wanted here", "E301 2:10 theme 'a' has no rules."],
        ),
        (
            "codebook: c\nthemes:\n  a: {rules: [x]}\n  b: {rules: [y]}\n  a: {rules: [z]}\n",
            ["E202 5:3 'a' stands here again; it is already on line 3."],
        ),
    ],
)
def test_a_codebook_that_cannot_be_used_is_refused(
    refused: Refused, content: str, problems: list[str]
) -> None:
    found = refused(content)
    assert len(found) == len(problems)
    for line, problem in zip(found, problems, strict=True):
        assert line.startswith(problem)


def test_a_net_is_told_which_theme_was_meant(tmp_path: Path) -> None:
    path = tmp_path / "cb.yaml"
    content = "codebook: c\nthemes: {citrix: {rules: [x]}, n: {net: [citrx]}}\n"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="Did you mean 'citrix'"):
        load_codebook(path)


def test_every_problem_of_a_codebook_is_listed_in_the_order_of_the_file(refused: Refused) -> None:
    found = refused("""\
codebook: c
themes:
  net: {net: [gone]}
  a:
    rules:
      - any: [ok, "*"]
        within: never
      - pattern: "["
  b:
    lable: B
""")
    assert [line.split(" ", 2)[:2] for line in found] == [
        ["E305", "3:15"],
        ["E302", "6:19"],
        ["E206", "7:9"],
        ["E304", "7:9"],
        ["E303", "8:9"],
        ["E301", "9:3"],
        ["E204", "10:5"],
    ]


def test_a_codebook_with_problems_can_still_be_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "cb.yaml"
    path.write_text("codebook: c\nthemes: {a: {rules: [x]}, b: {}}\n", encoding="utf-8")
    codebook, yaml_file = parse_codebook(path)
    assert [theme.id for theme in codebook.themes] == ["a", "b"]
    assert [problem.code for problem in yaml_file.problems] == ["E301"]


@pytest.mark.parametrize(
    ("themes", "problem"),
    [
        ("  a: {code: b, rules: [x]}\n  b: {rules: [x]}\n", "E309 3:7 'b' is the code of 'a'"),
        ("  a: {label: S, rules: [x]}\n  b: {label: S, rules: [x]}\n", "E309 4:7 'S' is the label"),
        ("  a: {label: Nil, rules: [x]}\nno_theme: [Nil]\n", "E309 3:7 'Nil' is the label of 'a'"),
        ("  '': {rules: [x]}\n", "E206 3:3 a theme needs an id."),
        (
            "  a: {rules: [x], classifier_only: true}\n",
            "E206 3:19 'classifier_only' must be left",
        ),
    ],
)
def test_a_name_stands_for_one_theme_and_a_theme_for_one_thing(
    refused: Refused, themes: str, problem: str
) -> None:
    [found] = refused(f"codebook: c\nthemes:\n{themes}")
    assert found.startswith(problem)


@pytest.mark.parametrize(
    ("top", "code"),
    [
        ("lists: {a: [slow, $b], b: [x]}", "E302"),
        ("lists: {a: ['$']}", "E302"),
        ("lists: {a: []}", "E206"),
        ("lists: [slow]", "E206"),
        ("exclusive: [[t, nobody]]", "E312"),
        ("exclusive: [[t, p]]", "E312"),
        ("exclusive: [[t, u], [u, t]]", "E312"),
        ("exclusive: [t, u]", "E206"),
        ("facets: {r: {f: {rules: [a]}}, s: {f: {rules: [b]}}}", "E309"),
        ("facets: {r: {f: {rules: [a]}, g: {label: f, rules: [b]}}}", "E309"),
        ("facets: {r: {f: {}}}", "E301"),
        ("facets: {r: {f: {within: 3, rules: [a]}}}", "E206"),
        ("history: [{version: 9, note: x}]", "E314"),
        ("history: [{version: 1}]", "E205"),
        ("overlap: never", "E206"),
        ("fuzzy: 2", "E206"),
    ],
)
def test_what_the_top_of_a_codebook_gets_wrong_is_named(
    top: str, code: str, tmp_path: Path
) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(
        f"codebook: c\nversion: 1\n{top}\nthemes:\n  t: {{rules: [x]}}\n  u: {{rules: [y]}}\n"
        "  p: {rules: [z]}\n  q: {parent: p, rules: [w]}\n",
        encoding="utf-8",
    )
    with pytest.raises(InputError) as error:
        load_codebook(path)
    assert {problem.code for problem in error.value.problems} == {code}


@pytest.mark.parametrize(
    ("rule", "code"),
    [
        ("{any: [$nowhere]}", "E310"),
        ("{any: [x], with: [y], within: 10000000000000000000}", "E206"),
        ("{all: [x]}", "E304"),
        ("{any: [x], negated: maybe}", "E206"),
        ("{pattern: x, with: [y]}", "E304"),
        ("{any: [x], lemma: 1}", "E206"),
    ],
)
def test_what_a_rule_gets_wrong_is_named(rule: str, code: str, tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(f"codebook: c\nthemes:\n  t: {{rules: [{rule}]}}\n", encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_codebook(path)
    assert {problem.code for problem in error.value.problems} == {code}
