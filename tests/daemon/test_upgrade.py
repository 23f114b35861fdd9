"""New code on disk: tried before it is trusted."""

from __future__ import annotations

import shutil

import pytest

from services.daemon import upgrade
from tests.rules.sources import ROOT


@pytest.fixture
def product(tmp_path, monkeypatch):
    for package in ("predictor", "services"):
        shutil.copytree(
            ROOT / package, tmp_path / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    monkeypatch.setattr(upgrade, "ROOT", tmp_path)
    return tmp_path


def test_trouble_with_code_on_disk__sound_code_has_none(product):
    assert upgrade.trouble_with_code_on_disk() == ""


def test_trouble_with_code_on_disk__half_a_copy_is_not_started(product):
    path = product / "services" / "daemon" / "loop.py"
    path.write_bytes(path.read_bytes() + b"def half(\n")
    assert "cannot be loaded" in upgrade.trouble_with_code_on_disk()
