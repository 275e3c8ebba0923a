"""A classifier that learnt with embeddings: what it gains, keeps, demands and explains."""

from __future__ import annotations

import json
import math
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import scipy.sparse as sp

from pipeline.classify import ridge
from pipeline.classify.example import Example
from pipeline.classify.explain import explain_text
from pipeline.classify.features import MEANING
from pipeline.classify.model import Model
from pipeline.classify.parts import NotModelError, put_together, take_apart
from pipeline.classify.ridge import fit_ridge
from pipeline.classify.score import Scorer, score_texts
from pipeline.classify.train import train_model
from pipeline.cli import main
from pipeline.embeddings import hash_embeddings
from pipeline.errors import InputError
from pipeline.evaluate.cross import cross_validate
from pipeline.round import ClassifierSettings, load_round
from tests.ended import Ended
from tests.tinybert import WIDE, write_model

THINGS = ("desk", "chair", "lamp", "kettle", "carpet")
TRAIN = "classifier: {train: training.csv, threshold: 0.5, embeddings: bert}\n"
MODEL = "classifier: {model: models/tiny.skops, embeddings: bert}\n"


def examples() -> list[Example]:
    return [
        Example(
            response_id=f"R{n}",
            group=f"R{n}",
            question=f"q{n % 2}",
            text=f"{'it takes ages' if n % 2 else 'all is well'} {THINGS[n % 5]} {n}",
            themes=frozenset(["slow"] if n % 2 else []),
        )
        for n in range(40)
    ]


@pytest.fixture(scope="module")
def bert(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("model") / "bert")


@pytest.fixture
def codebook(codebook_of):
    return codebook_of("  slow: {rules: [slow]}\n")


@pytest.fixture
def model(codebook, bert) -> Model:
    return train_model(examples(), codebook, ClassifierSettings(embeddings=bert)).model


def test_dense_features_are_features(monkeypatch) -> None:
    dice = np.random.default_rng(1)
    sparse, dense = sp.random(30, 20, 0.2, "csr", rng=dice), dice.normal(size=(30, 4))
    labels = (dice.random((30, 3)) < 0.4).astype(float)
    labels[::7, 1] = np.nan
    folds = np.arange(30) % 3
    both = fit_ridge(sp.hstack([sparse, dense]).tocsr(), labels, folds)
    found = fit_ridge(sparse, labels, folds, dense)
    assert np.allclose(found.coefficients, both.coefficients)
    assert np.allclose(found.out_of_fold, both.out_of_fold)
    monkeypatch.setattr(ridge, "DENSE", 10)
    many = fit_ridge(sparse, labels, folds, dense)
    assert np.allclose(many.coefficients, both.coefficients, atol=1e-3)


def test_a_model_says_what_it_learnt_with(model, codebook, bert) -> None:
    wanted = {"sha256": hash_embeddings(bert), "width": WIDE, "weight": MEANING}
    assert model.settings["embeddings"] == wanted
    bare = train_model(examples(), codebook, ClassifierSettings()).model
    assert "embeddings" not in bare.settings
    assert len(model.coefficients) == len(bare.coefficients) + WIDE
    assert model.coder != bare.coder


def test_a_score_is_the_same_in_any_batch(model, bert) -> None:
    texts = [example.text for example in examples()]
    asked, nothing = ["q0"] * len(texts), [frozenset()] * len(texts)
    together = score_texts(model, asked, texts, nothing, bert)
    backward = score_texts(model, asked, texts[::-1], nothing, bert)
    assert together.tobytes() == backward[::-1].tobytes()
    for text, score in zip(texts, together, strict=True):
        assert score_texts(model, ["q0"], [text], [frozenset()], bert).tobytes() == score.tobytes()


def test_the_same_training_gives_the_same_parts_and_they_come_back(model, codebook, bert) -> None:
    again = train_model(examples(), codebook, ClassifierSettings(embeddings=bert)).model
    parts = take_apart(model)
    assert all(np.array_equal(parts[name], value) for name, value in take_apart(again).items())
    assert put_together(parts).coder == model.coder


@pytest.mark.parametrize(
    "known",
    [
        {"sha256": "a", "width": WIDE + 1, "weight": 1.5},
        {"sha256": "a", "width": -1, "weight": 1.5},
        {"sha256": "a", "width": True, "weight": 1.5},
        {"sha256": 1, "width": WIDE, "weight": 1.5},
        {"sha256": "a", "width": WIDE, "weight": "much"},
        {"sha256": "a", "width": WIDE},
        ["sha256"],
        None,
    ],
)
def test_what_a_file_says_of_embeddings_is_checked(model, known) -> None:
    parts = take_apart(model)
    names = json.loads(parts["names"])
    names["settings"]["embeddings"] = known
    with pytest.raises(NotModelError):
        put_together({**parts, "names": json.dumps(names)})


def test_the_embeddings_must_be_those_that_it_learnt_with(model, codebook, bert, tmp_path) -> None:
    other = write_model(tmp_path / "other", seed=2)
    moved = tmp_path / "moved"
    shutil.copytree(bert, moved)
    Scorer(model, moved)
    bare = train_model(examples(), codebook, ClassifierSettings()).model
    with pytest.raises(InputError, match=r"E453.*none are named.*embeddings: FOLDER"):
        Scorer(model)
    with pytest.raises(InputError, match=f"E454.*another model.*{hash_embeddings(bert)}"):
        Scorer(model, other)
    with pytest.raises(InputError, match=r"E455.*learnt without"):
        Scorer(bare, bert)


def test_words_meaning_and_rest_are_the_log_odds(model, bert, codebook) -> None:
    for text in ("it takes ages", "", "a din unheard of"):
        (found,) = explain_text(Scorer(model, bert), "q1", text, frozenset())
        assert found.meaning
        odds = sum(term.weight for term in found.terms) + found.meaning + found.rest
        assert 1 / (1 + math.exp(-odds)) == pytest.approx(found.probability, abs=1e-6)
    bare = train_model(examples(), codebook, ClassifierSettings()).model
    assert explain_text(Scorer(bare), "q1", "it", frozenset())[0].meaning is None


def test_what_is_left_is_not_of_the_meaning(model, bert) -> None:
    scorer = Scorer(model, bert)
    rests = [explain_text(scorer, "q0", t, frozenset())[0].rest for t in ("", "it", "a din")]
    assert np.allclose(rests, rests[0], atol=1e-4)


def test_cross_validation_learns_with_them(codebook, bert) -> None:
    found = cross_validate(examples(), codebook, ClassifierSettings(embeddings=bert), 2)
    bare = cross_validate(examples(), codebook, ClassifierSettings(), 2)
    assert not np.allclose(found.scores, bare.scores)
    assert (found.tagged["classifier"] == found.coded).mean() > 0.8


@pytest.fixture
def verbatims(monkeypatch, capsys, tmp_path) -> Callable[..., Ended]:
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["verbatims", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        assert "Traceback" not in err
        return Ended(int(str(stop.value.code)), out, err)

    return call


def test_a_round_learns_and_codes_with_them(make_round, verbatims, bert) -> None:
    folder = make_round(extra=TRAIN)
    shutil.copytree(bert, folder / "bert")
    for name in ("run", "again"):
        assert verbatims("run", folder, "--out", name).code == 0
    kept = json.loads(Path("run", "run.json").read_text())
    digest = hash_embeddings(bert)
    assert {"role": "embeddings", "file": "bert", "sha256": digest} in kept["inputs"]
    assert kept["settings"]["classifier"]["embeddings"]["sha256"] == digest
    codings = Path("evidence", "2-codings.parquet")
    assert ("run" / codings).read_bytes() == ("again" / codings).read_bytes()
    done = verbatims("explain", folder, "R4/improve", "--theme", "slow")
    assert "  meaning (embeddings)\n" in done.out
    found = json.loads(verbatims("explain", folder, "R4/improve", "--json").out)
    assert all("meaning" in theme for theme in found["themes"] if theme["score"] is not None)


def test_a_model_file_wants_its_embeddings(make_round, verbatims, bert) -> None:
    folder = make_round(extra=TRAIN)
    shutil.copytree(bert, folder / "bert")
    done = verbatims("train", folder)
    assert "classifier: {model: models/tiny.skops, embeddings: bert}" in done.out
    card = json.loads((folder / "models" / "tiny.json").read_text())
    digest = hash_embeddings(bert)
    assert {"file": "bert", "sha256": digest} in card["data"]["files"]
    assert card["settings"]["embeddings"]["sha256"] == digest
    text = (folder / "round.yaml").read_text()
    (folder / "round.yaml").write_text(text.replace(TRAIN, MODEL))
    assert verbatims("run", folder, "--out", "run").code == 0
    (folder / "round.yaml").write_text(text.replace(TRAIN, MODEL.replace(", embeddings: bert", "")))
    done = verbatims("run", folder, "--out", "none")
    assert done.code == 2
    assert "E453" in done.err
    assert not Path("none").exists()


def test_a_folder_that_is_not_there_is_told_with_its_place(make_round) -> None:
    with pytest.raises(InputError, match=r"E101.*round.yaml:\d+:\d+.*no folder 'bert'"):
        load_round(make_round(extra=TRAIN))
