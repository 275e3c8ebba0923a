"""The review page in a real browser: Playwright and a Chromium that is there, else skipped."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.readings import open_store

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium")
ROWS = [(f"R{n}", "x", f"the wifi is slow in room {n}", "") for n in range(12)]


@pytest.fixture
def page(make_round: Callable[..., Path]) -> Iterator[object]:
    """A page on the tiny round; what goes wrong in it fails the test."""
    folder = make_round(rows=ROWS)
    command = [sys.executable, "-m", "pipeline", "review", "serve", str(folder), "--port", "0"]
    with subprocess.Popen(
        [*command, "--reviewer", "ana"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as server:
        try:
            assert server.stdout is not None
            found = re.search(r"http://\S+", server.stdout.readline())
            assert found
            yield from _open(found[0], folder)
        finally:
            server.terminate()


def _open(url: str, folder: Path) -> Iterator[object]:
    wrong: list[str] = []
    with playwright.sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": 320, "height": 700})
        opened.on("console", lambda message: wrong.append(message.text))
        opened.on("pageerror", lambda error: wrong.append(str(error)))
        opened.goto(url)
        opened.base, opened.folder = re.match(r"http://[^/]+", url)[0], folder
        yield opened
        assert wrong == []
        browser.close()


def test_a_queue_is_read_with_the_keyboard_alone(page) -> None:
    """A key a response; then one is undone."""
    page.goto(f"{page.base}/read?queue=theme%3Aslow")
    for key in "yyynyyuyyyyy":
        place = page.url
        page.keyboard.press(key)
        page.wait_for_url(lambda url, place=place: url != place)
    with open_store(page.folder / "decisions.db") as store:
        readings = store.readings()
        assert store.verify() == []
    said = [reading.decisions[0].decision for reading in readings]
    assert said == [{"y": "present", "n": "absent", "u": "unsure"}[key] for key in "yyynyyuyyyyy"]
    assert {reading.coder for reading in readings} == {"human:ana"}


def test_nothing_passes_320_pixels_and_every_control_is_24_high(page) -> None:
    page.goto(f"{page.base}/read?queue=all")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    small = page.evaluate(
        "[...document.querySelectorAll('button, input, textarea, summary')]"
        ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 24)"
        ".map(e => e.outerHTML)"
    )
    assert small == []


def test_the_keys_are_shown_and_closed_with_the_keyboard(page) -> None:
    page.goto(f"{page.base}/read?queue=all")
    page.keyboard.press("?")
    assert page.locator("dialog[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0
