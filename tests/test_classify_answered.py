"""Closed answers as features: only those that are named, and never a group."""

import pytest

from pipeline.classify.answered import NOTHING_ANSWERED, Answered
from pipeline.errors import InputError
from pipeline.plan import plan_run
from pipeline.round import load_round
from pipeline.run import run_batches

CODEBOOK = "codebook: c\nthemes:\n  slow: {classifier_only: true}\n"
ROUND = """\
round: r
codebook: codebook.yaml
source:
  file: responses.csv
  respondent: id
  questions: {barriers: {column: q1}}
  groups: [team]
  closed: {liked: {column: q2, kind: choice}, many: {column: n, kind: number},
           team: {column: team, kind: choice}}
"""
TRAIN = "classifier: {train: coded.csv, threshold: 0.5, answers: [liked]}\n"


@pytest.fixture
def answered_round(tmp_path):
    """Texts that say nothing, and an answer that says everything."""

    def write(extra: str, header: str = "id,team,q1,q2,n"):
        lines = [
            f"R{n},{'AB'[n // 2 % 2]},we went there {n // 2},{'no' if n % 2 else 'yes'},{n}"
            for n in range(60)
        ]
        (tmp_path / "responses.csv").write_text("\n".join([header, *lines]) + "\n")
        coded = [f"R{n}/barriers,{'slow' if n % 2 else ''}" for n in range(40)]
        (tmp_path / "coded.csv").write_text("\n".join(["response_id,theme", *coded]) + "\n")
        (tmp_path / "codebook.yaml").write_text(CODEBOOK)
        (tmp_path / "round.yaml").write_text(ROUND + extra)
        return load_round(tmp_path)

    return write


def tagged(plan) -> set[str]:
    found = [batch.codings["response_id"].to_pylist() for batch in run_batches(plan)]
    return {name for names in found for name in names}


def test_an_answer_that_is_named_is_learnt_from(answered_round) -> None:
    plan = plan_run(answered_round(TRAIN))
    assert plan.model is not None
    assert plan.model.vocabulary.marks == ("liked: no", "liked: yes")
    assert plan.model.settings["answers"] == ["liked"]
    assert tagged(plan) == {f"R{n}/barriers" for n in range(1, 60, 2)}


def test_an_answer_that_is_not_named_is_not(answered_round) -> None:
    plan = plan_run(answered_round("classifier: {train: coded.csv, threshold: 0.5}\n"))
    assert plan.model is not None
    assert plan.model.vocabulary.marks == ()
    assert tagged(plan) != {f"R{n}/barriers" for n in range(1, 60, 2)}


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("team", "a group that counts are crossed with"),
        ("many", "is a number"),
        ("like", "Did you mean 'liked'"),
    ],
)
def test_what_may_not_be_a_feature_is_refused(answered_round, named, said) -> None:
    with pytest.raises(InputError, match=f"E206.*{said}"):
        answered_round(TRAIN.replace("[liked]", f"[{named}]"))


def test_answers_without_respondents_are_refused(answered_round, tmp_path) -> None:
    answered_round(TRAIN)
    path = tmp_path / "round.yaml"
    path.write_text(path.read_text().replace("  respondent: id\n", ""))
    with pytest.raises(InputError, match=r"E206.*by respondent"):
        load_round(tmp_path)


def test_marks_are_added_by_respondent() -> None:
    answered = Answered({"R1": frozenset({"a: yes"})})
    found = answered.add([frozenset({"slow"}), frozenset()], ["R1", "R2"])
    assert found == [{"slow", "a: yes"}, frozenset()]
    assert NOTHING_ANSWERED.add([frozenset({"x"})], ["R1"]) == [{"x"}]
