"""Texts as vectors: by the definition of a BERT, in any company, from files and no network."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.embeddings import hash_embeddings, hash_input, open_embeddings
from pipeline.embeddings.folder import FILES
from pipeline.errors import InputError
from tests.tinybert import WIDE, WORDS, slow_vector, write_model

TEXTS = ("it takes ages", "", "a Desk", "unheard of din", "all " * 30)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_model(tmp_path_factory.mktemp("model") / "bert")


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("pooling", ["mean_tokens", "cls_token"])
def test_a_vector_is_what_the_definition_says(tmp_path, text, pooling) -> None:
    embeddings = open_embeddings(write_model(tmp_path / "bert", 3, pooling))
    assert np.allclose(embeddings.embed([text])[0], slow_vector(text, 3, pooling), atol=1e-5)


@pytest.mark.skipif(not os.environ.get("MINILM"), reason="MINILM names no all-MiniLM-L6-v2 folder")
def test_minilm_says_what_its_makers_published() -> None:
    """The example of the sentence-transformers README, with its three similarities."""
    texts = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    found = open_embeddings(Path(os.environ["MINILM"])).embed(texts)
    wanted = [[1, 0.6660, 0.1046], [0.6660, 1, 0.1411], [0.1046, 0.1411, 1]]
    assert np.allclose(found @ found.T, wanted, atol=5e-5)


SOME = st.lists(st.sampled_from([*WORDS[3:], "unheard"]), max_size=12).map(" ".join)


@settings(deadline=None, max_examples=40)
@given(st.lists(SOME, min_size=1, max_size=8), st.randoms())
def test_a_text_has_the_same_vector_in_any_company(folder, texts, luck) -> None:
    embeddings = open_embeddings(folder)
    together = embeddings.embed(texts)
    assert together.shape == (len(texts), WIDE)
    assert np.allclose((together * together).sum(axis=1), 1, atol=1e-5)
    order = list(range(len(texts)))
    luck.shuffle(order)
    embeddings._known.clear()
    assert embeddings.embed([texts[n] for n in order]).tobytes() == together[order].tobytes()
    embeddings._known.clear()
    alone = [embeddings.embed([text])[0].tobytes() for text in texts]
    assert alone == [row.tobytes() for row in together]


def test_nothing_is_fetched(folder, monkeypatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked for")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    moved = folder.parent / "moved"
    shutil.copytree(folder, moved)
    assert open_embeddings(moved).embed(["a din"]).shape == (1, WIDE)


def test_a_round_without_embeddings_loads_nothing_for_them() -> None:
    code = (
        "import sys, pipeline.classify.train, pipeline.classify.score, pipeline.publish\n"
        "new = ('tokenizers', 'safetensors', 'huggingface_hub', 'pipeline.embeddings.bert')\n"
        "print([name for name in new if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8")
    assert done.stdout.strip() == "[]", done.stderr


def test_the_hash_is_of_the_files_that_decide(folder, tmp_path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / "README.md").write_text("Something else.", encoding="utf-8")
    first = hash_embeddings(folder)
    assert hash_embeddings(copy) == hash_input(copy) == first
    for name in FILES:
        before = (copy / name).read_bytes()
        (copy / name).write_bytes(before + b" ")
        assert hash_embeddings(copy) != first
        (copy / name).write_bytes(before)
    assert hash_embeddings(copy) == first


def test_without_the_extra_it_says_what_to_install(tmp_path, monkeypatch) -> None:
    made = write_model(tmp_path / "bert")
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(InputError, match=r"E451.*pip install 'verbatims\[embeddings\]'"):
        open_embeddings(made)


def change(path: Path, **values: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **values}), encoding="utf-8")


def lose(name: str):
    return lambda folder: (folder / name).unlink()


def put(name: str, text: str):
    return lambda folder: (folder / name).write_text(text, encoding="utf-8")


def have(name: str, **values: object):
    return lambda folder: change(folder / name, **values)


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lose("model.safetensors"), "has no model.safetensors"),
        (lose("1_Pooling/config.json"), "has no 1_Pooling/config.json"),
        (put("config.json", "{"), "config.json cannot be read"),
        (put("config.json", "[]"), "model_type is None"),
        (put("modules.json", "{}"), "modules are none"),
        (put("modules.json", '[{"type": "a.Dense"}]'), "modules are Dense"),
        (put("sentence_bert_config.json", "{}"), "lacks a number"),
        (have("config.json", model_type="mpnet"), "model_type is 'mpnet', and only 'bert'"),
        (have("config.json", hidden_act="relu"), "hidden_act is 'relu'"),
        (have("config.json", num_hidden_layers="two"), "lacks a number"),
        (have("config.json", num_attention_heads=0), "not above 0"),
        (have("config.json", num_attention_heads=3), "does not hold the weights"),
        (have("config.json", num_hidden_layers=9), "does not hold the weights"),
        (have("1_Pooling/config.json", pooling_mode_max_tokens=True), "its pooling"),
        (put("tokenizer.json", '{"model": {"type": "WordLevel"}}'), "is no tokeniser"),
        (put("model.safetensors", "not weights at all"), "does not hold the weights"),
    ],
)
def test_a_folder_that_is_no_model_is_refused(tmp_path, harm, said) -> None:
    folder = write_model(tmp_path / "bert")
    harm(folder)
    with pytest.raises(InputError, match=f"E452.*{said}"):
        open_embeddings(folder)


def test_a_tokeniser_of_another_model_is_refused(tmp_path) -> None:
    folder = write_model(tmp_path / "bert")
    tokens = json.loads((folder / "tokenizer.json").read_text())
    tokens["model"]["vocab"]["more"] = len(WORDS)
    (folder / "tokenizer.json").write_text(json.dumps(tokens), encoding="utf-8")
    with pytest.raises(InputError, match=r"E452.*tokens that model.safetensors lacks"):
        open_embeddings(folder)
