"""Verdicts as numbers: which response cites what, and on whose word."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.codebook.model import Codebook

WORD_ORDER = ("human", "codebook", "classifier")
"""Whose word a response stands on in a net or parent, where its members rest on several."""


@dataclass(frozen=True, slots=True)
class Cited:
    """The verdicts that are present: `row` is the response's number, `code` that of theme and facet
    (see `code_of`), `by` the place in WORD_ORDER of who says so, `times` how often it is mentioned.
    They are in the order of `code`, and `starts` says where each code begins.
    """

    row: np.ndarray
    by: np.ndarray
    times: np.ndarray
    starts: np.ndarray
    responses: int

    @classmethod
    def of(
        cls, verdicts: pa.Table, codebook: Codebook, ids: pa.Array, codings: pa.Table | None = None
    ) -> Cited:
        """The present **verdicts** of some responses, numbered by their place in `ids`.

        A theme is mentioned as often as the response has different quotes of it among **codings**;
        once where it has none.
        """
        present = verdicts.filter(verdicts["present"])
        themes, facets = names_of(codebook)
        row = _place(present["response_id"], ids)
        code = _place(present["theme"], themes) * len(facets) + _place(present["facet"], facets)
        by = _place(present["by"], pa.array(WORD_ORDER))
        codes = len(themes) * len(facets)
        times = np.ones(len(row), np.int64)
        if codings is not None:
            times = _count_quotes(row * codes + code, codings, codebook, ids)
        return cls.sort(row, by, times, code, codes, len(ids))

    @classmethod
    def sort(
        cls,
        row: np.ndarray,
        by: np.ndarray,
        times: np.ndarray,
        code: np.ndarray,
        codes: int,
        responses: int,
    ) -> Cited:
        """By code, and within it as they come."""
        order = np.argsort(code, kind="stable")
        starts = np.searchsorted(code[order], np.arange(codes + 1))
        return cls(
            row=row[order].astype(np.int32),
            by=by[order].astype(np.int8),
            times=times[order].astype(np.int32),
            starts=starts,
            responses=responses,
        )

    @property
    def code(self) -> np.ndarray:
        """The code of each entry."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))

    def mentions(self, codes: Iterable[int]) -> tuple[np.ndarray, np.ndarray]:
        """The responses that cite any of some codes, for each code once, and how often each is
        mentioned.
        """
        places = np.concatenate(
            [np.arange(self.starts[code], self.starts[code + 1]) for code in codes]
            or [np.zeros(0, np.int64)]
        )
        return self.row[places], self.times[places]

    def words(self, codes: Iterable[int]) -> tuple[np.ndarray, np.ndarray]:
        """The responses that cite any of some codes, each once, and whose word each stands on: the
        first in WORD_ORDER.
        """
        parts = [slice(self.starts[code], self.starts[code + 1]) for code in codes]
        if len(parts) == 1:
            return self.row[parts[0]], self.by[parts[0]]
        row = np.concatenate([self.row[part] for part in parts] or [self.row[:0]])
        by = np.concatenate([self.by[part] for part in parts] or [self.by[:0]])
        best = np.full(self.responses, len(WORD_ORDER), np.int8)
        for word in reversed(range(len(WORD_ORDER))):
            best[row[by == word]] = word
        found = np.flatnonzero(best < len(WORD_ORDER)).astype(np.int32)
        return found, best[found]


def names_of(codebook: Codebook) -> tuple[pa.Array, pa.Array]:
    """The names that codes are made of: themes, and the facets after the theme itself."""
    themes = pa.array([theme.id for theme in codebook.themes], pa.string())
    return themes, pa.array(["", *(facet.id for facet in codebook.facets)], pa.string())


def codes_of(codebook: Codebook) -> dict[tuple[str, str], tuple[int, ...]]:
    """The codes that make each entry and facet: of a net its members', of a parent its own and
    those under it.
    """
    themes, facets = (names.to_pylist() for names in names_of(codebook))
    place = {theme: number for number, theme in enumerate(themes)}
    return {
        (entry.id, facet): tuple(
            place[member] * len(facets) + number for member in codebook.members(entry)
        )
        for entry in codebook.entries
        for number, facet in enumerate(facets)
    }


class Pairs(NamedTuple):
    """Of every two themes that a response cites (either order, and each with itself): the response,
    and first x themes + second. `names` are the themes.
    """

    names: tuple[str, ...]
    rows: np.ndarray
    both: np.ndarray


@dataclass(frozen=True, slots=True)
class Incidence:
    """Who cites what of `keys` (theme or net, and facet): `row` and `key` go together, each pair
    once, in the order of `key`.
    """

    keys: tuple[tuple[str, str], ...]
    row: np.ndarray
    key: np.ndarray

    @classmethod
    def of(cls, cited: Cited, codebook: Codebook) -> Incidence:
        """Of every theme and net of a codebook, and their facets."""
        codes = codes_of(codebook)
        rows = [cited.words(found)[0] for found in codes.values()]
        key = np.repeat(np.arange(len(rows), dtype=np.int32), [len(found) for found in rows])
        return cls(tuple(codes), np.concatenate(rows), key)

    def only(self, wanted: Sequence[tuple[str, str]]) -> Incidence:
        """Of some keys, in this order."""
        place = {key: number for number, key in enumerate(wanted)}
        moved = np.array([place.get(key, -1) for key in self.keys], np.int32)[self.key]
        kept = moved >= 0
        return Incidence(tuple(wanted), self.row[kept], moved[kept])

    def pairs(self) -> tuple[np.ndarray, np.ndarray]:
        """The rows of `Pairs`, of keys."""
        # The entries are in the order of their key, and stay so within a row.
        order = np.argsort(self.row, kind="stable")
        row, key = self.row[order], self.key[order].astype(np.int64)
        begins = np.append(True, row[1:] != row[:-1])[: len(row)]
        start, group = np.flatnonzero(begins), np.cumsum(begins) - 1
        times = np.diff(np.append(start, len(row)))[group]
        first = np.repeat(np.arange(len(row)), times)
        within = np.arange(len(first)) - np.repeat(np.cumsum(times) - times, times)
        second = start[group[first]] + within
        return row[first], key[first] * len(self.keys) + key[second]

    def pair_themes(self, codebook: Codebook) -> Pairs:
        """The pairs of themes, nets left out."""
        names = tuple(theme.id for theme in codebook.themes)
        return Pairs(names, *self.only([(name, "") for name in names]).pairs())


def _count_quotes(
    wanted: np.ndarray, codings: pa.Table, codebook: Codebook, ids: pa.Array
) -> np.ndarray:
    """How many different quotes each of some responses x codes has; 1 where it has none."""
    themes, facets = names_of(codebook)
    quoted = codings.filter(pc.is_valid(codings["start"]))
    row = pc.index_in(quoted["response_id"], value_set=ids).fill_null(-1).to_numpy()
    code = _named(quoted["theme"], themes) * len(facets) + _named(quoted["facet"], facets)
    place = row.astype(np.int64) * (len(themes) * len(facets)) + code
    span = quoted["start"].to_numpy() << 32 | quoted["end"].to_numpy()
    order = np.lexsort((span, place))
    place, span = place[order], span[order]
    new = np.append(True, (place[1:] != place[:-1]) | (span[1:] != span[:-1]))[: len(place)]
    place = place[new]
    first, last = (np.searchsorted(place, wanted, side) for side in ("left", "right"))
    times: np.ndarray = np.maximum(last - first, 1)
    return times


def _named(column: pa.ChunkedArray, known: pa.Array) -> np.ndarray:
    """As `_place`, of a column that holds each name once."""
    unified = column.unify_dictionaries()
    whole = unified.chunk(0) if unified.num_chunks == 1 else unified.combine_chunks()
    places = pc.index_in(whole.dictionary, value_set=known).to_numpy()
    found: np.ndarray = places[whole.indices.to_numpy()] if len(whole) else np.zeros(0, np.int64)
    return found.astype(np.int64)


def _place(names: pa.ChunkedArray, known: pa.Array) -> np.ndarray:
    """The place of each name among the known; ValueError for one that is not among them."""
    found = pc.index_in(names, value_set=known)
    if found.null_count:
        missing = names.filter(pc.is_null(found))[0].as_py()
        raise ValueError(f"'{missing}' is in a verdict and is not known")
    places: np.ndarray = found.to_numpy().astype(np.int64)
    return places
