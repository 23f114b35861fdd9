"""Pieces of work: done once, kept at once, done again where the kept result is damaged."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from predictor.errors import F1Error
from services.errors import WorkerLost
from services.execution.local_processes import LocalProcesses
from services.settings.limits import Limits
from services.training.work import Piece, Workshop


def count(task, report):
    """Note that it was called, in a file per call, and give the task in capitals."""
    folder, text = task
    report(1, 2, "half")
    (Path(folder) / f"{text}-{os.getpid()}").touch()
    return text.upper().encode()


def kill_itself(task, report):
    os.kill(os.getpid(), signal.SIGKILL)


def refuse(task, report):
    raise F1Error("this cannot be done")


@pytest.fixture
def place(tmp_path):
    (tmp_path / "calls").mkdir()
    return tmp_path


def piece(place, text, depends=None, work=count):
    return Piece(text, work, (str(place / "calls"), text), [text, depends])


def shop(place):
    return Workshop(place / "kept", Limits(), LocalProcesses(1))


def calls(place):
    return sorted(path.name.partition("-")[0] for path in (place / "calls").iterdir())


def test_results__each_piece_is_done_once_and_answers_keep_their_order(place):
    pieces = [piece(place, text) for text in ("one", "two", "three")]
    assert shop(place).results(pieces[1:]) == [b"TWO", b"THREE"]
    again = shop(place)
    assert again.results(pieces) == [b"ONE", b"TWO", b"THREE"]
    assert again.n_done == 1
    assert calls(place) == ["one", "three", "two"]


def test_results__what_two_ask_for_is_done_once(place):
    both = [piece(place, "one"), piece(place, "one")]
    assert shop(place).results(both) == [b"ONE", b"ONE"]
    assert calls(place) == ["one"]


def test_results__what_it_depends_on_has_changed(place):
    shop(place).results([piece(place, "one", depends=1)])
    shop(place).results([piece(place, "one", depends=2)])
    assert calls(place) == ["one", "one"]


def test_results__a_damaged_result_is_made_again(place):
    shop(place).results([piece(place, "one")])
    (stored,) = (path for path in (place / "kept").rglob("*") if path.is_file())
    stored.write_bytes(stored.read_bytes()[:-1])
    assert shop(place).results([piece(place, "one")]) == [b"ONE"]
    assert calls(place) == ["one", "one"]


@pytest.mark.parametrize(("work", "error"), [(kill_itself, WorkerLost), (refuse, F1Error)])
def test_results__what_had_ended_is_kept_when_another_piece_fails(place, work, error):
    pieces = [piece(place, "one"), piece(place, "two", work=work)]
    with pytest.raises(error):
        shop(place).results(pieces)
    again = shop(place)
    assert again.results(pieces[:1]) == [b"ONE"]
    assert again.n_done == 0
