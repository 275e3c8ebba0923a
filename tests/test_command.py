"""The command as a process of its own: pipes, signals and what is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.publish import Run

COMMAND = (sys.executable, "-m", "pipeline")


def call(*arguments: object, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, **environment},
        capture_output=True,
        check=False,
    )


def test_a_piped_run_is_plain_utf_8_whatever_the_terminal_says(
    make_round: Callable[..., Path], tmp_path: Path
) -> None:
    folder = make_round(extra="title: Café consultation 😀\n".replace("title", "note"))
    environment = {"TERM": "xterm-256color", "FORCE_COLOR": "1", "PYTHONIOENCODING": "ascii"}
    done = call("run", folder, cwd=tmp_path, LC_ALL="C", **environment)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"\x1b" not in done.stdout
    assert "Café consultation 😀" in done.stdout.decode("utf-8")
    assert "2 of 4 responses cited Slow systems" in done.stdout.decode("utf-8")


def test_json_can_be_piped_on(make_round: Callable[..., Path], tmp_path: Path) -> None:
    done = call("run", make_round(), "--json", "--out", "run", cwd=tmp_path)
    assert json.loads(done.stdout)["questions"][0]["base"]["asked"] == 6


def test_an_error_is_one_line_and_no_traceback(tmp_path: Path) -> None:
    done = call("run", "nowhere", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.startswith(b"[E101] nowhere")
    assert done.stderr.count(b"\n") == 1


def test_a_reader_that_leaves_early_is_no_error(kept_tiny_run: Run, tmp_path: Path) -> None:
    arguments = ("quotes", kept_tiny_run.folder, "--question", "barriers", "--theme", "slow")
    process = subprocess.Popen(
        [*COMMAND, *map(str, arguments)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    with process.stderr:
        assert process.stderr.read() == b""
    assert process.wait(timeout=30) == 0


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a process alone")
def test_a_run_that_is_stopped_ends_with_130_and_leaves_nothing(
    make_round: Callable[..., Path], tmp_path: Path
) -> None:
    rows = [(f"R{n}", "", f"slow wifi, not slow. Slow {n}", "training") for n in range(30_000)]
    outputs = tmp_path / "outputs"
    process = subprocess.Popen(
        [*COMMAND, "run", str(make_round(rows=rows)), "--out", str(outputs / "run"), "--quiet"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    deadline = time.monotonic() + 30
    while not list(outputs.glob(".run.part-*")) and time.monotonic() < deadline:
        assert process.poll() is None, "it must not be done before it is stopped"
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=30)
    assert (process.returncode, out) == (130, b"")
    assert b"Traceback" not in err
    assert list(outputs.iterdir()) == []
