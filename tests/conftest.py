"""Fixtures shared by the tests: a tiny round on disk, and finished runs of it and of York."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook
from pipeline.errors import Problem
from pipeline.plan import plan_run
from pipeline.publish import Run, list_inputs, write_run
from pipeline.read import read_responses
from pipeline.round import Source, load_round
from pipeline.round.place import DatabaseUrl, Place
from pipeline.tables import RESPONSES
from tests import browser as browsers
from tests.missing import count_missing
from tests.postgres import Server, serving

ROOT = Path(__file__).parents[1]

TINY_CODEBOOK = """\
codebook: tiny
version: 1
themes:
  slow:
    label: Slow systems
    code: S1
    rules:
      - any: [slow*, crash*]
        unless: [not slow]
    examples: [It is slow]
    counter_examples: [It is not slow]
  wifi:
    label: Wifi
    rules: [wifi, wi-fi]
  training:
    label: Training
    questions: [improve]
    rules: [training]
  systems:
    label: Any of the systems
    net: [slow, wifi]
"""
TINY_ROUND = """\
round: tiny
title: A tiny round
codebook: codebook.yaml
source:
  file: responses.csv
  respondent: id
  questions:
    barriers: {column: q1, label: What gets in the way?}
    improve: {column: q2, label: What should improve?}
  groups: [team]
figures: figures.yaml
"""
TINY_ROWS = (
    ("R1", "North", "The wifi is slow 😀", "training on the new system"),
    ("R2", "North", "Everything crashes, wi‑fi too", "Wifi"),
    ("R3", "South", "It is not slow", "no comment"),
    ("R4", "South", "", "More desks and a kettle"),
    ("R5", "South", "n/a", "Slow laptops"),
    ("R6", "West", "Nowhere to sit", "The café’s wifi"),
)
TINY_FIGURES = """\
- {id: slow, question: barriers, theme: slow, cited: 2, of: 4}
- {id: net, question: barriers, theme: systems, cited: at least 2, of: 4, coders: codebook}
"""
TINY_CODED = (
    ("response_id", "theme", "coder", "memo"),
    ("R3/barriers", "slow", "ana", "meant so"),
    ("R5/improve", "", "ana", ""),
)
TINY_TRAINING = (
    *(("slow", f"desks and a kettle take ages {n}{n} {n}x {n}y") for n in "abcdefghijklmnopqrstuv"),
    *(("", f"somewhere quiet to sit and think {n}{n} {n}x {n}y") for n in "abcdefghijklmnopqrstuv"),
)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say last what was not tested for want of a browser or a database."""
    skipped = terminalreporter.stats.get("skipped", [])
    for line in count_missing(str(report.longrepr[2]) for report in skipped):
        terminalreporter.write_line(line)


def write_csv(path: Path, rows: Sequence[Sequence[object]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows(rows)
    return path


def write_tiny_round(
    folder: Path,
    *,
    rows: Sequence[Sequence[object]] = TINY_ROWS,
    codebook: str = TINY_CODEBOOK,
    figures: str = TINY_FIGURES,
    extra: str = "",
) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    write_csv(folder / "responses.csv", [("id", "team", "q1", "q2"), *rows])
    write_csv(folder / "coded.csv", TINY_CODED)
    training = [
        (f"P{number}/barriers", "barriers", text, theme)
        for number, (theme, text) in enumerate(TINY_TRAINING)
    ]
    write_csv(folder / "training.csv", [("response_id", "question", "text", "theme"), *training])
    (folder / "codebook.yaml").write_text(codebook, encoding="utf-8")
    (folder / "figures.yaml").write_text(figures, encoding="utf-8")
    (folder / "round.yaml").write_text(TINY_ROUND + extra, encoding="utf-8")
    return folder


def run_round(folder: Path, out: Path, coders: Sequence[str] = ()) -> Run:
    plan = plan_run(load_round(folder), coders)
    return write_run(plan, out, list_inputs(plan.round, plan.coders, plan.held), lambda batch: None)


@pytest.fixture
def make_round(tmp_path: Path) -> Callable[..., Path]:
    """Write the tiny round, or a variation of it, into a folder of its own."""

    def make(name: str = "tiny", **changes: object) -> Path:
        return write_tiny_round(tmp_path / name, **changes)

    return make


@pytest.fixture(scope="session")
def write_round() -> Callable[..., Path]:
    """Write the tiny round, or a variation of it, into the folder given."""
    return write_tiny_round


@pytest.fixture(scope="session")
def run() -> Callable[..., Run]:
    """Run a round folder into a run folder."""
    return run_round


@pytest.fixture
def codebook_of(tmp_path: Path) -> Callable[[str], Codebook]:
    """A codebook from the YAML of its themes."""

    def load(themes: str) -> Codebook:
        path = tmp_path / "themes.yaml"
        path.write_text(f"codebook: test\nthemes:\n{themes}", encoding="utf-8")
        return load_codebook(path)

    return load


@pytest.fixture(scope="session")
def kept_tiny_run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run of the tiny round with all three kinds of coder; copy it before a change."""
    extra = "classifier: {train: training.csv, threshold: 0.5}\ndecisions: coded.csv\n"
    folder = write_tiny_round(tmp_path_factory.mktemp("tiny"), extra=extra)
    return run_round(folder, folder / "run")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server; without its programs what needs it is skipped."""
    with serving() as server:
        yield server


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """Debian's Chromium, for a file of tests; without it what needs it is skipped."""
    with browsers.open_chromium() as opened:
        yield opened


@pytest.fixture
def browser(chromium: Any) -> Iterator[Any]:
    """The browser without a window; those that a test opens are closed after it."""
    yield chromium
    for context in chromium.contexts:
        context.close()


@pytest.fixture
def served(make_round: Callable[..., Path]) -> Iterator[browsers.Served]:
    """The tiny round on the review page, by a process of its own."""
    with browsers.serving(make_round()) as found:
        yield found


_DATABASES = itertools.count(1)


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch) -> Place:
    """Where a store may be made, in each kind of database."""
    if request.param == "sqlite":
        return tmp_path / "decisions.db"
    server = request.getfixturevalue("postgres")
    url = server.create(f"round_{next(_DATABASES)}")
    monkeypatch.setenv("VERBATIMS_TEST_STORE", url)
    return DatabaseUrl("env:VERBATIMS_TEST_STORE")


@pytest.fixture(scope="session")
def york() -> Path:
    return ROOT / "corpora" / "york-2017"


@pytest.fixture(scope="session")
def york_run(york: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A finished run of the York round; read only."""
    return run_round(york, tmp_path_factory.mktemp("york") / "run")


@pytest.fixture(scope="session")
def read_all() -> Callable[..., tuple[list[dict[str, Any]], list[str]]]:
    """Every response of a source as a mapping, and the warnings that came with them."""

    def read(source: Source, batch_size: int = 1000) -> tuple[list[dict[str, Any]], list[str]]:
        notes: list[Problem] = []
        batches = list(read_responses(source, notes.append, batch_size))
        responses = [row for batch in batches for row in RESPONSES.check(batch).to_pylist()]
        return responses, [str(note) for note in notes]

    return read
