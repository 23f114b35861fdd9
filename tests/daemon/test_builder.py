"""What the daemon does about an answer of its worker hangs on its kind, never on its words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from predictor.errors import F1Error, FaultInReading, NoUsableInput, PartialPageError, UsageError
from services.daemon.builder import Builder
from services.daemon.messages import Done, Failed
from services.errors import OutOfMemory, OutputNotWritable, RunCancelled, SomebodysFile, WorkerLost
from services.forecasting.build import build
from services.intake.run_folders import Folders
from services.publishing.conclude import facts_at_start
from services.publishing.last_run import LastRun
from services.publishing.subscribers import Subscriber
from services.settings.limits import Limits
from services.settings.run_request import RunRequest
from tests.forecasting.small_season import even_plan
from tests.published.small_document import as_json

NOW = 1000.0


@pytest.fixture
def builder(season):
    settings = RunRequest(season.drops, season.output, season.earlier)
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


def test_discard__what_was_merely_stopped_is_due_at_once(builder):
    builder.discard(RunCancelled("files vanished while it was made"))
    assert builder.schedule.due_at == NOW
    assert not builder.seen.problem


def test_discard__what_will_be_no_other_in_a_moment_is_due_after_pauses_that_grow(builder):
    pauses = []
    for _ in range(3):
        builder._facts = facts_at_start(builder.settings)
        builder.discard(WorkerLost("the code on disk has changed"))
        pauses.append(builder.schedule.due_at - NOW)
        builder.schedule.started()
    first = Limits().daemon.back_off_s
    assert pauses == [first, 2 * first, 4 * first]


def test_take_failure__waiting_for_data_is_no_line_of_the_record(builder, season):
    builder._take_failure(Failed.of(1, NoUsableInput("nothing there")))
    assert not history(season)
    builder._facts = facts_at_start(builder.settings)
    builder._take_failure(Failed.of(2, UsageError("no such driver")))
    assert len(history(season)) == 1


def told_builder(season, *subscribers):
    settings = RunRequest(season.drops, season.output, season.earlier, incremental=True)
    settings.folder.mkdir(parents=True, exist_ok=True)
    made = Builder(settings, Limits(), lambda _worker, _answer: None, subscribers)
    made._facts = facts_at_start(settings)
    return made


def answer(builder):
    """What a worker would answer now."""
    settings, limits = builder.settings, builder.limits
    folders, last = Folders(settings, limits), LastRun(settings)
    return Done(1, build(settings, limits, folders, last, build_plan=even_plan))


def fail(published):
    raise ValueError("no such table")


def test_take__a_failing_subscriber_shows_until_a_publication_is_taken_up(season):
    seen = []
    builder = told_builder(season, Subscriber("archive", fail), Subscriber("page", seen.append))

    builder._take(builder._facts, answer(builder))

    assert [one.outcome for one in seen] == ["published"]
    assert builder.seen.outcomes == {"published": 1}
    assert builder.seen.problem == ""
    assert builder.seen.not_told == (
        "archive could not take up the forecast: ValueError: no such table",
    )
    assert builder.schedule.due_at is None

    builder._subscribers = [Subscriber("archive", seen.append)]
    builder.settings = replace(builder.settings, n_simulations=9)
    builder._facts = facts_at_start(builder.settings)
    builder._last = LastRun(builder.settings)
    builder._take(builder._facts, answer(builder))
    assert builder.seen.not_told == ()


def test_start__tells_once_of_a_document_that_is_in_place_already(season):
    season.run()
    seen = []
    builder = told_builder(season, Subscriber("page", seen.append))

    for trigger in ("start", "content check"):
        builder.start(trigger)

    (published,) = seen
    assert published.outcome == "unchanged"
    assert as_json(published.document) == season.document()
    assert builder.seen.outcomes == {"nothing new": 2}
