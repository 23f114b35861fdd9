"""The daemon with `--use-bayesian`: its worker compiles the sampler once and goes on with it."""

from __future__ import annotations

import json
from importlib.util import find_spec

import pytest

from services.disk.program import ROOT
from tests.daemon import daemon_process
from tests.daemon.daemon_process import DaemonProcess

pytestmark = [
    pytest.mark.soak,  # compiling takes a minute
    pytest.mark.skipif(find_spec("nutpie") is None, reason="nutpie is not installed"),
]
COMPILING_S = 1200.0
COMPILED = ROOT / "predictions" / ".cache" / "sampler"


def fits_of(season):
    return json.loads(season.output.read_bytes())["metadata"]["fits"]


def test_daemon__samples_last_season_once_and_forecasts_from_it(season, monkeypatch):
    monkeypatch.setattr(daemon_process, "PATIENCE_S", COMPILING_S)
    kept = {"PYTENSOR_FLAGS": f"base_compiledir={COMPILED},cxx="}
    with DaemonProcess(season, "--use-bayesian", environment=kept) as daemon:
        first = daemon.until_idle(1)
        (fit,) = fits_of(season)
        assert fit["fit"].startswith("2024")
        assert fit["draws"] > 0, fit
        assert not first["degraded"]
        season.add("04-bahrain/qualifying.json")
        then = daemon.until_idle(2)
        assert fits_of(season) == [fit]
        # The same worker, and last season's fit was not drawn again.
        assert then["worker_pid"] == first["worker_pid"]
        stages = json.loads(season.output.read_bytes())["metadata"]["run"]["stage_seconds"]
        assert not any(name.startswith("bayes/fit/") for name in stages), stages
