"""What a notice says of a document: a pure function of it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import UNSET, Struct

from predictor.evaluate.level import leaders, sims_of
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import EventStatus, SessionKind

__all__ = ["Chance", "NextRace", "Notice", "notice_of", "sentence"]

_LISTED = 5


class Chance(Struct, frozen=True):
    """How likely somebody is to win a race or a championship."""

    id: str
    name: str
    p: float


class NextRace(Struct, frozen=True):
    """The next race to come."""

    event_id: str
    event: str
    round: int
    starts_at: str | None  # RFC 3339, UTC
    chances: tuple[Chance, ...]  # of winning it, the likeliest first; empty where none are said
    level: tuple[str, ...]  # names of those at the top whom the simulations do not tell apart


class Notice(Struct, frozen=True):
    """One published forecast, in short; what a webhook is sent.

    Attributes
    ----------
    type : str
        More may follow; a receiver passes over those that it does not know.
    predictions_sha256 : str
        Of the forecasts, as in the document; equal ones are told once.
    text : str
        For a person; "" where results are hidden.
    """

    season: int
    run_id: str
    published_at: str  # RFC 3339
    as_of: str | None
    predictions_sha256: str
    changed: tuple[str, ...]  # events that the run forecast anew
    next_race: NextRace | None
    drivers_title: tuple[Chance, ...]
    drivers_level: tuple[str, ...]
    teams_title: tuple[Chance, ...]
    text: str
    url: str = ""
    type: Literal["forecast.published"] = "forecast.published"


def notice_of(document: SeasonDocument, *, hide_results: bool, public_url: str) -> Notice:
    """Return what is said of a document.

    Parameters
    ----------
    document : SeasonDocument
    hide_results : bool
        Leave out every number: who has read no results could tell them from it.
    public_url : str
        Where readers find the page; empty if there is none.
    """
    metadata, titles = document.metadata, document.championship
    race = _next_race(document, hide_results=hide_results)
    drivers = [Chance(one.driver_id, one.name, one.p_title) for one in titles.drivers]
    teams = [Chance(one.team_id, one.team, one.p_title) for one in titles.constructors]
    if hide_results:
        drivers, teams = [], []
    level = _level(drivers, metadata.num_simulations)
    return Notice(
        season=metadata.season,
        run_id=metadata.run.run_id,
        published_at=metadata.generated_at,
        as_of=metadata.as_of,
        predictions_sha256=metadata.predictions_sha256,
        changed=_changed(document),
        next_race=race,
        drivers_title=tuple(drivers[:_LISTED]),
        drivers_level=level,
        teams_title=tuple(teams[:_LISTED]),
        text="" if hide_results else _text(race, drivers, level),
        url=f"{public_url.rstrip('/')}/{metadata.season}" if public_url else "",
    )


def sentence(chances: Sequence[Chance], level: Sequence[str]) -> str:
    """Return who is the likeliest; where that cannot be told, who they are."""
    if not chances:
        return ""
    if len(level) < 2:
        return f"{chances[0].name} {_per_cent(chances[0].p)}"
    return f"{', '.join(level[:-1])} and {level[-1]} level"


def _next_race(document: SeasonDocument, *, hide_results: bool) -> NextRace | None:
    """Return the first race to come; one that is missing from the data is past."""
    events = list(document.predictions.items())
    is_run = [event.metadata.status is EventStatus.COMPLETED for _, event in events]
    n_past = max((place for place, done in enumerate(is_run, start=1) if done), default=0)
    for name, event in events[n_past:]:
        metadata = event.metadata
        if metadata.status is not EventStatus.SCHEDULED:
            continue
        start = metadata.sessions.get(SessionKind.RACE)
        shown = () if hide_results else event.predictions
        chances = [Chance(row.driver_id, row.name, row.p_win) for row in shown]
        return NextRace(
            event_id=metadata.event_id,
            event=name,
            round=metadata.round,
            starts_at=start.starts_at if start is not None else None,
            chances=tuple(chances[:_LISTED]),
            level=_level(chances, sims_of(event)),
        )
    return None


def _level(chances: Sequence[Chance], n_sims: int) -> tuple[str, ...]:
    """Return the names of those whom the simulations do not tell from the first, with his."""
    n_level = leaders([one.p for one in chances], n_sims)
    return tuple(one.name for one in chances[:n_level])


def _changed(document: SeasonDocument) -> tuple[str, ...]:
    """Return the events that the document's own run forecast anew, each once."""
    run_id = document.metadata.run.run_id
    found: dict[str, Any] = {}
    for run in document.metadata.training_history:
        if run.run_id == run_id and run.races_recomputed is not UNSET:
            found |= dict.fromkeys(event for one in run.races_recomputed for event in one.events)
    return tuple(found)


def _text(race: NextRace | None, drivers: Sequence[Chance], level: Sequence[str]) -> str:
    said = []
    if race is not None and race.chances:
        said.append(f"{race.event}: {sentence(race.chances, race.level)}.")
    if drivers:
        said.append(f"Title: {sentence(drivers, level)}.")
    return " ".join(said)


def _per_cent(p: float) -> str:
    """Return a chance in whole per cent, never none and never all unless it is."""
    if p in (0.0, 1.0):
        return f"{p:.0%}".replace("%", "\u2009%")
    return "<1\u2009%" if p < 0.005 else ">99\u2009%" if p > 0.995 else f"{100 * p:.0f}\u2009%"
