"""Work in processes of its own: answers in order, errors handed on, none left behind."""

import os
import time

import pytest

from predictor.errors import UsageError
from services.errors import WorkerLost
from services.execution.local_processes import run_in_processes


def square(number, report):
    time.sleep(number / 2)  # the first task ends last
    report(1, 2, f"half of {number}")
    return str(number**2).encode()


def refuse(number, report):
    if number:
        time.sleep(60)
    raise UsageError("not this one", where=f"number {number}", do="take another")


def stumble(number, report):
    raise ValueError(f"number {number}")


def vanish(number, report):
    os._exit(7)


def test_run_in_processes__answers_in_the_order_of_the_tasks():
    told = []
    answers = run_in_processes(
        square, [3, 1, 2], n_processes=2, on_progress=lambda *one: told.append(one)
    )
    assert answers == [b"9", b"1", b"4"]
    assert sorted(told) == [(0, 1, 2, "half of 3"), (1, 1, 2, "half of 1"), (2, 1, 2, "half of 2")]


def test_run_in_processes__an_error_comes_whole_and_ends_the_others():
    begun = time.monotonic()
    with pytest.raises(UsageError) as caught:
        run_in_processes(refuse, [0, 1], n_processes=2)
    assert (caught.value.where, caught.value.do) == ("number 0", "take another")
    assert time.monotonic() - begun < 30


def test_run_in_processes__an_unforeseen_error_says_where_it_was():
    with pytest.raises(WorkerLost, match="ValueError") as caught:
        run_in_processes(stumble, [5], n_processes=1)
    assert "number 5" in caught.value.got


def test_run_in_processes__a_process_that_is_gone_is_told():
    with pytest.raises(WorkerLost, match="without an answer") as caught:
        run_in_processes(vanish, [5], n_processes=1)
    assert "exit code 7" in caught.value.got
