"""What the daemon does about an answer of its worker hangs on its kind, never on its words."""

from __future__ import annotations

import pytest

from predictor.errors import F1Error, FaultInReading, NoUsableInput, PartialPageError, UsageError
from services.daemon.builder import Builder
from services.daemon.messages import Failed
from services.errors import OutOfMemory, OutputNotWritable, RunCancelled, SomebodysFile, WorkerLost
from services.publishing.conclude import facts_at_start
from services.settings.limits import Limits
from services.settings.run_request import RunRequest

NOW = 1000.0


@pytest.fixture
def builder(season):
    settings = RunRequest(season.drops, season.output, season.earlier, schema=season.schema)
    settings.folder.mkdir(parents=True, exist_ok=True)
    made = Builder(settings, Limits(), lambda _worker, _answer: None, clock=lambda: NOW)
    made._facts = facts_at_start(settings)
    return made


def history(season):
    path = season.output.parent / "training_history.jsonl"
    return path.read_text().splitlines() if path.exists() else []


@pytest.mark.parametrize(
    "error", [F1Error("x"), OutOfMemory("x"), OutputNotWritable("x"), WorkerLost("x"), OSError("x")]
)
def test_take_failure__what_time_may_mend_is_tried_again(builder, error):
    builder._take_failure(Failed.of(1, error))
    assert builder.schedule.due_at > NOW
    assert builder.seen.outcomes == {"failed": 1}


@pytest.mark.parametrize(
    "error",
    [
        NoUsableInput("x"),
        UsageError("x"),
        SomebodysFile("x"),
        PartialPageError("x"),
        FaultInReading(ValueError("x")),
    ],
)
def test_take_failure__what_only_a_change_mends_waits_for_one(builder, error):
    builder._take_failure(Failed.of(1, error))
    assert builder.schedule.due_at is None
    assert builder.seen.problem.startswith(f"{type(error).__name__}: ")


@pytest.mark.parametrize("what", ["RunCancelled: NoUsableInput", "UsageError"])
def test_take_failure__words_of_another_kind_decide_nothing(builder, what):
    builder._take_failure(Failed.of(1, F1Error(what)))
    assert builder.schedule.due_at > NOW
    assert builder.seen.outcomes == {"failed": 1}


def test_take_failure__a_build_that_was_stopped_has_not_failed(builder):
    builder._take_failure(Failed.of(1, RunCancelled("stopped")))
    assert builder.seen.outcomes == {"cancelled": 1}
    assert not builder.seen.problem


def test_take_failure__waiting_for_data_is_no_line_of_the_record(builder, season):
    builder._take_failure(Failed.of(1, NoUsableInput("nothing there")))
    assert not history(season)
    builder._facts = facts_at_start(builder.settings)
    builder._take_failure(Failed.of(2, UsageError("no such driver")))
    assert len(history(season)) == 1
