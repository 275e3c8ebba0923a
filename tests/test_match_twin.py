"""The engine against its slow twin, on codebooks and texts that nobody would write."""

from __future__ import annotations

import random
from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.codebook.model import Codebook, Facet, Forms, Rule, Theme
from pipeline.match import Matcher
from pipeline.tokenise import number_sentences
from tests.twin import Twin, slip

WORDS = (
    *("a", "ab", "b", "é", "a's", "s", "fi", "slow", "slower", "slowest", "no", "not", "but"),
    *("citrix", "citirx", "citrixs", "citri", "colour", "color", "colours", "run", "ran", "IT"),
    *("it", "It's", "STRASSE", "straße", "only", "problem", "İt", "и", "й", "wi", "without"),
)
GAPS = (" ", " ", " ", "  ", "\n", "\r\n", "\xa0", "-", "- ", "‑", " - ", ", ", ". ", "! ", "")
ODD = (
    *("'", "’", "_", "É", "AB’S", "\u0301", "\u200b", "😀", "ﬁ", "–", "'s", "’s ", "1", "*", "?"),
    *("👩‍💻", "ＩＴ", "a\u0300\u0301b", "\x01", "\x00", "\u2028", "…", "ǅ", "ŉ", "한", "\ufeff"),
)
WILD = ("a*", "*b", "s*w", "s??w", "c*", "*", "citri?", "slow*", "i?", "*x*")
forms = st.builds(
    Forms,
    lemma=st.booleans(),
    fuzzy=st.sampled_from([0, 1]),
    british_american=st.booleans(),
    case_sensitive=st.sampled_from([False, False, False, True]),
)
questions = st.sampled_from([(), (), (), ("q",), ("other",)])


def make_rules(pool: list[str]) -> st.SearchStrategy[list[Rule]]:
    """Rules of a few words, so that they meet in texts of the same few."""
    words = st.sampled_from([*pool, *pool, *pool, *WILD])
    phrases = st.lists(words, min_size=1, max_size=3).map(" ".join)
    terms = st.one_of(words, phrases).filter(lambda term: set(term) - set("*? "))
    some = st.lists(terms, min_size=1, max_size=3).map(tuple)
    maybe = st.one_of(st.just(()), st.just(()), some)
    rule = st.builds(
        Rule,
        id=st.just(""),
        any=some,
        all=maybe,
        with_=maybe,
        before=maybe,
        after=maybe,
        unless=maybe,
        within=st.sampled_from(["sentence", "response", 1, 2, 4]),
        negated=st.sampled_from(["count", "count", "skip", "only"]),
        questions=questions,
        forms=forms,
    )
    two = st.lists(terms, min_size=2, max_size=3, unique=True).map(tuple)
    kinds = (
        rule,
        rule,
        st.builds(
            Rule, id=st.just(""), any=some, with_=some, within=st.sampled_from([3, "sentence"])
        ),
        st.builds(Rule, id=st.just(""), any=some),
        st.builds(Rule, id=st.just(""), all=two),
        st.builds(Rule, id=st.just(""), pattern=st.sampled_from([r"a+b?", r"^\W*a", r"[is]t"])),
    )
    return st.lists(st.one_of(kinds), min_size=1, max_size=3)


@st.composite
def cases(draw: st.DrawFn) -> tuple[Codebook, list[str]]:
    pool = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=5, unique=True))
    pieces = st.sampled_from((*pool * 6, *WORDS, *GAPS * 2, *[" "] * 20, *ODD))
    texts = st.lists(pieces, max_size=24).map("".join)
    return draw(codebooks(make_rules(pool))), draw(st.lists(texts, min_size=1, max_size=4))


@st.composite
def codebooks(draw: st.DrawFn, rules: st.SearchStrategy[list[Rule]]) -> Codebook:
    def numbered(owner: str, found: list[Rule]) -> tuple[Rule, ...]:
        return tuple(replace(rule, id=f"{owner}/{n}") for n, rule in enumerate(found, start=1))

    themes = tuple(
        Theme(id=name, label=name, rules=numbered(name, draw(rules)), questions=draw(questions))
        for name in draw(st.sampled_from([("t",), ("t", "u"), ("t", "u", "v")]))
    )
    facets = tuple(
        Facet(
            id=name,
            reading="reading",
            label=name,
            rules=numbered(name, draw(st.one_of(rules, st.just([])))),
            questions=draw(questions),
            within=draw(st.sampled_from(["sentence", "response"])),
        )
        for name in draw(st.sampled_from([(), (), ("f",), ("f", "g")]))
    )
    return Codebook(
        name="c",
        version=1,
        language="en",
        path=Path("c.yaml"),
        entries=themes,
        content="",
        facets=facets,
        overlap=draw(st.sampled_from(["keep", "longest"])),
        possessives=draw(st.sampled_from(["fold", "fold", "keep"])),
        hyphens=draw(st.sampled_from(["split", "split", "keep"])),
    )


def one_rule(**parts: object) -> Codebook:
    theme = Theme(id="t", label="t", rules=(Rule(id="t/1", **parts),))
    return Codebook(
        name="c", version=1, language="en", path=Path("c"), entries=(theme,), content=""
    )


def find(matcher: Matcher, several: list[str]) -> list[set[tuple]]:
    found: list[set[tuple]] = [set() for _ in several]
    findings = matcher.find(pa.array(several, pa.string()), ["q"] * len(several))
    for f in matcher.list(findings):
        one = (f.theme.id, f.facet.id if f.facet else "", f.rule.id, f.start, f.end, f.terms)
        assert one not in found[f.row]
        found[f.row].add(one)
    return found


@settings(max_examples=400, deadline=None)
@example((one_rule(any=("a a", "a")), ["a's a"]))
@example((one_rule(any=("a* b",)), ["a's b"]))
@example((one_rule(any=("straße",), forms=Forms(case_sensitive=True)), ["STRASSE straße"]))
@given(cases())
def test_the_engine_finds_what_the_language_means(case: tuple[Codebook, list[str]]) -> None:
    codebook, several = case
    matcher = Matcher(codebook, number_sentences)
    expected = [Twin(codebook, text).find("q") for text in several]
    assert find(matcher, several) == expected
    # What was met before changes nothing.
    assert find(matcher, several[::-1]) == expected[::-1]


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("citrix", "citirx", True),
        ("citrix", "citrx", True),
        ("citrix", "citrixx", True),
        ("citrix", "zitrix", True),
        ("citrix", "citrix", False),
        ("citrix", "ctirxi", False),
        ("ca", "abc", False),  # the optimal string alignment distance is 3, Damerau's own is 2
    ],
)
def test_the_twin_knows_a_slip(one: str, other: str, expected: bool) -> None:
    assert slip(one, other) is expected


def test_the_twin_itself_finds_what_is_there() -> None:
    codebook = one_rule(any=("a b",), with_=("ab*",))
    assert Twin(codebook, "A‑b’s ABé").find("q") == {("t", "", "t/1", 0, 9, ("a b", "ab*"))}


def dense_case(seed: int) -> tuple[Codebook, list[str]]:
    """Few words, long texts and rules of several parts, so that most of them meet."""
    dice = random.Random(seed)
    pool = dice.sample(WORDS, 4)

    def some(most: int) -> tuple[str, ...]:
        words = [*pool * 3, dice.choice(WILD)]
        found = [" ".join(dice.choices(words, k=dice.choice([1, 1, 2]))) for _ in range(most)]
        return tuple(dict.fromkeys(term for term in found if set(term) - set("*? ")))

    def part() -> tuple[str, ...]:
        return some(2) if dice.random() < 0.3 else ()

    def rule(name: str) -> Rule:
        return Rule(
            id=name,
            any=some(2) or (pool[0],),
            all=part(),
            with_=part(),
            before=part(),
            after=part(),
            unless=part() if dice.random() < 0.5 else (),
            within=dice.choice(["sentence", "response", 2, 5]),
            negated=dice.choice(["count", "count", "count", "skip", "only"]),
            forms=Forms(lemma=dice.random() < 0.2, fuzzy=int(dice.random() < 0.2)),
        )

    themes = tuple(
        Theme(id=name, label=name, rules=(rule(f"{name}/1"), rule(f"{name}/2"))) for name in "tu"
    )
    facets = tuple(
        Facet(id=name, reading="r", label=name, rules=(rule(f"{name}/1"),))
        for name in dice.choice(["", "fg"])
    )
    gaps = [" "] * 12 + [". ", "\n", "-", ", ", " no ", " but ", " not only "]
    texts = [
        "".join(dice.choice(pool) + dice.choice(gaps) for _ in range(dice.randint(3, 25)))
        for _ in range(3)
    ]
    codebook = replace(one_rule(any=("a",)), entries=themes, facets=facets)
    return replace(codebook, overlap=dice.choice(["keep", "longest"])), texts


@pytest.mark.parametrize("seed", range(100))
def test_the_engine_finds_what_the_language_means_where_much_is_found(seed: int) -> None:
    codebook, several = dense_case(seed)
    expected = [Twin(codebook, text).find("q") for text in several]
    assert find(Matcher(codebook, number_sentences), several) == expected


def test_the_dense_cases_find_much() -> None:
    found = [
        one
        for seed in range(100)
        for text in dense_case(seed)[1]
        for one in Twin(dense_case(seed)[0], text).find("q")
    ]
    assert sum(len(terms) > 1 for *_, terms in found) > 400
    assert sum(facet != "" for _, facet, *_ in found) > 150
