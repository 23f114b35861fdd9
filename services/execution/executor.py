"""What every back end does: the same tasks come to the same bytes, wherever they run.

A back end is an `Executor` in a file of its own, and passes the one contract of
``tests/execution/test_executor.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

__all__ = ["Executor", "OnProgress", "Report", "Task", "answers_in_order"]

Value = TypeVar("Value")
Report = Callable[[int, int, str], None]  # done, total, what was done last
OnProgress = Callable[[int, int, int, str], None]  # index of the task, then as `Report`


@dataclass(frozen=True, slots=True)
class Task(Generic[Value]):
    """One piece of work.

    Attributes
    ----------
    name : str
        For a person: in progress, and in the error that says that it was lost.
    value : object
        What the work is called with; plain values.
    """

    name: str
    value: Value


class Executor(Protocol):
    """Runs tasks apart from this process."""

    def threads_each(self, n_tasks: int) -> int:
        """Return the threads that each of so many tasks may use."""

    def map(
        self,
        work: Callable[[Value, Report], bytes],
        tasks: Sequence[Task[Value]],
        on_progress: OnProgress | None = None,
    ) -> Iterator[tuple[int, bytes]]:
        """Do every task; nothing is left running once the iterator has ended.

        A task that is lost, because what worked on it was killed, had no memory or gave an answer
        that cannot be read, is done again once, on a fresh worker. What a task raises is never
        tried again.

        Parameters
        ----------
        work : callable
            A function of a module, for a worker imports it by name. Called with a task's value
            and a `Report`.
        tasks : sequence of Task
            Begun in this order.
        on_progress : callable, optional
            A task that is done again begins anew.

        Yields
        ------
        tuple of int and bytes
            Index and answer of each task, as they end.

        Raises
        ------
        F1Error
            What ``work`` raises. Tasks that have not ended are given up.
        WorkerLost
            If a task was lost twice, or the system has no room for what is to work on it.
        """


def answers_in_order(answers: Iterator[tuple[int, bytes]]) -> list[bytes]:
    """Return all answers of `Executor.map`, in the order of the tasks."""
    found = dict(answers)
    return [found[index] for index in sorted(found)]
