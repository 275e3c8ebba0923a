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
        _report(section, key, f"there is no file '{name}'.")
    return path


def named_folder(section: Section, key: str) -> Path | None:
    """The folder that a key names, likewise."""
    name = section.text(key)
    if not name:
        return None
    path = section.yaml_file.path.parent / name
    if not path.is_dir():
        _report(section, key, f"there is no folder '{name}'.")
    return path


def _report(section: Section, key: str, what: str) -> None:
    remedy = "Paths are relative to round.yaml."
    section.yaml_file.report("E101", section.at(key), what, remedy)
