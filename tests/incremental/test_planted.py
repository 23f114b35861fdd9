"""The machine sees the faults that are planted in the engine; `make planted` tries them all."""

from __future__ import annotations

import os

import pytest

from services.forecasting import build
from tests.incremental.attempts import attempts
from tests.incremental.planted import FAULTS, KINDS
from tests.incremental.planted_fault import PlantedFault

_FORKS = pytest.mark.skipif(
    not hasattr(os, "fork"), reason="faults are planted in a forked process"
)


@_FORKS
@pytest.mark.soak
def test_machine__sees_the_sampled_faults():
    sample = [fault for fault in FAULTS if fault.sampled]

    missed = [attempt for attempt in attempts(sample) if not attempt.caught]

    assert missed == []


@_FORKS
def test_attempts__an_engine_without_a_fault_agrees():
    (attempt,) = attempts([PlantedFault("none", lambda: None, "run_again")], n_examples=1)

    assert (attempt.caught, attempt.words) == (False, "")
    assert attempt.n_runs > 10


@_FORKS
def test_attempts__a_fault_that_does_not_fit_the_engine_counts_as_missed():
    def break_it() -> None:
        build.data_hash = lambda: None

    (attempt,) = attempts([PlantedFault("takes no arguments", break_it, "set_the_seed")])

    assert not attempt.caught
    assert attempt.words.startswith("TypeError")


@pytest.mark.parametrize("kind", KINDS)
def test_faults__of_every_kind_are_sampled(kind):
    assert any(fault.sampled for fault in KINDS[kind])


def test_faults__have_names_of_their_own():
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
