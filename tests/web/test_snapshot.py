"""Pages of a world: one that fails is told and fails no other; what has not changed is kept."""

from __future__ import annotations

from dataclasses import replace

from services.web.counters import Counters
from services.web.follower import Follower
from services.web.maker import Later, reads, tells_failures
from services.web.resource import make_resource
from services.web.snapshot import begin_snapshot, make_snapshot
from services.web.world import World
from services.web.world_reader import WorldReader
from tests.web.conftest import publish


def text(words):
    return make_resource(words, "text/plain; charset=utf-8")


def plain(world, *, hide):
    yield "/plain", text("hidden" if hide else "shown")


def some_fail(world, *, hide):
    yield "/one", lambda: text("one")
    yield "/two", lambda: 1 / 0
    yield "/three", lambda: text("three")


def breaks_off(world, *, hide):
    yield "/first", text("first")
    raise KeyError("no such event")


@tells_failures
def health(world, *, hide):
    yield "/health", text("\n".join(world.troubles))


def test_make_snapshot__hidden_pages_lie_beside_their_own(tmp_path):
    resources = make_snapshot(World(output=tmp_path), makers=(plain,)).resources
    assert resources["/plain"].body == b"shown"
    assert resources["/plain?hide=results"].body == b"hidden"


def test_make_snapshot__a_page_that_fails_says_so_and_the_others_stand(tmp_path):
    made = make_snapshot(World(output=tmp_path), makers=(some_fail, breaks_off, plain, health))
    assert made.resources["/one"].body == b"one"
    assert made.resources["/three"].body == b"three"
    assert made.resources["/two"].status == 500
    assert b"could not be made" in made.resources["/two"].body
    assert made.resources["/first"].body == b"first"
    assert made.resources["/plain"].status == 200
    told = made.resources["/health"].body.decode()
    assert "/two could not be made: ZeroDivisionError" in told
    assert "KeyError" in told
    assert [one.path for one in made.failures] == ["/two", "/two", "/first", "/first"]


def test_make_snapshot__what_reads_nothing_that_has_changed_is_taken_over(tmp_path):
    calls = []

    @reads("told")
    def of_told(world, *, hide):
        calls.append(hide)
        yield "/told", text(str(sorted(world.told)))

    world = World(output=tmp_path)
    first = make_snapshot(world, makers=(of_told, plain))
    second = make_snapshot(replace(world, daemon="well"), first, makers=(of_told, plain))
    assert calls == [False, True]
    assert second.resources["/told"] is first.resources["/told"]
    assert second.resources["/plain"] is not first.resources["/plain"]
    assert second.number == 2
    third = make_snapshot(replace(world, told={"x": {}}), second, makers=(of_told, plain))
    assert third.resources["/told"].body == b"['x']"


def test_make_snapshot__a_page_that_failed_is_not_forgotten_where_it_is_taken_over(tmp_path):
    failing = reads("told")(lambda world, *, hide: some_fail(world, hide=hide))
    world = World(output=tmp_path)
    first = make_snapshot(world, makers=(failing, health))
    second = make_snapshot(replace(world, daemon="well"), first, makers=(failing, health))
    assert second.failures == first.failures
    assert b"ZeroDivisionError" in second.resources["/health"].body


class Counting:
    """A maker of pages that notes which it made."""

    def __init__(self, names, later=()):
        self.made = []
        self.names, self.later = names, later

    def __call__(self, world, *, hide):
        if hide:
            return
        for name in self.names:
            yield f"/{name}", lambda name=name: self.page(name)
        for name in self.later:
            yield f"/{name}", Later(lambda name=name: self.page(name))

    def page(self, name):
        self.made.append(name)
        return text(name)


def test_begin_snapshot__a_page_is_made_when_asked_for_and_the_rest_in_turn(tmp_path):
    pages = Counting("abc", later="z")
    snapshot = begin_snapshot(World(output=tmp_path), makers=(pages,))
    assert (pages.made, {"/a", "/z"} <= snapshot.paths, "/a" in snapshot.resources) == (
        [],
        True,
        False,
    )
    assert snapshot.make("/c").body == b"c"
    assert snapshot.make("/c") is snapshot.resources["/c"]
    assert snapshot.make("/nowhere") is None
    assert snapshot.n_waiting == 2
    while snapshot.make_next():
        pass
    assert (pages.made, snapshot.n_waiting) == (["c", "a", "b"], 0)
    assert snapshot.make("/z").body == b"z"
    assert pages.made == ["c", "a", "b", "z"]


def test_begin_snapshot__what_waits_in_a_part_that_is_taken_over_is_made_in_the_new_one(tmp_path):
    pages = reads("told")(Counting("ab"))
    world = World(output=tmp_path)
    first = begin_snapshot(world, makers=(pages,))
    first.make("/a")
    second = begin_snapshot(replace(world, daemon="well"), first, makers=(pages,))
    assert second.resources["/a"] is first.resources["/a"]
    assert second.make("/b").body == b"b"
    assert pages.made == ["a", "b"]


def test_make__what_was_told_too_early_is_told_again(tmp_path):
    snapshot = begin_snapshot(World(output=tmp_path), makers=(some_fail, health))
    assert snapshot.make("/health").body == b""
    early = snapshot.resources["/health"]
    while snapshot.make_next():
        pass
    assert b"ZeroDivisionError" in snapshot.resources["/health"].body
    assert snapshot.resources["/health"].etag != early.etag


def test_page__what_is_wanted_is_made_before_what_is_next(tmp_path):
    pages = Counting("abc")

    class Reader:
        world = World(output=tmp_path)

        def look(self):
            return self.world

    made = []
    follower = Follower(
        Reader(),
        made.append,
        Counters(),
        make=lambda world, before: begin_snapshot(world, before, makers=(pages,)),
    )
    follower.look()
    wanted, unknown = follower.page("/c"), follower.page("/nowhere")
    follower.work(until=0.0)
    assert (wanted.result(0).body, unknown.result(0)) == (b"c", None)
    assert pages.made == ["c", "a"]  # and one of the rest: the time was over


class Following:
    """A follower that is looked through by hand."""

    def __init__(self, reader, makers=(plain,)):
        self.made = []
        self.counters = Counters()
        self.follower = Follower(
            reader,
            self.made.append,
            self.counters,
            make=lambda world, before: make_snapshot(world, before, makers=makers),
        )


def test_look__a_world_that_stays_as_it_is_is_made_once(folder, published):
    following = Following(WorldReader(folder))
    for _ in range(100):
        following.follower.look()
    assert (len(following.made), following.counters.snapshots) == (1, 1)
    assert following.counters.looks == 100
    publish(published[1], folder)
    for _ in range(100):
        following.follower.look()
    assert [one.number for one in following.made] == [1, 2]


def test_look__a_world_that_cannot_be_made_is_tried_again_when_it_changes(folder, published):
    class Reader:
        worlds = iter((World(output=folder), World(output=folder)))

        def look(self):
            return next(self.worlds)

    calls = []

    def make(world, before):
        calls.append(world)
        return make_snapshot(world, before, makers=(plain,))

    follower = Follower(Reader(), lambda _made: None, Counters(), make=make)
    follower.look()
    follower.look()
    assert len(calls) == 2
