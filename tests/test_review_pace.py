"""How many keys a trained reviewer presses in a real browser for 300 decisions."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from tests.browser import open_window, serving

RESPONSES, MISTAKES, ADDED = 300, 8, 2
WORDS = {"y": "present", "n": "absent", "u": "unsure"}
SWAPPED = {"y": "n", "n": "y", "u": "n"}


class Step(NamedTuple):
    """Keys pressed at a response, the last of which leads to another page."""

    number: int
    keys: tuple[str, ...]


def plan_review(seed: int) -> tuple[list[Step], list[str], list[int]]:
    """The steps, the final word on each response, and those that get another theme as well.

    A key a response. At 8 the reviewer errs, undoes that on the next page and decides anew: three
    keys. To 2 she adds a theme first: `a`, two letters of its name, Enter, back to the first theme,
    the decision, Enter: seven.
    """
    pick = random.Random(seed)
    words = pick.choices("ynu", [80, 15, 5], k=RESPONSES)
    chosen = pick.sample(range(RESPONSES - 1), MISTAKES + ADDED)
    mistaken, added = set(chosen[:MISTAKES]), chosen[MISTAKES:]
    steps = []
    for number, word in enumerate(words):
        if number in mistaken:
            steps += [Step(number, (SWAPPED[word],)), Step(number + 1, ("z",))]
        adding = ("a", "w", "i", "Enter", "k", word, "Enter")
        steps.append(Step(number, adding if number in added else (word,)))
    return steps, [WORDS[word] for word in words], sorted(added)


def test_300_decisions_take_at_most_330_keys(make_round: Callable[..., Path], browser: Any) -> None:
    """Every key is counted from the first response on; how she came there is not."""
    steps, words, added = plan_review(seed=6)
    rows = [(f"R{n}", "x", f"the wifi is slow in room {n}", "") for n in range(RESPONSES)]
    pressed = 0
    with serving(make_round(rows=rows, figures="[]")) as served:
        window = open_window(browser, served.link)
        page = window.page
        window.go("/read?queue=theme%3Aslow")
        for step in steps:
            text = page.evaluate("document.getElementById('text').textContent")
            assert text == f"the wifi is slow in room {step.number}"
            with page.expect_navigation(wait_until="domcontentloaded"):
                for key in step.keys:
                    page.keyboard.press(key)
                    pressed += 1
        assert "You have read all 300" in page.inner_text("main")
        assert window.told == []
        readings = served.readings()
    assert pressed <= 330
    assert len(readings) == RESPONSES + 2 * MISTAKES
    last = {reading.response_id: reading for reading in readings}
    said = [{d.theme: d.decision for d in last[f"R{n}/barriers"].decisions} for n in range(300)]
    more = [{"wifi": "present"} if n in added else {} for n in range(RESPONSES)]
    assert said == [{"slow": word, **also} for word, also in zip(words, more, strict=True)]
