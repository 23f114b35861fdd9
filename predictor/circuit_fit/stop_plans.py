"""Which stop plans are usual where, and how alike the cars of one race choose.

A car whose first stop nobody planned tells nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from predictor.circuit_fit.driven_plans import FIRST_STOP, Compounds, DrivenPlan, driven_plans
from predictor.circuit_fit.pooling import Pooled, pool
from predictor.circuit_fit.race_laps import RaceLaps
from predictor.circuit_fit.stop_laps import RacePlans, own_jitter, shared_jitter, usual_stops
from predictor.simulator.race_inputs import MAX_STOPS

__all__ = ["CircuitPlans", "agreement", "fit_plans"]

_LEAST_SHARE = 0.02  # of the cars with as many stops; a plan that is driven less is not offered
_RARE = 0.05  # of a circuit's cars with as many stops; its rarest plans up to it are left out
_DRIFT = 0.05  # by which shares may move from season to season: softs at the start .5 to .2 in six
_STARTS = 200  # of windows tried, evenly spread


class CircuitPlans(NamedTuple):
    """The plans of one circuit, those with few stops first; shares sum to one.

    Stops of a plan lie evenly within ``jitter`` of the distance either way of where the race
    has them, and that within ``shared_jitter`` of where the circuit has them.
    """

    compounds: tuple[Compounds, ...]
    at: tuple[tuple[float, ...], ...]
    shares: tuple[float, ...]
    jitter: float
    shared_jitter: float
    spread: float  # how far apart the cars of one race choose, 0 to 1
    races: int
    first_stop: float = FIRST_STOP


def fit_plans(races: Sequence[RaceLaps]) -> dict[str, CircuitPlans]:
    """Fit the plans of every circuit; "" has those of all together.

    A race counts once, as its cars choose together. Pooled over races by circuit are the
    shares of each number of stops, the share of a plan among those with as many, and when
    each of its stops was made, as far as on green.
    """
    planned = [[plan for plan in driven_plans(race) if plan.is_planned] for race in races]
    told = [(race, plans) for race, plans in zip(races, planned, strict=True) if plans]
    of_race = [(race.circuit_id, plans) for race, plans in told]
    latest = max((race.season for race, _ in told), default=0)
    dated = [_DRIFT * (latest - race.season) for race, _ in told]
    circuits = [circuit for circuit, _ in of_race]
    offered = _offered([plans for _, plans in of_race])
    numbers = {
        n: pool([_share_of_number(n, plans) for _, plans in of_race], dated, circuits)
        for n in sorted({len(one) for one in offered})
    }
    shares = {one: _shares(one, of_race, offered, dated) for one in offered}
    stops_of = usual_stops(of_race, offered)
    jitter, shared = own_jitter(of_race, offered), shared_jitter(of_race, offered)
    found = {}
    for circuit in ("", *sorted(set(circuits))):
        weights = _weights(offered, numbers, shares, circuit)
        order = sorted(range(len(offered)), key=lambda i: (len(offered[i]), -weights[i]))
        use = [index for index in order if weights[index] > 0.0]
        total = float(weights.sum())
        found[circuit] = CircuitPlans(
            tuple(offered[index] for index in use),
            tuple(stops_of(offered[index], circuit) for index in use),
            tuple(float(weights[index]) / total for index in use),
            jitter.at(circuit)[0],
            shared,
            1.0,
            circuits.count(circuit),
        )
    spread = _fit_spread(of_race, found)
    return {circuit: plans._replace(spread=spread) for circuit, plans in found.items()}


def agreement(shares: Sequence[float], spread: float) -> float:
    """Give how likely two cars of one race choose the same of several things in a row.

    Each chooses anywhere in a window of width ``spread`` on the cumulative shares; where the
    window begins is drawn once a race, and at the end it goes round.
    """
    edges = np.concatenate([[0.0], np.cumsum(shares)])
    start = (np.arange(_STARTS) + 0.5)[:, None] / _STARTS
    inside = np.zeros((_STARTS, len(shares)))
    for turn in (-1.0, 0.0, 1.0):
        low = np.maximum(edges[:-1] + turn, start)
        inside += np.maximum(0.0, np.minimum(edges[1:] + turn, start + spread) - low)
    return float(((inside / spread) ** 2).sum(axis=1).mean())


def _fit_spread(of_race: RacePlans, fitted: dict[str, CircuitPlans]) -> float:
    """Give the spread at which cars agree on the number of stops as often as they did."""
    real, shares = [], []
    for circuit, plans in of_race:
        stops = np.array([len(plan.at) for plan in plans])
        if len(stops) < 2:
            continue
        same = np.array([int((stops == n).sum()) for n in np.unique(stops)])
        real.append(float((same * (same - 1)).sum() / (len(stops) * (len(stops) - 1))))
        of = fitted[circuit]
        numbers = [len(at) for at in of.at]
        shares.append([sum(s for s, n in zip(of.shares, numbers, strict=True) if n == k)
                       for k in range(MAX_STOPS + 1)])  # fmt: skip
    if not real:
        return 1.0
    narrow, wide = 0.01, 1.0
    for _ in range(20):
        middle = (narrow + wide) / 2
        agree = float(np.mean([agreement(one, middle) for one in shares]))
        narrow, wide = (middle, wide) if agree > np.mean(real) else (narrow, middle)
    return wide


def _offered(races: Sequence[list[DrivenPlan]]) -> list[Compounds]:
    total: dict[Compounds, float] = {}
    of_number: dict[int, float] = {}
    for plans in races:
        for compounds in (plan.compounds for plan in plans):
            total[compounds] = total.get(compounds, 0.0) + 1.0 / len(plans)
            number = len(compounds)
            of_number[number] = of_number.get(number, 0.0) + 1.0 / len(plans)
    enough = [one for one, weight in total.items() if weight >= _LEAST_SHARE * of_number[len(one)]]
    return sorted(enough, key=lambda one: (-total[one], one))


def _share_of_number(n: int, plans: list[DrivenPlan]) -> float:
    return sum(len(plan.compounds) == n for plan in plans) / len(plans)


def _shares(
    compounds: Compounds,
    of_race: RacePlans,
    offered: list[Compounds],
    dated: Sequence[float],
) -> Pooled:
    """Pool the share of a plan among the offered plans of a race with as many stops.

    One car that stops thrice says less of how that is done than ten, and a race of long ago
    less than a late one: ``dated`` is what its shares may have moved by since.
    """
    rivals = [one for one in offered if len(one) == len(compounds)]
    counts = [
        (circuit, sum(plan.compounds == compounds for plan in plans),
         sum(plan.compounds in rivals for plan in plans), moved)
        for (circuit, plans), moved in zip(of_race, dated, strict=True)
    ]  # fmt: skip
    known = [one for one in counts if one[2]]
    usual = sum(made for _, made, _, _ in known) / sum(of for _, _, of, _ in known)
    return pool(
        [made / of for _, made, of, _ in known],
        [float(np.hypot(np.sqrt(usual * (1.0 - usual) / of), moved)) for _, _, of, moved in known],
        [circuit for circuit, *_ in known],
    )


def _weights(
    offered: list[Compounds],
    numbers: dict[int, Pooled],
    shares: dict[Compounds, Pooled],
    circuit: str,
) -> np.ndarray:
    weights = np.zeros(len(offered))
    for n, number in numbers.items():
        of = [index for index, one in enumerate(offered) if len(one) == n]
        within = np.array([max(0.0, shares[offered[index]].at(circuit)[0]) for index in of])
        within[_rarest(within)] = 0.0
        if within.sum() > 0.0:
            weights[of] = max(0.0, number.at(circuit)[0]) * within / within.sum()
    return weights


def _rarest(weights: np.ndarray) -> np.ndarray:
    """Give the indices of the smallest weights, as many as make no more than the rare share."""
    order = np.argsort(weights, kind="stable")
    is_rare = np.cumsum(weights[order]) <= _RARE * weights.sum()
    rarest: np.ndarray = order[is_rare]
    return rarest
