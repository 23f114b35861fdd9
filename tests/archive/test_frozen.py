"""Which forecast stood before a race: hand-made histories, and never one that may know the race."""

from __future__ import annotations

from predictor.vocabulary import Horizon
from services.archive.frozen import Candidate, standing
from services.archive.run_values import Backfilled
from tests.archive.small_archive import one_event

A, B, C = Horizon
FIRST = "2025-first"


def stood(archive, event_id=FIRST):
    """Return run, liveness and AAA's chance by horizon."""
    with archive.open() as found:
        return {
            horizon.value: (rows[0].run_id, rows[0].is_live, rows[0].p_win)
            for horizon, rows in found.frozen(event_id).items()
        }


def test_frozen__is_the_last_that_was_published_before_the_session_began(in_sqlite):
    in_sqlite.add("r1", one_event(1, A, 0.60), published_at="2025-03-12T00:00:00Z")
    in_sqlite.add("r2", one_event(1, A, 0.61), published_at="2025-03-14T01:00:00Z")  # practice
    in_sqlite.add("r3", one_event(1, A, 0.62), published_at="2025-03-14T01:00:01Z")
    in_sqlite.add("r4", one_event(1, B, 0.70), published_at="2025-03-15T04:59:00Z")
    in_sqlite.add("r5", one_event(1, B, 0.71), published_at="2025-03-15T05:30:00Z")
    in_sqlite.add("r6", one_event(1, C, 0.80), published_at="2025-03-16T04:00:00Z")  # race
    in_sqlite.add("r7", one_event(1, C, 0.81), published_at="2025-03-16T04:00:01Z")
    assert stood(in_sqlite) == {
        "a": ("r2", True, 0.61), "b": ("r4", True, 0.70), "c": ("r6", True, 0.80)
    }  # fmt: skip


def test_frozen__a_backfill_tells_what_would_have_been_where_nothing_was(in_sqlite):
    in_sqlite.add("late", one_event(1, C, 0.9, ("AAA", "BBB")), published_at="2026-01-01T00:00:00Z")
    assert stood(in_sqlite) == {"c": ("late", False, 0.9)}
    in_sqlite.add("b1", one_event(1, C, 0.8), backfilled=Backfilled(FIRST, "c"))
    assert stood(in_sqlite) == {"c": ("b1", False, 0.8)}
    in_sqlite.add("live", one_event(1, C, 0.7), published_at="2025-03-16T03:00:00Z")
    assert stood(in_sqlite) == {"c": ("live", True, 0.7)}


def test_frozen__the_first_of_late_ones_stays(in_sqlite):
    in_sqlite.add("r1", one_event(1, C, 0.9, ("AAA", "BBB")), published_at="2026-01-01T00:00:00Z")
    in_sqlite.add("r2", one_event(1, C, 0.8, ("AAA", "BBB")), published_at="2026-01-02T00:00:00Z")
    assert stood(in_sqlite)["c"] == ("r1", False, 0.9)


def test_frozen__of_late_ones_the_one_that_had_seen_the_races_before(in_sqlite):
    run = one_event(1, C, 0.9, ("AAA", "BBB"))
    in_sqlite.add("r1", one_event(1), one_event(2, A, 0.6), published_at="2026-01-01T00:00:00Z")
    in_sqlite.add("r2", run, one_event(2, A, 0.7), published_at="2026-01-02T00:00:00Z")
    assert stood(in_sqlite, "2025-second") == {"a": ("r2", False, 0.7)}


def test_frozen__of_a_backfill_the_step_at_the_event_itself(in_sqlite):
    run = one_event(1, C, 0.9, ("AAA", "BBB"))
    # Begun anew in the middle: the later step was archived first.
    in_sqlite.add("b2", run, one_event(2, A, 0.7), backfilled=Backfilled("2025-second", "a"))
    in_sqlite.add("b1", one_event(1), one_event(2, A, 0.6), backfilled=Backfilled(FIRST, "a"))
    assert stood(in_sqlite, "2025-second") == {"a": ("b2", False, 0.7)}


def test_frozen__of_a_backfill_the_look_back_goes_first(in_sqlite):
    run = one_event(1, C, 0.9, ("AAA", "BBB"))
    in_sqlite.add("back", run, backfilled=Backfilled("2025", "c"))
    in_sqlite.add("b1", one_event(1, C, 0.8), backfilled=Backfilled(FIRST, "c"))
    assert stood(in_sqlite) == {"c": ("back", False, 0.9)}
    with in_sqlite.open() as found:  # and it is no part of how the forecast went
        assert {one.run_id for one in found.event_history(FIRST)} == {"b1"}


def test_frozen__never_one_with_a_cut_off_after_the_start(in_sqlite):
    known = one_event(1, C, 0.99, ("AAA", "BBB"), as_of="2025-03-16T06:00:00Z")
    in_sqlite.add("r1", known, published_at="2025-03-16T03:00:00Z")
    assert stood(in_sqlite) == {}
    with in_sqlite.open() as found:
        assert found.scores() == ()
        assert len(found.event_history(FIRST)) == 2  # it was published, and that is kept


def test_frozen__without_a_cut_off_nothing_is_known_to_have_stood():
    one = Candidate(1, 1, C, 1, 1, False, False, 0, "2025-01-01T00:00:00Z", None, None, None)
    assert standing([one]) == {}
    assert standing([one._replace(as_of="2025-01-01T00:00:00Z")]) == {}


def test_scores__follow_the_forecast_that_has_come_to_stand(in_sqlite):
    in_sqlite.add("late", one_event(1, C, 0.9, ("AAA", "BBB")), published_at="2026-01-01T00:00:00Z")
    in_sqlite.add("b1", one_event(1, C, 0.5), backfilled=Backfilled(FIRST, "c"))
    in_sqlite.add("b0", one_event(1, A, 0.5), backfilled=Backfilled(FIRST, "a"))
    with in_sqlite.open() as found:
        runs = {one.run_no: one.run_id for one in found.runs()}
        scored = {(one.horizon.value, runs[one.run_no]) for one in found.scores()}
    assert scored == {("a", "b0"), ("c", "b1")}


def test_backfill__a_later_one_takes_the_place_of_the_one_before(in_sqlite):
    in_sqlite.add("b1", one_event(1, A, 0.5), backfilled=Backfilled(FIRST, "a"))
    in_sqlite.add("b2", one_event(1, A, 0.6), backfilled=Backfilled(FIRST, "a"))
    assert stood(in_sqlite) == {"a": ("b2", False, 0.6)}
    with in_sqlite.open() as found:
        assert [one.run_id for one in found.runs()] == ["b2"]
        assert len(found.title_history(2025, "driver", "aaa")) == 1
