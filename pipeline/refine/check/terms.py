"""Terms that stand twice (W311), and terms that another term makes idle (W312)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from pipeline.codebook.model import Codebook, Facet, Theme
from pipeline.codebook.rules import TERM_KEYS
from pipeline.refine.check.covers import CoverIndex, Covering
from pipeline.refine.check.written import WrittenRule, WrittenTerm, line_of, read_words
from pipeline.yamlfile import YamlFile


def check_terms(rules: Sequence[WrittenRule], codebook: Codebook, yaml_file: YamlFile) -> None:
    """Note every term that could be removed and change no count."""
    _check_lists(codebook, yaml_file)
    for rule in rules:
        for key in TERM_KEYS:
            _check_key(rule, key, codebook, yaml_file)
    for owner, group in groupby(rules, key=lambda rule: rule.owner):
        mine = list(group)
        _check_same_rules(mine, yaml_file)
        _check_same_terms(mine, yaml_file)
        if isinstance(owner, Theme) and codebook.overlap == "keep":
            _check_across(mine, yaml_file)


def _check_lists(codebook: Codebook, yaml_file: YamlFile) -> None:
    owners: tuple[Theme | Facet, ...] = (*codebook.themes, *codebook.facets)
    cased = any(rule.forms.case_sensitive for owner in owners for rule in owner.rules)
    for name, sources in codebook.lists.items():
        places = [("lists", name, number) for number in range(len(sources))]
        read = [read_words(source, codebook.hyphens, cased=cased) for source in sources]
        terms = [WrittenTerm(*written) for written in zip(sources, read, places, strict=True)]
        _check_twice([term for term in terms if term.words], yaml_file)


def _check_twice(terms: Iterable[WrittenTerm], yaml_file: YamlFile) -> None:
    """W311 within one list; two of one named list are noted where that list is."""
    first: dict[tuple[str, ...], WrittenTerm] = {}
    for term in terms:
        known = first.setdefault(term.words, term)
        if known is term or _same_list(known, term):
            continue
        line = line_of(known.in_list or known.place, yaml_file)
        what = f"'{term.source}' is the same term as '{known.source}' ({line})."
        if known.source == term.source:
            what = f"'{term.source}' stands here already ({line})."
        yaml_file.report("W311", term.place, what, "Remove one of the two.")


def _same_list(one: WrittenTerm, other: WrittenTerm) -> bool:
    return bool(one.in_list) and one.in_list[:2] == other.in_list[:2]


def _check_key(rule: WrittenRule, key: str, codebook: Codebook, yaml_file: YamlFile) -> None:
    terms = rule.terms[key]
    if len(terms) < 2:
        return
    _check_twice(terms, yaml_file)
    if key == "all":  # every term of it is needed, in a place of its own
        return
    index = CoverIndex((term.words for term in terms), rule.rule.forms)
    may_be_longer = _may_be_longer(rule, key, codebook)
    for number, term in enumerate(terms):
        for found in index.covering(term.words):
            other = terms[found.number]
            if other.words == term.words or not (found.whole or may_be_longer):
                continue
            if found.number > number and index.finds_same(other.words, term.words):
                continue
            _report_covered(term, other, found, key, yaml_file)
            break


def _may_be_longer(rule: WrittenRule, key: str, codebook: Codebook) -> bool:
    """Whether a phrase adds no response where a part of it stands in the same key.

    Within so many words, a part may be too far off where the phrase is not. A denial reaches only
    so many words. Where the longest quote wins, a phrase takes what other themes would find.
    """
    if key == "any":
        if not isinstance(rule.owner, Theme) or codebook.overlap != "keep":
            return False
        if rule.rule.negated != "count":
            return False
        return not isinstance(rule.rule.within, int) or not rule.needs
    return not isinstance(rule.rule.within, int)


def _report_covered(
    term: WrittenTerm, other: WrittenTerm, found: Covering, key: str, yaml_file: YamlFile
) -> None:
    same_list = _same_list(term, other)
    here = other.in_list or other.place
    by = f"'{other.source}' ({line_of(here, yaml_file)})"
    if found.whole:
        what = f"'{term.source}' adds nothing: {by} finds it already."
        remedy = "Remove it."
    elif key == "any":
        what = f"'{term.source}' adds no response: {by} stands in it and is found alone."
        remedy = "Remove it, unless the longer quote is wanted."
    else:
        what = f"'{term.source}' adds nothing: {by} stands in it and is enough."
        remedy = "Remove it."
    yaml_file.report("W312", term.in_list if same_list else term.place, what, remedy)


def _conditions(rule: WrittenRule) -> tuple[object, ...]:
    keys = [frozenset(term.words for term in rule.terms[key]) for key in TERM_KEYS if key != "any"]
    model = rule.rule
    within = model.within if any(keys) else ""
    questions = frozenset(model.questions)
    return (*keys, within, model.negated, model.forms, questions, model.pattern)


def _check_same_rules(rules: Sequence[WrittenRule], yaml_file: YamlFile) -> None:
    """W311 of patterns, and of rules that have no `any`."""
    first: dict[tuple[object, ...], WrittenRule] = {}
    for rule in rules:
        if rule.terms["any"] or not (rule.terms["all"] or rule.rule.pattern):
            continue
        known = first.setdefault(_conditions(rule), rule)
        if known is not rule:
            what = f"the rule is the same as {known.rule.id} ({line_of(known.place, yaml_file)})."
            yaml_file.report("W311", rule.place, what, "Remove one of the two.")


def _check_same_terms(rules: Sequence[WrittenRule], yaml_file: YamlFile) -> None:
    """W311 of terms in two rules of the same conditions."""
    first: dict[tuple[object, ...], tuple[WrittenTerm, WrittenRule]] = {}
    for rule in rules:
        conditions = _conditions(rule)
        for term in rule.terms["any"]:
            known, its_rule = first.setdefault((term.words, conditions), (term, rule))
            if its_rule is rule:
                continue
            line = line_of(known.place, yaml_file)
            what = f"'{term.source}' stands in {its_rule.rule.id} already, on the same conditions"
            yaml_file.report("W311", term.place, f"{what} ({line}).", "Remove one of the two.")


def _check_across(rules: Sequence[WrittenRule], yaml_file: YamlFile) -> None:
    """W312 of what a rule without conditions finds wherever another rule of the theme would."""
    free = [rule for rule in rules if rule.is_unconditional]
    for forms in dict.fromkeys(rule.rule.forms for rule in free):
        listed = [(r, term) for r in free if r.rule.forms == forms for term in r.terms["any"]]
        index = CoverIndex((term.words for _, term in listed), forms)
        for rule in rules:
            if rule.rule.forms == forms and not rule.rule.pattern:
                _check_rule_across(rule, _Free(index, listed), yaml_file)


class _Free:
    """The terms of a theme that count wherever they stand."""

    def __init__(self, index: CoverIndex, listed: list[tuple[WrittenRule, WrittenTerm]]) -> None:
        self._index = index
        self._listed = listed

    def over(self, rule: WrittenRule, terms: Sequence[WrittenTerm]) -> list[_Over]:
        """For each of the terms that another rule finds wherever it stands, that rule's term."""
        pairs = [(term, next(self._over(rule, term), None)) for term in terms]
        return [(term, *by) for term, by in pairs if by is not None]

    def _over(
        self, rule: WrittenRule, term: WrittenTerm
    ) -> Iterator[tuple[WrittenTerm, WrittenRule]]:
        for found in self._index.covering(term.words):
            other, by = self._listed[found.number]
            if other is not rule and _asks_no_less(other, rule):
                # Of two rules that find the same only the later is noted; of one term twice, W311.
                same = rule.is_unconditional and self._index.finds_same(by.words, term.words)
                if not same or (by.words != term.words and other.place < rule.place):
                    yield by, other


_Over = tuple[WrittenTerm, WrittenTerm, WrittenRule]


def _asks_no_less(wide: WrittenRule, narrow: WrittenRule) -> bool:
    """Whether a rule is tried in all the questions that another is."""
    asked = set(narrow.rule.questions)
    return not wide.rule.questions or (bool(asked) and asked <= set(wide.rule.questions))


def _check_rule_across(rule: WrittenRule, free: _Free, yaml_file: YamlFile) -> None:
    for _, terms in [("any", rule.hits), *rule.needs]:
        over = free.over(rule, terms)
        if terms and len(over) == len(terms):
            named = ", ".join(dict.fromkeys(f"'{by.source}'" for _, by, _ in over[:3]))
            ids = ", ".join(dict.fromkeys(other.rule.id for _, _, other in over))
            what = f"the rule adds no response: {named} of {ids} counts wherever it stands."
            yaml_file.report("W312", rule.place, what, "Remove the rule, or narrow the other.")
            return
    for term, by, other in free.over(rule, rule.terms["any"]):
        where = f"{other.rule.id} ({line_of(by.place, yaml_file)})"
        what = f"'{term.source}' adds no response: {where} finds '{by.source}' wherever it stands."
        yaml_file.report("W312", term.place, what, "Remove it, or narrow the other rule.")
