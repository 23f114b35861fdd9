"""Answers that are still to be made: one is made for all who wait for it."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future

from services.web.maker import Later
from services.web.resource import make_resource
from services.web.snapshot import begin_snapshot
from services.web.world import World
from tests.web.asked import ask, state_of


def slow(world, *, hide):
    word = "hidden" if hide else "shown"
    yield "/slow", Later(lambda: make_resource(word, "text/plain; charset=utf-8"))


def begun(tmp_path):
    """Give a state whose page is not made yet, and what was wanted of its maker."""
    state = state_of(tmp_path)
    snapshot = begin_snapshot(World(output=tmp_path), makers=(slow,))
    wanted = []

    def page(path):
        wanted.append(path)
        future = Future()
        future.set_result(snapshot.make(path))
        return future

    state.take(snapshot, [])
    state.page = page
    return state, wanted


def test_answer__many_who_wait_have_a_page_made_once(tmp_path):
    state, wanted = begun(tmp_path)

    async def many():
        return await asyncio.gather(*(state.answer("/slow") for _ in range(100)))

    assert {one.body for one in asyncio.run(many())} == {b"shown"}
    assert wanted == ["/slow"]


def test_answer__nothing_is_wanted_of_what_is_not_there(tmp_path):
    state, wanted = begun(tmp_path)
    assert asyncio.run(state.answer("/nowhere")) is None
    assert wanted == []


def test_app__a_page_that_is_not_made_yet_is_answered_as_any_other(tmp_path):
    state, wanted = begun(tmp_path)
    first = ask(state, "/slow?hide=results")
    assert (first.status, first.text) == (200, "hidden")
    again = ask(state, "/slow?hide=results", if_none_match=first.headers["etag"])
    assert (again.status, again.body) == (304, b"")
    # A query that is not known is left out, on either page.
    assert ask(state, "/slow?utm=1").text == "shown"
    assert ask(state, "/slow?utm=1&hide=results").text == "hidden"
    assert wanted == ["/slow?hide=results", "/slow"]
    assert ask(state, "/slow", method="POST").status == 405
