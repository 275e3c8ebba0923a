"""What carried a score: spans of the untouched text that add up, and a theme's strongest terms."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.classify.example import Example
from pipeline.classify.explain import explain_text, strongest_terms
from pipeline.classify.score import Scorer, score_texts
from pipeline.classify.train import train_model
from pipeline.codebook.load import load_codebook
from pipeline.errors import InputError
from pipeline.explain import explain_response
from pipeline.plan import plan_run
from pipeline.round import ClassifierSettings, load_round
from pipeline.text import fold_words

TRAIN = "classifier: {train: training.csv, threshold: 0.5}\n"
WORDS = ("desk", "chair", "lamp", "kettle", "café", "carpet", "stairs")


def text_of(n: int) -> str:
    said = ("it takes ages", "such a din", "all is well")[n % 3]
    return f"{said} {WORDS[n % 7]} {WORDS[n % 5]} {n} {n % 13}"


@pytest.fixture(scope="module")
def scorer(tmp_path_factory: pytest.TempPathFactory) -> Scorer:
    path = tmp_path_factory.mktemp("explain") / "codebook.yaml"
    path.write_text(
        "codebook: t\nthemes:\n  slow: {rules: [slow]}\n  noise: {policy: model, rules: [x]}\n"
    )
    made = []
    for n in range(90):
        kind = ("slow", "noise", "")[n % 3]
        made.append(
            Example(
                response_id=f"R{n}",
                group=f"R{n}",
                question=f"q{n % 2}",
                text=text_of(n),
                themes=frozenset([kind] if kind else []),
                ruled=frozenset(["slow"] if n % 9 == 0 else []),
            )
        )
    return Scorer(train_model(made, load_codebook(path), ClassifierSettings()).model)


def test_the_words_that_carried_a_score_are_spans_of_the_text(scorer) -> None:
    text = "Well… it TAKES\u00a0ages at the Cafe\u0301 😀 ages"
    slow = next(e for e in explain_text(scorer, "q0", text, frozenset()) if e.theme == "slow")
    strongest = sorted(slow.terms, key=lambda term: -term.weight)
    assert {term.quote for term in strongest[:4]} <= {
        "it",
        "TAKES",
        "ages",
        "TAKES\u00a0ages",
        "it TAKES",
    }
    assert "Cafe\u0301" in {term.quote for term in slow.terms}
    both = [term.weight for term in slow.terms if term.quote == "ages"]
    assert len(both) == 2
    assert both[0] == both[1], "a word that stands twice shares what it brought"


TEXTS = st.lists(
    st.sampled_from(
        ["it", "takes", "ages", "such a din", "😀", "é", "ǅ", "don’t", "café", "\n", ",", "unheard"]
    ),
    max_size=12,
).map(" ".join)


@given(TEXTS, st.sampled_from(["q0", "q1", "q9"]), st.booleans())
def test_quotes_are_cut_from_the_text_and_weights_add_up(scorer, text, question, ruled) -> None:
    found = frozenset(["slow"]) if ruled else frozenset()
    scores = score_texts(scorer.model, [question], [text], [found])[0]
    for explained, score in zip(explain_text(scorer, question, text, found), scores, strict=True):
        assert explained.probability == pytest.approx(float(score))
        odds = sum(term.weight for term in explained.terms) + explained.rest
        assert 1 / (1 + math.exp(-odds)) == pytest.approx(explained.probability, abs=1e-6)
        assert all(term.quote == text[term.start : term.end] for term in explained.terms)
        words = [term for term in explained.terms if len(fold_words(term.quote)) == 1]
        assert len(words) == len(fold_words(text))


@given(TEXTS, st.sampled_from(["q0", "q9"]))
def test_what_is_left_depends_on_nothing_in_the_text(scorer, text, question) -> None:
    bare = explain_text(scorer, question, "", frozenset())
    for one, other in zip(explain_text(scorer, question, text, frozenset()), bare, strict=True):
        assert one.rest == pytest.approx(other.rest, abs=1e-4)


def test_the_threshold_is_that_of_the_question(scorer) -> None:
    for row, question in enumerate(("q0", "q1", "q9")):
        found = explain_text(scorer, question, "text", frozenset())
        assert [e.threshold for e in found] == scorer.model.thresholds[row].tolist()


def test_the_strongest_terms_are_those_that_were_said(scorer) -> None:
    toward, against = strongest_terms(scorer.model, "slow", 6)
    assert {"takes", "ages"} <= {term for term, _ in toward}
    assert {"din"} <= {term for term, _ in strongest_terms(scorer.model, "noise", 6)[0]}
    assert [w for _, w in toward] == sorted((w for _, w in toward), reverse=True)
    assert all(weight > 0 for _, weight in toward)
    assert all(weight < 0 for _, weight in against)
    assert [w for _, w in against] == sorted(w for _, w in against)


def test_a_words_weight_is_what_it_brings_alone(scorer) -> None:
    toward, _ = strongest_terms(scorer.model, "slow", 50)
    for term, weight in toward:
        if " " not in term:
            slow = next(
                e for e in explain_text(scorer, "q9", term, frozenset()) if e.theme == "slow"
            )
            assert sum(t.weight for t in slow.terms) == pytest.approx(weight, abs=0.002)


def test_terms_of_few_texts_are_not_typical(scorer) -> None:
    texts = dict.fromkeys(scorer.model.vocabulary.words, 0)
    for n in range(90):
        for word in set(fold_words(text_of(n))):
            texts[word] += 1
    shown = [t for terms in strongest_terms(scorer.model, "slow", 99) for t, _ in terms]
    assert all(texts[term] >= 3 for term in shown if " " not in term)


def test_a_response_of_a_round_is_explained_by_rules_and_scores(make_round) -> None:
    plan = plan_run(load_round(make_round(extra=TRAIN)))
    why = explain_response(plan, "R1/barriers")
    themes = {one.theme: one for one in why.themes}
    assert set(themes) == {"slow", "wifi"}, "the codebook bars training from this question"
    assert [(hit.rule, hit.quote) for hit in themes["slow"].hits] == [("slow/1", "slow")]
    assert themes["slow"].coded
    assert themes["slow"].score is not None
    assert themes["wifi"].score is None
    assert not why.trained
    kettle = {one.theme: one for one in explain_response(plan, "R4/improve").themes}["slow"]
    assert kettle.hits == ()
    assert {t.quote for t in kettle.terms if t.weight > 0} >= {"desks", "kettle"}


@pytest.mark.parametrize(
    ("response_id", "said"),
    [
        ("R1/barrier", r"no response 'R1/barrier'.*Did you mean 'R1/barriers'"),
        ("R4/barriers", "is blank"),
        ("R3/improve", "is filler"),
    ],
)
def test_what_is_not_coded_is_not_explained(make_round, response_id, said) -> None:
    plan = plan_run(load_round(make_round(extra=TRAIN)))
    with pytest.raises(InputError, match=f"E701.*{said}"):
        explain_response(plan, response_id)


def verbatims(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipeline", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8")


def test_the_command_marks_the_words_within_80_columns(make_round) -> None:
    folder = make_round(extra=TRAIN)
    done = verbatims("explain", folder, "R4/improve", "--theme", "slow", "-q")
    assert (done.returncode, done.stderr) == (0, "")
    assert "[desks]" in done.stdout or "[desks and" in done.stdout
    assert "threshold here 0.500" in done.stdout
    assert "(policy either)" in done.stdout
    assert "\x1b" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80
    done = verbatims("explain", folder, "R1/barriers", "-q")
    assert "rule slow/1: slow" in done.stdout
    assert "no score: the classifier has not learnt it" in done.stdout


def test_the_command_gives_everything_as_json(make_round) -> None:
    folder = make_round(extra=TRAIN)
    found = json.loads(verbatims("explain", folder, "R4/improve", "-q", "--json").stdout)
    assert (found["question"], found["text"]) == ("improve", "More desks and a kettle")
    theme = next(one for one in found["themes"] if one["theme"] == "slow")
    assert all(t["quote"] == found["text"][t["start"] : t["end"]] for t in theme["terms"])
    terms = json.loads(verbatims("explain", folder, "--terms", "-q", "--json").stdout)
    assert set(terms) == {"slow"}
    assert {"desks", "kettle", "ages"} & {term for term, _ in terms["slow"]["for"]}
    plain = verbatims("explain", folder, "--terms", "-q").stdout
    assert "\nslow\n  for: " in plain
    assert max(map(len, plain.splitlines())) <= 80


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("R1/barriers", "--terms"),
        ("R1/barriers", "--theme", "slwo"),
        ("--terms", "--theme", "wifi"),
        ("R9/barriers",),
    ],
)
def test_options_that_do_not_fit_are_refused(make_round, arguments) -> None:
    done = verbatims("explain", make_round(extra=TRAIN), *arguments, "-q")
    assert (done.returncode, done.stdout, done.stderr.count("[E701]")) == (2, "", 1)


def test_a_model_from_a_file_explains_alike(make_round) -> None:
    folder = make_round(extra=TRAIN)
    asked = ("explain", folder, "R4/improve", "-q", "--json")
    before = verbatims(*asked).stdout
    assert verbatims("train", folder, "-q").returncode == 0
    path = Path(folder, "round.yaml")
    path.write_text(path.read_text().replace(TRAIN, "classifier: {model: models/tiny.skops}\n"))
    assert verbatims(*asked).stdout == before
    assert np.isfinite(json.loads(before)["themes"][0]["rest"])
