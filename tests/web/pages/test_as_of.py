"""Whose as-of line stands on which page."""

from __future__ import annotations

import re
from dataclasses import replace as changed

import pytest
from msgspec.structs import replace

from services.monitoring.status_file import Status
from services.web.snapshot import make_snapshot
from tests.web.pages.conftest import world_of

FROZEN = "2024-03-02T14:59:00Z"
LAST, NOW = "2024-12-08T15:00:00Z", "2025-07-26T14:00:00Z"


@pytest.fixture(scope="module")
def two(document):
    """A world of two seasons, each made at its time."""

    def of(year, at):
        metadata = replace(document.metadata, season=year, generated_at=at)
        events = {
            title: replace(
                one,
                metadata=replace(
                    one.metadata,
                    event_id=one.metadata.event_id.replace("2025", str(year)),
                    as_of=FROZEN,
                ),
            )
            for title, one in document.predictions.items()
        }
        return replace(document, metadata=metadata, predictions=events)

    return world_of(of(2024, LAST), of(2025, NOW))


def line(resources, path):
    return re.search(r'<p class="as-of">(.*?)</p>', resources[path].body.decode(), re.S)[1]


def status(output):
    return Status(
        state="stopped",
        pid=1,
        version="1",
        code="",
        started="",
        updated="2025-07-26T12:40:00Z",
        updated_every_s=1.0,
        train_data="",
        output=output,
    )


def test_as_of__a_page_of_a_season_tells_of_that_season(two):
    resources = make_snapshot(two).resources
    for path, resource in resources.items():
        if resource.status != 200 or b'class="as-of"' not in resource.body:
            continue
        year = re.search(r"/(2024|2025)\b", path)
        if "frozen" not in line(resources, path):
            at = LAST if year and year[1] == "2024" else NOW
            assert f'datetime="{at}"' in line(resources, path), path
    event = "/events/2024-australia"
    assert line(resources, event).startswith(f'Forecast of <time datetime="{FROZEN}"')
    assert "frozen" in line(resources, event)
    assert line(resources, f"{event}?hide=results") == line(resources, event)


def test_as_of__a_daemon_that_stopped_is_told_of_the_season_it_follows_alone(two):
    stopped = changed(two, daemon="stopped", status=status("season_2025_incremental.json"))
    resources = make_snapshot(stopped).resources
    told = line(resources, "/2025")
    assert "daemon stopped" in told
    assert "26 July 2025, 12:40 UTC" in told
    assert 'href="/health"' in told
    assert "daemon" not in line(resources, "/2024")


def test_as_of__a_document_under_a_name_of_its_own_is_that_of_the_default_season(two):
    stopped = changed(two, daemon="stopped", status=status("mine.json"))
    resources = make_snapshot(stopped).resources
    assert "daemon stopped" in line(resources, "/2025")
    assert "daemon" not in line(resources, "/2024")
