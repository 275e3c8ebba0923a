"""The JSON Schema of a codebook agrees with what loads it."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ruamel.yaml import YAML

from pipeline.cli.codebook_schema import schema as print_schema
from pipeline.codebook import load, model, rules
from pipeline.codebook.load import parse_codebook
from pipeline.codebook.schema import (
    CODEBOOK,
    DEFAULTS,
    FACET,
    HISTORY,
    RULE,
    THEME,
    codebook_schema,
)
from pipeline.yamlfile import Place, load_yaml

ROOT = Path(__file__).parents[1]
SCHEMA = codebook_schema()
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
STRUCTURE = ("E204", "E205", "E206", "E301", "E304")
"""What a schema can say too."""


def yaml_blocks(path: Path) -> list[str]:
    return re.findall(r"```yaml\n(.*?)```", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def example_codebooks() -> list[str]:
    shipped = [path.read_text(encoding="utf-8") for path in (ROOT / "codebooks").glob("*.yaml")]
    pages = [*(ROOT / "docs").glob("*.md"), ROOT / "README.md"]
    written = [block for page in pages for block in yaml_blocks(page)]
    return [*shipped, *(text for text in written if re.match(r"(#.*\n)*codebook:.*\n", text))]


def problems_of(text: str, tmp_path: Path) -> list[tuple[str, Place]]:
    """The problems of structure that the loader has with a codebook, with their places."""
    path = tmp_path / "c.yaml"
    path.write_text(text, encoding="utf-8")
    _, yaml_file = parse_codebook(path)
    by_where: dict[str, Place] = {}
    for place in sorted(yaml_file.marks, key=len):
        by_where.setdefault(yaml_file.where(place), place)
    return [(p.code, by_where[p.where]) for p in yaml_file.problems if p.code in STRUCTURE]


def flat(error: jsonschema.ValidationError) -> Iterator[jsonschema.ValidationError]:
    yield error
    for inner in error.context or ():
        yield from flat(inner)


def schema_errors(text: str, tmp_path: Path) -> list[jsonschema.ValidationError]:
    path = tmp_path / "s.yaml"
    path.write_text(text, encoding="utf-8")
    found = VALIDATOR.iter_errors(load_yaml(path).value)
    return [inner for error in found for inner in flat(error)]


def test_the_schema_is_one() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_the_command_prints_it(capsys: pytest.CaptureFixture[str]) -> None:
    print_schema()
    assert json.loads(capsys.readouterr().out) == SCHEMA


def test_the_docs_have_it() -> None:
    kept = json.loads((ROOT / "docs" / "codebook.schema.json").read_text(encoding="utf-8"))
    assert kept == SCHEMA


@pytest.mark.parametrize(
    ("part", "keys"),
    [
        (SCHEMA, load.CODEBOOK_KEYS),
        (SCHEMA["$defs"]["theme"], load.THEME_KEYS),
        (SCHEMA["$defs"]["facet"], load.FACET_KEYS),
        (SCHEMA["$defs"]["entry"], load.HISTORY_KEYS),
        (SCHEMA["$defs"]["rule"], rules.RULE_KEYS),
    ],
)
def test_every_key_is_described_and_no_other_is_taken(
    part: dict[str, Any], keys: tuple[str, ...]
) -> None:
    assert list(part["properties"]) == list(keys)
    assert part["additionalProperties"] is False
    for key in keys:
        assert re.fullmatch(r"[A-Z].{10,}\.", part["properties"][key]["description"]), key


@pytest.mark.parametrize(
    ("described", "keys"),
    [
        (CODEBOOK, load.CODEBOOK_KEYS),
        (THEME, load.THEME_KEYS),
        (FACET, load.FACET_KEYS),
        (HISTORY, load.HISTORY_KEYS),
        (RULE, rules.RULE_KEYS),
        (DEFAULTS, rules.RULE_DEFAULTS),
    ],
)
def test_no_description_is_of_a_key_that_is_gone(
    described: dict[str, Any], keys: tuple[str, ...]
) -> None:
    assert set(described) == set(keys)


@pytest.mark.parametrize(
    ("key", "options"),
    [
        ("negated", model.NEGATED),
        ("overlap", model.OVERLAPS),
        ("possessives", model.POSSESSIVES),
        ("hyphens", model.HYPHENS),
    ],
)
def test_every_choice_is_offered(key: str, options: tuple[str, ...]) -> None:
    assert SCHEMA["properties"][key]["enum"] == [*options, None]
    assert SCHEMA["properties"][key]["default"] in options


def test_every_policy_is_offered() -> None:
    policy = SCHEMA["$defs"]["theme"]["properties"]["policy"]
    assert policy["enum"] == [*model.POLICIES, None]


@pytest.mark.parametrize("text", example_codebooks(), ids=lambda text: text[:40])
def test_every_codebook_that_comes_with_the_tool_fits(text: str, tmp_path: Path) -> None:
    assert schema_errors(text, tmp_path) == []


def test_there_are_codebooks_that_come_with_the_tool() -> None:
    assert len(example_codebooks()) >= 3


RICH = """\
codebook: c
version: 2
language: en
no_theme: [Nil, 0]
history: [{version: 2, note: more, by: Ana, date: 2026-01-05}, {version: 1, note: first}]
lists: {net: [wifi, vpn], one: cable}
facets:
  stance:
    praise: {label: Praise, within: response, rules: [good, {any: nice, negated: skip}]}
    problem: {questions: barriers}
exclusive: [[a, b]]
overlap: longest
possessives: keep
hyphens: keep
negated: count
lemma: false
fuzzy: 1
british_american: false
case_sensitive: true
themes:
  a:
    label: 1
    parent: b
    was: old
    questions: [barriers]
    policy: both
    negated: only
    rules:
      - x
      - 12
      - true
      - {any: [$net, y], with: z, within: 3, unless: [w]}
      - {all: [x, y], within: response}
      - {all: $net}
      - {all: [$net]}
      - {all: x, any: y}
      - {any: x, before: y, after: [z], fuzzy: '0', questions: barriers}
      - {pattern: 'x+', case_sensitive: true, questions: [barriers]}
    examples: [x, 5]
    counter_examples: none
  b: {classifier_only: true, rules: []}
  c: {net: [a, b], definition: ~}
"""


def test_everything_that_may_be_written_fits(tmp_path: Path) -> None:
    assert problems_of(RICH, tmp_path) == []
    assert schema_errors(RICH, tmp_path) == []


TOP = "codebook: c\nthemes: {a: {rules: [x]}}\n"
BROKEN = (
    *(TOP + line for line in ("verson: 1\n", "version: 1.5\n", "version: '1'\n", "version: ~\n")),
    *(TOP + line for line in ("version: true\n", "language: fr\n", "no_theme: {a: b}\n")),
    *(TOP + line for line in ("no_theme: [[a]]\n", "no_theme: [~]\n", "history: x\n")),
    *(TOP + line for line in ("history: [{version: 1}]\n", "history: [{note: n, version: x}]\n")),
    *(TOP + line for line in ("history: [{note: n, who: me}]\n", "history: [x]\n")),
    *(TOP + line for line in ("lists: [x]\n", "lists: {n: []}\n", "lists: {n: {a: b}}\n")),
    *(TOP + line for line in ("facets: [x]\n", "facets: {s: {}}\n", "facets: {s: {p: {}}}\n")),
    *(TOP + line for line in ("facets: {s: {p: {rules: [x], parent: a}}}\n", "facets: {s: x}\n")),
    *(TOP + line for line in ("facets: {s: {p: ~}}\n", "facets: {s: {p: {questions: []}}}\n")),
    *(TOP + line for line in ("exclusive: a\n", "exclusive: [a]\n", "exclusive: [[a]]\n")),
    *(TOP + line for line in ("overlap: no\n", "possessives: 1\n", "hyphens: fold\n")),
    *(TOP + line for line in ("negated: never\n", "lemma: yes\n", "fuzzy: 2\n", "fuzzy: true\n")),
    *(TOP + line for line in ("british_american: 1\n", "case_sensitive: ~\n")),
    *("themes: {a: {rules: [x]}}\n", "codebook: c\n", "codebook: c\nthemes: []\n", "- x\n"),
    *("codebook: c\nthemes: {}\n", "codebook: c\nthemes: [a]\n", "codebook: [c]\nthemes: {a: ~}\n"),
    *("codebook:\nthemes: {a: {rules: [x]}}\n", "codebook: true\nthemes: {a: {rules: [x]}}\n"),
    *(
        f"codebook: c\nthemes: {{a: {theme}}}\n"
        for theme in (
            *("{}", "~", "x", "{rules: []}", "{rules: ~}", "{rules: x}", "{net: []}"),
            *("{label: A}", "{classifier_only: false}", "{classifier_only: 'true'}"),
            *("{rules: [x], net: [b]}", "{rules: [x], classifier_only: true}"),
            *("{net: [b], classifier_only: true}", "{rules: [x], lable: A}"),
            *("{rules: [x], label: [A]}", "{rules: [x], label: true}", "{rules: [x], policy: any}"),
            *("{rules: [x], examples: {a: b}}", "{rules: [x], lemma: ~}", "{rules: [x], fuzzy: 3}"),
            *("{rules: [[x]]}", "{rules: [~]}", "{rules: [{}]}", "{rules: [{any: []}]}"),
            *("{rules: [{any: ~}]}", "{rules: [{with: x}]}", "{rules: [{all: [x]}]}"),
            *("{rules: [{all: x}]}", "{rules: [{any: x, within: 3}]}", "{rules: [{any: {a: b}}]}"),
            *("{rules: [{any: x, with: y, within: 0}]}", "{rules: [{any: x, with: y, within: ~}]}"),
            *("{rules: [{any: x, with: y, within: line}]}", "{rules: [{any: [[x]]}]}"),
            *("{rules: [{any: x, with: y, within: true}]}", "{rules: [{any: x, negated: no}]}"),
            *("{rules: [{any: x, pattern: y}]}", "{rules: [{pattern: y, within: 3}]}"),
            *("{rules: [{pattern: y, lemma: true}]}", "{rules: [{any: x, wiht: y}]}"),
            *("{rules: [{pattern: [y]}]}", "{rules: [{any: x, lemma: 1}]}"),
            *("{rules: [{any: [~]}]}", "{rules: [{any: x, questions: {a: b}}]}"),
        )
    ),
    "codebook: c\nthemes: {' ': {rules: [x]}}\n",
)


@pytest.mark.parametrize("text", BROKEN)
def test_what_the_loader_refuses_the_schema_refuses_and_at_the_same_place(
    text: str, tmp_path: Path
) -> None:
    refused = problems_of(text, tmp_path)
    errors = schema_errors(text, tmp_path)
    assert refused
    assert errors
    named = {tuple(error.absolute_path) for error in errors}
    around = named | {place[:-1] for place in named}
    for code, place in refused:
        # An unknown key is an error of its mapping to the schema; an item one of its list to us.
        assert place in around or place[:-1] in named, (code, place, named)


PIECES = (
    *(
        None,
        [],
        {},
        "x",
        ["x"],
        0,
        1,
        3,
        -1,
        True,
        False,
        "",
        [None],
        [[]],
        ["x", "y"],
        {"any": "x"},
    ),
    *({"a": "b"}, "sentence", "count", "only"),
)
KEYS = (
    *("any", "with", "within", "pattern", "rules", "net", "classifier_only", "questions", "label"),
    *("unknown", "negated", "fuzzy", "all", "unless"),
)


def places_of(value: Any, place: Place = ()) -> Iterator[Place]:
    yield place
    listed = dict(enumerate(value)) if isinstance(value, list) else value
    for key, item in listed.items() if isinstance(listed, dict) else ():
        yield from places_of(item, (*place, key))


@pytest.mark.parametrize("seed", range(150))
def test_the_two_agree_on_a_theme_with_a_mistake_put_in(seed: int, tmp_path: Path) -> None:
    """But for what only the check can tell: how many terms a named list stands for, say."""
    chance = random.Random(seed)
    content = YAML(typ="safe", pure=True).load(RICH)
    *above, last = chance.choice([p for p in places_of(content) if p[:1] == ("themes",)][1:])
    owner = content
    for key in above:
        owner = owner[key]
    act = chance.choice(["set", "set", "add", "remove"])
    if act == "remove":
        del owner[last]
    else:
        key = chance.choice(KEYS) if act == "add" and isinstance(owner, dict) else last
        owner[key] = chance.choice(PIECES)
    path = tmp_path / "mutated.yaml"
    with path.open("w", encoding="utf-8") as stream:
        YAML().dump(content, stream)
    text = path.read_text(encoding="utf-8")
    assert bool(problems_of(text, tmp_path)) == bool(schema_errors(text, tmp_path))


MEANINGS = (
    *("{rules: ['*']}", "{rules: [{pattern: '('}]}", "{net: [gone]}", "{rules: [$gone]}"),
    *("{rules: [x], parent: gone}", "{rules: [x], examples: [y]}"),
)


@pytest.mark.parametrize("theme", MEANINGS)
def test_what_only_the_check_can_tell_fits(theme: str, tmp_path: Path) -> None:
    text = f"codebook: c\nthemes: {{a: {theme}}}\n"
    assert schema_errors(text, tmp_path) == []
    assert problems_of(text, tmp_path) == []
