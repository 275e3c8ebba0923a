"""A list of naughty strings in a real browser: each is shown as itself, and adds nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser import open_window, serving
from tests.naughty import ANSWERS, write_naughty_round
from tests.reviewpage import hold

BARE = 508
"""So many of the strings are answers; the other 7 are nothing but spaces and controls: blank."""
REFUSE = """
for (const name of ["alert", "prompt", "confirm", "print"])
  window[name] = () => { window.ran = name; };
"""
LOOK = """() => {
  const all = [...document.querySelectorAll("*")], names = (one) => one.getAttributeNames().sort();
  return {
    text: document.getElementById("text").textContent,
    other: document.querySelector("#context .answer")?.textContent,
    about: document.querySelector(".groups").textContent,
    shape: all.map((one) => [one.localName, ...names(one)].join(" ")).join("\\n"),
    handlers: all.filter((one) => names(one).some((name) => name.startsWith("on"))).length,
    elsewhere: [...all.map((one) => one.href ?? one.src ?? one.action),
      ...performance.getEntriesByType("resource").map((one) => one.name)]
      .filter((one) => one && !String(one).startsWith(location.origin + "/")),
    ran: window.ran ?? "",
  };
}"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, write_round: Callable[..., Path]) -> Path:
    return write_naughty_round(write_round, tmp_path_factory.mktemp("naughty") / "round")


@pytest.fixture(scope="module")
def places(folder: Path) -> dict[str, int]:
    """Where each response is."""
    return hold(folder).places


def test_in_a_browser_each_is_shown_as_itself_and_adds_nothing(
    folder: Path, places: dict[str, int], browser: Any
) -> None:
    shapes: Counter[tuple[bool, str]] = Counter()
    with serving(folder) as served:
        window = open_window(browser, served.link)
        window.page.add_init_script(REFUSE)
        own = window.own
        for number, string in [*enumerate(ANSWERS)][1:-1]:
            alone, within = f"P{number} {string}/barriers", f"P{number} {string}/improve"
            bare, other = alone in places, f"other {string} answer"
            address = f"{own}/read?queue=all&place={places[alone if bare else within]}"
            window.page.goto(address, wait_until="domcontentloaded")
            seen = window.page.evaluate(LOOK)
            assert seen["text"] == (string if bare else other)
            assert seen["other"] == (other if bare else None)
            assert string in seen["about"]
            assert (seen["ran"], seen["handlers"], seen["elsewhere"]) == ("", 0, [])
            shapes[bare, seen["shape"]] += 1
        assert (window.told, window.dialogs) == ([], [])
    # One shape of page, that of the plain answer; blank ones are seen without a second answer.
    assert sorted(shapes.values()) == [len(ANSWERS) - 3 - BARE, BARE + 1]
