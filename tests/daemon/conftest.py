"""One small season per test, and one that several tests may follow."""

from __future__ import annotations

import shutil
import sys

import pytest

from services.forecasting.warm import warm_kernels
from tests.daemon.worker_trouble import WorkerTrouble
from tests.forecasting.small_season import SmallSeason
from tests.rules.sources import ROOT


@pytest.fixture
def season(tmp_path):
    return SmallSeason(tmp_path / "season")


@pytest.fixture
def trouble(tmp_path):
    if sys.platform == "win32":
        pytest.skip("signals and limits of POSIX systems")
    return WorkerTrouble(tmp_path / "trouble")


@pytest.fixture
def product(tmp_path):
    """A copy of the product that may be edited."""
    folder = tmp_path / "product"
    for name in ("predictor", "services", "config"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="session", autouse=True)
def _compiled_kernels():
    """Compile before any test waits for a daemon: on a fresh clone that takes a minute."""
    warm_kernels()
