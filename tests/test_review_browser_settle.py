"""Settling in a real browser: by keyboard alone, by mouse, narrow, light and dark."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.readings.store import open_store
from pipeline.review.desk.desk import Desk
from pipeline.review.desk.posted import Said
from tests.browser import (
    Served,
    expect,
    find_breaches,
    open_window,
    press,
    serving,
    shot,
    tab_to,
    wait_for_text,
)
from tests.reviewpage import hold
from tests.test_review_desk import ANA, BEN, NO, YES, read


@pytest.fixture
def disputed(make_round: Callable[..., Path]) -> Iterator[Served]:
    """Three people have read two responses; Eve is to settle on what they differ."""
    folder = make_round()
    with open_store(folder / "decisions.db", create=True) as store:
        desk = Desk(hold(folder), store)
        marked = Said(decision="present", span=(12, 16), note="so she says")
        read(desk, "R1/barriers", ANA, slow=marked, wifi=NO)
        read(desk, "R1/barriers", BEN, slow=NO, wifi=Said(decision="present", span=(4, 16)))
        read(desk, "R1/barriers", "human:cara", slow=YES, wifi=Said(decision="unsure"))
        read(desk, "R2/barriers", ANA, slow=YES, wifi=YES)
        read(desk, "R2/barriers", BEN, slow=YES, wifi=NO)
    with serving(folder, "eve") as found:
        yield found


def test_a_whole_settling_with_the_keyboard_alone(disputed: Served, browser: Any) -> None:
    window = open_window(browser, disputed.link)
    page = window.page
    tab_to(page, "/settle?queue=settle")
    press(page, "Enter")
    wait_for_text(page, "The wifi is slow 😀")
    press(page, "?")
    expect(page.locator("#help")).to_be_visible()
    press(page, "Escape", "d", "d", "Enter")
    expect(page.locator("#alert")).to_contain_text("2 of the themes are not settled")
    press(page, "j", "m")
    page.keyboard.type("no y u n")
    press(page, "Enter", "n", "1", "y", "w")
    page.keyboard.type("ana, ben")
    press(page, "Enter", "Enter")
    wait_for_text(page, "Everything crashes")
    expect(page.locator("#together")).to_have_value("ana, ben")
    press(page, "u", "n", "Enter")
    expect(page.locator("main")).to_contain_text("All 2 responses on which people differed")
    page.wait_for_load_state()
    press(page, "z")
    wait_for_text(page, "Everything crashes")
    press(page, "y", "Enter")
    expect(page.locator("main")).to_contain_text("All 2 responses on which people differed")
    assert window.told == []
    first, second, undone, third = disputed.readings()[-4:]
    assert {r.coder for r in (first, second, undone, third)} == {"human:adjudicator:eve"}
    assert first.memo == second.memo == third.memo == "together with ana, ben"
    said = [{d.theme: (d.decision, d.memo) for d in r.decisions} for r in (first, second, third)]
    assert said[0] == {"slow": ("present", ""), "wifi": ("absent", "no y u n")}
    assert said[1:] == [{"wifi": ("absent", "")}, {"wifi": ("present", "")}]


def test_by_mouse_what_is_clicked_is_kept_and_settled(disputed: Served, browser: Any) -> None:
    page = open_window(browser, disputed.link).page
    page.get_by_role("link", name="Settle", exact=True).click()
    wait_for_text(page, "The wifi is slow 😀")
    slow = page.get_by_role("row", name="Slow systems")
    expect(slow.get_by_role("cell")).to_have_count(4)
    slow.get_by_role("button", name="Present").click()
    wifi = page.get_by_role("row", name="Wifi")
    wifi.get_by_label("Memo").fill("heard it")
    wifi.get_by_role("button", name="Not sure").click()
    page.get_by_label("Settled together with").fill("cara")
    page.get_by_role("button", name="Save and next").click()
    wait_for_text(page, "Everything crashes")
    page.get_by_role("link", name="Queues").click()
    page.get_by_role("link", name="Settled", exact=True).click()
    wait_for_text(page, "The wifi is slow 😀")
    expect(page.get_by_role("row", name="Slow systems")).to_contain_text("eve: present")
    reading = disputed.readings()[-1]
    assert {d.theme: (d.decision, d.memo) for d in reading.decisions} == {
        "slow": ("present", ""),
        "wifi": ("unsure", "heard it"),
    }


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1000])
def test_settling_fits_and_breaks_no_rule(
    disputed: Served, browser: Any, width: int, scheme: str
) -> None:
    window = open_window(browser, disputed.link, width, color_scheme=scheme)
    page = window.page

    def check(name: str) -> None:
        page.wait_for_load_state()
        shot(page, f"settle-{scheme}-{width}-{name}")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        small = page.evaluate(
            "[...document.querySelectorAll('a:not(.skip), button, input, summary')]"
            ".map((e) => [e.outerHTML.slice(0, 60), e.getBoundingClientRect()])"
            ".filter(([, b]) => b.height && (b.height < 24 || b.width < 24)).map(([e]) => e)"
        )
        assert small == []
        assert find_breaches(page) == []

    for summary in page.locator(".agreement summary").all():
        summary.click()
    check("queues")
    window.go("/settle?queue=settle&place=0")
    check("open")
    press(page, "d", "y", "n")
    check("decided")
    press(page, "Enter")
    wait_for_text(page, "Everything crashes")
    check("alike")
    press(page, "n", "Enter")
    expect(page.locator("main")).to_contain_text("All 2 responses")
    check("end")
    window.go("/settle?queue=settled&place=0")
    check("settled")
    assert window.told == []
    assert all(address.startswith(window.own) for address in window.asked)


def test_in_two_programs_who_was_overtaken_reads_it_on_the_next_page(
    make_round: Callable[..., Path], browser: Any
) -> None:
    folder = make_round()
    with serving(folder, "ana") as here, serving(folder, "ben") as there:
        ana, ben = open_window(browser, here.link, 320), open_window(browser, there.link)
        for window in (ana, ben):
            window.go("/read?queue=all&place=0")
            wait_for_text(window.page, "The wifi is slow 😀")
        press(ben.page, "n", "y", "Enter")
        wait_for_text(ben.page, "training on the new system")
        expect(ben.page.locator(".told")).to_have_count(0)
        press(ana.page, "x", "Enter")
        wait_for_text(ana.page, "training on the new system")
        expect(ana.page.get_by_role("status").first).to_have_text(
            "While you read R1/barriers, ben said: Slow systems – absent, Wifi – present."
        )
        shot(ana.page, "told-320")
        assert ana.page.evaluate("document.documentElement.scrollWidth") <= 320
        assert find_breaches(ana.page) == []
        ben.page.get_by_role("link", name="Queues").click()
        ben.page.get_by_role("link", name="Settle", exact=True).click()
        wait_for_text(ben.page, "The wifi is slow 😀")
        expect(ben.page.locator(".own")).to_contain_text("coded this response yourself")
        shot(ben.page, "own-words")
        assert ana.told == ben.told == []
        assert [r.coder for r in here.readings()] == ["human:ben", "human:ana"]


def test_the_letters_tell_coders_apart_without_colour(disputed: Served, browser: Any) -> None:
    window = open_window(browser, disputed.link)
    window.go("/settle?queue=settle&place=0")
    marks = window.page.evaluate(
        "[...document.querySelectorAll('#text mark')].map((e) => [e.textContent, "
        "getComputedStyle(e, '::before').content, getComputedStyle(e).textDecorationStyle])"
    )
    assert [mark[0] for mark in marks] == ["wifi is ", "slow"]
    assert [mark[1] for mark in marks] == ['"B"', '"A"']
    assert marks[0][2] != marks[1][2]
