"""The rules of a codebook with the place of every term in the file."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.codebook.model import Codebook, Facet, Rule, Theme
from pipeline.codebook.rules import TERM_KEYS
from pipeline.codebook.terms import parse_term
from pipeline.text import fold_but_case
from pipeline.yamlfile import Place, Section, YamlFile

NEEDS = ("with", "before", "after")
"""The keys of which a hit needs one term each; it needs every term of `all`."""


@dataclass(frozen=True, slots=True)
class WrittenTerm:
    """A term where it is written; of a named list, where the list is named, and in the list."""

    source: str
    words: tuple[str, ...]
    place: Place
    in_list: Place = ()


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """A rule where it is written, with the terms of each of its keys that can be read."""

    rule: Rule
    owner: Theme | Facet
    place: Place
    terms: Mapping[str, tuple[WrittenTerm, ...]]

    @property
    def hits(self) -> tuple[WrittenTerm, ...]:
        """The terms of which each place is a hit."""
        return self.terms["any"] or self.terms["all"][:1]

    @property
    def needs(self) -> list[tuple[str, tuple[WrittenTerm, ...]]]:
        """What a hit needs around it: of each group one term."""
        others = self.terms["all"] if self.terms["any"] else self.terms["all"][1:]
        groups = [("all", (term,)) for term in others]
        return groups + [(key, self.terms[key]) for key in NEEDS if self.terms[key]]

    @property
    def is_unconditional(self) -> bool:
        """Whether the rule fires wherever one of its terms stands."""
        conditions = any(self.terms[key] for key in TERM_KEYS if key != "any")
        return bool(self.terms["any"]) and not conditions and self.rule.negated == "count"


def list_rules(codebook: Codebook, yaml_file: YamlFile) -> Iterator[WrittenRule]:
    """Every rule of every theme and facet."""
    for theme in codebook.themes:
        yield from _rules_at(("themes", theme.id), theme, codebook, yaml_file)
    for facet in codebook.facets:
        yield from _rules_at(("facets", facet.reading, facet.id), facet, codebook, yaml_file)


def _rules_at(
    place: Place, owner: Theme | Facet, codebook: Codebook, yaml_file: YamlFile
) -> Iterator[WrittenRule]:
    value: Any = yaml_file.value
    for key in place:
        value = value[key]
    for number, rule in enumerate(owner.rules):
        at, item = (*place, "rules", number), value["rules"][number]
        item = item if isinstance(item, dict) else {"any": [] if item is None else [item]}
        section = Section(yaml_file, at, item)
        terms = {key: tuple(_terms(section, key, rule, codebook)) for key in TERM_KEYS}
        yield WrittenRule(rule, owner, at, terms)


def _terms(section: Section, key: str, rule: Rule, codebook: Codebook) -> Iterator[WrittenTerm]:
    cased = rule.forms.case_sensitive
    for number, source in enumerate(section.texts(key)):
        place = (*section.at(key), number)
        if source.startswith("$"):
            for item, listed in enumerate(codebook.lists.get(source[1:], ())):
                words = read_words(listed, codebook.hyphens, cased=cased)
                if words:
                    yield WrittenTerm(listed, words, place, ("lists", source[1:], item))
        elif words := read_words(source, codebook.hyphens, cased=cased):
            yield WrittenTerm(source, words, place)


def read_words(source: str, hyphens: str, *, cased: bool) -> tuple[str, ...]:
    """The words of a term, with their capitals if these matter; () of one that is no term.

    >>> read_words("Wi-Fi", "split", cased=False), read_words("the IT", "split", cased=True)
    (('wi', 'fi'), ('the', 'IT'))
    """
    try:
        words = parse_term(source, hyphens).words
    except ValueError:
        return ()
    if not cased:
        return words
    parts = r"[\s-]+" if hyphens == "split" else r"\s+"
    kept = (re.sub(r"\*+", "*", word) for word in re.split(parts, fold_but_case(source)))
    return tuple(word for word in kept if word)


def line_of(place: Place, yaml_file: YamlFile) -> str:
    """The line of a place, for a message."""
    return "line " + yaml_file.where(place).rsplit(":", 2)[1]
