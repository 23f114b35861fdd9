"""Columns of a feature table that rest on earlier races: form, circuits, experience."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from predictor.features.weekend import Weekend
from predictor.learn.features.ledger import Ledger, Past, decayed_mean, instant
from predictor.learn.features.race_lines import DRIVER_LINE, TEAM_LINE, mean_where_known
from predictor.learn.features.weekend_columns import Column

__all__ = ["circuit_columns", "driver_columns", "team_columns"]

Floats = NDArray[np.float64]

_PRIOR_VISITS = 2.0  # how many visits, or races at a circuit, being like elsewhere counts for
_MOST_STARTS = 100
_FEWEST_FOR_SPREAD = 3


def driver_columns(ledger: Ledger, weekend: Weekend) -> dict[str, Column]:
    """Give each driver's form, standing and experience."""
    past = ledger.drivers.of(weekend.driver_ids)
    at, last = past.known_at, instant(ledger.known_at)

    def line(name: str) -> Floats:
        return past.lines[:, :, DRIVER_LINE.index(name)]

    def mean(name: str, races: int) -> Column:
        return Column(mean_where_known(line(name)[:, :races]), at)

    finish = line("finish")
    accidents = decayed_mean(line("accident") - _field_mean(ledger.drivers, "accident"))
    stints = [
        ledger.stints.get(driver, {}).get(team, 0)
        for driver, team in zip(weekend.driver_ids, weekend.lineages, strict=True)
    ]
    return {
        "driver_accidents": Column(accidents, _where_known(accidents, last)),
        "driver_finish_3": mean("finish", 3),
        "driver_finish_10": mean("finish", 10),
        "driver_finish_decayed": Column(decayed_mean(finish), at),
        "driver_finish_spread": Column(_spread(finish), at),
        "driver_gain_5": mean("gain", 5),
        "driver_points_5": mean("points", 5),
        "driver_podiums_10": mean("podium", 10),
        "driver_retired_5": mean("retired", 5),
        "driver_finish_gap_5": mean("finish_gap", 5),
        "driver_race_lap": Column(decayed_mean(line("race_lap")), at),
        "driver_qualifying_5": mean("qualifying", 5),
        "driver_season_points": _season_points(ledger, ledger.drivers, past, weekend),
        "team_mate_finishes": Column(decayed_mean(line("mate_finish") - 0.5), at),
        "team_mate_qualifying": Column(decayed_mean(line("mate_qualifying")), at),
        "driver_starts": _experience(past.starts.tolist(), ledger),
        "team_starts": _experience(stints, ledger),
    }


def team_columns(ledger: Ledger, weekend: Weekend) -> dict[str, Column]:
    """Give the form and standing of each driver's team, under whatever name it raced."""
    past = ledger.teams.of(weekend.lineages)
    at = past.known_at

    def line(name: str) -> Floats:
        return past.lines[:, :, TEAM_LINE.index(name)]

    def mean(name: str, races: int) -> Floats:
        return mean_where_known(line(name)[:, :races])

    return {
        "team_finish_5": Column(mean("finish", 5), at),
        "team_finish_trend": Column(mean("finish", 3) - mean("finish", 10), at),
        "team_qualifying_trend": Column(mean("qualifying", 3) - mean("qualifying", 10), at),
        "team_points_10": Column(mean("points", 10), at),
        "team_failures_10": Column(mean("failure", 10), at),
        "team_race_lap": Column(decayed_mean(line("race_lap")), at),
        "team_season_points": _season_points(ledger, ledger.teams, past, weekend),
    }


def circuit_columns(ledger: Ledger, weekend: Weekend) -> dict[str, Column]:
    """Give what the circuit has shown, of itself and of who races here; NaN for a new one."""
    past = ledger.circuits.get(weekend.circuit_id)
    drivers, teams = weekend.driver_ids, weekend.lineages
    if past is None:
        nothing = Column(np.full(len(drivers), np.nan), instant(None))
        return dict.fromkeys(_OF_CIRCUITS, nothing)
    # Which is the latest of the visits of each is not kept: that of the circuit is no earlier.
    at = past.known_at[0]
    last = instant(ledger.known_at)
    visits = np.isfinite(past.lines).sum(axis=0)
    here = mean_where_known(past.lines, axis=0)
    more = here - mean_where_known(ledger.field_lines, axis=0)
    traits = more * visits / (visits + _PRIOR_VISITS)
    values = (
        _surprise(past.drivers, drivers),
        _visits(past.drivers, drivers),
        _surprise(past.team_finish, teams),
        _surprise(past.team_qualifying, teams),
    )
    found = {name: Column(v, at) for name, v in zip(_OF_CIRCUITS[:4], values, strict=True)}
    return found | {
        name: Column(np.full(len(drivers), trait), last)
        for name, trait in zip(_OF_CIRCUITS[4:], traits.tolist(), strict=True)
    }


_OF_CIRCUITS = (
    "driver_circuit_finish", "driver_circuit_starts", "team_circuit_finish",
    "team_circuit_qualifying", "circuit_place_changes", "circuit_retirements",
    "circuit_disturbance",
)  # fmt: skip


def _field_mean(drivers: Past, name: str) -> float:
    return float(mean_where_known(drivers.lines[:, :, DRIVER_LINE.index(name)].ravel()))


def _where_known(values: Floats, at: np.datetime64) -> NDArray[np.datetime64]:
    return np.where(np.isfinite(values), at, instant(None))


def _spread(finish: Floats) -> Floats:
    known = np.isfinite(finish)
    mean = mean_where_known(finish)
    square = mean_where_known((finish - mean[:, None]) ** 2)
    enough = known.sum(axis=1) >= _FEWEST_FOR_SPREAD
    return np.where(enough, np.sqrt(square), np.nan)


def _season_points(ledger: Ledger, everybody: Past, own: Past, weekend: Weekend) -> Column:
    """Give points over the leader's; unknown before the season's first race."""
    n_drivers = len(own.names)
    leader = everybody.points.max(initial=0.0)
    if ledger.season != weekend.season or leader <= 0.0:
        return Column(np.full(n_drivers, np.nan), instant(None))
    return Column(own.points / leader, instant(ledger.known_at))


def _experience(starts: Sequence[int], ledger: Ledger) -> Column:
    """Give the logarithm of one plus starts; unknown while no race at all is known."""
    counted = np.log1p(np.minimum(np.array(starts, dtype=np.float64), _MOST_STARTS))
    if ledger.season is None:
        counted = np.full(len(counted), np.nan)
    return Column(counted, instant(ledger.known_at))


def _surprise(past: Mapping[str, tuple[float, float]], names: Sequence[str]) -> Floats:
    found = [past.get(name, (0.0, 0.0)) for name in names]
    total, visits = np.array(found, dtype=np.float64).reshape(-1, 2).T
    return np.where(visits > 0.0, total / (visits + _PRIOR_VISITS), np.nan)


def _visits(past: Mapping[str, tuple[float, float]], names: Sequence[str]) -> Floats:
    return np.array([past.get(name, (0.0, 0.0))[1] for name in names], dtype=np.float64)
