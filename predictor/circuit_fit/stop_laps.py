"""When planned stops are made, and how far they move: a race's cars together, each on its own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from predictor.circuit_fit.driven_plans import FIRST_STOP, Compounds, DrivenPlan
from predictor.circuit_fit.pooling import Pooled, pool

__all__ = ["RacePlans", "own_jitter", "shared_jitter", "usual_stops"]

RacePlans = Sequence[tuple[str, list[DrivenPlan]]]
"""Races by circuit id, with the plans of each."""

_IN_THE_POINTS = 10  # behind them a stop lap is a gamble as often as a plan
_OF_ITS_OWN = 0.65  # the rest is what cars answer to, neighbours and flags, which races have anyway
_APART = 0.04  # stops of one plan keep this distance


def usual_stops(
    of_race: RacePlans, offered: list[Compounds]
) -> Callable[[Compounds, str], tuple[float, ...]]:
    """Return what gives a plan's stops at a circuit, as shares of the distance."""
    at = {
        (compounds, stop): _usual_stop(compounds, stop, of_race)
        for compounds in offered
        for stop in range(len(compounds) - 1)
    }

    def stops(compounds: Compounds, circuit: str) -> tuple[float, ...]:
        count = len(compounds) - 1
        shares = [at[compounds, stop].at(circuit)[0] for stop in range(count)]
        return _rising(shares)

    return stops


def _usual_stop(compounds: Compounds, stop: int, of_race: RacePlans) -> Pooled:
    values, circuits = [], []
    for circuit, plans in of_race:
        made = [p.at[stop] for p in plans if p.compounds == compounds and p.on_green[stop]]
        if made:
            values.append(float(np.median(made)))
            circuits.append(circuit)
    return pool(values, [0.0] * len(values), circuits)


def _rising(shares: Sequence[float]) -> tuple[float, ...]:
    """Give a plan's stops in order and apart; evenly spread where none was made on green."""
    found: list[float] = []
    for stop, given in enumerate(shares):
        share = given if np.isfinite(given) else (stop + 1) / (len(shares) + 1)
        lowest = found[-1] + _APART if found else FIRST_STOP
        found.append(min(max(share, lowest), 1.0 - _APART * (len(shares) - stop)))
    return tuple(found)


def own_jitter(of_race: RacePlans, offered: list[Compounds]) -> Pooled:
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
            spread = float(np.sqrt(3.0) * np.sqrt(np.mean(np.square(apart))))
            values.append(_OF_ITS_OWN * spread)
            circuits.append(circuit)
    return pool(values, [0.0] * len(values), circuits)


def shared_jitter(of_race: RacePlans, offered: list[Compounds]) -> float:
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
    plans: Sequence[DrivenPlan], offered: list[Compounds]
) -> dict[tuple[Compounds, int], list[float]]:
    """Give when each stop of each offered plan was made, by compounds and number of the stop."""
    found: dict[tuple[Compounds, int], list[float]] = {}
    for plan in plans:
        if plan.compounds in offered:
            for stop, at in enumerate(plan.at):
                if plan.on_green[stop]:
                    found.setdefault((plan.compounds, stop), []).append(at)
    return found
