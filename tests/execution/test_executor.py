"""The contract of every back end: bytes as of one process after another, whatever is lost."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest

from predictor.errors import UsageError
from services.errors import OutOfMemory, WorkerLost
from services.execution.executor import Task, answers_in_order
from services.execution.local_processes import LocalProcesses

# A further back end is a further line.
BACK_ENDS = {"local": LocalProcesses}


@pytest.fixture(params=BACK_ENDS)
def executor(request):
    return BACK_ENDS[request.param](2)


def tasks(values, folder=None):
    return [
        Task(f"task {value}", value if folder is None else (str(folder), value)) for value in values
    ]


def square(number, report):
    report(1, 2, f"half of {number}")
    return str(number**2).encode()


def first_try(folder, value):
    """Whether a task has not been begun before."""
    name = Path(folder) / str(value)
    is_first = not name.exists()
    with name.open("a") as file:
        file.write(f"{os.getpid()}\n")
    return is_first


def pids(folder, value):
    return (folder / str(value)).read_text().split()


def wait_for_first_try(folder, value):
    """Wait until a task has been begun, elsewhere."""
    name = Path(folder) / str(value)
    while not (name.exists() and name.read_text().endswith("\n")):
        time.sleep(0.01)


def is_killed_once(task, report):
    folder, number = task
    if first_try(folder, number) and number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return square(number, report)


def has_no_memory_once(task, report):
    folder, number = task
    if first_try(folder, number) and number == 2:
        raise MemoryError
    return square(number, report)


def raise_memory_error():
    raise MemoryError("64 MiB")


class Unreadable:
    """What a worker can send, and nobody can make a value of again."""

    def __init__(self, *how):
        self.how = how

    def __reduce__(self):
        return self.how


def answers_unreadably_once(task, report):
    folder, number = task
    is_unreadable = first_try(folder, number) and number == 2
    return Unreadable(int, ("no number",)) if is_unreadable else square(number, report)


def answers_with_too_much_once(task, report):
    folder, number = task
    is_too_much = first_try(folder, number) and number == 2
    return Unreadable(raise_memory_error, ()) if is_too_much else square(number, report)


def answers_unreadably(number, report):
    return Unreadable(int, ("no number",))


def is_killed_each_time(task, report):
    folder, number = task
    first_try(folder, number)
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return square(number, report)


def has_never_memory(task, report):
    raise MemoryError("64 MiB")


def refuses(task, report):
    folder, number = task
    first_try(folder, number)
    raise UsageError("not this one", where=f"number {number}", do="take another")


def stumbles(number, report):
    raise ValueError(f"number {number}")


def says_nothing(number, report):
    return b""


def test_map__gives_what_one_after_another_gives(executor):
    told = []
    values = [3, 1, 2, 7, 5]
    answers = answers_in_order(executor.map(square, tasks(values), lambda *one: told.append(one)))
    assert answers == [square(value, lambda *_: None) for value in values]
    assert sorted(told) == [(i, 1, 2, f"half of {value}") for i, value in enumerate(values)]


def test_map__of_nothing_is_nothing(executor):
    assert list(executor.map(square, [])) == []


def test_map__an_empty_answer_is_an_answer(executor):
    assert list(executor.map(says_nothing, tasks([1]))) == [(0, b"")]


@pytest.mark.parametrize(
    "work",
    [is_killed_once, has_no_memory_once, answers_unreadably_once, answers_with_too_much_once],
)
def test_map__a_lost_task_is_done_again_on_a_fresh_worker(executor, tmp_path, work, caplog):
    answers = answers_in_order(executor.map(work, tasks([1, 2, 3], tmp_path)))
    assert answers == [b"1", b"4", b"9"]
    assert [len(pids(tmp_path, value)) for value in (1, 2, 3)] == [1, 2, 1]
    assert len(set(pids(tmp_path, 2))) == 2
    (said,) = caplog.messages
    assert said.startswith("task 2 was lost (")
    assert said.endswith("; it is done again, once")


def test_map__a_task_lost_twice_is_named_and_costs_no_other(executor, tmp_path):
    answers = {}
    with pytest.raises(WorkerLost, match="twice") as caught:
        answers.update(executor.map(is_killed_each_time, tasks([2, 1, 3], tmp_path)))
    assert answers == {1: b"1", 2: b"9"}
    assert caught.value.where == "task 2"
    assert caught.value.got.count("signal 9 (SIGKILL)") == 2
    assert "memory" in caught.value.do
    assert len(pids(tmp_path, 2)) == 2


def test_map__an_answer_that_cannot_be_read_twice_is_named(executor):
    with pytest.raises(WorkerLost, match="twice") as caught:
        list(executor.map(answers_unreadably, tasks([1])))
    assert caught.value.where == "task 1"
    assert caught.value.got.count("its answer cannot be read, ValueError: ") == 2
    assert "report it" in caught.value.do


def test_map__without_memory_twice_is_told_as_such(executor):
    with pytest.raises(OutOfMemory) as caught:
        list(executor.map(has_never_memory, tasks([1])))
    assert "--num-simulations" in caught.value.what


def test_map__an_error_comes_whole_and_is_not_tried_again(executor, tmp_path):
    with pytest.raises(UsageError) as caught:
        list(executor.map(refuses, tasks([0], tmp_path)))
    assert (caught.value.where, caught.value.do) == ("number 0", "take another")
    assert len(pids(tmp_path, 0)) == 1


def test_map__an_unforeseen_error_says_where_it_was(executor):
    with pytest.raises(Exception, match="unexpected ValueError") as caught:
        list(executor.map(stumbles, tasks([5])))
    assert (caught.value.kind, caught.value.where) == ("ValueError", "task 5")
    assert "in stumbles" in caught.value.got


def test_answers_in_order__come_as_the_tasks_did():
    assert answers_in_order(iter([(2, b"c"), (0, b"a"), (1, b"b")])) == [b"a", b"b", b"c"]
