"""A held round with a codebook that was edited: what its rules find follows, in place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa

from pipeline.codebook.model import Codebook, Theme
from pipeline.estimate import freeze_codebook
from pipeline.review.desk.effect import keep_policies
from pipeline.review.desk.machine import (
    find_modelled,
    find_rules,
    is_modelled,
    judge,
    mark_ruled,
    places_of,
    rules_meet,
)
from pipeline.review.desk.material import Material
from pipeline.tables import CODINGS


def rehold(material: Material, new: Codebook) -> Material:
    """The round as it would be held with the new codebook, whose themes are the same.

    Only the themes whose rules changed are matched again, or all where rules depend on each other.
    What the classifier says stays: its scores are of what the rules found when it was asked.
    """
    new = keep_policies(material, new)
    held = {theme.id: theme.rules for theme in material.codebook.themes}
    changed = [theme for theme in new.themes if theme.rules != held[theme.id]]
    if changed and rules_meet(new):
        changed = list(new.themes)
    codings = _rename(material.codings, material.codebook.coder, new.coder)
    ruled, starts = material.gathered.ruled, material.starts
    if changed:
        fresh = find_rules(material.responses, new, changed, facets=True)
        ruled = ruled.copy()
        ruled[:, [material.columns[theme.id] for theme in changed]] = False
        mark_ruled(ruled, fresh, material)
        codings, starts = _replace(material, codings, fresh, changed)
    names = [
        new.coder if name == material.codebook.coder else name for name in material.gathered.coders
    ]
    gathered = replace(
        material.gathered,
        ruled=ruled,
        machine=judge(ruled, find_modelled(material), new),
        coders=tuple(names),
        frozen={**material.gathered.frozen, **freeze_codebook(new)},
    )
    return replace(material, codebook=new, gathered=gathered, codings=codings, starts=starts)


def _replace(
    material: Material, codings: pa.Table, fresh: pa.Table, changed: Sequence[Theme]
) -> tuple[pa.Table, np.ndarray]:
    """The codings of some themes by rule replaced, in the order of the responses: rules first."""
    rank = {theme.id: number for number, theme in enumerate(material.codebook.themes)}
    numbers = _numbers(codings["theme"], rank)
    old = np.isin(numbers, [rank[theme.id] for theme in changed]) & ~is_modelled(codings)
    places = np.repeat(np.arange(len(material)), np.diff(material.starts))[~old]
    joined = pa.concat_tables([codings.filter(pa.array(~old)), fresh]).unify_dictionaries()
    where = np.r_[places, places_of(fresh, material)]
    themes = _numbers(joined["theme"], rank)
    model = is_modelled(joined)
    order = np.lexsort((np.arange(len(where)), np.where(model, 0, themes), model, where))
    starts = np.searchsorted(where[order], np.arange(len(material) + 1))
    return CODINGS.check(joined.take(pa.array(order)).combine_chunks()), starts


def _numbers(column: pa.ChunkedArray, rank: dict[str, int]) -> np.ndarray:
    """The number of each theme of a column."""
    found = [np.empty(0, np.int64)]
    for chunk in column.chunks:
        known = np.array([rank[name] for name in chunk.dictionary.to_pylist()], dtype=np.int64)
        found.append(known[chunk.indices.to_numpy()])
    return np.concatenate(found)


def _rename(codings: pa.Table, old: str, new: str) -> pa.Table:
    """The codings of one coder under another name."""
    chunks = []
    for chunk in codings["coder"].chunks:
        names = [new if name == old else name for name in chunk.dictionary.to_pylist()]
        known = pa.array(names, chunk.type.value_type)
        chunks.append(pa.DictionaryArray.from_arrays(chunk.indices, known))
    at = codings.schema.get_field_index("coder")
    column = pa.chunked_array(chunks, codings.schema.field("coder").type)
    return codings.set_column(at, codings.schema.field("coder"), column)
