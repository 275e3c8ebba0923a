"""Whether a sample is an audit as `review sample` draws them: samples may come from files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.readings.records import Sample

_LISTS = ("coders", "themes")
_KEPT = ("rules", "meanings", "any", "frame")
_STRATUM, _APART = ("tagged",), ("tagged", "present", "unknown")


def is_sound(sample: Sample) -> bool:
    """Whether its settings have all that is counted from, and members are within its strata."""
    settings = sample.settings
    strata, apart = settings.get("strata"), settings.get("apart")
    if not all(isinstance(settings.get(name), list) for name in _LISTS):
        return False
    if not all(isinstance(settings.get(name, {}), Mapping) for name in _KEPT):
        return False
    if not isinstance(strata, Mapping) or not isinstance(apart, Mapping):
        return False
    nets = "any" in settings and bool(settings["any"])
    return (
        all(_is_part(part, _STRATUM, nets=nets) for part in strata.values())
        and all(_is_part(part, _APART, nets=nets) for part in apart.values())
        and all(
            member.stratum in strata and strata[member.stratum]["question"] == member.question
            for member in sample.members
        )
    )


def _is_part(part: Any, kinds: tuple[str, ...], *, nets: bool) -> bool:
    if not isinstance(part, Mapping) or not isinstance(part.get("question"), str):
        return False
    size, several = part.get("size"), part.get("any")
    if not _is_count(size) or (nets and not isinstance(several, Mapping)):
        return False
    counts = [part.get(kind) for kind in kinds]
    counts += [several.get(kind) for kind in kinds] if isinstance(several, Mapping) else []
    return all(
        isinstance(count, Mapping) and all(_is_count(n) and n <= size for n in count.values())
        for count in counts
    )


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
