"""An incremental run gives what a full rebuild without any cache gives."""

from __future__ import annotations

import os

import pytest

from tests.incremental.examples import run_machine


@pytest.mark.skipif(not hasattr(os, "fork"), reason="faults are tried in a forked process")
def test_run_job__incremental_equals_a_full_rebuild_whatever_happens():
    run_machine()
