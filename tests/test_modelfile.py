"""A model as a file: the same back, the same bytes, and nothing in a file is ever run."""

from __future__ import annotations

import hashlib
import io
import json
import os
import pickle
import shutil
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import joblib
import numpy as np
import pytest
import skops.io

from pipeline.classify import parts as parts_module
from pipeline.classify.example import Example
from pipeline.classify.parts import NotModelError, put_together, take_apart
from pipeline.classify.score import score_texts
from pipeline.classify.train import train_model
from pipeline.codebook.load import load_codebook
from pipeline.errors import InputError
from pipeline.modelfile import card_path, read_card, read_model, write_model
from pipeline.modelfile.container import pack
from pipeline.round import ClassifierSettings

THEMES = (
    "  slow: {definition: It is slow., rules: [slow]}\n  noise: {policy: model, rules: [loud]}\n"
)
WORDS = ("desk", "chair", "lamp", "kettle", "window", "carpet", "stairs")


def make_examples() -> list[Example]:
    made = []
    for n in range(60):
        kind = ("slow", "noise", "")[n % 3]
        said = {"slow": "it takes ages", "noise": "what a din", "": "all is well"}[kind]
        text = f"{said} {WORDS[n % 7]} {WORDS[n % 5]} {n}"
        themes = frozenset([kind] if kind else [])
        ruled = frozenset(["slow"]) if n % 9 == 0 else frozenset()
        made.append(
            Example(
                response_id=f"R{n}/q{n % 2}",
                group=f"R{n}",
                question=f"q{n % 2}",
                text=text,
                themes=themes,
                ruled=ruled,
            )
        )
    return made


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def codebook(home: Path):
    (home / "codebook.yaml").write_text(f"codebook: test\nversion: 2\nthemes:\n{THEMES}")
    return load_codebook(home / "codebook.yaml")


@pytest.fixture(scope="module")
def model(codebook):
    return train_model(make_examples(), codebook, ClassifierSettings()).model


@pytest.fixture(scope="module")
def kept(home: Path, model, codebook) -> Path:
    write_model(model, {"n": 1}, codebook, home / "kept.skops")
    return home / "kept.skops"


@pytest.fixture
def file(kept: Path, tmp_path: Path) -> Path:
    """A copy of a model and its card, to spoil."""
    shutil.copy(kept, tmp_path / "m.skops")
    shutil.copy(card_path(kept), tmp_path / "m.json")
    return tmp_path / "m.skops"


def put(file: Path, data: bytes) -> None:
    """Other bytes, with a card that says they are right."""
    file.write_bytes(data)
    card = json.loads(card_path(file).read_text())
    card["model"]["sha256"] = hashlib.sha256(data).hexdigest()
    card_path(file).write_text(json.dumps(card))


def rezip(file: Path, change) -> bytes:
    """The entries of a model after a change to them, zipped anew."""
    with zipfile.ZipFile(file) as old:
        entries = {name: old.read(name) for name in old.namelist()}
    change(entries)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as new:
        for name, data in entries.items():
            new.writestr(name, data)
    return stream.getvalue()


def reschema(change):
    def apply(entries: dict[str, bytes]) -> None:
        schema = json.loads(entries["schema.json"])
        change(schema)
        entries["schema.json"] = json.dumps(schema).encode()

    return apply


def test_a_model_comes_back_as_it_was(kept, codebook, model) -> None:
    back = read_model(kept, codebook)
    assert back.coder == model.coder
    assert (back.themes, back.policies, back.few) == (model.themes, model.policies, model.few)
    assert back.trained_ids == model.trained_ids
    assert back.trained_texts == model.trained_texts
    assert (back.settings, back.unseen_share) == (model.settings, model.unseen_share)
    texts, questions = ["it takes ages", "what a din here", ""], ["q0", "q1", "q9"]
    ruled = [frozenset(), frozenset({"slow"}), frozenset()]
    one, other = (score_texts(m, questions, texts, ruled) for m in (model, back))
    assert (one == other).all()
    assert (back.thresholds == model.thresholds).all()


def test_the_same_training_gives_the_same_bytes_in_any_process(kept, codebook, tmp_path) -> None:
    script = (
        "import sys; from pathlib import Path; sys.path.insert(0, sys.argv[1])\n"
        "from test_modelfile import make_examples, load_codebook, ClassifierSettings\n"
        "from test_modelfile import train_model, write_model\n"
        "codebook = load_codebook(Path(sys.argv[2]))\n"
        "model = train_model(make_examples(), codebook, ClassifierSettings()).model\n"
        "write_model(model, {'n': 1}, codebook, Path(sys.argv[3]))\n"
    )
    again = tmp_path / "kept.skops"
    arguments = [str(Path(__file__).parent), str(codebook.path), str(again)]
    environment = {**os.environ, "PYTHONHASHSEED": "77"}
    subprocess.run([sys.executable, "-c", script, *arguments], check=True, env=environment)
    assert again.read_bytes() == kept.read_bytes()
    assert card_path(again).read_bytes() == card_path(kept).read_bytes()


def test_the_file_is_a_skops_file_of_trusted_types_alone(kept) -> None:
    assert skops.io.get_untrusted_types(file=kept) == []
    assert set(skops.io.load(kept, trusted=[])) > {"format", "names", "coefficients"}


class Evil:
    """Leaves a mark where it is unpickled."""

    def __init__(self, call: object, *arguments: object) -> None:
        self.call, self.arguments = call, arguments

    def __reduce__(self):
        return self.call, self.arguments


def evil_pickles(mark: Path) -> list[bytes]:
    write = f"open({str(mark)!r}, 'w').close()"
    evils: list[object] = [
        Evil(os.system, f"touch {mark}"),
        Evil(exec, write),
        Evil(eval, write),
        Evil(subprocess.call, ["touch", str(mark)]),
        Evil(os.mknod, str(mark)),
        [Evil(os.mkdir, str(mark))],
        {"coefficients": Evil(exec, write)},
    ]
    made = [pickle.dumps(evil, number % 6) for number, evil in enumerate(evils)]
    stream = io.BytesIO()
    joblib.dump(Evil(exec, write), stream)
    made.append(stream.getvalue())
    stream = io.BytesIO()
    np.save(stream, np.array([Evil(exec, write)], object), allow_pickle=True)
    made.append(stream.getvalue())
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as packed:
        packed.writestr("archive/data.pkl", pickle.dumps(Evil(exec, write)))
    made.append(stream.getvalue())
    return made


def test_the_pickles_of_the_next_test_would_have_run(tmp_path) -> None:
    mark = tmp_path / "mark"
    for data in evil_pickles(mark)[:7]:
        pickle.loads(data)
        assert mark.exists()
        mark.rmdir() if mark.is_dir() else mark.unlink()


def test_ten_malicious_pickles_are_refused_and_none_is_run(file, codebook, tmp_path) -> None:
    mark = tmp_path / "mark"
    pickles = evil_pickles(mark)
    assert len(pickles) == 10
    for data in pickles:
        put(file, data)
        with pytest.raises(InputError, match=r"\[E431\].*was not loaded"):
            read_model(file, codebook)
        assert not mark.exists()


def test_a_pickle_inside_an_array_is_refused_and_not_run(file, codebook, tmp_path) -> None:
    mark = tmp_path / "mark"
    evil = evil_pickles(mark)[8]
    put(file, rezip(file, lambda entries: entries.update({"coefficients.npy": evil})))
    with pytest.raises(InputError, match="E431"):
        read_model(file, codebook)
    assert not mark.exists()


MARK = "MARK"
EVIL_NODES = {
    "os.system": {
        "__class__": "system", "__module__": "posix", "__loader__": "FunctionNode", "__id__": 99,
        "content": {"module_path": "posix", "function": "system"},
    },
    "builtins.eval": {
        "__class__": "eval", "__module__": "builtins", "__loader__": "TypeNode", "__id__": 99,
    },
    "a method": {
        "__class__": "method", "__module__": "builtins", "__loader__": "MethodNode", "__id__": 99,
        "content": {"func": "unlink", "obj": {"__class__": "str", "__module__": "builtins",
                    "__loader__": "JsonNode", "content": "\"x\"", "is_json": True, "__id__": 98}},
    },
    "reduce": {
        "__class__": "Popen", "__module__": "subprocess", "__loader__": "ReduceNode", "__id__": 99,
        "reduce": {"args": {}, "func": {}},
    },
    "an object": {
        "__class__": "Popen", "__module__": "subprocess", "__loader__": "ObjectNode", "__id__": 99,
        "content": {},
    },
    "a partial": {
        "__class__": "partial", "__module__": "functools", "__loader__": "PartialNode",
        "__id__": 99, "content": {},
    },
    "no such node": {
        "__class__": "x", "__module__": "x", "__loader__": "NoNode", "__id__": 99,
    },
    "a trusted type that is no array": {
        "__class__": "LogisticRegression", "__module__": "sklearn.linear_model._logistic",
        "__loader__": "ObjectNode", "__id__": 99, "content": {},
    },
}  # fmt: skip


@pytest.mark.parametrize("name", EVIL_NODES)
@pytest.mark.parametrize("place", ["coefficients", "names", "extra"])
def test_a_schema_that_names_anything_else_is_refused(file, codebook, name, place) -> None:
    change = reschema(lambda schema: schema["content"].update({place: EVIL_NODES[name]}))
    put(file, rezip(file, change))
    with pytest.raises(InputError, match=r"E431.*schema|E431.*is no text"):
        read_model(file, codebook)


@pytest.mark.parametrize(
    "change",
    [
        lambda s: s.update(__loader__="ObjectNode"),
        lambda s: s.update(__module__="os", __class__="system"),
        lambda s: s["key_types"]["content"][0].update(__module__="builtins", __class__="eval"),
        lambda s: s["content"]["coefficients"].update(__module__="os", __class__="system"),
        lambda s: s["content"]["coefficients"].update(type="json", content=[]),
        lambda s: s["content"]["coefficients"].update(file="../../etc/passwd"),
        lambda s: s["content"]["coefficients"].update(file="thresholds.npy"),
        lambda s: s["content"]["names"].update(content="{"),
        lambda s: s["content"]["names"].update(is_json=False),
        lambda s: s.update(content=[]),
        lambda s: s.update(protocol=10**6),
        lambda s: s.update(protocol="2"),
        lambda s: s.pop("protocol"),
        lambda s: s["content"].pop("format"),
        lambda s: [node.update(__id__=1) for node in s["content"].values()],
        lambda s: s["content"]["names"].update(s["content"]["format"]),
        lambda s: s["content"]["codebook"].update(content='"[]"'),
    ],
)
def test_a_schema_that_was_tampered_with_is_refused(file, codebook, change) -> None:
    put(file, rezip(file, reschema(change)))
    with pytest.raises(InputError, match=r"\[E431\]"):
        read_model(file, codebook)


def repack(file: Path, name: str, change) -> bytes:
    with zipfile.ZipFile(file) as packed:
        array = np.load(io.BytesIO(packed.read(f"{name}.npy")))
    stream = io.BytesIO()
    np.save(stream, change(array))
    return rezip(file, lambda entries: entries.update({f"{name}.npy": stream.getvalue()}))


def first(value: float):
    def change(array: np.ndarray) -> np.ndarray:
        array = array.copy()
        array.flat[0] = value
        return array

    return change


@pytest.mark.parametrize(
    ("name", "change", "said"),
    [
        ("coefficients", lambda a: a[:-1], "should be"),
        ("coefficients", lambda a: a.astype(np.float64), "of another kind"),
        ("coefficients", first(np.nan), "not finite"),
        ("thresholds", first(np.nan), "not finite"),
        ("thresholds", first(-np.inf), "not finite"),
        ("calibration.slopes", first(np.inf), "not finite"),
        ("calibration.levels", lambda a: a[:, :1], "should be"),
        ("vocabulary.word_idf", lambda a: a[None], "should be"),
        ("vocabulary.pairs", lambda a: a[::-1].copy(), "ascending"),
        ("vocabulary.pairs", first(-1), "ascending"),
        ("vocabulary.asked", lambda a: a + 10**9, "ascending"),
    ],
)
def test_arrays_that_make_no_model_are_refused(file, codebook, name, change, said) -> None:
    put(file, repack(file, name, change))
    with pytest.raises(InputError, match=rf"E431.*{said}"):
        read_model(file, codebook)


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        ("themes", ["slow", "slow"], "'themes'"),
        ("themes", "slow", "'themes'"),
        ("themes", [1, 2], "'themes'"),
        ("policies", {"slow": "always", "noise": "rule"}, "'policies'"),
        ("policies", {"slow": "rule"}, "policies are of other themes"),
        ("few", {"x": -1}, "'few'"),
        ("few", {"x": True}, "'few'"),
        ("trained_ids", {"a": 1}, "'trained_ids'"),
        ("vocabulary.words", ["a"], "should be"),
        ("settings", [], "'settings'"),
        ("unseen_share", 2, "'unseen_share'"),
    ],
)
def test_names_that_make_no_model_are_refused(model, place, value, said) -> None:
    parts = take_apart(model)
    names = {**json.loads(parts["names"]), place: value}
    with pytest.raises(NotModelError, match=said):
        put_together({**parts, "names": json.dumps(names)})


@pytest.mark.parametrize("text", ["[]", "{}", "", "nul", "[" * 100_000, '{"themes": NaN}'])
def test_names_that_are_no_names_are_refused(model, text) -> None:
    with pytest.raises(NotModelError, match="names"):
        put_together({**take_apart(model), "names": text})


def test_every_array_of_a_model_is_listed(model) -> None:
    parts = take_apart(model)
    arrays = {name for name, part in parts.items() if isinstance(part, np.ndarray)}
    assert arrays == set(parts_module.ARRAYS)


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.99])
def test_a_truncated_file_is_refused(file, codebook, share) -> None:
    data = file.read_bytes()
    put(file, data[: int(len(data) * share)])
    with pytest.raises(InputError, match="E431"):
        read_model(file, codebook)


def test_every_changed_byte_is_noticed(file, codebook) -> None:
    data = file.read_bytes()
    for place in np.random.default_rng(1).integers(0, len(data), 40).tolist():
        file.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
        with pytest.raises(InputError, match="E431"):
            read_model(file, codebook)


def codes_of_reading(file: Path, codebook) -> list[str]:
    try:
        read_model(file, codebook)
    except InputError as error:
        return [problem.code for problem in error.problems]
    return []


def test_a_changed_byte_never_gives_another_error_even_with_a_right_card(file, codebook) -> None:
    data, met = file.read_bytes(), []
    for place in np.random.default_rng(2).integers(0, len(data), 40).tolist():
        put(file, data[:place] + bytes([data[place] ^ 255]) + data[place + 1 :])
        met += codes_of_reading(file, codebook)
    assert set(met) == {"E431"}


def test_a_zip_that_is_no_model_is_refused(file, codebook, model) -> None:
    put(file, skops.io.dumps({"a": np.zeros(3)}))
    with pytest.raises(InputError, match=r"E431.*does not hold what a model holds"):
        read_model(file, codebook)


def test_a_bomb_is_refused_before_it_is_unpacked(file, codebook) -> None:
    with zipfile.ZipFile(file) as old:
        names = old.namelist()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bomb:
        for name in names:
            bomb.writestr(name, bytes(20_000_000))
    assert len(stream.getvalue()) < 1_000_000
    put(file, stream.getvalue())
    with pytest.raises(InputError, match=r"E431.*larger than they look"):
        read_model(file, codebook)


def test_an_array_that_claims_to_be_huge_is_refused(file, codebook) -> None:
    stream = io.BytesIO()
    header = {"descr": "<f4", "fortran_order": False, "shape": (10**9, 10**4)}
    np.lib.format.write_array_header_1_0(stream, header)
    put(file, rezip(file, lambda entries: entries.update({"coefficients.npy": stream.getvalue()})))
    with pytest.raises(InputError, match=r"E431.*not as large as it says"):
        read_model(file, codebook)


def test_a_file_that_is_too_large_is_not_read(file, codebook) -> None:
    with file.open("r+b") as stream:
        stream.truncate(1_000_000_001)
    with pytest.raises(InputError, match=r"E431.*over 1,000,000,000 bytes"):
        read_model(file, codebook)


def test_an_unknown_format_is_refused(file, codebook, model) -> None:
    identity = {"codebook": "{}", **take_apart(model)}
    put(file, pack({"format": "verbatims model 9", **identity}))
    with pytest.raises(InputError, match=r"E431.*its format is not"):
        read_model(file, codebook)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "its card m.json is not beside it"),
        ("{", "no JSON"),
        ("[]", "no card"),
        ('{"model": {}}', "format"),
        ('{"format": "verbatims model 2", "model": {}}', "format"),
        ('{"format": "verbatims model 1", "model": {"sha256": "0"}}', "its bytes are not those"),
    ],
)
def test_a_card_that_does_not_fit_is_refused(file, codebook, text, said) -> None:
    card_path(file).unlink()
    if text is not None:
        card_path(file).write_text(text)
    with pytest.raises(InputError, match=rf"E431.*{said}"):
        read_model(file, codebook)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("codebook: test", "codebook: tests", "codebook 'test', and this is 'tests'"),
        ("version: 2", "version: 3", "version 2 of the codebook, and this is 3"),
        ("It is slow.", "It is fast.", "another meaning now: slow"),
        ("  noise:", "  din:", "added, removed or have another meaning now: din, noise"),
    ],
)
def test_a_model_of_another_codebook_is_refused(kept, codebook, tmp_path, old, new, said) -> None:
    text = codebook.path.read_text().replace(old, new)
    (tmp_path / "other.yaml").write_text(text)
    with pytest.raises(InputError, match=rf"E432.*{said}"):
        read_model(kept, load_codebook(tmp_path / "other.yaml"))


def test_what_a_file_says_cannot_steer_the_terminal(file, codebook, model) -> None:
    made_for = {"name": "\x1b[31mtest", "version": 2, "themes": {}}
    for changes in ({}, {"name": "test"}, {"name": "test", "themes": {"\x1b[2J": "0"}}):
        said = json.dumps({**made_for, **changes})
        parts = {"format": "verbatims model 1", "codebook": said, **take_apart(model)}
        put(file, pack(parts))
        with pytest.raises(InputError, match="E432") as error:
            read_model(file, codebook)
        assert "\x1b" not in str(error.value)


def test_rules_labels_and_layout_may_change(kept, codebook, model, tmp_path) -> None:
    text = codebook.path.read_text().replace("rules: [slow]", "label: Slowness, rules: [slow*]")
    (tmp_path / "other.yaml").write_text("# later\n" + text)
    assert read_model(kept, load_codebook(tmp_path / "other.yaml")).coder == model.coder


def test_only_models_are_written_over(file, codebook, model) -> None:
    before = file.read_bytes()
    write_model(replace(model, unseen_share=0.5), {"n": 2}, codebook, file)
    assert file.read_bytes() != before
    assert read_card(file)["n"] == 2
    file.write_text("my notes")
    with pytest.raises(InputError, match=r"E433.*no model"):
        write_model(model, {}, codebook, file)
    assert file.read_text() == "my notes"
    file.unlink()
    card_path(file).write_text('{"mine": 1}')
    with pytest.raises(InputError, match=r"E433.*no card"):
        write_model(model, {}, codebook, file)
    assert card_path(file).read_text() == '{"mine": 1}'
    assert not file.exists()
    with pytest.raises(InputError, match=r"E433.*\.skops"):
        write_model(model, {}, codebook, file.with_suffix(".pkl"))
