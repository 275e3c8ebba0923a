"""codebook check: what adds nothing, never fires, takes too long or is too alike."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from pipeline.codebook.load import parse_codebook
from pipeline.codebook.model import Codebook
from pipeline.errors import Problem
from pipeline.match import Matcher
from pipeline.refine.check import check_codebook, list_problems
from pipeline.refine.check.attack import list_attacks
from pipeline.tokenise import number_sentences

ROOT = Path(__file__).parents[1]
Review = Callable[..., list[Problem]]


@pytest.fixture
def review(tmp_path: Path) -> Review:
    """Every problem of a codebook of some themes; `top` stands before them."""

    def problems(themes: str, top: str = "") -> list[Problem]:
        path = tmp_path / "c.yaml"
        path.write_text(f"codebook: c\n{top}themes:\n{themes}", encoding="utf-8")
        return list_problems(path)[1]

    return problems


def shown(problems: list[Problem]) -> list[str]:
    return [f"{p.code} {':'.join(p.where.rsplit(':', 2)[1:])} {p.what}" for p in problems]


@pytest.mark.parametrize(
    ("themes", "expected"),
    [
        ("  a: {rules: [{any: [x, y, x]}]}\n", ["W311 3:28 'x' stands here already (line 3)."]),
        (
            "  a: {rules: [{any: [wi-fi, wi fi]}]}\n",
            ["W311 3:29 'wi fi' is the same term as 'wi-fi' (line 3)."],
        ),
        ("  a: {rules: [{any: [Café, cafe]}]}\n", ["W311 3:28 'cafe' is the same term as 'Café'"]),
        ("  a: {rules: [{any: [x], unless: [y, Y]}]}\n", ["W311 3:38 'Y' is the same term as"]),
        ("  a: {rules: [x, {any: [y, x]}]}\n", ["W311 3:28 'x' stands in a/1 already, on the"]),
        (
            "  a: {rules: [{any: x, with: [y, z]}, {any: [X], with: [z, y]}]}\n",
            ["W311 3:46 'X' stands in a/1 already, on the same conditions (line 3)."],
        ),
        (
            "  a: {rules: [{all: [x, y]}, {all: [x, y]}]}\n",
            ["W311 3:30 the rule is the same as a/1"],
        ),
        (
            "  a: {rules: [{pattern: 'x+'}, {pattern: 'x+'}]}\n",
            ["W311 3:32 the rule is the same as a/1"],
        ),
        # Not the same: other conditions, other forms, other themes, capitals that matter.
        ("  a: {rules: [{any: x, with: y}, {any: x, with: z}]}\n", []),
        ("  a: {rules: [{any: wx, unless: y}, {any: wx, lemma: true}]}\n", []),
        ("  a: {rules: [x]}\n  b: {rules: [x]}\n", []),
        ("  a: {rules: [{any: [IT, it], case_sensitive: true}]}\n", []),
        ("  a: {rules: [{any: [x], questions: [p]}, {any: [x], questions: [q]}]}\n", []),
    ],
)
def test_a_term_that_stands_twice(review: Review, themes: str, expected: list[str]) -> None:
    found = shown(review(themes))
    assert len(found) == len(expected)
    assert all(line.startswith(start) for line, start in zip(found, expected, strict=True))


def test_a_hyphen_kept_makes_another_term(review: Review) -> None:
    assert review("  a: {rules: [{any: [wi-fi, wi fi]}]}\n", "hyphens: keep\n") == []


def test_what_a_named_list_has_twice_is_noted_once_and_there(review: Review) -> None:
    themes = "  a: {rules: [{any: [$net]}]}\n  b: {rules: [{any: [z], unless: [$net]}]}\n"
    found = shown(review(themes, "lists: {net: [wifi, vpn*, WiFi, vpns]}\n"))
    assert found == [
        "W311 2:27 'WiFi' is the same term as 'wifi' (line 2).",
        "W312 2:33 'vpns' adds nothing: 'vpn*' (line 2) finds it already.",
    ]


def test_a_term_beside_a_list_that_has_it(review: Review) -> None:
    found = review("  a: {rules: [{any: [$net, vpn]}]}\n", "lists: {net: [wifi, vpn]}\n")
    assert shown(found) == ["W311 4:28 'vpn' stands here already (line 2)."]


@pytest.mark.parametrize(
    ("themes", "expected"),
    [
        (
            "  a: {rules: [{any: [slower, slow*]}]}\n",
            ["W312 3:22 'slower' adds nothing: 'slow*' (line 3) finds it already."],
        ),
        ("  a: {rules: [{any: [slo*, slow*]}]}\n", ["W312 3:28 'slow*' adds nothing: 'slo*'"]),
        ("  a: {rules: [{any: ['s?ow', slow]}]}\n", ["W312 3:30 'slow' adds nothing: 's?ow'"]),
        (
            "  a: {rules: [{any: ['*line', online]}]}\n",
            ["W312 3:31 'online' adds nothing: '*line'"],
        ),
        ("  a: {rules: [{any: [log* in, logged in]}]}\n", ["W312 3:31 'logged in' adds nothing"]),
        (
            "  a: {rules: [{any: [citrix, citrix slow]}]}\n",
            ["W312 3:30 'citrix slow' adds no response: 'citrix' (line 3) stands in it and is"],
        ),
        ("  a: {rules: [{any: [x, very x], unless: [y]}]}\n", ["W312 3:25 'very x' adds no resp"]),
        ("  a: {rules: [{any: [x, x z], with: [y]}]}\n", ["W312 3:25 'x z' adds no response"]),
        ("  a: {rules: [{any: x, with: [y, y z]}]}\n", ["W312 3:34 'y z' adds nothing: 'y' (line"]),
        ("  a: {rules: [{any: x, with: [ys, y*], within: 3}]}\n", ["W312 3:31 'ys' adds nothing"]),
        (
            "  a: {rules: [citrix, {any: citrix slow, with: down}]}\n",
            ["W312 3:23 the rule adds no response: 'citrix' of a/1 counts wherever it stands."],
        ),
        (
            "  a: {rules: [slow*, {any: [pc], with: [slow, slower]}]}\n",
            ["W312 3:22 the rule adds no response: 'slow*' of a/1 counts wherever it stands."],
        ),
        (
            "  a: {rules: [app*, {any: [apps, phone], with: down}]}\n",
            ["W312 3:28 'apps' adds no response: a/1 (line 3) finds 'app*' wherever it stands."],
        ),
        # Not covered, or not surely.
        ("  a: {rules: [{any: [slow, slower]}]}\n", []),
        ("  a: {rules: [{any: ['slow?', slow]}]}\n", []),
        ("  a: {rules: [{any: ['go*', going], lemma: true}]}\n", []),
        ("  a: {rules: [{any: ['citri*', citrix], fuzzy: 1}]}\n", []),
        ("  a: {rules: [{all: [slow*, slower]}]}\n", []),
        ("  a: {rules: [{any: [x, very x], with: y, within: 2}]}\n", []),
        ("  a: {rules: [{any: [x, x z], negated: skip}]}\n", []),
        ("  a: {rules: [{any: x, unless: [y, y z], within: 2}]}\n", []),
        ("  a: {rules: [{any: x, questions: [q]}, {any: x z, with: y}]}\n", []),
        ("  a: {rules: [{any: x, unless: w}, {any: x z, with: y}]}\n", []),
        ("  a: {rules: [{any: ['IT*', items], case_sensitive: true}]}\n", []),
        ("  a: {rules: [x]}\n  b: {rules: [x z]}\n", []),
    ],
)
def test_a_term_that_another_makes_idle(review: Review, themes: str, expected: list[str]) -> None:
    found = shown(review(themes))
    assert len(found) == len(expected)
    assert all(line.startswith(start) for line, start in zip(found, expected, strict=True))


def test_of_two_forms_of_one_word_only_the_later_is_idle(review: Review) -> None:
    pytest.importorskip("spacy_lookups_data")
    found = shown(review("  a: {rules: [{any: [running, runs], lemma: true}]}\n"))
    assert found == ["W312 3:31 'runs' adds nothing: 'running' (line 3) finds it already."]
    found = shown(review("  a: {lemma: true, rules: [running, runs]}\n"))
    assert [line[:9] for line in found] == ["W312 3:37"]


def test_where_the_longest_quote_wins_a_longer_phrase_is_not_idle(review: Review) -> None:
    themes = "  a: {rules: [{any: [citrix, citrix slow]}]}\n  b: {rules: [slow]}\n"
    assert [p.code for p in review(themes)] == ["W312"]
    assert review(themes, "overlap: longest\n") == []


@pytest.mark.parametrize(
    ("themes", "expected"),
    [
        (
            "  a: {rules: [{any: [citrix, citric], unless: ['citri*']}]}\n",
            "W313 3:15 the rule never fires: 'unless:' has 'citri*', which stands in all of",
        ),
        (
            "  a: {rules: [{any: [citrix, ctx], unless: [ctx]}]}\n",
            "W313 3:30 'ctx' never counts: 'ctx' of 'unless:' (line 3) is in it.",
        ),
        (
            "  a: {rules: [{any: x, with: [slow], unless: ['slow*']}]}\n",
            "W313 3:15 the rule never fires: 'unless:' has 'slow*', which stands in all of",
        ),
        (
            "  a: {rules: [{any: very slow, unless: slow, within: 2}]}\n",
            "W313 3:15 the rule never fires",
        ),
        (
            "  a: {questions: [p], rules: [{any: x, questions: [q, r]}]}\n",
            "W313 3:40 the rule never fires: it is for 'q' and 'r', its theme for 'p'.",
        ),
        (
            "  a: {rules: [{any: citrix, with: ['citrix']}]}\n",
            "W313 3:36 the rule fires only where 'citrix' stands twice",
        ),
        ("  a: {rules: [{pattern: '(?=x)\\b'}]}\n", "W313 3:16 the pattern matches nothing but"),
        ("  a: {rules: [{pattern: '^$'}]}\n", "W313 3:16 the pattern matches nothing but"),
        # Not certain: a part of a phrase may be on the next line, or out of reach.
        ("  a: {rules: [{any: very slow, unless: slow}]}\n", ""),
        ("  a: {rules: [{any: x, with: very slow, unless: slow, within: 2}]}\n", ""),
        ("  a: {rules: [{any: [x, y], with: [x, y]}]}\n", ""),
        ("  a: {questions: [p, q], rules: [{any: x, questions: [q]}]}\n", ""),
        ("  a: {rules: [{any: x, unless: x y}]}\n", ""),
        ("  a: {rules: [{pattern: 'x*'}]}\n", ""),
    ],
)
def test_a_rule_that_can_never_fire(review: Review, themes: str, expected: str) -> None:
    found = shown(review(themes))
    assert len(found) == bool(expected)
    assert all(line.startswith(expected) for line in found)


def test_a_facets_rules_are_looked_at_too(review: Review) -> None:
    facets = (
        "facets: {stance: {praise: {questions: [p], rules: [{any: [x, X], questions: [q]}]}}}\n"
    )
    codes = [p.code for p in review("  a: {rules: [y]}\n", facets)]
    assert codes == ["W311", "W313"]


CATASTROPHES = (
    r"(a+)+$",
    r"(a|aa)+$",
    r"(\w+\s?)*$",
    r"^(([a-z])+.)+[A-Z]([a-z])+$",
    r"(.*)(.*)(.*)x",
    r"\w*\w*\w*\w*;",
    r"(?:\W+\w?)+;",
    r"(x+x+)+y",
    r"\p{L}+(\p{L}+)*;",
)
SAFE = (
    *(r"\bctx\d{2}\b", r"\w+x", r"slow.*system", r"\b\w+ing\b", r"(slow|crash)\w*", r".*", r"^.*$"),
    *(r"\w+\s+\w+\s+slow", r"[^.]*citrix[^.]*", r"\d+(\.\d+)?%", r"\S+@\S+\.\S+", r"https?://\S+"),
    *(r"(not|never)\s+(\w+\s+){0,3}works?", r"^(yes|no)[.!]*$", r"(?i)app(s|ointment)?", r"\p{L}+"),
)


@pytest.mark.parametrize("pattern", CATASTROPHES)
def test_a_pattern_that_can_take_too_long_is_noted(review: Review, pattern: str) -> None:
    [problem] = review(f"  a: {{rules: [{{pattern: '{pattern}'}}]}}\n")
    assert problem.code == "W314"
    assert problem.where.endswith(":3:16")
    assert re.search(r"over 0\.25 s on a text such as \".+\.\.\.\" \([\d,]+ char", problem.what)


def test_a_pattern_of_many_fixed_repeats_is_tried_on_texts_of_some_length() -> None:
    attacks = list_attacks(r"((((a{50}){50}){50}){50}){50}")
    assert attacks
    assert max(len(attack.text(30)) for attack in attacks) < 1000


@pytest.mark.parametrize("pattern", SAFE)
def test_a_pattern_that_is_quick_enough_is_not(review: Review, pattern: str) -> None:
    assert review(f"  a: {{rules: [{{pattern: '{pattern}'}}]}}\n") == []


@pytest.mark.parametrize(
    ("themes", "expected"),
    [
        (
            "  a: {rules: [{any: [wifi, vpn, network*]}]}\n  b: {rules: [networks, vpn, Wi*]}\n",
            ["W315 4:3 'b' finds nearly the same as 'a' (line 3): of their terms without condit"],
        ),
        (
            "  a: {label: Wi fi, rules: [x]}\n  b: {label: WI FI, rules: [y]}\n",
            ["W315 4:7 the label 'WI FI' is that of 'a' but for its capitals."],
        ),
        (
            "  a: {rules: [slow], examples: [slow pc, a slow pc]}\n  b: {rules: [pc]}\n",
            ["W315 3:22 all examples of 'a' are found by 'b' too."],
        ),
        # Not alike: too few, conditions, never asked together, a parent, an exclusive group.
        ("  a: {rules: [w, v]}\n  b: {rules: [w, v]}\n", []),
        ("  a: {rules: [w, v, u, t]}\n  b: {rules: [w, v, s, r]}\n", []),
        ("  a: {rules: [{any: [w, v, u], with: z}]}\n  b: {rules: [w, v, u]}\n", []),
        ("  a: {questions: [p], rules: [w, v, u]}\n  b: {questions: [q], rules: [w, v, u]}\n", []),
        ("  a: {rules: [slow], examples: [slow pc]}\n  b: {rules: [pc]}\n", []),
        (
            "  a: {parent: b, rules: [slow], examples: [slow pc, a slow pc]}\n  b: {rules: [pc]}\n",
            [],
        ),
        ("  a: {rules: [w, v, u]}\n  b: {rules: [w, v, u]}\nexclusive: [[a, b]]\n", []),
    ],
)
def test_themes_too_alike(review: Review, themes: str, expected: list[str]) -> None:
    found = shown(review(themes))
    assert len(found) == len(expected)
    assert all(line.startswith(start) for line, start in zip(found, expected, strict=True))


def test_themes_that_share_many_terms_are_told_some_of_them(review: Review) -> None:
    terms = ", ".join(f"word{letter}" for letter in "abcdefgh")
    [problem] = review(f"  a: {{rules: [{terms}]}}\n  b: {{rules: [{terms}]}}\n")
    assert problem.what.endswith(
        "they share 'worda', 'wordb', 'wordc', 'wordd', 'worde' and 3 more."
    )


@pytest.mark.parametrize(
    ("top", "codes"),
    [
        ("version: 3\nhistory: [{version: 2, note: n}]\n", ["W316"]),
        ("version: 3\nhistory: [{version: 3, note: n}, {version: 1, note: n}]\n", []),
        ("version: 3\n", []),
    ],
)
def test_a_version_is_told_of_in_the_history_if_there_is_one(
    review: Review, top: str, codes: list[str]
) -> None:
    found = review("  a: {rules: [x]}\n", top)
    assert [p.code for p in found] == codes
    assert all(":2:1" in p.where for p in found)


def test_warnings_come_with_errors_and_in_the_order_of_the_file(review: Review) -> None:
    themes = "  a: {rules: [{any: [x, x]}, '*']}\n  b: {}\n  c: {rules: [{any: [y, y]}, 'z']}\n"
    assert [p.code for p in review(themes)] == ["W311", "E302", "E301", "W311"]


def test_warnings_are_no_errors(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("codebook: c\nthemes: {a: {rules: [{any: [x, x]}]}}\n", encoding="utf-8")
    assert check_codebook(path)[1] == []


WORDS = ("net", "nets", "slow", "slower", "pc", "app", "apps", "off", "good")
TERMS = (
    *WORDS,
    "net*",
    "slow*",
    "app*",
    "s*",
    "?et",
    "slow net",
    "net slow",
    "good app",
    "app off",
)


def random_rule(chance: random.Random) -> dict[str, Any]:
    def some(most: int) -> list[str]:
        return chance.sample(TERMS, chance.randint(1, most))

    rule: dict[str, Any] = (
        {"any": some(4)} if chance.random() < 0.8 else {"all": [*some(1), "desk"]}
    )
    for key in ("with", "before", "after", "unless"):
        if chance.random() < 0.3:
            rule[key] = some(3)
    if len(rule) > 1 and chance.random() < 0.5:
        rule["within"] = chance.choice([1, 2, "response"])
    if chance.random() < 0.15:
        rule["negated"] = chance.choice(["skip", "only"])
    return rule


def themes_of(content: dict[str, Any], path: Path, texts: list[str]) -> list[set[str]]:
    with path.open("w", encoding="utf-8") as stream:
        YAML().dump(content, stream)
    codebook: Codebook = parse_codebook(path)[0]
    return Matcher(codebook, number_sentences).find_themes(texts, [""] * len(texts))


@pytest.mark.parametrize("seed", range(60))
def test_what_is_called_idle_can_go_and_what_never_fires_does_not(
    seed: int, tmp_path: Path
) -> None:
    """The law behind W311 and W312: without the term or the rule, every text keeps its themes."""
    chance = random.Random(seed)
    texts = [
        " ".join(chance.choice((*WORDS, "desk", "no", "it.")) for _ in range(chance.randint(1, 8)))
        for _ in range(150)
    ]
    rules = [random_rule(chance) for _ in range(3)]
    content: dict[str, Any] = {"codebook": "c", "themes": {"t": {"rules": rules}}}
    path = tmp_path / "c.yaml"
    before = themes_of(content, path, texts)
    _, problems = list_problems(path)
    _, yaml_file = parse_codebook(path)
    idle, never = [], []
    for problem in problems:
        of_rule = re.match("the rule (is|adds|never)", problem.what)
        places = [p for p in yaml_file.marks if yaml_file.where(p) == problem.where]
        [place] = [p[3:] for p in places if len(p) == (4 if of_rule else 6)]
        if problem.code in ("W311", "W312"):
            idle.append(place)
        elif "rule never fires" in problem.what:
            never.append(place[0])
    left = [dict(rule) for rule in rules]
    for number, *term in idle:
        if term:
            key, item = term
            left[number][key] = [t for t in left[number][key] if t != rules[number][key][item]]
    gone = {number for number, *term in idle if not term} | set(never)
    kept = [rule for number, rule in enumerate(left) if number not in gone]
    kept = [rule for rule in kept if rule.get("any") or rule.get("all")]
    kept = [{k: v for k, v in rule.items() if v} for rule in kept] or [{"any": ["nothing"]}]
    assert themes_of({"codebook": "c", "themes": {"t": {"rules": kept}}}, path, texts) == before


def test_a_large_codebook_is_checked_in_time(tmp_path: Path) -> None:
    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=6)) for _ in range(3000)]
    themes: dict[str, Any] = {}
    for number in range(60):
        mine = words[number * 50 : number * 50 + 50]
        mine = [word[:5] + "*" if i % 7 == 0 else word for i, word in enumerate(mine)]
        rules = [{"any": mine[:25], "unless": ["good"]}, {"any": mine[25:]}]
        themes[f"t{number}"] = {"rules": rules, "examples": [mine[1], mine[26]]}
    path = tmp_path / "large.yaml"
    with path.open("w", encoding="utf-8") as stream:
        YAML().dump({"codebook": "large", "themes": themes}, stream)
    start = time.process_time()
    problems = list_problems(path)[1]
    assert time.process_time() - start < 4  # about 1 s on a quick machine
    assert not any(problem.code.startswith("E") for problem in problems)


@pytest.mark.parametrize("path", sorted((ROOT / "codebooks").glob("*.yaml")), ids=lambda p: p.stem)
def test_no_codebook_that_comes_with_the_tool_has_a_slow_pattern_or_an_error(path: Path) -> None:
    codes = {problem.code for problem in list_problems(path)[1]}
    assert codes <= {"W311", "W312", "W313", "W315"}
