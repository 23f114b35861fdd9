"""The page's own script in a real browser: news, hidden results, local times; nothing forbidden."""

from __future__ import annotations

import re
import shutil
from datetime import datetime, timedelta

import pytest

from services.monitoring.status_file import Status, write_status
from tests.web.conftest import NAME, publish
from tests.web.server_process import ServerProcess

STOPPED = Status(
    state="stopped",
    pid=1,
    version="1",
    code="",
    started="2025-07-26T12:00:00Z",
    updated="2025-07-26T12:40:00Z",
    updated_every_s=1.0,
    train_data="",
    output=NAME,
)
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api")
    program = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if program is None:
        pytest.skip("no Chromium here")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def page(browser):
    """A page in the time zone of Tokyo, whose complaints fail the test."""
    context = browser.new_context(timezone_id="Asia/Tokyo", locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(60_000)
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    outside = []
    page.on("request", lambda asked: outside.append(asked.url))
    yield page
    context.close()
    assert complaints == []
    assert [url for url in outside if not url.startswith("http://127.0.0.1:")] == []


def test_page__tells_of_news_while_it_is_open(page, folder, published):
    with ServerProcess(folder) as server:
        server.until_ready()
        with page.expect_response(lambda answer: "/v1/stream" in answer.url):
            page.goto(f"http://127.0.0.1:{server.port}/2025")
        told = page.locator("[data-news]")
        assert told.is_hidden()
        publish(published[1], folder)
        told.wait_for(state="visible")
        assert told.text_content().endswith("Show it")
        run = page.locator("body").get_attribute("data-run")
        told.locator("a").click()
        page.wait_for_function("old => document.body.dataset.run !== old", arg=run)
        page.goto("about:blank")  # else the end of the server is a complaint


def test_page__misses_nothing_between_itself_and_its_stream(page, folder, published):
    with ServerProcess(folder) as server:
        server.until_ready()
        address = f"http://127.0.0.1:{server.port}/2025"

        def late(route):
            publish(published[1], folder)
            before = server.get("/2025").headers["etag"]
            server.until("/2025", lambda answer: answer.headers["etag"] != before)
            route.continue_()

        page.route("**/v1/stream*", late, times=1)
        page.goto(address)
        page.locator("[data-news]").wait_for(state="visible")
        page.goto("about:blank")


def test_page__hides_results_from_then_on(page, server):
    address = f"http://127.0.0.1:{server.port}/2025"
    page.goto(address)
    page.locator("[data-spoilers]").click()
    page.wait_for_url("**/2025?hide=results")
    page.goto(address)
    page.wait_for_url("**/2025?hide=results")
    page.locator("[data-spoilers]").click()
    page.wait_for_function("() => document.body.dataset.hide === ''")
    page.goto(address)
    assert page.url == address


def test_page__says_times_as_the_readers_clock_has_them(page, server):
    page.goto(f"http://127.0.0.1:{server.port}/2025")
    time = page.locator(".as-of time")
    page.wait_for_function(
        "() => document.querySelector('.as-of time').textContent.includes('GMT+9')"
        " || document.querySelector('.as-of time').textContent.includes('JST')"
    )
    assert "UTC" not in time.text_content()


def test_page__says_the_day_before_the_month_whatever_the_browser_speaks(browser, server):
    context = browser.new_context(timezone_id="Europe/Berlin", locale="en-US")
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{server.port}/2025")
    said = page.locator(".as-of time").text_content()
    assert re.fullmatch(r"\d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d (CES?T|GMT\+[12])", said)
    page.goto("about:blank")
    context.close()


def test_page__says_how_old_a_forecast_is_that_nobody_keeps_up_to_date(browser, folder):
    write_status(folder, STOPPED)
    with ServerProcess(folder) as server:
        server.until_ready()
        context = browser.new_context(timezone_id="UTC")
        page = context.new_page()
        page.clock.set_fixed_time(moment_of(server) + timedelta(hours=3, minutes=20))
        page.goto(f"http://127.0.0.1:{server.port}/2025")
        told = page.locator(".as-of")
        assert "(3 hours old)" in told.text_content()
        assert "daemon stopped" in told.text_content()
        page.goto("about:blank")
        context.close()


def test_page__works_without_any_script(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{server.port}/2025")
    assert "UTC" in page.locator(".as-of time").text_content()
    page.locator("[data-spoilers]").click()
    assert page.url.endswith("/2025?hide=results")
    context.close()


def moment_of(server):
    """When the forecast was made that a server shows."""
    text = server.get("/2025").body.decode()
    return datetime.fromisoformat(re.search(r'<time datetime="([^"]+)" data-age>', text)[1])
