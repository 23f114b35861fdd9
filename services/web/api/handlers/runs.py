"""Past runs: which there are, and what each said of events and titles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from msgspec import UNSET, UnsetType

from predictor.published.field_types import says
from predictor.vocabulary import Horizon, Scenario
from services.archive.rows import ForecastRow, RunRow, TitleRow
from services.web.api.answers.events import RaceKind
from services.web.api.answers.runs import History, PastForecast, PastTitle, RunItem, Runs, TitleOdds
from services.web.api.answers.shared import Season
from services.web.api.paging import Paged, most_rows, page_of, unknown_row
from services.web.api.problem_kinds import UNKNOWN_ID, problem
from services.web.api.route import Asked
from services.web.api.view import View

if TYPE_CHECKING:
    from services.archive.reader import Archive

__all__ = [
    "HistoryAsked",
    "OneRunAsked",
    "RunsAsked",
    "TitleOddsAsked",
    "history",
    "one_run",
    "run_document",
    "run_item",
    "run_of",
    "runs",
    "title_odds",
]


class RunsAsked(Paged, frozen=True, kw_only=True):
    """Which runs."""

    season: Annotated[Season | UnsetType, says("year; all unless given")] = UNSET
    order: Annotated[Literal["oldest", "newest"], says("which come first")] = "oldest"


class OneRunAsked(Asked, frozen=True, kw_only=True):
    """Which run."""

    run_id: Annotated[str, says("as /v1/runs lists it")]


class HistoryAsked(Paged, frozen=True, kw_only=True):
    """Which forecasts of which event."""

    event_id: Annotated[str, says("permanent id, as /v1/events lists it")]
    driver_id: Annotated[str | UnsetType, says("all drivers unless given")] = UNSET
    horizon: Annotated[Horizon | UnsetType, says("all horizons unless given")] = UNSET
    scenario: Annotated[
        Scenario | UnsetType, says("given these conditions; unless given, all together")
    ] = UNSET
    session: Annotated[RaceKind, says("of the weekend")] = "race"


class TitleOddsAsked(Paged, frozen=True, kw_only=True):
    """Which titles."""

    season: Annotated[Season | UnsetType, says("year; that of the front page unless given")] = UNSET
    kind: Annotated[Literal["driver", "team"], says("whose championship")] = "driver"
    driver_id: Annotated[str | UnsetType, says("all drivers unless given")] = UNSET
    team_id: Annotated[str | UnsetType, says("all teams unless given; of kind=team")] = UNSET
    by: Annotated[
        Literal["run", "round"],
        says("run: of every run; round: of the last run before the next race, one a round"),
    ] = "run"


def runs(asked: RunsAsked, view: View) -> Runs:
    """Return runs."""
    archive = view.archive()
    after = 0 if isinstance(asked.after, UnsetType) else _run_no(archive, asked.after)
    limit = most_rows(asked)
    found = archive.runs(
        season=None if isinstance(asked.season, UnsetType) else asked.season,
        after=after,
        limit=limit + 1,
        newest_first=asked.order == "newest",
    )
    page = tuple(map(run_item, found[:limit]))
    return Runs(data=page, next=page[-1].id if len(found) > limit else None)


def one_run(asked: OneRunAsked, view: View) -> RunItem:
    """Return one run."""
    return run_item(run_of(view.archive(), asked.run_id))


def run_document(asked: OneRunAsked, view: View) -> bytes:
    """Return the document that a run published, byte for byte."""
    archive = view.archive()
    found = archive.document(run_of(archive, asked.run_id).document_sha256)
    if found is None:  # gone between the two questions: a backfill has replaced the run
        raise _unknown_run(asked.run_id)
    return found


def history(asked: HistoryAsked, view: View) -> History:
    """Return how the forecast of an event went."""
    limit = most_rows(asked)
    rows = _rows_after(view.archive(), asked, limit + 1)
    page = tuple(map(_past_forecast, rows[:limit]))
    last = page[-1].id if len(rows) > limit else None
    return History(event_id=asked.event_id, data=page, next=last)


def title_odds(asked: TitleOddsAsked, view: View) -> TitleOdds:
    """Return how title odds went."""
    season = view.season(asked.season)
    key = ("titles", season, asked.kind, asked.by)
    rows = view.remember(key, lambda: _titles(view.archive(), season, asked))
    subject = asked.driver_id if asked.kind == "driver" else asked.team_id
    wanted = [row for row in rows if subject in (UNSET, row.subject_id)]
    page, last = page_of(wanted, asked)
    return TitleOdds(season=season, kind=asked.kind, data=page, next=last)


def run_of(archive: Archive, run_id: str) -> RunRow:
    """Return a run.

    Raises
    ------
    Problem
        If there is none of that id.
    """
    found = archive.run(run_id)
    if found is None:
        raise _unknown_run(run_id)
    return found


def run_item(run: RunRow) -> RunItem:
    """Return a run with its addresses."""
    url = _run_url(run.run_id)
    return RunItem(id=run.run_id, url=url, document_url=f"{url}/document", **_values(run))


def _rows_after(archive: Archive, asked: HistoryAsked, wanted: int) -> list[ForecastRow]:
    """Return as many rows as are wanted, or a few more, or all that there are."""
    rows: list[ForecastRow] = []
    run_no = 0
    if not isinstance(asked.after, UnsetType):
        run_id, _, driver_id = asked.after.rpartition(".")
        run = archive.run(run_id)
        if run is None:
            raise unknown_row(asked.after)
        run_no = run.run_no
        of_run = [one for one in _event_rows(archive, asked, run_no - 1, 1) if one.run_id == run_id]
        places = [place for place, one in enumerate(of_run) if one.driver_id == driver_id]
        if not places:
            raise unknown_row(asked.after)
        rows += of_run[places[0] + 1 :]
    while len(rows) < wanted:
        more = _event_rows(archive, asked, run_no, wanted - len(rows))
        if not more:
            break
        rows += more
        run_no = more[-1].run_no
    return rows


def _event_rows(
    archive: Archive, asked: HistoryAsked, after: int, limit: int
) -> Sequence[ForecastRow]:
    """Return rows of whole runs: of one of them even where it has more than the limit."""
    return archive.event_history(
        asked.event_id,
        driver_id=None if isinstance(asked.driver_id, UnsetType) else asked.driver_id,
        horizon=None if isinstance(asked.horizon, UnsetType) else asked.horizon,
        scenario=None if isinstance(asked.scenario, UnsetType) else asked.scenario.value,
        session=asked.session,
        after=after,
        limit=limit,
    )


def _titles(archive: Archive, season: int, asked: TitleOddsAsked) -> list[PastTitle]:
    by = archive.title_by_round if asked.by == "round" else archive.title_history
    rows = sorted(by(season, asked.kind), key=_place_of_title)
    return [
        PastTitle(id=f"{row.run_id}.{row.subject_id}", run_url=_run_url(row.run_id), **_values(row))
        for row in rows
    ]


def _place_of_title(row: TitleRow) -> tuple[int, str, int, float, str]:
    return row.known_round, row.as_of or "", row.run_no, -row.p_title, row.subject_id


def _past_forecast(row: ForecastRow) -> PastForecast:
    row_id = f"{row.run_id}.{row.driver_id}"
    return PastForecast(id=row_id, run_url=_run_url(row.run_id), **_values(row))


def _values(row: RunRow | TitleRow | ForecastRow) -> dict[str, Any]:
    return {name: getattr(row, name) for name in row.__struct_fields__}


def _run_no(archive: Archive, run_id: str) -> int:
    found = archive.run(run_id)
    if found is None:
        raise unknown_row(run_id)
    return found.run_no


def _run_url(run_id: str) -> str:
    return f"/v1/runs/{run_id}"


def _unknown_run(run_id: str) -> Exception:
    return problem(
        UNKNOWN_ID,
        f"there is no run {run_id[:80]!r} in the archive",
        do="GET /v1/runs lists those that there are",
    )
