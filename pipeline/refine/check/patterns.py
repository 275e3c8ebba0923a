"""Patterns that can take too long (W314), or that match nothing but the empty text (W313)."""

from __future__ import annotations

import time
from collections.abc import Sequence

import regex

from pipeline.match.matcher import PATTERN_SECONDS
from pipeline.refine.check.attack import Attack, list_attacks, widest
from pipeline.refine.check.written import WrittenRule
from pipeline.yamlfile import YamlFile

STEPS = ((30, 2), (100, 2), (1000, 0))
"""Lengths of text, and how many of the slowest attacks are made longer.

What grows with the cube of the length, or faster, is over the limit on 1,000 characters; what grows
with the square is far below it, takes answers of several thousand, and is not noted.
"""


def check_patterns(rules: Sequence[WrittenRule], yaml_file: YamlFile) -> None:
    """Note every pattern that can match nothing, or that some text keeps busy for too long."""
    for rule in rules:
        pattern = rule.rule.pattern
        try:
            compiled = regex.compile(
                pattern, 0 if rule.rule.forms.case_sensitive else regex.IGNORECASE
            )
        except regex.error:
            continue
        place = (*rule.place, "pattern")
        if pattern and widest(pattern) == 0:
            what = "the pattern matches nothing but the empty text, so the rule never fires."
            yaml_file.report("W313", place, what, "Name a character that must be there.")
        elif slow := _find_slow(compiled, list_attacks(pattern)):
            attack, length = slow
            text = attack.text(length)
            shown = repr(text[:20]).strip("'\"")
            what = f'the pattern takes over {PATTERN_SECONDS} s on a text such as "{shown}..." '
            what += f"({len(text):,} characters); the rule then says nothing about the response."
            remedy = "Repeat nothing that is itself repeated, or that may match the same twice."
            yaml_file.report("W314", place, what, remedy)


def _find_slow(pattern: regex.Pattern[str], attacks: Sequence[Attack]) -> tuple[Attack, int] | None:
    """An attack that takes too long, and at which length."""
    for length, most in STEPS:
        times = []
        for attack in attacks:
            seconds = _seconds(pattern, attack.text(length))
            if seconds is None:
                return attack, length
            times.append((seconds, attack))
        times.sort(key=lambda pair: -pair[0])
        attacks = [attack for _, attack in times[:most]]
    return None


def _seconds(pattern: regex.Pattern[str], text: str) -> float | None:
    """How long a pattern looks for all its matches in a text; None when that is too long."""
    start = time.process_time()
    try:
        for _ in pattern.finditer(text, timeout=PATTERN_SECONDS):
            pass
    except TimeoutError:
        return None
    return time.process_time() - start
