"""A registry is read right while another process changes it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from services.registry import version_files
from services.registry.changes import promote
from services.registry.layout import version_folder
from services.registry.registry import active_bundle
from services.registry.registry_file import read_registry
from services.settings.limits import ModelLimits
from tests.registry.small_models import NOTHING, promoted, registered
from tests.rules.sources import ROOT


@pytest.fixture
def models(tmp_path):
    """1.0 served, 1.1 serves, 1.2 is a candidate."""
    folder = tmp_path / "models"
    promoted(folder, b"first", b"second")
    registered(folder, b"third")
    return folder


COMMITS = """
import os, sys
from pathlib import Path
from msgspec import structs
from services.registry.registry_file import read_registry, write_registry
folder = Path(sys.argv[1])
registry = read_registry(folder).registry
while os.getppid() == int(sys.argv[2]):
    registry = structs.replace(registry, change=registry.change + 1)
    write_registry(folder, registry)
    print(registry.change, flush=True)
"""


def test_active_bundle__a_registry_that_others_are_changing_is_not_called_damaged(models):
    with subprocess.Popen(
        [sys.executable, "-c", COMMITS, str(models), str(os.getpid())],
        cwd=ROOT,
        stdout=subprocess.PIPE,
    ) as writer:
        try:
            for _ in range(100):
                writer.stdout.readline()  # it is at work
                assert [read_registry(models).notes for _ in range(20)] == [()] * 20
            assert active_bundle(models, shipped=NOTHING).notes == ()
        finally:
            writer.kill()


def test_active_bundle__versions_that_are_pruned_while_they_are_read_are_not_missed(
    models, monkeypatch
):
    pruned = []

    def read(folder, name, version, digest, sound=version_files.read):
        if not pruned:  # another process promotes, and forgets the one that served
            pruned.append(version)
            promote(models, ModelLimits(), "1.2")
            shutil.rmtree(version_folder(models, name, version))
        return sound(folder, name, version, digest)

    monkeypatch.setattr(version_files, "read", read)
    found = active_bundle(models, shipped=NOTHING)
    assert (found.bundle.version, found.notes) == ("1.2", ())
