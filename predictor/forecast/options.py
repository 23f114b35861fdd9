"""What a user may ask of a forecast, and the constants it is made with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from predictor.bayes.fit import FitConfig
from predictor.bayes.online import FilterConfig
from predictor.forecast.circuits import AVERAGE_CIRCUIT, CircuitModel, Crew
from predictor.forecast.climate import Chances, ClimateConfig, chances_of
from predictor.forecast.race_pace import RaceConfig
from predictor.learn.learned_layer import Layer
from predictor.vocabulary import Backend, Horizon, Scenario

__all__ = ["ForecastOptions", "ModelConfig", "WeightConfig"]


@dataclass(frozen=True, slots=True)
class WeightConfig:
    """How strongly user weights act."""

    kappa: float = 1.0  # a weight w multiplies Plackett-Luce strength by w ** kappa


@dataclass(frozen=True, slots=True)
class ModelConfig:
    """Every constant of the model.

    `config/model.toml` may set each of them, save those of ``circuits`` and ``crews``, which
    have files of their own.
    """

    filter: FilterConfig = FilterConfig()
    fit: FitConfig = FitConfig()
    race: RaceConfig = RaceConfig()
    climate: ClimateConfig = ClimateConfig()
    weights: WeightConfig = WeightConfig()
    circuits: Mapping[str, CircuitModel] = field(default_factory=dict)
    crews: Mapping[str, Crew] = field(default_factory=dict)

    def circuit(self, circuit_id: str) -> CircuitModel:
        """Give a circuit's constants; those of the average one where it has none."""
        average = self.circuits.get(AVERAGE_CIRCUIT, CircuitModel())
        return self.circuits.get(circuit_id, average)

    def chances(self, circuit_id: str, season: int) -> Chances:
        """Give how likely rain and a safety car are, by the races of earlier seasons."""
        all_circuits = [one.climate for one in self.circuits.values()]
        return chances_of(self.circuit(circuit_id).climate, all_circuits, season, self.climate)


@dataclass(frozen=True, slots=True)
class ForecastOptions:
    """One run's wishes; names in the weights are as the user wrote them.

    Attributes
    ----------
    use_bayesian : bool
        Rest forecasts on full fits of the season, see `predictor.bayes.sampled`.
    sampler : str
        Versions of what samples; empty where it is not installed, and the filter stands in.
    layer : Layer, optional
        The models at hand, which tilt forecasts as far as earlier races bear it out; None: not
        asked for.
    backend : Backend
        What simulates.
    gpu : str
        The GPU and the versions of what compiles for it; empty where the CPU simulates.
    """

    n_simulations: int = 5000
    seed: int = 1
    scenarios: tuple[Scenario, ...] = (Scenario.DRY, Scenario.WET, Scenario.SAFETY_CAR)
    driver_weights: Mapping[str, float] = field(default_factory=dict)
    team_weights: Mapping[str, float] = field(default_factory=dict)
    horizon: Horizon = Horizon.AFTER_QUALIFYING  # the latest a forecast may use
    model: ModelConfig = ModelConfig()
    use_bayesian: bool = False
    sampler: str = ""
    layer: Layer | None = None
    backend: Backend = Backend.CPU
    gpu: str = ""
