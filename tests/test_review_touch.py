"""The review page on a telephone: everything by tapping."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser import Served, expect, open_window, shot, wait_for_text

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
MIDDLE = """(word) => {
  const node = [...document.getElementById("text").childNodes]
    .map((one) => one.firstChild ?? one).find((one) => one.data?.includes(word));
  const range = document.createRange(), start = node.data.indexOf(word);
  range.setStart(node, start);
  range.setEnd(node, start + word.length);
  const box = range.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2];
}"""


def middle_of(page: Any, word: str) -> list[float]:
    """Where a word of the response is, once the page has scrolled to it."""
    page.locator("#text").scroll_into_view_if_needed()
    return list(page.evaluate(MIDDLE, word))


def test_a_response_is_decided_and_its_words_are_marked_by_taps(
    served: Served, browser: Any
) -> None:
    window = open_window(browser, served.link, **PHONE)
    page = window.page
    page.get_by_role("link", name="All responses").tap()
    wait_for_text(page, "The wifi is slow 😀")
    row = page.locator('.row[data-theme="wifi"]')
    row.get_by_role("button", name="Mark words").tap()
    for word in ("slow", "wifi"):  # the last first
        page.touchscreen.tap(*middle_of(page, word))
    expect(row.locator(".span q")).to_have_text("wifi is slow")
    shot(page, "touch-marked")
    page.locator('.row[data-theme="slow"]').get_by_role("button", name="No", exact=True).tap()
    page.get_by_role("button", name="Save and next").tap()
    wait_for_text(page, "training on the new system")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.get_by_role("button", name="Undo the last reading").tap()
    wait_for_text(page, "The wifi is slow 😀")
    assert window.told == []
    first = served.readings()[0].decisions
    assert {d.theme: d.decision for d in first} == {"slow": "absent", "wifi": "present"}
    assert [d.span for d in first if d.theme == "wifi"] == [(4, 16)]


@pytest.mark.parametrize("words", [["Everything"], ["Everything", "too"]])
def test_the_mouse_marks_words_the_same_way(served: Served, browser: Any, words: list[str]) -> None:
    window = open_window(browser, served.link)
    page = window.page
    window.go("/read?queue=all&place=2")
    page.locator('.row[data-theme="slow"]').get_by_role("button", name="Mark words").click()
    for word in (words[0], words[-1]):
        page.mouse.click(*middle_of(page, word))
    text = "Everything" if len(words) == 1 else "Everything crashes, wi‑fi too"
    expect(page.locator('.row[data-theme="slow"] .span q')).to_have_text(text)
    page.get_by_role("button", name="Remove the mark").click()
    expect(page.locator('.row[data-theme="slow"] .span')).to_be_hidden()
