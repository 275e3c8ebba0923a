"""How the review page looks in a real browser: sizes, schemes, and what axe-core finds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import Served, find_breaches, open_window, press, shot


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1000])
def test_nothing_overflows_or_is_too_small_to_hit(
    served: Served, browser: Any, width: int, scheme: str
) -> None:
    """320 CSS pixels are also what 1280 become at 400% zoom."""
    window = open_window(browser, served.link, width, color_scheme=scheme)
    page, own = window.page, window.own
    for address in ("/?all", "/read?queue=all&place=0", "/read?queue=all&place=1", "/theme/slow"):
        window.go(address)
        shot(page, f"{scheme}-{width}-{address}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        small = page.evaluate(
            "[...document.querySelectorAll('a:not(.skip), button, input, summary, textarea')]"
            ".map((e) => [e.outerHTML.slice(0, 60), e.getBoundingClientRect()])"
            ".filter(([, b]) => b.height && (b.height < 24 || b.width < 24)).map(([e]) => e)"
        )
        assert small == [], address
    assert window.told == []
    assert all(address.startswith(own) for address in window.asked)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_breach_of_wcag_2_2_aa(served: Served, browser: Any, scheme: str) -> None:
    window = open_window(browser, served.link, color_scheme=scheme)
    page = window.page
    states = {"/?all": "", "/read?queue=all&place=0": "?", "/read?queue=uncoded&place=4": ""}
    states |= {"/read?queue=theme:wifi&place=0": "d", "/read?queue=stale": "", "/theme/slow": ""}
    states["/read?queue=all&place=1"] = "xcs"
    for address, keys in states.items():
        window.go(address)
        press(page, *keys)
        shot(page, f"axe-{scheme}-{address}")
        assert find_breaches(page) == [], address
