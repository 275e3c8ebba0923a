"""What the rule language means, in plain slow code: the twin of pipeline.match.

Every term is tried at every word, every rule on every text, with nothing compiled or batched. Only
folding by character, sentences and spaCy's word tables are shared with the engine.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from typing import NamedTuple

import regex

from pipeline.codebook.model import Codebook, Facet, Forms, Rule
from pipeline.lookups import lemma_of, spellings_of
from pipeline.match import negation
from pipeline.text import fold_but_case
from pipeline.tokenise import sentence_starts

SAME = dict.fromkeys("‘’‛ʼʹ′´＇", "'") | dict.fromkeys("‐‑‒⁃﹣－", "-")
LETTER = r"(?:[^\W_]|[*?])"


class Hit(NamedTuple):
    """A term's place: span, first and last word, and its rank in the rule."""

    start: int
    end: int
    first: int
    last: int
    rank: int
    term: str


class Twin:
    """One text, read with one codebook."""

    def __init__(self, codebook: Codebook, text: str) -> None:
        self.codebook, self.text = codebook, text
        self.joiner = "['-]" if codebook.hyphens == "keep" else "'"
        self.folded, self.origin = "", []
        for place, character in enumerate(text):
            for piece in unicodedata.normalize("NFKD", SAME.get(character, character).casefold()):
                for plain in piece.casefold():
                    if unicodedata.category(plain) not in ("Mn", "Cf"):
                        self.folded += plain
                        self.origin.append(place)
        self.words = [
            m.span()
            for m in self.word_pattern().finditer(self.folded.replace("*", "|").replace("?", "|"))
        ]
        self.sentences = sentence_starts(text)
        self.known: dict[tuple[tuple[str, ...], Forms], list[Hit]] = {}

    def word_pattern(self) -> re.Pattern[str]:
        return re.compile(rf"{LETTER}+(?:{self.joiner}{LETTER}+)*")

    def split(self, source: str) -> list[str]:
        return [re.sub(r"\*+", "*", w) for w in self.word_pattern().findall(Twin.fold(source))]

    @staticmethod
    def fold(source: str) -> str:
        return fold_but_case(source).casefold()

    # ---- a word

    def plainly(self, word: str, wanted: str, forms: Forms) -> bool:
        pattern = re.escape(wanted).replace(r"\*", ".*").replace(r"\?", ".")
        whole = "*" not in wanted and "?" not in wanted
        for spelling in spellings_of(word) if forms.british_american else (word,):
            if re.fullmatch(pattern, spelling):
                return True
            if forms.lemma and whole and lemma_of(spelling) == lemma_of(wanted):
                return True
        return False

    def is_somebodys(self, word: str) -> bool:
        """Whether a word fits a word of any term as it stands."""
        listed = [(term, rule.forms) for rule in self.rules() for term in rule.terms]
        if any(rule.negated != "count" for rule in self.rules()):
            cues = [cue for cues in negation.list_cues().values() for cue in cues]
            listed += [(cue, Forms()) for cue in cues]
        stems = {word, word.removesuffix("'s")}
        return any(
            self.plainly(stem, wanted, forms)
            for term, forms in listed
            for wanted in self.split(term)
            for stem in stems
            if wanted != "*"
        )

    def rules(self) -> list[Rule]:
        owners = (*self.codebook.themes, *self.codebook.facets)
        return [rule for owner in owners for rule in owner.rules]

    def fits(self, word: str, wanted: str, forms: Forms) -> bool:
        if wanted == "*" or self.plainly(word, wanted, forms):
            return True
        fuzzy = forms.fuzzy and "*" not in wanted and "?" not in wanted
        letters = len(wanted.replace("'", ""))
        return bool(fuzzy and letters >= 5 and slip(word, wanted) and not self.is_somebodys(word))

    # ---- a term

    def hits(self, terms: tuple[str, ...], forms: Forms) -> list[Hit]:
        if (terms, forms) not in self.known:
            self.known[terms, forms] = self.try_everywhere(terms, forms)
        return self.known[terms, forms]

    def try_everywhere(self, terms: tuple[str, ...], forms: Forms) -> list[Hit]:
        found = []
        for rank, term in enumerate(terms):
            wanted = self.split(term)
            for first in range(len(self.words) - len(wanted) + 1):
                last = first + len(wanted) - 1
                end = self.phrase_end(wanted, first, forms)
                if end is None:
                    continue
                start, stop = self.origin[self.words[first][0]], self.origin[end - 1] + 1
                while stop < len(self.text) and unicodedata.category(self.text[stop]) == "Mn":
                    stop += 1
                if not forms.case_sensitive or self.same_case(term, self.text[start:stop]):
                    found.append(Hit(start, stop, first, last, rank, term))
        return found

    def phrase_end(self, wanted: list[str], first: int, forms: Forms) -> int | None:
        for place, word in enumerate(wanted):
            start, end = self.words[first + place]
            text, is_last = self.folded[start:end], place == len(wanted) - 1
            cut = is_last and text.endswith("'s") and self.codebook.possessives == "fold"
            if not self.fits(text, word, forms):
                if not (cut and self.fits_stem(text, word, forms)):
                    return None
                end -= 2
            elif not is_last:
                gap = self.folded[end : self.words[first + place + 1][0]]
                if not re.fullmatch(r"\s+|-\s*", gap):
                    return None
        return end

    def fits_stem(self, text: str, word: str, forms: Forms) -> bool:
        plain = self.plainly(text[:-2], word, forms)
        return plain or (not self.is_somebodys(text) and self.fits(text[:-2], word, forms))

    def same_case(self, term: str, quote: str) -> bool:
        parts = self.word_pattern().findall(fold_but_case(term))
        pattern = r"[\s-]+".join(
            re.escape(p).replace(r"\*", ".*").replace(r"\?", ".") for p in parts
        )
        return bool(re.fullmatch(pattern, fold_but_case(quote), re.DOTALL))

    # ---- a rule

    def sentence(self, hit: Hit) -> int:
        return bisect_right(self.sentences, hit.start)

    def in_scope(self, rule: Rule, one: Hit, other: Hit) -> bool:
        if rule.within == "sentence":
            return self.sentence(one) == self.sentence(other)
        return rule.within == "response" or apart(one, other) <= rule.within

    def partner(self, rule: Rule, hit: Hit, terms: tuple[str, ...], side: str) -> Hit | None:
        near = [
            other
            for other in self.hits(terms, rule.forms)
            if self.in_scope(rule, hit, other)
            and (other.first > hit.last or other.last < hit.first)
            and (side != "later" or other.first > hit.last)
            and (side != "sooner" or other.last < hit.first)
        ]
        return min(
            near,
            default=None,
            key=lambda o: (apart(hit, o), o.first > hit.last, o.last - o.first, o.rank),
        )

    def denied(self, hit: Hit) -> bool:
        none = Forms()
        phrases = self.hits(negation.NO_CUES, none)
        cues = [
            cue
            for cue in self.hits(negation.CUES, none)
            if not any(p.first <= cue.last and p.last >= cue.first for p in phrases)
        ]
        sooner = [c for c in cues if 0 < hit.first - c.last <= negation.WORDS_BEFORE]
        later = [
            c
            for c in self.hits(negation.CUES_AFTER, none)
            if 0 < c.first - hit.last <= negation.WORDS_AFTER
        ]
        return any(self.free(c, hit) for c in sooner) or any(self.free(hit, c) for c in later)

    def free(self, left: Hit, right: Hit) -> bool:
        stops = self.hits(negation.STOPS, Forms())
        stopped = any(left.last < s.first and s.last < right.first for s in stops)
        return not stopped and not negation.BREAK.search(self.text, left.end, right.start)

    def quotes(self, rule: Rule) -> list[tuple[int, int, tuple[str, ...]]]:
        """Start, end and terms of each place where a rule fires."""
        if rule.pattern:
            flags = 0 if rule.forms.case_sensitive else regex.IGNORECASE
            spans = [m.span() for m in regex.finditer(rule.pattern, self.text, flags)]
            return [(start, end, (rule.pattern,)) for start, end in spans if end > start]
        asks = [((term,), "") for term in rule.others]
        asks += [(rule.with_, ""), (rule.before, "later"), (rule.after, "sooner")]
        found: dict[tuple[int, int], tuple[str, ...]] = {}
        for hit in sorted(self.hits(rule.hits, rule.forms), key=lambda h: h.rank):
            if rule.negated != "count" and self.denied(hit) != (rule.negated == "only"):
                continue
            vetoes = self.hits(rule.unless, rule.forms)
            if any(self.in_scope(rule, hit, veto) for veto in vetoes):
                continue
            partners = [self.partner(rule, hit, terms, side) for terms, side in asks if terms]
            if None in partners:
                continue
            parts = [hit, *(p for p in partners if p)]
            span = min(p.start for p in parts), max(p.end for p in parts)
            found.setdefault(span, tuple(p.term for p in parts))
        return [(start, end, terms) for (start, end), terms in found.items()]

    # ---- a codebook

    def find(self, question: str) -> set[tuple[str, str, str, int, int, tuple[str, ...]]]:
        """Theme, facet, rule, start, end and terms of everything found."""
        fired = [
            (number, theme.id, rule.id, *quote)
            for number, theme in enumerate(self.codebook.themes)
            for rule in theme.rules
            if theme.applies_to(question) and rule.applies_to(question)
            for quote in self.quotes(rule)
        ]
        order = {rule.id: number for number, rule in enumerate(self.rules())}
        kept = [
            one
            for one in fired
            if not any(
                other[1] == one[1]
                and other != one
                and inside(one, other)
                and (other[3:5] != one[3:5] or order[other[2]] < order[one[2]])
                for other in fired
            )
        ]
        if self.codebook.overlap == "longest":
            kept = [o for o in kept if not any(inside(o, p) and o[3:5] != p[3:5] for p in kept)]
        read: dict[tuple, tuple] = {}
        for facet in self.codebook.facets:
            if facet.applies_to(question):
                for _, theme, *coding in sorted(kept, key=lambda k: (order[k[2]], *k[3:5])):
                    for *span, terms in self.read(facet, coding, question):
                        read.setdefault((theme, facet.id, *span), terms)
        outermost = {
            one
            for one in read
            if not any(
                other[:2] == one[:2]
                and other != one
                and inside(one, other)
                and (other[3:] != one[3:] or order[other[2]] < order[one[2]])
                for other in read
            )
        }
        found = {(theme, "", *rest) for _, theme, *rest in kept}
        return found | {(*one, read[one]) for one in outermost}

    def read(self, facet: Facet, coding: list, question: str) -> list[tuple]:
        rule_id, start, end, terms = coding
        if not facet.rules:
            return [(rule_id, start, end, terms)]
        near = [
            (quote, rule.id)
            for rule in facet.rules
            if rule.applies_to(question)
            for quote in self.quotes(rule)
            if facet.within == "response"
            or bisect_right(self.sentences, quote[0]) == bisect_right(self.sentences, start)
        ]
        later = min((n for n in near if n[0][0] >= start), default=None, key=lambda n: n[0][:2])
        sooner = max(
            (n for n in near if n[0][0] < start), default=None, key=lambda n: (n[0][1], n[0][0])
        )
        gaps = [
            (max(0, n[0][0] - end, start - n[0][1]), n is sooner, n) for n in (later, sooner) if n
        ]
        if not gaps:
            return []
        quote, rule_id = min(gaps, key=lambda gap: gap[:2])[2]
        return [(rule_id, min(start, quote[0]), max(end, quote[1]), quote[2])]


def inside(one: tuple, other: tuple) -> bool:
    return bool(other[3] <= one[3] and one[4] <= other[4])


def apart(one: Hit, other: Hit) -> int:
    return max(0, one.first - other.last, other.first - one.last)


def slip(one: str, other: str) -> bool:
    """Whether the optimal string alignment distance is 1, by the textbook's table."""
    rows = {(-1, -1): 0}
    for i in range(len(one)):
        rows[i, -1] = i + 1
    for j in range(len(other)):
        rows[-1, j] = j + 1
    for i, a in enumerate(one):
        for j, b in enumerate(other):
            best = min(rows[i - 1, j] + 1, rows[i, j - 1] + 1, rows[i - 1, j - 1] + (a != b))
            if i and j and a == other[j - 1] and one[i - 1] == b:
                best = min(best, rows[i - 2, j - 2] + 1)
            rows[i, j] = best
    return rows[len(one) - 1, len(other) - 1] == 1
