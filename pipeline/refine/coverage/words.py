"""How many words of each response stand inside a quote."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.text import cut_quotes

_WORD = r"[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:['’][\p{L}\p{N}][\p{L}\p{N}\p{M}]*)*"


@dataclass(frozen=True, slots=True)
class Explained:
    """Words inside quotes of all words, and how the share is spread over responses.

    `quartiles` are the least, first, median, third and most; empty where there is no response.
    """

    inside: int
    words: int
    quartiles: tuple[float, ...]

    @classmethod
    def of(cls, inside: np.ndarray, words: np.ndarray) -> Explained:
        """From the two numbers of every response."""
        shares = inside / np.maximum(words, 1)
        spread = np.quantile(shares, (0, 0.25, 0.5, 0.75, 1)) if len(shares) else np.zeros(0)
        return cls(int(inside.sum()), int(words.sum()), tuple(spread.round(4).tolist()))

    @property
    def share(self) -> float | None:
        """The share of all words that stand inside quotes."""
        return self.inside / self.words if self.words else None


def count_words(texts: pa.Array) -> np.ndarray:
    """How many words each text has: runs of letters and digits with inner apostrophes.

    >>> count_words(pa.array(["Don't log-in, café’s", ""])).tolist()
    [4, 0]
    """
    counts: np.ndarray = pc.count_substring_regex(texts, _WORD).to_numpy(zero_copy_only=False)
    return counts.astype(np.int64)


def explain_words(responses: pa.Table, codings: pa.Table) -> np.ndarray:
    """The words of each response that stand inside quotes; each once, however many quotes."""
    inside = np.zeros(len(responses), np.int64)
    if not len(codings):
        return inside
    texts = pa.concat_arrays(responses["text"].chunks)
    places = pc.index_in(codings["response_id"], responses["response_id"].combine_chunks())
    row = places.to_numpy().astype(np.int64)
    rows, spans = _merge(row, codings["start"].to_numpy(), codings["end"].to_numpy())
    np.add.at(inside, rows, count_words(cut_quotes(texts, rows, spans)))
    return inside


def _merge(row: np.ndarray, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rows and spans that the given ones cover, without overlaps."""
    order = np.lexsort((end, start, row))
    row, start, end = row[order], start[order], end[order]
    wide = int(end.max()) + 1
    reach = np.maximum.accumulate(row * wide + end)
    fresh = np.r_[True, (row * wide + start)[1:] >= reach[:-1]]
    first = np.flatnonzero(fresh)
    last = np.r_[first[1:], len(row)] - 1
    return row[first], np.column_stack((start[first], reach[last] - row[first] * wide))
