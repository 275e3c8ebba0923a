"""The SWOT round, a reconstruction: its figures hold, its key and its texts are as frozen."""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from pathlib import Path

import pytest

from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook
from pipeline.coded import read_coded
from pipeline.decisions import decide
from pipeline.figures import check_figures, load_figures
from pipeline.publish import Run
from pipeline.quotes import quote_figure, tabulate_quotes
from pipeline.report.quotetable import render_quotes
from pipeline.tables import keep, rows
from pipeline.verify import KeptRun, open_kept, recount, verify_run

ROOT = Path(__file__).parents[1]
SWOT = ROOT / "corpora" / "digital-swot"
PINNED = {
    "responses.csv": "d27557a620706b45aab828b9df45726308f3e2120c91ed97968af7ea2fd3c454",
    "answer-key.csv": "3897f04af0b1f5e6dad69731b47b413e0edea870e5ecf87aa7638c98f7951c93",
}
QUADRANTS = {
    "strengths": "strength",
    "weaknesses": "weakness",
    "opportunities": "opportunity",
    "threats": "threat",
}


@pytest.fixture(scope="module")
def done(run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    return run(SWOT, tmp_path_factory.mktemp("swot") / "run")


@pytest.fixture(scope="module")
def kept(done: Run) -> KeptRun:
    return open_kept(done.folder)


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return load_codebook(ROOT / "codebooks" / "digital-swot.yaml")


def read_rows(name: str) -> list[dict[str, str]]:
    with (SWOT / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(("name", "sha256"), PINNED.items())
def test_the_texts_and_the_key_are_never_edited(name: str, sha256: str) -> None:
    assert hashlib.sha256((SWOT / name).read_bytes()).hexdigest() == sha256


def test_every_figure_holds(kept: KeptRun) -> None:
    figures = load_figures(SWOT / "figures.yaml", kept.round, kept.codebook)
    checked = check_figures(figures, {(): recount(kept, kept.coders).figures})
    assert [(item.published.id, item.cited, item.of) for item in checked if not item.holds] == []
    assert sum(bool(figure.facet) for figure in figures) >= 10


def test_the_figures_are_what_the_key_counts(codebook: Codebook, kept: KeptRun) -> None:
    heading = {row["id"]: row["heading"] for row in read_rows("responses.csv")}
    key = read_rows("answer-key.csv")
    themes = {theme.id: theme for theme in codebook.entries}
    for figure in load_figures(SWOT / "figures.yaml", kept.round, codebook):
        members = codebook.members(themes[figure.theme])
        cited = {
            row["response_id"]
            for row in key
            if heading[row["response_id"]] == figure.question
            and row["theme"] in members
            and figure.facet in ("", row["facet"])
        }
        assert figure.cited == str(len(cited)), figure.id
        assert figure.of == Counter(heading.values())[figure.question]


def test_the_key_codes_every_row_with_themes_and_facets_of_the_codebook(
    codebook: Codebook,
) -> None:
    coded = read_coded(SWOT / "answer-key.csv", codebook)
    assert coded.strangers == {}
    assert set(coded.response_ids) == {row["id"] for row in read_rows("responses.csv")}
    present = keep(decide(coded, codebook), "decision", "present")
    assert len(keep(present, "facet", "")) == len(present) - len(keep(present, "facet", ""))


def test_a_statement_has_the_facet_of_its_heading_and_no_other(kept: KeptRun) -> None:
    present = kept.verdicts.filter(kept.verdicts["present"])
    found = {
        (question, facet)
        for question, facet in rows(present, "question", "facet")
        if facet and question != "minutes"
    }
    assert found == set(QUADRANTS.items())
    assert {f for q, f in rows(present, "question", "facet") if q == "minutes"} == {
        "",
        *QUADRANTS.values(),
    }


def test_every_quote_is_in_its_text_and_every_figure_leads_to_its_quotes(
    done: Run, kept: KeptRun
) -> None:
    texts = dict(rows(kept.evidence.responses, "response_id", "text"))
    for response_id, start, end, quote in rows(
        kept.evidence.codings, "response_id", "start", "end", "quote"
    ):
        assert quote == texts[response_id][start:end]
    for count in done.figures.counts.to_pylist():
        cited, _ = quote_figure(kept, count["question"], count["theme"], count["facet"])
        assert len(cited) == count["cited"]
        assert all(quoted.reasons for quoted in cited)


def test_the_run_follows_from_its_evidence(done: Run) -> None:
    assert verify_run(done.folder) == []


def test_the_table_of_theme_by_quadrant_has_every_coding_of_the_key_in_its_cell(
    kept: KeptRun,
) -> None:
    (table,) = tabulate_quotes(kept, whole=True)
    cells = {
        (quote.response_id, row.theme, facet)
        for row in table.rows
        for facet, quotes in zip(table.facets, row.quotes, strict=True)
        for quote in quotes
    }
    key = {tuple(row.values()) for row in read_rows("answer-key.csv") if row["theme"]}
    assert cells == key
    assert max(map(len, render_quotes(table, 80).splitlines())) <= 80


def test_the_report_says_that_the_round_is_a_reconstruction(done: Run) -> None:
    for name in ("report.txt", "counts.json"):
        assert "reconstruction" in (done.folder / "published" / name).read_text(encoding="utf-8")


def test_the_report_ends_with_themes_by_quadrant_over_all_questions(done: Run) -> None:
    (table,) = done.report.facet_tables
    assert table.columns == ("Strength", "Weakness", "Opportunity", "Threat")
    shown = {row.label: (row.cited, row.cells) for row in table.rows}
    assert shown["Digital council"] == (36, (10, 9, 7, 10))
    assert len([q for q in done.report.questions if q.facet_tables]) == 1, "the minutes alone"
