"""Responses + fitted model -> codings with scores and top terms."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pyarrow as pa

from pipeline.classify.answered import NOTHING_ANSWERED, Answered
from pipeline.classify.model import Model
from pipeline.classify.score import Brought, Scored, Scorer, reach
from pipeline.classify.vocabulary import Seen
from pipeline.codebook.model import Codebook
from pipeline.tables import CODINGS, NAME, keep, rows

TOP_TERMS = 3
DECIMALS = 6


def classify_responses(
    responses: pa.Table,
    codings: pa.Table,
    scorer: Scorer,
    codebook: Codebook,
    answered: Answered = NOTHING_ANSWERED,
) -> pa.Table:
    """**responses** and the codings of rules -> **codings** of each theme whose score reaches its
    threshold.

    A theme is not coded in a question that the codebook bars it from. `terms` are the words and
    pairs of words that raised the score most, with what each added to the log odds.
    """
    substantive = keep(responses, "status", "substantive")
    ids, questions, texts = (
        substantive[name].to_pylist() for name in ("response_id", "question", "text")
    )
    if not texts:
        return CODINGS.build([])
    model = scorer.model
    marks = answered.add(themes_found(codings, ids), substantive["respondent"].to_pylist())
    scored = scorer.score(Seen(questions, texts, marks))
    reached = reach(model, questions, scored.probabilities) & _allowed(model, codebook, questions)
    row, theme = np.nonzero(reached)
    return _codings(substantive, scored, row, theme, scorer)


def themes_found(codings: pa.Table, ids: Iterable[str]) -> list[frozenset[str]]:
    """The themes that rules find in each response."""
    found: dict[str, set[str]] = {}
    for response_id, theme in rows(codings, "response_id", "theme"):
        found.setdefault(response_id, set()).add(theme)
    return [frozenset(found.get(response_id, ())) for response_id in ids]


def _allowed(model: Model, codebook: Codebook, questions: list[str]) -> np.ndarray:
    """Whether each theme of the model may be coded in each response."""
    applies = {theme.id: theme.applies_to for theme in codebook.themes}
    names = list(dict.fromkeys(questions))
    may = np.array([[applies[theme](name) for theme in model.themes] for name in names], bool)
    place = {name: number for number, name in enumerate(names)}
    found: np.ndarray = may[[place[question] for question in questions]]
    return found


def _codings(
    responses: pa.Table, scored: Scored, row: np.ndarray, theme: np.ndarray, scorer: Scorer
) -> pa.Table:
    count, chosen = len(row), responses.take(pa.array(row))
    nothing = pa.array(np.zeros(count, np.int32))
    columns = {
        "response_id": chosen["response_id"],
        "question": chosen["question"].combine_chunks().dictionary_encode(),
        "theme": _named(list(scorer.model.themes), theme),
        "facet": pa.DictionaryArray.from_arrays(nothing, pa.array([""])),
        "coder": pa.DictionaryArray.from_arrays(nothing, pa.array([scorer.model.coder])),
        "rule": pa.DictionaryArray.from_arrays(nothing, pa.array([""])),
        "start": pa.nulls(count, pa.int64()),
        "end": pa.nulls(count, pa.int64()),
        "quote": pa.array([""] * count, pa.string()),
        "score": pa.array(np.round(scored.probabilities[row, theme].astype(np.float64), DECIMALS)),
        "terms": _top_terms(scored, row, theme, scorer),
    }
    return CODINGS.check(pa.table(columns, schema=CODINGS.schema))


def _named(names: list[str], numbers: np.ndarray) -> pa.Array:
    return pa.DictionaryArray.from_arrays(numbers.astype(np.int32), pa.array(names, pa.string()))


def _top_terms(scored: Scored, row: np.ndarray, theme: np.ndarray, scorer: Scorer) -> pa.Array:
    """The words and pairs that raised each score most; of equal ones words first."""
    words = scorer.words(scored, theme, row)
    pairs = scorer.pairs(scored, theme, row)
    both = Brought(
        *(np.concatenate(parts) for parts in zip(words, pairs, strict=True)),
    )
    is_pair = np.arange(len(both.owner)) >= len(words.owner)
    weight = np.round(both.weight.astype(np.float64), DECIMALS)
    order = np.lexsort((both.what, is_pair, -weight, both.owner))
    order = order[weight[order] > 0]
    owner = both.owner[order]
    begins = np.searchsorted(owner, np.arange(len(row)))
    top = order[np.arange(len(order)) - begins[owner] < TOP_TERMS]
    counts = np.bincount(both.owner[top], minlength=len(row))
    names = name_terms(scorer, both.what[top], is_pair[top])
    kind = CODINGS.schema.field("terms").type
    items = pa.StructArray.from_arrays(
        [pa.array(names, pa.string()).cast(NAME), pa.array(weight[top])],
        fields=list(kind.value_type),
    )
    offsets = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), items, type=kind)


def name_terms(scorer: Scorer, numbers: np.ndarray, is_pair: np.ndarray) -> list[str]:
    """The words, or pairs of words, behind some numbers."""
    words = list(scorer.types)
    wide = len(scorer.model.vocabulary.words)
    pairs = scorer.model.vocabulary.pairs
    return [
        f"{words[pairs[number] // wide]} {words[pairs[number] % wide]}" if pair else words[number]
        for number, pair in zip(numbers.tolist(), is_pair.tolist(), strict=True)
    ]
