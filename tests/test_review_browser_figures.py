"""Figures in a real browser: from the list to the quotes to a signature, by the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.readings.store import open_store
from tests.browser import (
    expect,
    find_breaches,
    open_window,
    press,
    serving,
    shot,
    tab_to,
    wait_for_text,
)

FIGURE = "/figure?question=barriers&theme=slow"


@pytest.fixture
def folder(make_round: Callable[..., Path]) -> Path:
    folder = make_round(extra="decisions: decisions.db\n")
    open_store(folder / "decisions.db", create=True).close()
    return folder


def test_a_figure_is_signed_with_the_keyboard_alone(folder: Path, browser: Any) -> None:
    with serving(folder) as served:
        window = open_window(browser, served.link)
        page = window.page
        press(page, "f")
        expect(page.locator("h1")).to_have_text("Figures")
        tab_to(page, FIGURE)
        press(page, "Enter")
        expect(page.locator("h1")).to_have_text("2 of 4 responses cited Slow systems (50%)")
        while page.evaluate("document.activeElement.id") != "memo":
            press(page, "Tab")
        page.keyboard.type("read both")
        press(page, "Enter")
        expect(page.locator(".signatures")).to_contain_text("Signed by ana")
        expect(page.locator("#status")).to_have_text("Signed.")
        page.wait_for_load_state()
        press(page, "Tab", "r")
        wait_for_text(page, "The wifi is slow 😀")
        press(page, "n")
        wait_for_text(page, "Everything crashes")
        window.go(FIGURE)
        expect(page.locator(".signatures")).to_contain_text("verdicts changed")
        assert window.told == []
        served.stop()
    with open_store(folder / "decisions.db") as store:
        assert [(s.by, s.memo, s.cited, s.of) for s in store.signatures()] == [
            ("ana", "read both", 2, 4)
        ]
        assert store.verify() == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_are_within_reach_of_all(folder: Path, browser: Any, scheme: str) -> None:
    with serving(folder) as served:
        window = open_window(browser, served.link, width=320, color_scheme=scheme)
        page = window.page
        for address in ("/figures", FIGURE, "/list?queue=theme%3Aslow"):
            window.go(address)
            shot(page, f"{address}-{scheme}")
            assert find_breaches(page) == []
            assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert window.told == []
