"""The operations guide agrees with the product."""

from __future__ import annotations

import re

import pytest

from predictor.errors import NoUsableInput, UsageError
from services.errors import (
    EXIT_INTERRUPTED,
    EXIT_SOFTWARE,
    AlreadyRunning,
    OutputNotWritable,
)
from services.settings.limits import read_settings
from tests.deploy.recipes import ROOT, UNIT, command_named, setting

GUIDE = (ROOT / "docs" / "operation.md").read_text(encoding="utf-8")
KNOWN = {0, EXIT_SOFTWARE, EXIT_INTERRUPTED} | {
    kind.exit_code for kind in (UsageError, NoUsableInput, OutputNotWritable, AlreadyRunning)
}


@pytest.mark.parametrize("name", sorted(set(re.findall(r"-m services (\w+)", GUIDE))))
def test_guide__names_commands_that_exist(name):
    assert command_named(name) is not None


def test_guide__lists_every_exit_code_and_what_systemd_does():
    rows = dict(re.findall(r"^\| (\d+) \| .* \| (\w+)[^|]*\|$", GUIDE, flags=re.MULTILINE))
    assert {int(code) for code in rows} == KNOWN
    stay = {*setting("RestartPreventExitStatus")[0].split(), *setting("SuccessExitStatus"), "0"}
    assert {code for code, again in rows.items() if again == "no"} == stay


def test_guide__quotes_times_as_configured():
    daemon = read_settings().daemon
    words = " ".join(GUIDE.split())
    assert f"changed for {daemon.settle_s:g} s, at most {daemon.max_wait_s:g} s" in words
    pause, longest = daemon.back_off_s, daemon.back_off_max_s / 60
    assert f"after {pause:g} s, doubling to {longest:g} min" in GUIDE
    assert f"no life for {setting('WatchdogSec')[0].removesuffix('s')} s" in GUIDE


def test_guide__paths_of_the_repository_exist():
    named = set(re.findall(r"config/deploy/[\w.-]+", GUIDE))
    assert f"config/deploy/{UNIT.name}" in named
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_guide__makes_the_user_and_folders_that_the_unit_needs():
    user, state = setting("User")[0], setting("StateDirectory")[0]
    assert re.search(rf"useradd .* {user}$", GUIDE, flags=re.MULTILINE)
    for folder in (f"/var/lib/{state}", f"/var/lib/{state}/race-data"):
        assert re.search(rf"install -d -o {user} -g {user} -m \d+ {folder}$", GUIDE, re.MULTILINE)
    assert f"F1_TRAIN_DATA=/var/lib/{state}/race-data" in setting("Environment")
