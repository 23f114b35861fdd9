"""One question at a time: who may ask, who waits, what is computed and what is kept."""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine, Sequence
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec

from predictor.errors import NoUsableInput, UsageError
from predictor.published.what_if_types import WhatIf
from services.daemon.messages import Failed
from services.errors import OutOfMemory
from services.forecasting.what_if import ForecastMovedOn, SourceUnknown
from services.settings.child_environment import environment_of_child
from services.settings.limits import Limits
from services.settings.logs import LOG
from services.web.api.problem_kinds import (
    BAD_QUESTION,
    BUSY,
    MOVED_ON,
    SOURCE_GONE,
    TOO_LONG,
    TOO_OFTEN,
    problem,
)
from services.web.problems import Problem
from services.web.what_if.child import Answered, Asked
from services.web.what_if.question import Question

__all__ = ["WhatIfDesk"]

_CHILD = ("-m", "services.web.what_if.child", "--nice", "10")
_MINUTE_S = 60.0
_SEVERAL_S = 30  # until a full queue may have room
# What a child tells, by class, and the kind of problem that says it.
_KINDS = {
    ForecastMovedOn.kind: MOVED_ON,
    SourceUnknown.kind: SOURCE_GONE,
    NoUsableInput.kind: SOURCE_GONE,
    OutOfMemory.kind: SOURCE_GONE,
    UsageError.kind: BAD_QUESTION,
}


class WhatIfDesk:
    """Answers questions, one after another, each in a process of its own. For the event loop.

    Parameters
    ----------
    folder : Path
        The output folder.
    limits : Limits
    clock : callable
        Monotonic, s.
    command : sequence of str
        What a child runs, after the interpreter.
    """

    def __init__(
        self,
        folder: Path,
        limits: Limits,
        *,
        clock: Callable[[], float] = time.monotonic,
        command: Sequence[str] = _CHILD,
    ) -> None:
        self._folder = folder
        self._limits = limits
        self._clock = clock
        self._command = command
        self._turn = asyncio.Lock()
        self._under_way: dict[str, asyncio.Task[WhatIf]] = {}
        self._kept: OrderedDict[str, WhatIf] = OrderedDict()
        self._asked: dict[str, deque[float]] = {}
        self._process: asyncio.subprocess.Process | None = None
        self.limits = limits.what_if

    def kept(self, name: str) -> WhatIf | None:
        """Return an answer that was given before; None where it is not kept any more."""
        return self._kept.get(name)

    async def answer(self, question: Question, token: str) -> WhatIf:
        """Return the answer, kept from before or computed now.

        Parameters
        ----------
        question : Question
        token : str
            Of who asks; how often is counted for each.

        Raises
        ------
        Problem
            429 for who asks too often, 503 where too many wait or it took too long, and what the
            child says.
        """
        name = question.id
        if name in self._kept:
            self._kept.move_to_end(name)
            return self._kept[name]
        if name not in self._under_way:
            self._refuse_haste(token)
            if len(self._under_way) > self.limits.queued:
                raise problem(
                    BUSY,
                    f"{self.limits.queued} questions are waiting already",
                    do="ask again in half a minute",
                    headers=(("retry-after", str(_SEVERAL_S)),),
                )
            self._asked.setdefault(token, deque()).append(self._clock())
            self._under_way[name] = asyncio.ensure_future(self._compute(question))
        # Who goes away takes the question from nobody else who has asked it too.
        return await asyncio.shield(self._under_way[name])

    def close(self) -> None:
        """End what is under way."""
        for task in tuple(self._under_way.values()):
            task.cancel()
        self._kill()

    def _refuse_haste(self, token: str) -> None:
        now = self._clock()
        times = self._asked.get(token, deque())
        while times and now - times[0] >= _MINUTE_S:
            times.popleft()
        if len(times) >= self.limits.per_minute:
            wait_s = max(1, round(_MINUTE_S - (now - times[0])))
            raise problem(
                TOO_OFTEN,
                f"{self.limits.per_minute} questions a minute are answered",
                do=f"ask again in {wait_s} s; answers given before can be looked at meanwhile",
                headers=(("retry-after", str(wait_s)),),
            )

    async def _compute(self, question: Question) -> WhatIf:
        try:
            async with self._turn:
                found = await self._run(question)
        finally:
            del self._under_way[question.id]
        self._kept[question.id] = found
        while len(self._kept) > self.limits.kept:
            self._kept.popitem(last=False)
        return found

    async def _run(self, question: Question) -> WhatIf:
        asked = msgspec.json.encode(Asked(str(self._folder), question, self._limits))
        process = await self._start()
        try:
            said, errors = await self._in_time(process.communicate(asked))
        finally:
            self._kill()
        try:
            told = msgspec.json.decode(said, type=Answered | Failed)
        except msgspec.MsgspecError:
            LOG.error(
                "a what-if ended with %s: %s", process.returncode, errors.decode(errors="replace")
            )
            raise Problem(
                HTTPStatus.INTERNAL_SERVER_ERROR,
                "the computation broke off",
                do="see the server's log",
            ) from None
        if isinstance(told, Failed):
            raise _problem(told)
        return msgspec.json.decode(told.answer, type=WhatIf)

    async def _in_time(self, talk: Coroutine[Any, Any, tuple[bytes, bytes]]) -> tuple[bytes, bytes]:
        try:
            return await asyncio.wait_for(talk, self.limits.seconds)
        except TimeoutError:
            raise problem(
                TOO_LONG,
                f"it took longer than {self.limits.seconds:g} s",
                do="ask for fewer simulations, or without the titles",
            ) from None

    async def _start(self) -> asyncio.subprocess.Process:
        kernels = self._folder.resolve() / ".cache" / "numba"
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *self._command,
            "--kernels",
            str(kernels),
            env=environment_of_child(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        return self._process

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()


def _problem(failed: Failed) -> Problem:
    """Return what a child says in the reader's words: no option of a command is among them."""
    kind = _KINDS.get(failed.kind)
    if kind is None:
        LOG.error("a what-if failed: %s: %s\n%s", failed.kind, failed.what, failed.trace)
        return Problem(
            HTTPStatus.INTERNAL_SERVER_ERROR, "a fault of this server", do="see the server's log"
        )
    if kind is BAD_QUESTION:
        detail = f"{failed.what}: {failed.got}" if failed.got else failed.what
        return problem(kind, detail, do=failed.do)
    LOG.warning("a what-if cannot be answered: %s", failed.error().one_line())
    return problem(kind, failed.what, do=failed.do)
