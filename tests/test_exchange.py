"""Dictionaries and codebooks of other tools, as codebooks."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook
from pipeline.codebook.terms import parse_term
from pipeline.errors import InputError
from pipeline.exchange import READERS, import_codebook
from pipeline.exchange.dictionary import MAX_BYTES, MAX_DEPTH
from pipeline.refine.check import check_codebook

Themes = dict[str, Any]


def convert(folder: Path, name: str, content: str | bytes) -> tuple[Codebook, str]:
    """The codebook that a file becomes, loaded; and its warnings, a line each."""
    source = folder / name
    source.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    text, problems = import_codebook(source)
    path = folder / "codebook.yaml"
    path.write_text(text, encoding="utf-8")
    return load_codebook(path), "\n".join(str(problem) for problem in problems)


def themes_of(codebook: Codebook) -> Themes:
    """What an import can set: terms, or the members of a net, or a flag; and the parent."""
    return {
        theme.id: [
            *([f"< {theme.parent}"] if theme.parent else []),
            *(f"+ {member}" for member in theme.net),
            *(term for rule in theme.rules for term in rule.any),
            *(["classifier only"] if theme.classifier_only else []),
        ]
        for theme in codebook.entries
    }


def labels_of(codebook: Codebook) -> dict[str, str]:
    return {theme.id: theme.label for theme in codebook.entries}


QDC = (
    '<?xml version="1.0" encoding="utf-8"?>\n'
    '<CodeBook xmlns="urn:QDA-XML:codebook:1.0">{}</CodeBook>'
)
NESTED_QDC = QDC.format("""
<Codes>
 <Code guid="A" name="Access" isCodable="false"><Description>Getting in.</Description>
  <Code guid="B" name="Waiting times" isCodable="true" color="#ff0000">
   <Description>Long &amp; short
waits.</Description>
   <NoteRef targetGUID="N"/>
   <Code guid="C" name="Phone" isCodable="true"/>
  </Code>
 </Code>
 <Code guid="D" name="Café" isCodable="true"/>
</Codes>
<Sets>
 <Set guid="S" name="Priority"><Description>First things.</Description>
  <MemberCode guid="c"/><MemberCode targetGUID="D"/><MemberCode guid="gone"/></Set>
 <Set guid="T" name="Hollow"><MemberCode guid="gone"/></Set>
</Sets>
""")

CASES: dict[str, tuple[str, str, Themes, list[str]]] = {
    "quanteda, flat": (
        "a.yml",
        "cost: [price*, \"no\", 2020, 'on']\nspeed: slow\n",
        {"cost": ["price*", "no", "2020", "on"], "speed": ["slow"]},
        [],
    ),
    "quanteda, nested": (
        "a.yaml",
        "AFRICA:\n  EAST:\n    BI: [burundi*, bujumbura]\n    NO: [nothing]\n  WEST: [senegal]\n",
        {
            "africa": ["+ bi", "+ no", "+ west"],
            "east": ["+ bi", "+ no"],
            "bi": ["burundi*", "bujumbura"],
            "no": ["nothing"],
            "west": ["senegal"],
        },
        [],
    ),
    "quanteda, a key with terms and keys": (
        "a.yml",
        "staff:\n  __: [staff]\n  nurses: [nurse?]\n"
        "care:\n  - care*\n  - kind: [kind, not * kind]\n",
        {
            "staff": ["staff"],
            "nurses": ["< staff", "nurse?"],
            "care": ["care*"],
            "kind": ["< care", "kind", "not * kind"],
        },
        [],
    ),
    "quanteda, a theme between has no terms": (
        "a.yml",
        "top:\n  __: [top]\n  middle:\n    low: [low]\n",
        {"top": ["top"], "middle": ["+ low"], "low": ["< top", "low"]},
        [],
    ),
    "quanteda, the same key under two": (
        "a.yml",
        "staff:\n  good: [kind]\nfood:\n  good: [tasty]\n",
        {
            "staff": ["+ staff-good"],
            "staff-good": ["kind"],
            "food": ["+ food-good"],
            "food-good": ["tasty"],
        },
        [],
    ),
    "quanteda, symbols": (
        "a.yml",
        "a: [c++, c#, ':)', '*', fair-*, ok]\nb: [':(']\nc:\n",
        {"a": ["ok"], "b": ["classifier only"], "c": ["classifier only"]},
        [
            "a.yml:1: terms with symbols that are no part of a word are left out (2): "
            "'c++' (line 1), 'c#' (line 1).",
            "terms without a letter or digit are left out (3): ':)' (line 1), '*' (line 1), "
            "':(' (line 2).",
            "terms with a lone * beside a hyphen are left out (here it would be any next word) "
            "(1): 'fair-*' (line 1).",
            "themes without terms become 'classifier_only: true' (2): 'b' (line 2), 'c' (line 3).",
        ],
    ),
    "liwc, classic": (
        "a.dic",
        "%\n01\tHarm\n2 \t Fair Play\n%\n\nharm*  \t\t01\npreserve\t1 02\nfair\t2\nfair\t2\n",
        {"harm": ["harm*", "preserve"], "fair-play": ["preserve", "fair"]},
        [],
    ),
    "liwc, hierarchy, phrases and lines without tabs": (
        "a.dic",
        "%\n1\tfunction (Function Words)\n\t2\tpronoun\n\t\t3\ti\n\t4\tarticle\n%\n"
        "i'm\t1\t2\t3\nkind of\t1\nthe  1 4\nas well as 1\n",
        {
            "function-function-words": ["i'm", "kind of", "the", "as well as"],
            "pronoun": ["< function-function-words", "i'm"],
            "i": ["< pronoun", "i'm"],
            "article": ["< function-function-words", "the"],
        },
        [],
    ),
    "liwc, categories by name": (
        "a.dic",
        "%\nposemo\nSocial life\n3\tnegemo\n%\nhappy\tposemo\tSocial life\nsad\tnegemo\n",
        {"posemo": ["happy"], "social-life": ["happy"], "negemo": ["sad"]},
        [],
    ),
    "liwc, conditions and categories that are not there": (
        "a.dic",
        "%\n125\taffect\n126\tposemo\n253\ttime\n%\n"
        "like\t(02 134)125/464\t(02 134)126\t253\nkind\t<of>131/125\ngood\t125\t999\nlost\n",
        {"affect": ["good"], "posemo": ["classifier only"], "time": ["like"]},
        [
            "conditional categories of LIWC terms are left out (3): 'like (02 134)125/464' "
            "(line 6), 'like (02 134)126' (line 6), 'kind <of>131/125' (line 7).",
            "categories that the head of the file does not have are left out (1): "
            "'good 999' (line 8).",
            "terms without a category are left out (1): 'lost' (line 9).",
            "themes without terms become 'classifier_only: true' (1): 'posemo' (line 3).",
        ],
    ),
    "wordstat": (
        "a.cat",
        "SOUTH\n   \tBW\n   \t\tBotswana (1)\n\t\tSOUTH_AFRICA* (1)\n"
        "\tNA\n\t\tNAMIBIA (0.5)\nBAD\n\tBAD (1)\n",
        {
            "south": ["+ bw", "+ na"],
            "bw": ["botswana", "south africa*"],
            "na": ["namibia"],
            "bad": ["bad"],
        },
        ["weights other than 1 have no meaning here; the terms are kept (1): 'namibia (0.5)'"],
    ),
    "wordstat, rules": (
        "a.cat",
        "NEGATIVE\n\tNOT_GOOD\n\t\t@NOTGOOD [#POSITIVE AFTER #NEGATIONS /S 3] (1)\n\tPLAIN\n"
        "\t\tAWFUL (1)\n\t\t@X [AWFUL NOT NEAR NICE /S 2]\n",
        {
            "negative": ["+ not-good", "+ plain"],
            "not-good": ["classifier only"],
            "plain": ["awful"],
        },
        [
            "a.cat:3: WordStat rules are left out; write them with 'before:', 'after:', 'with:' or "
            "'unless:' (2): '@NOTGOOD [#POSITIVE AFTER #NEGATIONS /S 3] (1)' (line 3), "
            "'@X [AWFUL NOT NEAR NICE /S 2]' (line 6).",
            "(1): 'NOT_GOOD' (line 2).",
        ],
    ),
    "wordstat, indented with spaces": (
        "a.cat",
        "A\n  B\n    one (1)\n  two (1)\nC\n  three (1)\n",
        {"a": ["two"], "b": ["< a", "one"], "c": ["three"]},
        [],
    ),
    "pairs with a header": (
        "a.csv",
        'Theme,Term\r\ncost,price*\r\n"cost, hidden","log* in"\r\ncost,fee\r\nempty,\r\n',
        {
            "cost": ["price*", "fee"],
            "cost-hidden": ["log* in"],
            "empty": ["classifier only"],
        },
        ["themes without terms become 'classifier_only: true' (1): 'empty' (line 5)."],
    ),
    "pairs, terms first": ("a.csv", "word,category\nfee,cost\n", {"cost": ["fee"]}, []),
    "pairs, no header": ("a.csv", "cost,fee\n\n,\nterm,x\n", {"cost": ["fee"], "term": ["x"]}, []),
    "pairs, names that differ in case": (
        "a.csv",
        "Cost,a\ncost,b\nCOST,c\n日本,d\n国,e\n",
        {"cost": ["a"], "cost-2": ["b"], "cost-3": ["c"], "theme": ["d"], "theme-2": ["e"]},
        [],
    ),
    "qdc": (
        "a.qdc",
        NESTED_QDC,
        {
            "access": ["+ waiting-times", "+ phone"],
            "waiting-times": ["classifier only"],
            "phone": ["< waiting-times", "classifier only"],
            "cafe": ["classifier only"],
            "priority": ["+ phone", "+ cafe"],
        },
        ["sets without a code of this codebook are left out (1): 'Hollow' (line 17)."],
    ),
    "qdc of Taguette: empty Sets": (
        "a.qdc",
        QDC.format('<Codes><Code name="a.b"/></Codes><Sets/>'),
        {"a-b": ["classifier only"]},
        [],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_dictionary_becomes_a_codebook(case: str, tmp_path: Path) -> None:
    name, content, themes, warnings = CASES[case]
    codebook, said = convert(tmp_path, name, content)
    assert themes_of(codebook) == themes
    assert list(themes_of(codebook)) == list(themes), "the order of the source stays"
    assert len(said.splitlines()) == len(warnings)
    for line, part in zip(said.splitlines(), warnings, strict=True):
        assert part in line
        assert line.startswith("[W321] ")


def test_every_reader_has_cases() -> None:
    assert {Path(name).suffix for name, *_ in CASES.values()} == set(READERS)


def test_codes_of_a_qdc_keep_their_names_and_definitions(tmp_path: Path) -> None:
    codebook, _ = convert(tmp_path, "a.qdc", NESTED_QDC)
    assert labels_of(codebook)["cafe"] == "Café"
    definitions = {theme.id: theme.definition for theme in codebook.entries}
    assert definitions["access"] == "Getting in."
    assert definitions["waiting-times"] == "Long & short\nwaits."
    assert definitions["priority"] == "First things."


def test_labels_keep_the_names_and_say_the_path_only_where_they_must(tmp_path: Path) -> None:
    content = "Staff:\n  Good: [kind]\nFood:\n  Good: [tasty]\n  good: [nice]\n  Warm: [hot]\n"
    codebook, _ = convert(tmp_path, "a.yml", content)
    assert labels_of(codebook) == {
        "staff": "Staff",
        "staff-good": "Staff / Good",
        "food": "Food",
        "food-good": "Food / Good",
        "food-good-2": "Food / good",
        "warm": "Warm",
    }


def test_an_imported_codebook_matches(tmp_path: Path) -> None:
    convert(tmp_path, "a.csv", "theme,term\nlogin,log* in\nend,*ing\nnot,not * well\n")
    path = tmp_path / "codebook.yaml"
    example = "]\n    examples: [Logging in is not going well]\n"
    path.write_text(path.read_text(encoding="utf-8").replace("]\n", example), encoding="utf-8")
    codebook, problems = check_codebook(path)
    assert [str(problem) for problem in problems] == []
    assert sum(len(theme.examples) for theme in codebook.themes) == 3


def test_a_long_list_of_terms_is_one_a_line_and_the_yaml_is_the_same_each_time(
    tmp_path: Path,
) -> None:
    path = tmp_path / "My Dictionary!.csv"
    path.write_text("".join(f"cost,{letter * 20}\n" for letter in "abcde"), encoding="utf-8")
    text, problems = import_codebook(path)
    assert text == (
        "codebook: my-dictionary\nversion: 1\nlanguage: en\nthemes:\n  cost:\n    rules:\n"
        "      - any:\n" + "".join(f"          - {letter * 20}\n" for letter in "abcde")
    )
    assert problems == ()
    assert import_codebook(path)[0] == text
    assert import_codebook(path, "no")[0].startswith('codebook: "no"\n')


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("cost,café\n".encode(), ""),
        (b"\xef\xbb\xbfcost,caf\xc3\xa9\n", ""),
        ("cost,café\n".encode("utf-16"), "[W101]"),
        ("cost,café\n".encode("cp1252"), "[W101]"),
    ],
)
def test_the_encoding_is_chosen_from_the_bytes_and_said(
    content: bytes, said: str, tmp_path: Path
) -> None:
    codebook, warnings = convert(tmp_path, "a.csv", content)
    assert themes_of(codebook) == {"cost": ["café"]}
    assert warnings.startswith(said)
    assert bool(warnings) == bool(said)
    assert "source:" not in warnings


BOMB = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>\n<CodeBook>&b;</CodeBook>'
OUTSIDE = '<!DOCTYPE x SYSTEM "file:///etc/passwd">\n<CodeBook/>'
BAD: dict[str, tuple[str, str | bytes, str]] = {
    "quanteda, not YAML": ("a.yml", "a: [b\nc: [d]\n", "E321 2 not valid YAML"),
    "quanteda, a control character": ("a.yml", "a: b\nc: \x07\n", "E321 2 not valid YAML"),
    "quanteda, a list": ("a.yml", "# words\n- a\n- b\n", "E321 2 a dictionary is keys"),
    "quanteda, terms under no key": ("a.yml", "a: b\n__: [c]\n", "E321 2 'c' stands under no key"),
    "quanteda, a key twice": ("a.yml", "a: b\nc: d\na: e\n", "E321 3 'a' stands here again"),
    "quanteda, a key twice under a key": ("a.yml", "x:\n  a: b\n  a: e\n", "E321 3 'a' stands"),
    "quanteda, a list as a key": ("a.yml", "a: b\n? [c]\n: d\n", "E321 2 a key must be"),
    "quanteda, an anchor": ("a.yml", "a: &x [b]\nc: *x\n", "E321 1 anchor '&x'"),
    "quanteda, an unknown alias": ("a.yml", "a: b\nc: *x\n", "E321 2 not valid YAML"),
    "quanteda, too deep": (
        "a.yml",
        "\n".join("  " * depth + "a:" for depth in range(30)),
        f"E321 22 nested more than {MAX_DEPTH} deep",
    ),
    "quanteda, far too deep": ("a.yml", "a: " + "[" * 5000, "E321 1 "),
    "quanteda, a codebook": (
        "a.yaml",
        "codebook: a\nthemes:\n  b:\n    rules: [c]\n",
        "E321 1 this is a codebook already",
    ),
    "quanteda, empty": ("a.yml", "", "E321 1 a dictionary is keys"),
    "quanteda, no key": ("a.yml", "{}", "E321 1 there is no theme"),
    "liwc, no head": ("a.dic", "1\tharm\nharm\t1\n", "E321 1 the categories"),
    "liwc, one mark": ("a.dic", "\n%\n1\tharm\nharm\t1\n", "E321 2 the categories"),
    "liwc, something before the head": ("a.dic", "x\n%\n1\tharm\n%\n", "E321 2 the categories"),
    "liwc, a number without a name": ("a.dic", "%\n1\tharm\n2\n%\nx\t1\n", "E321 3 category 2"),
    "liwc, a number twice": ("a.dic", "%\n1\tharm\n01\tcare\n%\nx\t1\n", "E321 3 category '1'"),
    "liwc, no category": ("a.dic", "%\n%\nx\t1\n", "E321 1 there is no theme"),
    "wordstat, a term first": ("a.cat", "\nharm (1)\n", "E321 2 the term 'harm'"),
    "wordstat, under a term": ("a.cat", "A\n\tb (1)\n\t\tc (1)\n", "E321 3 is indented deeper"),
    "wordstat, two levels deeper": ("a.cat", "A\n\t\tb (1)\n", "E321 2 is indented deeper"),
    "wordstat, too deep": (
        "a.cat",
        "\n".join("\t" * depth + "a" for depth in range(3000)),
        "E321 21 nested more than",
    ),
    "wordstat, empty": ("a.cat", " \n\n", "E321 1 there is no theme"),
    "pairs, three cells": ("a.csv", "a,b\nc,d,e\n", "E321 2 two cells are wanted"),
    "pairs, cut by semicolons": ("a.csv", "theme;term\na;b\n", "E321 1 two cells are wanted"),
    "pairs, an open quote": ("a.csv", 'a,b\n"c,d\n', "E321 2 the quotes do not pair up"),
    "pairs, no theme": ("a.csv", "theme,term\n ,b\n", "E321 2 the term 'b' has no theme"),
    "pairs, a header alone": ("a.csv", "theme,term\n", "E321 1 there is no theme"),
    "pairs, zero bytes": ("a.csv", b"a,\0b\n", "E104"),
    "qdc, a bomb": ("a.qdc", BOMB, "E321 1 a document type or entity is not taken"),
    "qdc, a file from outside": ("a.qdc", OUTSIDE, "E321 1 a document type or entity"),
    "qdc, a bomb in UTF-16": ("a.qdc", BOMB.encode("utf-16"), "E321 1 a document type or entity"),
    "qdc, cut off": ("a.qdc", "<CodeBook>\n<Codes>", "E321 2 not well-formed XML"),
    "qdc, empty": ("a.qdc", "", "E321 1 not well-formed XML"),
    "qdc, an encoding nobody knows": (
        "a.qdc",
        '<?xml version="1.0" encoding="x-klingon"?><CodeBook/>',
        "E321 1 not well-formed XML",
    ),
    "qdc, a project": ("a.qdc", "<Project>\n</Project>", "E321 1 a .qdc file is a CodeBook"),
    "qdc, a code without a name": (
        "a.qdc",
        QDC.format('<Codes>\n<Code guid="A"/></Codes>'),
        "E321 3 a Code has no name",
    ),
    "qdc, too deep": (
        "a.qdc",
        QDC.format("<Codes>" + '\n<Code name="a">' * 50 + "</Code>" * 50 + "</Codes>"),
        "E321 24 nested more than",
    ),
    "qdc, no codes": ("a.qdc", QDC.format("<Codes/>"), "E321 1 there is no theme"),
    "another kind of file": ("a.xlsx", "x", "E321"),
    "far too large": ("a.csv", b"a,b\n" * (MAX_BYTES // 4 + 1), "E321 1 is over 20,000,000 bytes"),
    "too large a codebook": (
        "a.csv",
        "".join(f"cost,w{number:06}\n" for number in range(300_000)),
        "E321 1 makes a codebook of over",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_file_that_cannot_be_read_is_an_error_with_its_line(case: str, tmp_path: Path) -> None:
    name, content, expected = BAD[case]
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
    with pytest.raises(InputError) as error:
        import_codebook(path)
    (problem,) = error.value.problems
    code, _, rest = expected.partition(" ")
    line, _, what = rest.partition(" ")
    assert problem.code == code
    assert problem.where.removeprefix(path.as_posix()) == (f":{line}" if line else "")
    assert problem.what.startswith(what)
    assert "source:" not in problem.remedy


def test_a_file_that_is_not_there_is_said_for_every_kind(tmp_path: Path) -> None:
    for suffix in READERS:
        with pytest.raises(InputError, match=r"E101.*gone"):
            import_codebook(tmp_path / f"gone{suffix}")


def test_a_warning_names_the_first_few_and_counts_the_rest(tmp_path: Path) -> None:
    _, said = convert(tmp_path, "a.csv", "a,ok\n" + "".join(f"a,c{n}++\n" for n in range(2000)))
    assert "left out (2,000): 'c0++' (line 2), " in said
    assert said.endswith("'c4++' (line 6) and 1,995 more.")


NAMES = (
    st.text(st.characters(exclude_characters="\0", codec="utf-8"), max_size=12)
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
WORDS = st.text("abcdeé'*?-日", min_size=1, max_size=8)
TERMS = st.one_of(
    st.sampled_from(["no", "yes", "1e5", "0x1f", "12:30", "null", "~", "c++", ":)", "- a", "# b"]),
    st.lists(WORDS, min_size=1, max_size=3).map(" ".join),
)


def has_words(term: str) -> bool:
    try:
        parse_term(term)
    except ValueError:
        return False
    return not any(word.startswith("*-") or word.endswith("-*") for word in term.split())


@settings(max_examples=150, deadline=None)
@given(
    dictionary=st.dictionaries(
        NAMES,
        st.lists(TERMS, max_size=6),
        min_size=1,
        max_size=6,
    )
)
def test_any_themes_and_terms_come_through_a_csv(
    dictionary: dict[str, list[str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    writer.writerow(["theme", "term"])
    for theme, terms in dictionary.items():
        writer.writerows((theme, term) for term in ["", *terms])
    codebook, said = convert(tmp_path_factory.mktemp("pairs"), "a.csv", stream.getvalue())
    kept = [list(dict.fromkeys(filter(has_words, terms))) for terms in dictionary.values()]
    found = [[term for rule in theme.rules for term in rule.any] for theme in codebook.entries]
    assert found == kept
    for theme, name in zip(codebook.entries, dictionary, strict=True):
        assert name in (theme.label, theme.label.rpartition(" (")[0])
    left_out = sum(len(terms) - sum(map(has_words, terms)) for terms in dictionary.values())
    assert ("are left out" in said) == (left_out > 0)


def outcome(folder: Path, name: str, content: str | bytes) -> set[str]:
    """The codes of the errors that a file meets; none when it becomes a codebook that loads."""
    try:
        convert(folder, name, content)
    except InputError as error:
        return {problem.code for problem in error.problems}
    return set()


@settings(max_examples=200, deadline=None)
@given(content=st.binary(max_size=200), suffix=st.sampled_from(sorted(READERS)))
def test_whatever_the_bytes_it_is_a_codebook_or_a_stated_error(
    content: bytes, suffix: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert outcome(tmp_path_factory.mktemp("bytes"), f"a{suffix}", content) <= {"E104", "E321"}


@settings(max_examples=300, deadline=None)
@given(
    lines=st.lists(st.text("\t\t  %01ab(1)_@[]*:,-\"<>/&'é\n", max_size=12), max_size=12),
    suffix=st.sampled_from(sorted(READERS)),
)
def test_whatever_the_lines_it_is_a_codebook_or_a_stated_error(
    lines: list[str], suffix: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    head = "%\n1\ta\n\t2\tb\n%\n" if suffix == ".dic" else ""
    content = head + "\n".join(lines)
    assert outcome(tmp_path_factory.mktemp("lines"), f"a{suffix}", content) <= {"E104", "E321"}


def call(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipeline", "codebook", "import", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


def test_the_command_prints_yaml_on_stdout_and_warnings_on_stderr(tmp_path: Path) -> None:
    path = tmp_path / "words.csv"
    path.write_text("Café,café\nCafé,c++\n", encoding="utf-8")
    done = call(path, "--name", "Cafés 2026")
    assert done.returncode == 0
    assert done.stdout == (
        "codebook: Cafés 2026\nversion: 1\nlanguage: en\nthemes:\n"
        "  cafe:\n    label: Café\n    rules:\n      - any: [café]\n"
    )
    assert done.stderr.startswith("warning: [W321] ")
    assert done.stderr.count("\n") == 1
    assert call(path, "--quiet").stderr == ""


def test_the_command_ends_with_2_for_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "words.dic"
    path.write_text("nothing", encoding="utf-8")
    done = call(path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("[E321] ")
