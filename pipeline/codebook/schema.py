"""The JSON Schema of a codebook file, by which editors complete and underline.

What a schema cannot say (a pattern that does not compile, a net that names no theme) is left to
`codebook check`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pipeline.codebook.load import CODEBOOK_KEYS, FACET_KEYS, HISTORY_KEYS, THEME_KEYS
from pipeline.codebook.model import HYPHENS, NEGATED, OVERLAPS, POLICIES, POSSESSIVES
from pipeline.codebook.rules import _PATTERN_MAY_HAVE, RULE_KEYS

Schema = dict[str, Any]

_SCALARS = ["string", "number", "boolean"]
_TEXT: Schema = {"type": ["string", "number", "null"]}
_NEEDED_TEXT: Schema = {"type": ["string", "number"], "minLength": 1}
_TEXTS: Schema = {"type": [*_SCALARS, "array", "null"], "items": {"type": _SCALARS}}
_FLAG: Schema = {"type": "boolean", "default": False}
_GIVEN: Schema = {"not": {"enum": [None, []]}}
_WRITTEN: Schema = {"not": {"enum": [None, ""]}}
_WITHIN: Schema = {
    "anyOf": [{"enum": ["sentence", "response"]}, {"type": "integer", "minimum": 1}],
    "default": "sentence",
}
_RULES: Schema = {
    "type": ["array", "null"],
    "items": {"anyOf": [{"type": _SCALARS}, {"$ref": "#/$defs/rule"}]},
}
_NO_LIST: Schema = {"pattern": "^(?![$])"}
_ONE_TERM: Schema = {
    "anyOf": [
        {"type": "array", "items": _NO_LIST, "maxItems": 1},
        {"type": "string", **_NO_LIST},
        {"type": ["number", "boolean"]},
    ]
}


def _choice(options: Sequence[str], default: str) -> Schema:
    return {"enum": [*options, None], "default": default}


Key = tuple[str, Schema]
"""What a key means, and what its value must be."""

DEFAULTS: Mapping[str, Key] = {
    "negated": (
        "A hit that is denied ('no problem with Citrix'): count it, skip it, or count only those.",
        _choice(NEGATED, "count"),
    ),
    "lemma": ("Find every inflection of a word: 'run' finds 'ran' and 'running'.", _FLAG),
    "fuzzy": (
        "Find words that are one slip off (a letter more, less, other, or two swapped).",
        {"enum": [0, 1, "0", "1", None], "default": 0},
    ),
    "british_american": ("Find a word in British and in American spelling.", _FLAG),
    "case_sensitive": ("Find a term only with the capitals that it is written with.", _FLAG),
}
RULE: Mapping[str, Key] = {
    "any": (
        "Terms, each place of one of which is a hit: words or phrases, in which * stands for any "
        "ending and ? for one letter; $NAME stands for a list.",
        _TEXTS,
    ),
    "all": ("Terms that must all be in scope of one another.", _TEXTS),
    "with": ("The hit counts only if one of these is in scope, outside the hit.", _TEXTS),
    "before": ("The hit counts only if it stands before one of these, in scope.", _TEXTS),
    "after": ("The hit counts only if it stands after one of these, in scope.", _TEXTS),
    "unless": ("The hit does not count if one of these is in scope.", _TEXTS),
    "within": (
        "The scope of the conditions: sentence, response, or a number of words between two terms.",
        _WITHIN,
    ),
    "pattern": (
        "A regular expression over the untouched text, case ignored; it stands alone.",
        _TEXT,
    ),
    "questions": (
        "The questions in which the rule is tried; all of its theme's by default.",
        _TEXTS,
    ),
    **DEFAULTS,
}
THEME: Mapping[str, Key] = {
    "label": ("What reports call the theme; its id by default.", _TEXT),
    "code": ("The exact name that files of hand coding use, where it is another.", _TEXT),
    "definition": ("What the theme means, for people.", _TEXT),
    "include": ("What belongs to it all the same, for people.", _TEXT),
    "exclude": ("What does not belong to it, for people.", _TEXT),
    "parent": ("The theme above this one.", _TEXT),
    "was": ("Ids that the theme had before; decisions on them are carried over.", _TEXTS),
    "questions": ("The questions in which the theme may be coded; all by default.", _TEXTS),
    "rules": ("The reasons by which a text earns the theme; one that fires is enough.", _RULES),
    "net": ("Other themes: a net counts distinct responses in any of them, never the sum.", _TEXTS),
    "policy": (
        "Who decides when nobody has read the response: either coder, rules, model or both.",
        _choice(POLICIES, "either"),
    ),
    "classifier_only": ("A theme without rules, which the classifier may find.", _FLAG),
    "examples": ("Texts that its rules must find.", _TEXTS),
    "counter_examples": ("Texts that its rules must not find.", _TEXTS),
    **DEFAULTS,
}
FACET: Mapping[str, Key] = {
    "label": ("What reports call the facet; its id by default.", _TEXT),
    "definition": ("What the facet means, for people.", _TEXT),
    "questions": (
        "The questions in which it may be read; without rules, all of them have it.",
        _TEXTS,
    ),
    "within": ("How far from a theme's quote its rules may fire: sentence or response.", _WITHIN),
    "rules": ("The reasons by which a quote of a theme has the facet.", _RULES),
    **DEFAULTS,
}
HISTORY: Mapping[str, Key] = {
    "version": ("The version that the entry tells of.", {"type": "integer"}),
    "date": ("When it was made.", _TEXT),
    "by": ("Who made it.", _TEXT),
    "note": ("What was changed, and why.", _NEEDED_TEXT),
}


_NAMED: Schema = {"type": ["object", "null"]}
_READING: Schema = {
    "type": "object",
    "minProperties": 1,
    "additionalProperties": {"$ref": "#/$defs/facet"},
}
_GROUP: Schema = {"type": "array", "minItems": 2, "items": {"type": _SCALARS}}
_THEMES: Schema = {
    "type": "object",
    "minProperties": 1,
    "propertyNames": {"pattern": "\\S"},
    "additionalProperties": {"$ref": "#/$defs/theme"},
}
CODEBOOK: Mapping[str, Key] = {
    "codebook": ("The name of the codebook.", _NEEDED_TEXT),
    "version": (
        "A whole number; raise it with every change.",
        {"type": "integer", "default": 1},
    ),
    "language": ("The language of the texts.", _choice(["en"], "en")),
    "no_theme": ("What coded files write for 'read, no theme applies'.", _TEXTS),
    "history": (
        "What changed in each version, and why.",
        {"type": ["array", "null"], "items": {"$ref": "#/$defs/entry"}},
    ),
    "lists": (
        "Named lists of terms; $NAME among the terms of a rule stands for all of a list.",
        {**_NAMED, "additionalProperties": {**_TEXTS, **_GIVEN}},
    ),
    "facets": (
        "Second readings of a theme, and the values of each: {stance: {praise: ...}}.",
        {**_NAMED, "additionalProperties": _READING},
    ),
    "exclusive": (
        "Groups of themes; a response keeps the first of a group that is found.",
        {"type": ["array", "null"], "items": _GROUP},
    ),
    "overlap": (
        "A quote within a longer one of another theme: keep both, or the longest alone.",
        _choice(OVERLAPS, "keep"),
    ),
    "possessives": (
        "Whether a term finds its word with 's after it, which is then no part of the quote.",
        _choice(POSSESSIVES, "fold"),
    ),
    "hyphens": (
        "Whether a hyphen parts two words, as a space does, or is a part of one.",
        _choice(HYPHENS, "split"),
    ),
    "themes": ("The themes, each under its id.", _THEMES),
    **DEFAULTS,
}


def codebook_schema() -> Schema:
    """The schema, of JSON Schema draft 2020-12."""
    title = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "verbatims codebook",
    }
    top = _mapping(CODEBOOK_KEYS, CODEBOOK, required=["codebook", "themes"])
    parts = {
        "theme": {**_mapping(THEME_KEYS, THEME), "oneOf": _one_source_of_a_theme()},
        "facet": {**_mapping(FACET_KEYS, FACET), "anyOf": [_has("rules"), _has("questions")]},
        "rule": _rule(),
        "entry": _mapping(HISTORY_KEYS, HISTORY, required=["note"]),
    }
    return {**title, **top, "$defs": parts}


def _mapping(keys: Sequence[str], known: Mapping[str, Key], required: Sequence[str] = ()) -> Schema:
    """A mapping of these keys and no others, in their order."""
    properties = {key: {"description": known[key][0], **known[key][1]} for key in keys}
    found: Schema = {"type": "object", "additionalProperties": False, "properties": properties}
    return {**found, "required": list(required)} if required else found


def _has(key: str, what: Schema = _GIVEN) -> Schema:
    return {"required": [key], "properties": {key: what}}


def _one_source_of_a_theme() -> list[Schema]:
    return [_has("rules"), _has("net"), _has("classifier_only", {"const": True})]


def _rule() -> Schema:
    has_pattern = _has("pattern", _WRITTEN)
    return {
        **_mapping(RULE_KEYS, RULE),
        "if": has_pattern,
        "then": {"propertyNames": {"enum": list(_PATTERN_MAY_HAVE)}},
        "else": {
            "anyOf": [_has("any"), {"allOf": [_has("all"), _has("all", {"not": _ONE_TERM})]}],
            "dependentSchemas": {"within": {"anyOf": _conditions()}},
        },
    }


def _conditions() -> list[Schema]:
    return [_has(key) for key in ("all", "with", "before", "after", "unless")]
