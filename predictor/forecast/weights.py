"""User weights: an opinion on a driver or a team, applied to pace and to nothing else.

A weight of 1.2 multiplies the Plackett-Luce strength of a driver by 1.2 to the
power kappa, which is to say it shifts his log-strength by ``kappa * ln(1.2)``.
Probabilities are never multiplied and the stored beliefs never change.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Iterable, Mapping

import numpy as np
from numpy.typing import NDArray

from predictor.errors import UsageError
from predictor.season.state import Driver, Entry, SeasonState
from predictor.season.teams import resolve_team
from predictor.season.words import slugify

__all__ = ["HIGHEST_WEIGHT", "LOWEST_WEIGHT", "match_drivers", "match_teams", "strength_shift"]

LOWEST_WEIGHT = 0.5
HIGHEST_WEIGHT = 2.0


def match_drivers(weights: Mapping[str, float], season: SeasonState) -> dict[str, float]:
    """Give driver weights by ``driver_id``.

    Parameters
    ----------
    weights : mapping of str to float
        Keys are codes ("VER"), ids, full names, surnames or car numbers of the season.

    Raises
    ------
    UsageError
        For a name that nobody who races in the season has, two names of one driver, or a weight
        outside 0.5 to 2.
    """
    racing = _racing(season)
    names: dict[str, set[str]] = {}
    for driver in racing:
        for spelling in _driver_spellings(driver):
            names.setdefault(spelling, set()).add(driver.driver_id)
    found: dict[str, float] = {}
    for name, weight in weights.items():
        ids = names.get(slugify(name), set())
        if len(ids) != 1:
            raise _unknown("driver", name, ids, sorted({d.code for d in racing}), names)
        _set(found, ids.pop(), name, weight, "--driver-weights")
    return found


def match_teams(weights: Mapping[str, float], season: SeasonState) -> dict[str, float]:
    """Give team weights by ``team_id``; any spelling a provider uses will do.

    Raises
    ------
    UsageError
        As for `match_drivers`.
    """
    entries = [entry for event in season.events for entry in event.entries]
    by_lineage = {entry.lineage: entry.team_id for entry in entries}
    names = {slugify(entry.team): {entry.team_id} for entry in entries}
    found: dict[str, float] = {}
    for name, weight in weights.items():
        team_id = by_lineage.get(resolve_team(name, season.season).lineage)
        if team_id is None:
            raise _unknown("team", name, set(), sorted({e.team for e in entries}), names)
        _set(found, team_id, name, weight, "--team-weights")
    return found


def strength_shift(
    entries: Iterable[Entry],
    driver_weights: Mapping[str, float],
    team_weights: Mapping[str, float],
    kappa: float,
) -> NDArray[np.float64]:
    """Give the shift of log-strength of every entry, float64[D]."""
    return np.array(
        [
            kappa
            * math.log(
                driver_weights.get(entry.driver_id, 1.0) * team_weights.get(entry.team_id, 1.0)
            )
            for entry in entries
        ]
    )


def _racing(season: SeasonState) -> list[Driver]:
    """Give who races, as entered; a weight on a test driver would do nothing."""
    return [
        Driver(entry.driver_id, entry.code, entry.number, entry.name)
        for event in season.events
        for entry in event.entries
    ]


def _driver_spellings(driver: Driver) -> set[str]:
    surname = driver.name.split()[-1] if driver.name else ""
    spellings = {driver.driver_id, slugify(driver.code), slugify(driver.name), slugify(surname)}
    if driver.number is not None:
        spellings.add(str(driver.number))
    return spellings - {""}


def _set(found: dict[str, float], key: str, name: str, weight: float, option: str) -> None:
    if not LOWEST_WEIGHT <= weight <= HIGHEST_WEIGHT:
        raise UsageError(
            f"the weight of {name} is out of range",
            where=option,
            got=f"{weight:g}",
            expected=f"{LOWEST_WEIGHT:g} to {HIGHEST_WEIGHT:g}; 1 is neutral",
        )
    if key in found:
        raise UsageError(f"{key} has two weights", where=option, do=f"leave out {name}")
    found[key] = weight


def _unknown(
    kind: str, name: str, ids: set[str], shown: list[str], names: Mapping[str, set[str]]
) -> UsageError:
    option = f"--{kind}-weights"
    if ids:
        return UsageError(
            f"{name} could be several drivers",
            where=option,
            got=name,
            expected=" or ".join(sorted(ids)),
            do="use the driver's id",
        )
    near = difflib.get_close_matches(slugify(name), sorted(names), n=1, cutoff=0.5)
    return UsageError(
        f"no {kind} of the season is called {name}",
        where=option,
        got=name,
        expected=f"one of {', '.join(shown)}",
        do=f"did you mean {' or '.join(sorted(names[near[0]]))}?" if near else "check the spelling",
    )
