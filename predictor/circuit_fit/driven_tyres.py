"""What teams drive says of tyres what laps cannot: a tyre that wears fast is taken off in time.

Laps on a soft tyre are those of stints in which it lasted, so a line through them is too flat,
and a race on it looks quicker than any that teams chose. They knew better.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from predictor.circuit_fit.stop_plans import CircuitPlans
from predictor.simulator.race_inputs import COMPOUND_ORDER, CircuitParameters
from predictor.vocabulary import Compound

__all__ = ["quickest", "soft_slope"]

Floats = NDArray[np.float64]

_SOFT = COMPOUND_ORDER.index(Compound.SOFT)
_MOST_SLOPE_S = 0.3  # per lap; beyond it nobody would put the tyre on
_HALVINGS = 20


def soft_slope(circuit: CircuitParameters, plans: CircuitPlans, n_laps: int) -> float:
    """Return the wear of a soft, s per lap, at which it is no quicker over a race than the rest.

    The quickest plan with a soft is held against the quickest without one, both with the number
    of stops that most cars make where both kinds are driven. Wear that was fitted is kept where
    it is enough, and never lowered.
    """
    with_soft, others = _usual_plans(plans)
    fitted = circuit.tyre_slope_s[_SOFT]
    if not with_soft:
        return fitted
    first = max(1, round(plans.first_stop * n_laps))
    best = min(quickest(circuit, plan, n_laps, first) for plan in others)

    def gains(slope: float) -> bool:
        worn = replace(circuit, tyre_slope_s=(slope, *circuit.tyre_slope_s[1:]))
        return min(quickest(worn, plan, n_laps, first) for plan in with_soft) < best

    low, high = fitted, _MOST_SLOPE_S
    if not gains(low):
        return fitted
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (middle, high) if gains(middle) else (low, middle)
    return high


def quickest(
    circuit: CircuitParameters, compounds: Sequence[int], n_laps: int, first: int
) -> float:
    """Return what tyres and stops cost over a race in clean air at the best laps to stop on, s.

    Parameters
    ----------
    compounds : sequence of int
        Indices into ``COMPOUND_ORDER``, in the order driven.
    first : int
        The first lap that may end with a stop.
    """
    stints = {c: _stint(circuit, c, n_laps) for c in set(compounds)}
    laps = np.arange(n_laps + 1)
    cost = stints[compounds[0]]
    if len(compounds) > 1:
        cost = np.where(laps >= first, cost, np.inf)
    driven = laps[:, None] - laps[None, :]  # since the stop, by the lap now and that of the stop
    for compound in compounds[1:]:
        stop = circuit.pit_loss_green_s + circuit.stationary_s + circuit.cold_tyre_s[compound]
        since = stints[compound][np.maximum(driven, 0)]
        since = np.where(driven >= circuit.least_stint_laps, since, np.inf)
        cost = (cost[None, :] + since).min(axis=1) + stop
    return float(cost[-1])


def _stint(circuit: CircuitParameters, compound: int, n_laps: int) -> Floats:
    """Give float64[n_laps + 1], s: what a set costs over so many laps, its cliff included."""
    slope, cliff = circuit.tyre_slope_s[compound], circuit.tyre_cliff_s[compound]
    worn, cost = 0.0, [0.0]
    for _ in range(n_laps):
        cost.append(cost[-1] + circuit.tyre_offset_s[compound] + worn)
        worn += slope if worn < cliff else slope * circuit.tyre_cliff_factor
    return np.array(cost)


def _usual_plans(plans: CircuitPlans) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """Give the plans with a soft and those without, of the number of stops most cars make."""
    share: dict[int, float] = {}
    kinds: dict[int, tuple[list[tuple[int, ...]], list[tuple[int, ...]]]] = {}
    for compounds, driven in zip(plans.compounds, plans.shares, strict=True):
        stops = len(compounds) - 1
        share[stops] = share.get(stops, 0.0) + driven
        kinds.setdefault(stops, ([], []))[_SOFT not in compounds].append(compounds)
    both = [stops for stops, (soft, rest) in kinds.items() if soft and rest]
    return kinds[max(both, key=lambda stops: share[stops])] if both else ([], [])
