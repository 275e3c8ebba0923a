"""What a round says of its classifier: learn from a file, read a model, or learn from decisions."""

from pathlib import Path

import pytest

from pipeline.errors import InputError
from pipeline.round import ClassifierSettings, load_round

ROUND = """\
round: r1
codebook: codebook.yaml
source: {file: wide.csv, questions: {a: {column: qa}}}
"""


@pytest.fixture
def load(tmp_path: Path):
    for name in ("codebook.yaml", "wide.csv", "coded.csv", "m.skops"):
        (tmp_path / name).write_text("", encoding="utf-8")

    def read(extra: str) -> ClassifierSettings | None:
        (tmp_path / "round.yaml").write_text(ROUND + extra, encoding="utf-8")
        return load_round(tmp_path).classifier

    return read


def test_a_model_is_read_from_its_file(load, tmp_path) -> None:
    assert load("classifier: {model: m.skops}\n") == ClassifierSettings(model=tmp_path / "m.skops")


def test_decisions_teach_where_no_file_does(load) -> None:
    found = load("decisions: coded.csv\nclassifier: {threshold: f1}\n")
    assert found == ClassifierSettings(aim="f1")
    assert load("decisions: coded.csv\nclassifier: {}\n") == ClassifierSettings()


@pytest.mark.parametrize(
    ("extra", "code", "place", "said"),
    [
        ("classifier: {model: n.skops}\n", "E101", ":4:14", "there is no file 'n.skops'"),
        ("classifier: {modle: m.skops}\n", "E204", ":4:14", "Did you mean 'model'"),
        ("classifier: {model: m.skops, train: coded.csv}\n", "E204", ":4:30", "'train' belongs"),
        ("classifier: {model: m.skops, threshold: f1}\n", "E204", ":4:30", "'threshold' belongs"),
        ("classifier: {model: m.skops, seed: 2}\n", "E204", ":4:30", "'seed' belongs"),
        ("classifier: {model: [m.skops]}\n", "E206", ":4:14", "'model' must be a text"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(load, extra, code, place, said) -> None:
    with pytest.raises(InputError) as error:
        load(extra)
    problem = next(p for p in error.value.problems if p.code == code)
    assert problem.where.endswith(place)
    assert said in str(problem)
