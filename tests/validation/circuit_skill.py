"""Do fitted circuits make the forecast better? Paired with one typical circuit for all.

    PYTHONPATH=. python tests/validation/circuit_skill.py [../shared/data] [--sims 1000]
        [--seasons 2014:2017 --fit-seasons 2018:2021]

Prints scores with constants fitted on other seasons minus those with the defaults (negative
is better, save for Spearman's correlation), paired by race, with standard errors. Without
options 2014-2017 are scored with a fit of 2018-2021, and 2020-2021 with one of 2018-2019:
these seasons are there to choose on. Run by ``make validate``.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from predictor.bayes.online import outlook
from predictor.evaluate.scores import score_race
from predictor.features.weekend import with_horizon
from predictor.forecast.circuits import CircuitModel
from predictor.forecast.options import ModelConfig
from predictor.simulator.race_inputs import default_circuit
from predictor.vocabulary import Horizon
from services.calibration.fit_circuits import fit_to_folder
from services.cli.season_list import parse_seasons
from services.settings.model_constants import read_model
from tests.validation.simulator_skill import published, walk

BLOCKS = (("2014:2017", "2018:2021"), ("2020:2021", "2018:2019"))
SHOWN = ("winner_log_loss", "podium_log_loss", "rps", "spearman")
Change = Callable[[ModelConfig], ModelConfig]


def _each(change: Callable[[CircuitModel], CircuitModel]) -> Change:
    return lambda model: replace(
        model, circuits={name: change(one) for name, one in model.circuits.items()}
    )


def _usual(model: ModelConfig) -> ModelConfig:
    """One typical circuit for all, and one crew."""
    plain = _each(lambda one: CircuitModel(climate=one.climate))(model)
    return replace(plain, crews={})


def _usual_threshold(one: CircuitModel) -> CircuitModel:
    usual = default_circuit().overtaking_threshold_s
    parameters = replace(one.race.parameters, overtaking_threshold_s=usual)
    return replace(one, race=replace(one.race, parameters=parameters))


def _without_plans(one: CircuitModel) -> CircuitModel:
    return replace(one, race=replace(one.race, plans=(), shares=()))


def _hazards(power: float) -> Change:
    return lambda model: replace(model, race=replace(model.race, fitted_hazards=power))


VARIANTS: dict[str, Change] = {
    "fitted, as shipped": lambda model: model,
    "fitted, usual threshold": _each(_usual_threshold),
    "fitted, usual plans": _each(_without_plans),
    "fitted, half the fitted hazards": _hazards(0.5),
    "fitted, fitted hazards": _hazards(1.0),
    "fitted, one crew": lambda model: replace(model, crews={}),
}


def compare(fitted: ModelConfig, seasons: tuple[int, ...], sims: int) -> None:
    """Print every variant's scores minus the usual circuit's."""
    usual = _usual(fitted)
    models = {name: change(fitted) for name, change in VARIANTS.items()}
    rows: dict[str, dict[str, list[dict[str, float]]]] = {}
    for event, weekend, outcome, state in walk():
        if event.season not in seasons:
            continue
        for horizon in (Horizon.BEFORE_WEEKEND, Horizon.AFTER_QUALIFYING):
            known = with_horizon(weekend, horizon)
            ahead = outlook(state, known, 1.0, fitted.filter)
            of = rows.setdefault(horizon.value, {})
            for name, model in {"": usual, **models}.items():
                p = published(known, ahead, event, model, sims)
                of.setdefault(name, []).append(score_race(p[list(outcome.ranking)]))
    for horizon, of in rows.items():
        print(f"({horizon}) {len(of[''])} races", *(f"{metric:>21}" for metric in SHOWN))
        for name in models:
            gaps = [
                np.array([a[m] - b[m] for a, b in zip(of[name], of[""], strict=True)])
                for m in SHOWN
            ]
            cells = [f"{g.mean():+.4f} ± {g.std(ddof=1) / len(g) ** 0.5:.4f}" for g in gaps]
            print(f"  {name:38}", *(f"{cell:>18}" for cell in cells), flush=True)


def main(arguments: list[str]) -> int:
    """Print the comparison for every block."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, nargs="?", default=Path("../shared/data"))
    parser.add_argument("--sims", type=int, default=1000)
    parser.add_argument("--seasons")
    parser.add_argument("--fit-seasons")
    options = parser.parse_args(arguments)
    laps = options.data / "laps.parquet"
    if not laps.exists():
        print(f"skipped: no laps.parquet in {options.data}")
        return 0
    blocks = BLOCKS
    if options.seasons and options.fit_seasons:
        blocks = ((options.seasons, options.fit_seasons),)
    shipped = read_model()
    for seasons, learnt in blocks:
        with tempfile.TemporaryDirectory() as folder:
            fit_to_folder(
                laps,
                options.data / "seasons",
                options.data / "neutralisations",
                parse_seasons(learnt),
                Path(folder),
                n_sims=100,
                advance=lambda _part: None,
            )
            fitted = read_model(Path(folder))
        known = {
            name: replace(fitted.circuit(name), climate=shipped.circuit(name).climate)
            for name in {*shipped.circuits, *fitted.circuits}
        }
        print(f"{seasons}, circuits fitted on {learnt}")
        compare(
            replace(shipped, circuits=known, crews=fitted.crews),
            parse_seasons(seasons),
            options.sims,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
