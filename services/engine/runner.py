"""Run a plan: reuse what is stored, compute the rest on threads, decode on demand.

A node waits only for the digests of its inputs. A value is decoded when a node that
must run, or the caller, asks for it; it always passes through its canonical bytes, so
a value computed just now and one read from the store are the same to the next stage.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from graphlib import TopologicalSorter
from queue import SimpleQueue
from typing import Any, Protocol

import msgspec

from predictor.errors import F1Error
from predictor.fingerprint import decode, digest_of_bytes, encode
from predictor.graph.plan import (
    Decision,
    Deferred,
    Fields,
    Group,
    Input,
    KeyParts,
    Node,
    NodeRef,
    Plan,
    Reason,
    Salt,
    Verdict,
    changes,
    key,
    key_parts,
)
from services.errors import RunCancelled, StoredResultMismatch

__all__ = ["Progress", "Results", "RunResult", "run"]

Progress = Callable[[int, int, str, bool], None]  # settled, total, node id, has it run


class Results(Protocol):
    """Where results are kept, as `services.engine.store.Store`."""

    def digest(self, key: str) -> str | None:
        """Give the digest of a kept result, or None."""

    def get(self, key: str) -> bytes | None:
        """Give a kept payload, or None."""

    def put(self, key: str, payload: bytes) -> None:
        """Keep a payload; never raises."""


_AHEAD = 4  # nodes handed to the threads for each of them; thousands more wait unmade
_ALONE = threading.Lock()  # held by a stage that is marked `Stage.alone`


def _reuse_all(_node: Node) -> str:
    return ""


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run gave; values are decoded when asked for."""

    cells: Mapping[str, _Cell]
    manifest: Mapping[str, KeyParts]  # for the next run's reasons

    def value(self, node_id: str) -> Any:  # noqa: ANN401 - nodes give any type
        """Give a node's value; arrays in it are read-only."""
        return self.cells[node_id].value()

    def let_go(self, node_ids: Iterable[str]) -> None:
        """Forget values that have been used; who asks again waits until they are read again."""
        for node_id in node_ids:
            self.cells[node_id].let_go()

    @property
    def digests(self) -> dict[str, str]:
        """Digest of every node's value."""
        return {node_id: cell.digest for node_id, cell in self.cells.items()}

    @property
    def decisions(self) -> dict[str, Decision]:
        """Whether every node has run, and why."""
        return {node_id: cell.decision for node_id, cell in self.cells.items()}

    @property
    def seconds(self) -> dict[str, float]:
        """Wall time of every node that was computed."""
        return {name: cell.seconds for name, cell in self.cells.items() if cell.decision.runs}

    @property
    def timed_seconds(self) -> dict[str, float]:
        """Wall time of the nodes that were computed and whose stage asks for it to be told."""
        return {name: s for name, s in self.seconds.items() if self.cells[name].node.stage.timed}

    @property
    def troubles(self) -> dict[str, str]:
        """What kept a node's result from being stored, and will be tried again."""
        return {name: cell.trouble for name, cell in self.cells.items() if cell.trouble}

    @property
    def stages_run(self) -> int:
        """Number of nodes that were computed."""
        return sum(cell.decision.runs for cell in self.cells.values())

    @property
    def stages_reused(self) -> int:
        """Number of nodes whose stored result was used."""
        return len(self.cells) - self.stages_run


def run(
    plan: Plan,
    store: Results,
    previous: Mapping[str, KeyParts],
    *,
    salt: Salt,
    jobs: int = 1,
    force: Callable[[Node], str] = _reuse_all,
    upstream: RunResult | None = None,
    on_progress: Progress | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> RunResult:
    """Settle every node of a plan.

    Parameters
    ----------
    plan : Plan
    store : Store
        Read unless ``force`` says otherwise; always written.
    previous : Mapping[str, KeyParts]
        The last run's manifest; only words a reader sees depend on it.
    salt : Salt
    jobs : int
        Nodes computed at the same time; results do not depend on it.
    force : callable
        Node -> why it is computed again, "--force-retrain"; empty to reuse.
    upstream : RunResult, optional
        An earlier plan of the same run, for the nodes in ``plan.given``.
    should_stop : callable, optional
        Asked between stages; what has finished by then is stored.

    Returns
    -------
    RunResult
        The nodes of ``upstream`` and of this plan.

    Raises
    ------
    RunCancelled
        If ``should_stop`` says so.
    Exception
        Whatever a stage raises, with a note that names the node; an `F1Error` also
        names it in ``where``.
    """
    cells = dict(upstream.cells) if upstream else {}
    manifest = dict(upstream.manifest) if upstream else {}
    nodes = {node.id: node for node in plan.nodes}
    waiting: deque[_Cell] = deque()
    finished: SimpleQueue[tuple[str, Future[None]]] = SimpleQueue()
    sorter = TopologicalSorter(
        {node.id: [name for name in node.upstream if name in nodes] for node in plan.nodes}
    )
    sorter.prepare()
    n_running = n_settled = 0

    def settle(node_id: str) -> None:
        nonlocal n_settled
        n_settled += 1
        sorter.done(node_id)
        if on_progress is not None:
            on_progress(n_settled, len(nodes), node_id, cells[node_id].decision.runs)

    with _Pool(jobs) as pool:
        while sorter.is_active():
            ready = sorter.get_ready()
            if should_stop is not None and should_stop():
                raise RunCancelled("the run was stopped between two stages")
            for node_id in ready:
                node = nodes[node_id]
                parts = key_parts(node, {name: cells[name].digest for name in node.upstream}, salt)
                manifest[node_id] = parts
                cells[node_id] = cell = _Cell(node, key(parts), store, cells)
                forced = force(node)
                if not forced and cell.find():
                    settle(node_id)
                else:
                    cell.reasons = _why(parts, previous.get(node_id), forced)
                    waiting.append(cell)
            while waiting and n_running < _AHEAD * jobs:
                _start(pool, waiting.popleft(), finished)
                n_running += 1
            if not ready:
                node_id, done = finished.get()
                n_running -= 1
                done.result()
                settle(node_id)
    return RunResult(cells, manifest)


def _start(
    pool: ThreadPoolExecutor, cell: _Cell, finished: SimpleQueue[tuple[str, Future[None]]]
) -> None:
    # Waiting for whichever of all futures is done first would look at all of them every time.
    future = pool.submit(cell.compute)
    future.add_done_callback(lambda done: finished.put((cell.node.id, done)))


def _why(parts: KeyParts, before: KeyParts | None, force: str) -> tuple[Reason, ...]:
    return (Reason(Verdict.FORCED, (force,)),) if force else changes(parts, before)


def _name_stage(error: Exception, node_id: str) -> None:
    """Say in an error where it was raised; of nested stages the innermost is the place."""
    if isinstance(error, F1Error) and not getattr(error, "__notes__", ()):
        error.where = f"{error.where}, stage {node_id}" if error.where else f"stage {node_id}"
    error.add_note(f"in stage {node_id}")


class _Pool(ThreadPoolExecutor):
    """Threads that start no further stage once one has failed or the user stops the run."""

    def __exit__(self, kind: object, *rest: object) -> None:
        self.shutdown(wait=kind is None or not issubclass(kind, KeyboardInterrupt),  # type: ignore[arg-type]
                      cancel_futures=True)  # fmt: skip


@dataclass(slots=True)
class _Cell:
    """One node's result: known by digest first, decoded when somebody asks."""

    node: Node
    key: str
    store: Results
    cells: Mapping[str, _Cell]
    digest: str = ""
    reasons: tuple[Reason, ...] = ()  # why it was computed; empty when reused
    seconds: float = 0.0  # what computing took
    trouble: str = ""  # see `predictor.graph.plan.Stage`
    _payload: bytes | None = None
    _decoded: list[Any] = field(default_factory=list)  # empty until decoded
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def decision(self) -> Decision:
        reasons = self.reasons or (Reason(Verdict.REUSED),)
        return Decision(runs=bool(self.reasons), reasons=reasons, tags=self.node.tags)

    def find(self) -> bool:
        self.digest = self.store.digest(self.key) or ""
        return bool(self.digest)

    def let_go(self) -> None:
        with self._lock:
            self._decoded.clear()
            self._payload = None

    def value(self) -> Any:  # noqa: ANN401
        with self._lock:
            if not self._decoded:
                self._decoded.append(self._load())
                self._payload = None
            return self._decoded[0]

    def compute(self) -> None:
        with self._lock:
            try:
                arguments = self._arguments()
                with _ALONE if self.node.stage.alone else contextlib.nullcontext():
                    started = time.perf_counter()
                    value = self.node.stage.function(**arguments)
                    self.seconds = time.perf_counter() - started
                payload = encode(value)
            except Exception as error:
                _name_stage(error, self.node.id)
                raise
            if self.digest and self.digest != digest_of_bytes(payload):
                raise StoredResultMismatch(
                    "a stage gave another value than before",
                    where=self.node.id,
                    got=digest_of_bytes(payload),
                    expected=self.digest,
                    do="run once with --force-retrain; please report the stage",
                )
            self.digest = digest_of_bytes(payload)
            self._payload = payload
            self.trouble = self.node.stage.trouble(value)
            if not self.trouble:
                self.store.put(self.key, payload)

    def _arguments(self) -> dict[str, object]:
        config, inputs = self.node.config.items(), self.node.inputs.items()
        arguments = {name: one.value if isinstance(one, Fields) else one for name, one in config}
        return arguments | {name: self._given(one) for name, one in inputs}

    def _given(self, one: Input) -> object:
        if isinstance(one, Group):
            return {name: self._given(member) for name, member in one.members.items()}
        if isinstance(one, NodeRef):
            return self.cells[one.node_id].value()
        return one.load() if isinstance(one, Deferred) else one.value

    def _load(self) -> Any:  # noqa: ANN401
        stored = self.store.get(self.key) if self._payload is None else None
        if stored is not None:
            with contextlib.suppress(msgspec.DecodeError):
                return decode(stored, self.node.stage.output)
            self.digest = ""  # nothing has been computed from what nobody can read
        if self._payload is None:
            self._compute_again()
        try:
            return decode(self._payload or b"", self.node.stage.output)
        except msgspec.DecodeError as error:
            raise F1Error(
                "a stage gave something else than it declares",
                where=self.node.id,
                got=str(error),
                expected=str(self.node.stage.output),
            ) from error

    def _compute_again(self) -> None:
        # The header was sound when the digest was taken, but the payload is not: damaged, or
        # no value of this stage, whatever its checksum says.
        self.reasons = (Reason(Verdict.MISSING),)
        self.compute()
