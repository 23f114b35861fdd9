"""What is computed again after an edit of the code: what reaches it, and nothing else."""

from __future__ import annotations

import shutil

import pytest

from predictor.graph.season_plan import build_plan
from services.settings import environment, product_code
from tests.forecasting.small_season import SmallSeason


@pytest.fixture(scope="module")
def product(tmp_path_factory):
    """A copy of the product whose edits count as edits of the one that runs."""
    copy = tmp_path_factory.mktemp("product")
    for package in ("predictor", "services"):
        shutil.copytree(product_code.ROOT / package, copy / package)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(product_code, "ROOT", copy)
        yield copy
    environment.salt.cache_clear()
    environment.product_code.cache_clear()


@pytest.fixture(scope="module")
def computed(tmp_path_factory, product):
    """Run a season; edit a file and give the nodes that the next run computes."""
    season = SmallSeason(tmp_path_factory.mktemp("season"))

    def run():
        environment.salt.cache_clear()
        environment.product_code.cache_clear()
        lines = season.run(build_plan, n_simulations=20).explanations
        return {line.split(":")[0] for line in lines if not line.endswith(": reused")}

    def after(path, text):
        with (product / path).open("a") as file:
            file.write(text)
        return run()

    assert len(run()) > 60
    return after


def kinds(nodes):
    return {node.partition("/")[0] for node in nodes}


COMMENT, CODE = "# another word\n", "ANOTHER_NAME = 1\n"


def test_run_job__a_comment_or_a_module_that_no_stage_reaches_computes_nothing(computed):
    assert computed("predictor/report/rows.py", COMMENT) == set()
    assert computed("predictor/simulator/cpu/laps.py", COMMENT) == set()
    assert computed("predictor/report/new_table.py", f'"""A new module."""\n{CODE}') == set()
    assert computed("services/daemon/loop.py", CODE) == set()


def test_run_job__code_of_the_report_computes_the_document_alone(computed):
    assert computed("predictor/report/rows.py", CODE) == {"document"}


def test_run_job__code_of_the_kernel_computes_every_forecast_and_no_belief(computed):
    nodes = computed("predictor/simulator/cpu/laps.py", CODE)
    assert kinds(nodes) == {"forecast", "document"}
    assert len(nodes) > 60


def test_run_job__code_of_a_format_parses_again_and_computes_no_forecast(computed):
    nodes = computed("predictor/formats/openf1/answers.py", CODE)
    assert kinds(nodes) == {"parse", "seasons", "history", "known"} & kinds(nodes)
    assert {"parse", "seasons", "history"} <= kinds(nodes)


def test_run_job__code_of_the_filter_computes_every_belief_and_forecast(computed):
    assert kinds(computed("predictor/bayes/online.py", CODE)) >= {"form", "forecast"}
