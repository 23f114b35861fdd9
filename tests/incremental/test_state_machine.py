"""An incremental run gives what a full rebuild without any cache gives."""

from __future__ import annotations

import os

import pytest

from tests.incremental.examples import EXAMPLES, run_machine

_FEW = 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="faults are tried in a forked process")
@pytest.mark.parametrize("n_examples", [_FEW, pytest.param(EXAMPLES, marks=pytest.mark.soak)])
def test_run_job__incremental_equals_a_full_rebuild_whatever_happens(n_examples):
    run_machine(n_examples)
