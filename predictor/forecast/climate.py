"""How often it rains at a circuit, and how often the safety car comes: counted, then shrunk.

A race of a season is known to forecasts of later seasons alone. What happened at a circuit
leans on circuits of its kind of climate, and these on all.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum

__all__ = ["Chances", "Climate", "ClimateConfig", "ClimateKind", "chances_of"]


_ABOVE_0 = (
    "wet_share_races", "wet_kind_races", "wet_circuit_races", "safety_car_races",
    "odds_after_wet", "odds_after_dry", "forecast_half_life_days",
)  # fmt: skip


class ClimateKind(StrEnum):
    """Kinds of climate, by the letters of Köppen's map for the place of a circuit.

    Source: Beck et al., "Present and future Köppen-Geiger climate classification maps at
    1-km resolution", Scientific Data 5 (2018).
    """

    ARID = "arid"  # B: desert and steppe
    DRY_SEASON = "dry-season"  # Cs, Cw: dry for months, in which most of these races are
    RAINY = "rainy"  # Cf, Df: rain in every month
    TROPICAL = "tropical"  # A: showers by the hour


@dataclass(frozen=True, slots=True)
class Climate:
    """The seasons of a circuit's races, each race in the scenario that it was."""

    kind: ClimateKind | None = None  # None: not known, the mean of all
    dry: tuple[int, ...] = ()
    safety_car: tuple[int, ...] = ()
    wet: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ClimateConfig:
    """What is believed of rain and safety cars before any is counted, as so many races.

    Source: walked forward over 2014-2021 (`tests/validation/climate_skill.py`). A circuit's
    own count told next to nothing there of rain and nothing of safety cars; at these weights
    the log loss has all but stopped to fall. Half of all dry races have a safety car: a share
    that was learnt from race to race only lagged. A wet session: the odds of 2014-2021 were
    2.3 times those without (logarithm .84 +- .59), taken at two thirds of the logarithm. The
    weight of forecasts of rain is judgement: no file of past ones is at hand.
    """

    wet_share: float = 0.10
    wet_share_races: float = 20.0  # behind the share of all circuits
    wet_kind_races: float = 20.0  # of all circuits, behind the share of a kind of climate
    wet_circuit_races: float = 20.0  # of its kind, behind the share of a circuit
    safety_car_share: float = 0.50  # of dry races
    safety_car_races: float = 40.0
    odds_after_wet: float = 1.65  # times the climate's, with a wet session in the weekend
    odds_after_dry: float = 0.90  # without one
    forecast_weight: float = 0.9  # of a forecast of rain issued as the race begins
    forecast_half_life_days: float = 4.0

    def __post_init__(self) -> None:
        for name in ("wet_share", "safety_car_share"):
            if not 0.0 < getattr(self, name) < 1.0:  # NaN fails too
                raise ValueError(f"climate.{name} is {getattr(self, name)}, not between 0 and 1")
        if not 0.0 <= self.forecast_weight < 1.0:
            raise ValueError(f"climate.forecast_weight is {self.forecast_weight}, not 0 to below 1")
        for name in _ABOVE_0:
            if not getattr(self, name) > 0.0:
                raise ValueError(f"climate.{name} is {getattr(self, name)}, not above 0")


@dataclass(frozen=True, slots=True)
class Chances:
    """Probabilities of one race."""

    wet: float
    safety_car: float  # of one or more, if it stays dry


def chances_of(
    circuit: Climate, all_circuits: Iterable[Climate], season: int, config: ClimateConfig
) -> Chances:
    """Give the chances of a race of ``season`` from the races of earlier seasons."""
    known = tuple(all_circuits)
    alike = [one for one in known if one.kind is circuit.kind]
    wet = _shrunk(_wet(known, season), config.wet_share, config.wet_share_races)
    if circuit.kind is not None:
        wet = _shrunk(_wet(alike, season), wet, config.wet_kind_races)
    wet = _shrunk(_wet([circuit], season), wet, config.wet_circuit_races)
    came, stayed = (_before(season, one) for one in (circuit.safety_car, circuit.dry))
    count = came, came + stayed
    return Chances(wet, _shrunk(count, config.safety_car_share, config.safety_car_races))


def _wet(circuits: Collection[Climate], season: int) -> tuple[int, int]:
    wet = sum(_before(season, one.wet) for one in circuits)
    dry = sum(_before(season, one.dry) + _before(season, one.safety_car) for one in circuits)
    return wet, wet + dry


def _before(season: int, seasons: tuple[int, ...]) -> int:
    return sum(one < season for one in seasons)


def _shrunk(count: tuple[int, int], share: float, races: float) -> float:
    seen, of = count
    return (seen + races * share) / (of + races)
