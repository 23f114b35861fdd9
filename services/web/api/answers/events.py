"""What the API says of events and of their forecasts."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from predictor.published.event_types import Event
from predictor.published.field_types import Count, Instant, Place, Probability, says
from predictor.vocabulary import EventStatus, Horizon, Scenario, SprintFormat
from services.web.api.answers.shared import Address, MadeFrom, Next, Season

__all__ = ["EventAnswer", "EventRow", "Events", "ForecastAnswer", "OddsRow", "RaceKind"]

RaceKind = Literal["race", "sprint"]


class EventRow(Struct, frozen=True, kw_only=True):
    """One event of the calendar, in short."""

    id: Annotated[str, says("event_id: permanent, survives renumbering")]
    url: Address
    season: Season
    round: Annotated[Place, says("place in the calendar, 1-based")]
    name: Annotated[str, says("of the event in its season")]
    date: Annotated[str | None, says("of the race, YYYY-MM-DD; null where it is not known")]
    starts_at: Annotated[Instant | None, says("of the race, UTC; null where it is not known")]
    circuit: Annotated[str | None, says("id of the circuit; null where it is not known")]
    time_zone: Annotated[str | None, says("IANA name; null where the circuit is not known")]
    status: Annotated[EventStatus, says("whether it is to come, run, cancelled or postponed")]
    sprint: Annotated[SprintFormat | None, says("how its sprint is run; null without one")]
    horizon: Annotated[
        Horizon | None, says("of the forecast in the document; null where there is none")
    ]
    as_of: Annotated[Instant | None, says("knowledge cut-off of that forecast")]
    favourite_driver_id: Annotated[str | None, says("likeliest winner; null without a forecast")]
    favourite_p_win: Annotated[Probability | None, says("his probability of winning")]
    winner_driver_id: Annotated[str | None, says("null until the race is run")]
    winner_p_win: Annotated[
        Probability | None, says("what the forecast gave the winner; null until the race is run")
    ]


class Events(Struct, frozen=True, kw_only=True):
    """Events in calendar order."""

    made_from: MadeFrom
    data: Annotated[tuple[EventRow, ...], says("a row an event")]
    next: Next


# Which event it is stands first: fields that may be given by place come before others.
class EventAnswer(Event, frozen=True):
    """One event as the document has it: forecast, scenarios, sprint, and its result once run."""

    id: Annotated[str, says("event_id: permanent, survives renumbering")]
    url: Address
    name: Annotated[str, says("of the event in its season")]
    season: Season
    previous_url: Annotated[str | None, says("address of the event before; null: the first")]
    next_url: Annotated[str | None, says("address of the event after; null: the last")]
    forecast_url: Annotated[str, says("address of its forecasts by horizon and scenario")]
    made_from: MadeFrom


class OddsRow(Struct, frozen=True, kw_only=True):
    """What is forecast of one driver in one race or sprint."""

    driver: Annotated[str, says("three-letter code, unique within the event; for display")]
    driver_id: Annotated[str, says("permanent id, the key to join on")]
    name: Annotated[str, says("full name")]
    team_id: Annotated[str | None, says("in this event; null where it is not known")]
    p_win: Annotated[Probability, says("winning it")]
    p_podium: Annotated[Probability, says("finishing among the first three")]
    p_points: Annotated[Probability, says("finishing where a full distance scores")]
    p_dnf: Annotated[Probability, says("retiring from it")]
    expected_position: Annotated[
        float, says("mean; a race that he does not finish counts as behind all who do"), Meta(ge=1)
    ]
    expected_points: Annotated[float, says("of this race or sprint alone", "points"), Meta(ge=0)]
    interval_90: Annotated[
        tuple[Place, ...], says("positions at 5 % and 95 %"), Meta(min_length=2, max_length=2)
    ]
    p_position: Annotated[tuple[Probability, ...], says("of finishing 1st, 2nd, ...")]


class ForecastAnswer(Struct, frozen=True, kw_only=True):
    """The forecast of one race or sprint at one horizon, likeliest winner first."""

    event_id: Annotated[str, says("permanent; survives renumbering")]
    url: Address
    event_url: Address
    season: Season
    session: Annotated[RaceKind, says("what is forecast")]
    horizon: Annotated[
        Horizon,
        says("a: before the weekend; b: after practice; c: the grid is known"),
    ]
    scenario: Annotated[Scenario | None, says("null: all scenarios together, the headline")]
    scenario_probability: Annotated[
        Probability | None, says("of the scenario; null for the headline, or where it is not kept")
    ]
    source: Annotated[
        Literal["document", "archive"],
        says("document: as it stands now; archive: as it stood when its horizon ended"),
    ]
    run_id: Annotated[str, says("of the run that published it")]
    as_of: Annotated[Instant | None, says("knowledge cut-off of the forecast")]
    n_simulations: Annotated[
        Count | None, says("per scenario; null in a forecast from the archive")
    ]
    mc_se: Annotated[
        float | None,
        says(
            "upper bound of the standard error of any p_win from the number of simulations; "
            "null in a forecast from the archive, or of a scenario"
        ),
    ]
    data: Annotated[tuple[OddsRow, ...], says("a row a driver, likeliest winner first")]
