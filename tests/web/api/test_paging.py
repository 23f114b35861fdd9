"""Pages: whoever follows them has every row once, in order, however long they are."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

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


def test_pages__of_a_table_have_the_link(api):
    answer = api.ask("/v1/events?limit=2&format=csv")
    assert answer.headers["link"].startswith("</v1/events?after=2025-china&limit=2&format=csv>")
    assert answer.text.count("\r\n") == 3
