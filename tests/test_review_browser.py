"""The review page in a real browser. Skipped where Playwright or Debian's Chromium is absent."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pipeline.readings.records import StoredReading
from pipeline.readings.store import open_store

CHROMIUM = Path("/usr/bin/chromium")
api = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no /usr/bin/chromium")


@dataclass
class Served:
    link: str
    database: Path
    process: subprocess.Popen[str]

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=20)

    def readings(self) -> list[StoredReading]:
        """What the store holds once the page is no longer served."""
        self.stop()
        with open_store(self.database) as store:
            assert store.verify() == []
            return list(store.readings())


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    command = [sys.executable, "-m", "pipeline", "review", "serve", str(folder), "--port", "0"]
    process = subprocess.Popen(
        [*command, "--reviewer", "ana", "--quiet"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert process.stdout
    found = Served(process.stdout.readline().strip(), folder / "decisions.db", process)
    try:
        yield found
    finally:
        found.stop()


@pytest.fixture
def served(make_round: Callable[..., Path]) -> Iterator[Served]:
    with serving(make_round()) as found:
        yield found


@pytest.fixture
def browser() -> Iterator[Any]:
    flags = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=flags)
        yield opened
        opened.close()


@dataclass
class Window:
    page: Any
    told: list[str]
    asked: list[str]


def open_window(browser: Any, link: str, width: int = 1000, scheme: str = "light") -> Window:
    """A window at the link; what the console is told (a broken CSP too) and what is fetched."""
    page = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.set_default_timeout(10_000)
    window = Window(page, [], [])
    page.on("console", lambda message: window.told.append(message.text))
    page.on("pageerror", lambda error: window.told.append(str(error)))
    page.on("request", lambda request: window.asked.append(request.url))
    page.goto(link)
    return window


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def wait_for_text(page: Any, text: str) -> None:
    api.expect(page.locator("#text")).to_have_text(re.compile(re.escape(text)))
    page.wait_for_load_state()


def tab_to(page: Any, address: str) -> None:
    while page.evaluate("document.activeElement.getAttribute('href') || ''") != address:
        press(page, "Tab")


def read_by_keyboard(page: Any) -> None:
    """All of the question, each response in another way; the last is undone and read again."""
    tab_to(page, "/read?queue=question%3Abarriers")
    press(page, "Enter")
    wait_for_text(page, "The wifi is slow 😀")
    press(page, "?")
    api.expect(page.locator("#help")).to_be_visible()
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
            api.expect(page.locator("main")).to_contain_text("You have read all 4")
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
        page = open_window(browser, served.link).page
        page.goto(page.evaluate("location.origin") + "/read?queue=theme%3Aslow")
        for number, key in enumerate(keys):
            wait_for_text(page, f"in room {number}")
            press(page, key)
        api.expect(page.locator("main")).to_contain_text("You have read all 12")
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


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1000])
def test_nothing_overflows_or_is_too_small_to_hit(
    served: Served, browser: Any, width: int, scheme: str
) -> None:
    """320 CSS pixels are also what 1280 become at 400% zoom."""
    window = open_window(browser, served.link, width, scheme)
    page = window.page
    own = page.evaluate("location.origin")
    for address in ("/?all", "/read?queue=all&place=0", "/read?queue=all&place=1", "/theme/slow"):
        page.goto(own + address)
        shot(page, f"{scheme}-{width}-{re.sub('[^a-z0-9]', '', address)}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address
        small = page.evaluate(
            "[...document.querySelectorAll('a:not(.skip), button, input, summary, textarea')]"
            ".map((e) => [e.outerHTML.slice(0, 60), e.getBoundingClientRect()])"
            ".filter(([, b]) => b.height && (b.height < 24 || b.width < 24)).map(([e]) => e)"
        )
        assert small == [], address
    assert window.told == []
    assert all(address.startswith(own) for address in window.asked)


def shot(page: Any, name: str) -> None:
    """Keeps a picture in the folder that VERBATIMS_SHOTS names, to be looked at."""
    if folder := os.environ.get("VERBATIMS_SHOTS"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_page_that_was_left_open_says_that_nothing_was_saved(
    served: Served, browser: Any
) -> None:
    page = open_window(browser, served.link).page
    page.goto(page.evaluate("location.origin") + "/read?queue=all&place=0")
    served.stop()
    press(page, "x", "Enter")
    api.expect(page.locator("#alert")).to_contain_text("Not saved")
    wait_for_text(page, "The wifi is slow 😀")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_breach_of_wcag_2_2_aa(served: Served, browser: Any, scheme: str) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="no axe-core").Axe()
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
    page = open_window(browser, served.link, scheme=scheme).page
    own = page.evaluate("location.origin")
    states = {"/?all": "", "/read?queue=all&place=0": "?", "/read?queue=uncoded&place=4": ""}
    states |= {"/read?queue=theme:wifi&place=0": "d", "/read?queue=stale": "", "/theme/slow": ""}
    states["/read?queue=all&place=1"] = "xcs"
    for address, keys in states.items():
        page.goto(own + address)
        press(page, *keys)
        shot(page, f"axe-{scheme}-{re.sub('[^a-z0-9]', '', address)}")
        found = axe.run(page, options={"runOnly": {"type": "tag", "values": tags}})
        assert found.response["violations"] == [], address
