"""Run the machine against an engine with a fault, each in a process of its own."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from typing import Any

from tests.incremental.examples import EXAMPLES, run_machine
from tests.incremental.planted_fault import PlantedFault
from tests.incremental.world import World

__all__ = ["Attempt", "attempts", "unharmed"]

_AT_ONCE = 2
# A fault that does not fit the engine as it is now shows too, and proves nothing.
_MISFITS = (TypeError, AttributeError, NameError)
_LIMIT_S = 300  # of one fault; a machine that hangs is not waited for


@dataclass(frozen=True)
class Attempt:
    """What became of the machine with one fault."""

    fault: str
    caught: bool
    n_runs: int  # runs compared with the oracle, the one that failed included
    cpu_s: float  # of the process, its children left out
    words: str  # how the fault showed; empty if it did not


def attempts(faults: Iterable[PlantedFault], n_examples: int = EXAMPLES) -> Iterator[Attempt]:
    """Try faults, two at a time, and give what became of each as it ends."""
    _warm_up()
    context = get_context("fork")  # a child has everything imported and compiled already
    waiting = list(faults)
    running: dict[Any, tuple[str, Any, Connection]] = {}
    while waiting or running:
        while waiting and len(running) < _AT_ONCE:
            fault = waiting.pop(0)
            receiver, sender = context.Pipe(duplex=False)
            child = context.Process(target=_try, args=(fault, n_examples, sender))
            child.start()
            sender.close()
            running[child.sentinel] = (fault.name, child, receiver)
        for ended in wait(list(running)):
            name, child, receiver = running.pop(ended)
            child.join()
            try:
                yield receiver.recv()
            except EOFError:  # it hung and was ended, or the machine itself broke
                yield Attempt(name, False, 0, 0.0, f"ended with code {child.exitcode}")


def unharmed() -> Attempt:
    """Run the machine on the engine as it is."""
    return next(attempts([PlantedFault("none", lambda: None)]))


def _warm_up() -> None:
    world = World()
    world.settle()
    world.close()


def _try(fault: PlantedFault, n_examples: int, sender: Connection) -> None:
    sys.stdout = sys.stderr = open(os.devnull, "w")  # noqa: SIM115, PTH123 - until the process ends
    signal.alarm(_LIMIT_S)
    started, n_runs = time.process_time(), 0

    def tell(error: BaseException | None) -> None:
        words = "" if error is None else f"{type(error).__name__}: {' '.join(str(error).split())}"
        cpu_s = time.process_time() - started
        caught = error is not None and not isinstance(error, _MISFITS)
        sender.send(Attempt(fault.name, caught, n_runs, cpu_s, words[:300]))

    def watched(real: Callable[..., Any]) -> Callable[..., Any]:
        def run(world: World, *given: Any, **named: Any) -> Any:
            nonlocal n_runs
            n_runs += 1
            try:
                return real(world, *given, **named)
            except Exception as error:  # noqa: BLE001 - however a fault shows, it has been seen
                tell(error)
                world.close()
                os._exit(0)  # at once: the machine would go through the same steps again

        return run

    World.settle = watched(World.settle)  # type: ignore[method-assign]
    World.settle_after = watched(World.settle_after)  # type: ignore[method-assign]
    World.settle_by_command = watched(World.settle_by_command)  # type: ignore[method-assign]
    fault.plant()
    try:
        run_machine(n_examples, fault.rules)
    except AssertionError as error:  # of a rule itself
        tell(error)
    else:
        tell(None)
