"""What a run is asked for, and what it came to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from predictor.as_of import AsOf
from predictor.fingerprint import digest
from predictor.published.season_types import SeasonDocument
from predictor.vocabulary import Backend, Horizon, Scenario

__all__ = ["RunReport", "RunRequest"]


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What the user asked for."""

    train_data: Path
    output: Path | None = None  # None: predictions/season_<year>_incremental.json
    history: Path | None = None  # None: earlier seasons beside train_data, else those shipped
    n_simulations: int = 5000
    scenarios: tuple[Scenario, ...] = tuple(Scenario)
    seed: int = 1
    as_of: AsOf | None = None  # what happened later is unknown; None: all is known
    horizon: Horizon = Horizon.AFTER_QUALIFYING  # the most known of an event's own weekend
    driver_weights: Mapping[str, float] | None = None
    team_weights: Mapping[str, float] | None = None
    use_bayesian: bool = False  # rest forecasts on full fits of the season
    use_ml_layer: bool = False  # let a learned model tilt forecasts
    backend: Backend = Backend.CPU  # what simulates
    incremental: bool = False  # reuse stored results
    force_retrain: bool = False  # not even then
    only: str = ""  # one event that is computed again, all others reused
    verify: bool = False  # compare with a full rebuild without stored results
    jobs: int | None = None  # None: as many as there are processors
    verbose: bool = False
    trigger: str = "command line"

    @property
    def folder(self) -> Path:
        """The output folder."""
        return self.output.parent if self.output is not None else Path("predictions")

    @property
    def models(self) -> Path:
        """Where trained models are kept."""
        return self.folder / "models"

    @property
    def force(self) -> str:
        """Why every stage runs again; empty to reuse results."""
        if self.force_retrain:
            return "--force-retrain"
        return "" if self.incremental or self.only else "no --incremental-update"

    @property
    def series(self) -> str:
        """Name of the runs that follow each other: same folders, same output, same point."""
        folders = (self.train_data, self.output or self.folder, self.history)
        names = [str(path.resolve()) if path is not None else "" for path in folders]
        if self.as_of is not None:
            names.append(self.as_of.words)
        return digest(names).removeprefix("sha256:")[:16]

    def configuration(self) -> dict[str, Any]:
        """Give what a forecast depends on beside the data, as the history shows it."""
        return {
            "num_simulations": self.n_simulations,
            "scenarios": [scenario.value for scenario in self.scenarios],
            "seed": self.seed,
            "horizon": self.horizon.value,
            "driver_weights": dict(self.driver_weights or {}),
            "team_weights": dict(self.team_weights or {}),
            "use_bayesian": self.use_bayesian,
            "use_ml_layer": self.use_ml_layer,
            "backend": self.backend.value,
            **({"as_of": self.as_of.plain} if self.as_of is not None else {}),
        }


@dataclass(frozen=True, slots=True)
class RunReport:
    """What a run came to."""

    run_id: str
    outcome: str  # published | unchanged
    path: Path
    document: SeasonDocument
    explanations: tuple[str, ...]  # one line a stage
    stages_run: int
    stages_reused: int
    notes: tuple[str, ...]  # about this run, not about the forecast
    not_kept: str = ""  # what could not be kept to stand in for files that turn bad, and why
    not_told: tuple[str, ...] = ()  # subscribers that failed, and how; among the notes too
