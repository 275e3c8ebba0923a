"""`verbatims figures scan`, from a draft in each format to the exit code."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

_SPEC = importlib.util.spec_from_file_location("reports", Path(__file__).with_name("reports.py"))
assert _SPEC is not None
assert _SPEC.loader is not None
reports = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(reports)

SENTENCES = (
    "In what gets in the way, 2 of 4 responses cited slow systems (50%).",
    "Asked what should improve, 3 of 5 responses cited training.",
    "Asked what should improve, 2 of 9 responses cited wifi.",
    "One in three responses cited parking.",
)


def scan(report: Path, round_: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipeline", "figures", "scan", str(report), str(round_)]
    return subprocess.run([*command, *options], capture_output=True, encoding="utf-8")


def write_draft(folder: Path, kind: str) -> Path:
    path = folder / f"draft.{kind}"
    if kind == "docx":
        body = "".join(reports.paragraph(sentence) for sentence in SENTENCES)
        return reports.write_docx(path, reports.document(body))
    text = {
        "md": "\n\n".join(SENTENCES),
        "txt": "\n\n".join(SENTENCES),
        "html": "\n\n".join(f"<p>{sentence}</p>" for sentence in SENTENCES),
    }[kind]
    path.write_text(text, encoding="utf-8")
    return path


def gold(name: str, wheres: tuple[str, str, str, str]) -> str:
    first, second, third, fourth = (f"{name}{where}" for where in wheres)
    return f"""\
{first}  HOLDS
  "In what gets in the way, 2 of 4 responses cited slow systems (50%)."
  2 of 4 responses cited slow systems (50%): found 2 of 4 (50.0%), barriers,
    Slow systems

{second}  DOES NOT HOLD
  "Asked what should improve, 3 of 5 responses cited training."
  3 of 5 responses: found 1 of 5 (20.0%), improve, Training

{third}  BASE DIFFERS
  "Asked what should improve, 2 of 9 responses cited wifi."
  2 of 9 responses: found 2 of 5 (40.0%), improve, Wifi

{fourth}  NOT PLACED
  "One in three responses cited parking."
  One in three: could not place (its words fit nothing that was counted)

4 claims: 1 hold, 2 do not, 1 could not be placed.
"""


@pytest.mark.parametrize(
    ("kind", "wheres"),
    [
        ("md", (":1:26", ":3:28", ":5:28", ":7:1")),
        ("txt", (":1:26", ":3:28", ":5:28", ":7:1")),
        ("html", (":1:29", ":3:31", ":5:31", ":7:4")),
        ("docx", tuple(f", paragraph {n}" for n in (1, 2, 3, 4))),
    ],
)
def test_a_draft_of_each_kind_is_checked(
    make_round: Callable[..., Path], tmp_path: Path, kind: str, wheres: tuple[str, str, str, str]
) -> None:
    draft = write_draft(tmp_path, kind)
    done = scan(draft, make_round())
    assert done.stdout == gold(draft.name, wheres)
    assert done.returncode == 1
    assert done.stderr == f"[E613] {draft.as_posix()}: 2 of 4 claims do not hold.\n"


def test_a_run_folder_is_checked_against_its_evidence(kept_tiny_run, tmp_path: Path) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text("Asked what should improve, 2 of 5 responses cited wifi.", encoding="utf-8")
    done = scan(draft, kept_tiny_run.folder)
    assert done.stdout.endswith("1 claim: 1 hold, 0 do not, 0 could not be placed.\n"), done
    assert done.returncode == 0


def test_json_has_the_place_the_sentence_and_the_figure(
    make_round: Callable[..., Path], tmp_path: Path
) -> None:
    done = scan(write_draft(tmp_path, "md"), make_round(), "--json")
    document = json.loads(done.stdout)
    assert document["summary"] == "4 claims: 1 hold, 2 do not, 1 could not be placed"
    claim = document["claims"][1]
    assert (claim["where"], claim["claim"], claim["verdict"]) == (
        "3:28",
        "3 of 5 responses",
        "does not hold",
    )
    assert claim["figures"] == [
        {
            **{"name": "improve, Training", "subject": "theme:training", "question": "improve"},
            **{"value": "", "group": {}, "cited": 1, "of": 5, "share": 20.0},
            **{"triple": None, "mean": None},
        }
    ]


def test_what_could_not_be_placed_fails_only_when_that_is_asked_for(
    make_round: Callable[..., Path], tmp_path: Path
) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text("One in three responses cited parking.", encoding="utf-8")
    assert scan(draft, make_round()).returncode == 0
    strict = scan(draft, make_round(), "--strict")
    assert (strict.returncode, strict.stderr[:6]) == (1, "[E614]")


def test_a_report_without_claims_is_said_to_have_none(
    make_round: Callable[..., Path], tmp_path: Path
) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text("Nothing.", encoding="utf-8")
    done = scan(draft, make_round())
    assert (done.returncode, done.stdout) == (
        0,
        "0 claims: 0 hold, 0 do not, 0 could not be placed.\n",
    )
    assert "[W611]" in done.stderr
    assert scan(draft, make_round(), "--quiet").stderr == ""


def test_controls_of_a_report_reach_no_terminal_and_lines_keep_to_80_columns(
    make_round: Callable[..., Path], tmp_path: Path
) -> None:
    draft = tmp_path / "draft.txt"
    draft.write_text(
        f"2 of 5 responses cited {chr(27)}[31mwifi, to improve {'word ' * 300}.", encoding="utf-8"
    )
    done = scan(draft, make_round())
    assert chr(27) not in done.stdout
    assert max(map(len, done.stdout.splitlines())) <= 80


def test_a_report_of_another_kind_is_bad_input(
    make_round: Callable[..., Path], tmp_path: Path
) -> None:
    (tmp_path / "r.pdf").write_bytes(b"%PDF")
    done = scan(tmp_path / "r.pdf", make_round())
    assert (done.returncode, done.stdout, done.stderr[:6]) == (2, "", "[E611]")
