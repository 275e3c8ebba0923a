"""What a plain codebook must find, by `re` alone: nothing of the engine is used here."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.compute as pc
import pyarrow.parquet as pq
from match_peers import Terms, texts_of, theme_expression

Place = tuple[int, str, int, int]
"""A comment's number, a theme, and the span."""

CHECKED = (("300", 100_000), ("3000", 10_000))
"""Codebooks that the oracle can check, and the largest corpus that it is given."""
_LETTER = r"[^\W_]"
_REST = rf"{_LETTER}*(?:'{_LETTER}+)*"
_JOIN = r"(?:\s+|-\s*)"
_OVER = rf"(?!{_LETTER}|'{_LETTER})"
_GAP = "\n|\n"


def find_places(texts: Sequence[str], terms: Terms) -> set[Place]:
    """Every place of every term, less those inside a longer one of the same theme."""
    folded = [_fold(text) for text in texts]
    joined = _GAP.join(folded)
    sizes = [len(text) + len(_GAP) for text in folded]
    starts = np.array([0, *accumulate(sizes)][:-1])
    places: set[Place] = set()
    for theme, sources in terms.items():
        for source in dict.fromkeys(sources):
            spans = [(m.start(), m.end(1)) for m in term_expression(source).finditer(joined)]
            first = np.array([start for start, _ in spans], int)
            rows = (np.searchsorted(starts, first, "right") - 1).tolist()
            for row, (start, end) in zip(rows, spans, strict=True):
                shift = int(starts[row])
                places.add((row, theme, start - shift, end - shift))
    return outermost(places)


def term_expression(source: str) -> re.Pattern[str]:
    """A term of the codebook language; group 1 ends where the term ends.

    The first word stands first, since `re` looks for a leading literal fast. All the rest is
    looked at without being consumed, so that places of one term may overlap.
    """
    parts = re.split("[ -]", source.lower())
    words = [re.escape(part.removesuffix("*")) for part in parts]
    tails = [_REST if part.endswith("*") else "" for part in parts]
    more = "".join(_JOIN + word + tail for word, tail in zip(words[1:], tails[1:], strict=True))
    close = "" if tails[-1] else rf"(?='s{_OVER}|{_OVER})"
    before = rf"(?<!{_LETTER}{words[0]})(?<!{_LETTER}'{words[0]})"
    return re.compile(rf"{words[0]}{before}(?=({tails[0]}{more}){close})")


def _fold(text: str) -> str:
    """Lower case, no accents, straight apostrophes; a character stays one character."""
    if text.isascii():
        return text.lower()
    folded = "".join(unicodedata.normalize("NFKD", letter)[0] for letter in text.lower())
    assert len(folded) == len(text), "the corpus has letters that this oracle does not fold"
    return folded.replace("’", "'")


def outermost(places: Iterable[Place]) -> set[Place]:
    """The places that are not inside a longer one of their comment and theme."""
    kept: set[Place] = set()
    last: Place = (-1, "", 0, 0)
    for place in sorted(places, key=lambda place: (*place[:3], -place[3])):
        if place[:2] != last[:2] or place[3] > last[3]:
            kept.add(place)
            last = place
    return kept


def read_places(comments: Path, codings: Path) -> set[Place]:
    """The places that the match stage wrote."""
    ids = pq.read_table(comments, columns=["response_id"])["response_id"].to_pylist()
    rows = {response_id: row for row, response_id in enumerate(ids)}
    table = pq.read_table(codings, columns=["response_id", "theme", "start", "end"])
    return {
        (rows[response_id], theme, start, end)
        for response_id, theme, start, end in zip(
            *(column.to_pylist() for column in table.columns), strict=True
        )
    }


def count_themes(codings: Path, themes: Iterable[str]) -> dict[str, int]:
    """Distinct comments per theme."""
    table = pq.read_table(codings, columns=["response_id", "theme"])
    pairs = table.group_by(["response_id", "theme"]).aggregate([])
    counted = pc.value_counts(pairs["theme"]).to_pylist()
    return dict.fromkeys(themes, 0) | {one["values"]: one["counts"] for one in counted}


def check_spans(comments: Path, codings: Path, terms: Terms) -> str:
    """How the spans that were written differ from the oracle's, in a line."""
    ours = outermost(read_places(comments, codings))
    texts = list(texts_of(comments))
    wanted = find_places(texts, terms)
    line = f"{len(wanted):,} spans: {len(wanted - ours)} missing, {len(ours - wanted)} extra"
    pairs, expected = {place[:2] for place in ours}, {place[:2] for place in wanted}
    line += f"; {len(expected):,} (comment, theme): {len(pairs ^ expected)} differ"
    for row, theme, start, end in sorted(wanted ^ ours)[:3]:
        side = "missing" if (row, theme, start, end) in wanted else "extra"
        line += f"\n    {side} {theme}: {texts[row][max(0, start - 15) : end + 15]!r}"
    return line


def explain(comments: Path, codings: Path, terms: Terms) -> str:
    r"""Why theme counts with `\b` and no folding differ from ours, in numbers of pairs."""
    ours = {place[:2] for place in read_places(comments, codings)}
    reasons: Counter[str] = Counter()
    for theme, sources in terms.items():
        expression = theme_expression(sources)
        for row, text in enumerate(texts_of(comments)):
            theirs = expression.search(text)
            if bool(theirs) != ((row, theme) in ours):
                reasons[_reason(expression, text, theirs)] += 1
    return ", ".join(f"{n} {reason}" for reason, n in reasons.most_common()) or "none"


def _reason(expression: re.Pattern[str], text: str, theirs: re.Match[str] | None) -> str:
    if not theirs:
        folded = "ours only, accent folded"
        return folded if expression.search(_fold(text)) else "ours only, other"
    around = text[max(0, theirs.start() - 1)] + text[theirs.end() : theirs.end() + 1]
    if re.search("['’]", around):
        return "theirs only, part of a word with an apostrophe"
    return "theirs only, other"


def check(bench: Any, sizes: list[int], books: dict[str, Terms]) -> list[str]:
    """What ours, the oracle and the peers disagree on, in lines."""
    lines = []
    for codebook, largest in CHECKED:
        for size in sizes:
            files = bench.comments(size), bench.codings(size, codebook)
            if size <= largest and files[1].exists():
                found = check_spans(*files, books[codebook])
                lines.append(f"{size:,} comments, {codebook} terms, against re: {found}")
    for size in sizes:
        codings = bench.codings(size, "300")
        ours = count_themes(codings, books["300"]) if codings.exists() else {}
        for figure in bench.figures:
            if ours and figure.counts and figure.comments == size:
                more = [figure.counts[theme] - ours[theme] for theme in ours]
                lines.append(
                    f"{size:,} comments, {figure.method}: {sum(more):+} of {sum(ours.values()):,} "
                    f"(comment, theme); {sum(map(bool, more))} of {len(more)} themes differ"
                )
    files = bench.comments(sizes[0]), bench.codings(sizes[0], "300")
    if sizes[0] <= 10_000 and files[1].exists():
        why = explain(*files, books["300"])
        lines.append(f"{sizes[0]:,} comments, expressions as in pandas, pairs that differ: {why}")
    return lines
