"""Everything a race needs to be simulated, as plain values.

The forecast layer fills this in; the kernel and the referee read it. ``N`` is
the number of sims, ``D`` of drivers.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from predictor.errors import F1Error
from predictor.simulator.circuit import COMPOUND_ORDER, CircuitParameters, default_circuit
from predictor.simulator.conditions import Conditions, conditions_for
from predictor.simulator.pit_crews import PitCrews
from predictor.simulator.strategies import (
    MAX_STOPS,
    StopPlan,
    Strategies,
    default_strategies,
    no_stop_strategies,
)

__all__ = [
    "COMPOUND_ORDER",
    "MAX_DRIVERS",
    "MAX_LAPS",
    "MAX_LOSS_S",
    "MAX_STOPS",
    "MIN_DRIVERS",
    "CircuitParameters",
    "Conditions",
    "PitCrews",
    "RaceInputs",
    "StopPlan",
    "Strategies",
    "conditions_for",
    "default_circuit",
    "default_strategies",
    "no_stop_strategies",
    "share_of_full_race",
]

MIN_DRIVERS = 2
MAX_DRIVERS = 32  # the car's number shares 32 bits with its race time
MAX_LAPS = 100  # likewise: the longest race must stay below 1024 s behind the reference
MAX_WEAR = 5.0
MAX_PACE_S = 8.0  # per lap, either way; 107 % of a 110 s lap
MAX_LOSS_S = 120.0  # lost at once; who loses more has retired
FULL_RACE_S = 4500.0  # the shortest Grands Prix that run their distance


def share_of_full_race(n_laps: int, lap_s: float) -> float:
    """Give how much of a Grand Prix a race lasts, at most 1; a sprint is a third.

    Rates that hold for a full race, of safety cars nobody retired for and of penalties, are
    taken times this.
    """
    return min(1.0, n_laps * lap_s / FULL_RACE_S)


@dataclass(frozen=True, slots=True)
class RaceInputs:
    """N simulated races of one event in one scenario.

    Sim ``i`` of the arrays is the race's sim ``first_sim + i``: a shard is a slice
    of the arrays with its ``first_sim``, and gives the same bytes as the whole.
    """

    event: str  # event id, "2025-monaco"; with "/sprint" for a sprint
    seed: int
    n_laps: int
    lap_s: float  # reference lap time, s
    pace_s: npt.NDArray[np.float32]  # [N, D], s per lap slower than the reference in clean air
    grid: npt.NDArray[np.int16]  # [N, D], 1..D, a permutation in each sim
    p_failure: npt.NDArray[np.float32]  # [N, D], per race
    p_accident: npt.NDArray[np.float32]  # [N, D], per race
    strategies: Strategies
    pit_lane_start: npt.NDArray[np.bool_] | None = None  # [D], already last in grid
    tyre_wear: npt.NDArray[np.float32] | None = None  # [D], multiplier of degradation, 1 is usual
    team: npt.NDArray[np.int8] | None = None  # [D], -1 for none; two cars share a pit box
    crew: npt.NDArray[np.int8] | None = None  # [D], index into crews
    crews: PitCrews | None = None  # by default one crew with the circuit's standstill
    loss_s: npt.NDArray[np.float32] | None = None  # [N, D], lost on one lap, drawn; 0 for nothing
    circuit: CircuitParameters = field(default_factory=default_circuit)
    conditions: Conditions = field(default_factory=Conditions)
    first_sim: int = 0

    def __post_init__(self) -> None:
        n, d = self.pace_s.shape if self.pace_s.ndim == 2 else (0, 0)
        _expect(self.pace_s.ndim == 2, "pace_s", f"{self.pace_s.ndim} axes", "two: sims, drivers")
        wanted = f"{MIN_DRIVERS} to {MAX_DRIVERS}"
        _expect(MIN_DRIVERS <= d <= MAX_DRIVERS, "pace_s", f"{d} drivers", wanted)
        _expect(1 <= self.n_laps <= MAX_LAPS, "n_laps", str(self.n_laps), f"1 to {MAX_LAPS}")
        _expect(20.0 <= self.lap_s <= 300.0, "lap_s", str(self.lap_s), "20 to 300 s")
        _expect(0 <= self.first_sim < 2**32 - n, "first_sim", str(self.first_sim), "0 to 2^32")
        for name in ("grid", "p_failure", "p_accident"):
            shape = getattr(self, name).shape
            _expect(shape == (n, d), name, f"shape {shape}", f"shape {(n, d)}")
        # NaN fails every comparison, so these also refuse it
        _expect(
            bool((np.abs(self.pace_s) <= MAX_PACE_S).all()),
            "pace_s",
            "a value out of range",
            f"-{MAX_PACE_S} to {MAX_PACE_S} s per lap",
        )
        for name in ("p_failure", "p_accident"):
            value = getattr(self, name)
            _expect(
                bool(((value >= 0) & (value <= 1)).all()),
                name,
                "a value out of range",
                "probabilities, 0 to 1",
            )
        if self.loss_s is not None:
            shape = self.loss_s.shape
            _expect(shape == (n, d), "loss_s", f"shape {shape}", f"shape {(n, d)}")
            lowest, highest = self.loss_s.min(initial=0.0), self.loss_s.max(initial=0.0)
            usable = bool(lowest >= 0 and highest <= MAX_LOSS_S)
            _expect(usable, "loss_s", "a value out of range", f"0 to {MAX_LOSS_S:g} s")
        in_order = np.sort(self.grid, axis=1) == np.arange(1, d + 1)
        _expect(
            bool(in_order.all()),
            "grid",
            "a sim without some grid slot",
            f"1 to {d}, each once per sim",
        )
        self._check_drivers(d)
        self._check_stops(d)

    def _check_drivers(self, d: int) -> None:
        for name in ("pit_lane_start", "tyre_wear", "team", "crew"):
            value = getattr(self, name)
            _expect(value is None or value.shape == (d,), name, "another shape", f"shape {(d,)}")
        if self.tyre_wear is not None:
            usable = bool(((self.tyre_wear >= 0) & (self.tyre_wear <= MAX_WEAR)).all())
            _expect(usable, "tyre_wear", "a value out of range", f"0 to {MAX_WEAR}")
        if self.team is not None:
            cars = np.unique(self.team[self.team >= 0], return_counts=True)[1]
            _expect(
                bool((self.team >= -1).all()) and bool((cars <= 2).all()),
                "team",
                f"{self.team.tolist()}",
                "numbers from -1, none of them but -1 more than twice",
            )
        if self.crew is not None:
            n_crews = len(self.crews.median_s) if self.crews is not None else 1
            usable = bool(((self.crew >= 0) & (self.crew < n_crews)).all())
            _expect(usable, "crew", f"{self.crew.tolist()}", f"0 to {n_crews - 1}, rows of crews")

    def _check_stops(self, d: int) -> None:
        rows = self.strategies.shares.shape[0]
        _expect(rows == d, "strategies.shares", f"{rows} rows", f"{d}, one per driver")
        most = max(len(plan.at) for plan in self.strategies.plans)
        _expect(
            most < self.n_laps or most == 0,
            "strategies.plans",
            f"a plan of {most} stops in {self.n_laps} laps",
            "fewer stops than laps",
        )

    @property
    def n_sims(self) -> int:
        """Number of simulated races."""
        return int(self.pace_s.shape[0])

    @property
    def n_drivers(self) -> int:
        """Number of cars."""
        return int(self.pace_s.shape[1])


def _expect(condition: bool, name: str, got: str, expected: str) -> None:
    if not condition:
        raise F1Error(
            "a race cannot be simulated from these inputs",
            where=f"RaceInputs.{name}",
            got=got,
            expected=expected,
            do="correct what the forecast layer fills in",
        )
