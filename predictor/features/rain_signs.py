"""What a weekend tells of rain in its race: sessions that were wet, and forecasts of rain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from predictor.features.horizons import as_of
from predictor.features.weekend import is_before_qualifying
from predictor.records import RainForecast
from predictor.season.state import EventState
from predictor.vocabulary import Horizon, SessionKind, SprintFormat

__all__ = ["RainSigns", "rain_signs"]

_CARS = 5  # whose mean of best laps is a session's pace; fewer times are none
_SLOWER = 1.07  # than the quickest session of the weekend: wet. Dry ones are within 1.05
_FEWEST = 2  # sessions; one alone cannot be told to be slow
_NOON = time(12, tzinfo=UTC)  # stands for a start that is not known
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class RainSigns:
    """What is known of rain at one horizon.

    Attributes
    ----------
    compared : tuple of SessionKind
        Sessions whose pace is known; none where there is but one.
    wet : tuple of SessionKind
        Those of them that were much slower than the quickest.
    forecast : RainForecast, optional
        The last one issued by then.
    lead_days : float
        From its issue to the race.
    """

    compared: tuple[SessionKind, ...] = ()
    wet: tuple[SessionKind, ...] = ()
    forecast: RainForecast | None = None
    lead_days: float = 0.0


def rain_signs(event: EventState, horizon: Horizon) -> RainSigns:
    """Give the signs of rain that were known at a horizon."""
    pace = {
        kind: found for kind in _known_at(event, horizon) if (found := _pace(event, kind)) > 0.0
    }
    if len(pace) < _FEWEST:
        pace = {}
    wet = tuple(kind for kind, one in pace.items() if one > _SLOWER * min(pace.values()))
    forecast, lead_days = _last_forecast(event, horizon)
    return RainSigns(tuple(pace), wet, forecast, lead_days)


def _known_at(event: EventState, horizon: Horizon) -> list[SessionKind]:
    """List the timed sessions that are over at a horizon; sprints are run at another pace."""
    if horizon is Horizon.BEFORE_WEEKEND:
        return []
    kinds = [kind for kind in SessionKind if kind.is_practice]
    by_qualifying = event.sprint_format is SprintFormat.GRID_FROM_QUALIFYING
    late = horizon is Horizon.AFTER_QUALIFYING
    if late or is_before_qualifying(event, SessionKind.SPRINT_QUALIFYING):
        kinds.append(SessionKind.SPRINT_QUALIFYING)
    if late or by_qualifying:
        kinds.append(SessionKind.QUALIFYING)
    return kinds


def _pace(event: EventState, kind: SessionKind) -> float:
    """Give the mean of the best laps in s; 0 where too few are known."""
    times = []
    for row in event.results(kind):
        laps = [lap for lap in (row.best_s, row.q1_s, row.q2_s, row.q3_s) if lap]
        times += [min(laps)] if laps else []
    return sum(sorted(times)[:_CARS]) / _CARS if len(times) >= _CARS else 0.0


def _last_forecast(event: EventState, horizon: Horizon) -> tuple[RainForecast | None, float]:
    """Give the last forecast that was issued by a horizon, and its lead in days."""
    cutoff = as_of(event, horizon)
    if cutoff is None:
        return None, 0.0
    known = [one for one in event.rain if _instant(one.issued_at) <= _instant(cutoff)]
    if not known:
        return None, 0.0
    start = dict(event.session_times).get(SessionKind.RACE)
    race = (
        datetime.combine(date.fromisoformat(event.date), _NOON)
        if start is None and event.date is not None
        else _instant(start or cutoff)
    )
    lead_s = (race - _instant(known[-1].issued_at)).total_seconds()
    return known[-1], max(0.0, lead_s / _DAY_S)


def _instant(stamp: str) -> datetime:
    return datetime.fromisoformat(stamp)
