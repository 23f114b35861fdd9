"""One process per piece of work, a few at a time, with progress from each.

Processes are started afresh (spawn), so that each reads the environment before NumPy does
and none inherits a thread.
"""

from __future__ import annotations

import multiprocessing
import signal
import traceback
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

from predictor.errors import F1Error
from services.errors import WorkerLost

__all__ = ["Report", "run_in_processes"]

Task = TypeVar("Task")
Report = Callable[[int, int, str], None]  # done, total, what was done last

_PATIENCE_S = 5.0  # until a process that was asked to end is killed


def run_in_processes(
    work: Callable[[Task, Report], bytes],
    tasks: Sequence[Task],
    *,
    n_processes: int,
    on_progress: Callable[[int, int, int, str], None] | None = None,
) -> list[bytes]:
    """Do every piece of work in a process of its own.

    Parameters
    ----------
    work : callable
        A function of a module, for the new process imports it by name.
    tasks : sequence
        What it is called with, begun in this order; plain values.
    n_processes : int
        At the same time.
    on_progress : callable, optional
        Index of the task, done, total, what was done last.

    Returns
    -------
    list of bytes
        In the order of ``tasks``.

    Raises
    ------
    F1Error
        What ``work`` raises. The other processes are ended.
    WorkerLost
        If a process ends without an answer, or with an unforeseen error.
    """
    context = multiprocessing.get_context("spawn")
    waiting = list(range(len(tasks)))
    running: dict[Connection, tuple[int, SpawnProcess]] = {}
    answers: dict[int, bytes] = {}
    try:
        while waiting or running:
            while waiting and len(running) < n_processes:
                index = waiting.pop(0)
                ours, theirs = context.Pipe(duplex=False)
                process = context.Process(
                    target=_serve, args=(theirs, work, tasks[index]), daemon=True
                )
                process.start()
                theirs.close()  # so that its death is the end of the pipe
                running[ours] = (index, process)
            ready = wait(list(running))
            for connection in [one for one in running if one in ready]:
                index, process = running[connection]
                answer = _received(connection, process)
                if isinstance(answer, bytes):
                    answers[index] = answer
                    process.join()
                    del running[connection]
                elif on_progress is not None:
                    on_progress(index, *answer)
    finally:
        _end([process for _, process in running.values()])
    return [answers[index] for index in range(len(tasks))]


def _received(connection: Connection, process: SpawnProcess) -> Any:  # noqa: ANN401
    """Give an answer or progress; raise what the process has raised."""
    try:
        answer = connection.recv()
    except EOFError:
        process.join()
        raise WorkerLost(
            "a process ended without an answer",
            got=f"exit code {process.exitcode}",
            do="try fewer at a time with --jobs: the memory may not have been enough",
        ) from None
    if isinstance(answer, BaseException):
        raise answer
    return answer


def _serve(connection: Connection, work: Callable[[Any, Report], bytes], task: object) -> None:
    """Do one piece of work in the new process."""
    # Ctrl+C in a terminal reaches all; ending is the first process's to decide.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    answer: object
    try:
        answer = work(task, lambda *progress: connection.send(progress))
    except F1Error as error:
        answer = error
    except Exception as error:  # noqa: BLE001 - the loop edge of a process
        answer = WorkerLost(f"unexpected {type(error).__name__}", got=traceback.format_exc())
    connection.send(answer)


def _end(processes: Sequence[SpawnProcess]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        process.join(_PATIENCE_S)
        if process.is_alive():
            process.kill()
