"""Imports point down only, and every heavy package has one owner."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.rules.sources import ROOT, imports, trees

# Package -> the only places of the product that may import it.
OWNERS = {
    "numba": ("predictor/simulator/", "services/settings/kernel_cache.py"),
    "llvmlite": ("predictor/simulator/",),
    "numba_cuda": (),  # as numba.cuda, which it replaces
    "cuda": ("services/settings/gpu.py",),
    "torch": ("predictor/learn/training/torch_network.py",),
    "lightgbm": ("predictor/learn/training/ranker.py",),
    "safetensors": ("predictor/learn/outcome/tensors.py",),
    "pymc": ("predictor/bayes/model.py",),
    "pytensor": ("predictor/bayes/model.py",),
    "nutpie": ("predictor/bayes/model.py",),
    "arviz": ("predictor/bayes/diagnostics.py",),
    "pandas": ("services/notebook/frames.py",),
    "polars": ("services/notebook/frames.py",),
    "altair": ("services/notebook/charts.py",),
    "matplotlib": ("services/backtesting/plots.py",),
    "PIL": ("services/backtesting/plots.py",),
    "orjson": ("services/",),
    "click": ("services/cli/",),
    "rich": ("services/engine/progress.py",),
    "watchdog": ("services/daemon/watcher.py",),
    "prometheus_client": ("services/monitoring/metrics.py",),
    "paho": ("services/notices/mqtt.py",),
    "jsonschema": (),
    "resvg_py": ("services/web/cards/raster.py",),
    "sqlalchemy": ("services/archive/",),
    "alembic": ("services/archive/",),
    "psycopg": (),  # by SQLAlchemy, from the URL
    "pyarrow": (
        "services/calibration/lap_table.py",
        "services/backtesting/predictions_file.py",
        "services/archive/export_parquet.py",
    ),
}
PACKAGES = ("predictor", "services")


def test_layering__import_linter_finds_no_breach():
    linter = shutil.which("lint-imports") or Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "KEPT" in done.stdout


@pytest.mark.parametrize("package", OWNERS)
def test_layering__heavy_packages_are_imported_only_by_their_owner(package):
    breaches = [
        f"{path}:{line}"
        for folder in PACKAGES
        for path, tree in trees(folder).items()
        for line, name in imports(tree)
        if name.split(".")[0] == package and not path.startswith(OWNERS[package])
    ]
    assert breaches == []


def test_layering__one_module_brings_numbas_cuda_in():
    found = {
        path
        for folder in PACKAGES
        for path, tree in trees(folder).items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith("numba.cuda."))
        or (isinstance(node, ast.ImportFrom | ast.Import) and "cuda" in names_of(node))
    }
    assert found == {"predictor/simulator/cuda/device.py"}


def names_of(node):
    """Give what is imported of numba itself."""
    if isinstance(node, ast.Import):
        return {a.name.removeprefix("numba.") for a in node.names if a.name != "cuda"}
    return {alias.name for alias in node.names} if node.module == "numba" else set()


def loaded_by(statement):
    code = f"import sys\n{statement}\nprint(*sorted({{m.split('.')[0] for m in sys.modules}}))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.split())


LIGHT_MODULES = [
    "predictor",
    "predictor.season",
    "predictor.simulator",
    "predictor.graph.season_plan",
    "services.forecasting.one_run",
]


@pytest.mark.parametrize("module", LIGHT_MODULES)
def test_import__loads_nothing_heavy(module):
    allowed = {"numpy", "msgspec"} | ({"orjson"} if module.startswith("services") else set())
    foreign = (set(OWNERS) | {"scipy", "jsonschema"}) - allowed
    assert loaded_by(f"import {module}") & foreign == set()


def test_import__planning_a_run_needs_no_numpy():
    assert "numpy" not in loaded_by(
        "import predictor.graph.plan, services.engine.store, services.engine.runner"
    )
