"""The `groups:` of a source: the columns that counts are compared by."""

from __future__ import annotations

from typing import Any

from pipeline.yamlfile import Section

GROUP_KEYS = ("column", "separator")


def parse_groups(source: Section) -> dict[str, Any]:
    """Columns, each by name; `{column: NAME, separator: ";"}` where a cell names several groups.

    Gives `groups`, the columns, and `separators`, by column.
    """
    value = source.value.get("groups")
    if isinstance(value, dict):
        source.wrong("groups", "a list of texts")
        value = None
    items = value if isinstance(value, list) else [] if value is None else [value]
    columns: dict[str, str] = {}
    for number, item in enumerate(items):
        if isinstance(item, dict):
            place = (*source.at("groups"), number)
            found = Section.of(source.yaml_file, place, item, GROUP_KEYS)
            columns[found.text("column", required=True)] = found.text("separator", required=True)
        elif item is None or isinstance(item, list):
            source.wrong("groups", "a list of texts")
        else:
            columns[str(item)] = ""
    return {"groups": tuple(columns), "separators": {c: s for c, s in columns.items() if s}}
