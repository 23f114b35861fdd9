"""All addresses of the API: the table that router, description, page and clients are made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Literal

from msgspec import UNSET, UnsetType

from predictor.published.field_types import Count, says
from predictor.published.season_types import SeasonDocument
from services.web.api.answers.events import EventAnswer, Events, ForecastAnswer
from services.web.api.answers.people import DriverAnswer, Drivers, TeamAnswer, Teams
from services.web.api.answers.runs import DiffAnswer, History, RunItem, Runs, TitleOdds
from services.web.api.answers.seasons import ChampionshipAnswer, Seasons
from services.web.api.answers.server import Health, Models
from services.web.api.answers.track_record import CalibrationAnswer, Scores
from services.web.api.answers.what_if import Opinion, WhatIfAnswer
from services.web.api.handlers import (
    diff,
    events,
    forecasts,
    people,
    runs,
    seasons,
    server,
    track_record,
)
from services.web.api.problem_kinds import (
    ARCHIVE_UNUSABLE,
    BUSY,
    NO_ARCHIVE,
    NOT_COMPARABLE,
    NOT_FORECAST,
    NOT_KEPT,
    NOTHING_PUBLISHED,
    QUESTIONS,
    UNKNOWN_ID,
)
from services.web.api.route import ApiRoute, Asked, Nothing
from services.web.api.view import View

__all__ = ["GROUPS", "TABLE"]

SEASONS, EVENTS, PEOPLE, RUNS, RECORD, OPINIONS, SERVER = GROUPS = (
    "Seasons",
    "Events and forecasts",
    "Drivers and teams",
    "Past runs",
    "Track record",
    "What if",
    "Server",
)


class AnswerAsked(Asked, frozen=True, kw_only=True):
    """Which answer."""

    name: Annotated[str, says("id of the question")]


class StreamAsked(Asked, frozen=True, kw_only=True):
    """How news are wanted."""

    after: Annotated[
        Count | UnsetType, says("number of the last run that is known, as Last-Event-ID has it")
    ] = UNSET
    hide: Annotated[
        Literal["results"] | UnsetType, says("results: news without results of races")
    ] = UNSET


def _once(_: View) -> Iterator[Asked]:
    yield Nothing()


TABLE: tuple[ApiRoute, ...] = (
    ApiRoute(
        path="/v1/seasons",
        name="list_seasons",
        group=SEASONS,
        summary="All seasons, the latest first",
        asked=seasons.SeasonsAsked,
        answer=Seasons,
        compute=seasons.seasons,
        ready=lambda _: (seasons.SeasonsAsked(),),
    ),
    ApiRoute(
        path="/v1/seasons/{season}",
        name="get_season_document",
        group=SEASONS,
        summary="A season's document, byte for byte as it was published",
        says="All events with their forecasts and results, both championships, notes and runs. "
        "`/v1/schema` describes every field.",
        asked=seasons.OneSeasonAsked,
        answer=SeasonDocument,
        compute=seasons.season_document,
        ready=seasons.all_seasons,
        of_documents=True,
        kinds=(UNKNOWN_ID,),
    ),
    ApiRoute(
        path="/v1/seasons/{season}/championship",
        name="get_championship",
        group=SEASONS,
        summary="Chances and points in both championships",
        asked=seasons.OneSeasonAsked,
        answer=ChampionshipAnswer,
        compute=seasons.championship,
        ready=seasons.all_seasons,
        of_documents=True,
        kinds=(UNKNOWN_ID,),
    ),
    ApiRoute(
        path="/v1/events",
        name="list_events",
        group=EVENTS,
        summary="Events of a season in calendar order, with favourites and winners",
        asked=events.EventsAsked,
        answer=Events,
        compute=events.events,
        kinds=(NOTHING_PUBLISHED, UNKNOWN_ID),
    ),
    ApiRoute(
        path="/v1/events/next",
        name="get_next_event",
        group=EVENTS,
        summary="The first event that is still to be run",
        answer=EventAnswer,
        compute=events.next_event,
        ready=_once,
        of_documents=True,
        kinds=(NOTHING_PUBLISHED, UNKNOWN_ID),
    ),
    ApiRoute(
        path="/v1/events/latest",
        name="get_latest_event",
        group=EVENTS,
        summary="The last event that has been run",
        answer=EventAnswer,
        compute=events.latest_event,
        ready=_once,
        of_documents=True,
        kinds=(NOTHING_PUBLISHED, UNKNOWN_ID),
    ),
    ApiRoute(
        path="/v1/events/{event_id}",
        name="get_event",
        group=EVENTS,
        summary="One event: forecast, scenarios, sprint, and its result once it is run",
        asked=events.OneEventAsked,
        answer=EventAnswer,
        compute=events.event,
        ready=events.all_events,
        of_documents=True,
        kinds=(UNKNOWN_ID,),
    ),
    ApiRoute(
        path="/v1/events/{event_id}/forecast",
        name="get_forecast",
        group=EVENTS,
        summary="The forecast of a race or sprint by horizon and scenario, a row per driver",
        asked=forecasts.ForecastAsked,
        answer=ForecastAnswer,
        compute=forecasts.forecast,
        kinds=(UNKNOWN_ID, NOT_FORECAST, NO_ARCHIVE, ARCHIVE_UNUSABLE),
    ),
    ApiRoute(
        path="/v1/drivers",
        name="list_drivers",
        group=PEOPLE,
        summary="Drivers of a season, likeliest champion first",
        asked=people.PeopleAsked,
        answer=Drivers,
        compute=people.drivers,
        kinds=(NOTHING_PUBLISHED, UNKNOWN_ID),
    ),
    ApiRoute(
        path="/v1/drivers/{driver_id}",
        name="get_driver",
        group=PEOPLE,
        summary="A driver of a season, and all his races in it",
        asked=people.OneDriverAsked,
        answer=DriverAnswer,
        compute=people.driver,
        kinds=(NOTHING_PUBLISHED, UNKNOWN_ID),
    ),
    ApiRoute(
        path="/v1/teams",
        name="list_teams",
        group=PEOPLE,
        summary="Teams of a season, likeliest champion first",
        asked=people.PeopleAsked,
        answer=Teams,
        compute=people.teams,
        kinds=(NOTHING_PUBLISHED, UNKNOWN_ID),
    ),
    ApiRoute(
        path="/v1/teams/{team_id}",
        name="get_team",
        group=PEOPLE,
        summary="A team of a season, and all races of its cars in it",
        asked=people.OneTeamAsked,
        answer=TeamAnswer,
        compute=people.team,
        kinds=(NOTHING_PUBLISHED, UNKNOWN_ID),
    ),
    ApiRoute(
        path="/v1/runs",
        name="list_runs",
        group=RUNS,
        summary="Past runs, in the order in which they were archived or the latest first",
        asked=runs.RunsAsked,
        answer=Runs,
        compute=runs.runs,
        kinds=(NO_ARCHIVE, ARCHIVE_UNUSABLE),
    ),
    ApiRoute(
        path="/v1/runs/{run_id}",
        name="get_run",
        group=RUNS,
        summary="One run: what made it, and what it rested on",
        asked=runs.OneRunAsked,
        answer=RunItem,
        compute=runs.one_run,
        is_immutable=True,
        kinds=(UNKNOWN_ID, NO_ARCHIVE, ARCHIVE_UNUSABLE),
    ),
    ApiRoute(
        path="/v1/runs/{run_id}/document",
        name="get_run_document",
        group=RUNS,
        summary="The document that a run published, byte for byte",
        asked=runs.OneRunAsked,
        answer=SeasonDocument,
        compute=runs.run_document,
        is_immutable=True,
        kinds=(UNKNOWN_ID, NO_ARCHIVE, ARCHIVE_UNUSABLE),
    ),
    ApiRoute(
        path="/v1/history",
        name="list_history",
        group=RUNS,
        summary="How the forecast of an event went, run by run, a row per driver",
        says="A run that left the event's forecast as it was has no rows.",
        asked=runs.HistoryAsked,
        answer=History,
        compute=runs.history,
        kinds=(NO_ARCHIVE, ARCHIVE_UNUSABLE),
    ),
    ApiRoute(
        path="/v1/title-odds",
        name="list_title_odds",
        group=RUNS,
        summary="How title odds went, run by run or round by round",
        asked=runs.TitleOddsAsked,
        answer=TitleOdds,
        compute=runs.title_odds,
        kinds=(NOTHING_PUBLISHED, NO_ARCHIVE, ARCHIVE_UNUSABLE),
    ),
    ApiRoute(
        path="/v1/diff",
        name="get_diff",
        group=RUNS,
        summary="What differs between two runs: what they rested on, and which chances moved",
        says="Chances of races that either run knows as run are left out: they have a result.",
        asked=diff.DiffAsked,
        answer=DiffAnswer,
        compute=diff.diff,
        kinds=(UNKNOWN_ID, NOTHING_PUBLISHED, NOT_COMPARABLE, NO_ARCHIVE, ARCHIVE_UNUSABLE),
    ),
    ApiRoute(
        path="/v1/scores",
        name="list_scores",
        group=RECORD,
        summary="Scores of forecasts that stood before their races, and of reference models",
        asked=track_record.ScoresAsked,
        answer=Scores,
        compute=track_record.scores,
        kinds=(NO_ARCHIVE, ARCHIVE_UNUSABLE),
    ),
    ApiRoute(
        path="/v1/calibration",
        name="get_calibration",
        group=RECORD,
        summary="Whether things happen as often as forecasts said, in tenths of probability",
        asked=track_record.CalibrationAsked,
        answer=CalibrationAnswer,
        compute=track_record.calibration,
        kinds=(NO_ARCHIVE, ARCHIVE_UNUSABLE),
    ),
    ApiRoute(
        path="/v1/what-if",
        name="ask_what_if",
        group=OPINIONS,
        summary="The forecast with your opinion of drivers and teams, beside the one without",
        says="One question is computed at a time, some seconds long. Sim i is the same race on "
        "both sides, so that differences are far less noisy than either. Where a server is open "
        "to others, who asks must know its token.",
        answer=WhatIfAnswer,
        method="POST",
        body=Opinion,
        kinds=QUESTIONS,
    ),
    ApiRoute(
        path="/v1/what-if/{name}",
        name="get_what_if",
        group=OPINIONS,
        summary="An answer that was given before, for as long as it is kept",
        asked=AnswerAsked,
        answer=WhatIfAnswer,
        kinds=(NOT_KEPT,),
    ),
    ApiRoute(
        path="/v1/health",
        name="get_health",
        group=SERVER,
        summary="Whether forecasts, daemon and archive are as they should be",
        answer=Health,
        compute=server.health,
        ready=_once,
    ),
    ApiRoute(
        path="/v1/models",
        name="get_models",
        group=SERVER,
        summary="Learned models: those registered, and those that forecasts rest on",
        answer=Models,
        compute=server.models,
        ready=_once,
    ),
    ApiRoute(
        path="/v1/schema",
        name="get_schema",
        group=SERVER,
        summary="The JSON Schema of season documents",
        compute=server.schema,
        ready=_once,
        media_type="application/schema+json",
    ),
    ApiRoute(
        path="/v1/stream",
        name="follow",
        group=SERVER,
        summary="News of every published run as server-sent events",
        says="An event `forecast` has the number of the run as its id and `run_id`, `season`, "
        "`changed`, `url` and `text` in its data. Who comes back with `Last-Event-ID` gets what "
        "was missed of the last 100, or an event `resync`.",
        asked=StreamAsked,
        media_type="text/event-stream",
        kinds=(BUSY,),
    ),
    ApiRoute(
        path="/openapi.json",
        name="get_description",
        group=SERVER,
        summary="This description",
    ),
    ApiRoute(
        path="/healthz",
        name="is_alive",
        group=SERVER,
        summary="Whether the server answers",
        media_type="text/plain",
    ),
    ApiRoute(
        path="/readyz",
        name="is_ready",
        group=SERVER,
        summary="Whether the first answers are made",
        media_type="text/plain",
    ),
    ApiRoute(
        path="/metrics",
        name="get_metrics",
        group=SERVER,
        summary="What the server has done, for Prometheus",
        media_type="text/plain",
    ),
)
