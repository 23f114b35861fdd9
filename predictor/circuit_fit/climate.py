"""Which races of a circuit were wet, had a safety car, or had neither."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from predictor.circuit_fit.race_control import spells
from predictor.circuit_fit.race_laps import SAFETY_CAR, RaceLaps, rain_share
from predictor.vocabulary import Scenario

__all__ = ["Seasons", "climates_of", "kept_seasons", "scenario_of"]

_FEWEST_RAIN_LAPS = 0.05  # of all laps of a wet race: more than a shower that a few gamble on

Seasons = Mapping[Scenario, tuple[int, ...]]


def climates_of(races: Sequence[RaceLaps]) -> dict[str, dict[Scenario, tuple[int, ...]]]:
    """Give the seasons of every circuit's races, by what each race was."""
    found: dict[str, dict[Scenario, tuple[int, ...]]] = {}
    for race in sorted(races, key=lambda one: one.race):
        of = found.setdefault(race.circuit_id, dict.fromkeys(Scenario, ()))
        of[scenario_of(race)] += (race.season,)
    return found


def scenario_of(race: RaceLaps) -> Scenario:
    """Tell what a race was: one lap in twenty on rain tyres makes it wet."""
    if rain_share(race) > _FEWEST_RAIN_LAPS:
        return Scenario.WET
    came = any(spell.kind == SAFETY_CAR for spell in spells(race))
    return Scenario.SAFETY_CAR if came else Scenario.DRY


def kept_seasons(known: Seasons, counted: Seasons) -> dict[Scenario, tuple[int, ...]]:
    """Join what was known of a circuit with what was counted anew, which replaces its seasons."""
    anew = {season for seasons in counted.values() for season in seasons}
    return {
        one: tuple(
            sorted([*(s for s in known.get(one, ()) if s not in anew), *counted.get(one, ())])
        )
        for one in Scenario
    }
