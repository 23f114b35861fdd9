"""What the archive answers, worked out by hand from a few small documents; in both databases."""

from __future__ import annotations

import math

import pytest
from msgspec import structs

from predictor.vocabulary import Horizon
from services.archive.rows import HEADLINE
from services.archive.run_values import Backfilled
from services.archive.writer import Reference
from tests.archive.small_archive import NAMES, document_of, one_event, payload_of, result_of
from tests.published.small_document import driver_forecast

A, B, C = Horizon
FIRST = "2025-first"


def ways(rows):
    """Return run, horizon and AAA's chance of each row of AAA."""
    return [(one.run_id, one.horizon.value, one.p_win) for one in rows if one.driver_id == "aaa"]


@pytest.fixture
def season(archive):
    """Three runs before the first race: one before practice, one after it, one with the grid."""
    later = one_event(2, p_win=0.5)
    archive.add("r1", one_event(1, A, 0.6), later, published_at="2025-03-13T12:00:00Z")
    archive.add("r2", one_event(1, B, 0.7), later, published_at="2025-03-14T12:00:00Z")
    archive.add("r3", one_event(1, C, 0.8), later, published_at="2025-03-15T12:00:00Z")
    return archive


def test_runs__are_pages_by_number_in_either_direction(season):
    with season.open() as found:
        assert [one.run_id for one in found.runs()] == ["r1", "r2", "r3"]
        assert [one.run_id for one in found.runs(after=1, limit=1)] == ["r2"]
        assert [one.run_id for one in found.runs(newest_first=True, limit=2)] == ["r3", "r2"]
        assert [one.run_id for one in found.runs(newest_first=True, after=2)] == ["r1"]
        assert found.runs(season=2024) == ()
        assert found.seasons() == (2025,)


def test_run__says_what_the_document_says_of_it(season):
    with season.open() as found:
        one = found.run("r2")
        assert found.run("nobody's") is None
    assert (one.run_no, one.season, one.known_round, one.horizon) == (2, 2025, 0, C)
    assert one.published_at == "2025-03-14T12:00:00Z"
    assert (one.trigger, one.outcome) == ("command line", "published")
    assert (one.changed, one.n_more) == (("a.json",), 2)
    assert (one.n_sims, one.seed, one.is_backfill) == (100, 1, False)
    assert (one.weights_used, one.ml) == (False, False)


def test_run__tells_weights_and_a_learned_model(archive):
    archive.add("r1", one_event(1), team_weights={"team": 1.1}, use_ml_layer=True)
    with archive.open() as found:
        (one,) = found.runs()
    assert (one.weights_used, one.ml) == (True, True)


def test_document__comes_back_byte_for_byte(season):
    expected = payload_of(
        document_of(
            "r2", one_event(1, B, 0.7), one_event(2, p_win=0.5), published_at="2025-03-14T12:00:00Z"
        )
    )
    with season.open() as found:
        assert found.document(found.run("r2").document_sha256) == expected
        assert found.document("0" * 64) is None


def test_document__without_any_event_comes_back_too(archive):
    plain = structs.replace(document_of("r1"), predictions={})
    expected = payload_of(plain)
    from services.archive.writer import add_document  # noqa: PLC0415

    with archive._engine.begin() as connection:
        assert add_document(connection, expected)
    with archive.open() as found:
        (one,) = found.runs()
        assert found.document(one.document_sha256) == expected


def test_add__the_same_document_is_taken_once(archive):
    for _ in range(2):
        archive.add("r1", one_event(1))
    with archive.open() as found:
        assert found.count()["runs"] == 1
        assert found.stamp()[-1] == 1


def test_event_history__has_a_run_only_where_it_changed_the_forecast(archive):
    archive.add("r1", one_event(1, p_win=0.6))
    archive.add("r2", one_event(1, p_win=0.6))
    archive.add("r3", one_event(1, p_win=0.7))
    archive.add("r4", one_event(1, p_win=0.6))
    with archive.open() as found:
        rows = found.event_history(FIRST)
    assert ways(rows) == [("r1", "a", 0.6), ("r3", "a", 0.7), ("r4", "a", 0.6)]
    assert {one.p_position for one in rows if one.run_id == "r3" and one.code == "AAA"} == {
        (0.7, 1.0 - 0.7)
    }


def test_event_history__a_result_is_no_new_forecast(archive):
    archive.add("r1", one_event(1, C, 0.6))
    archive.add("r2", one_event(1, C, 0.6, ("BBB", "AAA")))
    with archive.open() as found:
        assert ways(found.event_history(FIRST)) == [("r1", "c", 0.6)]


def test_event_history__takes_driver_horizon_and_scenario(season):
    with season.open() as found:
        assert ways(found.event_history(FIRST, driver_id="bbb")) == []
        (row,) = found.event_history(FIRST, driver_id="bbb", horizon=B)
        assert (row.run_id, row.p_win, row.team_id) == ("r2", 1.0 - 0.7, "team")
        assert (row.q05, row.q95, row.session) == (1, 2, "race")
        assert row.scenario == HEADLINE
        (dry,) = found.event_history(FIRST, driver_id="aaa", horizon=B, scenario="dry")
        assert (dry.p_win, dry.scenario) == (0.75, "dry")
        assert found.event_history(FIRST, scenario="wet") == ()
        assert found.event_history("2025-nowhere") == ()


def test_event_history__a_page_never_cuts_a_run(season):
    with season.open() as found:
        first = found.event_history(FIRST, limit=3)
        assert [one.run_id for one in first] == ["r1", "r1"]
        rest = found.event_history(FIRST, after=first[-1].run_no, limit=4)
        assert [one.run_id for one in rest] == ["r2", "r2", "r3", "r3"]
        # One run that alone has more rows than asked for comes whole: else it would never come.
        assert len(found.event_history(FIRST, limit=1)) == 2


def test_title_history__has_a_row_to_a_run_and_contender(season):
    with season.open() as found:
        rows = found.title_history(2025, "driver", "aaa")
        assert [(one.run_id, one.p_title, one.points_mean) for one in rows] == [
            ("r1", 0.75, 75.0), ("r2", 0.75, 75.0), ("r3", 0.75, 75.0)
        ]  # fmt: skip
        assert (rows[0].code, rows[0].name, rows[0].points_now) == ("AAA", "Driver AAA", 0.0)
        assert len(found.title_history(2025, "driver")) == 6
        (team, *_) = found.title_history(2025, "team")
        assert (team.subject_id, team.code, team.p_title) == ("team", "", 1.0)
        assert found.title_history(2024, "team") == ()


def run_order(rows):
    return [(one.known_round, one.run_id) for one in rows if one.subject_id == "aaa"]


def test_title_by_round__is_the_last_run_whose_last_race_was_that_round(season):
    run = one_event(1, C, 0.8, ("AAA", "BBB"))
    season.add("r4", run, one_event(2), published_at="2025-03-16T07:00:00Z")
    season.add("r5", run, one_event(2, B), published_at="2025-03-21T07:00:00Z")
    with season.open() as found:
        rows = found.title_by_round(2025, "driver")
    assert run_order(rows) == [(0, "r3"), (1, "r5")]
    assert len(rows) == 4  # two drivers


def test_title_by_round__what_was_published_goes_before_a_backfill(archive):
    run = one_event(1, C, 0.8, ("AAA", "BBB"))
    archive.add("live", run, one_event(2), published_at="2025-03-16T07:00:00Z")
    archive.add("b1", one_event(1), backfilled=Backfilled(FIRST, "a"), as_of=None)
    archive.add("b3", run, backfilled=Backfilled("2025-second", "b"), as_of="2025-03-22T05:00:00Z")
    archive.add("b2", run, backfilled=Backfilled("2025-second", "a"), as_of="2025-03-21T01:00:00Z")
    with archive.open() as found:
        assert run_order(found.title_by_round(2025, "driver")) == [(0, "b1"), (1, "live")]
        history = found.title_history(2025, "driver", "aaa")
    # In the order of what was known, whatever the order in which it was archived.
    assert [one.run_id for one in history] == ["b1", "live", "b2", "b3"]


def test_title_by_round__of_backfills_the_one_that_knew_most_speaks(archive):
    run = one_event(1, C, 0.8, ("AAA", "BBB"))
    archive.add("b3", run, backfilled=Backfilled("2025-second", "b"), as_of="2025-03-22T05:00:00Z")
    archive.add("b2", run, backfilled=Backfilled("2025-second", "a"), as_of="2025-03-21T01:00:00Z")
    with archive.open() as found:
        assert run_order(found.title_by_round(2025, "driver")) == [(1, "b3")]


def test_results__of_a_season_and_the_trail_of_one(archive):
    archive.add("r1", one_event(1, C, 0.8, ("AAA", "BBB")), published_at="2025-03-16T07:00:00Z")
    archive.add("r2", one_event(1, C, 0.8, ("BBB", "AAA")), published_at="2025-03-17T07:00:00Z")
    archive.add("r3", one_event(1, C, 0.8, ("BBB", "AAA")), published_at="2025-03-18T07:00:00Z")
    with archive.open() as found:
        assert [(one.code, one.position, one.points) for one in found.results(2025)] == [
            ("BBB", 1, 25.0), ("AAA", 2, 18.0)
        ]  # fmt: skip
        trail = found.result_trail(FIRST)
        assert [(one.revision, one.place, one.code) for one in trail] == [
            (1, 1, "AAA"), (1, 2, "BBB"), (2, 1, "BBB"), (2, 2, "AAA")
        ]  # fmt: skip
        assert trail[-1].seen_at == "2025-03-17T07:00:00Z"
        assert found.results(2024) == ()


def test_results__another_code_of_a_driver_is_no_revision(archive):
    run = one_event(1, C, 0.8, ("AAA", "BBB"))
    order = tuple(structs.replace(row, driver=f"{row.driver[:2]}1") for row in run.result.order)
    archive.add("r1", run)
    again = structs.replace(run, result=structs.replace(run.result, order=order))
    archive.add("r2", again)
    laps = tuple(structs.replace(row, laps=56) for row in order)
    archive.add("r3", structs.replace(run, result=structs.replace(run.result, order=laps)))
    with archive.open() as found:
        assert [(one.revision, one.laps) for one in found.result_trail(FIRST)] == [
            (1, 57), (1, 57), (2, 56), (2, 56)
        ]  # fmt: skip


def test_scores__by_hand_and_anew_for_a_revised_result(archive):
    archive.add("r1", one_event(1, C, 0.8), published_at="2025-03-15T12:00:00Z")
    archive.add("r2", one_event(1, C, 0.8, ("AAA", "BBB")), published_at="2025-03-16T07:00:00Z")
    with archive.open() as found:
        before = {one.metric: one for one in found.scores()}
    archive.add("r3", one_event(1, C, 0.8, ("BBB", "AAA")), published_at="2025-03-17T07:00:00Z")
    with archive.open() as found:
        after = {one.metric: one for one in found.scores(season=2025, horizon=C)}
        trail = found.scores(all_revisions=True)
        assert found.scores(season=2024) == found.scores(horizon=A) == ()
    assert before["winner_log_loss"].value == pytest.approx(-math.log(0.8))
    assert before["rps"].value == pytest.approx(2 * 0.2**2 / 2)
    assert after["winner_log_loss"].value == pytest.approx(-math.log(0.2))
    assert after["rps"].value == pytest.approx(2 * 0.8**2 / 2)
    assert after["top_1"].value == 0.0
    one = after["rps"]
    assert (one.run_no, one.model, one.result_revision, one.round) == (1, "ours", 2, 1)
    assert {(one.metric, one.result_revision) for one in trail} >= {("rps", 1), ("rps", 2)}
    assert [one.value for one in trail if one.metric == "top_1"] == [1.0, 0.0]


def test_scores__of_a_weighted_forecast_have_a_name_of_their_own(archive):
    archive.add("r1", one_event(1, C, 0.8, ("AAA", "BBB")), driver_weights={"AAA": 1.2})
    with archive.open() as found:
        assert {one.model for one in found.scores()} == {"ours_weighted"}


def test_stamp__is_equal_until_something_is_added(archive):
    archive.add("r1", one_event(1))
    with archive.open() as found, archive.open() as other:
        before = found.stamp()
        assert found.stamp() == before == other.stamp()
        archive.add("r1", one_event(1))
        assert found.stamp() == before
        archive.add("r2", one_event(1, p_win=0.6))
        assert found.stamp() == other.stamp() != before


def test_names__are_those_of_the_last_document(archive):
    one = one_event(1)
    archive.add("r1", one)
    rows = tuple(structs.replace(row, team="New Team") for row in one.predictions)
    archive.add("r2", structs.replace(one, predictions=rows))
    with archive.open() as found:
        assert {row.name for row in found.title_history(2025, "team")} == {"Team"}
        assert {row.team_id for row in found.event_history(FIRST)} == {"team"}


def test_names__of_who_is_only_an_id_come_with_a_document_that_has_them(archive):
    archive.add("r1", one_event(1, C), backfilled=Backfilled(FIRST, "c"))
    odds = {"aaa": (0.5, 0.5), "zzz": (0.5, 0.5)}
    archive.refer(Reference(FIRST, "c", "elo", odds), Reference(FIRST, "b", "elo", odds))
    late = result_of(("ZZZ", "AAA"))
    archive.add("r2", structs.replace(one_event(1, C), result=late))
    with archive.open() as found:
        assert [one.name for one in found.results(2025)] == ["zzz", "Driver AAA"]
    rows = (driver_forecast("ZZZ", 0.5), driver_forecast("AAA", 0.5))
    backfilled = Backfilled("2025-second", "a")
    archive.add("b1", structs.replace(one_event(2), predictions=rows), backfilled=backfilled)
    with archive.open() as found:
        assert [one.name for one in found.results(2025)] == ["Driver ZZZ", "Driver AAA"]


def test_scores__of_reference_models_follow_the_result_and_stand_beside_ours(archive):
    archive.add("r1", one_event(1, C, 0.8, ("AAA", "BBB")))
    said = {"aaa": (0.6, 0.4), "bbb": (0.4, 0.6)}
    archive.refer(Reference(FIRST, "c", "elo", said), Reference(FIRST, "a", "elo", said))
    archive.add("r2", one_event(1, C, 0.8, ("BBB", "AAA")))
    with archive.open() as found:
        losses = {
            (one.result_revision, one.model, one.horizon): (one.value, one.run_no)
            for one in found.scores(all_revisions=True)
            if one.metric == "winner_log_loss"
        }
    assert losses == {
        (1, "ours", C): (pytest.approx(-math.log(0.8)), 1),
        (1, "elo", C): (pytest.approx(-math.log(0.6)), None),
        (2, "ours", C): (pytest.approx(-math.log(0.2)), 1),
        (2, "elo", C): (pytest.approx(-math.log(0.4)), None),
    }  # none at (a), where nothing of ours stood


def test_references__of_one_horizon_leave_those_of_another(archive):
    archive.add("b1", one_event(1, C), backfilled=Backfilled(FIRST, "c"))
    archive.add("b2", one_event(1, A, 0.5, ("AAA", "BBB")), backfilled=Backfilled(FIRST, "a"))
    said = {"aaa": (0.6, 0.4), "bbb": (0.4, 0.6)}
    archive.refer(Reference(FIRST, "c", "elo", said))
    archive.refer(Reference(FIRST, "a", "elo", said), Reference("2025-nowhere", "a", "elo", said))
    with archive.open() as found:
        assert {(one.horizon, one.model) for one in found.scores()} == {
            (A, "ours"), (C, "ours"), (A, "elo"), (C, "elo")
        }  # fmt: skip


def test_seasons__are_kept_apart(archive):
    archive.add("r1", one_event(1), season=2024)
    other = one_event(2)
    archive.add("r2", other, season=2025)
    with archive.open() as found:
        assert found.seasons() == (2024, 2025)
        assert [one.run_id for one in found.runs(season=2024)] == ["r1"]
        assert list(found.frozen_season(2025)) == [f"2025-{NAMES[2]}"]
