"""The York round, a reconstruction: its figures hold, its key and its inputs are as frozen."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from pipeline.codebook.load import load_codebook
from pipeline.coded import read_coded
from pipeline.evaluate import evaluate_verdicts
from pipeline.figures import check_figures, load_figures
from pipeline.publish import Run
from pipeline.quotes import quote_figure
from pipeline.text import fold_words
from pipeline.verify import open_kept, recount

ROOT = Path(__file__).parents[1]
PINNED = {
    "responses.csv": "9e633f0abe60a99c213e4179c5dfc52540cbf38080950f9347b3f2ee0797b2a4",
    "answer-key.csv": "0f3c41ac902bf6836dcdc7b011f577a322cf594d3008ac60a980039fc0bc5049",
}
SAYS_WHAT_IT_OPENS = """\
import sys
opened = []
sys.addaudithook(lambda event, args: opened.append(str(args[0])) if event == "open" else None)
from pipeline.cli import main
try:
    main()
finally:
    print("\\n".join(opened), file=sys.stderr)
"""


def read_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize(("name", "sha256"), PINNED.items())
def test_the_answers_and_the_key_are_never_edited(york: Path, name: str, sha256: str) -> None:
    assert hashlib.sha256((york / name).read_bytes()).hexdigest() == sha256


def test_every_published_figure_holds(york: Path, york_run: Run) -> None:
    kept = open_kept(york_run.folder)
    figures = load_figures(york / "figures.yaml", kept.round, kept.codebook)
    found = {f.coders: recount(kept, f.coders or kept.coders).figures for f in figures}
    checked = check_figures(figures, found)
    assert [(item.published.id, item.cited, item.of) for item in checked if not item.holds] == []
    published = {(f.question, f.theme, f.cited, f.of) for f in figures if not f.coders}
    assert published == {
        ("barriers", "citrix-performance", "over 40", 105),
        ("barriers", "appropriate-devices", "20", 105),
        ("improve", "citrix-and-network", "31", 143),
        ("improve", "support-and-training", "24", 143),
        ("improve", "mosaic", "14", 143),
    }


def test_the_bases_are_105_and_143(york_run: Run) -> None:
    bases = {base["question"]: base for base in york_run.figures.bases.to_pylist()}
    assert {question: base["of"] for question, base in bases.items()} == {
        "barriers": 105,
        "improve": 143,
    }
    assert {base["asked"] for base in bases.values()} == {192}
    assert (bases["barriers"]["filler"], bases["improve"]["filler"]) == (25, 16)


def test_a_run_by_the_codebook_says_40_of_105_and_never_opens_the_key(
    york: Path, tmp_path: Path
) -> None:
    command = [sys.executable, "-c", SAYS_WHAT_IT_OPENS, "run", str(york), "--quiet"]
    command += ["--coders", "codebook", "--out", str(tmp_path / "run")]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ, capture_output=True, encoding="utf-8", check=True
    )
    assert "40 of 105 responses cited Citrix performance (38%)\n" in done.stdout
    assert "responses.csv" in done.stderr, "the hook sees what is opened"
    assert "answer-key" not in done.stderr


def test_the_figure_leads_to_its_quotes_and_to_the_others(york_run: Run) -> None:
    cited, others = quote_figure(open_kept(york_run.folder), "barriers", "citrix-performance")
    by_rules = [quoted for quoted in cited if quoted.by == "codebook"]
    assert len(by_rules) == 40
    assert len(cited) + len(others) == 105
    assert all(quoted.reasons for quoted in cited)


def test_the_report_says_that_the_round_is_a_reconstruction(york_run: Run) -> None:
    for name in ("report.txt", "counts.json"):
        assert "reconstruction" in (york_run.folder / "published" / name).read_text()


def test_what_trained_the_classifier_shares_no_text_with_the_round(york: Path) -> None:
    answers = read_rows(york / "responses.csv")
    asked = {fold_words(row[q]) for row in answers for q in ("q7_barriers", "q9_improve")}
    pilot = {fold_words(row["text"]) for row in read_rows(york / "pilot-coded.csv")}
    assert len(pilot) == 200
    assert not pilot & asked
    pilot_ids = {row["response_id"] for row in read_rows(york / "pilot-coded.csv")}
    assert not pilot_ids & {f"{row['respondent_id']}/barriers" for row in answers}


def test_the_key_has_the_published_counts_of_its_own(york: Path) -> None:
    key = read_rows(york / "answer-key.csv")
    counts = Counter((row["response_id"].partition("/")[2], row["theme"]) for row in key)
    assert counts["barriers", "citrix-performance"] == 43 > 40
    assert counts["barriers", "appropriate-devices"] == 20
    assert counts["improve", "mosaic"] == 14
    improve = [row for row in key if row["response_id"].endswith("/improve")]
    for themes, number in (
        ({"citrix-performance", "network-performance"}, 31),
        ({"training", "ict-support"}, 24),
    ):
        assert len({row["response_id"] for row in improve if row["theme"] in themes}) == number


def test_the_key_codes_exactly_the_substantive_answers(york: Path, york_run: Run) -> None:
    responses = open_kept(york_run.folder).evidence.responses.to_pylist()
    substantive = {r["response_id"] for r in responses if r["status"] == "substantive"}
    assert {row["response_id"] for row in read_rows(york / "answer-key.csv")} == substantive
    assert len(substantive) == 105 + 143


def test_the_key_uses_the_themes_of_the_codebook(york: Path) -> None:
    codebook = load_codebook(ROOT / "codebooks" / "ict-strategy.yaml")
    assert read_coded(york / "answer-key.csv", codebook).strangers == {}
    assert read_coded(york / "pilot-coded.csv", codebook).strangers == {}


def test_the_run_and_the_key_do_not_agree_on_every_theme(york: Path, york_run: Run) -> None:
    kept = open_kept(york_run.folder)
    key = read_coded(york / "answer-key.csv", kept.codebook)
    for coders in (("codebook",), kept.coders):
        verdicts = recount(kept, coders).verdicts
        found = evaluate_verdicts(kept.evidence.responses, verdicts, key, kept.codebook)
        assert found.responses == 248
        assert found.set_aside == ()
        assert any(score.f1 is not None and score.f1 < 1 for score in found.themes)
        assert 0.5 < (found.micro.f1 or 0) < 1


def test_the_run_writes_what_was_counted(york_run: Run) -> None:
    written = json.loads((york_run.folder / "published" / "counts.json").read_text())
    cited = {
        (question["question"], count["theme"]): count["cited"]
        for question in written["questions"]
        for count in question["counts"]
    }
    counted = york_run.figures.counts.to_pylist()
    assert cited == {(c["question"], c["theme"]): c["cited"] for c in counted}
