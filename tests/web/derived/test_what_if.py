"""What an answer comes to in words; every sentence worked out by hand."""

from __future__ import annotations

from predictor.published.what_if_types import (
    Chance,
    DriverWhatIf,
    Expected,
    TitleWhatIf,
    WhatIf,
    WhatIfRace,
)
from predictor.vocabulary import Horizon, Scenario
from services.web.derived.what_if import (
    DRIVERS,
    TEAMS,
    fine_change,
    fine_range,
    headline,
    lead,
    opinion,
    race_lines,
    shown_first,
    title_headline,
    title_lines,
)

NAMES = {"ver": "Max Verstappen", "nor": "Lando Norris", "mclaren": "McLaren", "x": "Carlos Sainz"}
NARROW = "\u202f"


def chance(base, changed, se=0.001):
    return Chance(base=base, changed=changed, difference=changed - base, se=se)


def driver(key, base, changed, team="mclaren", se=0.001):
    place = Expected(base=4.0, changed=3.9, difference=-0.1, se=0.01)
    p = chance(base, changed, se)
    return DriverWhatIf(
        driver=key.upper(), driver_id=key, name=NAMES.get(key, key.title()), team="T",
        team_id=team, p_win=p, p_podium=p, p_points=p, expected_position=place,
    )  # fmt: skip


def answer(*rows, drivers=None, teams=None):
    race = WhatIfRace(
        event_id="2025-belgium", name="Belgian Grand Prix", horizon=Horizon.BEFORE_WEEKEND,
        scenarios={Scenario.DRY: 1.0}, drivers=rows,
    )  # fmt: skip
    return WhatIf(
        schema_version="1.0.0", season=2025, driver_weights=drivers or {}, team_weights=teams or {},
        published_driver_weights={}, published_team_weights={}, n_simulations=100, seed=1,
        race=race, drivers_title=(), teams_title=(),
    )  # fmt: skip


def said(*rows, drivers=None, teams=None):
    text = headline(answer(*rows, drivers=drivers, teams=teams), NAMES, "Belgium")
    return text.replace(NARROW, " ")


VER, NOR = driver("ver", 0.19, 0.24, "red-bull"), driver("nor", 0.31, 0.29)
STILL = driver("nor", 0.31, 0.311)  # two standard errors are 0.002


def test_headline__of_one_driver_who_moves():
    assert said(NOR, VER, drivers={"ver": 1.1}) == (
        "With Verstappen 10 % stronger, he wins 24 % of the races in Belgium, not 19 %"
    )


def test_headline__a_move_within_one_per_cent_is_not_told_as_two_equal_numbers():
    assert said(driver("ver", 0.191, 0.194), drivers={"ver": 1.02}) == (
        "With Verstappen 2 % stronger, he wins in Belgium a little more often: "
        "19 % before and after"
    )
    assert "a little less often" in said(driver("ver", 0.194, 0.191), drivers={"ver": 0.98})


def test_headline__what_is_level_is_said_to_be():
    assert said(STILL, drivers={"nor": 1.001}) == (
        "With Norris 0.1 % stronger, nothing in Belgium moves beyond the noise"
    )
    assert said(STILL, VER, drivers={"nor": 1.001}) == (
        "With Norris 0.1 % stronger, his chance to win in Belgium stays level: 31 %"
    )


def test_headline__of_somebody_who_does_not_race_there():
    assert said(NOR, drivers={"x": 2.0}) == (
        "With Sainz twice as strong, nothing changes in Belgium: he does not race there"
    )


def test_headline__of_a_team_names_who_moves_most():
    assert said(NOR, VER, teams={"mclaren": 0.5}) == (
        "With McLaren half as strong, Verstappen wins 24 % of the races in Belgium, not 19 %"
    )


def test_opinion__several_are_named_by_how_much_and_many_are_counted():
    one = answer(NOR, drivers={"ver": 1.1, "nor": 0.75}, teams={"mclaren": 1.0})
    assert (
        opinion(one, NAMES).replace(NARROW, " ")
        == "Norris 25 % weaker and Verstappen 10 % stronger"
    )
    many = answer(NOR, drivers={"a": 1.1, "b": 1.1, "c": 1.1}, teams={"mclaren": 1.1})
    assert opinion(many, NAMES) == "four drivers and teams other than the model has them"


def test_lead__tells_gainers_and_losers():
    told = lead(answer(NOR, VER, drivers={"ver": 1.1})).replace(NARROW, " ")
    assert told == (
        "Verstappen (▲ +5.0) gains most, Norris (▼ −2.0) loses most; "
        "changes are in percentage points."
    )
    assert lead(answer(STILL)) == ""


def test_race_lines__a_range_holds_9_in_10_and_level_is_two_standard_errors():
    still, moved = race_lines(answer(STILL, VER, drivers={"ver": 1.1}))
    assert not still.moved
    assert moved.moved
    assert moved.asked
    assert not still.asked
    assert round(moved.high - moved.difference, 6) == 0.001645


def test_race_lines__an_opinion_of_a_team_is_about_its_drivers():
    lines = race_lines(answer(NOR, VER, teams={"mclaren": 1.1}))
    assert [one.asked for one in lines] == [True, False]


def test_shown_first__long_shots_fold_unless_they_are_asked_about():
    rows = [driver(f"d{i}", 0.1, 0.1) for i in range(6)]
    rows += [driver("shot", 0.001, 0.004), driver("mine", 0.002, 0.002), driver("up", 0.02, 0.05)]
    first, rest = shown_first(race_lines(answer(*rows, drivers={"mine": 1.1})))
    assert [one.id for one in first[6:]] == ["mine", "up"]
    assert [one.id for one in rest] == ["shot"]


def title(key, base, changed, se=0.001):
    points = Expected(base=400.0, changed=402.0, difference=2.0, se=0.1)
    return TitleWhatIf(
        id=key,
        code=None,
        name=NAMES.get(key, key),
        p_title=chance(base, changed, se),
        points=points,
    )


def test_title_headline__names_who_moves_most():
    rows = (title("nor", 0.5, 0.45), title("ver", 0.1, 0.2), title("nobody", 0.0, 0.0))
    lines = title_lines(rows, [])
    assert [one.id for one in lines] == ["nor", "ver"]
    assert title_headline(rows, lines, DRIVERS).replace(NARROW, " ") == (
        "Verstappen wins the drivers’ title in 20 % of the seasons, not 10 %"
    )


def test_title_headline__says_level_and_tells_no_two_equal_numbers():
    level = (title("mclaren", 0.99, 0.9905),)
    assert title_headline(level, title_lines(level, []), TEAMS) == (
        "The teams’ title moves by no more than the noise"
    )
    small = (title("mclaren", 0.901, 0.904),)
    assert title_headline(small, title_lines(small, []), TEAMS).replace(NARROW, " ") == (
        "The teams’ title hardly moves: McLaren 90 % before and after"
    )


def test_fine_change__has_a_decimal_and_a_sign_of_its_own():
    told = [fine_change(x).replace(NARROW, " ") for x in (0.0123, -0.05, 0.0003, -0.0003, 0.0)]
    assert told == ["▲ +1.2", "▼ −5.0", "▲ <0.1", "▼ <0.1", "0"]
    assert fine_range(-0.0112, 0.0004) == "−1.1 to 0"
