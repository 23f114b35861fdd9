"""The machine sees every fault that is planted in the engine."""

from __future__ import annotations

import os

import pytest

from tests.incremental.attempts import attempts
from tests.incremental.planted import FAULTS


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="faults are planted in a forked process")
def test_machine__sees_every_planted_fault():
    missed = [attempt.fault for attempt in attempts(FAULTS) if not attempt.caught]
    assert missed == []
