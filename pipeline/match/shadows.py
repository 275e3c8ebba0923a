"""Many texts folded at once: one buffer of classed bytes, and the way back to each text.

A byte of the buffer is a folded letter or digit (0x30 and above), an apostrophe, a hyphen, 0x20 for
white space, or 0x01 for anything else. Texts of ASCII alone, by far the most, are folded by one
table; the others go by code points, so that a letter may become several or none.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.text import WORD, fold

LETTER = 48
"""The least byte of a word; apostrophes and hyphens within words are below it."""
SPACE, APOSTROPHE, HYPHEN, OTHER = 32, 39, 45, 1
FOLLOWING = (SPACE, APOSTROPHE, HYPHEN, OTHER)
"""What may stand after the last letter of a run of letters."""
PAD = b"\1" * 9
"""Room for reading eight bytes from any place."""

_UNKNOWN, _SEVERAL = -1, -2
_CODES = 0x110000


def _class_of(character: str) -> int:
    if WORD.match(character):
        return ord(character)
    if character.isspace():
        return SPACE
    return ord(character) if character in "'-" else OTHER


_ASCII = bytes(_class_of(chr(byte).lower()) if byte < 128 else byte for byte in range(256))


@dataclass(frozen=True, slots=True)
class Shadows:
    """The folded texts of some rows: `text_of[i]` is the row of the i-th, which starts at
    `starts[i]` of `units`. `origin` gives the code point behind each unit, or None for ASCII.
    """

    units: np.ndarray
    starts: np.ndarray
    text_of: np.ndarray
    origin: np.ndarray | None = None
    marks: np.ndarray | None = None
    text_starts: np.ndarray | None = None

    def spans(self, places: np.ndarray, ends: np.ndarray) -> tuple[np.ndarray, ...]:
        """Row, start and end in the text of non-empty unit spans."""
        order = np.searchsorted(self.starts, places, side="right") - 1
        if self.origin is None or self.marks is None or self.text_starts is None:
            base = self.starts[order]
            return self.text_of[order], places - base, ends - base
        first, last = self.origin[places], self.origin[ends - 1] + 1
        # An accent typed as a character of its own stays with its letter.
        while (marked := self.marks[last]).any():
            last = last + marked
        base = self.text_starts[order]
        return self.text_of[order], first - base, last - base


def fold_ascii(texts: pa.Array) -> tuple[Shadows, np.ndarray]:
    """The shadows of texts, and the rows that are not ASCII: of those they are not true."""
    count = len(texts)
    rows = pa.ListArray.from_arrays(pa.array([0, count], pa.int32()), texts)
    joined: bytes = pc.binary_join(rows, "\1")[0].as_buffer().to_pybytes()
    lengths = pc.binary_length(texts).to_numpy(zero_copy_only=False).astype(np.int64)
    starts = np.cumsum(np.r_[1, lengths[:-1] + 1])
    units = np.frombuffer(b"\1" + joined.translate(_ASCII) + PAD, np.uint8)
    foreign = np.empty(0, np.int64)
    if not joined.isascii():
        places = np.flatnonzero(units >= 128)
        foreign = np.unique(np.searchsorted(starts, places, side="right") - 1)
    return Shadows(units, starts, np.arange(count)), foreign


class CodeTable:
    """What each code point folds to, learnt as it is met."""

    def __init__(self) -> None:
        self._one = np.full(_CODES, _UNKNOWN, np.int32)
        self._several: dict[int, tuple[int, ...]] = {}

    def fold(self, texts: Sequence[str], text_of: np.ndarray) -> Shadows:
        """The shadows of texts of any characters; `text_of` names their rows."""
        codes = np.frombuffer("\1".join(["", *texts, ""]).encode("utf-32-le"), np.uint32)
        folded = self._one[codes]
        if (folded == _UNKNOWN).any():
            self._learn(np.unique(codes[folded == _UNKNOWN]).tolist())
            folded = self._one[codes]
        several = np.flatnonzero(folded == _SEVERAL)
        marks = np.zeros(len(codes) + 1, bool)
        origin = np.arange(len(codes))
        if len(several):
            pieces = [self._several[code] for code in codes[several].tolist()]
            marks[several] = [
                not p and _is_mark(c) for p, c in zip(pieces, codes[several].tolist(), strict=True)
            ]
            lengths = np.ones(len(codes), np.int64)
            lengths[several] = [len(piece) for piece in pieces]
            origin = np.repeat(origin, lengths)
            folded = folded[origin]
            folded[folded == _SEVERAL] = [code for piece in pieces for code in piece]
        lengths = np.array([len(text) for text in texts], np.int64)
        text_starts = np.cumsum(np.r_[1, lengths[:-1] + 1])
        encoded = folded.astype("<u4").tobytes().decode("utf-32-le").encode()
        units = np.frombuffer(encoded + PAD, np.uint8)
        leads = np.flatnonzero((units[: len(encoded)] & 0xC0) != 0x80)
        widths = np.diff(np.r_[leads, len(encoded)])
        unit_origin = np.r_[np.repeat(origin, widths), np.full(len(PAD), len(codes))]
        starts = np.searchsorted(unit_origin, text_starts)
        return Shadows(units, starts, text_of, unit_origin, marks, text_starts)

    def _learn(self, codes: list[int]) -> None:
        for code in codes:
            folded = fold(chr(code)).folded
            pieces = tuple(_class_of(character) for character in folded)
            if len(pieces) == 1:
                self._one[code] = pieces[0]
            else:
                self._several[code] = pieces
                self._one[code] = _SEVERAL


@cache
def code_table() -> CodeTable:
    """The one table of a process: what a character folds to is the same for every codebook."""
    return CodeTable()


def _is_mark(code: int) -> bool:
    return unicodedata.category(chr(code)) == "Mn"
