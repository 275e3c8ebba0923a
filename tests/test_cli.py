"""The command as a person or a scheduler meets it: what it prints, where, and how it ends."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.cli.boundary import guard
from pipeline.publish import Run
from tests.ended import Ended

CLASSIFIER = "classifier: {train: training.csv, threshold: counts}\n"


Verbatims = Callable[..., Ended]


@pytest.fixture
def verbatims(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Verbatims:
    """The command, run in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def call(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["verbatims", *map(str, arguments)])
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = capsys.readouterr()
        assert "\x1b" not in out + err, "what is piped has no escape codes"
        assert "Traceback" not in err
        return Ended(int(str(stop.value.code)), out, err)

    return call


def test_run_prints_the_findings_and_where_the_evidence_is(
    verbatims: Verbatims, make_round: Callable[..., Path], tmp_path: Path
) -> None:
    done = verbatims("run", make_round())
    assert (done.code, done.err) == (0, "")
    assert "2 of 4 responses cited Slow systems (50%)\n" in done.out
    assert "6 asked = 1 blank + 1 filler + 0 duplicate" in done.out
    (folder,) = [path for path in (tmp_path / "outputs" / "tiny").iterdir() if path.is_dir()]
    assert f"Run folder: outputs/tiny/{folder.name}\n" in done.out
    assert (tmp_path / "outputs/tiny/latest").read_text() == folder.name + "\n"
    assert (folder / "run.sha256").read_text().split()[0] in done.out


def test_run_takes_a_round_by_its_file_or_its_folder_and_writes_where_it_is_told(
    verbatims: Verbatims, make_round: Callable[..., Path], tmp_path: Path
) -> None:
    first = verbatims("run", make_round(), "--out", "one")
    second = verbatims("run", make_round() / "round.yaml", "--out", "two")
    report = [(tmp_path / out / "published/report.txt").read_text() for out in ("one", "two")]
    assert (first.code, second.code) == (0, 0)
    assert report[0] == report[1]
    assert {path.name for path in tmp_path.iterdir()} == {"tiny", "one", "two"}


def test_json_is_all_there_is_on_stdout(
    verbatims: Verbatims, make_round: Callable[..., Path]
) -> None:
    folder = make_round(extra=CLASSIFIER)
    done = verbatims("run", folder, "--json", "--out", "run")
    assert done.err.startswith("warning: [W401]"), "warnings are on stderr"
    assert done.json["run"] == "run"
    assert done.json["coders"] == ["codebook", "classifier"]
    assert done.json["questions"][0]["counts"][0]["sentence"].startswith("2 of 4 responses")
    for command in (
        ["verify", "run"],
        ["figures", "check", folder],
        ["figures", "check", "run"],
        ["figures", "check", "run", "--figures", folder / "figures.yaml"],
        ["codebook", "check", folder / "codebook.yaml"],
        ["quotes", "run", "--question", "barriers", "--theme", "slow"],
        ["evaluate", folder, "--coded", folder / "coded.csv"],
    ):
        ended = verbatims(*command, "--json")
        assert isinstance(ended.json, dict), command
        assert ended.code == 0, command


def test_quiet_leaves_nothing_on_stderr(
    verbatims: Verbatims, make_round: Callable[..., Path]
) -> None:
    folder = make_round(extra=CLASSIFIER)
    assert "W401" in verbatims("run", folder).err
    assert verbatims("run", folder, "--quiet").err == ""
    assert verbatims("figures", "check", folder, "-q").err == ""


def test_coders_choose_whose_word_counts(
    verbatims: Verbatims, make_round: Callable[..., Path]
) -> None:
    folder = make_round(extra="decisions: coded.csv\n")
    both = verbatims("run", folder, "--json").json
    rules = verbatims("run", folder, "--json", "--coders", "codebook").json
    cited = [r["questions"][0]["counts"][0]["cited"] for r in (both, rules)]
    assert cited == [3, 2], "a person marked one more"
    assert both["run"] != rules["run"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["run", "nowhere"], "[E101]"),
        (["run", "{round}", "--coders", "robot"], "[E701]"),
        (["run", "{round}", "--coders", "human"], "[E701]"),
        (["run", "{round}", "--out", "{round}"], "[E501]"),
        (["verify", "nowhere"], "[E502]"),
        (["verify", "nowhere", "--hash", "xyz"], "[E701]"),
        (["quotes", "{round}", "--question", "q", "--theme", "t"], "[E502]"),
        (["figures", "check", "nowhere"], "[E101]"),
        (["figures", "check", "{round}", "--figures", "nowhere.yaml"], "[E101]"),
        (["codebook", "check", "nowhere.yaml"], "[E101]"),
        (["evaluate", "{round}", "--coded", "nowhere.csv"], "[E101]"),
    ],
)
def test_bad_input_ends_with_2_and_one_line_that_has_a_code(
    verbatims: Verbatims, make_round: Callable[..., Path], arguments: list[str], code: str
) -> None:
    folder = str(make_round())
    done = verbatims(*(argument.format(round=folder) for argument in arguments))
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(code)
    assert done.err.count("\n") == 1


@pytest.mark.parametrize(
    "arguments",
    [["run"], ["run", "a", "--wrong"], ["walk"], ["quotes", "run"], ["figures", "chek", "x"]],
)
def test_a_wrong_call_ends_with_2(verbatims: Verbatims, arguments: list[str]) -> None:
    done = verbatims(*arguments)
    assert (done.code, done.out) == (2, "")
    assert "Usage" in done.err


@pytest.mark.parametrize("arguments", [[], ["run"], ["figures"], ["figures", "check"]])
def test_help_ends_with_0(verbatims: Verbatims, arguments: list[str]) -> None:
    assert verbatims(*arguments, "--help").code == 0


def test_figures_check_ends_with_1_where_a_figure_does_not_hold(
    verbatims: Verbatims, make_round: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_round()
    assert verbatims("run", folder, "--out", "run").code == 0
    (tmp_path / "wrong.yaml").write_text(
        "- {id: a, question: barriers, theme: slow, cited: 2, of: 4}\n"
        "- {id: b, question: barriers, theme: slow, cited: over 2}\n"
        "- {id: c, question: barriers, theme: slow, cited: 2, of: 5}\n"
    )
    good = verbatims("figures", "check", folder)
    assert (good.code, good.err) == (0, "")
    assert "2 of 2 published figures hold." in good.out
    for path in (folder, "run"):
        bad = verbatims("figures", "check", path, "--figures", "wrong.yaml")
        assert bad.code == 1
        assert "1 of 3 published figures hold." in bad.out
        assert [line[:9] for line in bad.err.splitlines()] == ["[E602] b:", "[E602] c:"]


def test_verify_ends_with_1_where_a_run_was_changed(
    verbatims: Verbatims, make_round: Callable[..., Path], tmp_path: Path
) -> None:
    digest = verbatims("run", make_round(), "--json").json["manifest_sha256"]
    assert verbatims("verify", "outputs/tiny", "--hash", digest[:8]).code == 0
    assert digest in verbatims("verify", "outputs/tiny").out
    other = verbatims("verify", "outputs/tiny", "--hash", "0" * 64)
    assert (other.code, other.err.startswith("[E503]")) == (1, True)
    counts = next((tmp_path / "outputs/tiny").glob("*/evidence/4-counts.csv"))
    counts.write_text(counts.read_text().replace(",2,", ",3,", 1))
    changed = verbatims("verify", "outputs/tiny", "--json")
    assert changed.code == 1
    assert len(changed.json["mismatches"]) == 2 == changed.err.count("[E503]")


BROKEN = """\
codebook: broken
themes:
  a: {label: A}
  b: {rules: ['*'], colour: red}
  c: {rules: [{pattern: '('}]}
  d: {net: [nothing]}
"""
FAILING = "codebook: failing\nthemes:\n  a: {rules: [x], examples: [y], counter_examples: [x]}\n"


@pytest.mark.parametrize(
    ("text", "code", "codes"),
    [
        ("codebook: fine\nthemes:\n  a: {rules: [x], examples: [x]}\n", 0, []),
        (FAILING, 1, ["E306", "E307"]),
        (BROKEN, 2, ["E301", "E302", "E204", "E303", "E305"]),
        ("codebook: [", 2, None),
    ],
)
def test_codebook_check_lists_every_problem(
    verbatims: Verbatims, tmp_path: Path, text: str, code: int, codes: list[str] | None
) -> None:
    (tmp_path / "c.yaml").write_text(text)
    done = verbatims("codebook", "check", "c.yaml")
    assert done.code == code
    assert [line[1:5] for line in done.err.splitlines()] == (["E201"] if codes is None else codes)
    assert all("c.yaml:" in line for line in done.err.splitlines())
    as_json = verbatims("codebook", "check", "c.yaml", "--json")
    assert as_json.code == code
    if codes is not None:
        assert [problem["code"] for problem in as_json.json["problems"]] == codes


def test_evaluate_scores_against_hand_coding(
    verbatims: Verbatims, make_round: Callable[..., Path]
) -> None:
    folder = make_round(extra=CLASSIFIER)
    done = verbatims("evaluate", folder, "--coded", folder / "coded.csv")
    assert done.code == 0
    assert "2 coded responses" in done.out
    table = [line.split() for line in done.out.splitlines()]
    assert ["theme", "tagged", "coded", "precision", "recall", "F1"] in table
    assert ["slow", "1", "1", "0.000", "0.000", "0.000"] in table
    assert ["improve", "slow", "1", "0", "+1"] in table
    assert "codebook + classifier" in done.out
    assert done.err.startswith("warning: [W401]")


def test_evaluate_refuses_what_trained_the_classifier(
    verbatims: Verbatims, make_round: Callable[..., Path]
) -> None:
    folder = make_round(extra=CLASSIFIER)
    done = verbatims("evaluate", folder, "--coded", folder / "training.csv", "--quiet")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("[E403]")
    (folder / "part.csv").write_text("response_id,theme\nR1/barriers,slow\nP3/barriers,slow\n")
    assert "[E403]" in verbatims("evaluate", folder, "--coded", folder / "part.csv", "-q").err


def test_quotes_and_others_are_the_base(verbatims: Verbatims, kept_tiny_run: Run) -> None:
    figure = ["quotes", kept_tiny_run.folder, "--question", "barriers", "--theme", "slow"]
    cited, others = verbatims(*figure, "--json").json, verbatims(*figure, "--others", "--json").json
    ids = [[r["response_id"] for r in found["responses"]] for found in (cited, others)]
    assert ids == [["R1/barriers", "R2/barriers", "R3/barriers"], ["R6/barriers"]]
    plain = verbatims(*figure)
    assert plain.out.startswith("3 of 4 responses cite slow (barriers)\n\nR1/barriers  codebook\n")
    assert "    The wifi is slow 😀\n" in plain.out
    assert verbatims(*figure, "--others").out.startswith("1 of 4 responses do not cite slow")


def test_a_bug_ends_with_3_and_names_a_log(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    assert guard(lambda: 1 // 0) == 3
    (log,) = tmp_path.iterdir()
    err = capsys.readouterr().err
    assert err.startswith("[W701]")
    assert str(log) in err
    assert err.count("\n") == 1
    assert "ZeroDivisionError" in log.read_text()


def test_an_error_leaves_nothing_half_written(
    verbatims: Verbatims, make_round: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_round(extra=CLASSIFIER)
    with (folder / "responses.csv").open("a") as stream:
        stream.write("R7,North\n")
    done = verbatims("run", folder)
    assert (done.code, done.err.startswith("[E105]")) == (2, True)
    assert [path.name for path in tmp_path.iterdir()] == ["tiny"]


def test_evaluate_refuses_what_people_decided_in_the_run_it_is_to_grade(
    verbatims: Verbatims, make_round: Callable[..., Path]
) -> None:
    folder = make_round(extra="decisions: coded.csv\n")
    own = verbatims("evaluate", folder, "--coded", folder / "coded.csv")
    assert (own.code, own.out) == (2, "")
    assert own.err.startswith("[E403]")
    rules = ["evaluate", folder, "--coded", folder / "coded.csv", "--coders", "codebook"]
    assert verbatims(*rules).code == 0
