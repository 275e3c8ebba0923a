"""What two runs were made of: their inputs by hash, their settings and versions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.compare.data import Input, Setting
from pipeline.compare.kept import Laid
from pipeline.round import Filler, Round
from pipeline.verify import KeptRun

ROLES = ("source", "round", "codebook", "decisions", "train", "model", "exclude", "figures")


def list_inputs(old: KeptRun, new: KeptRun) -> tuple[Input, ...]:
    """Every file that decided either run, the same or not; hashes are sha256, empty for none."""
    before, after = (
        {item["role"]: item["sha256"] for item in run.manifest["inputs"]} for run in (old, new)
    )
    roles = dict.fromkeys((*ROLES, *before, *after))
    return tuple(
        Input(role, _state(before.get(role, ""), after.get(role, "")), *pair)
        for role in roles
        if any(pair := (before.get(role, ""), after.get(role, "")))
    )


def _state(old: str, new: str) -> str:
    if old == new:
        return "same"
    return "changed" if old and new else "added" if new else "removed"


def list_settings(old: Laid, new: Laid) -> tuple[Setting, ...]:
    """Every version and setting that differs, as text."""
    before, after = dict(_settings(old)), dict(_settings(new))
    names = dict.fromkeys((*before, *after))
    return tuple(
        Setting(name, before.get(name, "none"), after.get(name, "none"))
        for name in names
        if before.get(name, "none") != after.get(name, "none")
    )


def _settings(laid: Laid) -> Iterator[tuple[str, str]]:
    side, manifest, the_round = laid.side(), laid.kept.manifest, laid.kept.round
    yield "verbatims", side.verbatims
    for name, version in (manifest.get("libraries") or {}).items():
        yield name, str(version)
    yield "codebook", side.codebook
    yield "classifier", side.classifier or "none"
    yield "coders", ", ".join(side.coders)
    yield from _round_settings(the_round)
    for name, value in ((manifest.get("settings") or {}).get("classifier") or {}).items():
        yield f"classifier {name}", _as_text(value)
    for theme in laid.themes:
        yield f"policy of {theme}", laid.policy(theme, "")


def _round_settings(the_round: Round) -> Iterator[tuple[str, str]]:
    yield "base", the_round.base
    yield "filler", _filler(the_round.filler)
    yield "repeats", the_round.repeats
    yield "population", the_round.population.kind
    yield "imported coders", ", ".join(the_round.coders) or "none"
    for question in the_round.source.questions:
        yield f"question {question.id}", question.label
        if question.filler != the_round.filler:
            yield f"filler of {question.id}", _filler(question.filler)


def _filler(filler: Filler) -> str:
    return "off" if filler.off else ", ".join(("the built-in list", *filler.more))


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None else str(value)
