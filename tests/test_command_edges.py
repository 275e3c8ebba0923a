"""What commands say at the edges: figures of a run, hashes, idle decisions, the system."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "pipeline"]


def call(*arguments: object, **options: object) -> subprocess.CompletedProcess[str]:
    command = [*COMMAND, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, encoding="utf-8", **options)


EXTRA = "classifier: {train: training.csv, threshold: 0.5}\n"


def test_figures_of_the_classifier_alone_are_not_read_off_a_run_with_rules(make_round, tmp_path):
    folder = make_round(extra=EXTRA)
    wanted = "- {question: barriers, theme: slow, cited: 1, coders: classifier}\n"
    (folder / "alone.yaml").write_text(wanted)
    assert call("run", folder, "--out", tmp_path / "out", "-q").returncode == 0
    done = call("figures", "check", tmp_path / "out", "--figures", folder / "alone.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert "[E701]" in done.stderr


def test_an_empty_hash_and_an_empty_coder_are_refused(make_round, tmp_path):
    folder = make_round()
    assert call("run", folder, "--out", tmp_path / "out", "-q").returncode == 0
    for arguments in (["verify", tmp_path / "out", "--hash", ""], ["run", folder, "--coders", ","]):
        done = call(*arguments)
        assert done.returncode == 2
        assert "[E701]" in done.stderr


def test_the_same_run_again_keeps_the_hash_that_was_printed(make_round, tmp_path):
    folder = make_round(extra=EXTRA)
    first, second = (
        json.loads(call("run", folder, "--json", "-q", cwd=tmp_path).stdout) for _ in range(2)
    )
    assert first == second
    run = tmp_path / first["run"]
    assert call("verify", run, "--hash", first["manifest_sha256"]).returncode == 0
    (folder / "figures.yaml").write_text("- {question: barriers, theme: slow, cited: 1}\n")
    third = json.loads(call("run", folder, "--json", "-q", cwd=tmp_path).stdout)
    assert third["run"] != first["run"]


def test_a_damaged_run_is_written_anew(make_round, tmp_path):
    folder, out = make_round(), tmp_path / "out"
    assert call("run", folder, "--out", out, "-q").returncode == 0
    (out / "published" / "counts.csv").write_text("")
    assert call("verify", out).returncode == 1
    assert call("run", folder, "--out", out, "-q").returncode == 0
    assert call("verify", out).returncode == 0


def test_a_decision_that_screening_leaves_without_effect_is_said(make_round, tmp_path):
    folder = make_round(extra="decisions: coded.csv\n")
    (folder / "coded.csv").write_text("response_id,theme\nR5/barriers,slow\nR1/barriers,slow\n")
    done = call("run", folder, "--out", tmp_path / "out")
    assert done.returncode == 0
    assert "[W405] 1 decided responses" in done.stderr


def test_texts_that_trained_under_another_id_are_said(make_round):
    folder = make_round(
        extra=EXTRA, rows=[("R1", "a", "somewhere quiet to sit and think aa ax ay", "")]
    )
    (folder / "key.csv").write_text("response_id,theme\nR1/barriers,\n")
    done = call("evaluate", folder, "--coded", folder / "key.csv")
    assert done.returncode == 0
    assert "[W407]" in done.stderr
    assert "1 of its responses" in done.stderr


def test_a_theme_is_not_quoted_where_it_is_not_looked_for(make_round, tmp_path):
    assert call("run", make_round(), "--out", tmp_path / "out", "-q").returncode == 0
    done = call("quotes", tmp_path / "out", "--question", "barriers", "--theme", "training")
    assert (done.returncode, done.stdout) == (2, "")
    assert "[E701] the theme 'training' is not looked for in 'barriers'" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="needs a device that is always full")
def test_a_full_disk_is_the_systems_word_and_no_bug(make_round, tmp_path):
    with Path("/dev/full").open("w") as full:
        command = [*COMMAND, "run", str(make_round()), "--out", str(tmp_path / "out"), "-q"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, encoding="utf-8")
    assert done.returncode == 2
    assert done.stderr.startswith("[E702]")


def test_what_file_browsers_leave_is_no_part_of_a_run(make_round, tmp_path):
    folder, out = make_round(), tmp_path / "out"
    assert call("run", folder, "--out", out, "-q").returncode == 0
    (out / ".DS_Store").write_bytes(b"x")
    (out / "evidence" / "Thumbs.db").write_bytes(b"x")
    assert call("verify", out).returncode == 0
    assert call("run", folder, "--out", out, "-q").returncode == 0
