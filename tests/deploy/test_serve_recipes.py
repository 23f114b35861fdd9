"""The unit and the image of the pages: they read, and write nothing; in step with `serve`."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys

import pytest

from predictor.errors import PackageMissing, UsageError
from tests.deploy.recipes import (
    INSTALLED,
    ROOT,
    SERVE_UNIT,
    UNIT,
    instruction,
    listed,
    seconds,
    services_call,
    setting,
    unit_lines,
    words_of,
)

ANALYZE = shutil.which("systemd-analyze")
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
EXPOSURE = 15  # tenths
IMAGE = "Containerfile.serve"
# What the daemon's unit has and the pages' cannot: they answer, and write no state.
OTHERWISE = {
    "NotifyAccess=main",
    "PrivateNetwork=yes",
    "RestrictAddressFamilies=AF_UNIX",
    "StateDirectoryMode=0750",
    "UMask=0027",
    "User=f1-forecast",
}
# A session file that the daemon may write to is none here, but settings of both are the same.
HARDENING = sorted(
    line
    for line in unit_lines(UNIT)
    if re.match(
        "Protect|Private|Restrict|SystemCall|Capability|Ambient|NoNew|Keyring|Lock|LimitCORE"
        "|Device|IPAddressDeny|RemoveIPC|Environment=PYTHONSAFEPATH",
        line,
    )
    and line not in OTHERWISE
)


@pytest.fixture
def unit_here(tmp_path):
    """Give the unit with an interpreter that exists here, so that only the rest is judged."""
    text = SERVE_UNIT.read_text(encoding="utf-8")
    path = tmp_path / SERVE_UNIT.name
    path.write_text(text.replace(f"{INSTALLED}/.venv/bin/python", sys.executable), encoding="utf-8")
    return path


@needs_systemd
def test_unit__systemd_understands_every_line(unit_here):
    done = subprocess.run(
        [ANALYZE, "verify", "--man=no", unit_here], capture_output=True, text=True, check=False
    )
    assert [line for line in done.stderr.splitlines() if SERVE_UNIT.name in line] == []


@needs_systemd
def test_unit__exposure_is_low(unit_here):
    done = subprocess.run(
        [ANALYZE, "security", "--offline=true", f"--threshold={EXPOSURE}", "--no-pager", unit_here],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, (done.stdout or done.stderr).splitlines()[-1]


def test_unit__there_is_much_to_harden():
    assert len(HARDENING) > 20


@pytest.mark.parametrize("line", HARDENING)
def test_unit__is_as_hardened_as_the_daemons(line):
    assert line in unit_lines(SERVE_UNIT)


@pytest.mark.parametrize(
    "name", ["StateDirectory", "ReadWritePaths", "BindPaths", "LogsDirectory", "CacheDirectory"]
)
def test_unit__may_write_nowhere(name):
    assert setting(name, SERVE_UNIT) == []


def test_unit__reads_as_a_member_of_the_daemons_group_and_not_as_the_daemon():
    assert setting("Group", SERVE_UNIT) == setting("Group", UNIT)
    assert setting("User", SERVE_UNIT) != setting("User", UNIT)
    assert setting("UMask", UNIT) == ["0027"]  # by which a member may read


def test_unit__answers_this_machine_alone():
    assert setting("IPAddressAllow", SERVE_UNIT) == ["localhost"]


def test_unit__starts_serve_with_options_that_exist_upon_the_daemons_output():
    (start,) = setting("ExecStart", SERVE_UNIT)
    words = words_of(start)
    assert services_call(words).name == "serve"
    (state,) = setting("WorkingDirectory", UNIT)
    assert words[words.index("--output-folder") + 1] == f"{state}/predictions"
    defaults = {value.partition("=")[0] for value in setting("Environment", SERVE_UNIT)}
    assert set(re.findall(r"\$\{?(\w+)", start)) <= defaults


def test_unit__is_not_started_again_where_that_is_senseless():
    never = {int(code) for code in setting("RestartPreventExitStatus", SERVE_UNIT)[0].split()}
    assert never == {UsageError.exit_code, PackageMissing.exit_code}
    assert setting("Restart", SERVE_UNIT) == ["on-failure"]
    (pause,), (burst,) = (setting(name, SERVE_UNIT) for name in ("RestartSec", "StartLimitBurst"))
    (interval,) = setting("StartLimitIntervalSec", SERVE_UNIT)
    assert seconds(pause) * int(burst) < seconds(interval)


def test_image__starts_serve_with_options_that_exist_on_the_daemons_volume():
    (start,) = map(listed, instruction("ENTRYPOINT", IMAGE))
    assert services_call(start).name == "serve"
    assert start[start.index("--output-folder") + 1] in listed(instruction("VOLUME")[-1])


def test_image__stands_on_the_daemons_and_runs_as_another_user():
    (base,) = instruction("FROM", IMAGE)
    guide = (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
    assert f"--tag {base.removeprefix('localhost/')} ." in guide
    assert instruction("USER", IMAGE)[-1] == setting("User", SERVE_UNIT)[0]


def test_image__asks_for_health_what_the_server_answers():
    (question,) = instruction("HEALTHCHECK", IMAGE)
    assert "/healthz" in listed(question[question.index("CMD") :])[-1]
