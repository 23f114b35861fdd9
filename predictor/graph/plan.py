"""Which stages a run needs: nodes, their keys, and the reason each one runs.

A node is one call of a pure function with named inputs. Its key is the digest of
everything its value depends on; a value stored under the key is the value. Input
digests are those of upstream *values*, so a change that leaves a value equal
stops there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from enum import StrEnum
from types import FunctionType
from typing import TYPE_CHECKING, Any, Generic, TypeVar, get_args

import msgspec

from predictor.fingerprint import digest
from predictor.graph.source_code import ProductCode

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

__all__ = [
    "BELIEF_PART",
    "FORECAST_PART",
    "Decision",
    "Deferred",
    "Fields",
    "Group",
    "Input",
    "KeyParts",
    "Literal",
    "Node",
    "NodeRef",
    "Plan",
    "Reason",
    "Salt",
    "Stage",
    "Tags",
    "Verdict",
    "changes",
    "explain",
    "key",
    "key_parts",
]


# The parts whose nodes are looked for by name; others bear names of their own.
BELIEF_PART = "belief"
FORECAST_PART = "forecast"

T = TypeVar("T")


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
class Stage(Generic[T]):
    """A named pure function; ``version`` rises when its meaning changes."""

    name: str  # "forecast"
    version: int
    function: Callable[..., T]
    output: type[T]  # as `predictor.fingerprint.decode` takes it
    alone: bool = False  # its libraries are not thread safe: one such stage at a time
    trouble: Callable[[T], str] = _none  # why a result is not to be kept but tried for again
    timed: bool = False  # slow enough that the document tells how long it took

    @property
    def begins_in(self) -> frozenset[str]:
        """The modules from which everything that a call runs is reached."""
        homes = {_home(self.function), _home(self.trouble), *_homes_of_type(self.output)}
        return frozenset({__name__, *homes})


@dataclass(frozen=True, slots=True)
class NodeRef:
    """The value of another node as an input."""

    node_id: str


@dataclass(frozen=True, slots=True)
class Literal:
    """A value known when the plan is made, as an input."""

    value: object


@dataclass(frozen=True, slots=True)
class Deferred:
    """A value whose digest is known, fetched only if the node runs."""

    digest: str  # "sha256:..."
    load: Callable[[], object] = field(compare=False)


@dataclass(frozen=True, slots=True)
class Group:
    """Several inputs that reach the function as one dictionary; each is named in a key.

    Attributes
    ----------
    prefix : str
        Stands in keys and reasons before the names, which must differ from those of other inputs.
    """

    members: Mapping[str, NodeRef | Literal | Deferred]
    prefix: str = ""


Input = NodeRef | Literal | Deferred | Group


@dataclass(frozen=True, slots=True)
class Fields:
    """A dataclass as configuration, whose fields count one by one: a reason names the field."""

    value: DataclassInstance


@dataclass(frozen=True, slots=True)
class Tags:
    """What a node is about, for whoever looks for some of them; no key depends on it."""

    part: str = ""  # of the forecast, see `predictor.graph.part`
    event_id: str = ""
    scenario: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One call: inputs and configuration reach the function as keyword arguments."""

    id: str  # "forecast/2025-monaco/dry"
    stage: Stage[Any]  # of any result
    inputs: Mapping[str, Input] = field(default_factory=dict)
    config: Mapping[str, object] = field(default_factory=dict)
    tags: Tags = Tags()

    def __post_init__(self) -> None:
        twice = self.inputs.keys() & self.config.keys()
        if twice:
            raise ValueError(f"{self.id}: {sorted(twice)} is both an input and configuration")
        for what, named in (("inputs", self.single_inputs), ("fields", self.single_config)):
            names = [name for name, _ in named]
            if len(names) != len(set(names)):
                raise ValueError(f"{self.id}: two {what} have one name in {sorted(names)}")

    @property
    def single_inputs(self) -> tuple[tuple[str, NodeRef | Literal | Deferred], ...]:
        """Inputs by name, those of groups one by one."""
        found: list[tuple[str, NodeRef | Literal | Deferred]] = []
        for name, given in self.inputs.items():
            if isinstance(given, Group):
                found += [(given.prefix + inner, one) for inner, one in given.members.items()]
            else:
                found.append((name, given))
        return tuple(found)

    @property
    def single_config(self) -> tuple[tuple[str, object], ...]:
        """Configuration by name, that of `Fields` one by one."""
        found: list[tuple[str, object]] = []
        for name, given in self.config.items():
            if isinstance(given, Fields):
                found += [(one.name, getattr(given.value, one.name)) for one in fields(given.value)]
            else:
                found.append((name, given))
        return tuple(found)

    @property
    def upstream(self) -> tuple[str, ...]:
        """Ids of the nodes whose values this one takes."""
        return tuple(one.node_id for _, one in self.single_inputs if isinstance(one, NodeRef))


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
    tags: Tags = Tags()  # of the node


def key_parts(node: Node, digests: Mapping[str, str], salt: Salt) -> KeyParts:
    """Gather what a node's value depends on.

    Parameters
    ----------
    digests : Mapping[str, str]
        Node id -> digest of its value, for every upstream node.
    """

    def digest_of(given: NodeRef | Literal | Deferred) -> str:
        if isinstance(given, NodeRef):
            return digests[given.node_id]
        return given.digest if isinstance(given, Deferred) else digest(given.value)

    return KeyParts(
        stage=node.stage.name,
        version=node.stage.version,
        inputs={name: digest_of(given) for name, given in sorted(node.single_inputs, key=_name)},
        config={name: digest(value) for name, value in sorted(node.single_config, key=_name)},
        code=salt.code_of(node.stage.begins_in),
        environment=salt.environment,
    )


def _name(named: tuple[str, object]) -> str:
    return named[0]


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
