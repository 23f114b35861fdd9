"""The systemd unit: understood, hardened, and in step with the product that it starts."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest

from predictor.errors import NoUsableInput, UsageError
from services.errors import (
    EXIT_INTERRUPTED,
    EXIT_SOFTWARE,
    AlreadyRunning,
    OutputNotWritable,
)
from services.settings.limits import read_settings
from tests.deploy.recipes import (
    INSTALLED,
    ROOT,
    UNIT,
    seconds,
    services_call,
    setting,
    unit_lines,
    words_of,
)

ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
STOPS_WITHIN_S = 5  # what the daemon promises
EXPOSURE = 15  # tenths

# Taking one of these out makes the service weaker and breaks nothing, so only this list would tell.
HARDENING = """\
AmbientCapabilities=
CapabilityBoundingSet=
DevicePolicy=closed
IPAddressDeny=any
KeyringMode=private
LimitCORE=0
LockPersonality=yes
NoNewPrivileges=yes
NotifyAccess=main
PrivateDevices=yes
PrivateIPC=yes
PrivateNetwork=yes
PrivateTmp=yes
PrivateUsers=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHome=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
ProtectSystem=strict
RemoveIPC=yes
RestrictAddressFamilies=AF_UNIX
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
StateDirectoryMode=0750
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=@system-service
SystemCallFilter=~@privileged @keyring @memlock @aio
UMask=0027
User=f1-forecast
Environment=PYTHONSAFEPATH=1
"""


@pytest.fixture
def unit_here(tmp_path):
    """Give the unit with an interpreter that exists here, so that only the rest is judged."""
    text = UNIT.read_text(encoding="utf-8")
    path = tmp_path / UNIT.name
    path.write_text(text.replace(f"{INSTALLED}/.venv/bin/python", sys.executable), encoding="utf-8")
    return path


@needs_systemd
def test_unit__systemd_understands_every_line(unit_here):
    done = subprocess.run(
        [ANALYZE, "verify", "--man=no", unit_here], capture_output=True, text=True, check=False
    )
    complaints = [line for line in done.stderr.splitlines() if UNIT.name in line]
    assert complaints == []


@needs_systemd
def test_unit__exposure_is_low(unit_here):
    done = subprocess.run(
        [ANALYZE, "security", "--offline=true", f"--threshold={EXPOSURE}", "--no-pager", unit_here],
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Overall exposure level" in done.stdout, done.stderr
    assert done.returncode == 0, done.stdout.splitlines()[-1]


@pytest.mark.parametrize("line", HARDENING.splitlines())
def test_unit__no_hardening_line_is_gone(line):
    assert line in unit_lines()


@pytest.mark.parametrize(
    ("name", "because"),
    [
        ("MemoryDenyWriteExecute", "numba maps code that it has just written"),
        ("ProcSubset", "the document names the processor, out of /proc/cpuinfo"),
        ("DynamicUser", "nobody but root could drop a file"),
        ("PrivatePIDs", "systemd 252 does not know it"),
    ],
)
def test_unit__leaves_out_what_would_break_the_daemon(name, because):
    assert setting(name) == [], because


def test_unit__worker_may_lower_its_priority():
    refused = " ".join(value for value in setting("SystemCallFilter") if value.startswith("~"))
    assert "@resources" not in refused


def test_unit__starts_a_command_that_exists_with_options_that_exist():
    (start,) = setting("ExecStart")
    assert services_call(words_of(start)).name == "watch"


def test_unit__every_variable_in_the_start_has_a_default():
    (start,) = setting("ExecStart")
    defaults = {value.partition("=")[0] for value in setting("Environment")}
    assert set(re.findall(r"\$\{?(\w+)", start)) <= defaults


def test_unit__finds_the_product_from_another_working_directory():
    assert f"PYTHONPATH={INSTALLED}" in setting("Environment")
    (folder,) = setting("WorkingDirectory")
    assert folder == f"/var/lib/{setting('StateDirectory')[0]}"


def test_unit__every_installed_path_is_shipped():
    named = re.findall(rf"{INSTALLED}/([\w./-]+)", UNIT.read_text(encoding="utf-8"))
    shipped = [name for name in named if not name.startswith(".venv/")]
    assert shipped
    assert [name for name in shipped if not (ROOT / name).exists()] == []


def test_unit__is_not_started_again_where_that_is_senseless():
    never = {int(code) for code in setting("RestartPreventExitStatus")[0].split()}
    assert never == {UsageError.exit_code, NoUsableInput.exit_code}
    assert setting("SuccessExitStatus") == [str(EXIT_INTERRUPTED)]
    assert setting("Restart") == ["on-failure"]
    passing = {OutputNotWritable.exit_code, AlreadyRunning.exit_code, EXIT_SOFTWARE}
    assert not passing & never


def test_unit__gives_the_daemon_the_time_it_needs_to_stop():
    assert seconds(setting("TimeoutStopSec")[0]) > 2 * STOPS_WITHIN_S
    assert setting("KillMode") == ["mixed"]


def test_unit__attempts_end_within_the_limit_that_counts_them():
    (pause,), (burst,) = setting("RestartSec"), setting("StartLimitBurst")
    # Else a start that fails at once would be tried for ever.
    assert seconds(pause) * int(burst) < seconds(setting("StartLimitIntervalSec")[0])


def test_unit__memory_limit_leaves_the_daemon_to_judge_its_worker():
    (limit,) = setting("MemoryMax")
    assert int(limit.removesuffix("G")) * 2**30 > read_settings().daemon.worker_bytes
    assert setting("OOMPolicy") == ["continue"]


def test_unit__watchdog_is_heard_by_a_daemon_of_that_type():
    assert setting("Type") == ["notify"]
    assert seconds(setting("WatchdogSec")[0]) >= 30
