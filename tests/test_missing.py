"""What was not tested for want of a browser or a database is said last, with how many tests."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.missing import KINDS, count_missing

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("reasons", "lines"),
    [
        ([], []),
        (["Skipped: only on Windows"], []),
        (["Skipped: browser: no Chromium"], ["1 browser test skipped: no Chromium"]),
        (
            ["Skipped: PostgreSQL: no psycopg"] * 3 + ["Skipped: browser: no Playwright"] * 12,
            ["12 browser tests skipped: no Playwright", "3 PostgreSQL tests skipped: no psycopg"],
        ),
    ],
)
def test_each_kind_is_counted_by_its_reason(reasons: list[str], lines: list[str]) -> None:
    assert count_missing(reasons) == lines


def test_a_run_without_browser_and_database_ends_with_how_many_tests_that_cost(
    tmp_path: Path,
) -> None:
    """Every test here fails where it is not skipped: nothing may pass by not being run."""
    (tmp_path / "conftest.py").write_text("from tests.conftest import *\n")
    needs = {"browser": "browser", "PostgreSQL": "postgres"}
    lines = [f"def test_{n}_{f}({f}): assert False" for f in needs.values() for n in range(2)]
    (tmp_path / "test_needs.py").write_text("\n".join(lines))
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    nowhere = {"VERBATIMS_CHROMIUM": "/nowhere/chromium", "VERBATIMS_POSTGRESQL": "/nowhere"}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)],
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, **nowhere, "PYTHONPATH": str(ROOT)},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    said = [line for line in done.stdout.splitlines() if "tests skipped: " in line]
    assert [line.partition(":")[0] for line in said] == [f"2 {k} tests skipped" for k in KINDS]
