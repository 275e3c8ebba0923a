"""verbatims train: a model and its card, rounds that use it, and input that cannot be learnt."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.digest import hash_file
from pipeline.errors import InputError, Problem
from pipeline.plan import plan_run
from pipeline.publish import list_inputs
from pipeline.readings import Member, Sample, hash_text, open_store
from pipeline.round import load_round
from pipeline.run import run_batches
from tests.ended import Ended

TRAIN = "classifier: {train: training.csv, threshold: 0.5}\n"
MODEL = "classifier: {model: models/tiny.skops}\n"


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


def use_model(folder: Path, extra: str = MODEL) -> None:
    text = (folder / "round.yaml").read_text()
    (folder / "round.yaml").write_text(text.replace(TRAIN, extra))


def codings_of(folder: Path) -> list[dict]:
    plan = plan_run(load_round(folder))
    return [row for batch in run_batches(plan) for row in batch.codings.to_pylist()]


def test_a_round_that_reads_the_model_codes_as_one_that_trains_it(make_round, verbatims) -> None:
    folder = make_round(extra=TRAIN)
    before = codings_of(folder)
    assert any(row["score"] is not None for row in before)
    assert verbatims("train", folder).code == 0
    use_model(folder)
    assert codings_of(folder) == before
    done = verbatims("run", folder, "--out", "run")
    assert done.code == 0
    assert verbatims("figures", "check", folder).code in (0, 1)


def test_what_is_printed_fits_80_columns_and_says_how_to_use_it(make_round, verbatims) -> None:
    folder = make_round(extra=TRAIN)
    done = verbatims("train", folder)
    assert "Learnt from 44 coded responses of 44 respondents to 1 question." in done.out
    assert "To use it: classifier: {model: models/tiny.skops}" in done.out
    assert "Left to their rules:\n  wifi: too few coded examples (0)" in done.out
    assert "Thresholds aim at: probability 0.5." in done.out
    lines = [line for line in done.out.splitlines() if not line.startswith(("Model:", "Card:"))]
    assert max(map(len, lines)) <= 80
    assert done.err.startswith("warning: [W401]")


def test_the_card_says_what_the_model_is(make_round, verbatims) -> None:
    folder = make_round(extra=TRAIN)
    done = verbatims("train", folder, "--json", "-q", "--out", "m.skops")
    card = json.loads(done.out)
    assert (card.pop("path"), done.err) == ("m.skops", "")
    assert card == json.loads(Path("m.json").read_text())
    assert card["model"] == {"file": "m.skops", "sha256": hash_file(Path("m.skops"))}
    training = folder / "training.csv"
    assert card["data"]["files"] == [{"file": "training.csv", "sha256": hash_file(training)}]
    assert card["data"]["questions"] == {"barriers": 44}
    (theme,) = card["themes"]
    assert (theme["theme"], theme["examples"], theme["decided"]) == ("slow", 22, 44)
    assert theme["thresholds"] == {"barriers": 0.5, "any other question": 0.5}
    assert 0 <= theme["f1"]["low"] <= theme["f1"]["value"] <= theme["f1"]["high"] <= 1
    assert {left["theme"] for left in card["left_to_rules"]} == {"wifi", "training"}
    assert any("audit sample" in sentence for sentence in card["not_for"])
    assert any("barriers" in sentence for sentence in card["not_for"])


def test_training_twice_gives_the_same_two_files(make_round, verbatims) -> None:
    folder = make_round(extra=TRAIN)
    for name in ("one", "two"):
        assert verbatims("train", folder, "-q", "--out", f"{name}/m.skops").code == 0
    for name in ("m.skops", "m.json"):
        assert Path("one", name).read_bytes() == Path("two", name).read_bytes()


def test_the_manifest_names_the_model(make_round, verbatims) -> None:
    folder = make_round(extra=TRAIN)
    verbatims("train", folder, "-q")
    use_model(folder)
    roles = {i["role"]: i for i in list_inputs(load_round(folder), ("codebook", "classifier"))}
    sha256 = hash_file(folder / "models" / "tiny.skops")
    assert roles["model"] == {"role": "model", "file": "tiny.skops", "sha256": sha256}
    assert "train" not in roles
    assert not any(i["role"] == "model" for i in list_inputs(load_round(folder), ("codebook",)))


def test_decisions_train_it_where_the_round_has_no_file(make_round, verbatims) -> None:
    rows = [(f"R{n}", "a", f"{'takes ages' if n % 2 else 'all fine'} {n}", "") for n in range(40)]
    folder = make_round(rows=rows, extra="decisions: own.csv\nclassifier: {threshold: 0.5}\n")
    coded = [(f"R{n}/barriers", "slow" if n % 2 else "") for n in range(40)]
    with (folder / "own.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([("response_id", "theme"), *coded])
    card = json.loads(verbatims("train", folder, "-q", "--json").out)
    assert card["data"]["files"] == [{"file": "own.csv", "sha256": hash_file(folder / "own.csv")}]
    assert card["data"]["examples"] == 40


def test_what_is_no_model_is_not_written_over(make_round, verbatims) -> None:
    folder = make_round(extra=TRAIN)
    Path("m.skops").write_text("notes")
    done = verbatims("train", folder, "-q", "--out", "m.skops")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("[E433] m.skops:")
    assert Path("m.skops").read_text() == "notes"
    assert not Path("m.json").exists()


@pytest.mark.parametrize("command", ["train", "evaluate", "review suspects"])
def test_a_round_with_a_model_has_nothing_to_learn_from(make_round, verbatims, command) -> None:
    folder = make_round(extra=TRAIN)
    verbatims("train", folder, "-q")
    use_model(folder)
    done = verbatims(*command.split(), folder)
    assert done.code == 2
    assert done.err.startswith("[E701]")
    assert "from a model" in done.err


def test_a_round_without_a_classifier_has_none_to_train(make_round, verbatims) -> None:
    done = verbatims("train", make_round())
    assert (done.code, done.err.split()[0]) == (2, "[E701]")


@pytest.mark.parametrize("command", ["run", "figures check"])
def test_a_tampered_model_is_refused_by_whatever_reads_it(make_round, verbatims, command) -> None:
    folder = make_round(extra=TRAIN)
    verbatims("train", folder, "-q")
    use_model(folder)
    model = folder / "models" / "tiny.skops"
    data = bytearray(model.read_bytes())
    data[len(data) // 2] ^= 1
    model.write_bytes(bytes(data))
    done = verbatims(*command.split(), folder)
    assert (done.code, done.out, done.err.count("[E")) == (2, "", 1)
    assert done.err.startswith("[E431]")


def test_a_model_of_an_older_codebook_is_refused(make_round, verbatims) -> None:
    folder = make_round(extra=TRAIN)
    verbatims("train", folder, "-q")
    use_model(folder)
    codebook = folder / "codebook.yaml"
    codebook.write_text(codebook.read_text().replace("version: 1", "version: 2"))
    done = verbatims("run", folder)
    assert (done.code, done.err.count("[E")) == (2, 1)
    assert done.err.startswith("[E432]")


def test_questions_that_the_model_has_not_seen_are_named(make_round, verbatims) -> None:
    folder = make_round(extra=TRAIN)
    verbatims("train", folder, "-q")
    use_model(folder)
    said: list[Problem] = []
    plan_run(load_round(folder), (), said.append)
    assert [(p.code, "improve" in p.what, "barriers" in p.what) for p in said] == [
        ("W432", True, False)
    ]


def test_a_model_that_knows_rules_says_so_without_them(make_round, verbatims) -> None:
    folder = make_round(extra=TRAIN)
    with (folder / "training.csv").open("a") as stream:
        stream.writelines(f"S{n}/barriers,barriers,it is slow {n},slow\n" for n in range(9))
    verbatims("train", folder, "-q")
    use_model(folder)
    said: list[Problem] = []
    plan_run(load_round(folder), ("classifier",), said.append)
    assert "W434" in {problem.code for problem in said}


def test_labels_that_trained_a_model_do_not_grade_it(make_round, verbatims) -> None:
    folder = make_round(extra=TRAIN)
    verbatims("train", folder, "-q")
    use_model(folder)
    done = verbatims("evaluate", folder, "--coded", folder / "training.csv", "-q")
    assert done.code == 2
    assert done.err.startswith("[E403]")


def test_what_audits_a_round_must_not_have_trained_its_model(make_round, verbatims) -> None:
    rows = [(f"R{n}", "a", f"{'takes ages' if n % 2 else 'all fine'} {n}", "") for n in range(40)]
    folder = make_round(rows=rows, extra=TRAIN)
    coded = [(f"R{n}/barriers", "slow" if n % 2 else "") for n in range(30)]
    with (folder / "training.csv").open("w", newline="") as stream:
        csv.writer(stream).writerows([("response_id", "theme"), *coded])
    verbatims("train", folder, "-q")
    use_model(folder, MODEL + "decisions: decisions.db\n")
    drawn = tuple(
        Member(
            response_id=f"R{n}/barriers",
            question="barriers",
            text_hash=hash_text(rows[n][2]),
            stratum="all",
            probability=0.5,
        )
        for n in (28, 29, 30)
    )
    with open_store(folder / "decisions.db", create=True) as store:
        store.add_sample(Sample(purpose="audit", seed=1, members=drawn))
    said: list[Problem] = []
    plan_run(load_round(folder), (), said.append)
    (problem,) = [problem for problem in said if problem.code == "W435"]
    assert problem.what.startswith("2 responses")


def write_training(folder: Path, rows: list[tuple[str, str, str]]) -> None:
    with (folder / "training.csv").open("w", newline="") as stream:
        lines = [
            (f"P{n}/barriers", "barriers", text, theme) for n, (text, theme) in enumerate(rows)
        ]
        csv.writer(stream).writerows([("response_id", "question", "text", "theme"), *lines])


def test_a_training_file_of_another_codebook_is_refused(make_round) -> None:
    folder = make_round(extra=TRAIN)
    write_training(folder, [(f"text {n}", "slwo" if n % 2 else "") for n in range(40)])
    with pytest.raises(InputError, match=r"E401.*none of its themes.*'slwo'.*Did you mean 'slow'"):
        plan_run(load_round(folder))


def test_a_training_file_of_another_round_is_refused(make_round) -> None:
    folder = make_round(extra=TRAIN)
    lines = "".join(f"X{n}/barriers,slow\n" for n in range(40))
    (folder / "training.csv").write_text("response_id,theme\n" + lines)
    with pytest.raises(InputError, match=r"E401.*40 response ids") as error:
        plan_run(load_round(folder))
    assert len(error.value.problems) == 1


def test_fewer_than_10_coded_responses_are_too_few(make_round) -> None:
    folder = make_round(extra=TRAIN)
    write_training(folder, [(f"text {n}", "slow" if n % 2 else "") for n in range(9)])
    with pytest.raises(InputError, match=r"E402.*training\.csv: 9 coded responses .*10 are the"):
        plan_run(load_round(folder))


def test_a_theme_that_every_example_has_is_left_to_its_rules(make_round) -> None:
    folder = make_round(extra=TRAIN)
    texts = [f"{'ages' if n % 2 else 'fine'} {n}" for n in range(40)]
    write_training(folder, [(text, "wifi") for text in texts])
    with (folder / "training.csv").open("a") as stream:
        stream.writelines(f"P{n}/barriers,barriers,{texts[n]},slow\n" for n in range(1, 40, 2))
    said: list[Problem] = []
    plan = plan_run(load_round(folder), (), said.append)
    assert plan.model is not None
    assert plan.model.themes == ("slow",)
    assert [(p.code, "wifi" in p.what) for p in said] == [("W433", True), ("W401", False)]


def test_a_theme_that_no_example_has_is_left_to_its_rules(make_round) -> None:
    folder = make_round(extra=TRAIN)
    said: list[Problem] = []
    plan = plan_run(load_round(folder), (), said.append)
    assert plan.model is not None
    assert "wifi" not in plan.model.themes
    assert [problem.code for problem in said] == ["W401"]
    assert "wifi (0)" in said[0].what
