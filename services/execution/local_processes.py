"""The back end of one machine: a process to each task, a few at a time.

Processes are started afresh (spawn), so that each reads the environment before NumPy does
and none inherits a thread. One to a task, so that a process that is lost costs its own task
alone, and none waits idle.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Generic, NamedTuple, TypeVar

from predictor.errors import F1Error
from services.errors import CarriedError, OutOfMemory, WorkerLost, out_of_memory
from services.execution.executor import OnProgress, Report, Task
from services.settings.environment import available_cpus
from services.settings.logs import LOG
from services.settings.terminal import plain

__all__ = ["LocalProcesses"]

Value = TypeVar("Value")

_PATIENCE_S = 5.0  # until a process that has answered, or closed its pipe, is killed
_KILLED = -9  # an exit code: what the system does to a process when memory runs out
_SPAWN = multiprocessing.get_context("spawn")


class LocalProcesses:
    """Processes of this machine; an `services.execution.executor.Executor`.

    Parameters
    ----------
    n_processes : int, optional
        At the same time; None: one per processor.
    """

    def __init__(self, n_processes: int | None = None) -> None:
        self._n_processes = n_processes or available_cpus()

    def threads_each(self, n_tasks: int) -> int:
        """Return the threads that each of so many tasks may use."""
        return max(1, self._n_processes // min(self._n_processes, n_tasks))

    def map(
        self,
        work: Callable[[Value, Report], bytes],
        tasks: Sequence[Task[Value]],
        on_progress: OnProgress | None = None,
    ) -> Iterator[tuple[int, bytes]]:
        """Do every task; see `services.execution.executor.Executor.map`.

        Tasks that were lost are done again when all others have ended, one at a time: had the
        machine too little memory for several, it may have enough for one.
        """
        crew = _Crew(work, tasks, self._n_processes)
        try:
            while crew.start():
                failure = None
                for index, said in crew.listen():
                    if isinstance(said, bytes):
                        yield index, said
                    elif isinstance(said, F1Error):
                        failure = failure or said
                    elif on_progress is not None:
                        on_progress(index, *said)
                if failure is not None:  # after what else had ended by then
                    raise failure
        finally:
            crew.end()


class _Member(NamedTuple):
    """A process and the task that it is at."""

    task: int  # its index
    process: SpawnProcess


class _Crew(Generic[Value]):
    """The processes of one `LocalProcesses.map`."""

    def __init__(
        self,
        work: Callable[[Value, Report], bytes],
        tasks: Sequence[Task[Value]],
        n_processes: int,
    ) -> None:
        self._work = work
        self._tasks = tasks
        self._n_processes = n_processes
        self._waiting = deque(range(len(tasks)))
        self._again: deque[int] = deque()
        self._lost: dict[int, str] = {}  # how the first try ended
        self._running: dict[Connection, _Member] = {}

    def start(self) -> bool:
        """Start as many processes as there may be; return whether any is at work."""
        while self._waiting and len(self._running) < self._n_processes:
            self._start(self._waiting.popleft())
        if self._again and not self._running:
            self._start(self._again.popleft())
        return bool(self._running)

    def listen(self) -> Iterator[tuple[int, Any]]:
        """Wait until something is said; yield answers as bytes, errors, and progress."""
        ready = wait(list(self._running))
        for connection in [one for one in self._running if one in ready]:
            index, process = self._running[connection]
            said, unread = None, ""
            try:
                said = connection.recv()
            except (EOFError, OSError):  # OSError: it ended in the middle of a message
                pass
            except MemoryError as error:
                said = out_of_memory(error)
            except Exception as error:  # noqa: BLE001 - to unpickle may raise whatever there is
                unread = f"its answer cannot be read, {type(error).__name__}: {error}"
            if isinstance(said, tuple):
                yield index, said
                continue
            _end(process)
            del self._running[connection]
            connection.close()
            came_to = self._ended(index, process, said, unread)
            if came_to is not None:
                yield index, came_to

    def end(self) -> None:
        """Kill what still runs; what it has stored is whole."""
        for _, process in self._running.values():
            if process.pid is not None:
                process.kill()
        for connection, (_, process) in self._running.items():
            if process.pid is not None:
                process.join()
            connection.close()

    def _start(self, index: int) -> None:
        try:
            ours, theirs = _SPAWN.Pipe(duplex=False)
            with theirs:  # closed here, so that its death is the end of the pipe
                arguments = (theirs, self._work, self._tasks[index])
                process = _SPAWN.Process(target=_serve, args=arguments, daemon=True)
                self._running[ours] = _Member(index, process)  # before Ctrl+C can come between
                process.start()
        except OSError as error:
            raise WorkerLost(
                "a process cannot be started",
                where=self._tasks[index].name,
                got=error.strerror or str(error),
                do="end other programs, or ask for fewer --jobs",
            ) from error

    def _ended(
        self, index: int, process: SpawnProcess, said: bytes | F1Error | None, unread: str
    ) -> bytes | F1Error | None:
        """Return what a task has come to; None where it is to be done again."""
        if said is not None and not isinstance(said, OutOfMemory):
            return said
        name = self._tasks[index].name
        how = "no memory" if said is not None else unread or _how(process)
        if index not in self._lost:
            self._lost[index] = how
            self._again.append(index)
            LOG.warning("%s was lost (%s); it is done again, once", plain(name), plain(how))
            return None
        return said or WorkerLost(
            "a task was lost twice: its process gave no answer",
            where=name,
            got=f"{self._lost[index]}, then, alone, {how}",
            do="the system may have had no memory left: give it more, or lower --num-simulations"
            if process.exitcode == _KILLED and not unread
            else "ask for this one alone; if it ends so again, please report it",
        )


def _how(process: SpawnProcess) -> str:
    """Say how a process has ended."""
    code = process.exitcode or 0
    if code >= 0:
        return f"exit code {code}"
    name = ""
    with contextlib.suppress(ValueError):  # a signal without a name
        name = f" ({signal.Signals(-code).name})"
    return f"signal {-code}{name}"


def _end(process: SpawnProcess) -> None:
    """Wait for a process that has no more to say."""
    process.join(_PATIENCE_S)
    if process.is_alive():
        process.kill()
        process.join()


def _serve(
    connection: Connection, work: Callable[[Value, Report], bytes], task: Task[Value]
) -> None:
    """Do one task in the new process."""
    # Ctrl+C in a terminal reaches all; ending is the first process's to decide.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()
    answer: object
    try:
        answer = work(task.value, lambda *progress: connection.send(progress))
    except F1Error as error:
        answer = error
    except MemoryError as error:
        answer = out_of_memory(error)
    except Exception as error:  # noqa: BLE001 - the loop edge of a process
        answer = CarriedError(
            f"unexpected {type(error).__name__}: {error}",
            kind=type(error).__name__,
            where=task.name,
            got=traceback.format_exc(),
            do="please report it",
        )
    connection.send(answer)


def _end_with_the_parent() -> None:
    """End this process when its parent is gone, even one that could tell nobody."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
