"""Plans: what is read and refused before anything is coded."""

import numpy as np
import pytest

from pipeline.errors import InputError
from pipeline.plan import choose_coders, plan_run
from pipeline.round import load_round

EXTRA = "classifier: {train: training.csv, threshold: 0.5}\ndecisions: coded.csv\n"


@pytest.mark.parametrize(
    ("extra", "asked", "chosen"),
    [
        ("", (), ("codebook",)),
        (EXTRA, (), ("codebook", "classifier", "human")),
        (EXTRA, ("human", "codebook"), ("codebook", "human")),
        (EXTRA, ("classifier",), ("classifier",)),
    ],
)
def test_coders_are_those_that_the_round_has_in_one_order(make_round, extra, asked, chosen) -> None:
    assert choose_coders(load_round(make_round(extra=extra)), asked) == chosen


@pytest.mark.parametrize(
    ("coder", "message"),
    [
        ("codbook", "Did you mean 'codebook'"),
        ("classifier", "no classifier"),
        ("human", "no human"),
    ],
)
def test_a_coder_that_is_not_there_is_refused(make_round, coder, message) -> None:
    with pytest.raises(InputError, match=f"E701.*{message}"):
        choose_coders(load_round(make_round()), (coder,))


def test_a_codebook_that_names_a_question_of_another_round_is_refused(make_round) -> None:
    codebook = "codebook: c\nthemes:\n  a: {rules: [x], questions: [improves]}\n"
    with pytest.raises(InputError, match=r"E308.*'improves'.*Did you mean 'improve'"):
        plan_run(load_round(make_round(codebook=codebook)))


def test_excluded_responses_must_exist(make_round) -> None:
    folder = make_round(extra="exclude: out.csv\n")
    (folder / "out.csv").write_text("response_id,reason\nR9/barriers,withdrawn\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"E401.*R9/barriers"):
        plan_run(load_round(folder))


def test_a_file_of_exclusions_needs_its_columns(make_round) -> None:
    folder = make_round(extra="exclude: out.csv\n")
    (folder / "out.csv").write_text("id,reason\nR1/barriers,withdrawn\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"E107.*response_id and reason"):
        plan_run(load_round(folder))


def test_coding_without_texts_learns_from_the_rounds_own_answers(make_round, write_round) -> None:
    rows = [
        (f"R{n}", "x", f"the computer is {word} {n}", "")
        for n in range(30)
        for word in ["frozen" if n % 2 else "lovely"]
    ]
    folder = make_round(rows=rows, extra="classifier: {train: own.csv}\n")
    lines = [f"R{n}/barriers,{'slow' if n % 2 else ''}" for n in range(30)]
    text = "response_id,theme\n" + "\n".join(lines) + "\n"
    (folder / "own.csv").write_text(text, encoding="utf-8")
    plan = plan_run(load_round(folder), ["classifier"])
    assert plan.model is not None
    assert plan.model.themes == ("slow",)
    assert len(plan.model.trained_ids) == 30


def test_coding_of_responses_that_are_not_there_is_refused(make_round) -> None:
    folder = make_round(extra="classifier: {train: own.csv}\n")
    (folder / "own.csv").write_text("response_id,theme\nR99/barriers,slow\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"E401.*R99/barriers"):
        plan_run(load_round(folder))


def test_patterns_count_as_rules_when_the_classifiers_threshold_is_set(make_round) -> None:
    codebook = "codebook: c\nthemes:\n  slow: {rules: [{pattern: 'take ages'}]}\n"
    folder = make_round(codebook=codebook, extra="classifier: {train: training.csv}\n")
    both, alone = (plan_run(load_round(folder), c) for c in ((), ("classifier",)))
    assert both.model is not None
    assert alone.model is not None
    # The pattern finds all that people coded, so the classifier has nothing to add to it.
    assert np.isinf(both.model.thresholds).all()
    assert (alone.model.thresholds < 1).all()


def test_a_person_cannot_mark_a_theme_where_the_codebook_bars_it(make_round) -> None:
    folder = make_round(extra="decisions: coded.csv\n")
    (folder / "coded.csv").write_text("response_id,theme\nR1/barriers,training\n")
    with pytest.raises(InputError, match=r"E404.*training in R1/barriers"):
        plan_run(load_round(folder))


@pytest.mark.parametrize(
    ("theme", "coders", "unfindable"),
    [
        ("{classifier_only: true}", ("codebook",), True),
        ("{policy: model, rules: [x]}", ("codebook",), True),
        ("{policy: both, rules: [x]}", ("codebook", "classifier"), True),
        ("{policy: rule, rules: [x]}", ("classifier",), True),
        ("{rules: [x]}", ("codebook",), False),
        ("{classifier_only: true}", ("codebook", "human"), False),
    ],
)
def test_themes_that_nobody_in_play_can_find_are_named(
    make_round, theme: str, coders, unfindable: bool
) -> None:
    codebook = f"codebook: c\nthemes:\n  slow: {{rules: [slow]}}\n  lone: {theme}\n"
    folder = make_round(codebook=codebook, figures="[]", extra=EXTRA)
    (folder / "coded.csv").write_text("response_id,theme\nR1/barriers,slow\n")
    said = []
    plan_run(load_round(folder), coders, said.append)
    found = [problem.what for problem in said if problem.code == "W406"]
    assert [what.endswith("lone.") for what in found] == ([True] if unfindable else [])


def test_ids_that_repeats_gain_can_be_excluded_and_decided_on(make_round) -> None:
    rows = [("R1", "a", "wifi", ""), ("R1", "a", "slow", "")]
    extra = "repeats: keep-all\nexclude: out.csv\n"
    folder = make_round(rows=rows, extra=extra)
    (folder / "out.csv").write_text("response_id,reason\nR1/barriers/2,withdrawn\n")
    assert plan_run(load_round(folder)).excluded == {"R1/barriers/2": "withdrawn"}


def test_the_questions_of_themes_are_checked_against_those_of_a_long_source(
    make_round,
) -> None:
    codebook = "codebook: c\nthemes:\n  a: {rules: [x], questions: [Qone]}\n"
    folder = make_round(codebook=codebook)
    (folder / "responses.csv").write_text("id,question,text\nR1,Q one,x\n")
    (folder / "round.yaml").write_text(
        "round: long\ncodebook: codebook.yaml\nsource: {file: responses.csv, layout: long, "
        "respondent: id, question: question, text: text}\n"
    )
    with pytest.raises(InputError, match=r"E308.*'Qone'.*Did you mean 'Q one'"):
        plan_run(load_round(folder))
