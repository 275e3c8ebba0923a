"""The review page in a real browser: whole reviews. Skipped where there is none."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.browser import (
    Served,
    expect,
    open_window,
    press,
    serving,
    tab_to,
    wait_for_text,
)


def read_by_keyboard(page: Any) -> None:
    """All of the question, each response in another way; the last is undone and read again."""
    tab_to(page, "/read?queue=question%3Abarriers")
    press(page, "Enter")
    wait_for_text(page, "The wifi is slow 😀")
    press(page, "?")
    expect(page.locator("#help")).to_be_visible()
    press(page, "Escape", "y", "n", "m")
    page.keyboard.type("seen y n u")
    press(page, "Escape", "Enter")
    wait_for_text(page, "Everything crashes")
    press(page, "x", "2", "s", "ArrowRight", "Shift+ArrowRight", "Enter", "Enter")
    wait_for_text(page, "It is not slow")
    press(page, "a")
    page.keyboard.type("slow")
    press(page, "Enter", "u", "t")
    page.keyboard.type("which?")
    press(page, "Enter", "Enter")
    for last in ("Enter", "z", "Enter"):
        if last == "Enter":
            wait_for_text(page, "Nowhere to sit")
        press(page, last)
        if last == "Enter":
            expect(page.locator("main")).to_contain_text("You have read all 4")
            page.wait_for_load_state()


def test_a_whole_review_with_the_keyboard_alone(served: Served, browser: Any) -> None:
    window = open_window(browser, served.link)
    assert "token" not in window.page.url
    read_by_keyboard(window.page)
    assert window.told == []
    readings = served.readings()
    assert [r.response_id for r in readings][:4] == [f"R{n}/barriers" for n in (1, 2, 3, 6)]
    assert {r.coder for r in readings} == {"human:ana"}
    said = [{d.theme: d.decision for d in r.decisions} for r in readings]
    assert said[0] == {"slow": "present", "wifi": "absent"}
    assert said[1] == {"slow": "present", "wifi": "present"}
    assert said[2] == {"slow": "unsure", "wifi": "absent"}
    assert said[-1] == {"slow": "absent", "wifi": "absent"}
    assert readings[0].memo == "seen y n u"
    kept = [{d.theme: d for d in r.decisions} for r in readings]
    assert (kept[1]["wifi"].span, kept[1]["wifi"].memo) == ((11, 25), "")
    assert (kept[2]["slow"].span, kept[2]["slow"].memo) == ((), "which?")


def test_in_a_queue_of_one_theme_a_key_a_response_is_enough(
    make_round: Callable[..., Path], browser: Any
) -> None:
    rows = [(f"R{n}", "x", f"the wifi is slow in room {n}", "") for n in range(12)]
    keys = "yyynyyuyyyyy"
    with serving(make_round(rows=rows)) as served:
        window = open_window(browser, served.link)
        page = window.page
        window.go("/read?queue=theme%3Aslow")
        for number, key in enumerate(keys):
            wait_for_text(page, f"in room {number}")
            press(page, key)
        expect(page.locator("main")).to_contain_text("You have read all 12")
        said = [reading.decisions[0].decision for reading in served.readings()]
    assert said == [{"y": "present", "n": "absent", "u": "unsure"}[key] for key in keys]


def test_by_mouse_what_is_clicked_is_kept(served: Served, browser: Any) -> None:
    page = open_window(browser, served.link).page
    page.get_by_role("link", name="Wifi").first.click()
    wait_for_text(page, "The wifi is slow 😀")
    page.get_by_role("button", name="No", exact=True).click()
    wait_for_text(page, "Everything crashes")
    (reading,) = served.readings()
    assert {d.theme: d.decision for d in reading.decisions} == {"wifi": "absent"}


def test_a_page_that_was_left_open_says_that_nothing_was_saved(
    served: Served, browser: Any
) -> None:
    window = open_window(browser, served.link)
    page = window.page
    window.go("/read?queue=all&place=0")
    served.stop()
    press(page, "x", "Enter")
    expect(page.locator("#alert")).to_contain_text("Not saved")
    wait_for_text(page, "The wifi is slow 😀")
