"""Every link of every page leads somewhere: to an answer, and to an id on its page."""

from __future__ import annotations

import shutil
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlsplit

import pytest

from services.web.resource import HTML
from services.web.routes import ROUTES
from services.web.snapshot import HIDDEN, make_snapshot
from services.web.world_reader import WorldReader
from tests.archive.small_archive import SmallArchive
from tests.web.asked import ask, state_of
from tests.web.conftest import NAME

_OUTSIDE = ("http:", "https:", "mailto:")


class _Read(HTMLParser):
    """Ids of a page, and the addresses that it names."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.repeated: set[str] = set()
        self.links: set[str] = set()  # of anchors and forms
        self.parts: set[str] = set()  # of styles, scripts, pictures
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            (self.repeated if given["id"] in self.ids else self.ids).add(given["id"])
        to = given.get("href", given.get("src", given.get("action", "")))
        if to and not to.startswith(_OUTSIDE):
            (self.links if tag in ("a", "form") else self.parts).add(to)


@pytest.fixture(scope="module")
def served(tmp_path_factory, published):
    """A server of a real season with an archive of it, all its pages, and each of them read."""
    folder = tmp_path_factory.mktemp("linked")
    shutil.copy(published[0], folder / NAME)
    small = SmallArchive(folder / "archive.sqlite")
    small.take(published[0].read_bytes())
    small.close()
    reader = WorldReader(folder)
    state = state_of(folder)
    made = make_snapshot(reader.look())
    state.take(made, [])
    pages = {
        path: _Read(resource.body.decode())
        for path, resource in made.resources.items()
        if resource.media_type == HTML and resource.status == 200
    }
    yield state, pages
    reader.close()


def test_links__there_are_pages_hidden_and_shown_and_nothing_failed(served):
    state, pages = served
    assert state.snapshot.failures == ()
    assert {"/2025", f"/2025?{HIDDEN}", "/events/2025-bahrain", "/how"} <= pages.keys()
    assert [at for at in pages if "?" not in at and f"{at}?{HIDDEN}" not in pages] == []


def test_links__every_address_is_answered(served):
    state, pages = served
    found = {to.partition("#")[0]: at for at, page in pages.items() for to in page.links}
    found |= {to: at for at, page in pages.items() for to in page.parts}
    found.pop("", None)  # a fragment of the page itself
    assert len(found) > 50
    wrong = []
    for to, at in sorted(found.items()):
        status = ask(state, to, plugs=ROUTES).status
        if status >= 400:
            wrong.append(f"{at} leads to {to}: {status}")
    assert "\n".join(wrong) == ""


def test_links__every_fragment_is_an_id_of_the_page_it_leads_to(served):
    _, pages = served
    wrong = []
    for at, page in pages.items():
        for to in page.links:
            address, mark, fragment = to.partition("#")
            there = pages.get(address or at)
            if mark and there is not None and fragment not in there.ids:
                wrong.append(f"{at} leads to {to}")
    assert "\n".join(wrong) == ""
    assert [at for at, page in pages.items() if page.repeated] == []


def test_links__hidden_pages_lead_to_hidden_pages(served):
    """But for the one switch that shows results, which names the page itself."""
    _, pages = served
    wrong = []
    for at, page in pages.items():
        if HIDDEN not in at:
            continue
        bare = at.partition("?")[0]
        for to in page.links - {bare}:
            parts = urlsplit(to)
            is_page = parts.path in pages
            if is_page and ("hide", "results") not in parse_qsl(parts.query):
                wrong.append(f"{at} leads to {to}")
    assert "\n".join(wrong) == ""
