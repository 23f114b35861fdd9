"""An event that cannot be simulated stays without a forecast; all others have theirs."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from predictor.errors import UsageError
from predictor.forecast.options import ForecastOptions
from predictor.graph.event_races import EventRequest
from predictor.graph.event_simulation import event_plan
from predictor.graph.plan import Salt
from predictor.graph.season_plan import DOCUMENT, build_plan
from predictor.records import DriverRef, EntriesRecord, EntryRecord
from predictor.season.fold import fold
from predictor.vocabulary import EventStatus, Scenario, SprintFormat
from services.engine.runner import run
from services.forecasting.build import NothingStored
from services.forecasting.findings import UNFORECAST, about_season
from tests.season.builders import calendar, parsed, planned, race, ref, row

OPTIONS = ForecastOptions(n_simulations=20, scenarios=(Scenario.DRY, Scenario.WET))
TOO_LONG = "{} laps are planned, at most 100 can be simulated"


def field(n):
    return [f"driver-{number}" for number in range(1, n + 1)]


def entered(n):
    rows = [
        EntryRecord(DriverRef(driver_id=who), f"Team {at // 2}") for at, who in enumerate(field(n))
    ]
    return EntriesRecord(season=2025, entries=tuple(rows))


def season(n=4, results=(), **monaco):
    events = (
        planned("miami", 1, "2025-05-04"),
        planned("monaco", 2, "2025-05-25", **monaco),
        planned("spain", 3, "2025-06-01"),
    )
    files = {"calendar": calendar(*events), "entries": entered(n)}
    for slug, order in results:
        rows = [row(who, place, grid=place) for place, who in enumerate(order, 1)]
        files[slug] = race(ref(slug), rows)
    return fold({name: parsed(record) for name, record in files.items()})[2025]


def forecast(state, options=OPTIONS):
    plan = build_plan(state, None, options)
    result = run(plan, NothingStored(), {}, salt=Salt("code", "environment"), jobs=1)
    return json.loads(result.value(DOCUMENT))


def forecast_of(document):
    return {
        block["metadata"]["event_id"]: len(block["predictions"])
        for block in document["predictions"].values()
    }


def block_of(document, event_id):
    blocks = document["predictions"].values()
    return next(one for one in blocks if one["metadata"]["event_id"] == event_id)


@pytest.mark.parametrize("laps", [101, 200, 10**18])
def test_season_document__too_long_a_race_has_no_forecast_and_says_why(laps):
    usual, document = forecast(season()), forecast(season(scheduled_laps=laps))
    assert forecast_of(document) == {"2025-miami": 4, "2025-monaco": 0, "2025-spain": 4}
    reason = f"no forecast: {TOO_LONG.format(laps)}"
    assert block_of(document, "2025-monaco")["metadata"]["notes"] == [reason]
    assert (
        f"2025-monaco: {reason}; title odds leave its points out" in document["metadata"]["notes"]
    )
    for event_id in ("2025-miami", "2025-spain"):
        assert (
            block_of(document, event_id)["predictions"]
            == (block_of(usual, event_id)["predictions"])
        )
    two_wins = 2 * 26.0  # of 2025 paid 25 and no fastest lap; above what two races can give
    assert max(row["points"]["p95"] for row in document["championship"]["drivers"]) <= two_wins


@pytest.mark.parametrize("laps", [1, 2, 3, 4, 100, None])
def test_season_document__a_race_of_any_length_that_can_be_simulated_has_a_forecast(laps):
    document = forecast(season(scheduled_laps=laps))
    assert forecast_of(document) == {"2025-miami": 4, "2025-monaco": 4, "2025-spain": 4}
    assert document["metadata"]["notes"] == forecast(season())["metadata"]["notes"]


def test_season_document__too_long_a_sprint_leaves_the_race_its_forecast():
    sprint = {"sprint_format": SprintFormat.SPRINT_SHOOTOUT, "has_sprint": True}
    document = forecast(season(sprint_laps=101, **sprint))
    monaco = block_of(document, "2025-monaco")
    assert len(monaco["predictions"]) == 4
    assert "expected_sprint_points" not in monaco["predictions"][0]
    assert f"no forecast of the sprint: {TOO_LONG.format(101)}" in monaco["metadata"]["notes"]


def test_season_document__a_race_that_is_run_is_learnt_from_and_told_without_a_forecast():
    order = field(4)[::-1]
    learnt = forecast(season(results=[("monaco", order)]))
    document = forecast(season(results=[("monaco", order)], scheduled_laps=101))
    monaco = block_of(document, "2025-monaco")
    assert monaco["predictions"] == []
    assert monaco["metadata"]["status"] == EventStatus.COMPLETED
    assert monaco["result"]["winner"] == order[0]
    assert (
        block_of(document, "2025-spain")["predictions"]
        == (block_of(learnt, "2025-spain")["predictions"])
    )


@pytest.mark.parametrize("n", [1, 33, 40])
def test_season_document__too_small_or_large_a_field_has_no_forecast(n):
    document = forecast(season(n))
    assert set(forecast_of(document).values()) == {0}
    assert any(
        f"{n} drivers are known to take part" in one for one in document["metadata"]["notes"]
    )


@settings(max_examples=25, deadline=None)
@given(
    n=st.integers(1, 34),
    laps=st.none() | st.integers(1, 120),
    sprint_laps=st.none() | st.integers(1, 120),
    results=st.booleans(),
)
def test_season_document__whatever_is_planned_every_event_is_listed(n, laps, sprint_laps, results):
    sprint = {"sprint_laps": sprint_laps, "has_sprint": sprint_laps is not None}
    run_so_far = [("miami", field(n))] if results and n > 1 else []
    document = forecast(season(n, run_so_far, scheduled_laps=laps, **sprint))
    expected = n if 2 <= n <= 32 else 0
    long = (laps or 0) > 100
    assert forecast_of(document) == {
        "2025-miami": expected, "2025-monaco": 0 if long else expected, "2025-spain": expected
    }  # fmt: skip


def test_event_plan__says_why_an_event_cannot_be_simulated():
    with pytest.raises(UsageError, match=r"101 laps are planned, at most 100"):
        event_plan(
            season(scheduled_laps=101),
            None,
            OPTIONS,
            history_digest="",
            request=EventRequest("monaco"),
        )


def test_about_season__names_an_event_without_a_forecast():
    found = about_season(season(scheduled_laps=101), {}, (), has_entries=True)
    (one,) = [finding for finding in found if finding.kind == UNFORECAST]
    assert (one.where, one.what) == ("2025-monaco", f"no forecast: {TOO_LONG.format(101)}")
    assert one.counts
