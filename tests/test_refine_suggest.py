"""Terms that a theme lacks, and new themes for what has none."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pipeline.cli import main
from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook
from pipeline.errors import InputError
from pipeline.plan import Plan, plan_run
from pipeline.refine.answers import Answer, read_coded_answers
from pipeline.refine.suggest import cluster
from pipeline.refine.suggest.cluster import STOP_WORDS, group_alike
from pipeline.refine.suggest.groups import Groups, draft_codebook, group_uncoded
from pipeline.refine.suggest.keyness import (
    Cutter,
    Telling,
    drop_subsumed,
    log_likelihood,
    log_ratio,
)
from pipeline.refine.suggest.slips import find_slips
from pipeline.refine.suggest.terms import find_terms, suggest_terms
from pipeline.round import load_round

CODEBOOK = """\
codebook: tiny
themes:
  wifi: {rules: [{any: [wifi], with: [slow*]}, wi-fi]}
  parking: {questions: [improve], rules: [car park]}
  desks: {rules: [desk*, chairs]}
  all: {net: [wifi, desks]}
"""
COUNTS = st.tuples(*[st.integers(0, 60)] * 4).map(lambda n: (n[0], n[0] + n[1], n[2], n[2] + n[3]))


def answers_of(texts: Sequence[tuple[str, str]], question: str = "improve") -> list[Answer]:
    return [
        Answer(f"R{n}", question, text, frozenset(themes.split()), frozenset(themes.split()))
        for n, (text, themes) in enumerate(texts)
    ]


@pytest.fixture
def codebook(tmp_path: Path) -> Codebook:
    path = tmp_path / "codebook.yaml"
    path.write_text(CODEBOOK, encoding="utf-8")
    return load_codebook(path)


@pytest.mark.parametrize(
    ("g2", "table"),
    [
        (270.72, (110, 2442, 111, 29114)),  # the swiss
        (263.90, (29, 13, 123, 31612)),  # can be
        (256.84, (31, 23, 139, 31584)),  # previous year
        (167.23, (10, 0, 3, 31764)),  # mineral water
        (157.21, (76, 104, 2476, 29121)),  # at the
    ],
)
def test_the_log_likelihood_of_dunning_1993_table_2(
    g2: float, table: tuple[int, int, int, int]
) -> None:
    with_both, first_only, second_only, neither = table
    found = log_likelihood(with_both, with_both + first_only, second_only, second_only + neither)
    assert round(found, 2) == g2


@given(COUNTS)
def test_laws_of_the_statistics(counts: tuple[int, int, int, int]) -> None:
    cited, of, others, of_others = counts
    assume(of and of_others)
    g2 = log_likelihood(*counts)
    assert g2 >= -1e-9
    assert g2 == pytest.approx(log_likelihood(others, of_others, cited, of), abs=1e-9)
    assert g2 == pytest.approx(
        log_likelihood(of - cited, of, of_others - others, of_others), abs=1e-9
    )
    assert 2 * g2 == pytest.approx(log_likelihood(*(2 * n for n in counts)), abs=1e-9)
    assert (g2 == pytest.approx(0, abs=1e-9)) == (cited * of_others == others * of)
    assert log_ratio(*counts) == pytest.approx(-log_ratio(others, of_others, cited, of))


WORDS = st.sampled_from(["staff", "Staff's", "log", "in", "the", "café", "don't", "-", ",", "\n"])


@given(st.lists(st.lists(WORDS, max_size=7).map(" ".join), min_size=1, max_size=6))
def test_a_term_is_counted_in_the_responses_that_a_rule_of_it_would_find(
    texts: list[str],
) -> None:
    empty = Codebook(name="t", version=1, language="en", path=Path(), entries=(), content="")
    cutter = Cutter(empty, STOP_WORDS)
    counts = cutter.count(cutter.runs(text) for text in texts)
    assume(counts)
    found = find_terms(list(counts), answers_of([(text, "") for text in texts]), empty)
    assert [len(places) for places in found] == list(counts.values())


def test_terms_that_mark_a_theme_and_are_in_none_of_its_rules(codebook: Codebook) -> None:
    found = suggest_terms(
        answers_of(
            [
                *[(f"slow wifi in room {n} has a dead spot", "wifi") for n in "abcdef"],
                *[(f"there is a dead spot in room {n}", "") for n in "gh"],
                *[(f"in team {n} staff has a nice day", "") for n in "abcdefghijklmnopqrstuvw"],
            ]
        ),
        codebook,
        "wifi",
    )
    assert (found.theme.id, found.cited, found.of) == ("wifi", 6, 31)
    terms = {suggestion.telling.term: suggestion for suggestion in found.suggestions}
    # `wifi` and `slow` are terms of its rules; `wifi in room` alone would not make one fire.
    assert set(terms) == {"dead spot", "wifi in room"}
    spot = terms["dead spot"]
    assert (spot.telling.cited, spot.telling.others, spot.adds, spot.unruled) == (6, 2, 2, 0)
    assert spot.quote.text.startswith("slow wifi")
    assert spot.new_quote is not None
    assert spot.new_quote.text == "there is a dead spot in room g"


def test_a_theme_is_looked_at_in_its_own_questions(codebook: Codebook) -> None:
    texts = [("no space at night", "parking")] * 4 + [("the staff are nice", "")] * 20
    found = suggest_terms(answers_of(texts, "barriers"), codebook, "parking")
    assert (found.cited, found.of, found.suggestions) == (0, 0, ())


def test_copies_of_one_text_are_not_evidence_of_a_term(codebook: Codebook) -> None:
    texts = [("sign this petition", "wifi")] * 9 + [("the staff are nice", "")] * 20
    assert not suggest_terms(answers_of(texts), codebook, "wifi").suggestions


@pytest.mark.parametrize(("name", "hint"), [("wfi", "'wifi'"), ("all", "wifi, desks")])
def test_a_theme_that_is_not_there_or_is_a_net_is_refused(
    codebook: Codebook, name: str, hint: str
) -> None:
    with pytest.raises(InputError) as refused:
        suggest_terms([], codebook, name)
    assert refused.value.problems[0].code == "E701"
    assert hint in str(refused.value)


def telling(term: str, cited: int) -> Telling:
    return Telling(term, cited, 100, 0, 100)


def test_phrases_around_a_term_and_the_parts_of_a_phrase_are_dropped() -> None:
    ranked = [
        telling("call back", 40),
        telling("no call back", 20),
        telling("back", 60),
        telling("call", 90),
        telling("recall", 9),
    ]
    assert [t.term for t in drop_subsumed(ranked)] == ["call back", "call", "recall"]


def coded(folder: Path) -> tuple[Plan, list[Answer]]:
    plan = plan_run(load_round(folder))
    return plan, read_coded_answers(plan)


def test_people_s_word_and_policy_say_what_a_rule_would_add(
    make_round: Callable[..., Path],
) -> None:
    rows = [
        *[(f"R{n}", "", f"slow wifi and a dead spot, {n}", "") for n in "abcd"],
        ("R1", "", "dead spot here", ""),
        ("R2", "", "dead spot there", ""),
        ("R3", "", "dead spot once more", ""),
        *[(f"S{n}", "", f"a team {n} and its staff are in", "") for n in "abcdefghijklmnopqrst"],
    ]
    folder = make_round(rows=rows, codebook=CODEBOOK, extra="decisions: coded.csv\n")
    (folder / "coded.csv").write_text("response_id,theme\nR1/barriers,\nR3/barriers,wifi\n")
    plan, answers = coded(folder)
    (spot, *_) = suggest_terms(answers, plan.codebook, "wifi").suggestions
    assert spot.telling.term == "dead spot"
    # R1 was read and lacks the theme, R3 has it on a person's word, R2 would gain it.
    assert (spot.telling.cited, spot.telling.others, spot.adds, spot.unruled) == (5, 2, 1, 1)
    policy = CODEBOOK.replace("wifi: {rules", "wifi: {policy: both, rules")
    (folder / "codebook.yaml").write_text(policy)
    (folder / "coded.csv").write_text(
        "response_id,theme\n" + "".join(f"R{n}/barriers,wifi\n" for n in "abcd3")
    )
    plan, answers = coded(folder)
    (spot, *_) = suggest_terms(answers, plan.codebook, "wifi").suggestions
    assert (spot.telling.cited, spot.telling.others, spot.adds) == (5, 2, 0)


LIKE = (
    *(f"no space in the car park after {n}" for n in ("eight", "nine", "ten", "noon", "lunch")),
    *(f"the canteen food is {n}" for n in ("cold", "dear", "bland", "greasy")),
    "Ring roads and bypasses",
    "12 345",
)


def uncoded(codebook: Codebook, texts: Sequence[str] = LIKE) -> Groups:
    return group_uncoded(answers_of([(text, "") for text in texts]), codebook)


def test_like_answers_are_grouped_with_terms_and_quotes(codebook: Codebook) -> None:
    answers = answers_of([*((text, "") for text in LIKE), ("canteen food again", "desks")])
    found = group_uncoded(answers, codebook)
    assert (found.uncoded, found.of, found.grouped) == (11, 12, 9)
    park, food = found.groups
    assert (park.responses, park.found, food.responses) == (5, 5, 4)
    assert food.terms[0].term == "canteen food"
    assert len({quote.text for quote in park.quotes}) == 3
    assert all("car park" in quote.text for quote in park.quotes)


def test_the_draft_loads_and_its_themes_find_what_is_counted(
    codebook: Codebook, tmp_path: Path
) -> None:
    taken = CODEBOOK.replace("  desks:", "  canteen-food:")
    path = tmp_path / "taken.yaml"
    path.write_text(taken.replace("wifi, desks", "wifi"), encoding="utf-8")
    found = uncoded(load_codebook(path))
    assert "canteen-food-2" in [group.theme for group in found.groups]
    draft = tmp_path / "draft.yaml"
    draft.write_text(draft_codebook(found.groups, codebook), encoding="utf-8")
    drafted = load_codebook(draft)
    assert [theme.id for theme in drafted.themes] == [group.theme for group in found.groups]
    assert drafted.themes[0].definition == "draft, from 5 like responses"
    for theme, group in zip(drafted.themes, found.groups, strict=True):
        places = find_terms(theme.rules[0].any, answers_of([(text, "") for text in LIKE]), drafted)
        assert len({row for spans in places for row in spans}) == group.found


@pytest.mark.parametrize("word", ["true", "null", "été", "o'brien", "1e3", "mañana", "慢很"])
def test_a_draft_holds_any_word(codebook: Codebook, tmp_path: Path, word: str) -> None:
    texts = [f"{word} {n}" for n in ("one", "two", "three", "four")]
    texts += [f"buses {n}" for n in ("late", "full", "cold", "old", "dear", "rare", "slow")]
    found = uncoded(codebook, texts)
    draft = tmp_path / "draft.yaml"
    draft.write_text(draft_codebook(found.groups, codebook), encoding="utf-8")
    assert len(load_codebook(draft).themes) == len(found.groups) == 2


@pytest.mark.parametrize("texts", [(), ("one",), ("a", "b"), ("1 2", "the", "!"), ("x y",) * 9])
def test_where_there_is_nothing_to_group_there_are_no_groups(
    codebook: Codebook, texts: tuple[str, ...]
) -> None:
    found = uncoded(codebook, texts)
    assert (found.uncoded, found.groups) == (len(texts), ())
    with pytest.raises(ValueError, match="no theme"):
        draft_codebook(found.groups, codebook)


@given(st.lists(st.lists(st.sampled_from("abcdefg"), max_size=5), max_size=30), st.integers(3, 40))
def test_every_text_is_in_one_group_at_most_and_groups_are_the_same_again(
    texts: list[list[str]], size: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cluster, "SAMPLE", size)
        groups = group_alike(texts)
        assert groups == group_alike(texts)
    members = [place for group in groups for place in group]
    assert len(members) == len(set(members))
    assert [len(group) for group in groups] == sorted(map(len, groups), reverse=True)
    assert all(len(group) >= cluster.MIN_SIZE for group in groups)


def test_texts_outside_the_sample_join_the_group_they_are_like(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = [*(["bus", f"b{n}"] for n in range(60)), *(["tram", f"t{n}"] for n in range(40))]
    monkeypatch.setattr(cluster, "SAMPLE", 20)
    assert [set(group) for group in group_alike(texts)] == [set(range(60)), set(range(60, 100))]


def test_slips_of_terms_are_found_in_answers_without_a_theme(codebook: Codebook) -> None:
    answers = answers_of(
        [
            ("more deskes and chiars", ""),
            ("new chiars", ""),
            ("chairs", "desks"),
            ("chairs are old", "desks"),
            ("more chairs", "desks"),
            ("the chair is old", ""),
            ("the stairs", ""),
        ]
    )
    slips = find_slips(answers, codebook)
    assert [(s.written, s.term, s.responses, s.ending) for s in slips] == [
        ("chiars", "chairs", 2, False),
        ("chair", "chairs", 1, True),
    ]


def test_a_slip_of_a_word_that_fits_a_wildcard_is_found(codebook: Codebook) -> None:
    desks = [("desktop", "desks"), ("a desktop", "desks"), ("my desktop", "desks")]
    (slip,) = find_slips(answers_of([*desks, ("destkop", "")]), codebook)
    assert (slip.written, slip.term) == ("destkop", "desktop")


Called = Callable[..., tuple[int, str, str]]


@pytest.fixture
def suggest(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Called:
    def call(*arguments: object) -> tuple[int, str, str]:
        words = ["verbatims", "codebook", "suggest", *map(str, arguments)]
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as stop:
            main()
        return (int(str(stop.value.code)), *capsys.readouterr())

    return call


@pytest.fixture
def like_round(make_round: Callable[..., Path]) -> Path:
    rows = [(f"R{n}", "", text, "") for n, text in enumerate(LIKE)]
    return make_round(
        rows=[*rows, ("S1", "", "chairs", ""), ("S2", "", "cahirs", "")], codebook=CODEBOOK
    )


def test_suggest_prints_groups_slips_and_a_draft(
    like_round: Path, suggest: Called, tmp_path: Path
) -> None:
    code, out, err = suggest(like_round)
    assert (code, err) == (0, "")
    assert out.startswith("12 of 13 responses have no theme; 9 of them fall in 2 groups.\n")
    assert max(map(len, out.splitlines())) <= 80
    draft = out.partition("prints it alone)\n\n")[2]
    assert suggest(like_round, "--yaml")[1] == draft
    told = json.loads(suggest(like_round, "--json", "--limit", 1)[1])
    assert (told["uncoded"], told["grouped"], len(told["groups"])) == (12, 9, 1)
    assert told["groups"][0]["terms"][0].keys() >= {"term", "cited", "of", "g2", "log_ratio"}


def test_suggest_for_a_theme_prints_counts_and_quotes(york: Path, suggest: Called) -> None:
    code, out, _ = suggest(york, "--theme", "citrix-performance", "-q")
    assert code == 0
    assert out.startswith("64 of 248 responses have citrix-performance.")
    told = json.loads(suggest(york, "--theme", "citrix-performance", "--json", "-q")[1])
    assert [term["term"] for term in told["terms"]]
    for term in told["terms"]:
        assert term["cited"] <= told["cited"] == term["of"]
        assert term["adds"] <= term["others"] <= told["of"] - told["cited"]
        assert f"\n{term['term']} " in out


def test_suggest_refuses_what_it_cannot_do(like_round: Path, suggest: Called) -> None:
    code, out, err = suggest(like_round, "--theme", "wify")
    assert (code, out) == (2, "")
    assert err == "[E701] there is no theme 'wify'. Did you mean 'wifi'?\n"
    assert suggest(like_round, "--yaml", "--theme", "wifi")[0] == 2


def test_with_nothing_to_suggest_that_is_said(
    make_round: Callable[..., Path], suggest: Called
) -> None:
    folder = make_round(rows=[("R1", "", "chairs", "")], codebook=CODEBOOK)
    assert suggest(folder)[:2] == (
        0,
        "0 of 1 responses have no theme; 0 of them fall in 0 groups.\n",
    )
    assert suggest(folder, "--theme", "wifi")[1] == (
        "0 of 1 responses have wifi; no other term marks them.\n"
    )
    assert suggest(folder, "--yaml")[0] == 1


@pytest.mark.parametrize("options", [[], ["--theme", "citrix-performance"]])
def test_the_same_round_gives_the_same_bytes(york: Path, options: list[str]) -> None:
    printed = set()
    for number in ("1", "2"):
        environment = {**os.environ, "PYTHONHASHSEED": number, "OMP_NUM_THREADS": number}
        done = subprocess.run(
            [sys.executable, "-m", "pipeline", "codebook", "suggest", str(york), "-q", *options],
            env=environment,
            capture_output=True,
            check=True,
        )
        printed.add(done.stdout)
    assert len(printed) == 1
