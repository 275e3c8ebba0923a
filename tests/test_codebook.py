"""A codebook's YAML: what it may say, and every way it can be wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook, Rule
from pipeline.codebook.terms import Term, parse_term

Load = Callable[[str], Codebook]

WHOLE = """\
codebook: ict-strategy
version: 3
language: en
no_theme: [none, "-"]
themes:
  citrix:
    label: Citrix performance
    code: 1.10
    definition: Trouble with Citrix.
    include: Misspelt.
    exclude: Praise.
    questions: [barriers, improve]
    rules:
      - any: [citrix, remote desktop]
        with: [slow*, log in]
        within: 8
        unless: no problem with
      - citrix connection
      - 365
      - pattern: '\\bctx\\d{2}\\b'
    policy: both
    examples: [Citrix is slow]
    counter_examples: ["Citrix, no problem with it"]
  network:
    code: "1.1"
    rules: [wifi]
  other:
    label: Something else
    classifier_only: true
  any-system:
    label: Citrix or network
    net: [citrix, network]
"""


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Load a codebook written to the file `cb.yaml` of the working folder."""
    monkeypatch.chdir(tmp_path)

    def write_and_load(content: str) -> Codebook:
        Path("cb.yaml").write_text(content, encoding="utf-8")
        return load_codebook(Path("cb.yaml"))

    return write_and_load


def test_a_codebook_is_read_key_by_key(load: Load) -> None:
    codebook = load(WHOLE)
    assert (codebook.name, codebook.version, codebook.language) == ("ict-strategy", 3, "en")
    assert (codebook.path, codebook.no_theme) == (Path("cb.yaml"), ("none", "-"))
    assert [theme.id for theme in codebook.themes] == ["citrix", "network", "other"]
    assert [(net.id, net.net) for net in codebook.nets] == [("any-system", ("citrix", "network"))]
    citrix, network, other, _ = codebook.entries
    assert (citrix.label, citrix.code, citrix.policy) == ("Citrix performance", "1.10", "both")
    assert (citrix.definition, citrix.include) == ("Trouble with Citrix.", "Misspelt.")
    assert (citrix.exclude, citrix.examples) == ("Praise.", ("Citrix is slow",))
    assert citrix.counter_examples == ("Citrix, no problem with it",)
    assert (network.label, network.code, network.policy) == ("network", "1.1", "either")
    assert (other.rules, other.classifier_only) == ((), True)


def test_rules_are_numbered_within_their_theme_and_keep_what_they_say(load: Load) -> None:
    rules = load(WHOLE).entries[0].rules
    assert rules == (
        Rule(
            id="citrix/1",
            any=("citrix", "remote desktop"),
            with_=("slow*", "log in"),
            unless=("no problem with",),
            within=8,
        ),
        Rule(id="citrix/2", any=("citrix connection",)),
        Rule(id="citrix/3", any=("365",)),
        Rule(id="citrix/4", pattern=r"\bctx\d{2}\b"),
    )


@pytest.mark.parametrize("within", ["sentence", "response", "1", "50"])
def test_with_may_reach_over_words_a_sentence_or_the_response(load: Load, within: str) -> None:
    codebook = load(
        f"codebook: c\nthemes: {{a: {{rules: [{{any: x, with: y, within: {within}}}]}}}}"
    )
    assert str(codebook.entries[0].rules[0].within) == within


def test_a_theme_applies_to_every_question_unless_it_names_some(load: Load) -> None:
    citrix, network, *_ = load(WHOLE).entries
    assert [citrix.applies_to(q) for q in ("barriers", "improve", "other")] == [True, True, False]
    assert network.applies_to("other")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("network", "network"),
        ("1.10", "citrix"),
        ("1.1", "network"),
        ("Citrix performance", "citrix"),
        ("Citrix or network", "any-system"),
        ("citrix performance", None),
        ("", None),
    ],
)
def test_an_entry_is_found_by_id_code_or_label(load: Load, name: str, found: str | None) -> None:
    entry = load(WHOLE).find(name)
    assert (entry.id if entry else None) == found


def test_a_theme_is_found_by_its_id_its_code_and_its_label(load: Load) -> None:
    codebook = load("""\
codebook: c
themes:
  one: {label: Uno, code: "1", rules: [x]}
  two: {label: Due, rules: [x]}
""")
    found = {name: codebook.find(name) for name in ("one", "1", "Uno", "two", "Due")}
    assert {name: entry.id for name, entry in found.items() if entry} == {
        **dict.fromkeys(("one", "1", "Uno"), "one"),
        **dict.fromkeys(("two", "Due"), "two"),
    }


TIGHT = "codebook: c\nversion: 2\nthemes:\n  a:\n    rules: [wifi, 'log in']\n"


@pytest.mark.parametrize(
    "same",
    [
        "# a comment\n" + TIGHT,
        TIGHT.replace("\n", "\r\n"),
        TIGHT.replace("[wifi, 'log in']", "  # listed\n      - wifi\n      - log in"),
        'version: 2\nthemes: {a: {rules: ["wifi", log in]}}\ncodebook: c\n',
    ],
)
def test_the_coder_is_the_same_under_other_comments_and_layout(load: Load, same: str) -> None:
    assert load(same).coder == load(TIGHT).coder
    assert load(TIGHT).coder.startswith("codebook:c@2+")


@pytest.mark.parametrize(
    "other",
    [
        TIGHT.replace("version: 2", "version: 3"),
        TIGHT.replace("codebook: c", "codebook: d"),
        TIGHT.replace("wifi", "wi-fi"),
        TIGHT.replace("[wifi, 'log in']", "[log in, wifi]"),
        TIGHT.replace("wifi", "010"),
        TIGHT + "    definition: x\n",
    ],
)
def test_the_coder_changes_with_what_the_codebook_says(load: Load, other: str) -> None:
    coders = {load(other).coder, load(TIGHT).coder, load(TIGHT.replace("wifi", "10")).coder}
    assert len(coders) == 3


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("wifi", ("wifi",)),
        ("Wi-Fi", ("wi", "fi")),
        ("  log   in ", ("log", "in")),
        ("log\u00a0in", ("log", "in")),
        ("crash*", ("crash*",)),
        ("crash**", ("crash*",)),
        ("log* in", ("log*", "in")),
        ("*ing up", ("*ing", "up")),
        ("organi?e", ("organi?e",)),
        ("not * working", ("not", "*", "working")),
        ("Café", ("cafe",)),
        ("doesn’t", ("doesn't",)),
        ("365", ("365",)),
    ],
)
def test_a_term_is_its_folded_words(source: str, words: tuple[str, ...]) -> None:
    assert parse_term(source) == Term(source, words)


def test_a_hyphen_may_be_kept_in_a_word() -> None:
    assert parse_term("log-in page", "keep").words == ("log-in", "page")
    assert parse_term("- log", "keep").words == ("log",)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("", "has no word"),
        ("  ", "has no word"),
        ("*", "has nothing but wildcards"),
        ("- -", "has no word"),
        ("? *", "has nothing but wildcards"),
        ("e.g", "holds '.'"),
        ("and/or", "holds '/'"),
        ("snake_case", "holds '_'"),
        ("'quoted'", "holds ''"),
        ("wifi 😀", "holds '😀'"),
    ],
)
def test_a_term_that_could_never_match_is_refused(source: str, why: str) -> None:
    with pytest.raises(ValueError, match=r"has|holds") as error:
        parse_term(source)
    assert f"'{source}' {why}" in str(error.value)
