"""The sprint's own odds: before it, after it as it was forecast, and in no points twice."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from predictor.forecast.options import ForecastOptions
from predictor.graph.season_plan import DOCUMENT, build_plan
from predictor.season.fold import fold
from predictor.vocabulary import ResultStatus, Scenario, SprintFormat
from services.engine.runner import run
from services.engine.store import Store
from tests.graph.test_season_plan import GRID, SALT, finished
from tests.season.builders import (
    calendar,
    entries,
    parsed,
    planned,
    race,
    ref,
    row,
    rows,
    session,
)

OPTIONS = ForecastOptions(n_simulations=300)
SPRINT_ORDER = (GRID[2], *GRID[:2], *GRID[3:])
SHOOTOUT = session(
    ref("miami", round_=1), "sprint-qualifying",
    [replace(one, q1_s=70.0 + i) for i, one in enumerate(rows(*GRID))],
)  # fmt: skip
SPRINT = session(ref("miami", round_=1), "sprint", rows(*SPRINT_ORDER))
QUALIFYING = session(
    ref("miami", round_=1), "qualifying",
    [replace(one, q1_s=70.0 + i) for i, one in enumerate(rows(*GRID[::-1]))],
)  # fmt: skip
RACE = race(ref("miami", round_=1), finished(*GRID))


def season(*sessions):
    known = {
        "calendar": calendar(
            planned("miami", 1, "2025-05-04", has_sprint=True,
                    sprint_format=SprintFormat.SPRINT_SHOOTOUT),
            planned("spain", 2, "2025-06-01"),
        ),
        "entries": entries(*GRID),
        **{str(n): one for n, one in enumerate(sessions)},
    }  # fmt: skip
    return fold({name: parsed(record) for name, record in known.items()})[2025]


@pytest.fixture
def settle(tmp_path):
    store = Store(tmp_path, 10**8)

    def settle_(*sessions, options=OPTIONS):
        plan = build_plan(season(*sessions), None, options, history_digest="none")
        result = run(plan, store, {}, salt=SALT)
        return json.loads(result.value(DOCUMENT))

    return settle_


def miami(document):
    return document["predictions"]["Miami Grand Prix"]


def odds(document):
    return [miami(document)["sprint"][name] for name in ("horizon", "predictions", "scenarios")]


def test_sprint__its_own_odds_add_up(settle):
    block = miami(settle(SHOOTOUT))
    sprint, race_rows = block["sprint"], block["predictions"]
    assert (sprint["horizon"], sprint["grid_from"]) == ("c", "sprint-qualifying")
    found = sprint["predictions"]
    assert sum(row["p_win"] for row in found) == pytest.approx(1.0, abs=1e-4)
    assert sum(row["p_podium"] for row in found) == pytest.approx(3.0, abs=1e-4)
    paid = 8 + 7 + 6 + 5 + 4 + 3  # to six drivers
    assert sum(row["expected_points"] for row in found) == pytest.approx(paid, abs=0.01)
    assert found != race_rows
    shares = {name: one["probability"] for name, one in sprint["scenarios"].items()}
    assert sum(shares.values()) == pytest.approx(1.0, abs=1e-5)
    by_id = {row["driver_id"]: row for row in found}
    for driver, said in by_id.items():
        mixed = sum(
            shares[name] * one["p_win"]
            for name, block in sprint["scenarios"].items()
            for one in block["predictions"]
            if one["driver_id"] == driver
        )
        assert said["p_win"] == pytest.approx(mixed, abs=2e-5)
    to_come = {row["driver_id"]: row["expected_sprint_points"] for row in race_rows}
    assert to_come == {driver: row["expected_points"] for driver, row in by_id.items()}


def test_sprint__of_fewer_laps_sees_fewer_safety_cars(settle):
    block = miami(settle(SHOOTOUT))
    race, sprint = (
        {name: one["probability"] for name, one in found["scenarios"].items()}
        for found in (block, block["sprint"])
    )
    assert sprint["wet"] == race["wet"]
    # 305 and 100 km in laps of 5.3 km: 58 and 19. None comes with the same chance on every lap.
    race_without, sprint_without = (one["dry"] / (1.0 - one["wet"]) for one in (race, sprint))
    assert sprint_without == pytest.approx(race_without ** (19 / 58), abs=1e-4)


def test_sprint__a_weekend_without_one_has_none(settle):
    document = settle()
    spain = document["predictions"]["Spanish Grand Prix"]
    assert "sprint" not in spain
    assert "expected_sprint_points" not in spain["predictions"][0]
    assert miami(document)["sprint"]["horizon"] == "a"


def test_sprint__once_it_is_run_its_odds_stay_as_they_were(settle):
    before = settle(SHOOTOUT)
    for later in ([SPRINT], [SPRINT, QUALIFYING], [SPRINT, QUALIFYING, RACE]):
        document = settle(SHOOTOUT, *later)
        assert odds(document) == odds(before)
        block = miami(document)
        assert block["sprint"]["result"]["winner"] == SPRINT_ORDER[0]
        assert block["sprint"]["scores"]["winner_log_loss"] > 0.0
        assert all("expected_sprint_points" not in one for one in block["predictions"])
        means = document["sprint_scores"]["c"]
        assert means["races"] == 1
        found = block["sprint"]["scores"]["rps"]
        assert means["rps"]["mean"] == pytest.approx(found, abs=1e-4)
    assert "scores" not in miami(before)["sprint"]
    assert before["sprint_scores"] == {}


def test_sprint__its_points_are_in_the_titles_once(settle):
    def total(document):
        return sum(row["points"]["mean"] for row in document["championship"]["drivers"])

    races = 2 * (25 + 18 + 15 + 12 + 10 + 8)
    sprint = 8 + 7 + 6 + 5 + 4 + 3
    for known in ([], [SHOOTOUT], [SHOOTOUT, SPRINT], [SHOOTOUT, SPRINT, QUALIFYING]):
        assert total(settle(*known)) == pytest.approx(races + sprint, abs=0.1)


def test_sprint__fields_of_events_to_come_add_up_to_the_championships_mean(settle):
    document = settle()
    drivers = document["championship"]["drivers"]
    for driver in drivers:
        own = [
            row
            for block in document["predictions"].values()
            for row in block["predictions"]
            if row["driver_id"] == driver["driver_id"]
        ]
        fields = ("expected_points", "expected_sprint_points")
        summed = sum(row.get(field, 0.0) for row in own for field in fields)
        # Seasons draw their scenario, rows weigh them: an error of 300 simulated seasons.
        assert driver["points"]["mean"] == pytest.approx(summed, abs=2.5)


def test_sprint__weights_are_in_its_odds_and_not_in_its_scores(settle):
    opinion = replace(OPTIONS, driver_weights={"NOR": 1.9})
    plain = settle(SHOOTOUT, SPRINT)
    found = settle(SHOOTOUT, SPRINT, options=opinion)
    before, after = (
        {row["driver"]: row for row in miami(document)["sprint"]["predictions"]}
        for document in (plain, found)
    )
    assert after["NOR"]["p_win"] > before["NOR"]["p_win"]
    assert after["NOR"]["unweighted"]["p_win"] == before["NOR"]["p_win"]
    assert "unweighted" not in before["NOR"]
    assert miami(found)["sprint"]["scores"] == miami(plain)["sprint"]["scores"]
    kinds = {note["kind"] for note in found["metadata"]["note_details"]}
    assert "scores-unweighted" in kinds


def test_sprint__who_drove_in_it_and_not_in_the_race_is_told_and_not_scored(settle):
    race_of_five = race(ref("miami", round_=1), finished(*GRID[1:]))
    block = miami(settle(SHOOTOUT, SPRINT, QUALIFYING, race_of_five))
    assert len(block["predictions"]) == len(block["sprint"]["predictions"]) == 5
    order = [row["driver_id"] for row in block["sprint"]["result"]["order"]]
    assert order == list(SPRINT_ORDER)
    assert "scores" in block["sprint"]


def test_sprint__who_does_not_start_it_is_scored_as_the_last(settle):
    def scores(*order):
        results = rows(*order)
        absent = [row(who, None, ResultStatus.DNS) for who in GRID if who not in order]
        record = session(ref("miami", round_=1), "sprint", [*results, *absent])
        return miami(settle(SHOOTOUT, record))["sprint"]["scores"]

    assert scores(*SPRINT_ORDER[:5]) == scores(*SPRINT_ORDER)


def test_sprint__every_scenario_asked_for_is_in_it_and_no_other(settle):
    only = replace(OPTIONS, scenarios=(Scenario.DRY,))
    sprint = miami(settle(SHOOTOUT, options=only))["sprint"]
    assert set(sprint["scenarios"]) == {"dry"}
    assert sprint["scenarios"]["dry"]["probability"] == 1.0
