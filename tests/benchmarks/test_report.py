"""The benchmark measures child processes and says what went wrong in them."""

from __future__ import annotations

import json
import os
import sys

import pytest

from benchmarks.report import figures_json, report_text
from benchmarks.runs import LIMITS, Workplace, correct_result, timed
from predictor.errors import F1Error
from tests.forecasting.small_season import RACE_DATA, copy

pytestmark = pytest.mark.skipif(not hasattr(os, "wait4"), reason="needs wait4")


def test_timed__counts_processor_time_and_memory_of_the_child_only():
    work = "x = bytearray(64 * 2**20)\nfor i in range(0, len(x), 8): x[i] = 1"
    run = timed([sys.executable, "-c", work])
    idle = timed([sys.executable, "-c", "import time; time.sleep(0.3)"])
    assert run["peak_mib"] > 64
    assert idle["wall_s"] >= 0.3
    assert idle["cpu_s"] < 0.25
    assert run["cpu_s"] > idle["cpu_s"]


def test_timed__a_run_that_fails_is_not_a_measurement():
    with pytest.raises(F1Error, match="exit code 3") as caught:
        timed([sys.executable, "-c", "import sys; print('no cars'); sys.exit(3)"])
    assert "no cars" in caught.value.got


@pytest.fixture
def work(tmp_path):
    place = Workplace(tmp_path / "bench")
    place.folder.mkdir()
    place.prepare()
    place.output.parent.mkdir()
    place.output.write_text("{}")
    return place


def contents(folder):
    return {
        path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


def test_prepare__is_the_last_friday_of_the_season(work):
    last = work.season / "24-abu-dhabi"
    assert [path.name for path in last.iterdir()] == ["fp1.json"]
    assert (work.season / "23-qatar" / "race.json").is_file()
    assert (RACE_DATA / "2025" / "24-abu-dhabi" / "race.json").is_file()


class Recording(Workplace):
    """Runs that write what they saw."""

    def command(self, *options):
        code = (
            "import pathlib, sys; a, b = map(pathlib.Path, sys.argv[1:3]);"
            "b.write_text(str(sorted(p.name for p in (a / '24-abu-dhabi').iterdir())))"
        )
        return (sys.executable, "-c", code, str(self.season), str(self.output), *options)


@pytest.mark.parametrize("fails", [False, True])
def test_after__sees_the_change_and_puts_everything_back(work, fails):
    place = Recording(work.folder)
    before = contents(place.folder)

    def change(season):
        copy("2025/24-abu-dhabi/fp2.json", season / "24-abu-dhabi" / "fp2.json")
        if fails:
            raise OSError("the disk is full")

    if fails:
        with pytest.raises(OSError, match="full"):
            place.after(change)
    else:
        assert place.after(change)["cpu_s"] > 0
    assert contents(place.folder) == before


def test_correct_result__swaps_the_first_two(tmp_path):
    path = copy("2025/20-mexico/race.json", tmp_path / "race.json")
    before = json.loads(path.read_text())["results"]
    correct_result(path)
    after = json.loads(path.read_text())["results"]
    assert [row["driver_id"] for row in after[:2]] == [row["driver_id"] for row in before[1::-1]]
    assert [row["position"] for row in after[:2]] == [1, 2]
    assert after[2:] == before[2:]


def test_report_text__names_the_machine_and_every_figure(tmp_path):
    run = {"cpu_s": 8.87, "wall_s": 8.85, "peak_mib": 257.1}
    figures = {
        "host": {
            "processor": "EPYC", "cpus": 2, "system": "Linux", "machine": "x86_64", "python": "3.11"
        },
        "kernel": {"races_per_cpu_second": 143323.0, "compile_cpu_s": 9.0},
        "scan": {"scan_to_plain": 1.2},
        "runs": {
            "full_rebuild": run,
            "unchanged_run": run | {"cpu_s": 0.49},
            "ratio": dict.fromkeys(LIMITS, 0.25) | {"unchanged_to_full": 0.05},
        },
    }  # fmt: skip
    text = report_text(figures)
    for shown in ("EPYC, 2 cpus", "143,323.0", "8.87 s CPU", "0.49 s CPU", "257 MiB", "1.2"):
        assert shown in text
    assert "practice_drop_to_full: 0.25 (at most 0.1)" in text
    assert "unchanged_to_full: 0.05\n" in text
    assert json.loads(figures_json(figures)) == figures
