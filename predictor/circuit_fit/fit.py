"""Every constant of every circuit, from past races: the parts put together."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from predictor.circuit_fit.driven_tyres import soft_slope
from predictor.circuit_fit.estimate import Estimate, pooled_at
from predictor.circuit_fit.lap_constants import (
    flag_constants,
    penalty_constants,
    pit_constants,
    racing_speed,
    tyre_constants,
)
from predictor.circuit_fit.pit_stops import fit_crews
from predictor.circuit_fit.race_control import hazard_multipliers, season_rates
from predictor.circuit_fit.race_laps import RaceLaps, is_dry
from predictor.circuit_fit.simulated_moments import match_first_lap, match_passes, race_inputs_of
from predictor.circuit_fit.stop_plans import CircuitPlans, fit_plans
from predictor.simulator.race_inputs import (
    COMPOUND_ORDER,
    CircuitParameters,
    RaceInputs,
    StopPlan,
    Strategies,
    default_circuit,
)

__all__ = ["AVERAGE", "FittedCircuit", "fit_circuits", "parameters_of", "plans_of"]

AVERAGE = "_average"
"""Name of the circuit that stands for one without data."""


@dataclass(frozen=True, slots=True)
class FittedCircuit:
    """What was fitted for one circuit.

    Attributes
    ----------
    constants : dict
        Fields of `CircuitParameters`.
    hazards : dict
        "accident" and "failure": times the field's usual rate.
    speed_kmh : Estimate
        Of a usual lap of a race.
    """

    constants: Mapping[str, Estimate]
    hazards: Mapping[str, Estimate]
    plans: CircuitPlans
    speed_kmh: Estimate

    def named_plans(self) -> Iterator[tuple[tuple[str, ...], tuple[float, ...], float]]:
        """Give compounds by their words, stops as shares of the distance, share of cars."""
        for compounds, at, share in zip(*self.plans[:3], strict=True):
            yield tuple(COMPOUND_ORDER[c].value for c in compounds), at, share


def fit_circuits(
    races: Sequence[RaceLaps],
    *,
    n_sims: int,
    advance: Callable[[str], None] = lambda _part: None,
) -> tuple[dict[str, FittedCircuit], dict[str, dict[str, Estimate]]]:
    """Fit all circuits and crews; wet races tell nothing here.

    Parameters
    ----------
    n_sims : int
        Simulated races for each race and value of a constant that is matched.
    advance : callable
        Called with the name of each part before it begins.

    Returns
    -------
    (circuits, crews)
        By circuit id, `AVERAGE` included; by lineage, `FIELD` included.
    """
    dry = [race for race in races if is_dry(race)]
    usual = default_circuit()
    names = (*sorted({race.circuit_id for race in dry}), AVERAGE)
    advance("laps, stops and flags")
    read: dict[str, Callable[[str], Estimate]] = {}
    for part in (
        tyre_constants(dry, usual),
        pit_constants(dry, usual),
        flag_constants(dry, usual),
        penalty_constants(dry, usual),
    ):
        read |= part
    constants = {name: {one: at(name) for one, at in read.items()} for name in names}
    hazards = hazard_multipliers(dry)
    plans = fit_plans(dry)
    speed = racing_speed(dry)
    fitted = {
        name: FittedCircuit(
            constants[name],
            {
                kind: pooled_at(pooled, name, "results", usual=1.0)
                for kind, pooled in hazards.items()
            },
            plans.get(name, plans[""]),
            speed(name),
        )
        for name in names
    }
    laps = {race.circuit_id: race.scheduled_laps for race in dry}
    usual_laps = int(np.median(list(laps.values())))
    fitted = {
        name: _with_driven_tyres(_with_stops(one), laps.get(name, usual_laps))
        for name, one in fitted.items()
    }
    advance("first lap")
    found, average = match_first_lap(dry, _inputs(dry, fitted), n_sims)
    for constant in ("start_noise_s", "p_first_lap_setback"):
        usual_value = float(getattr(usual, constant))
        disorder = {name: one.times(usual_value) for name, one in found.items()}
        fitted = _with(fitted, constant, (disorder, average.times(usual_value)))
    advance("passes")
    matched = match_passes(dry, _inputs(dry, fitted), n_sims)
    fitted = _with(fitted, "overtaking_threshold_s", matched)
    return fitted, fit_crews(races, stationary_s=usual.stationary_s)


def parameters_of(fitted: FittedCircuit) -> CircuitParameters:
    """Give the simulator's constants."""
    values: dict[str, Any] = {name: one.value for name, one in fitted.constants.items()}
    return replace(default_circuit(), **values)


def plans_of(plans: CircuitPlans) -> tuple[StopPlan, ...]:
    """Give the simulator's plans."""
    return tuple(
        StopPlan(tuple(COMPOUND_ORDER[c] for c in compounds), at)
        for compounds, at in zip(plans.compounds, plans.at, strict=True)
    )


def _inputs(
    races: Sequence[RaceLaps], fitted: Mapping[str, FittedCircuit]
) -> Callable[[RaceLaps, int], RaceInputs | None]:
    """Give what makes the inputs of a past race from its circuit's constants."""
    rates = season_rates(races)

    def inputs(race: RaceLaps, n_sims: int) -> RaceInputs | None:
        one = fitted[race.circuit_id]
        accident, failure = rates[race.season]
        plans = plans_of(one.plans)

        def strategies(n_drivers: int) -> Strategies:
            shares = np.tile(one.plans.shares, (n_drivers, 1))
            return Strategies(
                plans,
                shares,
                jitter=one.plans.jitter,
                shared_jitter=one.plans.shared_jitter,
                first_stop=one.plans.first_stop,
                spread=one.plans.spread,
            )

        return race_inputs_of(
            race,
            n_sims,
            circuit=parameters_of(one),
            strategies=strategies,
            p_failure=failure * one.hazards["failure"].number,
            p_accident=accident * one.hazards["accident"].number,
        )

    return inputs


def _with(
    fitted: Mapping[str, FittedCircuit],
    constant: str,
    matched: tuple[dict[str, Estimate], Estimate],
) -> dict[str, FittedCircuit]:
    found, usual = matched
    return {
        name: replace(one, constants={**one.constants, constant: found.get(name, usual)})
        for name, one in fitted.items()
    }


def _with_stops(one: FittedCircuit) -> FittedCircuit:
    plans = one.plans
    mean = sum(s * len(at) for s, at in zip(plans.shares, plans.at, strict=True))
    stops = Estimate(mean, 0.0, plans.races, "laps")
    return replace(one, constants={**one.constants, "stops_mean": stops})


def _with_driven_tyres(one: FittedCircuit, n_laps: int) -> FittedCircuit:
    circuit = parameters_of(one)
    slopes = (soft_slope(circuit, one.plans, n_laps), *circuit.tyre_slope_s[1:])
    driven = replace(one.constants["tyre_slope_s"], value=slopes)
    return replace(one, constants={**one.constants, "tyre_slope_s": driven})
