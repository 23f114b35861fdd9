"""What a circuit does to a race: overtaking, pit lane, tyres, neutralisations."""

from __future__ import annotations

from dataclasses import dataclass, fields

from predictor.errors import F1Error
from predictor.vocabulary import Compound

__all__ = ["COMPOUND_ORDER", "CircuitParameters", "default_circuit"]

COMPOUND_ORDER: tuple[Compound, ...] = tuple(Compound)
"""The axis ``C``: every per-compound tuple follows this order."""


@dataclass(frozen=True, slots=True)
class CircuitParameters:
    """Physics and race-control constants of one circuit.

    Every time is in seconds; the pit losses are without the standstill. The
    defaults are a typical dry race; a circuit replaces what it knows better.

    Source
    ------
    "TUM": median of the 121 race files 2014-2019 of TUMFTM/race-simulation.
    "laps": fitted on 2018-2025 by ``tests/validation/simulator_realism.py --fit``.
    """

    # wheel to wheel
    overtaking_threshold_s: float = 1.20  # lap advantage over the car ahead that makes a pass
    aid_gain_s: float = 0.50  # overtake aid within its window; TUM
    aid_window_s: float = 1.0  # regulation: one second at the detection line
    aid_from_lap: int = 3  # regulation until 2025
    dirty_air_s: float = 0.25  # lap time lost behind another car
    dirty_air_window_s: float = 1.5
    min_gap_s: float = 0.5  # a held car follows at this gap; TUM
    safety_car_gap_s: float = 0.8  # between cars in the queue; TUM
    duel_s: float = 0.3  # what a pass costs the car that makes it; TUM

    # lap times
    lap_noise_s: float = 0.45  # standard deviation of one green lap
    fuel_s_per_lap: float = 0.055  # gained per lap as fuel burns: 1.79 kg x 0.031 s/kg; TUM
    tyre_offset_s: tuple[float, ...] = (0.0, 0.35, 0.70, 0.0, 1.0)  # new tyre against SOFT; C
    tyre_slope_s: tuple[float, ...] = (0.080, 0.055, 0.040, 0.060, 0.050)  # per lap of age; C
    cold_tyre_s: float = 1.0  # first lap on a new set; TUM

    # start
    slot_s: float = 0.25  # one grid slot further back
    start_noise_s: float = 0.80  # getaway and first lap together
    pit_lane_start_s: float = 8.0  # behind the last grid slot

    # pit lane
    pit_loss_green_s: float = 18.3  # TUM
    pit_loss_vsc_s: float = 11.0  # TUM
    pit_loss_safety_car_s: float = 9.5  # TUM
    stationary_s: float = 2.5  # median standstill
    stationary_shape: float = 7.0  # log-logistic tail: one stop in 100 takes 1.9 x the median
    stops_mean: float = 1.6  # stops per car in a dry race, for the default plans
    stop_window_safety_car: int = 16  # a stop planned within so many laps is made under an SC
    stop_window_vsc: int = 10

    # neutralisations
    p_safety_car_after_accident: float = 0.45
    p_vsc_after_accident: float = 0.15
    p_safety_car_after_failure: float = 0.10
    p_vsc_after_failure: float = 0.227  # TUM
    p_red_flag_after_accident: float = 0.06
    other_safety_cars: float = 0.20  # mean per race, not caused by a retirement
    other_vscs: float = 0.10
    safety_car_laps: tuple[int, int] = (2, 7)  # full laps behind it, uniform
    vsc_laps: tuple[int, int] = (1, 3)
    catch_up_share: float = 0.30  # of a lap, gained on the queue per safety-car lap
    accident_lap1_share: float = 0.36  # accidents of the first lap; TUM (start of SC on lap 1)

    def __post_init__(self) -> None:
        _check(self)


def default_circuit() -> CircuitParameters:
    """Give the circuit that is used where nothing better is known."""
    return CircuitParameters()


def _check(circuit: CircuitParameters) -> None:
    for field in fields(circuit):
        value = getattr(circuit, field.name)
        values = value if isinstance(value, tuple) else (value,)
        if any(not 0.0 <= v < 1000.0 for v in values):
            raise F1Error(
                "a circuit constant is out of range",
                where=f"CircuitParameters.{field.name}",
                got=str(value),
                expected="0 to 1000",
                do="correct the circuit's constants",
            )
        if field.name.startswith("p_") and value > 1.0:
            raise F1Error(
                "a probability is above one",
                where=f"CircuitParameters.{field.name}",
                got=str(value),
                expected="0 to 1",
            )
    for name in ("tyre_offset_s", "tyre_slope_s"):
        if len(getattr(circuit, name)) != len(COMPOUND_ORDER):
            raise F1Error(
                "one value per compound is needed",
                where=f"CircuitParameters.{name}",
                got=f"{len(getattr(circuit, name))} values",
                expected=", ".join(COMPOUND_ORDER),
            )
    for name in ("safety_car_laps", "vsc_laps"):
        low, high = getattr(circuit, name)
        if not 1 <= low <= high:
            raise F1Error(
                "a range of laps is not a range",
                where=f"CircuitParameters.{name}",
                got=f"{low} to {high}",
                expected="1 <= low <= high",
            )
