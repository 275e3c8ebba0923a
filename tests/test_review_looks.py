"""How the review page looks in a real browser: zoom, schemes, contrast, spacing, and axe-core."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import Served, Window, find_breaches, open_window, press, shot
from tests.reviewstates import STATES

VARIANTS: dict[str, tuple[int, dict[str, str]]] = {
    "light": (1000, {"color_scheme": "light"}),
    "dark": (1000, {"color_scheme": "dark"}),
    "400 per cent, light": (320, {"color_scheme": "light"}),
    "400 per cent, dark": (320, {"color_scheme": "dark"}),
    "forced colours": (320, {"forced_colors": "active"}),
    "spaced text": (320, {"color_scheme": "light"}),
    "reduced motion": (1000, {"reduced_motion": "reduce"}),
}
"""320 CSS pixels are what 1280 become at 400%."""
SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important;
    word-spacing: .16em !important } p { margin-bottom: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""
LOOK = """() => {
  const all = [...document.querySelectorAll("body *:not(.skip)")]
    .filter((e) => e.checkVisibility());
  const named = (found) => found.map((e) => e.outerHTML.slice(0, 80));
  const box = (e) => e.getBoundingClientRect();
  const inText = (e) => e.matches("p a, dd a, li a") && getComputedStyle(e).display === "inline";
  return {
    beyond: named(all.filter((e) => box(e).right > innerWidth + 1)),
    cut: named(all.filter((e) => !e.matches("input, textarea, select, dialog")
      && getComputedStyle(e).overflowX !== "visible" && e.scrollWidth > e.clientWidth + 1)),
    small: named(all.filter((e) => e.matches("a, button, input, summary, textarea, select")
      && !inText(e) && (box(e).height < 24 || box(e).width < 24))),
    moving: document.getAnimations().length,
  };
}"""
FOCUSED = """() => {
  const found = document.activeElement, style = getComputedStyle(found);
  const seen = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  return [found.outerHTML.slice(0, 80), seen];
}"""


def open_variant(browser: Any, served: Served, variant: str) -> Window:
    width, context = VARIANTS[variant]
    return open_window(browser, served.link, width, **context)


def show(window: Window, state: str, variant: str) -> Any:
    """The page in a state, under a variant, with a picture of it."""
    window.go(STATES[state].address)
    press(window.page, *STATES[state].keys)
    if variant == "spaced text":
        window.page.evaluate(SPACED)
    shot(window.page, f"{variant} {state}")
    return window.page


@pytest.mark.parametrize("variant", VARIANTS)
def test_nothing_overflows_is_cut_or_is_too_small_to_hit(
    served: Served, browser: Any, variant: str
) -> None:
    window = open_variant(browser, served, variant)
    own = window.own
    for state in STATES:
        seen = show(window, state, variant).evaluate(LOOK)
        assert seen == {"beyond": [], "cut": [], "small": [], "moving": 0}, state
    # A refusal is told to the console by the browser itself.
    assert [line for line in window.told if "404" not in line] == []
    assert all(address.startswith(own) for address in window.asked)


@pytest.mark.parametrize("variant", ["light", "dark", "400 per cent, dark", "forced colours"])
def test_axe_finds_no_breach_of_wcag_2_2_aa(served: Served, browser: Any, variant: str) -> None:
    window = open_variant(browser, served, variant)
    for state in STATES:
        assert find_breaches(show(window, state, variant)) == [], state


@pytest.mark.parametrize("variant", ["light", "dark", "forced colours"])
def test_where_the_focus_is_is_seen(served: Served, browser: Any, variant: str) -> None:
    window = open_variant(browser, served, variant)
    for state in ("queues", "a response", "the codebook"):
        page, stops = show(window, state, variant), []
        while len(stops) < 80:
            press(page, "Tab")
            if page.evaluate("document.activeElement === document.body"):
                break
            stops.append(page.evaluate(FOCUSED))
        assert len(stops) > 5
        assert [where for where, seen in stops if not seen] == [], state


def test_which_theme_is_current_is_seen_without_colours(served: Served, browser: Any) -> None:
    page = show(open_variant(browser, served, "forced colours"), "a response", "forced colours")
    outlines = "[...document.querySelectorAll('.row')].map((e) => getComputedStyle(e).outlineStyle)"
    assert page.evaluate(outlines) == ["solid", "none"]
