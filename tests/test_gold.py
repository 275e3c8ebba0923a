"""Whole outputs, byte for byte. `python3 .ci/do.py gold` writes them anew."""

import json
import os
from pathlib import Path

import pytest
from rich.console import Console

from pipeline.report.plain import render_plain
from pipeline.report.terminal import print_report
from pipeline.tables.csvtext import table_to_csv

GOLD = Path(__file__).parent / "gold"


def compare(name: str, text: str) -> None:
    path = GOLD / name
    if os.environ.get("VERBATIMS_UPDATE_GOLD"):
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def rules_only(york, run, tmp_path_factory):
    """The York round on the codebook's word alone: no fit, so the same on every processor."""
    return run(york, tmp_path_factory.mktemp("gold") / "run", ["codebook"])


def test_the_plain_report_of_york_is_as_it_was(rules_only) -> None:
    compare("york-report.txt", render_plain(rules_only.report))


def test_the_published_counts_of_york_are_as_they_were(rules_only) -> None:
    compare("york-counts.csv", table_to_csv(rules_only.figures.counts))
    published = rules_only.folder / "published" / "counts.json"
    compare("york-counts.json", published.read_text(encoding="utf-8"))
    assert len(json.loads(published.read_text(encoding="utf-8"))["questions"]) == 2


def test_the_report_on_a_terminal_of_80_columns_is_as_it_was(kept_tiny_run) -> None:
    console = Console(width=80, force_terminal=True, color_system=None, highlight=False)
    with console.capture() as captured:
        print_report(kept_tiny_run.report, console)
    lines = [line.rstrip() for line in captured.get().splitlines()]
    assert max(map(len, lines)) <= 80
    compare("tiny-terminal.txt", "\n".join(lines) + "\n")
