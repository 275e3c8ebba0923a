"""What a batch leaves behind to be counted: who answered, from which group, and who cites what."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.codebook.model import Codebook
from pipeline.count.cited import Cited, names_of
from pipeline.round import Round
from pipeline.tables import IN_BASE, keep


@dataclass(frozen=True, slots=True)
class Coded:
    """A column of few different values: each value once, and which of them each row has."""

    names: tuple[str, ...]
    code: np.ndarray

    @classmethod
    def of(cls, column: pa.ChunkedArray | pa.Array) -> Coded:
        """The values of a column, in the order of their first appearance."""
        whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
        encoded = whole.dictionary_encode()
        code = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32)
        return cls(tuple(encoded.dictionary.to_pylist()), code)

    @classmethod
    def join(cls, parts: Sequence[Coded]) -> Coded:
        """The rows of all, one after the other."""
        names = tuple(dict.fromkeys(name for part in parts for name in part.names))
        place = {name: number for number, name in enumerate(names)}
        moved = [np.array([place[n] for n in part.names], np.int32) for part in parts]
        codes = [to[part.code] for to, part in zip(moved, parts, strict=True) if len(part.code)]
        return cls(names, np.concatenate(codes) if codes else np.zeros(0, np.int32))


@dataclass(frozen=True, slots=True)
class Tally:
    """The responses of the base, a row each, as numbers; texts are gone.

    `respondent` is a hash of who answered (0 where the source names nobody), `weight` the survey
    weight (1 without), `campaign` whether it is a copy of a campaign's text, `groups` one column
    for each of the round's, `cited` what each row cites.
    """

    question: Coded
    respondent: np.ndarray
    weight: np.ndarray
    campaign: np.ndarray
    groups: tuple[Coded, ...]
    cited: Cited

    @property
    def rows(self) -> int:
        """The number of responses."""
        return len(self.respondent)


def tally_responses(
    responses: pa.Table,
    verdicts: pa.Table,
    codebook: Codebook,
    the_round: Round,
    codings: pa.Table | None = None,
) -> Tally:
    """**responses** and their **verdicts** -> what is left of them to be counted; from **codings**
    how often each theme is mentioned.
    """
    based = keep(responses, "status", *IN_BASE[the_round.base])
    codes = len(names_of(codebook)[0]) * len(names_of(codebook)[1])
    # Only substantive responses have verdicts; a duplicate has the id of another.
    place = np.flatnonzero(pc.equal(based["status"], "substantive").to_numpy())
    ids = based["response_id"].combine_chunks().take(pa.array(place))
    found = Cited.of(verdicts, codebook, ids, codings)
    cited = Cited.sort(place[found.row], found.by, found.times, found.code, codes, len(based))
    weight = based["weight"].fill_null(1.0).to_numpy()
    return Tally(
        question=Coded.of(based["question"]),
        respondent=hash_names(based["respondent"]),
        weight=weight,
        campaign=pc.not_equal(based["campaign"], "").to_numpy(),
        groups=_groups(based["groups"], the_round.source.groups),
        cited=cited,
    )


def add_tallies(parts: Iterable[Tally]) -> Tally:
    """The rows of all, one after the other."""
    every = list(parts)
    ends = np.cumsum([0, *(part.rows for part in every)]).tolist()
    cited = [part.cited for part in every]
    return Tally(
        question=Coded.join([part.question for part in every]),
        respondent=np.concatenate([part.respondent for part in every]),
        weight=np.concatenate([part.weight for part in every]),
        campaign=np.concatenate([part.campaign for part in every]),
        groups=tuple(map(Coded.join, zip(*(part.groups for part in every), strict=True))),
        cited=Cited.sort(
            np.concatenate([one.row + start for one, start in zip(cited, ends, strict=False)]),
            np.concatenate([one.by for one in cited]),
            np.concatenate([one.times for one in cited]),
            np.concatenate([one.code for one in cited]),
            len(cited[0].starts) - 1,
            ends[-1],
        ),
    )


def _groups(column: pa.ChunkedArray, names: Sequence[str]) -> tuple[Coded, ...]:
    """Each group column of a map that holds them all, in this order, in every row."""
    flat = column.combine_chunks()
    values = flat.items.slice(flat.offsets[0].as_py() if len(flat) else 0)
    wide = len(names)
    return tuple(
        Coded.of(values.take(pa.array(np.arange(n, len(flat) * wide, wide)))) for n in range(wide)
    )


def hash_names(column: pa.ChunkedArray) -> np.ndarray:
    """A number for each respondent, 0 for none: 64 bits, so that two of a million people share one
    about once in forty million rounds.
    """
    coded = Coded.of(column)
    numbers = np.array([hash(name) or 1 if name else 0 for name in coded.names], np.int64)
    found: np.ndarray = numbers[coded.code] if len(numbers) else np.zeros(0, np.int64)
    return found
