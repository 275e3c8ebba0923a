"""The files that a round names."""

from __future__ import annotations

from pathlib import Path

from pipeline.yamlfile import Section


def named_file(section: Section, key: str, *, required: bool = False) -> Path | None:
    """The file that a key names, beside the YAML file; that it is not there is noted (E101)."""
    name = section.text(key, required=required)
    if not name:
        return None
    path = section.yaml_file.path.parent / name
    if not path.is_file():
        section.yaml_file.report(
            "E101",
            section.at(key),
            f"there is no file '{name}'.",
            "Paths are relative to round.yaml.",
        )
    return path
