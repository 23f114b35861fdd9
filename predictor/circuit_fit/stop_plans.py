"""Which stop plans were driven where: compounds in order, and when they were changed.

A first stop on green before `FIRST_STOP` of the distance is a repair or a gamble of a car that
is last anyway: nobody planned it, and its car tells nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from predictor.circuit_fit.pooling import Pooled, pool
from predictor.circuit_fit.race_laps import RED, SAFETY_CAR, VSC, RaceLaps, lap_flags
from predictor.circuit_fit.tyres import DRY
from predictor.simulator.race_inputs import MAX_STOPS

__all__ = ["FIRST_STOP", "CircuitPlans", "DrivenPlan", "agreement", "driven_plans", "fit_plans"]

FIRST_STOP = 0.15
"""Share of the distance before which nobody plans a first stop."""

_LEAST_SHARE = 0.02  # of the cars with as many stops; a plan that is driven less is not offered
_RARE = 0.05  # of a circuit's cars with as many stops; its rarest plans up to it are left out
_IN_THE_POINTS = 10  # behind them a stop lap is a gamble as often as a plan
_STARTS = 200  # of windows tried, evenly spread
_APART = 0.04  # stops of one plan keep this distance

Sequence_ = tuple[int, ...]


class DrivenPlan(NamedTuple):
    """What one car that saw the flag did."""

    car: int
    compounds: Sequence_
    at: tuple[float, ...]  # shares of the distance
    on_green: tuple[bool, ...]
    position: float  # official result; NaN without one

    @property
    def is_planned(self) -> bool:
        """Whether no repair or gamble begins it; a flag brings anybody in."""
        return not self.at or self.at[0] >= FIRST_STOP or not self.on_green[0]


class CircuitPlans(NamedTuple):
    """The plans of one circuit, those with few stops first; shares sum to one.

    Stops of a plan lie evenly within ``jitter`` of the distance either way of where the race
    has them, and that within ``shared_jitter`` of where the circuit has them.
    """

    compounds: tuple[Sequence_, ...]
    at: tuple[tuple[float, ...], ...]
    shares: tuple[float, ...]
    jitter: float
    shared_jitter: float
    spread: float  # how far apart the cars of one race choose, 0 to 1
    races: int
    first_stop: float = FIRST_STOP


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
            place = float(race.position[car])
            found.append(DrivenPlan(int(car), compounds, at, on_green, place))
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
    of_race = [
        (race.circuit_id, [plan for plan in driven_plans(race) if plan.is_planned])
        for race in races
    ]
    of_race = [(circuit, plans) for circuit, plans in of_race if plans]
    circuits = [circuit for circuit, _ in of_race]
    offered = _offered([plans for _, plans in of_race])
    no_error = [0.0] * len(of_race)
    numbers = {
        n: pool([_share_of_number(n, plans) for _, plans in of_race], no_error, circuits)
        for n in sorted({len(one) for one in offered})
    }
    shares = {one: _shares(one, of_race, offered) for one in offered}
    at = {
        (compounds, stop): _stop_shares(compounds, stop, of_race)
        for compounds in offered
        for stop in range(len(compounds) - 1)
    }
    jitter = _jitter(of_race, offered)
    shared_jitter = _shared_jitter(of_race, offered)
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
            shared_jitter,
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
    compounds: Sequence_,
    of_race: Sequence[tuple[str, list[DrivenPlan]]],
    offered: list[Sequence_],
) -> Pooled:
    """Pool the share of a plan among the offered plans of a race with as many stops.

    One car that stops thrice says less of how that is done than ten.
    """
    rivals = [one for one in offered if len(one) == len(compounds)]
    counts = [
        (circuit, sum(plan.compounds == compounds for plan in plans),
         sum(plan.compounds in rivals for plan in plans))
        for circuit, plans in of_race
    ]  # fmt: skip
    known = [(circuit, made, of) for circuit, made, of in counts if of]
    usual = sum(made for _, made, _ in known) / sum(of for *_, of in known)
    return pool(
        [made / of for _, made, of in known],
        [float(np.sqrt(usual * (1.0 - usual) / of)) for *_, of in known],
        [circuit for circuit, *_ in known],
    )


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
        lowest = found[-1] + _APART if found else FIRST_STOP
        found.append(min(max(share, lowest), 1.0 - _APART * (stops - stop)))
    return tuple(found)


def _jitter(of_race: Sequence[tuple[str, list[DrivenPlan]]], offered: list[Sequence_]) -> Pooled:
    """Give how far stops of one plan and race lie either way: sd of a uniform, times root 3.

    Of the cars in the points, whose stops are what a race is read by.
    """
    values, circuits = [], []
    for circuit, plans in of_race:
        leaders = [plan for plan in plans if plan.position <= _IN_THE_POINTS]
        apart: list[float] = []
        for made in _stops_on_green(leaders, offered).values():
            if len(made) > 2:
                wider = np.sqrt(len(made) / (len(made) - 1))  # their own mean was taken off
                apart += list((np.array(made) - np.mean(made)) * wider)
        if len(apart) > 3:
            values.append(float(np.sqrt(3.0) * np.sqrt(np.mean(np.square(apart)))))
            circuits.append(circuit)
    return pool(values, [0.0] * len(values), circuits)


def _shared_jitter(
    of_race: Sequence[tuple[str, list[DrivenPlan]]], offered: list[Sequence_]
) -> float:
    """Give how far all cars of a race move a plan's stops together, either way.

    What races of one circuit differ by, beyond what the few cars of each would by chance; a
    stop of a plan counts by its races.
    """
    made = [(circuit, _stops_on_green(plans, offered)) for circuit, plans in of_race]
    apart = [np.array(one) - np.mean(one) for _, stops in made for one in stops.values()]
    freedom = sum(len(one) - 1 for one in apart)
    own = sum(float((one**2).sum()) for one in apart) / freedom if freedom else 0.0
    total, races = 0.0, 0
    for stop in sorted({key for _, stops in made for key in stops}):
        seen = [(circuit, stops[stop]) for circuit, stops in made if stop in stops]
        errors = [float(np.sqrt(own / len(one))) for _, one in seen]
        pooled = pool([float(np.mean(one)) for _, one in seen], errors, [c for c, _ in seen])
        total += len(seen) * pooled.within**2
        races += len(seen)
    return float(np.sqrt(3.0 * total / races)) if races else 0.0


def _stops_on_green(
    plans: Sequence[DrivenPlan], offered: list[Sequence_]
) -> dict[tuple[Sequence_, int], list[float]]:
    """Give when each stop of each offered plan was made, by compounds and number of the stop."""
    found: dict[tuple[Sequence_, int], list[float]] = {}
    for plan in plans:
        if plan.compounds in offered:
            for stop, at in enumerate(plan.at):
                if plan.on_green[stop]:
                    found.setdefault((plan.compounds, stop), []).append(at)
    return found
