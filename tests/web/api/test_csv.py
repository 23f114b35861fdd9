"""Tables: what is written is read again as it was, and no cell is a formula."""

from __future__ import annotations

import csv
import io

import msgspec
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from services.web.api.answered import row_type
from services.web.api.csv_text import as_csv, unguarded
from services.web.api.table import TABLE


class Row(Struct, frozen=True, kw_only=True):
    """A row of every kind of cell."""

    id: str
    name: str | None
    p: float | None
    n: int
    is_run: bool
    places: tuple[int, ...]
    words: tuple[str, ...]


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
rows = st.lists(
    st.builds(
        Row,
        id=texts,
        name=st.one_of(st.none(), texts.filter(bool)),
        p=st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False)),
        n=st.integers(-(2**53), 2**53),
        is_run=st.booleans(),
        places=st.lists(st.integers(1, 99), min_size=2, max_size=2).map(tuple),
        words=st.lists(texts, max_size=3).map(tuple),
    ),
    max_size=5,
)


def read(text):
    return list(csv.DictReader(io.StringIO(text.decode(), newline="")))


@given(rows)
def test_as_csv__is_read_again_as_it_was(given_rows):
    told = read(as_csv(given_rows, Row))
    assert len(told) == len(given_rows)
    for cells, row in zip(told, given_rows, strict=True):
        assert unguarded(cells["id"]) == row.id
        assert (unguarded(cells["name"]) or None) == row.name
        assert (float(cells["p"]) if cells["p"] else None) == row.p
        assert (int(cells["n"]), cells["is_run"]) == (row.n, "true" if row.is_run else "false")
        assert (int(cells["places_1"]), int(cells["places_2"])) == row.places
        assert tuple(msgspec.json.decode(cells["words"])) == row.words


@given(texts)
def test_as_csv__no_text_is_taken_for_a_formula(text):
    row = Row(id=text, name=None, p=None, n=0, is_run=False, places=(), words=())
    (cells,) = read(as_csv([row], Row))
    assert not cells["id"].startswith(("=", "+", "-", "@", "\t", "\r"))
    assert unguarded(cells["id"]) == text


def test_as_csv__a_number_below_zero_stays_a_number():
    row = Row(id="a", name=None, p=-0.5, n=-3, is_run=True, places=(), words=())
    (cells,) = read(as_csv([row], Row))
    assert (cells["p"], cells["n"]) == ("-0.5", "-3")


def test_as_csv__lines_end_as_the_rfc_has_it_and_a_table_of_nothing_has_its_header():
    assert as_csv([], Row) == b"id,name,p,n,is_run,places,words\r\n"


def test_tables__have_the_rows_of_the_json(archived):
    for route in TABLE:
        if not route.is_table:
            continue
        address = route.path.format(event_id="2025-miami")
        needed = "event_id=2025-miami&" if route.name == "list_history" else ""
        limit = "limit=500&" if "limit" in route.parameters else ""
        address = f"{address}?{needed}{limit}"
        answer = archived.ask(f"{address}format=json")
        table = archived.ask(f"{address}format=csv")
        assert table.headers["content-type"] == "text/csv; charset=utf-8; header=present"
        assert table.content == archived.ask(f"{address}csv=true").content
        told, said = read(table.content), answer.json()["data"]
        assert len(told) == len(said)
        for cells, row in zip(told, said, strict=True):
            for name, value in row.items():
                if isinstance(value, str):
                    assert unguarded(cells[name]) == value, address


def test_tables__columns_are_the_fields_of_the_rows(api):
    header = api.ask("/v1/events?format=csv").text.partition("\r\n")[0].split(",")
    events = next(route for route in TABLE if route.name == "list_events")
    assert header == list(row_type(events).__struct_fields__)


def test_tables__type_is_refused_when_it_is_not_taken(api):
    assert api.ask("/v1/events?format=csv", accept="application/json").status_code == 406
    assert api.ask("/v1/events?format=csv", accept="text/csv").status_code == 200
