"""What a stage runs is in its key: every module that it enters is one that it reaches."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec

import pytest

from services.settings.product_code import read_product_code
from tests.rules.sources import ROOT
from tests.rules.test_code_keys import stages

# numba has compiled kernels fetched by the house; it moves their bytes and changes no result.
KERNELS = "services.settings.kernel_cache"
LAYER = {"learn-races", "past-before-season", "past", "features", "learned", "blend", "evidence",
         "drift", "layer-report"}  # fmt: skip
SAMPLED = {"fit-last-season", "fit-season", "sampled-before-season", "sampled",
           "forecast-sampled", "fits"}  # fmt: skip
# Without earlier seasons, or not of so few files; they begin where others do that are traced.
NOT_MET = {"parse-group", "fit-last-season", "learn-races"}


def outside(seen):
    """Give, by stage, the modules that it entered and does not reach."""
    code = read_product_code()
    of_kernels = set(code.reached([KERNELS]))
    return {
        stage: sorted(strangers)
        for stage, one in seen.items()
        if (strangers := set(one["ran"]) - set(code.reached(one["begins"])) - of_kernels)
    }


def traced(what):
    done = subprocess.run(
        [sys.executable, "-m", "tests.graph.traced_stages", what],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_begins_in__a_season_of_files_enters_only_what_its_stages_reach():
    seen = traced("files")
    assert outside(seen) == {}
    assert seen.keys() >= {one.name for one in stages()} - LAYER - SAMPLED - NOT_MET
    assert "predictor.simulator.cpu.kernel" in seen["forecast"]["ran"]  # imported late


@pytest.mark.soak
@pytest.mark.skipif(find_spec("torch") is None, reason="torch is not installed")
def test_begins_in__the_layer_enters_only_what_its_stages_reach():
    seen = traced("layer")
    assert outside(seen) == {}
    assert seen.keys() >= LAYER - NOT_MET


@pytest.mark.soak
@pytest.mark.skipif(find_spec("nutpie") is None, reason="nutpie is not installed")
def test_begins_in__the_sampled_belief_enters_only_what_its_stages_reach():
    seen = traced("sampled")
    assert outside(seen) == {}
    assert seen.keys() >= SAMPLED - NOT_MET


def test_outside__finds_a_module_that_no_import_leads_to():
    ran = {"begins": ["predictor.vocabulary"], "ran": ["predictor.vocabulary", "predictor.records"]}
    assert outside({"form": ran}) == {"form": ["predictor.records"]}
