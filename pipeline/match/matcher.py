"""A compiled codebook: texts in, what its rules find in them out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.codebook.model import Codebook, Facet, Rule, Theme
from pipeline.lookups import check_lookups
from pipeline.match.facets import Read, read_facets
from pipeline.match.fire import Found, fire_rules, split_uses, use_hits
from pipeline.match.hits import Hits, TermTable
from pipeline.match.near import NONE
from pipeline.match.negation import Denials
from pipeline.match.ordering import order_by
from pipeline.match.overlap import keep_longest
from pipeline.match.ruletable import RuleTable
from pipeline.match.texts import Finder, Sentences, Texts
from pipeline.text import fold_but_case

PATTERN_SECONDS = 0.25
"""How long one pattern may take on one response."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule fired; `facet` is empty for the theme itself."""

    row: int
    theme: Theme
    facet: Facet | None
    rule: Rule
    start: int
    end: int
    terms: tuple[str, ...]


# Named here, because within Matcher `list` is a method.
Listed = list[Finding]
Themes = list[set[str]]
Matches = list[tuple[int, ...]]
Slow = list[tuple[int, int]]


class Findings(NamedTuple):
    """What was found, by row, theme, facet and rule; `theme` and `facet` are numbers (-1: none).

    `timed_out` lists the row and rule of every pattern that took too long.
    """

    found: Found
    theme: np.ndarray
    facet: np.ndarray
    timed_out: list[tuple[int, int]]


class Matcher:
    """A codebook compiled once, for any number of threads.

    `sentences` says which sentence of its text each place is in. Raises InputError (E313) when the
    codebook wants word tables that are not installed.
    """

    def __init__(self, codebook: Codebook, sentences: Sentences) -> None:
        self.codebook = codebook
        self.coder = codebook.coder
        self._sentences = sentences
        terms = TermTable(codebook.hyphens, codebook.possessives)
        self.table = RuleTable(codebook, terms)
        rules = [rule for _, rule in self.table.rules]
        if any(rule.forms.needs_lookups for rule in rules):
            check_lookups(codebook.path.as_posix())
        negates = any(rule.negated != "count" for rule in rules)
        self._denials = Denials(terms) if negates else None
        self._uses = self.table.uses()
        self._cased = {n: _cased_pattern(terms, n) for n, cased in enumerate(terms.cased) if cased}
        patterns = [(place, rules[place].pattern) for place, _ in self.table.patterns]
        self.sources = [*terms.sources, *(pattern for _, pattern in patterns)]
        self._pattern_term = {
            place: len(terms.sources) + n for n, (place, _) in enumerate(patterns)
        }
        self._finder = Finder(terms.index(), keep_hyphens=codebook.hyphens == "keep")

    def find(self, texts: pa.Array, questions: pa.Array | Sequence[str]) -> Findings:
        """Everything that the rules find in texts, each the answer to a question."""
        return self._find(texts, questions, longest=True)

    def find_all(self, texts: pa.Array, questions: pa.Array | Sequence[str]) -> Findings:
        """The same with every rule's own quotes, those within longer ones too, and no facets."""
        return self._find(texts, questions, longest=False)

    def find_in(self, text: str, question: str) -> Listed:
        """Everything that the rules find in one text."""
        return list(self.list(self.find(pa.array([text]), [question])))

    def list(self, findings: Findings) -> Iterator[Finding]:
        """Findings one by one."""
        found, themes, facets, _ = findings
        for place in range(len(found)):
            facet = int(facets[place])
            yield Finding(
                row=int(found.row[place]),
                theme=self.table.themes[themes[place]],
                facet=self.table.facets[facet] if facet != NONE else None,
                rule=self.table.rules[found.rule[place]][1],
                start=int(found.start[place]),
                end=int(found.end[place]),
                terms=tuple(self.sources[t] for t in found.terms[place].tolist() if t != NONE),
            )

    def find_themes(self, texts: Sequence[str], questions: Sequence[str]) -> Themes:
        """The themes that any rule finds in each text."""
        themes: Themes = [set() for _ in texts]
        findings = self.find(pa.array(texts, pa.string()), questions)
        for row, theme in zip(findings.found.row.tolist(), findings.theme.tolist(), strict=True):
            themes[row].add(self.table.themes[theme].id)
        return themes

    def _find(
        self, array: pa.Array, questions: pa.Array | Sequence[str], *, longest: bool
    ) -> Findings:
        texts = Texts(array, self._sentences)
        coded = pc.dictionary_encode(pa.array(questions, pa.string()))
        names = coded.dictionary.to_pylist()
        question_of = coded.indices.to_numpy(zero_copy_only=False)
        allowed = self.table.allowed(names)
        hits = self._check_case(self._finder.find(texts), texts)
        fired = self._fire(hits, texts, allowed, question_of)
        matched, timed_out = self._match_patterns(texts, allowed, question_of)
        found = _in_order(fired, matched)
        owner = self.table.owner[found.rule]
        of_theme = owner < len(self.table.themes)
        themed, theme = found, owner
        if self.table.facets:
            themed, theme = found.take(of_theme), owner[of_theme]
        if not longest:
            return Findings(themed, theme, np.full(len(theme), NONE), timed_out)
        across = self.codebook.overlap == "longest"
        kept = keep_longest(themed, theme, across=across)
        themed, theme = themed.take(kept), theme[kept]
        facet = np.full(len(theme), NONE)
        if self.table.facets and len(themed):
            own = found.take(~of_theme), owner[~of_theme] - len(self.table.themes)
            may = np.array([[f.applies_to(q) for q in names] for f in self.table.facets], bool)
            read = read_facets(self.table.facets, themed, own, texts, may[:, question_of])
            themed, theme, facet = _with_facets(themed, theme, read)
        return Findings(themed, theme, facet, timed_out)

    def _check_case(self, hits: Hits, texts: Texts) -> Hits:
        """Without the hits of terms whose capitals are not those of the text."""
        if not self._cased:
            return hits
        places = np.flatnonzero(np.isin(hits.term, list(self._cased)))
        spans = zip(
            hits.term[places], hits.row[places], hits.start[places], hits.end[places], strict=True
        )
        keep = np.ones(len(hits), bool)
        keep[places] = [
            bool(self._cased[term].fullmatch(fold_but_case(texts.text(row)[start:end])))
            for term, row, start, end in spans
        ]
        return hits.take(keep)

    def _fire(
        self, hits: Hits, texts: Texts, allowed: np.ndarray, question_of: np.ndarray
    ) -> Found:
        anchors, partners = split_uses(use_hits(hits, self._uses))
        if not allowed.all():
            anchors = anchors.take(allowed[anchors.rule, question_of[hits.row[anchors.hit]]])
        if self._denials:
            mode = self.table.negated[anchors.rule]
            asked = np.flatnonzero(mode != "count")
            denied = self._denials.find(hits, anchors.hit[asked], texts.text)
            keep = np.ones(len(mode), bool)
            keep[asked] = denied == (mode[asked] == "only")
            anchors = anchors.take(keep)
        return fire_rules(self.table, hits, anchors, partners, texts.sentence_of)

    def _match_patterns(
        self, texts: Texts, allowed: np.ndarray, question_of: np.ndarray
    ) -> tuple[Matches, Slow]:
        """Row, rule, start, end and term of every match of a pattern; and what took too long."""
        matched: Matches = []
        timed_out: Slow = []
        for rule, pattern in self.table.patterns:
            term = self._pattern_term[rule]
            for row in np.flatnonzero(allowed[rule, question_of]).tolist():
                try:
                    spans = {
                        match.span()
                        for match in pattern.finditer(texts.text(row), timeout=PATTERN_SECONDS)
                    }
                except TimeoutError:
                    timed_out.append((row, rule))
                    continue
                matched += [(row, rule, start, end, term) for start, end in spans if end > start]
        return matched, sorted(timed_out)


def _cased_pattern(terms: TermTable, number: int) -> re.Pattern[str]:
    """The capitals of a term, as they must stand in a text."""
    written = re.findall(
        r"[^\W_*?](?:[^\W_]|[*?'])*|[*?](?:[^\W_]|[*?'])*", fold_but_case(terms.sources[number])
    )
    words = [re.escape(word).replace(r"\*", ".*").replace(r"\?", ".") for word in written]
    return re.compile(r"[\s-]+".join(words), re.DOTALL)


def _in_order(fired: Found, matched: list[tuple[int, ...]]) -> Found:
    """What terms and patterns found, by row, rule and place; the terms' are in order."""
    if not matched:
        return fired
    rows = np.array(matched, np.int64).reshape(-1, 5)
    found = _joined(fired, Found(rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3], rows[:, 4:]))
    return found.take(order_by(found.row, found.rule, found.start, found.end))


def _joined(one: Found, other: Found) -> Found:
    wide = max(one.terms.shape[1], other.terms.shape[1])
    return Found(
        np.r_[one.row, other.row],
        np.r_[one.rule, other.rule],
        np.r_[one.start, other.start],
        np.r_[one.end, other.end],
        np.concatenate((one.terms_to(wide), other.terms_to(wide))),
    )


def _with_facets(
    themed: Found, theme: np.ndarray, read: Read
) -> tuple[Found, np.ndarray, np.ndarray]:
    """Quotes of themes, and what they read as, by row, theme, facet, rule and place."""
    given, place, number = read
    order = order_by(given.row, theme[place], number, given.rule, given.start, given.end)
    given, of_theme, number = given.take(order), theme[place][order], number[order]
    # Quotes drawn out to one facet are often within one another, or the same.
    kept = keep_longest(given, of_theme * (int(number.max(initial=0)) + 1) + number, across=False)
    found = _joined(themed, given.take(kept))
    theme = np.r_[theme, of_theme[kept]]
    facet = np.r_[np.full(len(themed), NONE), number[kept]]
    order = order_by(found.row, theme, facet + 1, found.rule, found.start, found.end)
    return found.take(order), theme[order], facet[order]
