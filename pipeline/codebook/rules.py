"""The rules of a theme or facet, as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import regex

from pipeline.codebook.model import NEGATED, Forms, Rule, Within
from pipeline.codebook.terms import parse_term
from pipeline.errors import near
from pipeline.yamlfile import Place, Section, YamlFile

FORM_KEYS = ("lemma", "fuzzy", "british_american", "case_sensitive")
RULE_DEFAULTS = ("negated", *FORM_KEYS)
"""The keys of a rule that its theme or the codebook may set for all."""
TERM_KEYS = ("any", "all", "with", "before", "after", "unless")
RULE_KEYS = (*TERM_KEYS, "within", "pattern", "questions", *RULE_DEFAULTS)
MOST_WORDS = 100_000
"""The widest scope in words; beyond it, `response` is meant."""
_PATTERN_MAY_HAVE = ("pattern", "questions", "case_sensitive")


@dataclass(frozen=True, slots=True)
class RuleParser:
    """What every rule of a codebook is read with: its named lists and its defaults."""

    yaml_file: YamlFile
    lists: Mapping[str, tuple[str, ...]]
    hyphens: str
    defaults: Section

    @classmethod
    def of(cls, top: Section, hyphens: str) -> RuleParser:
        """The parser of a codebook, from its top section."""
        named = top.value.get("lists")
        if named is not None and not isinstance(named, dict):
            top.wrong("lists", "a mapping of names to lists of terms")
        lists = named if isinstance(named, dict) else {}
        names = tuple(lists)
        section = Section.of(top.yaml_file, top.at("lists"), lists, names)
        parser = cls(top.yaml_file, {}, hyphens, top)
        for name in names:
            if not section.texts(name):
                section.wrong(name, "a list of terms")
            parser._check_terms(section, name, in_a_list=True)
        _read_forms((top,))
        return cls(top.yaml_file, {name: section.texts(name) for name in names}, hyphens, top)

    def parse_rules(self, section: Section, owner: str) -> tuple[Rule, ...]:
        """The rules of a theme or facet; they are named OWNER/1, OWNER/2, ..."""
        _read_forms((section,))
        items = section.value.get("rules") or []
        if not isinstance(items, list):
            section.wrong("rules", "a list")
            return ()
        return tuple(
            self._parse_rule(section, (*section.at("rules"), number), item, f"{owner}/{number + 1}")
            for number, item in enumerate(items)
        )

    def parse_within(self, section: Section) -> Within:
        """The scope of a rule or facet: `sentence`, `response` or a number of words."""
        value = section.value.get("within", "sentence")
        if value in ("sentence", "response"):
            return "sentence" if value == "sentence" else "response"
        if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= MOST_WORDS:
            return value
        section.wrong("within", f"sentence, response or a number of words from 1 to {MOST_WORDS:,}")
        return "sentence"

    def _parse_rule(self, owner: Section, place: Place, item: Any, rule_id: str) -> Rule:
        if item is None or isinstance(item, list):
            self.yaml_file.report("E304", place, "a rule must be a term or a mapping with 'any:'.")
            return Rule(id=rule_id)
        if not isinstance(item, dict):
            # The rule is its one term, so that term stands where the rule does.
            section = Section(self.yaml_file, place, {"any": [item]})
            self.yaml_file.marks.setdefault((*place, "any", 0), self.yaml_file.marks[place])
        else:
            section = Section.of(self.yaml_file, place, item, RULE_KEYS)
        levels = (section, owner, self.defaults)
        rule = Rule(
            id=rule_id,
            any=self._terms(section, "any"),
            all=self._terms(section, "all"),
            with_=self._terms(section, "with"),
            before=self._terms(section, "before"),
            after=self._terms(section, "after"),
            unless=self._terms(section, "unless"),
            within=self.parse_within(section),
            negated=_nearest(levels, "negated", "count"),
            pattern=section.text("pattern"),
            questions=section.texts("questions"),
            forms=_read_forms(levels),
        )
        _check_rule(section, rule)
        return rule

    def _terms(self, section: Section, key: str) -> tuple[str, ...]:
        self._check_terms(section, key)
        terms: list[str] = []
        for number, source in enumerate(section.texts(key)):
            if not source.startswith("$"):
                terms.append(source)
            elif source[1:] in self.lists:
                terms += self.lists[source[1:]]
            else:
                what = f"there is no list '{source[1:]}'."
                place = (*section.at(key), number)
                self.yaml_file.report("E310", place, what, near(source[1:], self.lists))
        return tuple(dict.fromkeys(terms))

    def _check_terms(self, section: Section, key: str, *, in_a_list: bool = False) -> None:
        value = section.value.get(key)
        items = value if isinstance(value, list) else [value]
        for number, item in enumerate(items):
            if item is None or isinstance(item, (dict, list)):
                continue
            if str(item).startswith("$") and not in_a_list:
                continue
            try:
                parse_term(str(item), self.hyphens)
            except ValueError as error:
                place = (*section.at(key), number) if isinstance(value, list) else section.at(key)
                remedy = "Use words; '*' and '?' stand for characters of a word."
                self.yaml_file.report("E302", place, str(error), remedy)


def _nearest(levels: tuple[Section, ...], key: str, default: str) -> str:
    """The value of a default at the nearest level that has one: rule, theme, codebook."""
    for level in levels:
        if key in level.value:
            return level.choice(key, NEGATED, default)
    return default


def _read_forms(levels: tuple[Section, ...]) -> Forms:
    found: dict[str, Any] = {}
    for level in reversed(levels):
        if "fuzzy" in level.value:
            found["fuzzy"] = 0 if level.choice("fuzzy", ("0", "1"), "0") == "0" else 1
        for key in ("lemma", "british_american", "case_sensitive"):
            if key in level.value:
                found[key] = level.flag(key)
        level.choice("negated", NEGATED, "count")
    return Forms(**found)


def _check_rule(section: Section, rule: Rule) -> None:
    report = section.yaml_file.report
    if rule.pattern:
        _check_pattern(section, rule)
        return
    if not rule.hits:
        wanted = [key for key in ("any", "all") if section.value.get(key)]
        if not wanted:
            what = "the rule has neither 'any:', 'all:' nor 'pattern:'."
            report("E304", section.place, what, "Add 'any: [...]'.")
        return
    conditions = (rule.others, rule.with_, rule.before, rule.after, rule.unless)
    if "within" in section.value and not any(conditions):
        what = "'within' needs 'all:', 'with:', 'before:', 'after:' or 'unless:'."
        report("E304", section.at("within"), what, "Add one.")
    if rule.all and not rule.others:
        report("E304", section.at("all"), "'all' needs two terms.", "Add one, or use 'any:'.")


def _check_pattern(section: Section, rule: Rule) -> None:
    report = section.yaml_file.report
    if any(key not in _PATTERN_MAY_HAVE for key in section.value if key in RULE_KEYS):
        report("E304", section.at("pattern"), "a pattern stands alone.", "Split the rule in two.")
    try:
        regex.compile(rule.pattern)
    except regex.error as error:
        report("E303", section.at("pattern"), f"not a valid pattern: {error}.")
