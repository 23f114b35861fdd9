"""Constants of circuits and pit crews as files have them, and as a forecast uses them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from predictor.errors import F1Error
from predictor.forecast.climate import Climate
from predictor.simulator.pit_crews import PitCrews
from predictor.simulator.race_inputs import (
    CircuitParameters,
    StopPlan,
    Strategies,
    default_circuit,
    default_strategies,
)
from predictor.vocabulary import Compound, Scenario

__all__ = [
    "AVERAGE_CIRCUIT",
    "FIELD_CREW",
    "CircuitFile",
    "CircuitModel",
    "Constant",
    "Crew",
    "CrewFile",
    "PitBoxes",
    "PlanRow",
    "PlanTable",
    "RaceModel",
    "climate_of",
    "crew_of",
    "crews_at",
    "pit_boxes",
    "race_model",
]

AVERAGE_CIRCUIT = "_average"
"""The file of a circuit that nothing is known of."""
FIELD_CREW = "_field"
"""The crew of a team of which no stops are known."""
_HAZARDS = ("accident", "failure")
_SEASONS = (1950, 2100)
_MOST_OF_PLANS = {"first_stop": 0.5, "jitter": 0.5, "shared_jitter": 0.5, "spread": 1.0}
_SUM = 0.02  # by which rounded shares may miss one
_LAP_S = (50.0, 130.0)  # shortest and longest lap of a race


@dataclass(frozen=True, slots=True)
class Constant:
    """A number with how well it is known; only ``value`` counts in a forecast."""

    value: float | tuple[float, ...]
    sd: float | tuple[float, ...] = 0.0
    races: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One stop plan and the share of cars that follow it."""

    compounds: tuple[Compound, ...]
    at: tuple[float, ...]  # shares of the distance
    share: float


@dataclass(frozen=True, slots=True)
class PlanTable:
    """The stop plans of a circuit."""

    first_stop: float = 0.0
    jitter: float = 0.06
    shared_jitter: float = 0.0
    spread: float = 1.0
    plans: tuple[PlanRow, ...] = ()


@dataclass(frozen=True, slots=True)
class CircuitFile:
    """One file of ``config/circuits/``."""

    speed_kmh: Constant = Constant(209.0)
    climate: Climate = Climate()
    constants: Mapping[str, Constant] = field(default_factory=dict)
    hazards: Mapping[str, Constant] = field(default_factory=dict)
    strategies: PlanTable = PlanTable()


@dataclass(frozen=True, slots=True)
class CrewFile:
    """One team's table of ``config/pit_crews.toml``."""

    median_s: Constant
    shape: Constant


@dataclass(frozen=True, slots=True)
class Crew:
    """A pit crew's standstill: its median, and the log-logistic shape of what is slower."""

    median_s: float = 2.5
    shape: float = 3.5


@dataclass(frozen=True, slots=True)
class RaceModel:
    """What a circuit does to a race; the defaults are a typical one.

    Attributes
    ----------
    accident, failure : float
        Times the usual hazard.
    plans, shares : tuples of one length
        None for the plans that `default_strategies` mixes.
    first_stop, jitter, shared_jitter, spread : float
        See `Strategies`.
    speed_kmh : float
        Of a usual lap of a race.
    """

    parameters: CircuitParameters = default_circuit()
    accident: float = 1.0
    failure: float = 1.0
    plans: tuple[StopPlan, ...] = ()
    shares: tuple[float, ...] = ()
    first_stop: float = 0.0
    jitter: float = 0.06
    shared_jitter: float = 0.0
    spread: float = 1.0
    speed_kmh: float = 209.0

    def lap_s(self, length_km: float) -> float:
        """Return the usual lap of a race over a layout of this length, s."""
        shortest, longest = _LAP_S
        return min(max(3600.0 * length_km / self.speed_kmh, shortest), longest)

    def strategies(self, n_drivers: int) -> Strategies:
        """Give every driver the circuit's plans."""
        if not self.plans:
            return default_strategies(n_drivers, stops_mean=self.parameters.stops_mean)
        shares = np.tile(self.shares, (n_drivers, 1))
        return Strategies(
            self.plans,
            shares,
            jitter=self.jitter,
            spread=self.spread,
            shared_jitter=self.shared_jitter,
            first_stop=self.first_stop,
        )


@dataclass(frozen=True, slots=True)
class PitBoxes:
    """Which cars share a pit box, and which crew works there; D cars.

    Attributes
    ----------
    team : int8[D]
        Number of the car's team; -1 where more than two cars would share a box.
    crew : int8[D]
        Index into ``crews``.
    """

    team: NDArray[np.int8]
    crew: NDArray[np.int8]
    crews: PitCrews


def pit_boxes(lineages: Sequence[str], crews: Mapping[str, Crew]) -> PitBoxes:
    """Give every car's box and crew; a team without a crew of its own has the field's."""
    teams = sorted(set(lineages))
    number = np.array([teams.index(one) for one in lineages], np.int8)
    shared = np.bincount(number, minlength=len(teams)) <= 2
    found = [crews.get(one, crews.get(FIELD_CREW, Crew())) for one in teams]
    return PitBoxes(
        np.where(shared[number], number, -1).astype(np.int8),
        number,
        PitCrews(tuple(one.median_s for one in found), tuple(one.shape for one in found)),
    )


def crews_at(lineages: Sequence[str], crews: Mapping[str, Crew]) -> dict[str, Crew]:
    """Give the crews that a race knows, so that another team's may change without it."""
    return {name: crews[name] for name in sorted({*lineages, FIELD_CREW}) if name in crews}


@dataclass(frozen=True, slots=True)
class CircuitModel:
    """All that is known of a circuit: how its races go, and what they have been like."""

    race: RaceModel = RaceModel()
    climate: Climate = Climate()


def race_model(file: CircuitFile) -> RaceModel:
    """Check a file's numbers and give what the simulator takes; gaps keep their defaults.

    Raises
    ------
    F1Error
        If a constant does not exist or cannot have its value, or plans do not add up.
    """
    usual = default_circuit()
    known = {one.name: getattr(usual, one.name) for one in fields(usual)}
    given: dict[str, Any] = {}
    for name, constant in file.constants.items():
        _expect(name in known, f"constants.{name}", "no constant", "one of " + ", ".join(known))
        given[name] = _typed(f"constants.{name}", constant.value, known[name])
    for name in file.hazards:
        _expect(name in _HAZARDS, f"hazards.{name}", "no hazard", " or ".join(_HAZARDS))
    scale = {name: _hazard(name, file.hazards.get(name)) for name in _HAZARDS}
    rows = file.strategies.plans
    total = sum(row.share for row in rows)
    shares_add_up = all(row.share >= 0.0 for row in rows) and abs(total - 1.0) < _SUM
    _expect(not rows or shares_add_up, "strategies.plans", f"shares summing to {total:g}", "1")
    for name, most in _MOST_OF_PLANS.items():
        value = getattr(file.strategies, name)
        _expect(0.0 <= value <= most, f"strategies.{name}", str(value), f"0 to {most:g}")
    speed_kmh = _number(file.speed_kmh.value)
    _expect(100.0 <= speed_kmh <= 300.0, "speed_kmh", str(speed_kmh), "100 to 300 km/h")
    return RaceModel(
        replace(usual, **given),
        scale["accident"],
        scale["failure"],
        tuple(StopPlan(row.compounds, row.at) for row in rows),
        tuple(row.share / total for row in rows),
        file.strategies.first_stop,
        file.strategies.jitter,
        file.strategies.shared_jitter,
        file.strategies.spread,
        speed_kmh,
    )


def climate_of(file: CircuitFile) -> Climate:
    """Check a file's seasons of races.

    Raises
    ------
    F1Error
        If one is no season.
    """
    first, last = _SEASONS
    for name in Scenario:
        for season in getattr(file.climate, name):
            expected = f"the seasons of such races, {first} to {last}"
            _expect(first <= season <= last, f"climate.{name}", str(season), expected)
    return file.climate


def crew_of(file: CrewFile) -> Crew:
    """Check a crew's numbers.

    Raises
    ------
    F1Error
        If they are none that a standstill can have.
    """
    median, shape = (_number(one.value) for one in (file.median_s, file.shape))
    _expect(0.0 < median <= 30.0, "median_s", str(file.median_s.value), "0 to 30 s")
    _expect(1.0 <= shape <= 100.0, "shape", str(file.shape.value), "1 to 100")
    return Crew(median, shape)


def _hazard(name: str, constant: Constant | None) -> float:
    value = 1.0 if constant is None else _number(constant.value)
    _expect(0.0 <= value <= 10.0, f"hazards.{name}", str(value), "0 to 10 times the usual")
    return value


def _number(value: float | tuple[float, ...]) -> float:
    return float("nan") if isinstance(value, tuple) else float(value)


def _typed(name: str, value: float | tuple[float, ...], usual: Any) -> Any:  # noqa: ANN401
    """Give a value the type of the default: whole laps stay whole."""
    if isinstance(usual, tuple):
        _expect(isinstance(value, tuple), name, str(value), "a list")
        return tuple(_typed(name, one, usual[0]) for one in value)  # type: ignore[union-attr]
    _expect(not isinstance(value, tuple), name, str(value), "one number")
    number = float(value)  # type: ignore[arg-type]
    if isinstance(usual, int):
        _expect(number.is_integer(), name, str(value), "a whole number")
        return int(number)
    return number


def _expect(condition: bool, name: str, got: str, expected: str) -> None:
    if not condition:
        raise F1Error(
            "a circuit's or crew's constants cannot be used",
            where=name,
            got=got,
            expected=expected,
            do="mend the file, or write it anew with `python -m services fit-circuits`",
        )
