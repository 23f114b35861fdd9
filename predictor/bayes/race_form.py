"""Form of earlier races: how far in front of the field a driver finished in his car of late.

The order alone does not tell a narrow win from a race that nobody else was in; the gaps
at the finish do. The form is a decayed mean of them, and race strength regresses on it. Most of
a gap is the car's. So a seat has a form, that of one driver in one team; who comes new into a
seat has the car's form and what set him apart from his team-mates so far. A debutant stands
behind that for a while.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

__all__ = ["RaceFormBelief", "RaceFormConfig", "observe_finish", "open_season", "race_form"]

Floats = NDArray[np.float64]
Mean = tuple[float, float]  # decayed sum in %, decayed number of races

_NONE: Mean = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class RaceFormConfig:
    """Constants of the form of earlier races.

    Source: decay, prior and cap by judgement; ``tests/validation/lap_pace.py`` prints what a
    forecast of 2016-2021 loses without the form. Winter and debut chosen on 2012-2021;
    ``tests/validation/newcomers.py`` prints what debutants were forecast and how they came in.
    """

    decay: float = 0.85  # per race that a driver, or one of a car's drivers, finished
    prior_races: float = 2.0  # how many races what is expected of a seat counts for
    gap_cap: float = 4.0  # % behind the winner
    winter_keep: float = 0.5  # share of all records' weight that a winter leaves
    debut_gap: float = 1.0  # %: what a first start costs beyond the car's form
    debut_keep: float = 0.8  # share of it that is left one start later


@dataclass(frozen=True, slots=True)
class RaceFormBelief:
    """Decayed means of gaps at the finish, in front of the middle of the field positive.

    Attributes
    ----------
    seats : mapping of "driver@team" to Mean
    cars : mapping of team lineage to Mean
        What its drivers are known to add or take taken out.
    drivers : mapping of driver id to Mean
        In front of the team-mate, what the latter is known to add or take put in.
    newness : mapping of driver id to float
        Share of the debut's cost that is left; 0 for the field of the first race known.
    """

    seats: Mapping[str, Mean] = field(default_factory=dict)
    cars: Mapping[str, Mean] = field(default_factory=dict)
    drivers: Mapping[str, Mean] = field(default_factory=dict)
    newness: Mapping[str, float] = field(default_factory=dict)


def observe_finish(
    belief: RaceFormBelief,
    drivers: Sequence[str],
    teams: Sequence[str],
    gap: Floats,
    config: RaceFormConfig,
) -> RaceFormBelief:
    """Add one race.

    Parameters
    ----------
    drivers, teams : sequence of str, length D
        Driver ids and team lineages, aligned.
    gap : float64[D], % of the winner's time
        Behind the winner; NaN for who was not classified, which leaves his form alone.
    """
    first = 1.0 if belief.newness else 0.0
    newness = dict(belief.newness)
    for driver in drivers:
        newness[driver] = config.debut_keep * newness.get(driver, first)
    gap = np.minimum(gap, config.gap_cap)
    seen = np.flatnonzero(np.isfinite(gap)).tolist()
    if len(seen) < 2:
        return RaceFormBelief(belief.seats, belief.cars, belief.drivers, newness)
    ahead = np.median(gap[seen]) - gap
    seats, cars, own = dict(belief.seats), dict(belief.cars), dict(belief.drivers)
    of_team: dict[str, list[int]] = {}
    for i in seen:
        seat = _seat(drivers[i], teams[i])
        seats[seat] = _added(seats.get(seat, _NONE), float(ahead[i]), config)
        of_team.setdefault(teams[i], []).append(i)
    for team, finished in of_team.items():
        adds = {i: _shrunk(belief.drivers.get(drivers[i], _NONE), 0.0, config) for i in finished}
        of_car = float(np.mean([ahead[i] - adds[i] for i in finished]))
        cars[team] = _added(cars.get(team, _NONE), of_car, config)
        for i in finished:
            mates = [float(ahead[k]) - adds[k] for k in finished if k != i]
            if mates:
                apart = float(ahead[i]) - float(np.mean(mates))
                own[drivers[i]] = _added(own.get(drivers[i], _NONE), apart, config)
    return RaceFormBelief(seats, cars, own, newness)


def open_season(belief: RaceFormBelief, config: RaceFormConfig) -> RaceFormBelief:
    """Forget a part of all that was seen: cars are built anew over a winter."""

    def kept(means: Mapping[str, Mean]) -> Mapping[str, Mean]:
        keep = config.winter_keep
        return {name: (total * keep, races * keep) for name, (total, races) in means.items()}

    return RaceFormBelief(
        kept(belief.seats), kept(belief.cars), kept(belief.drivers), belief.newness
    )


def race_form(
    belief: RaceFormBelief, drivers: Sequence[str], teams: Sequence[str], config: RaceFormConfig
) -> Floats:
    """Return each driver's form in his car, float64[D] in %: positive is in front of the middle."""
    first = 1.0 if belief.newness else 0.0
    form = np.zeros(len(drivers))
    for i, (driver, team) in enumerate(zip(drivers, teams, strict=True)):
        of_car = _shrunk(belief.cars.get(team, _NONE), 0.0, config)
        expected = of_car + _shrunk(belief.drivers.get(driver, _NONE), 0.0, config)
        form[i] = _shrunk(belief.seats.get(_seat(driver, team), _NONE), expected, config)
        form[i] -= config.debut_gap * belief.newness.get(driver, first)
    return form


def _seat(driver: str, team: str) -> str:
    return f"{driver}@{team}"


def _added(mean: Mean, value: float, config: RaceFormConfig) -> Mean:
    total, races = mean
    return total * config.decay + value, races * config.decay + 1.0


def _shrunk(mean: Mean, expected: float, config: RaceFormConfig) -> float:
    """Return a mean, pulled towards what was expected as if by a few races."""
    total, races = mean
    return (total + config.prior_races * expected) / (races + config.prior_races)
