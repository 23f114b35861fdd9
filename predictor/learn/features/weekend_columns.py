"""Columns of a feature table that rest on the belief and on the weekend's own sessions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from predictor.bayes.online import Outlook
from predictor.features.weekend import Weekend
from predictor.learn.features.expectation import Expectation
from predictor.learn.features.ledger import instant
from predictor.learn.features.moments import RaceMoment
from predictor.learn.features.race_lines import of_team_mates
from predictor.vocabulary import Horizon

__all__ = ["Column", "Known", "belief_columns", "calendar_columns", "known_of", "session_columns"]

Floats = NDArray[np.float64]

_DAYS_OF_YEAR = 365.25
_LEAST_HAZARD = 1e-4  # so that log odds stay finite
_EQUAL = 1e-9  # %; less is rounding
_GAP_CAP = 3.0  # %; a lap slower than that was no attempt


@dataclass(frozen=True, slots=True)
class Column:
    """One feature of D drivers, and from when each value was known."""

    values: Floats
    known_at: np.datetime64 | NDArray[np.datetime64]


@dataclass(frozen=True, slots=True)
class Known:
    """From when the parts of a weekend were known, datetime64[s]; NaT without a date."""

    opened: np.datetime64  # calendar, regulations, line-up
    belief: np.datetime64  # the latest result that the filter has seen
    pace: np.datetime64  # that, and the sessions the pace has been updated with
    practice: np.datetime64
    sprint_qualifying: np.datetime64
    sprint: np.datetime64
    qualifying: np.datetime64
    grid: np.datetime64


def known_of(moment: RaceMoment, weekend: Weekend, last_result: str | None) -> Known:
    """Give from when the parts of a weekend were known, as far as its horizon goes."""
    opened = instant(moment.season_opens)
    belief = _latest(opened, instant(last_result))
    practice = instant(moment.practice_at)
    sprint_qualifying = instant(moment.sprint_qualifying_at)
    sprint, qualifying = instant(moment.sprint_at), instant(moment.qualifying_at)
    seen = [
        at
        for gap, at in (
            (weekend.practice_gap, practice),
            (weekend.sprint_qualifying_gap, sprint_qualifying),
            (weekend.qualifying_gap, qualifying),
            (weekend.sprint_place, sprint),
        )
        if np.isfinite(gap).any()
    ]
    return Known(
        opened,
        belief,
        _latest(belief, *seen),
        practice,
        sprint_qualifying,
        sprint,
        qualifying,
        instant(moment.as_of),
    )


def belief_columns(
    outlook: Outlook, own: Expectation, weekend: Weekend, known: Known
) -> dict[str, Column]:
    """Give what the filter believes."""
    at = known.pace
    if weekend.horizon is Horizon.AFTER_QUALIFYING:
        at = _latest(at, known.grid)
    hazard = np.clip(own.hazard, _LEAST_HAZARD, 1.0 - _LEAST_HAZARD)
    predicted = outlook.predicted_gap - np.median(outlook.predicted_gap)
    mates = own.strength - of_team_mates(own.strength, weekend.lineages)
    return {
        "strength": Column(own.strength, at),
        "strength_sd": Column(own.strength_sd, at),
        "strength_to_front": Column(own.strength.max() - own.strength, at),
        "strength_to_team_mate": Column(mates, at),
        "skill": Column(own.skill, known.belief),
        "predicted_gap": Column(predicted, known.belief),
        "pace": Column(own.pace, known.pace),
        "pace_sd": Column(own.pace_sd, known.pace),
        "race_form": Column(outlook.race_form, known.belief),
        "hazard": Column(np.log(hazard / (1.0 - hazard)), known.belief),
        "circuit_stickiness": _same(outlook.stickiness, weekend, known.belief),
    }


def session_columns(
    outlook: Outlook, moment: RaceMoment, weekend: Weekend, known: Known
) -> dict[str, Column]:
    """Give what the sessions of the weekend have shown; NaN for those not known yet."""
    grid, teams = weekend.grid, weekend.lineages
    q_gap, s_gap = (
        np.minimum(gap, _GAP_CAP) for gap in (weekend.qualifying_gap, weekend.sprint_qualifying_gap)
    )
    p_gap, predicted = weekend.practice_gap, outlook.predicted_gap
    log_grid = -np.log(grid + 0.5)
    lap = float(np.nan)
    if moment.practice_best_s and moment.qualifying_best_s:
        lap = 100.0 * (moment.qualifying_best_s / moment.practice_best_s - 1.0)
    pit = np.where(np.isfinite(grid), weekend.pit_lane_start.astype(np.float64), np.nan)
    return {
        "grid_place": Column(_share(grid), known.grid),
        "log_grid": Column(log_grid, known.grid),
        "grid_drop": Column(_share(grid) - _share(_rank(q_gap, grid)), known.grid),
        "grid_to_pace": Column(_share(grid) - _share(_rank(predicted, predicted)), known.grid),
        "team_mate_grid": Column(log_grid - of_team_mates(log_grid, teams), known.grid),
        "pit_lane_start": Column(pit, known.grid),
        "qualifying_gap": Column(q_gap, known.qualifying),
        "qualifying_to_team_mate": Column(q_gap - of_team_mates(q_gap, teams), known.qualifying),
        "qualifying_surprise": Column(_faster(predicted, q_gap), known.qualifying),
        "qualifying_slowness": _same(lap, weekend, known.qualifying),
        "practice_gap": Column(p_gap, known.practice),
        "practice_to_front": Column(p_gap - _least(p_gap), known.practice),
        "practice_to_team_mate": Column(p_gap - of_team_mates(p_gap, teams), known.practice),
        "practice_surprise": Column(_faster(predicted, p_gap), known.practice),
        "practice_laps": Column(_to_middle_of_logs(moment.practice_laps), known.practice),
        "sprint_qualifying_gap": Column(s_gap, known.sprint_qualifying),
        "sprint_place": Column(_share(weekend.sprint_place), known.sprint),
    }


def calendar_columns(
    moment: RaceMoment,
    weekend: Weekend,
    known: Known,
    last_race: str | None,
    new_regulations: tuple[int, ...],
) -> dict[str, Column]:
    """Give what the calendar tells; the same for all cars."""
    age, since_race = float(np.nan), float(np.nan)
    opened = [year for year in new_regulations if year <= moment.season]
    if moment.date is not None:
        day = np.datetime64(moment.date, "D")
        if opened:
            age = float((day - np.datetime64(f"{max(opened)}-01-01", "D")).astype(np.int64))
            age /= _DAYS_OF_YEAR
        if last_race is not None:
            since_race = float((day - np.datetime64(last_race, "D")).astype(np.int64))
    return {
        "sprint_weekend": _same(float(moment.is_sprint_weekend), weekend, known.opened),
        "race_laps": _same(float(moment.n_laps), weekend, known.opened),
        "season_round": _same(float(moment.round - 1), weekend, known.opened),
        "regulation_age": _same(age, weekend, known.opened),
        "days_since_race": _same(since_race, weekend, known.belief),
    }


def _latest(*instants: np.datetime64) -> np.datetime64:
    """Give the latest; one without a date says nothing."""
    return np.datetime64(np.fmax.reduce(np.array(instants)), "s")


def _same(value: float, weekend: Weekend, known_at: np.datetime64) -> Column:
    return Column(np.full(len(weekend.driver_ids), value), known_at)


def _share(place: Floats) -> Floats:
    """Give places 1..D as the share of the others who are in front."""
    # More cars may have run in the sprint than start the race.
    return np.minimum((place - 1.0) / max(len(place) - 1, 1), 1.0)


def _rank(gap: Floats, instead: Floats) -> Floats:
    """Give places by gap, 1-based, the mean of the places that equals share.

    Who has no gap comes after who has one, in the order of ``instead``; NaN without any gap.
    """
    timed = np.isfinite(gap)
    if not timed.any():
        return np.full(len(gap), np.nan)
    behind = np.where(timed, gap, np.where(np.isfinite(instead), instead, 0.0))
    by_time = (behind[:, None] - behind) * (timed[:, None] == timed)
    ahead = (~timed[:, None] & timed) | (by_time > _EQUAL)
    equal = (timed[:, None] == timed) & (np.abs(by_time) <= _EQUAL)
    rank: Floats = 0.5 + ahead.sum(axis=1) + 0.5 * equal.sum(axis=1)
    return rank


def _least(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.min()) if len(known) else float(np.nan)


def _middle(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float(np.nan)


def _faster(predicted: Floats, shown: Floats) -> Floats:
    """Give how much faster than predicted a session was, both from their middles."""
    gap: Floats = (predicted - _middle(predicted)) - (shown - _middle(shown))
    return gap


def _to_middle_of_logs(laps: Floats) -> Floats:
    logs = np.log1p(laps)
    relative: Floats = logs - _middle(logs)
    return relative
