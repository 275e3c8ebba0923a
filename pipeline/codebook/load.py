"""A codebook's YAML -> Codebook, or every problem in it at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import regex

from pipeline.codebook.model import POLICIES, Codebook, Rule, Theme, Within
from pipeline.codebook.terms import parse_term
from pipeline.digest import canonical_json
from pipeline.errors import near
from pipeline.yamlfile import Place, Section, YamlFile, load_yaml

CODEBOOK_KEYS = ("codebook", "version", "language", "no_theme", "themes")
THEME_KEYS = (
    *("label", "code", "definition", "include", "exclude", "questions", "rules", "net"),
    *("policy", "classifier_only", "examples", "counter_examples"),
)
RULE_KEYS = ("any", "with", "within", "unless", "pattern")


def load_codebook(path: Path) -> Codebook:
    """Read a codebook.

    Raises InputError with every problem found, each with file:line:column.
    """
    codebook, yaml_file = parse_codebook(path)
    yaml_file.raise_problems()
    return codebook


def parse_codebook(path: Path) -> tuple[Codebook, YamlFile]:
    """The codebook as far as it could be read, and the file with its problems noted."""
    yaml_file = load_yaml(path)
    top = Section.of(yaml_file, (), yaml_file.value, CODEBOOK_KEYS)
    name = top.text("codebook", required=True)
    version = top.value.get("version", 1)
    if not isinstance(version, int) or isinstance(version, bool):
        top.wrong("version", "a whole number")
        version = 1
    entries = _parse_themes(top)
    _check_nets(yaml_file, entries)
    _check_names(yaml_file, entries, top.texts("no_theme"))
    codebook = Codebook(
        name=name,
        version=version,
        language=top.choice("language", ("en",), "en"),
        path=path,
        entries=entries,
        content=canonical_json(yaml_file.value),
        no_theme=top.texts("no_theme"),
    )
    return codebook, yaml_file


def _parse_themes(top: Section) -> tuple[Theme, ...]:
    if not top.value.get("themes"):
        top.missing("themes")
        return ()
    themes = top.value["themes"]
    if not isinstance(themes, dict):
        top.wrong("themes", "a mapping of theme ids")
        return ()
    return tuple(
        _parse_theme(Section.of(top.yaml_file, ("themes", theme_id), value, THEME_KEYS))
        for theme_id, value in themes.items()
    )


def _parse_theme(section: Section) -> Theme:
    theme_id = str(section.place[-1])
    rules = _parse_rules(section, theme_id)
    net = section.texts("net")
    classifier_only = section.flag("classifier_only")
    if not theme_id.strip():
        section.yaml_file.report("E206", section.place, "a theme needs an id.")
    if classifier_only and (rules or net):
        section.wrong("classifier_only", "left out of a theme that has rules or is a net")
    if rules and net:
        section.yaml_file.report("E304", section.place, f"net '{theme_id}' has rules of its own.")
    if not (rules or net or classifier_only or section.value.get("rules")):
        section.yaml_file.report(
            "E301",
            section.place,
            f"theme '{theme_id}' has no rules.",
            "Add 'rules:', or 'classifier_only: true', or make it a 'net:'.",
        )
    return Theme(
        id=theme_id,
        label=section.text("label") or theme_id,
        code=section.text("code"),
        definition=section.text("definition"),
        include=section.text("include"),
        exclude=section.text("exclude"),
        questions=section.texts("questions"),
        rules=rules,
        net=net,
        policy=section.choice("policy", POLICIES, "either"),
        classifier_only=classifier_only,
        examples=section.texts("examples"),
        counter_examples=section.texts("counter_examples"),
    )


def _parse_rules(section: Section, theme_id: str) -> tuple[Rule, ...]:
    items = section.value.get("rules") or []
    if not isinstance(items, list):
        section.wrong("rules", "a list")
        return ()
    return tuple(
        _parse_rule(
            section.yaml_file, (*section.at("rules"), number), item, f"{theme_id}/{number + 1}"
        )
        for number, item in enumerate(items)
    )


def _parse_rule(yaml_file: YamlFile, place: Place, item: Any, rule_id: str) -> Rule:
    if not isinstance(item, dict):
        if item is None or isinstance(item, list):
            yaml_file.report("E304", place, "a rule must be a term or a mapping with 'any:'.")
            return Rule(id=rule_id)
        _check_term(yaml_file, place, str(item))
        return Rule(id=rule_id, any=(str(item),))
    section = Section.of(yaml_file, place, item, RULE_KEYS)
    for key in ("any", "with", "unless"):
        _check_terms(section, key)
    rule = Rule(
        id=rule_id,
        any=section.texts("any"),
        with_=section.texts("with"),
        unless=section.texts("unless"),
        within=_parse_within(section),
        pattern=section.text("pattern"),
    )
    _check_rule(section, rule)
    return rule


def _parse_within(section: Section) -> Within:
    value = section.value.get("within", "sentence")
    if value in ("sentence", "response"):
        return "sentence" if value == "sentence" else "response"
    if isinstance(value, int) and not isinstance(value, bool) and value > 0:
        return value
    section.wrong("within", "sentence, response or a number of words above 0")
    return "sentence"


def _check_rule(section: Section, rule: Rule) -> None:
    report = section.yaml_file.report
    if rule.pattern:
        if rule.any or rule.with_ or rule.unless or "within" in section.value:
            report(
                "E304", section.at("pattern"), "a pattern stands alone.", "Split the rule in two."
            )
        try:
            regex.compile(rule.pattern, regex.IGNORECASE)
        except regex.error as error:
            report("E303", section.at("pattern"), f"not a valid pattern: {error}.")
    elif not rule.any:
        report(
            "E304",
            section.place,
            "the rule has neither 'any:' nor 'pattern:'.",
            "Add 'any: [...]'.",
        )
    elif "within" in section.value and not (rule.with_ or rule.unless):
        report("E304", section.at("within"), "'within' needs 'with:' or 'unless:'.", "Add one.")


def _check_terms(section: Section, key: str) -> None:
    value = section.value.get(key)
    if isinstance(value, list):
        for number, item in enumerate(value):
            _check_term(section.yaml_file, (*section.at(key), number), str(item))
    elif value is not None:
        _check_term(section.yaml_file, section.at(key), str(value))


def _check_term(yaml_file: YamlFile, place: Place, source: str) -> None:
    try:
        parse_term(source)
    except ValueError as error:
        yaml_file.report("E302", place, str(error), "Use words, with '*' only at the end of one.")


def _check_names(
    yaml_file: YamlFile, entries: tuple[Theme, ...], no_theme: tuple[str, ...]
) -> None:
    """A coded file names a theme by id, code or label: no name may mean two things."""
    owners = dict.fromkeys(no_theme, "no_theme")
    for attribute in ("id", "code", "label"):
        for theme in entries:
            name = getattr(theme, attribute)
            owner = owners.setdefault(name, theme.id) if name else theme.id
            if owner != theme.id:
                what = f"'{name}' is the {attribute} of '{theme.id}' and also names '{owner}'."
                place = ("themes", theme.id, *(() if attribute == "id" else (attribute,)))
                yaml_file.report("E309", place, what, "Give each a name of its own.")


def _check_nets(yaml_file: YamlFile, entries: tuple[Theme, ...]) -> None:
    ids = [theme.id for theme in entries if not theme.net]
    for net in entries:
        for number, member in enumerate(net.net):
            if member not in ids:
                place = ("themes", net.id, "net", number)
                what = f"net '{net.id}' names '{member}', which is not a theme."
                yaml_file.report("E305", place, what, near(member, ids))
