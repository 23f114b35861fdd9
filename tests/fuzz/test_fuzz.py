"""Changed real files through parse, link and fold: refused in words or sane, soon and small."""

from __future__ import annotations

import pytest

from tests.fuzz.cases import LIMIT_BYTES, LIMIT_S, attempt, make_case
from tests.fuzz.corpus import samples
from tests.rules.sources import ROOT

SEED, N_CASES = 20261129, 300  # `make fuzz` runs ten thousand of another seed


def test_read__changed_files_are_refused_or_sane():
    known = samples()
    assert attempt(known).fault == ""
    outcomes = {number: attempt(make_case(known, SEED, number)) for number in range(N_CASES)}
    faults = {number: one.fault for number, one in outcomes.items() if one.fault}
    assert faults == {}, f"python -m tests.fuzz --seed {SEED} --only {min(faults)}"
    # Both happen often, or the changes would prove nothing.
    n_used = sum(one.n_used > 0 for one in outcomes.values())
    assert N_CASES / 5 < n_used < N_CASES * 4 / 5
    assert max(one.seconds for one in outcomes.values()) < LIMIT_S
    assert max(one.n_bytes for one in outcomes.values()) < LIMIT_BYTES


def test_make_case__is_the_same_for_the_same_number():
    known = samples()
    for number in range(20):
        assert make_case(known, 3, number) == make_case(known, 3, number)
    assert make_case(known, 3, 1) != make_case(known, 4, 1)


@pytest.mark.parametrize("fault", [ZeroDivisionError("a"), RecursionError("b"), AssertionError])
def test_attempt__tells_what_no_case_may_come_to(fault, monkeypatch):
    def fail(*_given):
        raise fault

    monkeypatch.setattr("tests.fuzz.cases.parse_file", fail)
    race = (ROOT / "race-data" / "2025" / "calendar.json").read_bytes()
    told = attempt({"calendar.json": race}).fault
    assert told.startswith(type(fault).__name__ if isinstance(fault, Exception) else "Assertion")
