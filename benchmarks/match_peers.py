"""What the match stage is measured against; each reads the Parquet file and counts per theme.

Each returns the distinct comments per theme and the seconds of its parts. Imports are lazy: only
the process that measures a peer loads it.
"""

import importlib
import re
import shutil
import subprocess
import tempfile
import time
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import product, takewhile
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow.parquet as pq

Terms = dict[str, list[str]]
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Outcome(NamedTuple):
    """Distinct comments per theme, and the seconds of the parts that a peer names."""

    counts: dict[str, int]
    parts: dict[str, float]


def load(method: str) -> None:
    """Import what a peer needs, before its clock starts."""
    if not method.startswith("quanteda"):
        importlib.import_module(method)
    if method == "spacy":
        importlib.import_module("spacy.matcher")


def run(method: str, comments: Path, terms: Terms) -> Outcome:
    """One peer over a file of comments."""
    if method == "spacy":
        return _spacy(comments, terms)
    if method == "pandas":
        return _pandas(comments, terms)
    return quanteda(comments, terms, fastest=method == "quanteda-fastest")


def texts_of(comments: Path) -> Iterator[str]:
    """The texts, a batch in memory at a time."""
    for batch in pq.ParquetFile(comments).iter_batches(10_000, columns=["text"]):
        yield from batch["text"].to_pylist()


def _spacy(comments: Path, terms: Terms) -> Outcome:
    """PhraseMatcher by lower-case words; a wildcard becomes every such word of the corpus."""
    spacy: Any = importlib.import_module("spacy")
    language = spacy.blank("en")
    started = time.perf_counter()
    words: set[str] = set()
    for text in texts_of(comments):
        words.update(_WORD.findall(text.lower()))
    ordered = sorted(words)
    matcher = spacy.matcher.PhraseMatcher(language.vocab, attr="LOWER")
    for theme, sources in terms.items():
        phrases = dict.fromkeys(phrase for term in sources for phrase in _expand(term, ordered))
        matcher.add(theme, [language.make_doc(phrase) for phrase in phrases])
    expanded = time.perf_counter() - started
    counts = dict.fromkeys(terms, 0)
    names = {language.vocab.strings[theme]: theme for theme in terms}
    for text in texts_of(comments):
        for key in {key for key, _, _ in matcher(language.make_doc(text))}:
            counts[names[key]] += 1
    return Outcome(counts, {"expansion": expanded})


def _expand(term: str, ordered: list[str]) -> Iterator[str]:
    choices = [
        _starting(part[:-1], ordered) if part.endswith("*") else [part]
        for part in re.split("([ -])", term.lower())
    ]
    return map("".join, product(*choices))


def _starting(prefix: str, ordered: list[str]) -> list[str]:
    first = bisect_left(ordered, prefix)
    rest = (ordered[place] for place in range(first, len(ordered)))
    return list(takewhile(lambda word: word.startswith(prefix), rest))


def _pandas(comments: Path, terms: Terms) -> Outcome:
    """`str.contains` with one expression a theme."""
    pandas: Any = importlib.import_module("pandas")
    texts = pandas.read_parquet(comments, columns=["text"])["text"]
    counts = {
        theme: int(texts.str.contains(theme_expression(sources)).sum())
        for theme, sources in terms.items()
    }
    return Outcome(counts, {})


def theme_expression(sources: Iterable[str]) -> re.Pattern[str]:
    r"""What people write: alternatives between `\b`, any endings as `\w*`."""
    alternatives = "|".join(
        r"(?:\s+|-\s*)".join(
            re.escape(part.removesuffix("*")) + (r"\w*" if part.endswith("*") else "")
            for part in re.split("[ -]", source)
        )
        for source in sources
    )
    return re.compile(rf"\b(?:{alternatives})\b", re.IGNORECASE)


_QUANTEDA = """
arguments <- commandArgs(trailingOnly = TRUE)
suppressPackageStartupMessages(library(quanteda))
started <- proc.time()[["elapsed"]]
texts <- readLines(arguments[[1]], encoding = "UTF-8", warn = FALSE)
terms <- read.delim(arguments[[2]], header = FALSE, quote = "", colClasses = "character")
frame <- dictionary(split(terms[[2]], terms[[1]]), tolower = TRUE)
fastest <- arguments[[3]] == "fastest"
words <- if (fastest) tokens(texts, what = "word1", xptr = TRUE) else tokens(texts)
tokenised <- proc.time()[["elapsed"]]
found <- dfm(tokens_lookup(words, frame, valuetype = "glob", case_insensitive = TRUE))
counts <- colSums(found > 0)
ended <- proc.time()[["elapsed"]]
cat(sprintf("seconds\\t%f\\ntokens\\t%f\\n", ended - started, tokenised - started))
cat(sprintf("count %s\\t%d\\n", names(counts), as.integer(counts)), sep = "")
"""


def has_quanteda() -> str:
    """Empty if there is one; else what is missing."""
    if not shutil.which("Rscript"):
        return "R not found"
    question = 'quit(status = !requireNamespace("quanteda", quietly = TRUE))'
    asked = subprocess.run(["Rscript", "-e", question], capture_output=True, check=False)
    return "quanteda not found" if asked.returncode else ""


def quanteda(comments: Path, terms: Terms, *, fastest: bool) -> Outcome:
    """quanteda's tokens and tokens_lookup, over a file with one comment a line."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (folder / "texts.txt").open("w", encoding="utf-8", newline="\n") as stream:
            stream.writelines(f"{text}\n" for text in texts_of(comments))
        lines = [f"{theme}\t{term}\n" for theme, found in terms.items() for term in found]
        (folder / "terms.txt").write_text("".join(lines), encoding="utf-8")
        (folder / "match.R").write_text(_QUANTEDA, encoding="utf-8")
        files = [str(folder / name) for name in ("match.R", "texts.txt", "terms.txt")]
        command = ["Rscript", *files, "fastest" if fastest else "default"]
        out = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    parts = dict(line.split("\t") for line in out.splitlines())
    counts = {name[6:]: int(n) for name, n in parts.items() if name.startswith("count ")}
    seconds = {name: float(parts[name]) for name in ("seconds", "tokens")}
    return Outcome(dict.fromkeys(terms, 0) | counts, seconds)
