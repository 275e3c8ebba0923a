"""The stage over many responses: batches, threads and vocabularies change nothing."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Codebook, Forms
from pipeline.match import Matcher, match_batches, match_responses
from pipeline.match.hits import TermTable
from pipeline.match.openings import Beginnings, Openings
from pipeline.match.ordering import GrowingRows, order_by, starts_group
from pipeline.match.vocabulary import MAX_TYPES
from pipeline.tables import RESPONSES
from pipeline.text import cut_quote, cut_quotes
from pipeline.tokenise import number_sentences

ROOT = Path(__file__).parents[1]
Loader = Callable[[str], Codebook]


def respond(texts: list[str]) -> pa.Table:
    return RESPONSES.build(
        {
            "response_id": f"R{n}",
            "respondent": "",
            "question": "q",
            "text": text,
            "row": n,
            "groups": [],
            "status": "substantive" if n % 7 else "filler",
            "reason": "",
            "campaign": "",
        }
        for n, text in enumerate(texts)
    )


def some_texts(count: int, seed: int) -> list[str]:
    dice = random.Random(seed)
    words = [
        "citrix",
        "wifi",
        "slow",
        "Café",
        "laptop’s",
        "crash.",
        "no",
        "printer\n😀",
        "log-in",
        "straße",
        "phone,",
        "old",
    ]
    return [" ".join(dice.choices(words, k=dice.randint(0, 30))) for _ in range(count)]


def test_batches_and_threads_change_nothing() -> None:
    codebook = load_codebook(ROOT / "codebooks" / "ict-strategy.yaml")
    table = respond(some_texts(3000, seed=1))
    whole = match_responses(table, Matcher(codebook, number_sentences)).codings
    assert len(whole) > 3000
    for size, workers in ((1, 1), (97, 2), (500, 4)):
        count = 300 if size == 1 else len(table)
        batches = [table.slice(n, min(size, count - n)) for n in range(0, count, size)]
        matched = match_batches(batches, Matcher(codebook, number_sentences), workers)
        found = pa.concat_tables(part.codings for part in matched)
        assert found.equals(whole.slice(0, len(found)))
        assert len(found) == len(whole) or size == 1


def test_threads_that_learn_the_same_words_at_once_find_the_same(codebook_of: Loader) -> None:
    codebook = codebook_of("  t: {rules: [{any: [w1*, 'w?2*', x w3*]}]}\n")
    texts = [" ".join(f"w{a * 40 + b} x" for b in range(40)) for a in range(500)]
    batches = [respond(texts[n::8]) for n in range(8)] * 2
    alone = [match_responses(b, Matcher(codebook, number_sentences)).codings for b in batches]
    together = match_batches(batches, Matcher(codebook, number_sentences), 8)
    assert all(part.codings.equals(one) for part, one in zip(together, alone, strict=True))


def test_more_word_types_than_the_vocabulary_holds_are_found_all_the_same(
    codebook_of: Loader,
) -> None:
    codebook = codebook_of("  t: {fuzzy: 1, rules: [target]}\n")
    matcher = Matcher(codebook, number_sentences)
    types = [f"word{n}" for n in range(MAX_TYPES + 5000)]
    texts = [" ".join([*types[n : n + 500], "target tarqet"]) for n in range(0, len(types), 500)]
    found = match_responses(respond(["filler", *texts, *texts[:5]]), matcher).codings
    kept = [n for n in range(1, len(texts) + 6) if n % 7]
    assert found["response_id"].to_pylist() == [f"R{n}" for n in kept for _ in range(2)]
    assert set(found["quote"].to_pylist()) == {"target", "tarqet"}


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.text(alphabet="aé😀\u0301 ß", min_size=1), min_size=1, max_size=4),
    st.randoms(use_true_random=False),
)
def test_quotes_cut_together_are_those_cut_one_by_one(
    texts: list[str], dice: random.Random
) -> None:
    rows = [dice.randrange(len(texts)) for _ in range(6)]
    spans = [sorted(dice.choices(range(len(texts[row]) + 1), k=2)) for row in rows]
    array = pa.array(["before", *texts])[1:]
    cut = cut_quotes(array, np.array(rows, np.int64), np.array(spans, np.int64))
    assert cut.to_pylist() == [
        cut_quote(texts[row], *span) for row, span in zip(rows, spans, strict=True)
    ]


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1 << 40), st.integers(0, 3))))
def test_rows_are_ordered_whether_they_fit_one_number_or_not(rows: list[tuple[int, ...]]) -> None:
    columns = np.array(rows, np.int64).reshape(-1, 3).T
    for wide in (columns, columns * np.array([[1], [1 << 20], [1]])):
        order = order_by(*wide)
        ordered = [tuple(row) for row in wide.T[order].tolist()]
        assert ordered == sorted(map(tuple, wide.T.tolist()))
        fresh = starts_group(*(column[order] for column in wide))
        assert fresh.sum() == len(set(ordered))


@pytest.mark.parametrize("word", ["a", "it", "its", "item", "é", "и"])
@pytest.mark.parametrize("after", [" ", "'", "-", "\x01"])
def test_no_word_that_may_fit_is_passed_over(word: str, after: str) -> None:
    def key(text: str) -> np.ndarray:
        return np.array([int.from_bytes(text.encode()[:8].ljust(8, b"z"), "little")], np.uint64)

    for one in (Beginnings([word], []), Beginnings([word, "a"], [])):
        assert len(Openings(one, one).pass_over(key(word + after + "zz"))) == 1
    for one in (Beginnings([], [word]), Beginnings([], [word, "a"])):
        assert len(Openings(one, one).pass_over(key(word + "zz"))) == 1


def test_most_words_are_passed_over() -> None:
    dice = random.Random(1)
    letters = "abcdefghijklmnopqrstuvwxyz"
    words = ["".join(dice.choices(letters, k=8)).encode() for _ in range(1000)]
    keys = np.array([int.from_bytes(word, "little") for word in words], np.uint64)
    known = Beginnings(["citrix", "wifi", "it"], ["slow", "crash"])
    assert len(Openings(known, known).pass_over(keys)) < 50


def test_words_within_phrases_are_not_searched_for() -> None:
    table = TermTable("fold", "fold")
    table.add("access to the building", Forms())
    openings = table.index().openings
    assert openings
    keys = [int.from_bytes(word.ljust(8).encode(), "little") for word in ("to", "the", "building")]
    assert openings.pass_over(np.array(keys, np.uint64)).tolist() == [2]


def test_rows_grow_and_keep_what_readers_have() -> None:
    rows = GrowingRows(2)
    rows.add([(1, 2)])
    seen = rows.rows
    rows.add([(n, n) for n in range(5000)])
    rows.add([])
    assert seen.tolist() == [[1, 2]]
    assert len(rows) == 5001
    assert rows.rows[-1].tolist() == [4999, 4999]


@pytest.mark.parametrize(
    ("rule", "word"),
    [
        ("{any: [citrix], fuzzy: 1}", "ha" * 100_000),
        ("'*ha*x*b'", "hax" * 30_000),
        ("'*a*b*c*d*e'", "abcd" * 30_000),
    ],
)
def test_a_word_without_end_takes_no_time_without_end(
    codebook_of: Loader, rule: str, word: str
) -> None:
    matcher = Matcher(codebook_of(f"  t: {{rules: [{rule}, wifi]}}\n"), number_sentences)
    found = match_responses(respond(["", f"{word} wifi"]), matcher).codings
    assert found["quote"].to_pylist() == ["wifi"]


def test_a_facet_far_from_many_quotes_gives_one_quote_not_all(codebook_of: Loader) -> None:
    codebook = codebook_of(
        "  t: {rules: [wifi]}\nfacets: {r: {f: {within: response, rules: [slow]}}}\n"
    )
    text = "wifi " * 20_000 + "slow"
    found = match_responses(respond(["", text]), Matcher(codebook, number_sentences)).codings
    assert found["facet"].to_pylist() == [""] * 20_000 + ["f"]
    assert found["quote"][20_000].as_py() == text


@pytest.mark.parametrize("text", ["slow wifi", "wifi slow"])
def test_of_two_facet_rules_at_the_same_words_the_first_is_named(
    codebook_of: Loader, text: str
) -> None:
    codebook = codebook_of("  t: {rules: [wifi]}\nfacets: {r: {f: {rules: [slow, 'slow*']}}}\n")
    found = match_responses(respond(["", text]), Matcher(codebook, number_sentences)).codings
    assert found["rule"].to_pylist() == ["t/1", "f/1"]
