"""Frames between daemon and worker: whole or nothing, and never more than is announced."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from predictor.errors import F1Error, NoUsableInput, Recovery
from predictor.graph.plan import Decision, KeyParts, Reason, Verdict
from predictor.notes import Note, NoteKind
from services.daemon import messages
from services.daemon.messages import (
    Answer,
    BuildRequest,
    CancelRequest,
    Done,
    Failed,
    Progressed,
    Ready,
    Request,
    Trained,
    TrainingRequest,
    read_answer,
    read_frame,
    read_request,
    read_training_answer,
    read_training_request,
    write_frame,
)
from services.errors import OutOfMemory, RunCancelled
from services.publishing.built import Built, Unchanged
from services.settings.limits import Limits
from services.settings.run_request import RunRequest

BUILT = Built(
    season=2025,
    code="sha256:1",
    core=b'{"a": 1}',
    run_key="k",
    n_histories=1,
    data_hash="sha256:2",
    inputs={"race.json": "sha256:3"},
    rejected=(("x.json", "no session"),),
    stale=("x.json",),
    notes=(Note(NoteKind.SEASON_CHOSEN, "note", "2025", "look"),),
    good={"race.json": "sha256:3"},
    is_good_kept=False,
    nodes={
        "fold": KeyParts("fold", 1, {"a": "sha256:4"}, {"seed": "sha256:5"}, "code", "environment")
    },
    decisions={"fold": Decision(runs=True, reasons=(Reason(Verdict.REUSED),))},
)
UNCHANGED = Unchanged(
    season=2025,
    code="sha256:1",
    data_hash="sha256:2",
    inputs={"race.json": "sha256:3"},
    rejected=(("x.json", "no session"),),
    stale=("x.json",),
    decisions={"fold": Decision(runs=False, reasons=(Reason(Verdict.REUSED),))},
)
REQUESTS = (
    BuildRequest(7, RunRequest(Path("drops"), Path("p/season.json")), Limits(), full=True),
    CancelRequest(7),
)
ANSWERS = (
    Ready("sha256:5"),
    Progressed(7, 1, 2, "fold"),
    Done(7, BUILT),
    Done(7, UNCHANGED),
    Failed(7, "NoUsableInput", Recovery.CHANGE, "nothing there", do="drop files", trace="…"),
)


def frame(message):
    stream = io.BytesIO()
    write_frame(stream, message)
    return stream.getvalue()


@pytest.mark.parametrize("message", REQUESTS)
def test_read_request__gives_what_was_written(message):
    assert read_request(io.BytesIO(frame(message))) == message


@pytest.mark.parametrize("message", ANSWERS)
def test_read_answer__gives_what_was_written(message):
    assert read_answer(io.BytesIO(frame(message))) == message


@pytest.mark.parametrize("kind", [F1Error, NoUsableInput, RunCancelled])
def test_failed__an_error_is_the_same_on_both_sides_of_the_pipe(kind):
    error = kind("no cars", where="race.json", got="0", expected="20", do="drop it again")
    there = read_answer(io.BytesIO(frame(Failed.of(7, error)))).error()
    assert (there.kind, there.recovery) == (error.kind, error.recovery)
    assert str(there) == str(error)


def test_failed__an_error_nobody_foresaw_carries_its_trace_and_may_be_tried_again():
    try:
        int("odd")
    except ValueError as error:
        failed = Failed.of(7, error)
    assert (failed.kind, failed.recovery) == ("ValueError", Recovery.RETRY)
    assert failed.trace.endswith(f"ValueError: {failed.what}\n")


def test_failed__only_of_the_products_errors_a_lack_of_memory_carries_a_trace():
    assert Failed.of(7, OutOfMemory("no memory")).trace
    assert not Failed.of(7, NoUsableInput("nothing")).trace


@pytest.mark.parametrize("history", [None, Path("earlier")])
def test_read_training_request__gives_what_was_written(history):
    request = TrainingRequest(Path("models"), Path("race-data"), history, "small", Limits())
    assert read_training_request(io.BytesIO(frame(request))) == request


@pytest.mark.parametrize("message", [Trained("1.2", promoted=True), ANSWERS[-1]])
def test_read_training_answer__gives_what_was_written(message):
    assert read_training_answer(io.BytesIO(frame(message))) == message


def test_read_answer__one_after_another_until_the_end():
    stream = io.BytesIO(b"".join(map(frame, ANSWERS)))
    assert tuple(iter(lambda: read_answer(stream), None)) == ANSWERS


@pytest.mark.parametrize("message", ANSWERS)
def test_read_answer__cut_at_any_byte_is_the_end(message):
    whole = frame(message)
    for length in range(len(whole)):
        assert read_answer(io.BytesIO(whole[:length])) is None
        assert read_frame(io.BytesIO(whole[:length])) is None


@pytest.mark.parametrize("message", REQUESTS)
def test_read_request__cut_at_any_byte_is_the_end(message):
    whole = frame(message)
    for length in range(len(whole)):
        assert read_request(io.BytesIO(whole[:length])) is None


def test_read_frame__a_length_that_is_noise_is_not_read():
    class Counting(io.BytesIO):
        asked = 0

        def read(self, size=-1):
            self.asked = max(self.asked, size)
            return super().read(size)

    stream = Counting(struct.pack(">I", messages._MAX_BYTES + 1) + b"x" * 100)
    assert read_frame(stream) is None
    assert stream.asked == 4


@given(st.binary(max_size=200))
def test_read__noise_is_the_end_and_no_error(payload):
    data = struct.pack(">I", len(payload)) + payload
    assert isinstance(read_answer(io.BytesIO(data)), Answer | None)
    assert isinstance(read_request(io.BytesIO(data)), Request | None)


@pytest.mark.parametrize("payload", [b"", b"\xc1", b"\x81\xa4type\xa5other", b"print\n"])
def test_read__another_kind_of_message_is_the_end(payload):
    data = struct.pack(">I", len(payload)) + payload
    assert read_answer(io.BytesIO(data)) is None
    assert read_request(io.BytesIO(data)) is None
