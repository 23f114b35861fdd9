"""Pages: whoever follows them has every row once, in order, however long they are."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.web.api.csv_text import unguarded
from tests.web.api.conftest import PAST

OF_THE_ARCHIVE = [
    "/v1/runs",
    "/v1/runs?order=newest",
    f"/v1/runs?season={PAST}",
    "/v1/history?event_id=2025-first",
    "/v1/history?event_id=2025-first&driver_id=bbb",
    "/v1/history?event_id=2025-miami",
    "/v1/title-odds",
    f"/v1/title-odds?season={PAST}&by=round",
    "/v1/scores",
    "/v1/diff",
]
PAGED = ["/v1/events", "/v1/events?status=scheduled", "/v1/drivers", "/v1/teams?season=2025"]


def walk(api, address, limit):
    """Give all rows, page by page."""
    rows = []
    mark = "&" if "?" in address else "?"
    following = f"{address}{mark}limit={limit}"
    while following is not None:
        answer = api.ask(following)
        page = answer.json()
        assert len(page["data"]) <= limit
        rows += page["data"]
        following = page["next"]
        link = answer.headers.get("link")
        assert link == (None if following is None else f'<{following}>; rel="next"')
    return rows


@pytest.mark.parametrize("address", PAGED)
@settings(max_examples=12)
@given(limit=st.integers(1, 40))
def test_pages__have_every_row_once_and_in_order(api, address, limit):
    mark = "&" if "?" in address else "?"
    whole = api.json(f"{address}{mark}limit=500")
    assert whole["next"] is None
    assert walk(api, address, limit) == whole["data"]


@pytest.mark.parametrize("address", PAGED)
def test_pages__the_last_one_knows_that_it_is(api, address):
    mark = "&" if "?" in address else "?"
    rows = api.json(address)["data"]
    exact = api.json(f"{address}{mark}limit={len(rows)}")
    assert (len(exact["data"]), exact["next"]) == (len(rows), None)
    after = api.json(f"{address}{mark}after={rows[-1]['id']}")
    assert (after["data"], after["next"]) == ([], None)


@pytest.mark.parametrize("address", OF_THE_ARCHIVE)
@settings(max_examples=6)
@given(limit=st.sampled_from([1, 2, 3, 7, 19, 20, 21, 60, 500]))
def test_pages__of_the_archive_have_every_row_once_and_in_order(archived, address, limit):
    whole = _whole(archived, address)
    if len(whole) > 100:
        limit = max(limit, 19)  # what takes hundreds of pages says no more
    assert walk(archived, address, limit) == whole
    ids = [row["id"] for row in whole]
    assert len(set(ids)) == len(ids)


def _whole(archived, address):
    """Give all rows at once: a table is as long as it is."""
    mark = "&" if "?" in address else "?"
    told = archived.ask(f"{address}{mark}format=csv").text
    rows = walk(archived, address, 500)
    assert [unguarded(line["id"]) for line in csv.DictReader(io.StringIO(told, newline=""))] == [
        row["id"] for row in rows
    ]
    return rows


def test_pages__of_a_table_have_the_link(api):
    answer = api.ask("/v1/events?limit=2&format=csv")
    assert answer.headers["link"].startswith("</v1/events?after=2025-china&limit=2&format=csv>")
    assert answer.text.count("\r\n") == 3
