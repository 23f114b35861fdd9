import pytest

from predictor.season.awards import award_of_session, points_of_session
from predictor.season.points import fastest_lap_point, race_scales, sprint_points
from predictor.vocabulary import ResultStatus

from .builders import event_state, race, ref, row, rows, session

TEN = tuple(f"driver-{n}" for n in range(1, 12))
FULL = (25, 18, 15, 12, 10, 8, 6, 4, 2, 1, 0)


def score(results, *, season=2025, slug="monaco", scheduled_laps=None, kind="race"):
    record = session(ref(slug, season), kind, results)
    event = event_state(record, slug=slug, season=season, scheduled_laps=scheduled_laps)
    return points_of_session(event, event.sessions[0])


def with_winner_laps(laps):
    return (row("driver-1", 1, laps=laps), *rows(*TEN)[1:])


@pytest.mark.parametrize(
    ("laps", "first", "n_scoring"),
    [(1, 0, 0), (2, 6, 5), (24, 6, 5), (25, 13, 9), (49, 13, 9), (50, 19, 10), (75, 25, 10)],
)
def test_points_of_session__shortened_race_since_2022_slides(laps, first, n_scoring):
    points = score(with_winner_laps(laps), season=2023, scheduled_laps=100)
    assert points["driver-1"] == first
    assert sum(value > 0 for value in points.values()) == n_scoring


def test_points_of_session__belgium_2021_gives_half_for_one_lap():
    points = score(with_winner_laps(1), season=2021, slug="belgium", scheduled_laps=44)
    assert points["driver-1"] == 12.5
    assert points["driver-10"] == 0.5
    assert points["driver-11"] == 0.0


def test_points_of_session__japan_2022_was_resumed_and_gives_full_points():
    points = score(with_winner_laps(28), season=2022, slug="japan", scheduled_laps=53)
    assert points["driver-1"] == 25


def test_points_of_session__unknown_distance_is_full_distance():
    assert score(with_winner_laps(3), season=2023)["driver-1"] == 25


@pytest.mark.parametrize(("season", "bonus"), [(2018, 0), (2019, 1), (2024, 1), (2025, 0)])
def test_points_of_session__fastest_lap_counts_from_2019_to_2024(season, bonus):
    results = (row("a", 1, fastest_lap=True), row("b", 2))
    assert score(results, season=season) == {"a": 25 + bonus, "b": 18}
    assert fastest_lap_point(season) == bonus


def test_points_of_session__fastest_lap_earns_nothing_in_under_half_the_distance():
    for laps, expected in ((49, 13), (50, 20)):
        winner = row("driver-1", 1, laps=laps, fastest_lap=True)
        assert score([winner], season=2023, scheduled_laps=100) == {"driver-1": expected}


def test_points_of_session__fastest_lap_outside_the_top_ten_earns_nothing():
    results = [*rows(*TEN)[:10], row("driver-11", 11, fastest_lap=True)]
    points = score(results, season=2024)
    assert points["driver-11"] == 0
    assert sum(points.values()) == 101


def test_points_of_session__fastest_lap_comes_from_times_where_nobody_is_marked():
    results = (row("a", 1, best_s=80.5), row("b", 2, best_s=80.1), row("c", 3))
    assert score(results, season=2024)["b"] == 19


def test_points_of_session__disqualified_and_unclassified_score_nothing():
    results = (
        row("a", 1),
        row("b", 2, ResultStatus.DSQ),
        row("c", 3, ResultStatus.DNF, classified=True),
        row("d", 4, ResultStatus.DNF, classified=False),
    )
    assert score(results) == {"a": 25, "b": 0, "c": 15, "d": 0}


def test_points_of_session__one_row_of_a_files_points_is_not_copied():
    assert score((row("a", 1, points=99.0),)) == {"a": 25}
    half = (row("a", 1, points=12.5), row("b", 2, points=9.0))
    assert score(half, season=2021) == {"a": 25, "b": 18}


def test_points_of_session__sprint_pays_three_in_2021_and_eight_since():
    assert score(rows(*TEN), season=2021, kind="sprint")["driver-1"] == 3
    assert score(rows(*TEN), season=2021, kind="sprint")["driver-4"] == 0
    assert score(rows(*TEN), season=2022, kind="sprint")["driver-8"] == 1
    assert sprint_points(2020).tolist() == []


def test_points_of_session__practice_and_qualifying_pay_nothing():
    assert score(rows(*TEN), kind="qualifying") == {}


def test_points_of_session__race_event_keeps_every_driver():
    record = race(ref(), rows("a", "b"))
    event = event_state(record)
    assert set(points_of_session(event, event.sessions[0])) == {"a", "b"}


def awarded(table, *, season=2023, changed=None, marked=None, laps=None, **event):
    """Score eleven drivers who have the points of a table, with some replaced."""
    said = dict(zip(TEN, [*table, *[0.0] * 11], strict=False)) | (changed or {})
    results = [
        row(who, place, points=said[who], fastest_lap=True if who == marked else None, laps=laps)
        for place, who in enumerate(TEN, start=1)
    ]
    return score(results, season=season, **event)


@pytest.mark.parametrize("season", range(2010, 2026))
def test_points_of_session__without_scheduled_laps_the_scale_is_the_awarded_one(season):
    for scale in race_scales(season):
        paid = awarded(scale.points, season=season)
        assert tuple(paid.values())[: len(scale.points)] == scale.points


@pytest.mark.parametrize("season", [2010, 2019, 2022, 2025])
def test_points_of_session__a_mistake_in_any_row_changes_no_scale(season):
    for scale in race_scales(season):
        right = awarded(scale.points, season=season)
        for who in TEN:
            assert awarded(scale.points, season=season, changed={who: 77.0}) == right


def test_points_of_session__points_of_nobody_are_no_evidence():
    zeros = dict.fromkeys(TEN, 0.0)
    assert tuple(awarded((), changed=zeros).values()) == FULL
    # As OpenF1 had it after two drivers were disqualified: one row in ten is left.
    assert tuple(awarded((), changed=zeros | {"driver-1": 25.0}).values()) == FULL


def test_points_of_session__points_of_the_places_before_a_disqualification_are_no_evidence():
    assert tuple(awarded((18, 15, 12, 10, 8, 6, 4, 2, 1, 0)).values()) == FULL


def test_points_of_session__awarded_scale_outweighs_the_laps_of_the_calendar():
    half = tuple(points / 2 for points in FULL)
    assert tuple(awarded(FULL, season=2021, laps=10, scheduled_laps=57).values()) == FULL
    assert tuple(awarded(half, season=2021, laps=57, scheduled_laps=57).values()) == half


def test_points_of_session__two_odd_rows_do_not_outweigh_the_laps():
    changed = {"driver-1": 12.5, "driver-2": 9.0}
    paid = awarded(FULL, season=2021, changed=changed, laps=57, scheduled_laps=57)
    assert tuple(paid.values()) == FULL


def test_points_of_session__one_odd_row_outweighs_no_laps():
    # After 15 of 50 laps the fastest lap pays nothing, whatever one row says.
    half = tuple(points / 2 for points in FULL)
    changed = {"driver-4": 7.0}
    paid = awarded(half, season=2021, changed=changed, laps=15, scheduled_laps=50)
    assert tuple(paid.values()) == half


def with_bonus(*whose):
    paid = dict(zip(TEN, FULL, strict=True))
    return {who: paid[who] + 1.0 for who in whose}


@pytest.mark.parametrize("who", TEN[:10])
def test_points_of_session__fastest_lap_is_his_whose_points_have_it(who):
    paid = awarded(FULL, changed=with_bonus(who))
    assert paid[who] == with_bonus(who)[who]
    assert sum(paid.values()) == 102


def test_points_of_session__fastest_lap_point_of_two_drivers_is_nobodys_unless_one_is_marked():
    both = with_bonus("driver-3", "driver-7")
    assert sum(awarded(FULL, changed=both).values()) == 101
    assert awarded(FULL, changed=both, marked="driver-7")["driver-7"] == 7
    assert awarded(FULL, changed=both, marked="driver-7")["driver-3"] == 15


def test_points_of_session__outside_the_top_ten_or_out_of_season_one_point_more_is_a_mistake():
    assert awarded(FULL, changed={"driver-11": 1.0})["driver-11"] == 0
    assert sum(awarded(FULL, season=2025, changed=with_bonus("driver-2")).values()) == 101
    assert sum(awarded(FULL, changed=with_bonus("driver-2"), marked="driver-11").values()) == 101


def test_points_of_session__mark_stands_unless_two_rows_speak_against_it():
    # Marked without the point, and nobody else has it: the rule pays him.
    assert awarded(FULL, marked="driver-2")["driver-2"] == 19
    # His lap was deleted after the race, as in Portugal 2021: another was paid.
    paid = awarded(FULL, changed=with_bonus("driver-3"), marked="driver-2")
    assert (paid["driver-2"], paid["driver-3"]) == (18, 16)


def timed(**changed):
    """Give eleven rows with full points and times, the winner's the best."""
    said = {f"driver-{place}": float(paid) for place, paid in enumerate(FULL, start=1)}
    said |= {who.replace("_", "-"): paid for who, paid in changed.items()}
    return [
        row(who, place, points=said[who], best_s=80.0 + place)
        for place, who in enumerate(TEN, start=1)
    ]


def test_award_of_session__where_all_points_lack_it_nobody_had_the_fastest_lap():
    assert sum(score(timed(), season=2023).values()) == 101
    event = event_state(race(ref(), timed()), season=2023)
    assert award_of_session(event, event.sessions[0]).is_fastest_known


def test_award_of_session__times_pay_nobody_whose_own_points_deny_it():
    odd = timed(driver_5=0.0)
    assert sum(score(odd, season=2023).values()) == 101
    event = event_state(race(ref(), odd), season=2023)
    assert not award_of_session(event, event.sessions[0]).is_fastest_known


def test_points_of_session__short_scales_pay_the_fastest_lap_from_half_the_distance():
    of_three_quarters = (19, 14, 12, 9, 8, 6, 5, 3, 2, 1)
    paid = awarded(of_three_quarters, changed={"driver-4": 10.0})
    assert (paid["driver-1"], paid["driver-4"]) == (19, 10)
    half = tuple(points / 2 for points in FULL)
    assert awarded(half, season=2021, changed={"driver-4": 7.0})["driver-4"] == 7
    assert awarded(half, season=2021, marked="driver-4")["driver-4"] == 6
    of_half = (13, 10, 8, 6, 5, 4, 3, 2, 1)
    assert awarded(of_half, changed={"driver-4": 7.0})["driver-4"] == 6
