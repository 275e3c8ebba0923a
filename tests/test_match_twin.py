"""The term index against a slow twin that tries every term at every place."""

from __future__ import annotations

import re
import unicodedata

from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipeline.codebook.terms import parse_term
from pipeline.match.index import TermIndex
from pipeline.text import fold

LETTER = r"[^\W_]"
STARTS = rf"(?<!{LETTER})(?<!{LETTER}')"
ENDS = rf"(?!{LETTER})(?!'{LETTER})"
GAP = r"(?:\s+|-\s*)"
SAME = {"’": "'", "‘": "'", "‑": "-", "–": "–"}


def slowly_fold(text: str) -> tuple[str, list[int]]:
    folded, origin = "", []
    for place, character in enumerate(text):
        for piece in unicodedata.normalize("NFKD", SAME.get(character, character).casefold()):
            if unicodedata.category(piece) not in ("Mn", "Cf"):
                folded += piece
                origin.append(place)
    return folded, origin


def slowly_find(terms: list[str], text: str) -> set[tuple[str, int, int]]:
    folded, origin = slowly_fold(text)
    found = set()
    for term in terms:
        parts = re.findall(rf"({LETTER}+(?:'{LETTER}+)*)(\*?)", slowly_fold(term)[0])
        any_end = rf"{LETTER}*(?:'{LETTER}+)*"
        words = [re.escape(word) + (any_end if star else "") for word, star in parts]
        end = "" if term.endswith("*") else rf"(?:{ENDS}|(?='s{ENDS}))"
        pattern = re.compile(STARTS + GAP.join(words) + end)
        for place in range(len(folded)):
            match = pattern.match(folded, place)
            if match:
                last = origin[match.end() - 1] + 1
                while last < len(text) and unicodedata.category(text[last]) == "Mn":
                    last += 1
                found.add((term, origin[place], last))
    return found


WORDS = ("a", "ab", "b", "é", "a's", "s", "fi")
GAPS = (" ", "  ", "\n", "\r\n", "\xa0", "-", "- ", "‑", " - ", ", ", ". ", "")
ODD = ("'", "’", "_", "É", "A", "AB’S", "\u0301", "\u200b", "😀", "ﬁ", "–", "'s", "’s ", "1")
texts = st.lists(st.sampled_from((*WORDS, *GAPS, *ODD)), max_size=14).map("".join)
words = st.lists(st.sampled_from((*WORDS, "a*", "b*")), min_size=1, max_size=3)
terms = st.builds(
    lambda parts, gap, star: gap.join(parts).rstrip("*") + star,
    words,
    st.sampled_from([" ", "-"]),
    st.sampled_from(["", "", "*"]),
)


@settings(max_examples=600, deadline=None)
@example(["a a", "a"], "a's a")
@example(["a* b"], "a's b")
@given(st.lists(terms, min_size=1, max_size=6), texts)
def test_the_index_finds_what_trying_every_term_at_every_place_finds(
    sources: list[str], text: str
) -> None:
    hits = TermIndex([parse_term(source) for source in sources]).find(fold(text))
    assert {(hit.term, hit.start, hit.end) for hit in hits} == slowly_find(sources, text)
    assert len(hits) == len({(hit.term, hit.start, hit.end) for hit in hits})


@settings(max_examples=150, deadline=None)
@given(st.lists(terms, min_size=1, max_size=4), st.lists(texts, min_size=1, max_size=4))
def test_a_term_found_in_one_text_does_not_change_what_is_found_in_the_next(
    sources: list[str], several: list[str]
) -> None:
    parsed = [parse_term(source) for source in sources]
    used = TermIndex(parsed)
    together = [used.find(fold(text)) for text in several]
    assert together == [TermIndex(parsed).find(fold(text)) for text in several]


def test_the_twin_itself_finds_what_is_there() -> None:
    assert slowly_find(["a b", "ab*"], "A‑b’s ABé") == {("a b", 0, 3), ("ab*", 6, 9)}
