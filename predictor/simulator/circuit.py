"""What a circuit does to a race: overtaking, pit lane, tyres, neutralisations."""

from __future__ import annotations

from dataclasses import dataclass, fields
from itertools import pairwise

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
    "laps": fitted on the dry races of 2018-2025, ``tests/validation/simulator_realism.py --fit``.
    "realism": set by hand until that script's simulated figures met the real ones (places
    moved on lap 1, lead kept by pole, passes on track, safety cars); no standard error.
    No source named: a round figure by judgement, not validated by itself.
    """

    # wheel to wheel
    overtaking_threshold_s: float = 1.85  # lap advantage that makes a held car pass; realism
    aid_gain_s: float = 0.50  # overtake aid within its window; TUM
    aid_window_s: float = 1.0  # regulation: one second at the detection line
    aid_from_lap: int = 3  # regulation until 2025
    dirty_air_s: float = 0.25  # lap time lost behind another car
    dirty_air_window_s: float = 1.5
    min_gap_s: float = 0.5  # the least at which a held car follows; TUM
    follow_spread_s: float = 0.5  # and up to so much more, another each lap; a power of two
    safety_car_gap_s: float = 0.8  # between cars in the queue; TUM
    duel_s: float = 0.3  # what a pass costs the car that makes it; TUM
    blue_flag_s: float = 1.0  # lost when the leader laps a car, once per lap down

    # lap times
    lap_noise_s: float = 0.46  # standard deviation of one green lap; laps
    fuel_s_per_lap: float = 0.055  # gained per lap as fuel burns: 1.79 kg x 0.031 s/kg; TUM
    tyre_offset_s: tuple[float, ...] = (0.0, 0.35, 0.70, 0.0, 1.0)  # new tyre against SOFT; C
    tyre_slope_s: tuple[float, ...] = (0.056, 0.051, 0.047, 0.050, 0.040)  # per lap of age; C; laps
    tyre_cliff_s: tuple[float, ...] = (1.5, 1.8, 2.2, 2.5, 2.5)  # wear loss it starts at; C
    tyre_cliff_factor: float = 2.0  # from there on it loses so many times as much per lap
    cold_tyre_s: tuple[float, ...] = (0.8, 1.0, 1.2, 1.0, 1.0)  # first lap on a new set; C; TUM

    # start
    slot_s: float = 0.25  # one grid slot further back
    start_noise_s: float = 0.18  # getaway and first lap together; realism
    p_first_lap_setback: float = 0.08  # run wide, boxed in, touched; realism
    first_lap_setback_s: float = 5.0  # the most it costs, uniform from nothing; realism
    damage_s: float = 3.8  # a first lap that costs more brings the car in on the second
    p_early_stop: float = 0.045  # per grid slot behind the third, of soft starters: a gamble
    pit_lane_start_s: float = 8.0  # behind the last grid slot

    # pit lane
    pit_loss_green_s: float = 19.4  # laps: 22.9 with standstill and cold tyres
    pit_loss_vsc_s: float = 11.7  # 0.60 of green, as in TUM
    pit_loss_safety_car_s: float = 10.1  # 0.52 of green, as in TUM
    stationary_s: float = 2.5  # median standstill
    stationary_shape: float = 3.5  # log-logistic tail; laps: one stop in 20 loses 3 s more
    stops_mean: float = 1.75  # stops per car in a dry race, for the default plans
    stop_window_safety_car: int = 16  # a stop planned within so many laps is made under an SC
    stop_window_vsc: int = 10
    free_change_laps: int = 10  # tyres older than that are changed under an SC without a plan
    p_free_change: float = 0.55  # per car and race: it does so, but for the leader
    p_early_change: float = 0.25  # likewise, its planned stop long before it is due
    least_stint_laps: int = 5  # no early stop so soon after a stop; planned ones: see ticks.py
    last_stop_laps: int = 3  # no stop in the last laps, unless the race stands
    cover_window_s: float = 6.0  # behind it, a car that stops is answered by the one ahead
    cover_until: float = 0.65  # of the distance; later nobody answers any more; laps
    cover_laps: int = 15  # whose own stop is due within so many laps
    p_cover: float = 0.9  # per car and race: it answers at all
    p_free_stop: float = 0.15  # per car and race: it uses a gap to the car behind for a late stop
    free_stop_laps: int = 4  # drawn among so many laps before the last that allow a stop
    free_stop_margin_s: float = 5.0  # of that gap over a stop's loss

    # what is managed: from some part of the distance on, differences of pace, and a lead
    settled_from: float = 0.5  # of the distance
    settled_share: float = 0.2  # of a car's pace to the reference, given up from there on
    lead_kept_s: float = 6.0  # no more is needed then, with no stop to come
    lead_share: float = 0.2  # of what is more, given away per lap
    lead_given_s: float = 1.5  # the most per lap

    # neutralisations
    p_safety_car_after_accident: float = 0.34  # realism
    p_vsc_after_accident: float = 0.15
    p_safety_car_after_failure: float = 0.10
    p_vsc_after_failure: float = 0.227  # TUM
    p_red_flag_after_accident: float = 0.06
    other_safety_cars: float = 0.15  # mean per full race, without a retirement; realism
    other_vscs: float = 0.10
    safety_car_laps: tuple[int, ...] = (2, 7)  # full laps behind it: (low, high), or quantiles
    vsc_laps: tuple[int, ...] = (1, 3)
    catch_up_share: float = 0.30  # of a lap, gained on the queue per safety-car lap
    accident_lap1_share: float = 0.36  # accidents of the first lap; TUM (start of SC on lap 1)

    # time penalties
    p_penalty: float = 0.04  # per car in a full race
    penalty_s: tuple[float, float] = (5.0, 10.0)
    long_penalty_share: float = 0.3  # of penalties, the longer one

    def __post_init__(self) -> None:
        _check(self)


def default_circuit() -> CircuitParameters:
    """Give the circuit that is used where nothing better is known."""
    return CircuitParameters()


# Largest values; together they keep every time of a race within 32 bits of ticks.
_MOST = {
    "tyre_slope_s": 5.0,
    "lap_noise_s": 20.0,
    "start_noise_s": 20.0,
    "other_safety_cars": 4.0,
    "other_vscs": 4.0,
    "catch_up_share": 1.0,
    "accident_lap1_share": 1.0,
    "long_penalty_share": 1.0,
    "lead_share": 1.0,
    "cover_until": 1.0,
    "settled_from": 1.0,
    "settled_share": 1.0,
    "tyre_cliff_factor": 4.0,
    "first_lap_setback_s": 60.0,
    "follow_spread_s": 8.0,
}
_MOST_OTHERWISE = 100.0


def _check(circuit: CircuitParameters) -> None:
    for field in fields(circuit):
        value = getattr(circuit, field.name)
        most = 1.0 if field.name.startswith("p_") else _MOST.get(field.name, _MOST_OTHERWISE)
        values = value if isinstance(value, tuple) else (value,)
        # NaN fails the comparison too
        _expect(all(0.0 <= v <= most for v in values), field.name, value, f"0 to {most:g}")
    for name in ("tyre_offset_s", "tyre_slope_s", "tyre_cliff_s", "cold_tyre_s"):
        value = getattr(circuit, name)
        one_each = isinstance(value, tuple) and len(value) == len(COMPOUND_ORDER)
        _expect(one_each, name, value, "one for each compound")
    for name in ("safety_car_laps", "vsc_laps"):
        laps = getattr(circuit, name)
        whole = isinstance(laps, tuple) and len(laps) >= 2
        whole = whole and all(lap == int(lap) and lap >= 1 for lap in laps)
        rising = whole and all(a <= b for a, b in pairwise(laps))
        _expect(rising, name, laps, "low <= high, or rising quantiles: whole laps from 1")
    short = len(circuit.penalty_s) == 2 and circuit.penalty_s[0] <= circuit.penalty_s[1]
    _expect(short, "penalty_s", circuit.penalty_s, "a short and a long one")
    for name, least in (("stationary_shape", 1.0), ("tyre_cliff_factor", 1.0)):
        _expect(getattr(circuit, name) >= least, name, getattr(circuit, name), ">= 1")


def _expect(condition: bool, name: str, value: object, expected: str) -> None:
    if not condition:
        raise F1Error(
            "a circuit cannot have this constant",
            where=f"CircuitParameters.{name}",
            got=str(value),
            expected=expected,
            do="correct the circuit's constants",
        )
