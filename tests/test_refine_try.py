"""codebook try: what is found in a text, and why a theme is not."""

from __future__ import annotations

import io
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook, Forms, Rule, Theme
from pipeline.errors import InputError
from pipeline.match import Matcher
from pipeline.plan import plan_run
from pipeline.refine.explain.tryout import try_texts
from pipeline.refine.explain.why import Why
from pipeline.round import load_round
from pipeline.run import run_batches
from pipeline.tokenise import number_sentences
from tests.ended import Ended

CodebookOf = Callable[[str], Codebook]
THEME = "citrix-performance"


def why(codebook_of: CodebookOf, rule: str, text: str, question: str = "") -> Why:
    codebook = codebook_of(f"  x:\n    rules:\n      - {rule}\n")
    ((explained,),) = (one.why for one in try_texts(codebook, [text], question, "x"))
    return explained


@pytest.mark.parametrize(
    ("rule", "text", "reason"),
    [
        ("{any: [citrix, ctx]}", "nothing here", "no term of `any` (citrix, ctx) is in the text"),
        ("citrix", "nothing here", "`citrix` is not in the text"),
        ("{all: [log, in]}", "in here", "`log` of `all` is not in the text"),
        (
            "{all: [log, in]}",
            "log here",
            "'log' is here, but `in` of `all` is not in the text",
        ),
        (
            "{any: [citrix], with: [slow*, crash*]}",
            "Citrix it is",
            "'Citrix' is here, but none of `with` (slow*, crash*) is in the text",
        ),
        (
            "{any: [citrix], with: [slow*, crash*]}",
            "Citrix it is. I wait. It is so slow",
            "'Citrix' is here, but none of `with` (slow*, crash*) is in the same sentence "
            "(nearest: 'slow', 2 sentences later)",
        ),
        (
            "{any: [citrix], with: [slow]}",
            "So slow.\nCitrix",
            "'Citrix' is here, but `slow` of `with` is not in the same sentence "
            "(nearest: 'slow', 1 sentence earlier)",
        ),
        (
            "{any: [citrix], with: [slow*], within: 3}",
            "citrix one two three four slows. slow",
            "'citrix' is here, but `slow*` of `with` is not within 3 words "
            "(nearest: 'slows', 5 words later)",
        ),
        (
            "{any: [slow system], with: [slow]}",
            "a slow system",
            "'slow system' is here, but `slow` of `with` is not in the text outside it "
            "('slow' is a part of it)",
        ),
        (
            "{any: [citrix], before: [slow]}",
            "slow citrix",
            "'citrix' is here, but `slow` of `before` is not after it ('slow' stands elsewhere)",
        ),
        (
            "{any: [citrix], after: [slow]}",
            "citrix slow",
            "'citrix' is here, but `slow` of `after` is not before it ('slow' stands elsewhere)",
        ),
        (
            "{any: [citrix], unless: [no problem*, fine]}",
            "no problems with citrix",
            "'citrix' is here, but vetoed by `unless`: 'no problems' (`no problem*`)",
        ),
        (
            "{any: [citrix], unless: [no problem*, fine]}",
            "Citrix is Fine",
            "'Citrix' is here, but vetoed by `unless`: 'Fine'",
        ),
        (
            "{any: [citrix], negated: skip}",
            "never mind, I have no citrix",
            "'citrix' is here, but denied by 'no' (negated: skip)",
        ),
        (
            "{any: [citrix], negated: skip}",
            "citrix is not a problem",
            "'citrix' is here, but denied by 'not a problem' (negated: skip)",
        ),
        (
            "{any: [citrix], negated: skip}",
            "not not citrix",
            "'citrix' is here, but denied by 'not' and 'not' (negated: skip)",
        ),
        (
            "{any: [citrix], negated: only}",
            "citrix",
            "'citrix' is here, but nothing denies it (negated: only)",
        ),
        (r"{pattern: 'ctx\d'}", "ctx", "the pattern does not match"),
        (
            r"{pattern: 'CTX\d', case_sensitive: true}",
            "ctx4",
            "the pattern matches 'ctx4' but for its capitals (case_sensitive)",
        ),
    ],
)
def test_the_reason_is_exactly_what_is_missing(
    codebook_of: CodebookOf, rule: str, text: str, reason: str
) -> None:
    explained = why(codebook_of, rule, text)
    assert (explained.fires, explained.quotes) == (False, ())
    assert explained.reasons == (reason,)


def test_everything_that_is_missing_is_said(codebook_of: CodebookOf) -> None:
    rule = "{any: [vpn], with: [drop*], after: [home], negated: only}"
    reasons = why(codebook_of, rule, "the vpn from home").reasons
    assert [reason.removeprefix("'vpn' is here, but ")[:16] for reason in reasons] == [
        "`drop*` of `with",
        "`home` of `after",
        "nothing denies i",
    ]


def test_where_no_hit_has_all_each_hit_has_its_own_reason(codebook_of: CodebookOf) -> None:
    rule = "{any: [wifi, vpn], with: [down], unless: [not my]}"
    assert why(codebook_of, rule, "wifi is down not my wifi. vpn is bad").reasons == (
        "'wifi' is here, but vetoed by `unless`: 'not my'",
        "'vpn' is here, but `down` of `with` is not in the same sentence "
        "(nearest: 'down', 1 sentence earlier)",
    )


@pytest.mark.parametrize(
    ("rule", "text", "near"),
    [
        ("citrix", "citirx", "'citirx' is one slip from `citrix`; `fuzzy: 1` would find it"),
        ("crash", "crashes", "'crashes' would be found by `crash*`"),
        (
            "laptop*",
            "labtop",
            "'labtop' is one slip from `laptop`; `fuzzy: 1` would find it, without the `*`",
        ),
        (
            "{any: [IT], case_sensitive: true}",
            "it is",
            "'it' differs in its capitals from `IT`; `case_sensitive: false` would find it",
        ),
        (
            "organise",
            "organize",
            "'organize' is one slip from `organise`; `fuzzy: 1` would find it",
        ),
        (
            "colour scheme",
            "color scheme",
            "'color scheme' is one slip from `colour scheme`; `fuzzy: 1` would find it",
        ),
        ("buy", "bought", "'bought' is a form of `buy`; `lemma: true` would find it"),
        (
            "{any: [citrix], with: [crash]}",
            "citrix crashes",
            "'crashes' would be found by `crash*`",
        ),
        ("cat", "category", ""),
        ("{any: [citrix], fuzzy: 1}", "citriiix", ""),
    ],
)
def test_what_nearly_fits_is_named(
    codebook_of: CodebookOf, rule: str, text: str, near: str
) -> None:
    explained = why(codebook_of, rule, text)
    assert not explained.fires
    assert explained.near_misses == ((near,) if near else ())


@pytest.mark.parametrize(
    ("head", "themes", "expected"),
    [
        (
            "",
            "  x: {rules: [citrix, citrix server]}\n",
            [("x/1", True, ("within the longer 'Citrix server' of x/2",)), ("x/2", True, ())],
        ),
        (
            "",
            "  x: {rules: [citrix server, {all: [citrix, server]}]}\n",
            [("x/1", True, ()), ("x/2", True, ("the same words as x/1",))],
        ),
        (
            "overlap: longest\n",
            "  x: {rules: [citrix]}\n  y: {rules: [citrix server]}\n",
            [("x/1", False, ("within the longer 'Citrix server' of y/1 (overlap: longest)",))],
        ),
    ],
)
def test_a_rule_within_a_longer_match_says_whose(
    tmp_path: Path, head: str, themes: str, expected: list[tuple[str, bool, tuple[str, ...]]]
) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(f"codebook: c\n{head}themes:\n{themes}", encoding="utf-8")
    (one,) = try_texts(load_codebook(path), ["the Citrix server"], theme="x")
    assert [(w.rule, w.fires, w.reasons) for w in one.why] == expected


def test_a_question_bars_a_theme_or_a_rule(codebook_of: CodebookOf) -> None:
    codebook = codebook_of(
        "  x: {questions: [a, b], rules: [{any: [wifi], questions: [a]}, vpn]}\n"
    )

    def reasons(question: str) -> list[tuple[str, ...]]:
        (one,) = try_texts(codebook, ["wifi"], question, "x")
        return [explained.reasons for explained in one.why]

    vpn = ("`vpn` is not in the text",)
    assert reasons("") == [(), vpn], "without a question every rule is tried"
    assert reasons("a") == [(), vpn]
    assert reasons("b") == [("the rule is not tried on 'b', only a",), vpn]
    assert reasons("c") == [("`x` is not tried on 'c', only a, b",)] * 2
    assert try_texts(codebook, ["wifi"], "c")[0].marks == ()


def test_the_marks_are_those_of_the_engine(york: Path) -> None:
    codebook = load_codebook(york / "../../codebooks/ict-strategy.yaml")
    (batch,) = run_batches(plan_run(load_round(york), ["codebook"]))
    answers = [r for r in batch.responses.to_pylist() if r["status"] == "substantive"][::8]
    matcher = Matcher(codebook, number_sentences)
    for response in answers:
        text, question = response["text"], response["question"]
        (one,) = try_texts(codebook, [text], question)
        found = {(f.theme.id, f.rule.id, f.start) for f in matcher.find_in(text, question)}
        assert {(mark.theme, mark.rule, mark.start) for mark in one.marks} == found
        assert all(mark.quote == text[mark.start : mark.end] for mark in one.marks)


@pytest.mark.parametrize("theme", [THEME, "network-performance", "ict-support"])
def test_the_explanation_agrees_with_the_engine_and_is_never_empty(york: Path, theme: str) -> None:
    codebook = load_codebook(york / "../../codebooks/ict-strategy.yaml")
    (batch,) = run_batches(plan_run(load_round(york), ["codebook"]))
    texts = [r["text"] for r in batch.responses.to_pylist() if r["status"] == "substantive"][::12]
    for one in try_texts(codebook, texts, theme=theme):
        assert bool(one.marks) == any(explained.fires for explained in one.why), one.text
        assert all(explained.fires or explained.reasons for explained in one.why), one.text


@pytest.mark.parametrize("seed", range(4))
def test_whatever_the_rule_there_is_a_reason(seed: int) -> None:
    chance = random.Random(seed)
    terms = ("slow*", "citrix", "down", "no problem", "not", "café", "citrix down", "cit?ix")
    words = ("slow", "citrix", "down", "not", "no", "problem", "café", "citirx", "slowly")

    def some(least: int, most: int) -> tuple[str, ...]:
        return tuple(chance.sample(terms, chance.randint(least, most)))

    def rule(number: int) -> Rule:
        parts = {
            k: some(1, 2) for k in ("with_", "before", "after", "unless") if chance.random() < 0.4
        }
        return Rule(
            id=f"x/{number}",
            any=some(1, 3),
            all=some(1, 2) if chance.random() < 0.3 else (),
            within=chance.choice(("sentence", "response", 1, 3)),
            negated=chance.choice(("count", "skip", "only")),
            forms=Forms(fuzzy=chance.choice((0, 1))),
            **parts,
        )

    for _ in range(12):
        codebook = Codebook(
            name="c",
            version=1,
            language="en",
            path=Path("c"),
            content="",
            overlap=chance.choice(("keep", "longest")),
            entries=(
                Theme(id="x", label="x", rules=(rule(1), rule(2))),
                Theme(id="y", label="y", rules=(rule(3),)),
            ),
        )
        ends = (" ", " ", ". ", ", ", "\n", "-")
        text = "".join(chance.choice(words) + chance.choice(ends) for _ in range(12))
        (one,) = try_texts(codebook, [text], theme="x")
        assert bool(one.marks) == any(explained.fires for explained in one.why), text
        for explained in one.why:
            assert explained.fires or (all(explained.reasons) and explained.reasons), text


@pytest.mark.parametrize(
    ("theme", "what"),
    [("citrx", "Did you mean 'citrix'?"), ("n", "its members: citrix"), ("c", "the classifier")],
)
def test_a_theme_without_rules_is_refused(codebook_of: CodebookOf, theme: str, what: str) -> None:
    codebook = codebook_of(
        "  citrix: {rules: [citrix]}\n  n: {net: [citrix]}\n  c: {classifier_only: true}\n"
    )
    with pytest.raises(InputError) as refused:
        try_texts(codebook, ["citrix"], theme=theme)
    (problem,) = refused.value.problems
    assert problem.code == "E701"
    assert what in problem.remedy


@pytest.fixture
def attempt(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., Ended]:
    path = tmp_path / "codebook.yaml"
    path.write_text(
        "codebook: c\nthemes:\n"
        "  citrix-performance:\n    questions: [barriers]\n"
        "    rules: [{any: [citrix], with: [slow*]}, citrix is]\n"
        "  pace: {rules: [slow]}\n",
        encoding="utf-8",
    )

    def call(*arguments: str, stdin: bytes = b"") -> Ended:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        monkeypatch.setattr(sys, "argv", ["verbatims", "codebook", "try", str(path), *arguments])
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        assert max(map(len, out.splitlines()), default=0) <= 80
        return Ended(int(str(stop.value.code)), out, err)

    return call


def test_each_quote_is_underlined_and_named(attempt: Callable[..., Ended]) -> None:
    done = attempt("Our Citrix is slow")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines() == [
        "Our Citrix is slow",
        "    ^^^^^^^^^^^^^^  citrix-performance  citrix-performance/1 (citrix + slow*)",
        "              ^^^^  pace  pace/1 (slow)",
    ]


def test_lines_are_folded_at_80_columns_and_the_carets_stay_under_the_words(
    attempt: Callable[..., Ended],
) -> None:
    done = attempt(
        "漢字 " * 12 + "we say that our\tCitrix here is very very\nfast\x1b[31m, citrix is"
    )
    assert done.out.splitlines() == [
        "漢字 " * 12 + "we say that our",
        "Citrix here is very very",
        "fast\\x1b[31m, citrix is",
        "              ^^^^^^^^^  citrix-performance  citrix-performance/2 (citrix is)",
    ]


def test_a_quote_over_two_lines_is_named_where_it_ends(attempt: Callable[..., Ended]) -> None:
    done = attempt(f"{'so ' * 24}Citrix is slow")
    lines = done.out.splitlines()
    assert lines[1] == " " * 72 + "^^^^^^"
    assert lines[3].startswith("^^^^^^^  citrix-performance  citrix-performance/1")
    assert [line for line in lines if "citrix-performance/2" in line] == []


def test_stdin_is_one_text_or_a_text_a_line(attempt: Callable[..., Ended]) -> None:
    whole = attempt("-", "--json", stdin=b"slow\n\nCitrix is\r\n").json
    assert [text["text"] for text in whole["texts"]] == ["slow\n\nCitrix is"]
    lines = attempt("-", "--lines", "--json", stdin="\ufeffslow\n\nCitrix is\n".encode()).json
    assert [text["text"] for text in lines["texts"]] == ["slow", "Citrix is"]


def test_json_says_everything(attempt: Callable[..., Ended]) -> None:
    done = attempt("a slow day", "--json", "--theme", THEME, "--question", "barriers").json
    assert done["codebook"].startswith("codebook:c@1+")
    assert (done["question"], done["theme"]) == ("barriers", THEME)
    (text,) = done["texts"]
    assert text["findings"] == []
    assert text["why"] == [
        {
            "rule": f"{THEME}/{number}",
            "fires": False,
            "quotes": [],
            "reasons": [f"`{term}` is not in the text"],
            "near_misses": [],
        }
        for number, term in ((1, "citrix"), (2, "citrix is"))
    ]
    mark = attempt("a slow day", "--json").json["texts"][0]["findings"]
    assert mark == [
        {
            "theme": "pace",
            "facet": "",
            "rule": "pace/1",
            "start": 2,
            "end": 6,
            "quote": "slow",
            "terms": ["slow"],
        }
    ]


def test_rules_with_the_same_reason_share_it(attempt: Callable[..., Ended]) -> None:
    done = attempt("slow", "--theme", THEME, "--question", "improve")
    assert done.out.splitlines()[1:] == [
        f"  (no rule of '{THEME}' finds anything)",
        "",
        f"{THEME}/1 to {THEME}/2 do not fire",
        f"  - `{THEME}` is not tried on 'improve', only barriers",
    ]


@pytest.mark.parametrize(
    ("arguments", "stdin", "code"),
    [
        (["-"], b"\xff", "E104"),
        (["-"], b"\n", "E701"),
        (["-", "--lines"], b" \n\n", "E701"),
        (["x\udcff"], b"", "E104"),
        (["x", "--theme", "none"], b"", "E701"),
    ],
)
def test_bad_input_is_refused(
    attempt: Callable[..., Ended], arguments: list[str], stdin: bytes, code: str
) -> None:
    done = attempt(*arguments, stdin=stdin)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"[{code}] ")


def test_a_pattern_that_takes_too_long_is_said_and_is_no_miss(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(
        "codebook: c\nthemes:\n  t: {rules: [{pattern: '(a|a|aa)+$'}]}\n", encoding="utf-8"
    )
    (tried,) = try_texts(load_codebook(path), ["a" * 5000 + "b"])
    assert tried.timed_out == ("t/1",)
    done = subprocess.run(
        [sys.executable, "-m", "pipeline", "codebook", "try", str(path), "a" * 5000 + "b"],
        capture_output=True,
        encoding="utf-8",
    )
    assert "[W301]" in done.stderr
    assert "t/1" in done.stderr
    assert done.returncode == 0
