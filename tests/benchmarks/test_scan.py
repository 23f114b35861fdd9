"""The benchmark of the scan measures what it says."""

from __future__ import annotations

import hashlib

from benchmarks.scan import copy_sessions, measure_scan, plain_digests
from services.intake.scan import scan
from services.settings.limits import ScanLimits


def test_measure_scan__gives_every_figure():
    figures = measure_scan(n_files=150)
    assert figures["n_files"] == 150
    assert figures["scan_to_plain"] == round(figures["scan_ms"] / figures["plain_ms"], 2)
    assert min(figures.values()) > 0


def test_plain_digests__are_those_of_the_scan(tmp_path):
    copy_sessions(tmp_path, 250)
    assert len([*tmp_path.iterdir()]) == 3
    plain = plain_digests(tmp_path)
    assert len(plain) == 250
    for file in scan(tmp_path, ScanLimits()).files:
        assert file.digest == "sha256:" + plain[str(tmp_path / file.path)]
        assert file.digest == "sha256:" + hashlib.sha256(file.data).hexdigest()
