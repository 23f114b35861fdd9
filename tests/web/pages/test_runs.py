"""What changed and why, from archived runs of a real season."""

from __future__ import annotations

import sqlite3

import pytest
from msgspec.structs import replace

from services.web.older_runs import ROUTES
from services.web.pages import run_chain
from services.web.pages.runs import RunPages
from services.web.plug import Plug
from services.web.snapshot import make_snapshot
from tests.archive.small_archive import SmallArchive, payload_of
from tests.web.asked import ask, state_of
from tests.web.pages.conftest import each_event, world_of
from tests.web.pages.reading import Page


def pages_of(world, *, hide=False, maker=None):
    made = (maker or RunPages())(world, hide=hide)
    return {at: Page((one() if callable(one) else one).body.decode()) for at, one in made}


def of_run(document, name, **metadata):
    run = replace(document.metadata.run, run_id=name)
    usual = {"predictions_sha256": f"{len(name):064d}", "run": run, "training_history": ()}
    return replace(document, metadata=replace(document.metadata, **(usual | metadata)))


@pytest.fixture
def other(document):
    """The same, but for the two likeliest winners of the next race, who have changed places."""

    def otherwise(_, event):
        if event.metadata.event_id != "2025-bahrain":
            return event
        first, second, *rest = event.predictions
        swapped = (replace(first, p_win=second.p_win), replace(second, p_win=first.p_win))
        return replace(event, predictions=(*swapped, *rest))

    return each_event(document, otherwise)


@pytest.fixture
def archive(tmp_path):
    made = SmallArchive(tmp_path / "archive.sqlite")
    yield made
    made.close()


def put(archive, *documents):
    for one in documents:
        archive.take(payload_of(one))
    return world_of(documents[-1], archive=archive.open())


def test_changes__names_what_came_and_whom_it_moved(document, other, archive):
    now = of_run(other, "second", driver_weights={"VER": 1.1})
    world = put(archive, of_run(document, "first"), now)
    page = pages_of(world)["/changes"]
    first, second = (
        row.name.split()[-1] for row in document.predictions["Bahrain Grand Prix"].predictions[:2]
    )
    assert f"Weights changed. In Bahrain: {first} " in page.text
    assert "weight of driver VER: 1 → 1.1" in page.text
    assert "Only weights came: what moved beyond the noise, they moved." in page.text
    assert "Bahrain Grand Prix: who wins" in page.text
    assert second in page.text
    assert "/v1/diff?a=first&b=second&moved=true" in page.links


def test_changes__what_came_at_once_is_not_told_apart(document, other, archive):
    now = of_run(other, "second", driver_weights={"VER": 1.1}, code_version="0.9+other")
    page = pages_of(put(archive, of_run(document, "first"), now))["/runs/second"]
    assert "cannot be told apart" in page.text
    assert "Only weights" not in page.text


def test_changes__noise_is_no_move(document, archive):
    page = pages_of(put(archive, of_run(document, "first"), of_run(document, "second", seed=2)))
    assert "nothing moved beyond the noise" in page["/changes"].text
    assert "Settings came, and no chance moved" in page["/changes"].text
    assert "▲" not in page["/changes"].text


def test_changes__hidden_they_say_what_came_and_not_whom_it_moved(document, other, archive):
    now = of_run(other, "second", driver_weights={"XXX": 1.1})
    world = put(archive, of_run(document, "first"), now)
    for page in pages_of(world, hide=True).values():
        assert "Weights changed" in page.text or "The first forecast" in page.text
        called = [row.name.split()[-1] for row in document.championship.drivers]
        assert not any(name in page.text for name in called)
        assert "▲" not in page.text


def test_runs__lead_to_the_run_before_and_after(document, other, archive):
    world = put(
        archive, *(of_run(one, name) for one, name in ((document, "first"), (other, "second")))
    )
    pages = pages_of(world)
    assert list(pages) == ["/changes", "/runs/second", "/runs/first"]
    assert "/runs/first" in pages["/runs/second"].links
    assert "/runs/second" in pages["/runs/first"].links
    assert "Nothing to compare with." in pages["/runs/first"].text
    assert "/v1/runs/second" in pages["/runs/second"].links


def test_runs__the_last_have_pages_and_the_one_before_them_leads_to_its_json(
    document, other, archive
):
    world = put(archive, of_run(document, "first"), of_run(other, "second"))
    pages = pages_of(world, maker=RunPages(n_runs=1))
    assert list(pages) == ["/changes", "/runs/second"]
    assert "/v1/runs/first" in pages["/runs/second"].links


def test_runs__what_is_damaged_in_the_archive_is_not_told_and_no_cause_is_made_up(
    document, other, archive, tmp_path
):
    world = put(archive, of_run(document, "first"), of_run(other, "second"))
    with sqlite3.connect(tmp_path / "archive.sqlite") as found:
        found.execute("UPDATE run SET frame = x'00' WHERE run_id = 'first'")
    pages = pages_of(world)
    assert "Cannot be told." in pages["/runs/second"].text
    assert "Nothing moved" not in pages["/runs/second"].text
    assert "are those of the run before" not in pages["/runs/second"].text


def test_runs__an_older_one_says_that_it_has_no_page_and_where_it_is(
    document, other, archive, tmp_path
):
    world = put(archive, of_run(document, "first"), of_run(other, "second"))
    state = state_of(tmp_path)
    state.take(make_snapshot(world, makers=(RunPages(n_runs=1),)), [])
    plugs = tuple(map(Plug, ROUTES))
    assert ask(state, "/runs/second", plugs=plugs).status == 200
    older = ask(state, "/runs/first", plugs=plugs)
    assert older.status == 404
    assert "The page of run first is not kept" in older.text
    assert "/v1/runs/first" in older.text
    assert "There is no such run" in ask(state, "/runs/third", plugs=plugs).text


def test_runs__two_documents_are_compared_once(document, other, archive):
    world = put(archive, of_run(document, "first"), of_run(other, "second"))
    known = {}
    chain = run_chain.Chain(world, 2025, known)
    assert known == {}
    assert chain.step(0).compared is run_chain.Chain(world, 2025, known).step(0).compared
    # What is of no run any more is let go.
    known[("gone", "gone")] = chain.step(0).compared
    assert len(run_chain.Chain(world, 2025, known)._known) == 1


def test_changes__without_an_archive_it_tells_what_the_record_tells(world):
    page = pages_of(world)["/changes"]
    assert "No run is archived." in page.text
    assert "The record of runs" in page.text
    assert "moved" not in page.text.partition("The record of runs")[2]
