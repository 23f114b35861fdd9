"""Which stages `--use-bayesian` adds, what a change reruns of them, and what stands in for them."""

import json
import subprocess
import sys
from dataclasses import replace
from importlib.util import find_spec

import pytest

from predictor.bayes.diagnostics import GateConfig
from predictor.bayes.fit import FitConfig
from predictor.forecast.options import ForecastOptions, ModelConfig
from predictor.graph.season_plan import DOCUMENT, build_plan
from predictor.season.fold import fold
from predictor.vocabulary import Scenario
from services.disk.program import ROOT
from services.engine.runner import run
from services.engine.store import Store
from services.forecasting.build import NothingStored
from services.settings.environment import keep_sampler_in
from tests.forecasting.small_season import copy
from tests.graph.test_season_plan import GRID, SALT, day_of_testing, finished, ran
from tests.season.builders import calendar, entries, parsed, planned, race, ref, rows, session

keep_sampler_in(ROOT / "predictions" / ".cache" / "sampler")
needs_sampler = pytest.mark.skipif(find_spec("nutpie") is None, reason="nutpie is not installed")
QUICK = FitConfig(refit_every=2, draws=150, tune=200, gate=GateConfig(1.5, 10.0, 1.0))
OPTIONS = ForecastOptions(
    n_simulations=40,
    scenarios=(Scenario.DRY,),
    model=ModelConfig(fit=QUICK),
    use_bayesian=True,
    sampler="installed",
)
SLUGS = ("miami", "monaco", "spain", "canada", "austria")
DAYS = ("2025-05-04", "2025-05-25", "2025-06-01", "2025-06-15", "2025-06-29")


def season(monaco=GRID, spain=GRID[::-1], **more):
    records = {
        "calendar": calendar(
            *(planned(s, i, day) for i, (s, day) in enumerate(zip(SLUGS, DAYS, strict=True), 1))
        ),
        "entries": entries(*GRID),
        "miami": race(ref("miami", round_=1), finished(*GRID[1:], GRID[0])),
        "monaco": race(ref("monaco", round_=2), finished(*monaco)),
        "spain": race(ref("spain", round_=3), finished(*spain)),
        **more,
    }
    return fold({name: parsed(record) for name, record in records.items()})[2025]


def plan(state, options=OPTIONS):
    return build_plan(state, None, options, history_digest="none")


def settle(state, store, options=OPTIONS, jobs=1):
    return run(plan(state, options), store, {}, salt=SALT, jobs=jobs)


def test_build_plan__fits_stand_every_few_races_and_forecasts_rest_on_the_sampled_chain():
    nodes = {node.id: node for node in plan(season()).nodes}
    assert [name for name in nodes if name.startswith(("bayes/", "form/"))] == [
        "form/before-season", "bayes/before-season", "bayes/2025-miami",
        "bayes/fit/2025-monaco", "bayes/2025-monaco", "bayes/2025-spain", "bayes/fits",
    ]  # fmt: skip
    assert nodes["bayes/2025-monaco"].inputs["fit"].node_id == "bayes/fit/2025-monaco"
    assert nodes["forecast/2025-spain/dry"].inputs["form"].node_id == "bayes/2025-monaco"


def test_build_plan__the_sampled_chain_begins_with_testing():
    nodes = {node.id: node for node in plan(season(test=day_of_testing(1))).nodes}
    assert nodes["bayes/before-season"].inputs["form"].node_id == "form/testing"


def test_build_plan__without_the_option_nothing_is_sampled():
    for options in (replace(OPTIONS, use_bayesian=False), replace(OPTIONS, sampler="")):
        ids = [node.id for node in plan(season(), options).nodes]
        assert not any(name.startswith("bayes/") for name in ids)


def test_season_document__says_that_the_sampler_is_missing_and_what_stands_in(tmp_path):
    store = Store(tmp_path, 10**8)
    document = json.loads(settle(season(), store, replace(OPTIONS, sampler="")).value(DOCUMENT))
    plain = replace(OPTIONS, use_bayesian=False)
    by_filter = json.loads(settle(season(), store, plain).value(DOCUMENT))
    assert "PyMC or nutpie is not installed" in document["metadata"]["notes"][-1]
    assert document["metadata"]["fits"] == []
    assert document["predictions"] == by_filter["predictions"]


@needs_sampler
def test_sampled__an_incremental_run_gives_the_document_of_a_full_one(tmp_path):
    store = Store(tmp_path, 10**8)
    first = settle(season(), store)
    document = json.loads(first.value(DOCUMENT))
    assert [fit["fit"] for fit in document["metadata"]["fits"]] == ["2025-monaco"]
    assert document["metadata"]["fits"][0]["accepted"], document["metadata"]["fits"]
    fp2 = session(ref("canada", round_=4), "fp2", [replace(r, best_s=71.0) for r in rows(*GRID)])
    with_practice = settle(season(fp2=fp2), store)
    assert ran(with_practice) == {"forecast/2025-canada/dry", DOCUMENT}
    later = settle(season(spain=GRID), store)
    assert not any("fit" in name for name in ran(later))
    assert "bayes/2025-spain" in ran(later)
    corrected = season(monaco=GRID[::-1])
    again = settle(corrected, store)
    assert {"bayes/fit/2025-monaco", "bayes/2025-monaco", "bayes/2025-spain"} <= ran(again)
    assert "forecast/2025-monaco/dry" not in ran(again)
    full = settle(corrected, NothingStored(), jobs=4)
    assert full.value(DOCUMENT) == again.value(DOCUMENT)


@needs_sampler
def test_sampled__a_rejected_fit_leaves_the_filter_and_says_so(tmp_path):
    strict = replace(OPTIONS, model=ModelConfig(fit=replace(QUICK, gate=GateConfig(1.0, 1e9, 0))))
    store = Store(tmp_path, 10**8)
    document = json.loads(settle(season(), store, strict).value(DOCUMENT))
    plain = settle(season(), store, replace(OPTIONS, use_bayesian=False))
    assert document["predictions"] == json.loads(plain.value(DOCUMENT))["predictions"]
    assert not document["metadata"]["fits"][0]["accepted"]
    assert "fit of 2025-monaco not used" in document["metadata"]["notes"][-1]


def test_sampled__a_sampler_that_cannot_be_imported_ends_no_run(tmp_path):
    drops = tmp_path / "2025"
    for name in ("calendar.json", "entries.json", "01-australia/race.json"):
        copy(f"2025/{name}", drops / name)
    for name in ("calendar.json", "entries.json", "01-bahrain/race.json"):
        copy(f"2024/{name}", tmp_path / "earlier" / "2024" / name)
    output = tmp_path / "out" / "season.json"
    blocked = (
        "import sys; sys.modules.update(pymc=None, nutpie=None); "
        "from services.settings import environment; "
        "environment.sampler_versions = lambda: 'broken 1'; "
        "from services.cli.main import forecast, main; sys.exit(main(forecast))"
    )
    command = [
        sys.executable, "-c", blocked, "--train-data", drops, "--history", tmp_path / "earlier",
        "--output", output, "--use-bayesian", "--num-simulations", "20", "--incremental-update",
    ]  # fmt: skip
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "sampled posterior up to 2024-bahrain: ModuleNotFoundError" in done.stderr
    metadata = json.loads(output.read_text())["metadata"]
    assert metadata["use_bayesian"]
    assert metadata["fits"][0]["complaints"] == ["ModuleNotFoundError"]
    assert any("online filter is used in its place" in note for note in metadata["notes"])
    assert "bayes/fit/2024" in metadata["run"]["stage_seconds"]
