"""A codebook's YAML -> Codebook, or every problem in it at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipeline.codebook.frame import check_frame
from pipeline.codebook.model import (
    HYPHENS,
    OVERLAPS,
    POLICIES,
    POSSESSIVES,
    Codebook,
    Facet,
    Theme,
    Version,
)
from pipeline.codebook.rules import RULE_DEFAULTS, RuleParser
from pipeline.digest import canonical_json
from pipeline.yamlfile import Section, YamlFile, load_yaml

CODEBOOK_KEYS = (
    *("codebook", "version", "language", "no_theme", "history", "lists", "facets", "exclusive"),
    *("overlap", "possessives", "hyphens", *RULE_DEFAULTS, "themes"),
)
THEME_KEYS = (
    *("label", "code", "definition", "include", "exclude", "parent", "was", "questions", "rules"),
    *("net", "policy", "classifier_only", "examples", "counter_examples", *RULE_DEFAULTS),
)
FACET_KEYS = ("label", "definition", "questions", "within", "rules", *RULE_DEFAULTS)
HISTORY_KEYS = ("version", "date", "by", "note")


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
    return read_codebook(yaml_file), yaml_file


def read_codebook(yaml_file: YamlFile) -> Codebook:
    """The codebook of a parsed file as far as it can be read; problems are noted in the file."""
    top = Section.of(yaml_file, (), yaml_file.value, CODEBOOK_KEYS)
    name = top.text("codebook", required=True)
    version = _whole_number(top, "version", 1)
    parser = RuleParser.of(top, top.choice("hyphens", HYPHENS, "split"))
    codebook = Codebook(
        name=name,
        version=version,
        language=top.choice("language", ("en",), "en"),
        path=yaml_file.path,
        entries=_parse_themes(top, parser),
        content=canonical_json(yaml_file.value),
        no_theme=top.texts("no_theme"),
        facets=_parse_facets(top, parser),
        exclusive=_parse_exclusive(top),
        history=_parse_history(top),
        lists=parser.lists,
        overlap=top.choice("overlap", OVERLAPS, "keep"),
        possessives=top.choice("possessives", POSSESSIVES, "fold"),
        hyphens=parser.hyphens,
    )
    check_frame(codebook, yaml_file)
    return codebook


def _whole_number(section: Section, key: str, default: int) -> int:
    value = section.value.get(key, default)
    if not isinstance(value, int) or isinstance(value, bool):
        section.wrong(key, "a whole number")
        return default
    return value


def _parse_themes(top: Section, parser: RuleParser) -> tuple[Theme, ...]:
    if not top.value.get("themes"):
        top.missing("themes")
        return ()
    themes = top.value["themes"]
    if not isinstance(themes, dict):
        top.wrong("themes", "a mapping of theme ids")
        return ()
    return tuple(
        _parse_theme(Section.of(top.yaml_file, ("themes", theme_id), value, THEME_KEYS), parser)
        for theme_id, value in themes.items()
    )


def _parse_theme(section: Section, parser: RuleParser) -> Theme:
    theme_id = str(section.place[-1])
    rules = parser.parse_rules(section, theme_id)
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
        parent=section.text("parent"),
        was=section.texts("was"),
        questions=section.texts("questions"),
        rules=rules,
        net=net,
        policy=section.choice("policy", POLICIES, "either"),
        policy_stated="policy" in section.value,
        classifier_only=classifier_only,
        examples=section.texts("examples"),
        counter_examples=section.texts("counter_examples"),
    )


def _parse_facets(top: Section, parser: RuleParser) -> tuple[Facet, ...]:
    """Every value of every reading: `facets: {stance: {praise: ..., problem: ...}}`."""
    facets = []
    for reading, values in _mapping(top, "facets").items():
        place = (*top.at("facets"), reading)
        if not isinstance(values, dict) or not values:
            top.yaml_file.report("E206", place, f"'{reading}' must be a mapping of its values.")
            continue
        for facet_id, value in values.items():
            section = Section.of(top.yaml_file, (*place, facet_id), value, FACET_KEYS)
            facets.append(_parse_facet(section, reading, parser))
    return tuple(facets)


def _parse_facet(section: Section, reading: str, parser: RuleParser) -> Facet:
    facet_id = str(section.place[-1])
    rules = parser.parse_rules(section, facet_id)
    questions = section.texts("questions")
    if not (rules or questions or section.value.get("rules")):
        section.yaml_file.report(
            "E301",
            section.place,
            f"facet '{facet_id}' has neither rules nor questions.",
            "Add 'rules:', or the 'questions:' whose answers all have it.",
        )
    return Facet(
        id=facet_id,
        reading=reading,
        label=section.text("label") or facet_id,
        definition=section.text("definition"),
        questions=questions,
        within=section.choice("within", ("sentence", "response"), "sentence"),
        rules=rules,
    )


def _parse_exclusive(top: Section) -> tuple[tuple[str, ...], ...]:
    value = top.value.get("exclusive")
    if value is None:
        return ()
    if not isinstance(value, list) or not all(
        isinstance(group, list) and len(group) > 1 for group in value
    ):
        top.wrong("exclusive", "a list of groups, each a list of two themes or more")
        return ()
    return tuple(tuple(str(theme) for theme in group) for group in value)


def _parse_history(top: Section) -> tuple[Version, ...]:
    value = top.value.get("history") or []
    if not isinstance(value, list):
        top.wrong("history", "a list of entries")
        return ()
    entries = []
    for number, item in enumerate(value):
        section = Section.of(top.yaml_file, (*top.at("history"), number), item, HISTORY_KEYS)
        entries.append(
            Version(
                version=_whole_number(section, "version", 0),
                note=section.text("note", required=True),
                date=section.text("date"),
                by=section.text("by"),
            )
        )
    return tuple(entries)


def _mapping(top: Section, key: str) -> dict[str, Any]:
    value = top.value.get(key)
    if value is not None and not isinstance(value, dict):
        top.wrong(key, "a mapping")
    return value if isinstance(value, dict) else {}
