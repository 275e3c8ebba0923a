"""Responses + a compiled codebook -> codings by rule, with spans."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.match.matcher import PATTERN_SECONDS, Findings, Matcher
from pipeline.match.near import NONE
from pipeline.tables import CODINGS, PROBLEMS
from pipeline.text import cut_quotes

CHUNK_BYTES = 2_000_000
"""So much text at a time: less, and threads wait for each other; more, and caches overflow."""


class Matched(NamedTuple):
    """**codings** by rule, and the **problems**: responses that a pattern took too long on."""

    codings: pa.Table
    problems: pa.Table


def match_batches(
    batches: Iterable[pa.Table], matcher: Matcher, workers: int = 2
) -> Iterator[Matched]:
    """`match_responses` on each batch, several at a time; the results in the order given."""
    with ThreadPoolExecutor(workers) as pool:
        waiting: deque[Future[Matched]] = deque()
        for batch in batches:
            waiting.append(pool.submit(match_responses, batch, matcher))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def match_responses(responses: pa.Table, matcher: Matcher) -> Matched:
    """**responses** -> **codings** by rule; only substantive responses are matched."""
    substantive = _substantive(responses)
    chunks = [_match(chunk, matcher) for chunk in _chunks(substantive)]
    if not chunks:
        return Matched(CODINGS.build([]), PROBLEMS.build([]))
    return Matched(*(pa.concat_tables(tables) for tables in zip(*chunks, strict=True)))


def _substantive(responses: pa.Table) -> pa.Table:
    """The responses to match, in one piece each column; not copied where all of them are."""
    kept = pc.equal(responses["status"], "substantive")
    wanted = responses.select(["response_id", "question", "text"])
    if pc.all(kept).as_py():
        return wanted if wanted["text"].num_chunks == 1 else wanted.combine_chunks()
    return wanted.filter(kept).combine_chunks()


def _chunks(responses: pa.Table) -> Iterator[pa.Table]:
    """The responses in parts of about CHUNK_BYTES of text each."""
    if not len(responses):
        return
    sizes = pc.binary_length(responses["text"]).to_numpy(zero_copy_only=False)
    number = np.cumsum(sizes, dtype=np.int64) // CHUNK_BYTES
    edges = np.flatnonzero(np.r_[True, number[1:] != number[:-1], True])
    for start, end in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        yield responses.slice(start, end - start)


def _match(responses: pa.Table, matcher: Matcher) -> Matched:
    texts = _one(responses["text"])
    findings = matcher.find(texts, _one(responses["question"]))
    ids = responses["response_id"]
    problems = [
        {
            "response_id": ids[row].as_py(),
            "rule": matcher.table.rules[rule][1].id,
            "reason": f"the pattern took over {PATTERN_SECONDS} s",
        }
        for row, rule in findings.timed_out
    ]
    return Matched(_table(responses, texts, findings, matcher), PROBLEMS.build(problems))


def _one(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _table(responses: pa.Table, texts: pa.Array, findings: Findings, matcher: Matcher) -> pa.Table:
    found, count = findings.found, len(findings.found)
    rows = pa.array(found.row)
    facets = ["", *(facet.id for facet in matcher.table.facets)]
    columns = {
        "response_id": _one(responses["response_id"]).take(rows),
        "question": _one(responses["question"]).dictionary_encode().take(rows),
        "theme": _named([theme.id for theme in matcher.table.themes], findings.theme),
        "facet": _named(facets, findings.facet + 1),
        "coder": _named([matcher.coder], np.zeros(count, np.int64)),
        "rule": _named([rule.id for _, rule in matcher.table.rules], found.rule),
        "start": pa.array(found.start, pa.int64()),
        "end": pa.array(found.end, pa.int64()),
        "quote": cut_quotes(texts, found.row, np.column_stack((found.start, found.end))),
        "score": pa.nulls(count, pa.float64()),
        "terms": _terms(found.terms, matcher.sources),
    }
    return CODINGS.check(pa.table(columns, schema=CODINGS.schema))


def _named(names: list[str], numbers: np.ndarray) -> pa.Array:
    return pa.DictionaryArray.from_arrays(numbers.astype(np.int32), pa.array(names, pa.string()))


def _terms(terms: np.ndarray, sources: list[str]) -> pa.Array:
    """A list of terms for each row, without the padding."""
    here = terms != NONE
    names = _named(sources, terms[here])
    kind = CODINGS.schema.field("terms").type
    items = pa.StructArray.from_arrays(
        [names, pa.nulls(len(names), pa.float64())], fields=list(kind.value_type)
    )
    offsets = np.r_[0, np.cumsum(here.sum(axis=1))].astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), items, type=kind)
