"""A real browser for the tests: Debian's Chromium, driven by Playwright.

Playwright holds the event loop of its thread while it is open. So it is opened for one file of
tests at a time (0.7 s), and the tests of other files may run loops of their own.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pipeline.readings.records import StoredReading
from pipeline.readings.store import open_store
from tests.missing import skip

CHROMIUM = Path(os.environ.get("VERBATIMS_CHROMIUM", "/usr/bin/chromium"))
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
PATIENCE = 30_000
"""Milliseconds; a machine that runs other tests beside this one is slow."""
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")


@contextmanager
def open_chromium() -> Iterator[Any]:
    """A browser; what needs it is skipped where there is none."""
    if find_spec("playwright") is None:
        skip("browser", "no Playwright")
    if not CHROMIUM.exists():
        skip("browser", "no Chromium")
    from playwright import sync_api  # noqa: PLC0415 - it takes its time

    sync_api.expect.set_options(timeout=PATIENCE)
    with sync_api.sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield opened
        opened.close()


@dataclass
class Served:
    """A round that is served by a process of its own; `link` lets one browser in."""

    link: str
    database: Path
    process: subprocess.Popen[str]

    def stop(self) -> None:
        self.process.terminate()
        self.process.communicate(timeout=60)

    def readings(self) -> list[StoredReading]:
        """What the store holds once the page is no longer served."""
        self.stop()
        with open_store(self.database) as store:
            assert store.verify() == []
            return list(store.readings())


@contextmanager
def serving(folder: Path, reviewer: str = "ana") -> Iterator[Served]:
    command = [sys.executable, "-m", "pipeline", "review", "serve", str(folder), "--port", "0"]
    process = subprocess.Popen(
        [*command, "--reviewer", reviewer, "--quiet"],
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


@dataclass
class Window:
    """A page with what its console is told (a broken CSP too), what it fetches, what it asks."""

    page: Any
    told: list[str]
    asked: list[str]
    dialogs: list[str]

    @property
    def own(self) -> str:
        """Where the page comes from, as the addresses of all it fetches must begin."""
        return str(self.page.evaluate("location.origin"))

    def go(self, address: str) -> None:
        self.page.goto(self.own + address)


def open_window(browser: Any, link: str, width: int = 1000, **context: Any) -> Window:
    """A window at the link; `context` is Playwright's: color_scheme, has_touch and so on."""
    viewport = {"width": width, "height": 800}
    page = browser.new_page(**{"viewport": viewport, "color_scheme": "light", **context})
    page.set_default_timeout(PATIENCE)
    window = Window(page, [], [], [])
    page.on("console", lambda message: window.told.append(message.text))
    page.on("pageerror", lambda error: window.told.append(str(error)))
    page.on("request", lambda request: window.asked.append(request.url))
    page.on("dialog", lambda dialog: (window.dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(link)
    return window


def expect(locator: Any) -> Any:
    """Playwright's assertions, which wait for what they assert."""
    from playwright import sync_api  # noqa: PLC0415 - as above

    return sync_api.expect(locator)


def press(page: Any, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def wait_for_text(page: Any, text: str) -> None:
    """Until the response that is shown has this in it, and its script runs."""
    expect(page.locator("#text")).to_have_text(re.compile(re.escape(text)))
    page.wait_for_load_state()


def tab_to(page: Any, address: str) -> None:
    while page.evaluate("document.activeElement.getAttribute('href') || ''") != address:
        press(page, "Tab")


def find_breaches(page: Any) -> list[dict[str, Any]]:
    """What axe-core finds against WCAG 2.2 A and AA: the rule, and where."""
    if find_spec("axe_playwright_python") is None:
        skip("browser", "no axe-core")
    from axe_playwright_python.sync_playwright import Axe  # noqa: PLC0415 - as above

    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": list(WCAG)}})
    return [
        {"rule": one["id"], "where": [node["html"] for node in one["nodes"]]}
        for one in found.response["violations"]
    ]


def shot(page: Any, name: str) -> None:
    """Keeps a picture in the folder that VERBATIMS_SHOTS names, to be looked at."""
    if folder := os.environ.get("VERBATIMS_SHOTS"):
        name = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)
