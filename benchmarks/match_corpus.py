"""A seeded corpus of comments: runs of real prose with terms planted in them, as Parquet.

The prose is the docstrings, comments and documents of the standard library and of the packages
beside this Python: in two environments the corpora differ, in one they are the same.
"""

import re
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from match_codebooks import THEMES

from pipeline.tables import RESPONSES

SEED = 20_240
GROUP = 50_000
QUESTIONS = ("q1", "q2", "q3", "q4")
REGIONS = ("East", "North", "South", "West", "Wales")
ENDINGS = ("", "s", "ing", "ed", "er", "ly")
NEGATIONS = ("", "not ", "no ", "never ", "without ", "don't need ")
SEPARATORS = (" ", ". ", ", ", " - ", "; ", "! ", "? ", " (", ") ", "'s ", ": ", "... ", "-")
SHARES = (0.56, 0.18, 0.15, 0.015, 0.01, 0.015, 0.015, 0.01, 0.01, 0.01, 0.01, 0.01, 0.005)
ENDS_SENTENCE = (1, 5, 6)

_WANTED = frozenset({".py", ".md", ".rst", ".txt"})
_DOCSTRING = re.compile(r'"""(.*?)"""|#+ ([^\n]*)', re.DOTALL)
_COMMENT_LINE = re.compile(r"[^\W\d_][^<>{}|\\@$%^~]{29,}")
_WORD = re.compile(r"(?<![\w.])[a-z]+(?:['-][a-z]+)*(?![\w(])")
_COMMON = frozenset(
    re.findall(
        r"\w+",
        "the of and to a in is that it for as with be on not this are by or if can an will from "
        "have has was were been at which when you we they there should would could may more",
    )
)


def prose(folder: Path, limit: int = 6_000_000) -> list[str]:
    """Words of prose in the order of the text, lower case; kept in the folder."""
    kept = folder / f"prose-{limit}.txt"
    if not kept.exists():
        words: list[str] = []
        seen: set[str] = set()
        for line in _lines():
            if line not in seen and len(words) < limit:
                seen.add(line)
                words += _words(line)
        kept.write_text(" ".join(words), encoding="ascii")
    return kept.read_text(encoding="ascii").split(" ")


def _lines() -> Iterator[str]:
    roots = [Path(sysconfig.get_path(name)) for name in ("stdlib", "purelib")]
    for root in roots:
        files = [
            (path.relative_to(root).as_posix(), path)
            for path in root.rglob("*")
            if path.suffix in _WANTED or path.name == "METADATA"
        ]
        skipped = ["/test/", "/tests/", "/verbatims-"]
        if root is roots[0]:
            skipped.append("/site-packages/")
        for name, path in sorted(files):
            if any(part in f"/{name}" for part in skipped) or not path.is_file():
                continue
            text = path.read_text(encoding="utf-8", errors="ignore")
            if path.suffix == ".py":
                text = "\n".join(one or two for one, two in _DOCSTRING.findall(text))
            for line in text.splitlines():
                match = _COMMENT_LINE.fullmatch(line.strip())
                if match:
                    yield match.group()


def _words(line: str) -> list[str]:
    """The words of a line, if it reads like a sentence: enough of the commonest words."""
    words = _WORD.findall(line.lower())
    common = sum(word in _COMMON for word in words)
    fine = len(words) >= 6 and common >= 0.2 * len(words) and max(map(len, words)) <= 18
    return words if fine else []


class Pool:
    """One row of bytes that holds the prose, the separators and every surface of every term."""

    def __init__(self, words: list[str]) -> None:
        surfaces = [
            negation + cased
            for terms in THEMES.values()
            for term in terms
            for ending in ENDINGS
            for cased in _cases(term.removesuffix("*") + (ending if "*" in term else ""))
            for negation in NEGATIONS
        ]
        joined = " ".join((*words, *surfaces, "")).encode() + "".join(SEPARATORS).encode()
        lengths = np.array([len(text) for text in words])
        self.word_starts = np.concatenate([[0], np.cumsum(lengths + 1)])
        self.bytes = np.frombuffer(joined, np.uint8)
        self.surface_lengths = np.array([len(text) for text in surfaces])
        ends = np.cumsum(self.surface_lengths + 1)
        self.surface_starts = self.word_starts[-1] + np.concatenate([[0], ends[:-1]])
        self.mark_lengths = np.array([len(text) for text in SEPARATORS])
        before = np.concatenate([[0], np.cumsum(self.mark_lengths)[:-1]])
        self.mark_starts = self.word_starts[-1] + ends[-1] + before


def _cases(text: str) -> tuple[str, str, str]:
    return text, text.title(), text.upper()


def write_corpus(path: Path, size: int, words: list[str]) -> Path:
    """The comments in the columns of the responses table; a file that is there is kept."""
    if path.exists():
        return path
    pool = Pool(words)
    unfinished = path.with_suffix(".unfinished")
    with pq.ParquetWriter(unfinished, RESPONSES.schema, compression="zstd") as writer:
        for first in range(0, size, GROUP):
            rng = np.random.default_rng([SEED, size, first])
            texts = _texts(rng, pool, min(GROUP, size - first))
            writer.write_table(_responses(texts, first), row_group_size=GROUP)
    unfinished.rename(path)
    return path


def _responses(texts: pa.Array, first: int) -> pa.Table:
    """The texts as answers of people who answered every question, in the layout of a survey."""
    place = np.arange(first, first + len(texts))
    person, asked = np.divmod(place, len(QUESTIONS))
    question = pa.array(QUESTIONS).take(pa.array(asked))
    respondent = pc.binary_join_element_wise("P", pa.array(person + 1).cast(pa.string()), "")
    regions = pa.array(REGIONS).take(pa.array(person % len(REGIONS)))
    keys = pa.array(["region"] * len(texts))
    offsets = pa.array(np.arange(len(texts) + 1, dtype=np.int32))
    nothing = pa.array([""] * len(texts))
    columns: dict[str, Any] = {
        "response_id": pc.binary_join_element_wise(respondent, question, "/"),
        "respondent": respondent,
        "question": question,
        "text": texts,
        "row": pa.array(person + 2),
        "groups": pa.MapArray.from_arrays(offsets, keys, regions),
        "status": pa.array(["substantive"] * len(texts)),
        "reason": nothing,
        "campaign": nothing,
    }
    return pa.table(columns, schema=RESPONSES.schema)


def _texts(rng: np.random.Generator, pool: Pool, size: int) -> pa.Array:
    """Comments of 8 to 120 words, before and after planting; then some get their oddities."""
    owners, starts, lengths = _pieces(rng, pool, size)
    marks = rng.choice(len(SEPARATORS), len(owners), p=SHARES)
    last = np.append(owners[1:] != owners[:-1], True)
    marks[last] = 1
    mark_lengths = np.where(last, 1, pool.mark_lengths[marks])
    sources = np.stack([starts, pool.mark_starts[marks]], 1).ravel()
    counts = np.stack([lengths, mark_lengths], 1).ravel()
    ends = np.cumsum(counts)
    shift = np.repeat(sources - (ends - counts), counts)
    out = pool.bytes[shift + np.arange(ends[-1])]
    heads = (ends - counts)[::2]
    new_comment = np.append(True, last[:-1]) & (rng.random(len(owners)) < 0.75)
    capital = np.append(False, np.isin(marks, ENDS_SENTENCE)[:-1] & ~last[:-1])
    at = heads[new_comment | capital]
    at = at[(out[at] >= ord("a")) & (out[at] <= ord("z"))]
    out[at] -= 32
    offsets = np.concatenate([[0], ends[1::2][last]]).astype(np.int32)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(out)]
    return _with_oddities(rng, pa.Array.from_buffers(pa.string(), size, buffers))


def _pieces(
    rng: np.random.Generator, pool: Pool, size: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Runs of prose and planted terms, in order: whose they are, where in the pool, how long."""
    wanted = np.clip(np.rint(rng.lognormal(np.log(30) - 0.18, 0.6, size)), 8, 120).astype(int)
    lengths = rng.integers(3, 10, (size, 40))
    before = np.cumsum(lengths, 1) - lengths
    lengths = np.minimum(lengths, wanted[:, None] - before)
    owner, number = np.nonzero(lengths > 0)
    lengths = lengths[owner, number]
    first = rng.integers(0, len(pool.word_starts) - 200, len(owner))
    starts = pool.word_starts[first]
    stops = pool.word_starts[first + lengths] - 1

    planted = rng.poisson(1.6, size)
    hosts = np.repeat(np.arange(size), planted)
    surface = _surfaces(rng, len(hosts))
    places = rng.random(len(hosts)) * np.bincount(owner, minlength=size)[hosts]
    owners = np.concatenate([owner, hosts])
    order = np.lexsort((np.concatenate([number + 0.5, np.floor(places)]), owners))
    return (
        owners[order],
        np.concatenate([starts, pool.surface_starts[surface]])[order],
        np.concatenate([stops - starts, pool.surface_lengths[surface]])[order],
    )


def _surfaces(rng: np.random.Generator, size: int) -> np.ndarray:
    """Numbers of surfaces: some themes and terms are common, 6 % negated, 10 % in capitals."""
    popular = 1 / np.arange(1, len(THEMES) + 1) ** 0.8
    theme = rng.choice(len(THEMES), size, p=popular / popular.sum())
    each = len(next(iter(THEMES.values())))
    term = (rng.random(size) * rng.random(size) * each).astype(int)
    ending = rng.integers(0, len(ENDINGS), size)
    case = np.searchsorted([0.9, 0.97], rng.random(size))
    negation = np.where(rng.random(size) < 0.06, rng.integers(1, len(NEGATIONS), size), 0)
    number = (theme * each + term) * len(ENDINGS) + ending
    return (number * 3 + case) * len(NEGATIONS) + negation


def _with_oddities(rng: np.random.Generator, texts: pa.Array) -> pa.Array:
    """5 % get a character beyond ASCII, 3 % a typo, 1.5 % are in capitals."""
    kind = rng.random((len(texts), 3))
    odd = (kind[:, 0] < 0.05) | (kind[:, 1] < 0.03) | (kind[:, 2] < 0.015)
    rows = np.flatnonzero(odd)
    spots = rng.random((len(rows), 2))
    changed = []
    for row, text, spot in zip(rows, texts.take(rows).to_pylist(), spots, strict=True):
        if kind[row, 1] < 0.03:
            text = _typo(text, spot[0])
        if kind[row, 2] < 0.015:
            text = text.upper()
        if kind[row, 0] < 0.05:
            text = _beyond_ascii(text, int(kind[row, 0] * 100), spot[1])
        changed.append(text)
    return pc.replace_with_mask(texts, pa.array(odd), pa.array(changed, pa.string()))


def _typo(text: str, spot: float) -> str:
    at = int(spot * (len(text) - 2))
    pair = text[at : at + 2]
    return text[:at] + pair[::-1] + text[at + 2 :] if pair.isalpha() else text[:at] + text[at + 1 :]


def _beyond_ascii(text: str, kind: int, spot: float) -> str:
    at = int(spot * len(text) / 2)
    changed = (
        f"“{text}”",
        text[:at] + text[at:].replace("e", "é", 1),
        f"{text} About £200k",
        text[:at] + text[at:].replace(" ", "’s ", 1),
        f"{text} 😠",
    )[kind]
    return changed if not changed.isascii() else f"{text} – thanks"
