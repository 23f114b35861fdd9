"""Every page, in a real browser: readable, quiet, at home, and fit for the width it is shown at."""

from __future__ import annotations

import pytest

from tests.browser.looking import Look, axe_faults, measured, opened
from tests.browser.pages import all_pages, one_of_each_kind

# All pages are looked at once, one of each kind in some other ways; soak does all in all ways.
FEW = (
    Look(width=320, scheme="dark"),
    Look(width=1280, scheme="dark"),
    Look(width=768, scheme="dark", media="print"),  # printed from a dark screen, on white paper
)
WIDTHS = (320, 390, 768, 1280)
EVERY = tuple(
    Look(width=width, scheme=scheme, media=media)
    for width in WIDTHS
    for scheme in ("light", "dark")
    for media in ("screen", "print")
)


def faults(browser, served, look, pages):
    """Give all that is wrong with pages, by page."""
    found = {}
    with opened(browser, served.url, look) as window:
        for path in pages:
            window.go(path)
            of_page = [*measured(window.page), *axe_faults(window.page)]
            of_page += [f"says on the console: {line}" for line in window.said]
            of_page += [f"asks elsewhere: {url}" for url in window.asked_elsewhere]
            window.said.clear()
            window.asked_elsewhere.clear()
            if of_page:
                found[path] = of_page
    return found


def test_pages__there_are_some_of_every_kind():
    assert len(all_pages()) >= len(one_of_each_kind()) > 0


def test_pages__all_are_sound_on_a_phone(browser, served):
    assert faults(browser, served, Look(), all_pages()) == {}


@pytest.mark.parametrize("look", FEW, ids=str)
def test_pages__one_of_each_kind_is_sound_elsewhere(browser, served, look):
    assert faults(browser, served, look, one_of_each_kind()) == {}


@pytest.mark.soak
@pytest.mark.parametrize("look", EVERY, ids=str)
@pytest.mark.parametrize("hidden", [False, True])
def test_pages__all_are_sound_everywhere(browser, served, look, hidden):
    pages = [f"{path}?hide=results" if hidden else path for path in all_pages()]
    assert faults(browser, served, look, pages) == {}
