"""Terms, rules and patterns against texts, and the stage that applies them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pytest

from pipeline.codebook.model import Codebook
from pipeline.match import Matcher, match_responses
from pipeline.match.matcher import PATTERN_SECONDS
from pipeline.tables import CODINGS, PROBLEMS, RESPONSES
from pipeline.tokenise import number_sentences

Loader = Callable[[str], Codebook]


def respond(*answers: str, question: str = "q", status: str = "substantive") -> pa.Table:
    return RESPONSES.build(
        {
            "response_id": f"R{number}/{question}",
            "respondent": f"R{number}",
            "question": question,
            "text": text,
            "row": number + 1,
            "groups": [],
            "status": status,
            "reason": "",
            "campaign": "",
        }
        for number, text in enumerate(answers, start=1)
    )


def codings_of(codebook: Codebook, *answers: str, **kind: str) -> list[dict[str, Any]]:
    matched = match_responses(respond(*answers, **kind), Matcher(codebook, number_sentences))
    assert not matched.problems.num_rows
    return CODINGS.check(matched.codings).to_pylist()


@pytest.fixture
def quotes(codebook_of: Loader) -> Callable[[str, str], list[str]]:
    """The quotes that one rule, written as YAML, finds in a text."""

    def find(rule: str, text: str) -> list[str]:
        codings = codings_of(codebook_of(f"  t: {{rules: [{rule}]}}\n"), text)
        for coding in codings:
            assert coding["quote"] == text[coding["start"] : coding["end"]]
        return [coding["quote"] for coding in codings]

    return find


TERMS = [
    ("wifi", "The wifi is slow", ["wifi"]),
    ("wifi", "WIFI, Wifi and wifi.", ["WIFI", "Wifi", "wifi"]),
    ("app", "happy with the apple, the app and app2", ["app"]),
    ("app", "app", ["app"]),
    ("app", "(app)/app_app", ["app", "app", "app"]),
    ("slow*", "slow slower SLOWEST too-slow", ["slow", "slower", "SLOWEST", "slow"]),
    ("slow*", "glow and flow", []),
    ("'no'", "no, nothing, know", ["no"]),
    ("shared drive", "the shared drive", ["shared drive"]),
    ("shared drive", "the Shared   Drive", ["Shared   Drive"]),
    ("shared drive", "the shared\n  drive", ["shared\n  drive"]),
    ("shared drive", "the shared\r\ndrive", ["shared\r\ndrive"]),
    ("shared drive", "the shared\xa0drive", ["shared\xa0drive"]),
    ("shared drive", "the shared-drive", ["shared-drive"]),
    ("shared drive", "the shared\u2011drive", ["shared\u2011drive"]),
    ("shared drive", "shared, drive", []),
    ("shared drive", "shared. Drive", []),
    ("shared drive", "shared - drive", []),
    ("shared drive", "shared the drive", []),
    ("shared drive", "the shared", []),
    ("shared drive", "shared drives", []),
    ("shared drive*", "shared drives", ["shared drives"]),
    ("log in", "log-in, login, log in", ["log-in", "log in"]),
    ("log-in", "log-in, login, log in", ["log-in", "log in"]),
    ("log in problem*", "Log-in problems", ["Log-in problems"]),
    ("log log in", "log log log in", ["log log in"]),
    ("don't know", "I don’t know", ["don’t know"]),
    ("don’t know", "I don't know", ["don't know"]),
    ("cafe", "the Café, the CAFÉ", ["Café", "CAFÉ"]),
    ("café", "the cafe", ["cafe"]),
    ("cafe", "the cafe\u0301s cafe\u0301", ["cafe\u0301"]),
    ("citrix", "Citrix's speed", ["Citrix"]),
    ("citrix", "Citrix’s speed", ["Citrix"]),
    ("shared drive", "the shared drive's letters", ["shared drive"]),
    ("citrix's", "Citrix's speed, Citrix", ["Citrix's"]),
    ("citrix*", "Citrix's speed", ["Citrix's"]),
    ("wifi", "the wi\u200bfi and wi\xadfi", ["wi\u200bfi", "wi\xadfi"]),
    ("office", "the oﬃce", ["oﬃce"]),
    ("strasse", "Straße", ["Straße"]),
    ("4g", "no 4G here, no 14g", ["4G"]),
    ("wifi", "😀wifi😀 👩‍💻 wifi", ["wifi", "wifi"]),
    ("wifi", "ｗｉｆｉ", ["ｗｉｆｉ"]),
]


@pytest.mark.parametrize(("term", "text", "expected"), TERMS)
def test_a_term_is_found_as_whole_words(
    quotes: Callable[[str, str], list[str]], term: str, text: str, expected: list[str]
) -> None:
    assert quotes(term, text) == expected


def test_a_quote_after_emoji_and_marks_is_cut_from_the_untouched_text(codebook_of: Loader) -> None:
    text = "👩‍💻🇬🇧 e\u0301 İ ﬃ — the Wi‑Fi’s slow"
    (coding,) = codings_of(codebook_of("  t: {rules: [wi-fi]}\n"), text)
    assert coding["quote"] == "Wi‑Fi"
    assert text[coding["start"] : coding["end"]] == "Wi‑Fi"
    assert coding["start"] == text.index("Wi")


WITH = "{any: [citrix], with: [slow*, drops out]}"
SCOPES = [
    (WITH, "Citrix is slow", ["Citrix is slow"]),
    (WITH, "slow, slow Citrix", ["slow Citrix"]),
    (WITH, "Citrix is fine. The lift is slow", []),
    (WITH, "- citrix\n- slow lift", []),
    (WITH, "citrix only", []),
    (WITH, "slow only", []),
    (WITH, "Citrix is odd and it drops out", ["Citrix is odd and it drops out"]),
    (WITH, "Citrix fine. Citrix slow", ["Citrix slow"]),
    ("{any: [citrix], with: [slow], within: response}", "Citrix. Oh. Slow", ["Citrix. Oh. Slow"]),
    ("{any: [citrix], with: [slow], within: 1}", "citrix slow", ["citrix slow"]),
    ("{any: [citrix], with: [slow], within: 1}", "citrix is slow", []),
    ("{any: [citrix], with: [slow], within: 2}", "citrix is slow", ["citrix is slow"]),
    ("{any: [citrix], with: [slow], within: 2}", "slow is citrix", ["slow is citrix"]),
    ("{any: [citrix], with: [slow], within: 2}", "citrix isn't slow", ["citrix isn't slow"]),
    ("{any: [citrix], with: [slow], within: 2}", "citrix is so slow", []),
    ("{any: [citrix], with: [slow], within: 3}", "citrix is so slow", ["citrix is so slow"]),
    ("{any: [citrix], with: [slow], within: 1}", "Citrix. Slow", ["Citrix. Slow"]),
    ("{any: [slow], with: [remote desk], within: 1}", "remote desk slow", ["remote desk slow"]),
    ("{any: [slow], with: [remote desk], within: 1}", "remote desk is slow", []),
    (
        "{any: [remote desk], with: [is slow], within: 1}",
        "a remote desk is slow",
        ["remote desk is slow"],
    ),
    ("{any: [citrix], unless: [great]}", "citrix is great", []),
    ("{any: [citrix], unless: [great]}", "citrix is bad", ["citrix"]),
    ("{any: [citrix], unless: [great]}", "Citrix. The canteen is great", ["Citrix"]),
    ("{any: [citrix], unless: [great]}", "Citrix great. But citrix", ["citrix"]),
    ("{any: [citrix], unless: [great], within: response}", "Citrix. All great", []),
    ("{any: [citrix], unless: [great], within: 2}", "citrix is great", []),
    ("{any: [citrix], unless: [great], within: 1}", "citrix is great", ["citrix"]),
    ("{any: [citrix], unless: [citrix server]}", "the citrix server", []),
    ("{any: [citrix], with: [slow], unless: [not slow]}", "citrix is not slow", []),
    (
        "{any: [citrix, ctx], with: [slow]}",
        "ctx and citrix slow",
        ["ctx and citrix slow"],
    ),
]


@pytest.mark.parametrize(("rule", "text", "expected"), SCOPES)
def test_with_and_unless_hold_within_their_scope(
    quotes: Callable[[str, str], list[str]], rule: str, text: str, expected: list[str]
) -> None:
    assert sorted(quotes(rule, text)) == sorted(expected)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"\bctx\d{2}\b", "CTX01, ctx2, ctx99 😀 ctx100", ["CTX01", "ctx99"]),
        (r"x*", "no match of any length", []),
        (r"^\W*all\W*$", "  ALL!! ", ["  ALL!! "]),
        (r"é+", "😀 éé", ["éé"]),
    ],
)
def test_a_pattern_is_matched_against_the_raw_text_in_any_case(
    quotes: Callable[[str, str], list[str]], pattern: str, text: str, expected: list[str]
) -> None:
    assert quotes(f"{{pattern: '{pattern}'}}", text) == expected


def test_a_pattern_that_takes_too_long_is_a_problem_and_never_no_match(codebook_of: Loader) -> None:
    codebook = codebook_of("  t: {rules: ['wifi', {pattern: '(a|a|aa)+$'}]}\n")
    table = respond("wifi " + "a" * 5000 + "b", "aaa", "no")
    codings, problems = match_responses(table, Matcher(codebook, number_sentences))
    (problem,) = PROBLEMS.check(problems).to_pylist()
    assert (problem["response_id"], problem["rule"]) == ("R1/q", "t/2")
    assert str(PATTERN_SECONDS) in problem["reason"]
    found = [(c["response_id"], c["rule"], c["quote"]) for c in codings.to_pylist()]
    assert found == [("R1/q", "t/1", "wifi"), ("R2/q", "t/2", "aaa")]


def test_a_theme_is_looked_for_only_in_its_questions(codebook_of: Loader) -> None:
    codebook = codebook_of(
        "  a: {questions: [q], rules: [wifi, {pattern: wifi}]}\n  b: {rules: [wifi]}\n"
    )
    assert {c["theme"] for c in codings_of(codebook, "wifi", question="q")} == {"a", "b"}
    assert {c["theme"] for c in codings_of(codebook, "wifi", question="other")} == {"b"}


@pytest.mark.parametrize("status", ["blank", "filler", "duplicate", "excluded", "unprocessed", ""])
def test_only_substantive_responses_are_matched(codebook_of: Loader, status: str) -> None:
    codebook = codebook_of("  t: {rules: [wifi, {pattern: wifi}]}\n")
    assert codings_of(codebook, "wifi") != []
    assert codings_of(codebook, "wifi", status=status) == []


def test_a_coding_names_its_rule_its_terms_and_the_codebook(codebook_of: Loader) -> None:
    codebook = codebook_of("  t: {rules: [desk, {any: [Wi-Fi], with: [slow*]}]}\n")
    (coding,) = codings_of(codebook, "wi fi is slower")
    assert coding["rule"] == "t/2"
    assert coding["coder"] == codebook.coder
    assert [term["term"] for term in coding["terms"]] == ["Wi-Fi", "slow*"]
    assert coding["score"] is None


def test_one_term_may_serve_several_themes_and_in_one_the_first_rule_has_it(
    codebook_of: Loader,
) -> None:
    codebook = codebook_of("  a: {rules: [wifi, wifi]}\n  b: {rules: [wifi]}\n")
    rules = [coding["rule"] for coding in codings_of(codebook, "wifi")]
    assert rules == ["a/1", "b/1"]


def test_no_responses_and_no_hits_give_empty_tables(codebook_of: Loader) -> None:
    codebook = codebook_of("  t: {rules: [wifi]}\n")
    assert codings_of(codebook) == []
    assert codings_of(codebook, "", "desks") == []


def test_matching_leaves_its_table_as_it_was(codebook_of: Loader) -> None:
    table = respond("wifi 😀", "none")
    before = table.to_pylist()
    match_responses(table, Matcher(codebook_of("  t: {rules: [wifi]}\n"), number_sentences))
    assert table.to_pylist() == before


def test_a_term_is_not_its_own_partner(quotes: Callable[[str, str], list[str]]) -> None:
    rule = "{any: [laptop], with: [lap*]}"
    assert quotes(rule, "my laptop is fine") == []
    assert quotes(rule, "my laptop on my lap") == ["laptop on my lap"]


def test_two_terms_of_one_place_find_it_once(quotes: Callable[[str, str], list[str]]) -> None:
    assert quotes("{any: [wi-fi, wi fi]}", "no Wi-Fi") == ["Wi-Fi"]
