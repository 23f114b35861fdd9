"""The machine sees the faults that are planted in the engine."""

from __future__ import annotations

import os

import pytest

from tests.incremental.attempts import attempts
from tests.incremental.planted import FAULTS, KINDS
from tests.incremental.planted_fault import PlantedFault


@pytest.mark.skipif(not hasattr(os, "fork"), reason="faults are planted in a forked process")
def test_machine__sees_the_sampled_faults():
    sample = [fault for fault in FAULTS if fault.sampled]

    missed = [attempt.fault for attempt in attempts(sample) if not attempt.caught]

    assert missed == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="faults are planted in a forked process")
def test_attempts__say_that_an_engine_without_a_fault_agrees():
    harmless = PlantedFault("none", lambda: None, "set_the_seed")

    (attempt,) = attempts([harmless])

    assert not attempt.caught
    assert attempt.n_runs > 20


@pytest.mark.parametrize("kind", KINDS)
def test_faults__of_every_kind_are_sampled(kind):
    assert any(fault.sampled for fault in KINDS[kind])


def test_faults__have_names_of_their_own():
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
