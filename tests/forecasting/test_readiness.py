"""What an installation lacks, told by real processes in which packages cannot be imported."""

import json
import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from services.disk.program import how_to_install
from services.errors import OutOfMemory, naming_memory
from services.forecasting.readiness import _free_bytes, _space, packages

ROOT = Path(__file__).parents[2]
# Stands before everything else in a child, as an absent package does.
ABSENT = """
import importlib.abc, os, sys
class Absent(importlib.abc.MetaPathFinder):
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in os.environ["ABSENT"].split(","):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Absent())
"""


@pytest.fixture
def call(tmp_path):
    (tmp_path / "sitecustomize.py").write_text(ABSENT)
    season = tmp_path / "2025"
    (season / "01-australia").mkdir(parents=True)
    for name in ("calendar.json", "entries.json", "01-australia/race.json"):
        (season / name).write_bytes((ROOT / "race-data/2025" / name).read_bytes())
    (season / "broken.json").write_text("{")
    (tmp_path / "broken.parquet").write_text("{")
    (tmp_path / "earlier/2024").mkdir(parents=True)
    calendar = (ROOT / "race-data/2024/calendar.json").read_bytes()
    (tmp_path / "earlier/2024/calendar.json").write_bytes(calendar)

    def call_(*arguments, absent="", limit=None):
        environment = {**os.environ, "PYTHONPATH": f"{tmp_path}:{ROOT}", "ABSENT": absent}
        shell = [] if limit is None else ["bash", "-c", f'ulimit -v {limit}; exec "$@"', "bash"]
        return subprocess.run(
            [*shell, sys.executable, "-m", "services", *arguments],
            capture_output=True,
            text=True,
            timeout=600,
            env=environment,
            cwd=tmp_path,
            check=False,
        )

    return call_


def forecast(call, *options, **given):
    return call(
        "forecast", "--train-data", "2025", "--history", "earlier", "--output", "out/season.json",
        "--num-simulations", "20", *options, **given,
    )  # fmt: skip


OPTIONAL = "torch,lightgbm,matplotlib,pyarrow,watchdog,prometheus_client,pymc,nutpie,safetensors"


def test_forecast__no_optional_package_is_needed(call):
    ended = forecast(call, "--use-bayesian", "--use-ml-layer", absent=OPTIONAL)
    told = ended.stdout + ended.stderr
    assert ended.returncode == 0, told
    assert "ModuleNotFoundError" not in told
    assert "bayes/" not in told  # the name of a stage
    notes = [line for line in told.splitlines() if line.startswith("note: ")]
    (sampler,) = [one for one in notes if "PyMC" in one]
    assert "`check` says how to install it" in sampler


@pytest.mark.parametrize(
    ("absent", "arguments", "group"),
    [
        ("matplotlib", ("plots", "figures.json", "--output", "plots"), "plots"),
        ("pyarrow", ("backtest", "--seasons", "2024", "--predictions", "p.parquet"), "study"),
        ("pyarrow", ("fit-circuits", "--laps", "broken.parquet", "--data", "."), "study"),
        ("torch", ("models", "train"), "learn"),
        ("lightgbm", ("models", "evaluate"), "learn"),
    ],
)
def test_commands__a_missing_package_is_named_with_what_to_install(call, absent, arguments, group):
    ended = call(*arguments, absent=absent)
    assert ended.returncode == 69, ended.stderr
    assert f"package {absent}" in ended.stderr or f"needs {absent}" in ended.stderr
    assert how_to_install(group) in ended.stderr


def test_forecast__every_rejection_is_logged_and_verbose_tells_more(call, tmp_path):
    ended = forecast(call, "--verbose")
    assert ended.returncode == 0, ended.stderr
    log = (tmp_path / "out/training.log").read_text()
    assert "broken.json is rejected: " in log
    for line in (
        "calendar.json is read",
        "stage forecast/2025-australia/dry runs in ",
        "the belief is updated: 2025-australia",
        "ended after ",
    ):
        assert line in ended.stderr
    quiet = forecast(call, "--force-retrain")
    assert "stage forecast" not in quiet.stderr
    assert (tmp_path / "out/training.log").read_text().count("broken.json is rejected: ") == 2


def test_check__says_what_features_lack_and_that_a_forecast_can_be_made(call):
    ended = call("check", "--json", absent="torch,watchdog")
    told = json.loads(ended.stdout)
    assert (ended.returncode, told["ready"]) == (0, True)
    by_name = {one["name"].partition(" ")[0]: one for one in told["checks"]}
    assert by_name["numpy"]["ok"]
    for package in ("torch", "watchdog"):
        assert by_name[package]["found"] == "not installed"
        assert by_name[package]["do"].startswith(f"pip install {package}==")


def test_check__without_what_a_forecast_needs_ends_with_1(call, tmp_path):
    ended = call("check", "--train-data", "gone", "--output", "2025/calendar.json/x/season.json")
    assert ended.returncode == 1
    assert "no such folder" in ended.stdout
    assert "no forecast can be made" in ended.stdout
    without = call("check", absent="numba")
    assert without.returncode == 1
    assert "pip install numba==" in without.stdout


def test_packages__one_whose_module_has_another_name_is_found():
    pytest.importorskip("codespell_lib")
    version = metadata.version("codespell")
    (found,) = packages(f"# --- test: the tests\ncodespell=={version}  # Makefile\n")
    assert (found.ok, found.found) == (True, version)


def test_packages__a_version_that_is_not_the_pinned_one_is_told():
    (found,) = packages("# --- run: a forecast\nclick==0.0.1  # services/cli/main.py\n")
    assert (found.name, found.ok, found.is_needed) == ("click 0.0.1", False, False)
    assert found.do == "pip install click==0.0.1"


def test_space__of_a_path_that_cannot_be_looked_at_is_told_and_not_raised():
    found = _space(Path("x" * 300))
    assert (found.ok, found.is_needed) == (False, False)
    assert found.found.startswith("not known: ")
    assert "--output" in found.do


def test_free_bytes__where_not_even_the_drive_is_there_is_an_error_with_words(tmp_path):
    assert _free_bytes([tmp_path / "gone", tmp_path]) > 0
    with pytest.raises(OSError, match="no folder of this path is there"):
        _free_bytes([tmp_path / "gone" / "out", tmp_path / "gone"])


def test_naming_memory__names_the_option_that_needs_it():
    with pytest.raises(OutOfMemory) as caught, naming_memory(1_000_000):
        raise MemoryError("Unable to allocate 9 GiB")
    assert "--num-simulations" in caught.value.what
    assert "1000000" in caught.value.what
    assert caught.value.exit_code == 71


def test_forecast__without_memory_names_the_simulations_and_ends_with_71(call):
    ended = forecast(call, "--num-simulations", "1000000", "--jobs", "1", limit=2_500_000)
    assert "--num-simulations" in ended.stderr, ended.stderr
    assert ended.returncode == 71
