"""The past of drivers, teams and circuits: what features of form are made from.

`advance_ledger` folds one finished race in. Drivers are keyed by id and teams by lineage, so
that a renamed team keeps its past and a driver takes his own to another team.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from predictor.errors import F1Error
from predictor.features.weekend import RaceOutcome, Weekend
from predictor.learn.features.moments import RaceMoment
from predictor.learn.features.race_lines import (
    CIRCUIT_LINE,
    DRIVER_LINE,
    TEAM_LINE,
    championship_points,
    circuit_line,
    driver_lines,
    team_lines,
)

__all__ = [
    "DECAY",
    "CircuitPast",
    "Ledger",
    "Past",
    "advance_ledger",
    "decayed_mean",
    "empty_ledger",
    "instant",
]

Floats = NDArray[np.float64]
Instants = NDArray[np.datetime64]
Count = tuple[float, float]  # decayed sum, decayed number of visits

DECAY = 0.85  # of a form, per race; as in `bayes.race_form`
_PRIOR_RACES = 2.0  # how many races the middle of the field counts for in a decayed form
_RACES = 10  # lines kept of each driver and team
_CIRCUIT_RACES = 6  # lines kept of each circuit
_FIELD_RACES = 60  # of all circuits, three seasons
_VISIT_DECAY = 0.8  # of what a circuit showed of a driver or team, per visit
NEVER = np.datetime64("NaT", "s")


@dataclass(frozen=True, slots=True)
class Past:
    """The latest races of n drivers, or teams, in the order of their names.

    Attributes
    ----------
    lines : float64[n, 10, C]
        The latest race first; NaN where there is none, or nothing is known.
    starts : int64[n]
        Races so far; for a team, those in which it had a car.
    points : float64[n]
        Of the season that the ledger stands in.
    known_at : datetime64[s][n]
        When the result of the latest of these races was known.
    """

    names: tuple[str, ...]
    lines: Floats
    starts: NDArray[np.int64]
    points: Floats
    known_at: Instants

    def rows(self, names: Sequence[str]) -> NDArray[np.int64]:
        """Give where names stand, int64[D]; -1 for those without a past."""
        at = {name: row for row, name in enumerate(self.names)}
        return np.array([at.get(name, -1) for name in names], dtype=np.int64)

    def of(self, names: Sequence[str]) -> Past:
        """Give the past of these names, in their order; nothing for those without one."""
        rows = self.rows(names)
        known = rows >= 0
        found = _nothing(tuple(names), self.lines.shape[2])
        found.lines[known] = self.lines[rows[known]]
        found.starts[known] = self.starts[rows[known]]
        found.points[known] = self.points[rows[known]]
        found.known_at[known] = self.known_at[rows[known]]
        return found


@dataclass(frozen=True, slots=True)
class CircuitPast:
    """Earlier races at one circuit.

    Attributes
    ----------
    lines : float64[k, C]
        Of the latest races there, see `race_lines.CIRCUIT_LINE`; the latest first.
    drivers, team_finish, team_qualifying : mapping from name to (sum, number of visits)
        How much better than its form then each finished, or qualified, here; decayed.
    known_at : datetime64[s][1]
    """

    lines: Floats
    drivers: Mapping[str, Count]
    team_finish: Mapping[str, Count]
    team_qualifying: Mapping[str, Count]
    known_at: Instants


@dataclass(frozen=True, slots=True)
class Ledger:
    """The past after some race; the values a chain of races passes on.

    Attributes
    ----------
    season : int, optional
        Of the latest race; None before the first.
    date : str, optional
        Of the latest race, YYYY-MM-DD.
    known_at : str, optional
        When the latest result was known, RFC 3339 in UTC.
    stints : mapping from driver to lineage to starts
    field_lines : float64[m, C]
        Lines of the latest races at all circuits, the latest first.
    """

    season: int | None
    date: str | None
    known_at: str | None
    drivers: Past
    teams: Past
    stints: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    circuits: Mapping[str, CircuitPast] = field(default_factory=dict)
    field_lines: Floats = field(default_factory=lambda: np.zeros((0, len(CIRCUIT_LINE))))


def empty_ledger() -> Ledger:
    """Give the ledger before the first race that is known."""
    return Ledger(None, None, None, _nothing((), len(DRIVER_LINE)), _nothing((), len(TEAM_LINE)))


def advance_ledger(
    ledger: Ledger, moment: RaceMoment, weekend: Weekend, outcome: RaceOutcome
) -> Ledger:
    """Fold one finished race in.

    Parameters
    ----------
    moment, weekend
        All that was known before the race, that is of its latest horizon.

    Raises
    ------
    F1Error
        If moment and weekend are of different events.
    """
    if moment.event_id != weekend.event_id:
        raise F1Error(
            "moment and weekend are of different events",
            where="predictor.learn.features.ledger.advance_ledger",
            got=moment.event_id,
            expected=weekend.event_id,
            do="make both from one EventState",
        )
    if ledger.season != weekend.season:
        ledger = replace(
            ledger, drivers=_without_points(ledger.drivers), teams=_without_points(ledger.teams)
        )
    started = sorted(outcome.ranking, key=lambda i: weekend.driver_ids[i])
    drivers = [weekend.driver_ids[i] for i in started]
    of_drivers = [weekend.lineages[i] for i in started]
    teams = sorted(set(of_drivers))
    lines = driver_lines(weekend, outcome)[started]
    by_team = team_lines(lines, of_drivers, teams)
    points = championship_points(weekend, outcome)[started]
    team_points = [float(points[np.array(of_drivers) == team].sum()) for team in teams]
    at = instant(moment.result_at)
    circuit = circuit_line(lines, moment, outcome)
    stints = dict(ledger.stints)
    for driver, team in zip(drivers, of_drivers, strict=True):
        own = stints.get(driver, {})
        stints[driver] = {**own, team: own.get(team, 0) + 1}
    return Ledger(
        season=weekend.season,
        date=moment.date,
        known_at=moment.result_at,
        drivers=_added(ledger.drivers, drivers, lines, points, at),
        teams=_added(ledger.teams, teams, by_team, np.array(team_points), at),
        stints=stints,
        circuits={
            **ledger.circuits,
            weekend.circuit_id: _circuit_after(
                ledger, weekend.circuit_id, circuit, (drivers, lines), (teams, by_team), at
            ),
        },
        field_lines=np.concatenate([circuit[None], ledger.field_lines])[:_FIELD_RACES],
    )


def decayed_mean(values: Floats) -> Floats:
    """Give the decayed mean of lines of races, the latest first, pulled to nought.

    Parameters
    ----------
    values : float64[n, k]

    Returns
    -------
    float64[n]
        NaN where no race is known.
    """
    known = np.isfinite(values)
    weight = np.where(known, DECAY ** np.arange(values.shape[1]), 0.0)
    total = (weight * np.where(known, values, 0.0)).sum(axis=1)
    mean: Floats = np.where(known.any(axis=1), total / (weight.sum(axis=1) + _PRIOR_RACES), np.nan)
    return mean


def instant(text: str | None) -> np.datetime64:
    """Give a moment in RFC 3339 with ``Z`` as datetime64[s]; NaT for None."""
    return np.datetime64(text.removesuffix("Z"), "s") if text else NEVER


def _nothing(names: tuple[str, ...], n_columns: int) -> Past:
    n = len(names)
    return Past(
        names,
        np.full((n, _RACES, n_columns), np.nan),
        np.zeros(n, dtype=np.int64),
        np.zeros(n),
        np.full(n, NEVER),
    )


def _without_points(past: Past) -> Past:
    return replace(past, points=np.zeros(len(past.names)))


def _added(
    past: Past, names: Sequence[str], lines: Floats, points: Floats, at: np.datetime64
) -> Past:
    """Give the past with one more race of these names."""
    after = past.of(sorted({*past.names, *names}))
    rows = after.rows(names)
    after.lines[rows] = np.concatenate([lines[:, None], after.lines[rows, :-1]], axis=1)
    after.starts[rows] += 1
    after.points[rows] += points
    after.known_at[rows] = at
    return after


def _circuit_after(
    ledger: Ledger,
    circuit_id: str,
    line: Floats,
    of_drivers: tuple[Sequence[str], Floats],
    of_teams: tuple[Sequence[str], Floats],
    at: np.datetime64,
) -> CircuitPast:
    """Give a circuit's past with one more race; forms are those before it."""
    past = ledger.circuits.get(circuit_id)
    before = past.lines if past is not None else np.zeros((0, len(CIRCUIT_LINE)))
    drivers, driver_line = of_drivers
    teams, team_line = of_teams
    finish, qualifying = TEAM_LINE.index("finish"), TEAM_LINE.index("qualifying")
    form = ledger.teams.of(teams).lines
    own_form = ledger.drivers.of(drivers).lines[..., DRIVER_LINE.index("finish")]
    surprise = driver_line[:, DRIVER_LINE.index("finish")] - decayed_mean(own_form)
    return CircuitPast(
        lines=np.concatenate([line[None], before])[:_CIRCUIT_RACES],
        drivers=_visited(past.drivers if past else {}, drivers, surprise),
        team_finish=_visited(
            past.team_finish if past else {},
            teams,
            team_line[:, finish] - decayed_mean(form[..., finish]),
        ),
        team_qualifying=_visited(
            past.team_qualifying if past else {},
            teams,
            team_line[:, qualifying] - decayed_mean(form[..., qualifying]),
        ),
        known_at=np.array([at]),
    )


def _visited(
    past: Mapping[str, Count], names: Sequence[str], surprise: Floats
) -> Mapping[str, Count]:
    after = dict(past)
    for name, value in zip(names, surprise.tolist(), strict=True):
        if np.isfinite(value):
            total, visits = past.get(name, (0.0, 0.0))
            after[name] = (total * _VISIT_DECAY + value, visits * _VISIT_DECAY + 1.0)
    return after
