"""The codebook edited from a quote in a real browser. Skipped where there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.codebook.load import load_codebook
from pipeline.codebook.model import Theme
from tests.browser import (
    Served,
    expect,
    find_breaches,
    open_window,
    press,
    serving,
    shot,
    wait_for_text,
)
from tests.conftest import TINY_CODEBOOK

TRIED = "/workshop?theme=slow&queue=all&place=0&start=4&end=8"
TRIED += "&term=it+is,+laptops&with=slow&within=5&unless=zebra#effect"
NEVER = "    counter_examples: [It is not slow]  # never\n"


@pytest.fixture
def tried(make_round: Callable[..., Path]) -> Iterator[Served]:
    codebook = TINY_CODEBOOK.replace("    counter_examples: [It is not slow]\n", NEVER)
    assert codebook != TINY_CODEBOOK
    with serving(make_round(codebook=codebook)) as found:
        yield found


def codebook_of(served: Served) -> Path:
    return served.database.parent / "codebook.yaml"


def theme_of(served: Served, name: str) -> Theme:
    found = load_codebook(codebook_of(served)).find(name)
    assert found
    return found


def test_an_example_with_the_keyboard_alone(tried: Served, browser: Any) -> None:
    """The words that were marked are not saved yet, so the codebook opens beside them."""
    window = open_window(browser, tried.link)
    window.go("/read?queue=all&place=2")
    wait_for_text(window.page, "Everything crashes")
    press(window.page, "2", "s", "ArrowRight", "Shift+ArrowRight", "Enter")
    with window.page.context.expect_page() as opened:
        press(window.page, "e")
    page = opened.value
    expect(page.locator("#words")).to_have_value("crashes, wi‑fi")
    page.wait_for_load_state()
    press(page, "x")
    expect(page.locator("#status")).to_contain_text("The example is in the codebook.")
    expect(page.locator("main")).to_contain_text("This theme: “crashes, wi‑fi” – found by wifi/2")
    page.wait_for_load_state()
    press(page, "w", "Control+A")
    page.keyboard.type("no: #such\nthing")
    press(page, "Escape", "c")
    expect(page.locator("#status")).to_contain_text("The counter-example is in the codebook.")
    assert window.page.locator(".row.current .span q").inner_text() == "crashes, wi‑fi"
    assert window.told == []
    theme = theme_of(tried, "wifi")
    assert (theme.examples, theme.counter_examples) == (("crashes, wi‑fi",), ("no: #such\nthing",))
    assert NEVER in codebook_of(tried).read_text(encoding="utf-8")


def test_a_rule_is_tried_and_saved_with_the_keyboard_alone(tried: Served, browser: Any) -> None:
    window = open_window(browser, tried.link)
    page = window.page
    window.go("/read?queue=all&place=2")
    wait_for_text(page, "Everything crashes")
    press(page, "1", "e")
    expect(page.locator("h1")).to_have_text("Codebook: Slow systems")
    page.wait_for_load_state()
    press(page, "t")
    page.keyboard.type("laptops, it is")
    press(page, "Tab")
    page.keyboard.type("slow")
    press(page, "Enter")
    expect(page.locator("#effect")).to_contain_text("The rule finds 2 responses; 1 gains a theme")
    expect(page.locator("#effect")).to_contain_text("R3/barriers: It is not slow")
    expect(page.locator("#effect")).to_contain_text("“It is not slow” is found by slow/2")
    assert len(theme_of(tried, "slow").rules) == 1
    page.wait_for_load_state()
    press(page, "s")
    expect(page.locator("#status")).to_contain_text("The rule is in the codebook.")
    rule = theme_of(tried, "slow").rules[1]
    assert (rule.any, rule.with_, rule.within) == (("laptops", "it is"), ("slow",), "sentence")
    assert NEVER in codebook_of(tried).read_text(encoding="utf-8")
    page.wait_for_load_state()
    press(page, "b")
    wait_for_text(page, "Everything crashes")
    window.go("/read?queue=theme:slow&place=4")
    expect(page.locator(".evidence")).to_contain_text("“It is not slow” – rule slow/2")
    assert window.told == []


@pytest.mark.parametrize("touch", [False, True], ids=["mouse", "touch"])
def test_by_mouse_and_by_touch(tried: Served, browser: Any, touch: bool) -> None:
    window = open_window(browser, tried.link, has_touch=touch)
    page = window.page
    hit = (lambda found: found.tap()) if touch else (lambda found: found.click())
    window.go("/read?queue=theme:wifi&place=0")
    wait_for_text(page, "The wifi is slow")
    if not touch:
        page.locator("#text mark").dblclick()
    hit(page.get_by_role("link", name="Codebook"))
    words = "wifi" if not touch else "The wifi is slow 😀"
    expect(page.locator("#words")).to_have_value(words)
    page.wait_for_load_state()
    hit(page.get_by_role("button", name="Add as an example"))
    expect(page.locator("#status")).to_contain_text("The example is in the codebook.")
    page.locator("#term").fill("router, desks")
    hit(page.get_by_role("button", name="Show its effect"))
    expect(page.locator("#effect")).to_contain_text("1 gains a theme")
    page.wait_for_load_state()
    hit(page.get_by_role("button", name="Save this rule"))
    expect(page.locator("#status")).to_contain_text("The rule is in the codebook.")
    theme = theme_of(tried, "wifi")
    assert theme.examples == (words,)
    assert theme.rules[-1].any == ("router", "desks")
    assert window.told == []


def test_what_could_not_be_written_is_told_and_the_words_stay(tried: Served, browser: Any) -> None:
    window = open_window(browser, tried.link)
    page = window.page
    window.go("/workshop?theme=wifi&queue=all&place=0")
    codebook_of(tried).write_text(TINY_CODEBOOK + "# changed\n", encoding="utf-8")
    page.locator("#words").fill("mine")
    page.get_by_role("button", name="Add as an example").click()
    expect(page.locator("#alert")).to_contain_text("has changed since this page was shown")
    expect(page.locator("#words")).to_have_value("mine")
    assert codebook_of(tried).read_text(encoding="utf-8") == TINY_CODEBOOK + "# changed\n"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1000])
def test_it_fits_and_axe_finds_no_breach(
    tried: Served, browser: Any, width: int, scheme: str
) -> None:
    window = open_window(browser, tried.link, width, color_scheme=scheme)
    page = window.page
    wrong = "/workshop?theme=wifi&queue=all&place=0&term=%2B%2B"
    states = {TRIED: "", wrong: "", "/workshop?theme=training&queue=all": "?"}
    for address, keys in states.items():
        window.go(address)
        press(page, *keys)
        shot(page, f"workshop-{scheme}-{width}-{address[:34]}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        small = page.evaluate(
            "[...document.querySelectorAll('main a, button, input, select, textarea')]"
            ".map((e) => [e.outerHTML.slice(0, 60), e.getBoundingClientRect()])"
            ".filter(([, b]) => b.height && (b.height < 24 || b.width < 24)).map(([e]) => e)"
        )
        assert small == [], address
        assert find_breaches(page) == [], address
    assert window.told == []
    assert all(address.startswith(window.own) for address in window.asked)
