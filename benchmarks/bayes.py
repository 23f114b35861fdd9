"""Measure the sampled posterior: compiling it, a fit of a season, and what one more race costs."""

from __future__ import annotations

import statistics
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from predictor.graph.seasons.folding import parse_and_fold
from services.disk.program import RACE_DATA, ROOT
from services.settings import environment

__all__ = ["BAYES_LIMITS", "measure_bayes"]

_SEASON = 2025

# What is promised of each figure of `measure_bayes`.
BAYES_LIMITS = {"update_median_cpu_s": 1.0, "season_refit_cpu_s": 15.0}


def measure_bayes(folder: Path = RACE_DATA) -> dict[str, float]:
    """Walk through the last bundled season as a warm worker does.

    Returns
    -------
    dict
        ``first_fit_wall_s`` with import and compilation, on what an earlier process left in the
        cache; ``season_refit_cpu_s``, a whole season again; ``update_median_cpu_s`` and
        ``update_most_cpu_s`` of the belief after one more race, refits among them. Empty where
        the sampler is not installed.
    """
    try:
        version("nutpie")
    except PackageNotFoundError:
        return {}
    environment.keep_sampler_in(ROOT / "predictions" / ".cache" / "sampler")
    from predictor.bayes.sampled import (  # noqa: PLC0415 - imports NumPy
        advance_sampled,
        fit_last_season,
        fit_this_season,
        start_sampled,
    )
    from predictor.bayes.season_data import RaceSeen  # noqa: PLC0415
    from predictor.graph.belief.form import form_before  # noqa: PLC0415
    from predictor.graph.belief.past_races import past_races  # noqa: PLC0415
    from services.settings.model_constants import read_model  # noqa: PLC0415

    files = {str(path): path.read_bytes() for path in sorted(folder.rglob("*.json"))}
    races = past_races(parse_and_fold(files, _SEASON + 1), _SEASON + 1)
    earlier = tuple(race for race in races if race.weekend.season < _SEASON)
    model = read_model()
    given: dict[str, Any] = {
        "seed": 1, "config": model.filter, "fit": model.fit, "sampler": ""
    }  # fmt: skip
    began = time.perf_counter()
    last = fit_last_season(earlier, _SEASON, **given)
    first_s = time.perf_counter() - began
    start = state = start_sampled(form_before(earlier, model.filter), model.filter, last)
    seen: list[RaceSeen] = []
    costs = []
    for race in races[len(earlier) :]:
        seen.append(RaceSeen(race.weekend, race.outcome))
        began_cpu = time.process_time()
        due = len(seen) % model.fit.refit_every == 0
        fit = fit_this_season(start, tuple(seen), **given) if due else None
        state = advance_sampled(state, race.weekend, race.outcome, 1, model.filter, fit)
        costs.append(time.process_time() - began_cpu)
    began_cpu = time.process_time()
    fit_this_season(start, tuple(seen), **given)
    refit = time.process_time() - began_cpu
    return {
        "first_fit_wall_s": round(first_s, 1),
        "season_refit_cpu_s": round(refit, 2),
        "update_median_cpu_s": round(statistics.median(costs), 4),
        "update_most_cpu_s": round(max(costs), 2),
    }
