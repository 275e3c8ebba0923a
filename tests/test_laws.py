"""Laws that hold for every round, tried on random ones from end to end."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook
from pipeline.count.crossed import count_crossed
from pipeline.count.tally import add_tallies
from pipeline.match import Matcher, match_responses
from pipeline.plan import Plan, plan_run
from pipeline.round import load_round
from pipeline.run import Batch, Evidence, add_figures, count_round, run_batches, settle
from pipeline.run import Figures as RunFigures
from pipeline.tables import CODERS, RESPONSES, STATUSES
from pipeline.tokenise import number_sentences

CODEBOOK = """\
codebook: laws
themes:
  slow: {rules: [{any: [slow*, crash*], unless: [not slow]}, {pattern: '\\bctx\\d+'}]}
  wifi: {rules: [wi-fi, {any: [network], with: [down, drop*], within: 3}]}
  cafe: {questions: [improve], rules: [café]}
  kit: {net: [slow, wifi]}
"""
PIECES = (
    *("slow", "SLOWLY", "not slow", "crashed", "CTX01", "wi‑fi", "wifi", "network", "drops"),
    *(
        "Cafe\u0301’s",
        "café",
        "down",
        "none",
        "n/a",
        "desk",
        "😀",
        "👩‍💻",
        "ﬁ",
        "\xa0",
        "\n",
        "\r\n",
    ),
    *(". ", ", ", "- ", "!", " ", "\u200b", "İ"),
)
answers = st.lists(st.sampled_from(PIECES), max_size=7).map(" ".join)
rows_of = st.lists(st.tuples(answers, answers), min_size=1, max_size=8)
many = settings(max_examples=60, deadline=None)
few = settings(max_examples=12, deadline=None)


@pytest.fixture(scope="module")
def codebook(tmp_path_factory: pytest.TempPathFactory) -> Codebook:
    path = tmp_path_factory.mktemp("laws") / "codebook.yaml"
    path.write_text(CODEBOOK, encoding="utf-8")
    return load_codebook(path)


@pytest.fixture(scope="module")
def plan_of(
    tmp_path_factory: pytest.TempPathFactory, write_round: Callable[..., Path]
) -> Callable[..., Plan]:
    def plan(
        answered: list[tuple[str, str]], extra: str = "", *, shuffled: int = 0, coded: str = ""
    ) -> Plan:
        rows = [(f"R{n}", "", *texts) for n, texts in enumerate(answered, start=1)]
        if shuffled:
            random.Random(shuffled).shuffle(rows)
        folder = tmp_path_factory.mktemp("round")
        write_round(folder, rows=rows, codebook=CODEBOOK, extra=extra)
        (folder / "coded.csv").write_text(coded)
        return plan_run(load_round(folder))

    return plan


def whole(plan: Plan, batch_size: int = 10_000) -> Batch:
    batches = list(run_batches(plan, batch_size))
    figures = add_figures((RunFigures(b.bases, b.counts) for b in batches), plan.round)
    tables = [pa.concat_tables(tables) for tables in zip(*(b[:4] for b in batches), strict=True)]
    return Batch(*tables, figures.bases, figures.counts, add_tallies(b.tally for b in batches))


def by_key(table: pa.Table, *key: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {tuple(row[name] for name in key): row for row in table.to_pylist()}


@many
@given(st.one_of(answers, st.text(max_size=40)))
def test_quotes_are_cut_from_the_untouched_text(codebook: Codebook, text: str) -> None:
    row = {"response_id": "R", "respondent": "", "question": "improve", "text": text, "row": 2}
    kind = {"groups": [], "weight": None, "status": "substantive", "reason": "", "campaign": ""}
    codings = match_responses(
        RESPONSES.build([{**row, **kind}]), Matcher(codebook, number_sentences)
    )
    for coding in codings.codings.to_pylist():
        assert 0 <= coding["start"] < coding["end"] <= len(text)
        assert coding["quote"] == text[coding["start"] : coding["end"]]


@few
@given(rows_of)
def test_texts_come_through_a_run_untouched(
    plan_of: Callable[..., Plan], answered: list[tuple[str, str]]
) -> None:
    texts = whole(plan_of(answered)).responses["text"].to_pylist()
    assert texts == [text for pair in answered for text in pair]


@few
@given(rows_of, st.sampled_from(["substantive", "answered"]))
def test_every_response_is_accounted_for_and_no_count_passes_its_base(
    plan_of: Callable[..., Plan], answered: list[tuple[str, str]], base: str
) -> None:
    done = whole(plan_of(answered, f"base: {base}\n"))
    for row in done.bases.to_pylist():
        assert row["asked"] == len(answered) == sum(row[status] for status in STATUSES)
        assert row["substantive"] == row["with_theme"] + row["no_theme"]
        assert row["substantive"] <= row["of"] <= row["asked"]
        assert base == "answered" or row["of"] == row["substantive"]
    for count in done.counts.to_pylist():
        assert 0 <= count["cited"] <= count["of"]
        assert count["cited"] == sum(count[coder] for coder in CODERS)
        assert (count["share"] is None) is (count["of"] == 0)


@few
@given(rows_of)
def test_a_count_is_the_number_of_responses_with_a_coding(
    plan_of: Callable[..., Plan], answered: list[tuple[str, str]]
) -> None:
    done = whole(plan_of(answered))
    coded = {(c["question"], c["theme"], c["response_id"]) for c in done.codings.to_pylist()}
    for count in done.counts.to_pylist():
        themes = ("slow", "wifi") if count["net"] else (count["theme"],)
        found = {name for q, theme, name in coded if q == count["question"] and theme in themes}
        assert count["cited"] == len(found)


@few
@given(rows_of, st.integers(1, 10**6))
def test_figures_and_verdicts_ignore_the_order_of_the_rows(
    plan_of: Callable[..., Plan], answered: list[tuple[str, str]], seed: int
) -> None:
    first, second = whole(plan_of(answered)), whole(plan_of(answered, shuffled=seed))
    assert first.counts.equals(second.counts)
    assert first.bases.equals(second.bases)
    key = ("response_id", "theme", "facet")
    assert by_key(first.verdicts, *key) == by_key(second.verdicts, *key)


@few
@given(rows_of, st.integers(1, 5))
def test_a_run_does_not_depend_on_the_size_of_its_batches(
    plan_of: Callable[..., Plan], answered: list[tuple[str, str]], size: int
) -> None:
    plan = plan_of(answered)
    first, second = whole(plan), whole(plan, size)
    for name in first._fields[:-1]:
        assert getattr(first, name).to_pylist() == getattr(second, name).to_pylist(), name
    crossed = [count_crossed([b.tally], plan.codebook, plan.round) for b in (first, second)]
    for name in ("crossings", "comparisons", "people", "together", "weighted"):
        assert getattr(crossed[0], name).equals(getattr(crossed[1], name)), name


@few
@given(rows_of, st.data())
def test_verdicts_ignore_duplicates_and_order_of_codings_and_settle_once(
    plan_of: Callable[..., Plan], answered: list[tuple[str, str]], data: st.DataObject
) -> None:
    plan = plan_of(answered)
    done = whole(plan)
    order = data.draw(st.permutations(range(done.codings.num_rows)))
    again = done.codings.take(pa.array([*order, *order[:3]], pa.int64()))
    for codings in (done.codings, again):
        evidence = Evidence(done.responses, codings, plan.decisions)
        verdicts, figures, _ = settle(evidence, plan.codebook, plan.round, plan.coders)
        assert verdicts.to_pylist() == done.verdicts.to_pylist()
        assert figures.counts.to_pylist() == done.counts.to_pylist()


@few
@given(rows_of)
def test_the_same_answers_give_the_same_figures_again(
    plan_of: Callable[..., Plan], answered: list[tuple[str, str]]
) -> None:
    first, second = plan_of(answered), plan_of(answered)
    assert count_round(first).counts.equals(count_round(second).counts)
    assert count_round(first).counts.equals(count_round(first).counts)


@few
@given(rows_of, st.data())
def test_a_persons_absent_removes_a_response_and_nothing_else(
    plan_of: Callable[..., Plan], answered: list[tuple[str, str]], data: st.DataObject
) -> None:
    before = whole(plan_of(answered))
    cited = [v for v in before.verdicts.to_pylist() if v["present"]]
    assume(cited)
    struck = data.draw(st.sampled_from(cited))
    response_id = struck["response_id"]
    themes = {v["theme"] for v in cited if v["response_id"] == response_id} - {struck["theme"]}
    coded = "".join(f"{response_id},{theme}\n" for theme in themes or [""])
    extra = "decisions: coded.csv\n"
    after = whole(plan_of(answered, extra, coded=f"response_id,theme\n{coded}"))
    for count in before.counts.to_pylist():
        key = {"question": count["question"], "theme": count["theme"]}
        new = next(c for c in after.counts.to_pylist() if key.items() <= c.items())
        struck_here = struck["question"] == count["question"]
        if struck_here and count["theme"] == struck["theme"]:
            assert new["cited"] == count["cited"] - 1
        elif not (struck_here and count["net"]):
            assert new["cited"] == count["cited"]
        assert new["of"] == count["of"]
