"""What the classifier is taught: the answers that stand, under every theme that people marked."""

import pytest

from pipeline.classify.model import hash_seen
from pipeline.coded import read_coded
from pipeline.errors import Problem
from pipeline.learn import learn, make_examples
from pipeline.match import Matcher
from pipeline.noted import Answer
from pipeline.plan import plan_run
from pipeline.round import ClassifierSettings, load_round
from pipeline.tokenise import number_sentences

THEMES = "  slow: {rules: [slow]}\n  wifi: {policy: rule, rules: [wifi]}\n"


@pytest.fixture
def examples_of(codebook_of, tmp_path):
    def make(text: str, answers: dict[str, Answer], *, rules: bool = True):
        codebook = codebook_of(THEMES)
        (tmp_path / "coded.csv").write_text(text, encoding="utf-8")
        coded = read_coded(tmp_path / "coded.csv", codebook)
        matcher = Matcher(codebook, number_sentences) if rules else None
        return make_examples(coded, answers, codebook, matcher)

    return make


def test_the_files_own_answer_goes_before_the_rounds_and_no_answer_is_no_example(
    examples_of,
) -> None:
    text = "response_id,question,text,theme\nA/q,q,own,slow\nB/q,,,slow\nC/q,,,wifi\n"
    answers = {"A/q": Answer("A", "q", "round"), "B/q": Answer("B", "q", "round")}
    found = {e.response_id: (e.group, e.text) for e in examples_of(text, answers)}
    assert found == {"A/q": ("A", "own"), "B/q": ("B", "round")}


def test_every_coders_themes_count_and_everything_that_rules_find(examples_of) -> None:
    text = "response_id,theme,coder\nA/q,slow,ana\nA/q,wifi,ben\n"
    (example,) = examples_of(text, {"A/q": Answer("A", "q", "slow wifi")})
    assert example.themes == {"slow", "wifi"}
    assert example.ruled == {"slow", "wifi"}
    (alone,) = examples_of(text, {"A/q": Answer("A", "q", "slow wifi")}, rules=False)
    assert alone.ruled == frozenset()


def test_coded_responses_without_an_answer_are_counted_in_a_warning(codebook_of, tmp_path) -> None:
    codebook = codebook_of(THEMES)
    path = tmp_path / "coded.csv"
    lines = [f"{n}/q,{'slow' if n % 2 else ''}" for n in range(40)]
    path.write_text("response_id,theme\n" + "\n".join(lines) + "\n", encoding="utf-8")
    answers = {
        f"{n}/q": Answer(str(n), "q", f"{'slow' if n % 2 else 'fine'} {n}") for n in range(35)
    }
    said: list[Problem] = []
    settings = ClassifierSettings(train=path, threshold=0.5)
    model = learn(read_coded(path, codebook), answers, codebook, settings, None, said.append)
    assert model.themes == ("slow",)
    assert len(model.trained_texts) == 35
    assert [problem.code for problem in said] == ["W405", "W401"]
    assert said[0].what.startswith("5 coded responses")


def test_a_replaced_answer_is_not_learnt_from(make_round) -> None:
    rows = [(f"R{n}", "a", f"{'slow' if n % 2 else 'fine'} old {n}", "") for n in range(30)]
    rows += [(f"R{n}", "a", f"{'slow' if n % 2 else 'fine'} new {n}", "") for n in range(30)]
    extra = "repeats: keep-last\nclassifier: {train: own.csv, threshold: 0.5}\n"
    folder = make_round(rows=rows, extra=extra)
    lines = [f"R{n}/barriers,{'slow' if n % 2 else ''}" for n in range(30)]
    (folder / "own.csv").write_text("response_id,theme\n" + "\n".join(lines) + "\n")
    model = plan_run(load_round(folder)).model
    assert model is not None
    assert model.trained_texts == {
        hash_seen("barriers", f"{'slow' if n % 2 else 'fine'} new {n}") for n in range(30)
    }
