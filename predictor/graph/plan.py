"""Which stages a run needs: nodes, their keys, and the reason each one runs.

A node is one call of a pure function with named inputs. Its key is the digest of
everything its value depends on; a value stored under the key is the value. Input
digests are those of upstream *values*, so a change that leaves a value equal
stops there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import FunctionType
from typing import Any, get_args

import msgspec

from predictor.fingerprint import digest
from predictor.graph.source_code import ProductCode

__all__ = [
    "Decision",
    "Deferred",
    "Input",
    "KeyParts",
    "Literal",
    "Node",
    "NodeRef",
    "Plan",
    "Reason",
    "Salt",
    "Stage",
    "Verdict",
    "changes",
    "explain",
    "key",
    "key_parts",
]


def _none(_result: object) -> str:
    return ""


def _home(function: Callable[..., Any]) -> str:
    """Return the module of a function; empty if it is bound to something from elsewhere."""
    if not isinstance(function, FunctionType) or function.__closure__:
        return ""
    return str(function.__globals__["__name__"])


def _homes_of_type(kind: Any) -> set[str]:  # noqa: ANN401 - a type as `Stage.output` has it
    """Return the modules of the product's types in a type, as ``tuple[PastRace, ...]``."""
    if parts := get_args(kind):
        return {home for part in parts for home in _homes_of_type(part)}
    home = getattr(kind, "__module__", "")
    return {home} if home.partition(".")[0] == __name__.partition(".")[0] else set()


@dataclass(frozen=True, slots=True)
class Stage:
    """A named pure function; ``version`` rises when its meaning changes."""

    name: str  # "forecast"
    version: int
    function: Callable[..., Any]
    output: Any  # type of the result, as `predictor.fingerprint.decode` takes it
    alone: bool = False  # its libraries are not thread safe: one such stage at a time
    trouble: Callable[[Any], str] = _none  # why a result is not to be kept but tried for again

    @property
    def begins_in(self) -> frozenset[str]:
        """The modules from which everything that a call runs is reached."""
        functions = (self.function, self.trouble)
        return frozenset({__name__, *map(_home, functions), *_homes_of_type(self.output)})


@dataclass(frozen=True, slots=True)
class NodeRef:
    """The value of another node as an input."""

    node_id: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A value known when the plan is made, as an input."""

    value: Any


@dataclass(frozen=True, slots=True)
class Deferred:
    """A value whose digest is known, fetched only if the node runs."""

    digest: str  # "sha256:..."
    load: Callable[[], Any] = field(compare=False)


Input = NodeRef | Literal | Deferred


@dataclass(frozen=True, slots=True)
class Node:
    """One call: inputs and configuration reach the function as keyword arguments."""

    id: str  # "forecast/2025-monaco/dry"
    stage: Stage
    inputs: Mapping[str, Input] = field(default_factory=dict)
    config: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        twice = self.inputs.keys() & self.config.keys()
        if twice:
            raise ValueError(f"{self.id}: {sorted(twice)} is both an input and configuration")

    @property
    def upstream(self) -> tuple[str, ...]:
        """Ids of the nodes whose values this one takes."""
        return tuple(given.node_id for given in self.inputs.values() if isinstance(given, NodeRef))


@dataclass(frozen=True, slots=True)
class Plan:
    """Nodes in topological order.

    Parameters
    ----------
    nodes : tuple[Node, ...]
        Every reference points to an earlier node, or to one of ``given``.
    given : frozenset[str]
        Ids of nodes that an earlier plan of the same run has already settled.
    """

    nodes: tuple[Node, ...]
    given: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        known = set(self.given)
        for node in self.nodes:
            unknown = set(node.upstream) - known
            if unknown:
                raise ValueError(f"{node.id} takes {sorted(unknown)}, which no earlier node gives")
            if node.id in known:
                raise ValueError(f"two nodes are called {node.id}")
            known.add(node.id)

    @property
    def final(self) -> Node:
        """The last node, whose value the plan is made for."""
        return self.nodes[-1]


@dataclass(frozen=True, slots=True)
class Salt:
    """What keys depend on beside the data: the code and what it runs on.

    Parameters
    ----------
    code : str
        Digest of all code that can have a part in a result.
    environment : str
    product : ProductCode, optional
        Tells which part of the code a stage reaches; without it every key holds all of it.
    """

    code: str
    environment: str
    product: ProductCode | None = None

    def code_of(self, modules: frozenset[str]) -> str:
        """Return the digest of what modules reach; of all code if one is none of the product's."""
        if self.product is None or not modules <= self.product.sources.keys():
            return self.code
        return self.product.digest(modules)


@dataclass(frozen=True, slots=True)
class KeyParts:
    """Everything a key is made of, kept for comparison with the next run."""

    stage: str
    version: int
    inputs: dict[str, str]  # argument -> digest
    config: dict[str, str]  # field -> digest
    code: str
    environment: str


class Verdict(StrEnum):
    """Why a node runs or not; the set is closed."""

    REUSED = "reused"
    FORCED = "forced"
    FIRST_RUN = "first run"
    INPUT_CHANGED = "input changed"
    CONFIGURATION_CHANGED = "configuration changed"
    CODE_CHANGED = "code changed"
    ENVIRONMENT_CHANGED = "environment changed"
    MISSING = "result missing or damaged"


@dataclass(frozen=True, slots=True)
class Reason:
    """One verdict, with the arguments it concerns: ("posterior changed", ...)."""

    verdict: Verdict
    names: tuple[str, ...] = ()

    def __str__(self) -> str:
        if self.verdict is Verdict.INPUT_CHANGED:
            return ", ".join(self.names)
        if self.names:
            return f"{self.verdict}: {', '.join(self.names)}"
        return str(self.verdict)


@dataclass(frozen=True, slots=True)
class Decision:
    """What became of a node in a run."""

    runs: bool
    reasons: tuple[Reason, ...]


def key_parts(node: Node, digests: Mapping[str, str], salt: Salt) -> KeyParts:
    """Gather what a node's value depends on.

    Parameters
    ----------
    digests : Mapping[str, str]
        Node id -> digest of its value, for every upstream node.
    """

    def digest_of(given: Input) -> str:
        if isinstance(given, NodeRef):
            return digests[given.node_id]
        return given.digest if isinstance(given, Deferred) else digest(given.value)

    return KeyParts(
        stage=node.stage.name,
        version=node.stage.version,
        inputs={name: digest_of(node.inputs[name]) for name in sorted(node.inputs)},
        config={name: digest(node.config[name]) for name in sorted(node.config)},
        code=salt.code_of(node.stage.begins_in),
        environment=salt.environment,
    )


def key(parts: KeyParts) -> str:
    """Give the store key (hex SHA-256) of a node's parts.

    The node's id is left out: two nodes that make the same call share one result.
    """
    # KeyParts holds strings and integers only, so the finite check of `encode` is not needed.
    return hashlib.sha256(msgspec.msgpack.encode(parts, order="deterministic")).hexdigest()


def changes(now: KeyParts, before: KeyParts | None) -> tuple[Reason, ...]:
    """Say why a key that has no stored result differs from the last run's.

    Returns
    -------
    tuple[Reason, ...]
        Never empty; equal parts mean that the stored result is missing or damaged.
    """
    if before is None:
        return (Reason(Verdict.FIRST_RUN),)
    reasons = []
    if names := tuple(_differences(now.inputs, before.inputs)):
        reasons.append(Reason(Verdict.INPUT_CHANGED, names))
    if names := tuple(_differences(now.config, before.config)):
        reasons.append(Reason(Verdict.CONFIGURATION_CHANGED, names))
    if (now.stage, now.version, now.code) != (before.stage, before.version, before.code):
        reasons.append(Reason(Verdict.CODE_CHANGED))
    if now.environment != before.environment:
        reasons.append(Reason(Verdict.ENVIRONMENT_CHANGED))
    return tuple(reasons) or (Reason(Verdict.MISSING),)


def explain(node_id: str, decision: Decision) -> str:
    """Give one line for a reader: ``"forecast/2025-monaco/dry: runs, posterior changed"``."""
    if not decision.runs:
        return f"{node_id}: reused"
    return f"{node_id}: runs, {', '.join(map(str, decision.reasons))}"


def _differences(now: Mapping[str, str], before: Mapping[str, str]) -> Iterable[str]:
    for name in sorted(now.keys() | before.keys()):
        if name not in before:
            yield f"{name} is new"
        elif name not in now:
            yield f"{name} is gone"
        elif now[name] != before[name]:
            yield f"{name} changed"
