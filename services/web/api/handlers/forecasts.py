"""The forecast of one race or sprint at a horizon, in a scenario."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from msgspec import UNSET, Struct, UnsetType

from predictor.published.event_types import Event, ScenarioForecast, Sprint
from predictor.published.field_types import says
from predictor.vocabulary import Horizon, Scenario
from services.archive.rows import ForecastRow
from services.web.api.answers.events import ForecastAnswer, OddsRow, RaceKind
from services.web.api.handlers.events import event_url
from services.web.api.problem_kinds import NOT_FORECAST, problem
from services.web.api.route import Table
from services.web.api.view import OneEvent, View

if TYPE_CHECKING:
    from services.archive.reader import Archive

__all__ = ["ForecastAsked", "forecast"]

_ALL_ROWS = 100_000


class ForecastAsked(Table, frozen=True, kw_only=True):
    """Which forecast of which event."""

    event_id: Annotated[str, says("permanent id, as /v1/events lists it")]
    horizon: Annotated[
        Horizon | UnsetType,
        says("what it may know: a, b or c; unless given, that of the document"),
    ] = UNSET
    scenario: Annotated[
        Scenario | UnsetType, says("given these conditions; unless given, all together")
    ] = UNSET
    session: Annotated[RaceKind, says("of the weekend")] = "race"


def forecast(asked: ForecastAsked, view: View) -> ForecastAnswer:
    """Return a forecast: the document's own, or one from the archive at another horizon.

    Raises
    ------
    Problem
        If the event has none.
    """
    found = view.event(asked.event_id)
    block = _block(found.event, asked)
    horizon = _horizon(block)
    if not isinstance(asked.horizon, UnsetType) and asked.horizon is not horizon:
        return _of_archive(asked, asked.horizon, found, view.archive())
    if horizon is None:
        raise problem(
            NOT_FORECAST,
            f"{asked.event_id} has no forecast",
            do="GET /v1/events tells which events have one",
        )
    return _of_document(asked, found, block, horizon)


def _block(event: Event, asked: ForecastAsked) -> Event | Sprint:
    if asked.session == "race":
        return event
    if isinstance(event.sprint, UnsetType):
        raise problem(
            NOT_FORECAST,
            f"{asked.event_id} has no sprint, or none that is forecast",
            do="leave session out",
        )
    return event.sprint


def _horizon(block: Event | Sprint) -> Horizon | None:
    return block.metadata.horizon if isinstance(block, Event) else block.horizon


def _of_document(
    asked: ForecastAsked, found: OneEvent, block: Event | Sprint, horizon: Horizon
) -> ForecastAnswer:
    headline = {row.driver_id: row for row in block.predictions}
    rows: tuple[Struct, ...] = block.predictions
    scenario: ScenarioForecast | None = None
    if not isinstance(asked.scenario, UnsetType):
        scenario = block.scenarios.get(asked.scenario)
        if scenario is None:
            raise problem(
                NOT_FORECAST,
                f"{asked.event_id} was not simulated as {asked.scenario}",
                do=f"ask for one of {', '.join(block.scenarios)}, or leave scenario out",
            )
        rows = scenario.predictions
    metadata = found.event.metadata
    mc_se = metadata.mc_se if isinstance(block, Event) else block.mc_se
    return ForecastAnswer(
        **_place(asked, found.document.metadata.season),
        horizon=horizon,
        scenario_probability=scenario.probability if scenario else None,
        source="document",
        run_id=found.document.metadata.run.run_id,
        as_of=metadata.as_of,
        n_simulations=_told(metadata.n_simulations),
        mc_se=None if scenario else _told(mc_se),
        data=tuple(_row(row, headline[row.driver_id]) for row in rows),  # type: ignore[attr-defined]
    )


def _of_archive(
    asked: ForecastAsked, horizon: Horizon, found: OneEvent, archive: Archive
) -> ForecastAnswer:
    rows = archive.frozen(asked.event_id, asked.session).get(horizon, ())
    if rows and not isinstance(asked.scenario, UnsetType):
        rows = _in_scenario(asked.scenario, rows[0], archive)
    if not rows:
        raise problem(
            NOT_FORECAST,
            f"no such forecast of {asked.event_id} at horizon {horizon} is archived",
            do=f"GET /v1/history?event_id={asked.event_id} gives those that are",
        )
    return ForecastAnswer(
        **_place(asked, found.document.metadata.season),
        horizon=horizon,
        scenario_probability=None,
        source="archive",
        run_id=rows[0].run_id,
        as_of=rows[0].as_of,
        n_simulations=None,
        mc_se=None,
        data=tuple(_archived_row(row) for row in rows),
    )


def _in_scenario(scenario: Scenario, of: ForecastRow, archive: Archive) -> tuple[ForecastRow, ...]:
    """Return the forecast that stood as it was in a scenario.

    The run that it stood in need not be the one that made it: the last one until then did.
    """
    rows = archive.event_history(
        of.event_id,
        horizon=of.horizon,
        scenario=scenario.value,
        session=of.session,
        limit=_ALL_ROWS,
    )
    last = max((row.run_no for row in rows if row.run_no <= of.run_no), default=0)
    return tuple(row for row in rows if row.run_no == last)


def _archived_row(row: ForecastRow) -> OddsRow:
    values = {name: getattr(row, name) for name in _ARCHIVED}
    return OddsRow(**values, driver=row.code, interval_90=(row.q05, row.q95))


def _place(asked: ForecastAsked, season: int) -> dict[str, Any]:
    event = event_url(asked.event_id)
    return {
        "event_id": asked.event_id,
        "url": f"{event}/forecast",
        "event_url": event,
        "season": season,
        "session": asked.session,
        "scenario": _told(asked.scenario),
    }


_ODDS = tuple(name for name in OddsRow.__struct_fields__ if name not in ("name", "team_id"))


def _row(odds: Any, driver: Any) -> OddsRow:  # noqa: ANN401 - rows of headline and scenario
    values = {name: getattr(odds, name) for name in _ODDS}
    return OddsRow(**values, name=driver.name, team_id=driver.team_id)


_ARCHIVED = tuple(
    name for name in OddsRow.__struct_fields__ if name not in ("driver", "interval_90")
)


def _told(value: Any) -> Any:  # noqa: ANN401 - whatever it is
    return None if value is UNSET else value
