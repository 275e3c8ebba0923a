"""The survey of 2013, a reconstruction: whole people give every percentage that was printed."""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
from collections import Counter
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from ruamel.yaml import YAML

from pipeline.codebook.load import load_codebook
from pipeline.coded import read_coded
from pipeline.evaluate import evaluate_verdicts
from pipeline.publish import Run
from pipeline.verify import open_kept, recount

ROOT = Path(__file__).parents[1]
CORPORA = ROOT / "corpora"
LOCAL = CORPORA / "local-digital-2013"
IMPOSSIBLE = {("will_cost_effective", "91.0"), ("leads_web_manager", "33.0")}
SIDES = {"agree": slice(-2, None), "neutral": slice(2, 3), "disagree": slice(0, 2)}


def load(path: Path) -> Any:
    return YAML(typ="safe").load(path.read_text("utf-8"))


def read(name: str) -> pd.DataFrame:
    return pd.read_csv(LOCAL / name, dtype=str, keep_default_na=False)


def rounded(count: int, base: int, printed: str) -> str:
    unit = Decimal(1).scaleb(-len(printed.partition(".")[2]))
    return str((Decimal(100 * count) / base).quantize(unit, ROUND_HALF_UP))


def printed_shares() -> list[tuple[str, str, tuple[str, ...], str]]:
    found = []
    for battery in load(LOCAL / "published.yaml")["batteries"]:
        options = battery["options"]
        for item in battery["items"]:
            column = f"{battery['id']}-{item['id']}".replace("-", "_")
            for option, share in zip(options, item["officer"].split("/"), strict=True):
                found.append((column, "officer", (option,), share))
            for said, share in item.get("supplier", {}).items():
                sides = SIDES if len(options) == 5 else dict(zip(SIDES, (2, 1, 0), strict=True))
                at = sides.get(said)
                chosen = [said] if at is None else options[at]
                chosen = chosen if isinstance(chosen, list) else [chosen]
                found.append((column, "supplier", tuple(chosen), share))
    return found


@pytest.fixture(scope="module")
def answers() -> pd.DataFrame:
    return read("responses.csv")


@pytest.fixture(scope="module")
def done(run, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The open half of the round, by its rules."""
    copy = tmp_path_factory.mktemp("open")
    shutil.copytree(LOCAL, copy / "corpora" / LOCAL.name)
    shutil.copytree(ROOT / "codebooks", copy / "codebooks")
    path = copy / "corpora" / LOCAL.name / "round.yaml"
    path.write_text(path.read_text("utf-8").partition("  closed:")[0].replace("figures:", "# "))
    return run(path.parent, copy / "run")


@pytest.mark.parametrize(
    ("column", "role", "options", "printed"), printed_shares(), ids=lambda value: str(value)
)
def test_people_give_the_printed_share(
    answers: pd.DataFrame, column: str, role: str, options: tuple[str, ...], printed: str
) -> None:
    given = answers.loc[(answers["role"] == role) & (answers[column] != ""), column]
    found = rounded(int(given.isin(options).sum()), len(given), printed)
    assert (found == printed) != ((column, printed) in IMPOSSIBLE)


def test_the_shares_that_nobody_can_give_are_listed_with_the_nearest() -> None:
    listed = read("impossible.csv")
    assert {(c.replace("-", "_"), p) for c, p in listed[["closed", "printed"]].values} == IMPOSSIBLE
    for row in listed.itertuples():
        possible = {rounded(n, of, row.printed) for of in range(1, 23) for n in range(of + 1)}
        assert row.printed not in possible
        shares = [Decimal(100 * n) / of for of in range(1, 23) for n in range(of + 1)]
        least = min(abs(share - Decimal(row.printed)) for share in shares)
        share = Decimal(100 * int(row.nearest)) / int(row.of)
        assert abs(share - Decimal(row.printed)) == least


def test_178_officers_of_138_councils_and_22_suppliers_answered(answers: pd.DataFrame) -> None:
    assert answers["role"].value_counts().to_dict() == {"officer": 178, "supplier": 22}
    assert answers.loc[answers["role"] == "officer", "organisation"].nunique() == 138
    assert answers["respondent_id"].is_unique


@pytest.mark.parametrize(
    ("column", "mean", "decimals", "low", "high"),
    [("services", 24.8, 1, 0, 95), ("transactions", 37.97, 2, 1, 100)],
)
def test_the_numbers_have_the_printed_mean_and_range(
    answers: pd.DataFrame, column: str, mean: float, decimals: int, low: int, high: int
) -> None:
    numbers = answers.loc[answers[column] != "", column].astype(int)
    assert (round(numbers.mean(), decimals), numbers.min(), numbers.max()) == (mean, low, high)


def test_the_29_sums_saved_have_both_printed_means(answers: pd.DataFrame) -> None:
    saved = answers.loc[answers["saved"] != "", "saved"].astype(int)
    assert (len(saved), saved.min(), saved.max()) == (29, 1, 12_000_000)
    assert round(saved.mean()) == 1_064_567
    assert round(saved[saved > 1000].mean()) == 1_470_071
    assert set(answers.loc[answers["saved"] != "", "savings_made"]) == {"Yes"}


def test_every_answer_is_one_of_the_options_of_the_round(answers: pd.DataFrame) -> None:
    closed = load(LOCAL / "round.yaml")["source"]["closed"]
    assert len(closed) == 15 + 11 + 11 + 1 + 3 + 15 + 1 + 3
    for item in closed.values():
        found = set(answers[item["column"]]) - {""}
        assert item["kind"] == "number" or found <= set(item["options"])


def test_every_share_that_can_be_given_is_a_figure() -> None:
    figures = load(LOCAL / "figures.yaml")
    means = [figure for figure in figures if "mean" in figure]
    assert len(means) == 3
    assert len(figures) - len(means) == len(printed_shares()) - len(IMPOSSIBLE)
    assert len({figure["id"] for figure in figures}) == len(figures)


@pytest.mark.parametrize("corpus", ["local-digital-2013", "york-2017-closed"])
def test_a_corpus_comes_out_byte_for_byte_again(tmp_path: Path, corpus: str) -> None:
    command = [sys.executable, str(CORPORA / "rebuild"), "--to", str(tmp_path)]
    subprocess.run(command, check=True)
    made = sorted((tmp_path / corpus).iterdir())
    assert {"responses.csv", "figures.yaml", "round.yaml"} <= {path.name for path in made}
    for path in made:
        assert path.read_bytes() == (CORPORA / corpus / path.name).read_bytes(), path.name


@pytest.mark.parametrize("module", ["dealing", "closed"])
def test_what_the_rebuilding_says_of_itself_is_so(module: str) -> None:
    command = [sys.executable, "-m", "doctest", str(CORPORA / "rebuild" / f"{module}.py")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stdout) == (0, "")


def test_the_key_codes_every_substantive_answer_with_themes_of_the_codebook(done: Run) -> None:
    codebook = load_codebook(ROOT / "codebooks" / "local-digital.yaml")
    key = read_coded(LOCAL / "answer-key.csv", codebook)
    assert key.strangers == {}
    responses = open_kept(done.folder).evidence.responses.to_pylist()
    substantive = {r["response_id"] for r in responses if r["status"] == "substantive"}
    assert set(key.response_ids) == substantive
    assert len(substantive) == 354
    assert sum(bool(r["campaign"]) for r in responses) == 5


def test_no_text_is_written_twice_under_different_copies() -> None:
    texts = Counter(
        row["text"] for row in read("answers.csv").to_dict("records") if row["themes"] != "filler"
    )
    assert max(texts.values()) == 1
    assert len(texts) == 319


def test_suppliers_see_a_lack_of_leadership_where_officers_do_not(
    answers: pd.DataFrame, done: Run
) -> None:
    said = answers[answers["holds_leadership"] != ""].groupby("role")["holds_leadership"]
    assert said.agg(lambda given: round(100 * (given == "Yes").mean(), 1)).to_dict() == {
        "officer": 43.6,
        "supplier": 76.2,
    }
    role = answers.set_index("respondent_id")["role"]
    key = read("answer-key.csv")
    kept = open_kept(done.folder)
    verdicts = recount(kept, kept.coders).verdicts
    by_rules = verdicts.to_pandas().query("present and theme == 'leadership'")
    everybody = Counter(role[i.partition("/")[0]] for i in key["response_id"].unique())
    for cited in (key.loc[key["theme"] == "leadership", "response_id"], by_rules["response_id"]):
        count = Counter(role[i.partition("/")[0]] for i in cited)
        share = {group: count[group] / everybody[group] for group in everybody}
        assert share["supplier"] > 2 * share["officer"]


def test_the_rules_and_the_key_agree_as_the_readme_says(done: Run) -> None:
    kept = open_kept(done.folder)
    verdicts = recount(kept, kept.coders).verdicts
    key = read_coded(LOCAL / "answer-key.csv", kept.codebook)
    micro = evaluate_verdicts(kept.evidence.responses, verdicts, key, kept.codebook).micro
    line = "| " + " | ".join(f"{s:.3f}"[1:] for s in (micro.precision, micro.recall, micro.f1) if s)
    assert line in (LOCAL / "README.md").read_text("utf-8")


def test_the_report_says_that_the_round_is_a_reconstruction(done: Run) -> None:
    for name in ("report.txt", "counts.json"):
        assert "reconstruction" in (done.folder / "published" / name).read_text("utf-8")


def test_the_answers_hold_no_line_that_a_spreadsheet_would_cut() -> None:
    with (LOCAL / "responses.csv").open(encoding="utf-8", newline="") as stream:
        assert {len(row) for row in csv.reader(stream)} == {3 + 60 + 4}
