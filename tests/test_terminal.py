"""What a terminal gets: bars where it can draw them, and never a control of a respondent's."""

import os
import re
import subprocess
import sys

import pytest

from pipeline.report.plain import show_controls

pty = pytest.importorskip("pty")


def on_a_terminal(arguments: list[str], **environment: str) -> tuple[int, str]:
    """Run a command with its output on a terminal; its exit code and what the terminal got."""
    ours, theirs = pty.openpty()
    settings = {**os.environ, "COLUMNS": "80", "TERM": "xterm", **environment}
    command = [sys.executable, "-m", "pipeline", *arguments]
    with subprocess.Popen(command, stdout=theirs, stderr=theirs, env=settings) as process:
        os.close(theirs)
        received = b""
        while True:
            try:
                chunk = os.read(ours, 65536)
            except OSError:
                break
            if not chunk:
                break
            received += chunk
    os.close(ours)
    return process.returncode, received.decode("utf-8")


UTF8 = {"PYTHONUTF8": "1", "PYTHONIOENCODING": ""}
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": ""}


def test_a_terminal_gets_a_table_with_bars_within_its_width(make_round, tmp_path) -> None:
    arguments = ["run", str(make_round()), "--out", str(tmp_path / "out")]
    code, text = on_a_terminal(arguments, **UTF8, NO_COLOR="1")
    assert code == 0
    assert "█████" in text
    bare = re.sub(r"\x1b\[[0-9;]*m", "", text)
    table = [line for line in bare.splitlines() if "█" in line or "cited" in line]
    assert max(map(len, table)) <= 80


def test_a_terminal_that_knows_only_ascii_gets_plain_text(make_round, tmp_path) -> None:
    folder = make_round(extra="note: 'a café'\n")
    code, text = on_a_terminal(["run", str(folder), "--out", str(tmp_path / "out")], **ASCII)
    assert code == 0
    assert "#####" in text
    assert "█" not in text
    assert "a caf" in text


def test_a_respondent_cannot_write_controls_to_the_terminal(make_round, run, tmp_path) -> None:
    rows = [("R1", "a", "slow \x1b]0;owned\x07 \u202egnp.exe", "")]
    run(make_round(rows=rows), tmp_path / "out")
    arguments = ["quotes", str(tmp_path / "out"), "--question", "barriers", "--theme", "slow"]
    code, text = on_a_terminal(arguments, **UTF8)
    assert code == 0
    assert r"slow \x1b]0;owned\x07 \u202egnp.exe" in text
    assert not {"\x1b", "\x07", "\u202e"} & set(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, 😀 café\n\ttab", "plain, 😀 café\n\ttab"),
        ("\x00\x1b\r\x7f\x9b", r"\x00\x1b\r\x7f\x9b"),
        ("a\u202eb\u2066c", r"a\u202eb\u2066c"),
        ("👩\u200d💻", "👩\u200d💻"),
    ],
)
def test_controls_are_shown_as_escapes_and_words_as_they_are(text: str, shown: str) -> None:
    assert show_controls(text) == shown
