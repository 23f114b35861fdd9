"""Reading without a mouse, without scripts, on paper, and while news come."""

from __future__ import annotations

import re

import pytest

from tests.browser.looking import Look, opened
from tests.browser.pages import one_of_each_kind

# What a keyboard must reach, in the order of the page; those left of it stand for radio groups.
_REACHABLE = """
() => [...document.querySelectorAll(
    "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']")]
  .filter((one) => one.checkVisibility() && !one.disabled && one.tabIndex >= 0)
  .map((one, index) => { one.dataset.reach = index; return index; })
"""
_FOCUSED = """
() => {
  const one = document.activeElement, style = getComputedStyle(one);
  const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
  return {at: one.dataset.reach ?? null, outlined, what: one.outerHTML.slice(0, 80)};
}
"""


def numbers(text):
    """Give the numbers of a text, as often as they stand there."""
    return sorted(re.findall(r"\d+(?:[.,]\d+)*", text))


@pytest.mark.parametrize("path", one_of_each_kind())
def test_page__a_keyboard_reaches_everything_and_shows_where_it_is(browser, served, path):
    with opened(browser, served.url, Look(width=1280)) as window:
        window.go(path)
        wanted = set(map(str, window.page.evaluate(_REACHABLE)))
        reached, unseen = set(), []
        for _ in range(len(wanted) + 2):
            window.page.keyboard.press("Tab")
            focused = window.page.evaluate(_FOCUSED)
            if focused["at"] is None:
                break
            reached.add(focused["at"])
            if not focused["outlined"]:
                unseen.append(focused["what"])
        assert wanted - reached == set()
        assert unseen == []


@pytest.mark.parametrize("path", one_of_each_kind())
def test_page__says_every_number_without_scripts(browser, served, path):
    texts = []
    for script in (True, False):
        with opened(browser, served.url, Look(width=1280, script=script)) as window:
            window.go(path)
            # Times are told as the reader's clock has them once scripts run; a slider tells again.
            texts.append(
                window.page.locator("main").evaluate(
                    "(main) => { for (const one of main.querySelectorAll('time, [data-slider]'))"
                    " one.remove();"
                    " return main.textContent; }"
                )
            )
    assert numbers(texts[1]) == numbers(texts[0])
    assert len(texts[1].split()) > 5


def test_page__opens_at_its_content_by_the_first_link(browser, served):
    with opened(browser, served.url, Look()) as window:
        window.go(one_of_each_kind()[0])
        window.page.keyboard.press("Tab")
        window.page.keyboard.press("Enter")
        assert window.page.evaluate("document.activeElement.id") == "main"


def test_told_race__a_slider_shows_the_order_after_each_lap(browser, served):
    with opened(browser, served.url, Look(width=1280)) as window:
        window.go("/events/2025-belgium/race")
        page = window.page
        slider = page.get_by_label("Lap", exact=True)
        last = int(slider.get_attribute("max"))
        mark = page.locator("[data-laps] .lap-mark").first
        seen = {}
        for key, lap in (("Home", 1), ("ArrowRight", 2), ("End", last)):
            slider.press(key)
            assert page.locator("[data-lap]").text_content() == str(lap)
            row = page.locator(f"[data-lap-row='{lap}'] td").all_text_contents()
            shown = page.locator("[data-order] li").all_text_contents()
            assert shown == [cell for cell in row if cell]
            seen[lap] = (tuple(shown), mark.get_attribute("x1"))
        assert len({order for order, _ in seen.values()}) == 3
        assert [at for _, at in seen.values()][::2] == ["0%", "100%"]
        assert "leads" in seen[last][0][0]


def test_page__is_told_of_a_drop_and_shows_it(browser, own_served):
    with opened(browser, own_served.url, Look()) as window:
        window.go("/2025")
        before = window.page.locator(".as-of time").get_attribute("datetime")
        news = window.page.locator("[data-news]")
        assert not news.is_visible()
        own_served.drop()
        news.locator("a").wait_for(timeout=120_000)
        assert "qualifying" in news.inner_text()
        news.locator("a").click()
        window.page.wait_for_load_state("load")
        assert window.page.locator(".as-of time").get_attribute("datetime") > before
        assert window.said == []


def test_page__keeps_results_hidden_for_a_reader_who_wants_that(browser, served):
    with opened(browser, served.url, Look()) as window:
        window.go("/2025?hide=results")
        window.go("/2025")  # by a link from elsewhere
        window.page.wait_for_url("**/2025?hide=results")
        window.page.locator("[data-spoilers]").click()
        window.page.wait_for_url("**/2025")
        assert window.said == []
