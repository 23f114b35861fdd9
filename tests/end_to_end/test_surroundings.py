"""What a process is started with, and what it is told while it runs: real processes."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from numba.core.caching import _CacheLocator

from services.cli.main import main
from services.forecasting.warm import warm_kernels
from tests.daemon.daemon_process import DaemonProcess
from tests.forecasting.small_season import SmallSeason
from tests.rules.sources import ROOT

pytestmark = pytest.mark.skipif(os.name != "posix", reason="streams and signals of POSIX")

STREAMS = ("0<&-", "1>&-", "2>&-")
CLOSED = [
    " ".join(some) for number in (1, 2, 3) for some in itertools.combinations(STREAMS, number)
]
PATIENCE_S = 600


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A small season whose forecast is published."""
    season = SmallSeason(tmp_path_factory.mktemp("surroundings") / "season")
    done = shell(season, "")
    assert done.returncode == 0, done.stderr
    return season


def words(season, *options):
    given = {
        "--train-data": season.drops, "--history": season.earlier, "--output": season.output,
        "--num-simulations": 20, "--jobs": 1,
    }  # fmt: skip
    return [str(word) for pair in given.items() for word in pair] + list(options)


def forecast(season, *options):
    return [sys.executable, str(ROOT / "run_full_season_incremental.py"), *words(season, *options)]


def shell(season, redirections, *options, command=None):
    """Run a command with the shell's redirections."""
    return subprocess.run(
        ["bash", "-c", f'"$0" "$@" {redirections}', *(command or forecast(season, *options))],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_S,
    )


@pytest.mark.parametrize("closed", CLOSED)
def test_open_streams__no_file_takes_the_number_of_a_closed_stream(tmp_path, closed):
    code = (
        "import os, sys\n"
        "from services.cli.standard_streams import open_streams\n"
        "open_streams()\n"
        "file = open(sys.argv[1], 'w')\n"
        "print('to stdout'); print('to stderr', file=sys.stderr); os.system('echo from a child')\n"
        "sys.stdout.flush()\n"
        "file.write(f'{file.fileno() > 2} {sys.stdin.read()!r}')\n"
    )
    seen = tmp_path / "seen"
    command = [sys.executable, "-c", code, str(seen)]
    done = shell(None, f"{closed} {'</dev/null' if '0' not in closed else ''}", command=command)
    assert done.returncode == 0, done.stderr
    assert seen.read_text() == "True ''"


def test_forecast__runs_with_its_streams_closed(tmp_path):
    season = SmallSeason(tmp_path / "season")
    assert shell(season, CLOSED[-1]).returncode == 0
    assert season.document()["metadata"]["season"] == 2025
    assert (season.output.parent / ".lock").read_text().strip().isdecimal()
    assert "published" in (season.output.parent / "training.log").read_text()


def test_commands__run_with_their_streams_closed(published):
    program = [sys.executable, "-m", "services"]
    output = ["--output", str(published.output)]
    commands = {
        "doctor": ([str(published.drops)], 0),
        "status": (output, 3),
        "simulate": (["Japanese Grand Prix", *words(published)], 0),
    }
    for name, (options, code) in commands.items():
        done = shell(None, CLOSED[-1], command=[*program, name, *options])
        assert done.returncode == code, name
    assert published.document()["metadata"]["season"] == 2025


def test_daemon__runs_with_its_streams_closed(published, tmp_path):
    season = SmallSeason(tmp_path / "season")
    with DaemonProcess(season, prelude="import os\nfor one in (0, 1, 2): os.close(one)") as daemon:
        daemon.until_idle(1)
        assert daemon.stop() == 0
    assert season.document()["metadata"]["season"] == 2025


def test_daemon__one_signal_ends_it_while_its_worker_compiles(tmp_path):
    season = SmallSeason(tmp_path / "season")
    kernels = tmp_path / "kernels"
    with DaemonProcess(season, environment={"NUMBA_CACHE_DIR": str(kernels)}) as daemon:
        status = daemon.until(lambda one: one["worker_pid"] and any(kernels.glob("*/")))
        assert daemon.stop() == 0
        assert list(kernels.rglob("*.nbc")) == []  # it has not waited for the compiler
        assert not Path(f"/proc/{status['worker_pid']}").exists()
    assert not season.output.exists()
    assert season.history()[-1]["outcome"] == "cancelled"


@pytest.mark.parametrize(
    ("redirections", "code"), [(">/dev/full", 74), ("| head -c 1; exit ${PIPESTATUS[0]}", 0)]
)
def test_forecast__says_that_it_has_published_what_it_cannot_print(tmp_path, redirections, code):
    season = SmallSeason(tmp_path / "season")
    ends_first = redirections.replace("head -c 1", "true")  # a reader that leaves at once
    done = shell(season, ends_first)
    assert done.returncode == code, done.stderr
    assert f"the document is published: {season.output}" in done.stderr
    assert "Traceback" not in done.stderr
    assert season.document()["metadata"]["season"] == 2025


def test_forecast__needs_no_stderr(published):
    assert shell(published, "2>/dev/full", "--incremental-update").returncode == 0


def until(condition, process):
    """Wait for a fact about a process that runs."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.mark.parametrize("is_first", [True, False])
def test_forecast__one_signal_ends_it_while_it_compiles(tmp_path, is_first):
    season = SmallSeason(tmp_path / "season")
    if not is_first:
        season.run()
    before = season.output.read_bytes() if not is_first else None
    kernels = tmp_path / "kernels"
    process = subprocess.Popen(
        forecast(season),
        cwd=ROOT,
        env=os.environ | {"NUMBA_CACHE_DIR": str(kernels)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    until(lambda: any(kernels.glob("*/")), process)  # made when compiling begins
    process.send_signal(signal.SIGTERM)
    shown = process.communicate(timeout=PATIENCE_S)[1]
    assert process.returncode == 130, shown
    assert "interrupted; the last document is unchanged" in shown
    assert list(kernels.rglob("*.nbc")) == []  # it has not waited for the compiler
    assert before == (season.output.read_bytes() if not is_first else None)
    record = (season.output.parent / "training_history.jsonl").read_text().splitlines()
    assert json.loads(record[-1])["outcome"] == "cancelled"


def test_forecast__does_not_run_a_damaged_kernel(tmp_path):
    season = SmallSeason(tmp_path / "season")
    sources = ROOT / "predictor" / "simulator" / "cpu"
    kernels = tmp_path / "kernels" / _CacheLocator.get_suitable_cache_subpath(sources / "x.py")
    kernels.mkdir(parents=True)
    warm_kernels()
    for file in (sources / "__pycache__").glob("kernel.*.nb?"):
        shutil.copy(file, kernels)
    codes = list(kernels.glob("*.nbc"))  # of earlier sources, too
    for code in codes:
        data = bytearray(code.read_bytes())
        data[len(data) // 2] ^= 1
        code.write_bytes(data)
    process = subprocess.Popen(
        forecast(season),
        cwd=ROOT,
        env=os.environ | {"NUMBA_CACHE_DIR": str(kernels.parent)},
        stderr=subprocess.PIPE,
    )
    with process:
        until(
            lambda: not all(map(Path.exists, codes)), process
        )  # and one is being compiled: not to be waited for
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 130
    assert "is removed, and compiled again" in (season.output.parent / "training.log").read_text()


def test_run__one_signal_ends_it_though_the_interrupt_is_lost(tmp_path):
    # As in a call that comes from compiled code, where Python drops what is raised.
    code = (
        "import sys, click, services.cli.process as process\n"
        "process._GRACE_S = 0.1\n"
        "@click.command()\n"
        "def busy():\n"
        "    while True:\n"
        "        try:\n"
        "            print('busy', flush=True)\n"
        "            while True: pass\n"
        "        except KeyboardInterrupt: pass\n"
        "process.run(busy)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with process, contextlib.ExitStack() as stack:
        stack.callback(process.kill)
        assert process.stdout.readline() == "busy\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE_S) == 130
        assert "interrupted" in process.stderr.read()


def test_main__the_end_of_a_file_is_no_interrupt(capsys):
    @click.command()
    def broken():
        raise EOFError("Ran out of input")

    assert main(broken, []) == 70
    assert "unexpected EOFError: Ran out of input" in capsys.readouterr().err
