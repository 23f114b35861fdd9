"""A change of the registry of models that is killed, or refused by the disk, at any I/O call."""

from __future__ import annotations

import json
import os
import shutil
import sys
from datetime import date

import pytest

from predictor.errors import F1Error
from services.registry.backup import back_up, backups, read_backup, restore
from services.registry.changes import promote, register, rollback
from services.registry.registry import active_bundle
from services.registry.registry_file import BACKUP, REGISTRY, read_registry
from services.settings.limits import ModelLimits
from tests.crash.io_faults import KILL, Fault, Shim
from tests.crash.kinds import some_kinds
from tests.registry.small_models import NOTHING, new_version, promoted, registered

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="descriptors are named by /proc")

LIMITS = ModelLimits(retired=1, candidates=1)
DAY = date(2026, 3, 1)


def _restore(folder):
    restore(folder, folder / "backups" / "2026-01-31.tar")


ACTIONS = {
    "register": lambda folder: register(folder, LIMITS, new_version(b"new"), shipped=NOTHING),
    "promote": lambda folder: promote(folder, LIMITS, "1.4"),
    "rollback": lambda folder: rollback(folder, LIMITS, shipped=NOTHING),
    "back_up": lambda folder: back_up(folder, LIMITS, DAY),
    "restore": _restore,
}


@pytest.fixture
def scene(tmp_path):
    """Give a folder where every change also forgets a version, and the same kept apart."""
    kept = tmp_path / "kept"
    limits = ModelLimits(retired=9, candidates=9)
    promoted(kept, b"0", b"1", b"2", b"3", limits=limits)
    back_up(kept, LIMITS, date(2026, 1, 31))
    registered(kept, b"4", limits=limits)
    return tmp_path / "models", kept


def begin(scene):
    folder, kept = scene
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(kept, folder)
    return folder


def begin_for(action, scene):
    folder = begin(scene)
    if action == "restore":
        shutil.rmtree(folder / "race_outcome" / "1.3")
        (folder / "race_outcome" / "1.2" / "card.md").unlink()
    return folder


def run(action, folder, fault, report):
    """Do it in a child; give its exit code and whether the fault hit."""
    report.unlink(missing_ok=True)
    child = os.fork()
    if child == 0:
        code = 99
        try:
            shim = Shim(folder, report)
            shim.install()
            shim.arm(fault)
            ACTIONS[action](folder)
            code = 0
        except F1Error as error:
            code = error.exit_code
        finally:
            os._exit(code)
    _, status = os.waitpid(child, 0)
    hit = report.exists() and json.loads(report.read_text().splitlines()[0])
    return os.waitstatus_to_exitcode(status), hit


def told(folder):
    """Give what a forecast would see, and the registry without the number of changes."""
    found = active_bundle(folder, shipped=NOTHING)
    read = read_registry(folder)
    return found.bundle, found.candidate, found.notes, read.registry.models, read.is_sound


def strays(folder):
    """List what no registry and no backup accounts for."""
    model = read_registry(folder).registry.models["race_outcome"]
    known = {"race_outcome", "backups", ".lock", REGISTRY, BACKUP}
    known |= {f"race_outcome/{version}" for version in model.versions}
    known |= {f"backups/{path.name}" for path in backups(folder)}
    found = [*folder.iterdir(), *folder.glob("race_outcome/*"), *folder.glob("backups/*")]
    return sorted({path.relative_to(folder).as_posix() for path in found} - known)


@pytest.mark.parametrize("kind", some_kinds(KILL, among=(KILL, "ENOSPC", "EIO")))
@pytest.mark.parametrize("action", ACTIONS)
def test_models__a_fault_at_any_call_leaves_before_or_after(scene, tmp_path, action, kind):
    report = tmp_path / "fault.jsonl"
    folder = begin_for(action, scene)
    before = told(folder)
    ACTIONS[action](folder)
    after = told(folder)
    assert strays(folder) == []
    n_hits = 0
    for at in range(1, 400):
        begin_for(action, scene)
        code, hit = run(action, folder, Fault(kind, at), report)
        if not hit:
            assert code == 0
            break
        n_hits += 1
        where = (action, kind, at, hit, code)
        _check_left(folder, action, told(folder), before, after, where)
        if kind != KILL:
            # Refused by the disk; or what could not be read is called damaged, and nothing done.
            assert code in ((0, 73) if kind == "ENOSPC" else (0, 65, 73)), where
        for backup in backups(folder):
            read_backup(backup)
        if action != "rollback" or told(folder) == before:
            _again(action, folder, where)
        if action != "restore":  # which forgets nothing
            register(folder, LIMITS, new_version(b"next"), shipped=NOTHING)
        assert strays(folder) == [], where
    assert n_hits > 5


def _check_left(folder, action, left, before, after, where):
    if action == "restore":
        # What was damaged comes back file by file: the registry is that of before or after.
        assert left[3] in (before[3], after[3]), where
        return
    assert left in (before, after), where


def _again(action, folder, where):
    model = read_registry(folder).registry.models["race_outcome"]
    if action == "promote" and model.active == "1.4":
        return
    ACTIONS[action](folder)
    assert active_bundle(folder, shipped=NOTHING).notes == (), where
