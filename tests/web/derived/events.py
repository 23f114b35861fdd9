"""Events and drivers made by hand: only what a sentence hangs on is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import UNSET

from predictor.published.event_types import (
    DriverForecast,
    Event,
    EventMetadata,
    Result,
    ResultRow,
    ScenarioForecast,
    ScenarioRow,
    SessionTime,
)
from predictor.published.score_types import RaceScores
from predictor.vocabulary import EventStatus, Horizon, ResultStatus, Scenario, SessionKind

N_SIMS = 5000


def driver(name: str, p_win: float, **given: Any) -> DriverForecast:
    """Return a driver whose id and code come from his name."""
    last = name.rsplit(maxsplit=1)[-1]
    values: dict[str, Any] = {
        "driver": last[:3].upper(),
        "driver_id": name.lower().replace(" ", "-"),
        "name": name,
        "number": 4,
        "team": "McLaren",
        "team_id": "mclaren",
        "p_win": p_win,
        "p_podium": min(1.0, 2 * p_win),
        "p_points": min(1.0, 3 * p_win),
        "p_dnf": 0.1,
        "p_position": (p_win, 1 - p_win),
        "expected_position": 5 - 4 * p_win,
        "expected_points": 10.0,
        "interval_90": (1, 2),
    }
    return DriverForecast(**(values | given))


def field(**chances: float) -> tuple[DriverForecast, ...]:
    """Return drivers by surname, each with his chance to win."""
    return tuple(driver(f"A {name.capitalize()}", p) for name, p in chances.items())


def event(
    rows: Sequence[DriverForecast] = (),
    *,
    event_id: str = "2025-belgium",
    result: Sequence[tuple[Any, ...]] | None = None,
    scenarios: Mapping[Scenario, Sequence[tuple[str, float]]] | None = None,
    scores: RaceScores | None = None,
    **metadata: Any,
) -> Event:
    """Return an event; a result is rows of name, place, status and grid."""
    values: dict[str, Any] = {
        "event_id": event_id,
        "round": 13,
        "date": "2025-07-27",
        "circuit": "spa-francorchamps",
        "status": EventStatus.SCHEDULED if result is None else EventStatus.COMPLETED,
        "sprint": None,
        "horizon": Horizon.AFTER_QUALIFYING if rows else None,
        "as_of": "2025-07-27T12:59:00Z" if rows else None,
        "n_simulations": N_SIMS if rows else UNSET,
        "mc_se": 0.007 if rows else UNSET,
        "notes": (),
    }
    made = {row.driver_id: row for row in rows}
    return Event(
        metadata=EventMetadata(**(values | metadata)),
        predictions=tuple(rows),
        scenarios={
            kind: ScenarioForecast(
                probability=1 / 3,
                predictions=tuple(_given(made[f"a-{name}"], p) for name, p in chances),
            )
            for kind, chances in (scenarios or {}).items()
        },
        result=UNSET if result is None else _result(result),
        scores=UNSET if scores is None else scores,
    )


def _given(row: DriverForecast, p_win: float) -> ScenarioRow:
    return ScenarioRow(
        row.driver,
        row.driver_id,
        p_win=p_win,
        p_podium=row.p_podium,
        p_points=row.p_points,
        p_dnf=row.p_dnf,
        p_position=row.p_position,
        expected_position=row.expected_position,
        expected_points=row.expected_points,
        interval_90=row.interval_90,
    )


def _result(rows: Sequence[tuple[Any, ...]]) -> Result:
    order = tuple(
        ResultRow(
            driver=name[:3].upper(),
            driver_id=f"a-{name}",
            position=place,
            status=ResultStatus(status),
            grid=grid,
            laps=44,
            points=0.0,
        )
        for name, place, status, grid in rows
    )
    return Result(winner=order[0].driver_id if order else None, order=order)


def scores(winner_log_loss: float, top_1: float, top_3: float) -> RaceScores:
    """Return scores of which a record takes these."""
    return RaceScores(
        winner_log_loss=winner_log_loss,
        top_1=top_1,
        top_3=top_3,
        mrr=1.0,
        podium_log_loss=0.1,
        rps=0.1,
        spearman=0.5,
    )


def sessions(*kinds: SessionKind) -> dict[SessionKind, SessionTime]:
    """Return when sessions begin: each at noon, a day after the one before, from 25 July."""
    return {
        kind: SessionTime(starts_at=f"2025-07-{25 + day:02d}T12:00:00Z")
        for day, kind in enumerate(kinds)
    }
