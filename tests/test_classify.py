"""The classifier: what it learns, what it says of new responses, and on whose examples."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from pipeline.classify.example import Example
from pipeline.classify.model import Model
from pipeline.classify.predict import TOP_TERMS, classify_responses
from pipeline.classify.score import Scorer, reach, score_texts
from pipeline.classify.train import MIN_EXAMPLES, MIN_RESPONSES, RARE, train_model
from pipeline.codebook.model import Codebook
from pipeline.errors import InputError
from pipeline.plan import plan_run
from pipeline.resolve import ACCEPTS
from pipeline.round import ClassifierSettings, load_round
from pipeline.tables import CODINGS, RESPONSES
from pipeline.text import fold_words

THEMES = """\
  slow: {rules: [slow]}
  desks: {classifier_only: true, questions: [q]}
  rare: {classifier_only: true}
"""
SLOW = ("takes ages", "too long to load", "freezes for ages", "ages to start")
DESKS = ("nowhere to sit", "desks all taken", "no desk near a window", "sit on the floor")
OTHER = ("lovely people", "the canteen", "parking", "heating in the corridor")


def example(number: int, text: str, *themes: str, **more: Any) -> Example:
    return Example(
        response_id=f"P{number}/q",
        group=more.get("group", f"P{number}"),
        question="q",
        text=text,
        themes=frozenset(themes),
        ruled=frozenset(more.get("ruled", ())),
    )


def examples(repeat: int = 4, *, rare: int = 2) -> list[Example]:
    made: list[Example] = []
    for turn in range(repeat):
        for text in SLOW:
            made.append(example(len(made), f"{text} on day {turn}", "slow"))
        for text in DESKS:
            made.append(example(len(made), f"{text} on day {turn}", "desks"))
        for text in OTHER:
            themes = ("rare",) if sum("rare" in e.themes for e in made) < rare else ()
            made.append(example(len(made), f"{text} on day {turn}", *themes))
    return made


def responses(*texts: str, question: str = "q", status: str = "substantive") -> pa.Table:
    blank = {"respondent": "", "row": 2, "groups": [], "reason": "", "campaign": ""}
    return RESPONSES.build(
        {"response_id": f"R{n}", "question": question, "text": text, "status": status, **blank}
        for n, text in enumerate(texts)
    )


def settings_of(threshold: float | str = "counts", seed: int = 1) -> ClassifierSettings:
    path = Path("coded.csv")
    if isinstance(threshold, str):
        return ClassifierSettings(train=path, aim=threshold, seed=seed)
    return ClassifierSettings(train=path, threshold=threshold, seed=seed)


@pytest.fixture
def codebook(codebook_of: Callable[[str], Codebook]) -> Codebook:
    return codebook_of(THEMES)


@pytest.fixture
def model(codebook: Codebook) -> Model:
    return train_model(examples(), codebook, settings_of(0.5)).model


def codings(model: Model, codebook: Codebook, table: pa.Table) -> list[dict[str, Any]]:
    nothing = CODINGS.build([])
    found = classify_responses(table, nothing, Scorer(model), codebook)
    return CODINGS.check(found).to_pylist()


def test_it_learns_to_tell_the_themes_apart(model: Model, codebook: Codebook) -> None:
    table = responses("it freezes and takes ages", "no desk, nowhere to sit", "lovely canteen")
    found = [(c["response_id"], c["theme"]) for c in codings(model, codebook, table)]
    assert found == [("R0", "slow"), ("R1", "desks")]


def test_a_coding_has_a_score_and_the_terms_of_the_text_that_carried_it(
    model: Model, codebook: Codebook
) -> None:
    text = "It takes AGES, honestly; ages to start"
    (coding,) = codings(model, codebook, responses(text))
    assert 0.5 <= coding["score"] <= 1
    assert coding["coder"] == model.coder
    assert (coding["rule"], coding["quote"], coding["start"]) == ("", "", None)
    words = " ".join(fold_words(text))
    assert 1 <= len(coding["terms"]) <= TOP_TERMS
    for term in coding["terms"]:
        assert f" {term['term']} " in f" {words} "
        assert term["weight"] > 0


def test_terms_that_speak_against_a_theme_do_not_carry_it(codebook: Codebook) -> None:
    model = train_model(examples(), codebook, settings_of(1e-9)).model
    found = codings(model, codebook, responses("freezes, lovely canteen, parking"))
    terms = {coding["theme"]: [term["term"] for term in coding["terms"]] for coding in found}
    assert terms == {"slow": ["freezes"], "desks": []}


def test_scores_are_probabilities_whatever_the_text(codebook: Codebook) -> None:
    model = train_model(examples(), codebook, settings_of(1e-9)).model
    texts = ["", "takes ages", "unseen words entirely", "ages " * 500, "😀", "desk " * 50]
    found = codings(model, codebook, responses(*texts))
    assert {coding["response_id"] for coding in found} == {f"R{n}" for n in range(len(texts))}
    assert all(0 <= coding["score"] <= 1 for coding in found)


@pytest.mark.parametrize("policy", ["either", "model"])
def test_counts_find_as_many_as_were_coded(
    codebook_of: Callable[[str], Codebook], policy: str
) -> None:
    """Out of fold and in every question, with what the rules find beside it."""
    codebook = codebook_of(f"  slow: {{policy: {policy}, rules: [slow]}}\n")
    made = [
        dataclasses.replace(e, ruled=frozenset({"slow"}) if n % 7 == 0 else frozenset())
        for n, e in enumerate(two_questions())
    ]
    model, scores = train_model(made, codebook, settings_of())
    questions = [e.question for e in made]
    reached = reach(model, questions, scores)[:, 0]
    for question in ("q", "r"):
        here = [n for n, name in enumerate(questions) if name == question]
        coded = sum("slow" in made[n].themes for n in here)
        tagged = sum(bool(ACCEPTS[policy]("slow" in made[n].ruled, bool(reached[n]))) for n in here)
        spread = np.bincount(np.unique(scores[here, 0], return_inverse=True)[1]).max()
        assert abs(tagged - coded) < spread  # responses that are alike are tagged together


def two_questions() -> list[Example]:
    return [dataclasses.replace(e, question="qr"[n % 2]) for n, e in enumerate(examples(8))]


def test_where_rules_find_as_many_as_were_coded_the_classifier_adds_nothing(
    codebook_of: Callable[[str], Codebook],
) -> None:
    codebook = codebook_of("  slow: {policy: either, rules: [slow]}\n  desks: {rules: [desk]}\n")
    ruled = [dataclasses.replace(e, ruled=e.themes & {"slow"}) for e in examples()]
    model = train_model(ruled, codebook, settings_of()).model
    assert np.isinf(model.thresholds[:, model.themes.index("slow")]).all()


def test_the_aim_of_precision_reaches_it_out_of_fold_or_suggests_nothing(
    codebook: Codebook,
) -> None:
    made = [
        dataclasses.replace(e, themes=frozenset({"slow"} if n % 3 == 0 else ()))
        for n, e in enumerate(examples(8))
    ]
    settings = ClassifierSettings(train=Path("coded.csv"), aim="precision", precision=0.8)
    model, scores = train_model(made, codebook, settings)
    tagged = reach(model, [e.question for e in made], scores)[:, 0]
    right = sum("slow" in e.themes for e, t in zip(made, tagged, strict=True) if t)
    assert right >= 0.8 * tagged.sum()


def test_a_rare_theme_is_left_to_its_rules_if_it_has_any(
    codebook_of: Callable[[str], Codebook],
) -> None:
    codebook = codebook_of("  slow: {rules: [slow]}\n  desks: {classifier_only: true}\n")
    few = [dataclasses.replace(e, ruled=e.themes & {"slow"}) for e in examples(4)]
    assert sum("slow" in e.themes for e in few) < RARE
    assert train_model(few, codebook, settings_of()).model.policies == {
        "slow": "rule",
        "desks": "either",
    }


def test_a_stated_policy_is_kept(codebook_of: Callable[[str], Codebook]) -> None:
    codebook = codebook_of("  slow: {policy: both, rules: [slow]}\n")
    made = [dataclasses.replace(e, ruled=e.themes) for e in examples(8)]
    assert train_model(made, codebook, settings_of()).model.policies == {"slow": "both"}


def test_what_nobody_decided_is_neither_present_nor_absent(codebook: Codebook) -> None:
    """Leaving a theme undecided is the same as leaving the response out, for that theme."""
    made = examples(8)
    undecided = [
        dataclasses.replace(e, unknown=frozenset({"slow"}), themes=e.themes - {"slow"})
        if n % 5 == 0
        else e
        for n, e in enumerate(made)
    ]
    whole = train_model(made, codebook, settings_of(0.5)).model
    partly = train_model(undecided, codebook, settings_of(0.5)).model
    place = whole.themes.index("desks")
    assert np.allclose(whole.coefficients[:, place], partly.coefficients[:, place], atol=2e-6)
    assert not np.allclose(whole.coefficients[:, 0], partly.coefficients[:, 0], atol=1e-3)


def test_a_score_is_that_of_the_text_and_not_of_its_company(model: Model) -> None:
    texts = [e.text for e in examples(2)] + ["never seen wörds", ""]
    questions, nothing = ["q"] * len(texts), [frozenset[str]()] * len(texts)
    together = score_texts(model, questions, texts, nothing)
    for n, text in enumerate(texts):
        alone = score_texts(model, ["q"], [text], [frozenset()])
        assert np.allclose(alone[0], together[n], atol=1e-6)


def test_themes_with_too_few_examples_are_left_out_and_counted(model: Model) -> None:
    assert model.themes == ("slow", "desks")
    assert model.few == {"rare": 2}


@pytest.mark.parametrize(("number", "learnt"), [(MIN_EXAMPLES - 1, False), (MIN_EXAMPLES, True)])
def test_a_theme_is_learnt_from_so_many_examples_on(
    codebook: Codebook, number: int, learnt: bool
) -> None:
    model = train_model(examples(rare=number), codebook, settings_of(0.5)).model
    assert ("rare" in model.themes) is learnt


def test_a_theme_of_every_example_is_not_learnt(codebook: Codebook) -> None:
    made = [dataclasses.replace(e, themes=e.themes | {"rare"}) for e in examples()]
    assert "rare" not in train_model(made, codebook, settings_of(0.5)).model.themes


@pytest.mark.parametrize(
    "made",
    [
        [],
        examples()[: MIN_RESPONSES - 1],
        [dataclasses.replace(e, themes=frozenset()) for e in examples()],
    ],
    ids=["none", "9 responses", "no theme coded"],
)
def test_too_little_to_learn_from_is_refused(codebook: Codebook, made: list[Example]) -> None:
    with pytest.raises(InputError) as refused:
        train_model(made, codebook, settings_of())
    assert [problem.code for problem in refused.value.problems] == ["E402"]


def test_examples_of_one_person_alone_never_code_everything(codebook: Codebook) -> None:
    """Nothing can be scored out of fold, so no threshold can be set by counts."""
    made = [dataclasses.replace(e, group="pilot") for e in examples()]
    with pytest.raises(InputError) as refused:
        train_model(made, codebook, settings_of())
    assert [problem.code for problem in refused.value.problems] == ["E402"]


def test_a_theme_that_one_person_alone_has_is_not_coded_everywhere(codebook: Codebook) -> None:
    made = [
        e if "slow" not in e.themes else dataclasses.replace(e, group="ana") for e in examples()
    ]
    made = [e for n, e in enumerate(made) if "slow" in e.themes or n % 8 == 1]
    assert sum("slow" in e.themes for e in made) > len(made) / 2
    model = train_model(made, codebook, settings_of()).model
    assert codings(model, codebook, responses("lovely canteen", "no desk at all")) == []


def test_the_coder_is_the_same_for_the_same_input_alone(codebook: Codebook) -> None:
    made = examples()
    first = train_model(made, codebook, settings_of(0.5)).model.coder
    assert train_model(list(made), codebook, settings_of(0.5)).model.coder == first
    assert first.startswith("classifier:")
    others = [
        train_model(made, codebook, settings_of(0.6)).model.coder,
        train_model(made, codebook, settings_of()).model.coder,
        train_model(made, codebook, settings_of(0.5, seed=2)).model.coder,
        train_model(made[:-1], codebook, settings_of(0.5)).model.coder,
    ]
    assert len({first, *others}) == 1 + len(others)


def test_noise_in_the_last_bits_does_not_change_the_coder(model: Model) -> None:
    noisy = dataclasses.replace(model, coefficients=model.coefficients * (1 + 1e-9))
    moved = dataclasses.replace(model, coefficients=model.coefficients + 1e-3)
    assert noisy.coder == model.coder != moved.coder


def test_a_theme_is_not_coded_in_a_question_it_is_barred_from(
    model: Model, codebook: Codebook
) -> None:
    text = "nowhere to sit, desks all taken"
    here = codings(model, codebook, responses(text))
    elsewhere = codings(model, codebook, responses(text, question="other"))
    assert "desks" in {coding["theme"] for coding in here}
    assert "desks" not in {coding["theme"] for coding in elsewhere}


@pytest.mark.parametrize("status", ["blank", "filler", "duplicate", "excluded", "unprocessed"])
def test_only_substantive_responses_are_classified(
    model: Model, codebook: Codebook, status: str
) -> None:
    assert codings(model, codebook, responses("takes ages"))
    assert not codings(model, codebook, responses("takes ages", status=status))


def test_a_response_is_scored_alike_alone_and_in_company(model: Model, codebook: Codebook) -> None:
    texts = [e.text for e in examples(2)]
    together = codings(model, codebook, responses(*texts))
    alone = [c for text in texts for c in codings(model, codebook, responses(text))]
    assert [(c["theme"], c["score"]) for c in together] == [(c["theme"], c["score"]) for c in alone]


def test_no_response_gives_no_coding(model: Model, codebook: Codebook) -> None:
    assert codings(model, codebook, responses()) == []


def test_a_run_says_which_themes_rest_on_rules_alone(make_round: Callable[..., Path]) -> None:
    folder = make_round(extra="classifier: {train: training.csv, threshold: counts}\n")
    said: list[str] = []
    plan = plan_run(load_round(folder), (), lambda problem: said.append(str(problem)))
    assert plan.model is not None
    assert plan.model.themes == ("slow",)
    assert np.isfinite(plan.model.coefficients).all()
    (warning,) = said
    assert warning.startswith("[W401]")
    assert "wifi (0), training (0)" in warning
