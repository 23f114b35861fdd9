from predictor.season.lineup import Seat, expected_lineup, regulars_after
from predictor.vocabulary import ResultStatus, SessionKind

from .builders import RED_BULL_CAMP, row, rows

REGULARS = (
    Seat("isack-hadjar", "racing-bulls"),
    Seat("liam-lawson", "red-bull"),
    Seat("max-verstappen", "red-bull"),
    Seat("yuki-tsunoda", "racing-bulls"),
)
TEAM_IDS = {seat.driver_id: seat.team_id for seat in REGULARS}


def seen(*drivers, **moved):
    """Rows of those drivers with team ids; ``moved`` gives newcomers and swaps a team."""
    moved = {who.replace("_", "-"): team for who, team in moved.items()}
    return rows(*drivers, *moved, teams={**TEAM_IDS, **moved})


def lineup(**sessions):
    by_kind = {SessionKind(kind.replace("_", "-")): given for kind, given in sessions.items()}
    return {seat.driver_id: seat.team_id for seat in expected_lineup(by_kind, REGULARS)}


def test_expected_lineup__race_is_whoever_started():
    results = (
        row("max-verstappen", 1, team="red-bull"),
        row("liam-lawson", None, ResultStatus.DNF, team="red-bull"),
        row("isack-hadjar", None, ResultStatus.DNS, team="racing-bulls"),
        row("yuki-tsunoda", None, ResultStatus.DSQ, team="racing-bulls"),
        row("alonso", None, ResultStatus.DNQ, team="aston-martin"),
    )
    assert set(lineup(race=results, qualifying=seen(*RED_BULL_CAMP))) == {
        "max-verstappen",
        "liam-lawson",
        "yuki-tsunoda",
    }


def test_expected_lineup__rookie_in_fp1_does_not_race():
    fp1 = seen("max-verstappen", "isack-hadjar", "yuki-tsunoda", ayumu_iwasa="red-bull")
    assert lineup(fp1=fp1) == TEAM_IDS


def test_expected_lineup__newcomer_in_fp3_takes_the_missing_regulars_seat():
    fp3 = seen("max-verstappen", "isack-hadjar", "yuki-tsunoda", ayumu_iwasa="red-bull")
    expected = {**TEAM_IDS, "ayumu-iwasa": "red-bull"}
    del expected["liam-lawson"]
    assert lineup(fp1=seen(*RED_BULL_CAMP), fp3=fp3) == expected


def test_expected_lineup__third_driver_beside_both_regulars_stays_a_reserve():
    assert lineup(fp2=seen(*RED_BULL_CAMP, ayumu_iwasa="red-bull")) == TEAM_IDS


def test_expected_lineup__swap_between_teams_shows_in_fp1():
    fp1 = seen(
        "max-verstappen",
        "isack-hadjar",
        yuki_tsunoda="red-bull",
        liam_lawson="racing-bulls",
    )
    assert lineup(fp1=fp1)["yuki-tsunoda"] == "red-bull"
    assert lineup(fp1=fp1)["liam-lawson"] == "racing-bulls"


def test_expected_lineup__regular_who_misses_practice_keeps_the_seat():
    assert lineup(fp3=seen("max-verstappen", "isack-hadjar", "yuki-tsunoda")) == TEAM_IDS


def test_expected_lineup__qualifying_settles_who_practised_does_not():
    quali = seen("max-verstappen", "isack-hadjar", "yuki-tsunoda", ayumu_iwasa="red-bull")
    assert "liam-lawson" not in lineup(qualifying=quali, fp3=seen(*RED_BULL_CAMP))


def test_expected_lineup__who_missed_qualifying_after_practice_is_still_expected():
    quali = seen("max-verstappen", "isack-hadjar", "yuki-tsunoda")
    assert lineup(qualifying=quali, fp3=seen(*RED_BULL_CAMP)) == TEAM_IDS


def test_expected_lineup__excluded_from_qualifying_still_races():
    quali = (*seen("max-verstappen"), row("liam-lawson", None, ResultStatus.EX, team="red-bull"))
    assert "liam-lawson" in lineup(qualifying=quali)


def test_expected_lineup__sprint_qualifying_is_enough_without_qualifying():
    sprint = seen("max-verstappen", "isack-hadjar", "yuki-tsunoda", ayumu_iwasa="red-bull")
    assert "ayumu-iwasa" in lineup(sprint_qualifying=sprint)


def test_expected_lineup__nothing_known_gives_the_regulars_or_nobody():
    assert lineup() == TEAM_IDS
    assert expected_lineup({}, ()) == ()


def test_expected_lineup__practice_alone_fills_two_seats_a_team():
    fp1 = seen(*RED_BULL_CAMP)
    assert len(expected_lineup({SessionKind.FP1: fp1}, ())) == 4


def test_expected_lineup__files_without_teams_take_them_from_the_regulars():
    bare = tuple(row(who, n, team=None) for n, who in enumerate(RED_BULL_CAMP, start=1))
    assert lineup(race=bare) == TEAM_IDS


def test_regulars_after__driver_who_did_not_start_keeps_the_seat():
    results = {
        SessionKind.RACE: (
            *seen("max-verstappen", "isack-hadjar", "yuki-tsunoda"),
            row("liam-lawson", None, ResultStatus.DNS, team="red-bull"),
        )
    }
    started = expected_lineup(results, REGULARS)
    assert len(started) == 3
    assert regulars_after(results, started, REGULARS) == REGULARS


def test_regulars_after__non_starter_of_the_first_race_is_a_regular():
    results = {
        SessionKind.RACE: (
            row("max-verstappen", 1, team="red-bull"),
            row("isack-hadjar", None, ResultStatus.DNS, team="racing-bulls"),
        )
    }
    after = regulars_after(results, expected_lineup(results, ()), ())
    assert [seat.driver_id for seat in after] == ["isack-hadjar", "max-verstappen"]


def test_expected_lineup__a_free_seat_goes_to_the_regular_before_the_stand_in():
    fp1 = seen(*RED_BULL_CAMP, ayumu_iwasa="red-bull")
    quali = seen("max-verstappen", "isack-hadjar", "yuki-tsunoda")
    assert lineup(qualifying=quali, fp1=fp1) == TEAM_IDS


def test_regulars_after__absent_driver_keeps_the_seat_until_someone_takes_it():
    alone = {SessionKind.RACE: seen("max-verstappen", "isack-hadjar", "yuki-tsunoda")}
    assert regulars_after(alone, expected_lineup(alone, REGULARS), REGULARS) == REGULARS
    taken = {
        SessionKind.RACE: seen(
            "max-verstappen", "isack-hadjar", "yuki-tsunoda", ayumu_iwasa="red-bull"
        )
    }
    after = regulars_after(taken, expected_lineup(taken, REGULARS), REGULARS)
    assert "liam-lawson" not in {seat.driver_id for seat in after}


def test_regulars_after__team_that_was_not_there_has_nobody():
    results = {SessionKind.RACE: seen("max-verstappen", "liam-lawson")}
    after = regulars_after(results, expected_lineup(results, REGULARS), REGULARS)
    assert {seat.team_id for seat in after} == {"red-bull"}
