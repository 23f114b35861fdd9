"""Does it rain, and does the safety car come, as often as forecasts say?

Walks through the races that ``config/circuits`` lists, each forecast from races of earlier seasons.
Prints, for blocks of seasons, what was expected and what came, and the log loss beside two
references: the circuit's own count (half a race of each added) and one share for all; then what
the weekend's own sessions add after practice (b) and qualifying (c). Then
the circuits in order of rain, and what came. The weights in `ClimateConfig` were chosen on
2014-2021. Run by ``make validate``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import log

import numpy as np

from predictor.features.rain_signs import rain_signs
from predictor.forecast.climate import Chances, Climate, ClimateConfig, chances_of
from predictor.forecast.options import ModelConfig
from predictor.forecast.rain import chance_of_rain
from predictor.vocabulary import Horizon, Scenario
from services.settings.model_constants import read_model
from tests.validation.simulator_skill import past_seasons

BLOCKS = {"2014-2021": (2014, 2021), "2022-2025": (2022, 2025), "2018-2025": (2018, 2025),
          "2014-2025": (2014, 2025)}  # fmt: skip
OWN = ClimateConfig(0.5, 1.0, 1.0, 1.0, 0.5, 1.0)
ONE_FOR_ALL = ClimateConfig(wet_circuit_races=1e9, wet_kind_races=1e9, safety_car_races=1e9)


def races(climates: Mapping[str, Climate]) -> Iterable[tuple[int, str, Scenario]]:
    """Every race: season, circuit, and what it was."""
    for name, climate in climates.items():
        for scenario in Scenario:
            yield from ((season, name, scenario) for season in getattr(climate, scenario))


def references(
    climates: Mapping[str, Climate], name: str, season: int, config: ClimateConfig
) -> dict[str, Chances]:
    """The chances that the product, the circuit's own count, and all circuits together give."""
    one, every = climates[name], climates.values()
    return {
        "as shipped": chances_of(one, every, season, config),
        "own count": chances_of(replace(one, kind=None), [], season, OWN),
        "one share for all": chances_of(one, every, season, ONE_FOR_ALL),
    }


def print_block(
    title: str, climates: Mapping[str, Climate], years: range, config: ClimateConfig
) -> None:
    """Print what was expected of the races of these years, and what came."""
    held = [one for one in races(climates) if one[0] in years]
    for what, of in (("wet", held), ("safety car, of dry races", dry_ones(held))):
        came = np.array([scenario.value == what.split(",")[0].replace(" ", "_")
                         for _, _, scenario in of])  # fmt: skip
        said: dict[str, list[float]] = {}
        for season, name, _ in of:
            for who, chances in references(climates, name, season, config).items():
                p = chances.wet if what == "wet" else chances.safety_car
                said.setdefault(who, []).append(p)
        print(f"{title}, {what}: {came.sum()} of {len(of)}")
        losses = {who: loss(np.array(p), came) for who, p in said.items()}
        for who, p in said.items():
            error = np.sqrt(np.sum(np.array(p) * (1 - np.array(p))))
            gap = losses["as shipped"] - losses[who]
            paired = gap.std(ddof=1) / len(gap) ** 0.5
            beside = "" if who == "as shipped" else f", shipped {gap.mean():+.4f} ± {paired:.4f}"
            print(f"  {who:18} {sum(p):6.1f} ± {error:.1f} expected, "
                  f"log loss {losses[who].mean():.4f}{beside}")  # fmt: skip


def dry_ones(held: list[tuple[int, str, Scenario]]) -> list[tuple[int, str, Scenario]]:
    """The races that were not wet."""
    return [one for one in held if one[2] is not Scenario.WET]


def loss(p: np.ndarray, came: np.ndarray) -> np.ndarray:
    """Log loss of each race."""
    return np.array([-log(one if is_so else 1 - one) for one, is_so in zip(p, came, strict=True)])


def print_weekends(model: ModelConfig) -> None:
    """Print what wet sessions of the weekend say of the race."""
    for horizon in (Horizon.AFTER_PRACTICE, Horizon.AFTER_QUALIFYING):
        rows = []
        for event in (one for season in past_seasons() for one in season.events):
            climate = model.circuit(event.circuit_id or "").climate
            chance = model.chances(event.circuit_id or "", event.season).wet
            rain = chance_of_rain(chance, rain_signs(event, horizon), model.climate)
            is_wet = event.season in climate.wet
            rows.append((event.season, chance, rain.wet, bool(rain.signs.wet), is_wet))
        for title, (first, last) in BLOCKS.items():
            of = np.array([row for row in rows if first <= row[0] <= last])
            _, plain, said, sign, came = of.T
            gap = loss(said, came > 0) - loss(plain, came > 0)
            error = gap.std(ddof=1) / len(gap) ** 0.5
            counts = "; ".join(
                f"{name} {came[chosen].sum():.0f} of {chosen.sum()} wet, climate "
                f"{plain[chosen].sum():.1f}, said {said[chosen].sum():.1f}"
                for name, chosen in (("a wet session", sign > 0), ("none", sign == 0))
            )
            print(f"({horizon.value}) {title}: log loss {gap.mean():+.4f} ± {error:.4f}; {counts}")


def print_order(model: ModelConfig, season: int) -> None:
    """Print the chance of rain at every circuit, and how often it rained there."""
    print(f"chance of a wet race in {season}")
    for name in sorted(model.circuits, key=lambda one: -model.chances(one, season).wet):
        climate = model.circuit(name).climate
        n = len(climate.dry) + len(climate.safety_car) + len(climate.wet)
        kind = climate.kind or ""
        p = model.chances(name, season).wet
        print(f"  {p:.3f} {name:18} {kind:11} wet {len(climate.wet)} of {n}")


def main() -> None:
    """Print every block, then the circuits."""
    model = read_model()
    climates = {name: one.climate for name, one in model.circuits.items()}
    for title, (first, last) in BLOCKS.items():
        print_block(title, climates, range(first, last + 1), model.climate)
    print_weekends(model)
    print_order(model, BLOCKS["2018-2025"][1] + 1)


if __name__ == "__main__":
    main()
