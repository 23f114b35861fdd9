"""Which stop plans were driven where: compounds in order, and when they were changed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from predictor.circuit_fit.pooling import Pooled, pool
from predictor.circuit_fit.race_laps import RED, SAFETY_CAR, VSC, RaceLaps, lap_flags
from predictor.circuit_fit.tyres import DRY
from predictor.simulator.race_inputs import MAX_STOPS

__all__ = ["CircuitPlans", "DrivenPlan", "agreement", "driven_plans", "fit_plans"]

_LEAST_SHARE = 0.01  # of all cars in all races; a plan that is driven less is not offered
_EARLIEST = 0.03  # share of the distance before the first stop
_STARTS = 200  # of windows tried, evenly spread
_APART = 0.04  # stops of one plan keep this distance

Sequence_ = tuple[int, ...]


class DrivenPlan(NamedTuple):
    """What one car that saw the flag did."""

    car: int
    compounds: Sequence_
    at: tuple[float, ...]  # shares of the distance
    on_green: tuple[bool, ...]


class CircuitPlans(NamedTuple):
    """The plans of one circuit, those with few stops first; shares sum to one."""

    compounds: tuple[Sequence_, ...]
    at: tuple[tuple[float, ...], ...]
    shares: tuple[float, ...]
    jitter: float
    spread: float  # how far apart the cars of one race choose, 0 to 1
    races: int


def driven_plans(race: RaceLaps) -> list[DrivenPlan]:
    """Give the plans of the cars that ran the distance, without a change under a red flag."""
    flags = lap_flags(race)
    if ((flags & RED) > 0).any():
        return []
    slow = (flags & (SAFETY_CAR | VSC)) > 0
    found = []
    for car in np.flatnonzero(race.ran.sum(axis=1) >= race.n_laps - 2):
        stops = [int(lap) + 1 for lap in np.flatnonzero(race.pit_in[car, :-1])]
        while len(stops) > MAX_STOPS:  # drop the second of the two that lie closest
            del stops[1 + int(np.argmin(np.diff(stops)))]
        starts = [0, *stops]
        compounds = tuple(int(_most(race.compound[car], a, b)) for a, b in _pairs(starts, race))
        if all(0 <= c < DRY for c in compounds):
            at = tuple(lap / race.n_laps for lap in stops)
            on_green = tuple(not slow[lap - 1] for lap in stops)
            found.append(DrivenPlan(int(car), compounds, at, on_green))
    return found


def _pairs(starts: list[int], race: RaceLaps) -> list[tuple[int, int]]:
    return list(zip(starts, [*starts[1:], race.n_laps], strict=True))


def _most(compound: np.ndarray, first: int, last: int) -> int:
    used = compound[first:last]
    used = used[used >= 0]
    return int(np.bincount(used).argmax()) if len(used) else -1


def fit_plans(races: Sequence[RaceLaps]) -> dict[str, CircuitPlans]:
    """Fit the plans of every circuit; "" has those of all together.

    A race counts once, as its cars choose together. Pooled over races by circuit are the
    shares of each number of stops, the share of a plan among those with as many, and when
    each of its stops was made, as far as on green.
    """
    of_race = [(race.circuit_id, driven_plans(race)) for race in races]
    of_race = [(circuit, plans) for circuit, plans in of_race if plans]
    circuits = [circuit for circuit, _ in of_race]
    offered = _offered([plans for _, plans in of_race])
    no_error = [0.0] * len(of_race)
    numbers = {
        n: pool([_share_of_number(n, plans) for _, plans in of_race], no_error, circuits)
        for n in sorted({len(one) for one in offered})
    }
    shares = {
        one: pool([_share(one, plans, offered) for _, plans in of_race], no_error, circuits)
        for one in offered
    }
    at = {
        (compounds, stop): _stop_shares(compounds, stop, of_race)
        for compounds in offered
        for stop in range(len(compounds) - 1)
    }
    jitter = _jitter(of_race, offered)
    found = {}
    for circuit in ("", *sorted(set(circuits))):
        weights = _weights(offered, numbers, shares, circuit)
        order = sorted(range(len(offered)), key=lambda i: (len(offered[i]), -weights[i]))
        use = [index for index in order if weights[index] > 0.0]
        total = float(weights.sum())
        found[circuit] = CircuitPlans(
            tuple(offered[index] for index in use),
            tuple(_rising(offered[index], at, circuit) for index in use),
            tuple(float(weights[index]) / total for index in use),
            jitter.at(circuit)[0],
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


def _fit_spread(
    of_race: Sequence[tuple[str, list[DrivenPlan]]], fitted: dict[str, CircuitPlans]
) -> float:
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


def _offered(races: Sequence[list[DrivenPlan]]) -> list[Sequence_]:
    total: dict[Sequence_, float] = {}
    for plans in races:
        for plan in plans:
            total[plan.compounds] = total.get(plan.compounds, 0.0) + 1.0 / len(plans)
    enough = [one for one, weight in total.items() if weight >= _LEAST_SHARE * len(races)]
    return sorted(enough, key=lambda one: (-total[one], one))


def _share_of_number(n: int, plans: list[DrivenPlan]) -> float:
    return sum(len(plan.compounds) == n for plan in plans) / len(plans)


def _share(compounds: Sequence_, plans: list[DrivenPlan], offered: list[Sequence_]) -> float:
    """Give the share of a plan among the plans of a race with as many stops."""
    alike = [p.compounds for p in plans if len(p.compounds) == len(compounds)]
    known = [one for one in alike if one in offered]
    return known.count(compounds) / len(known) if known else float("nan")


def _weights(
    offered: list[Sequence_],
    numbers: dict[int, Pooled],
    shares: dict[Sequence_, Pooled],
    circuit: str,
) -> np.ndarray:
    weights = np.zeros(len(offered))
    for n, number in numbers.items():
        of = [index for index, one in enumerate(offered) if len(one) == n]
        within = np.array([max(0.0, shares[offered[index]].at(circuit)[0]) for index in of])
        if within.sum() > 0.0:
            weights[of] = max(0.0, number.at(circuit)[0]) * within / within.sum()
    return weights


def _stop_shares(
    compounds: Sequence_, stop: int, of_race: Sequence[tuple[str, list[DrivenPlan]]]
) -> Pooled:
    values, circuits = [], []
    for circuit, plans in of_race:
        made = [p.at[stop] for p in plans if p.compounds == compounds and p.on_green[stop]]
        if made:
            values.append(float(np.median(made)))
            circuits.append(circuit)
    return pool(values, [0.0] * len(values), circuits)


def _rising(
    compounds: Sequence_, at: dict[tuple[Sequence_, int], Pooled], circuit: str
) -> tuple[float, ...]:
    """Give a plan's stops in order and apart; evenly spread where none was made on green."""
    stops = len(compounds) - 1
    found: list[float] = []
    for stop in range(stops):
        share = at[compounds, stop].at(circuit)[0]
        share = share if np.isfinite(share) else (stop + 1) / (stops + 1)
        lowest = found[-1] + _APART if found else _EARLIEST
        found.append(min(max(share, lowest), 1.0 - _APART * (stops - stop)))
    return tuple(found)


def _jitter(of_race: Sequence[tuple[str, list[DrivenPlan]]], offered: list[Sequence_]) -> Pooled:
    """Give how far stops of one plan and race lie either way: sd of a uniform, times root 3."""
    values, circuits = [], []
    for circuit, plans in of_race:
        apart: list[float] = []
        for compounds in offered:
            for stop in range(len(compounds) - 1):
                made = [p.at[stop] for p in plans if p.compounds == compounds and p.on_green[stop]]
                if len(made) > 2:
                    wider = np.sqrt(len(made) / (len(made) - 1))  # their own mean was taken off
                    apart += list((np.array(made) - np.mean(made)) * wider)
        if len(apart) > 3:
            values.append(float(np.sqrt(3.0) * np.sqrt(np.mean(np.square(apart)))))
            circuits.append(circuit)
    return pool(values, [0.0] * len(values), circuits)
