"""round.yaml: every key, and every way to get one wrong."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.round import Filler, Round, load_round

Load = Callable[[str], Round]

WIDE = """\
round: r1
codebook: codebook.yaml
source:
  file: wide.csv
  questions: {a: {column: qa}}
"""
LONG = """\
round: r1
codebook: codebook.yaml
source: {file: long.csv, layout: long, question: q, text: t}
"""


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """Load a round.yaml of the working folder, beside the files a round may name."""
    monkeypatch.chdir(tmp_path)
    for name in ("codebook.yaml", "wide.csv", "long.csv", "extra.csv", "figures.yaml"):
        Path(name).touch()

    def write_and_load(content: str) -> Round:
        Path("round.yaml").write_text(content, encoding="utf-8")
        return load_round(Path("round.yaml"))

    return write_and_load


def refused(load: Load, content: str) -> list[str]:
    """The problems, without what to do about them."""
    with pytest.raises(InputError) as error:
        load(content)
    return [
        f"{p.code} {p.where.removeprefix('round.yaml:')} {p.what}" for p in error.value.problems
    ]


def test_a_wide_round_is_read_key_by_key(load: Load) -> None:
    found = load("""\
round: york-2017
title: York ICT strategy
note: made up
language: en
codebook: codebook.yaml
source:
  file: wide.csv
  layout: wide
  encoding: cp1252
  delimiter: ;
  sheet: Answers
  respondent: id
  questions:
    barriers: {column: q7, label: "What gets in the way?"}
    improve: {column: 9}
  groups: [directorate, role]
base: answered
filler: [same as above]
repeats: keep-last
exclude: extra.csv
classifier: {train: extra.csv, threshold: 0.5, seed: 7}
decisions: extra.csv
coders: [import:acme, import:bo]
figures: figures.yaml
""")
    assert (found.name, found.title, found.note) == ("york-2017", "York ICT strategy", "made up")
    assert (found.path, found.codebook) == (Path("round.yaml"), Path("codebook.yaml"))
    assert (found.base, found.repeats) == ("answered", "keep-last")
    assert found.filler == Filler(more=("same as above",))
    assert found.exclude == found.decisions == Path("extra.csv")
    assert (found.coders, found.figures) == (("import:acme", "import:bo"), Path("figures.yaml"))
    assert found.classifier
    assert (found.classifier.train, found.classifier.threshold) == (Path("extra.csv"), 0.5)
    assert found.classifier.seed == 7
    source = found.source
    assert (source.path, source.layout, source.encoding) == (Path("wide.csv"), "wide", "cp1252")
    assert (source.delimiter, source.sheet, source.respondent) == (";", "Answers", "id")
    assert source.groups == ("directorate", "role")
    asked = [(question.id, question.column, question.label) for question in source.questions]
    assert asked == [("barriers", "q7", "What gets in the way?"), ("improve", "9", "9")]


def test_what_is_left_out_has_its_default(load: Load) -> None:
    found = load(WIDE)
    assert (found.title, found.note, found.base, found.repeats) == (
        *("r1", "", "substantive", "refuse"),
    )
    assert (found.filler, found.classifier, found.coders) == (Filler(), None, ())
    assert (found.exclude, found.decisions, found.figures) == (None, None, None)
    assert (found.source.layout, found.source.respondent, found.source.groups) == ("wide", "", ())


def test_a_long_round_is_read_key_by_key(load: Load) -> None:
    found = load("""\
round: r1
codebook: codebook.yaml
source:
  file: long.csv
  layout: long
  respondent: id
  response: comment
  question: q
  text: t
  questions:
    improve: {value: "How?", label: "How could we improve?"}
""").source
    assert (found.respondent, found.response, found.question, found.text) == (
        *("id", "comment", "q", "t"),
    )
    [question] = found.questions
    assert (question.id, question.value, question.column) == ("improve", "How?", "")
    assert question.label == "How could we improve?"


def test_a_long_round_may_take_every_question_as_it_stands(load: Load) -> None:
    found = load(LONG + "filler: [same again]\n")
    assert found.source.questions == ()
    question = found.question("What else?")
    assert (question.id, question.label, question.value) == ("What else?",) * 3
    assert question.filler == Filler(more=("same again",))


@pytest.mark.parametrize("written", ["off", "'off'"])
def test_filler_is_switched_off_for_a_round(load: Load, written: str) -> None:
    found = load(f"{WIDE}filler: {written}\n")
    assert found.filler == Filler(off=True)
    assert found.question("a").filler == Filler(off=True)


@pytest.mark.parametrize(
    ("whole", "question", "expected"),
    [
        ("[x y]", "", Filler(more=("x y",))),
        ("[x y]", "[z]", Filler(more=("x y", "z"))),
        ("[x y]", "off", Filler(off=True)),
        ("off", "[z]", Filler(more=("z",))),
        ("off", "[]", Filler()),
    ],
)
def test_a_question_adds_to_the_filler_of_its_round_or_sets_it_aside(
    load: Load, whole: str, question: str, expected: Filler
) -> None:
    content = WIDE.replace("{column: qa}", f"{{column: qa, filler: {question}}}")
    assert load(f"{content}filler: {whole}\n").question("a").filler == expected


def test_a_round_is_found_in_its_folder(load: Load, tmp_path: Path) -> None:
    load(WIDE)
    found = load_round(tmp_path)
    assert found.path == tmp_path / "round.yaml"
    assert found.source.path == tmp_path / "wide.csv"


@pytest.mark.parametrize("name", ["round.yaml", ""])
def test_a_round_that_is_not_there_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match=r"\[E101\].*round.yaml: there is no such file"):
        load_round(tmp_path / name)


def test_files_that_are_not_there_are_refused_by_place(load: Load) -> None:
    extra = "exclude: a.csv\ndecisions: b.csv\nfigures: c.yaml\nclassifier: {train: d.csv}\n"
    content = WIDE.replace("wide.csv", "gone.csv").replace("codebook.yaml", "gone.yaml") + extra
    assert refused(load, content) == [
        "E101 2:1 there is no file 'gone.yaml'.",
        "E101 4:3 there is no file 'gone.csv'.",
        "E101 6:1 there is no file 'a.csv'.",
        "E101 7:1 there is no file 'b.csv'.",
        "E101 8:1 there is no file 'c.yaml'.",
        "E101 9:14 there is no file 'd.csv'.",
    ]


def test_a_round_kept_in_a_run_needs_none_of_its_files(tmp_path: Path) -> None:
    (tmp_path / "round.yaml").write_text(WIDE, encoding="utf-8")
    assert load_round(tmp_path, with_files=False).source.path == tmp_path / "wide.csv"
    (tmp_path / "round.yaml").write_text(WIDE + "base: all\n", encoding="utf-8")
    with pytest.raises(InputError, match="E206"):
        load_round(tmp_path, with_files=False)


def test_a_folder_is_not_a_source_file(load: Load) -> None:
    Path("answers").mkdir()
    content = WIDE.replace("wide.csv", "answers")
    assert refused(load, content) == ["E101 4:3 there is no file 'answers'."]


@pytest.mark.parametrize(
    ("content", "problems"),
    [
        (WIDE.replace("round: r1", "title: x"), ["E205 1:1 'round' is missing."]),
        (WIDE.replace("codebook: codebook.yaml", ""), ["E205 1:1 'codebook' is missing."]),
        ("round: r1\ncodebook: codebook.yaml\n", ["E205 1:1 'source' is missing."]),
        (WIDE.replace("  file: wide.csv\n", ""), ["E205 3:1 'file' is missing."]),
        (WIDE.replace("questions: {a: {column: qa}}", ""), ["E205 3:1 'questions' is missing."]),
        (WIDE.replace("{a: {column: qa}}", "{}"), ["E205 3:1 'questions' is missing."]),
        (WIDE.replace("column: qa", "label: A"), ["E205 5:15 'column' is missing."]),
        (WIDE.replace("column: qa", "column: ''"), ["E205 5:15 'column' is missing."]),
        (
            LONG.replace(", question: q, text: t", ""),
            ["E205 3:1 'question' is missing.", "E205 3:1 'text' is missing."],
        ),
        (
            "",
            [
                "E205 1:1 'codebook' is missing.",
                "E205 1:1 'round' is missing.",
                "E205 1:1 'source' is missing.",
                "E206 1:1 a mapping is wanted here, not empty.",
            ],
        ),
    ],
)
def test_missing_keys_are_named_where_they_belong(
    load: Load, content: str, problems: list[str]
) -> None:
    assert sorted(refused(load, content)) == problems


@pytest.mark.parametrize(
    ("written", "aim", "precision", "fixed"),
    [
        ("counts", "counts", 0.9, None),
        ("f1", "f1", 0.9, None),
        ("{precision: 0.8}", "precision", 0.8, None),
        ("0.4", "counts", 0.9, 0.4),
    ],
)
def test_what_thresholds_aim_at(
    load: Load, written: str, aim: str, precision: float, fixed: float | None
) -> None:
    text = f"round: r1\nclassifier: {{train: extra.csv, threshold: {written}}}"
    found = load(WIDE.replace("round: r1", text)).classifier
    assert found
    assert (found.aim, found.precision, found.threshold) == (aim, precision, fixed)


@pytest.mark.parametrize(
    ("old", "new", "problem", "hint"),
    [
        ("round: r1", "round: r1\ntitel: x", "2:1: unknown key 'titel'.", "'title'"),
        ("file: wide.csv", "file: wide.csv\n  respondant: id", "5:3: ", "'respondent'"),
        ("column: qa", "column: qa, lable: A", "5:31: unknown key 'lable'.", "'label'"),
        (
            "round: r1",
            "round: r1\nclassifier: {train: extra.csv, tresh: 1}",
            "2:32: ",
            "'threshold'",
        ),
    ],
)
def test_unknown_keys_are_refused_with_the_key_that_was_meant(
    load: Load, old: str, new: str, problem: str, hint: str
) -> None:
    with pytest.raises(InputError) as error:
        load(WIDE.replace(old, new))
    assert "[E204]" in str(error.value)
    assert problem in str(error.value)
    assert f"Did you mean {hint}" in str(error.value)


@pytest.mark.parametrize(
    ("key", "value", "wanted"),
    [
        ("title", "[a]", "a text"),
        ("base", "all", "one of substantive, answered"),
        ("repeats", "keep", "one of refuse, keep-last, keep-all"),
        ("language", "cy", "one of en"),
        ("filler", "{a: b}", "a list of phrases, or off"),
        ("filler", "no", "a list of phrases, or off"),
        ("filler", "true", "a list of phrases, or off"),
        ("coders", "[ana]", "a list of imported coders, each import:NAME"),
        ("coders", "[[ana]]", "a list of texts"),
        ("exclude", "true", "a text"),
        (
            "classifier",
            "{train: extra.csv, threshold: 2}",
            "counts, f1, {precision: SHARE} or a probability",
        ),
        (
            "classifier",
            "{train: extra.csv, threshold: 1.0}",
            "counts, f1, {precision: SHARE} or a probability",
        ),
        ("classifier", "{train: extra.csv, threshold: {precision: 2.0}}", "counts, f1"),
        ("classifier", "{train: extra.csv, threshold: {recall: 0.9}}", "counts, f1"),
        (
            "classifier",
            "{train: extra.csv, threshold: high}",
            "counts, f1, {precision: SHARE} or a probability",
        ),
        ("classifier", "{train: extra.csv, seed: 1.5}", "a whole number"),
        ("classifier", "{train: extra.csv, seed: true}", "a whole number"),
    ],
)
def test_values_of_the_wrong_kind_are_refused(
    load: Load, key: str, value: str, wanted: str
) -> None:
    [problem] = refused(load, f"{WIDE}{key}: {value}\n")
    assert problem.startswith("E206 6:")
    assert f"must be {wanted}" in problem
