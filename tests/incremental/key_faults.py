"""Faults of keys: what a stage's key, or that of a whole run, may fail to hold."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import is_dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from predictor.features.weekend import Weekend
from predictor.fingerprint import digest
from predictor.graph import plan
from predictor.graph.plan import KeyParts, Node
from predictor.graph.source_code import ProductCode
from services.engine import run_key
from tests.incremental.planted_fault import everywhere

__all__ = [
    "blank_content",
    "blank_in_run_key",
    "compare_little",
    "forget",
    "forget_event",
    "forget_filter",
    "forget_in",
    "forget_late_imports",
    "forget_of_all",
    "forget_the_house",
    "weekend_without",
    "without",
]


# -- of stages ---------------------------------------------------------------------------


def forget(stage: str, *names: str) -> None:
    """Leave inputs or configuration fields out of a stage's key; none named: all inputs."""

    def change(node: Node, parts: KeyParts) -> KeyParts:
        if node.stage.name != stage:
            return parts
        left_out = names or tuple(parts.inputs)
        return replace(
            parts,
            inputs={n: "" if n in left_out else d for n, d in parts.inputs.items()},
            config={n: "" if n in left_out else d for n, d in parts.config.items()},
        )

    _in_keys(change)


def forget_of_all(**blank: str | int) -> None:
    """Leave a part out of every stage's key."""
    _in_keys(lambda _, parts: replace(parts, **blank))


def forget_in(stage: str, name: str, without: Callable[[Any], Any]) -> None:
    """Leave a part of one input out of a stage's key."""

    def change(node: Node, parts: KeyParts) -> KeyParts:
        given = node.inputs.get(name)
        if node.stage.name != stage or not isinstance(given, plan.Literal):
            return parts
        return replace(parts, inputs=parts.inputs | {name: digest(without(given.value))})

    _in_keys(change)


def _in_keys(change: Callable[[Node, KeyParts], KeyParts]) -> None:
    real = plan.key_parts

    def key_parts(node: Node, *given: Any) -> KeyParts:
        return change(node, real(node, *given))

    everywhere(real, key_parts)


def without(name: str, weekend: Weekend) -> Weekend:
    return replace(weekend, **{name: np.zeros(len(weekend.driver_ids))})


def forget_event() -> None:
    forget_in("forecast", "weekend", lambda weekend: replace(weekend, event_id=""))
    forget_in("forecast", "facts", lambda facts: replace(facts, event=""))


def forget_filter() -> None:
    """Forget them in all three stages: any one key that has them lets the others follow."""
    for stage, name in (("form-before-season", "config"), ("form", "config"),
                        ("forecast", "filter")):  # fmt: skip
        forget(stage, name)


def compare_little() -> None:
    """Compare values to one decimal only."""

    def rounded(value: Any) -> Any:
        if isinstance(value, np.ndarray) and value.dtype.kind == "f":
            return np.round(value)
        if is_dataclass(value) and not isinstance(value, type):
            return {name: rounded(getattr(value, name)) for name in value.__slots__}
        return value

    plan.digest = lambda value: digest(rounded(value))  # type: ignore[attr-defined]


def weekend_without(without: Callable[[Weekend], Weekend]) -> Callable[[], None]:
    return partial(forget_in, "forecast", "weekend", without)


def forget_late_imports() -> None:
    """Leave what a forecast imports only when it simulates out of what it reaches."""
    real = ProductCode._named_by

    def named_by(self: ProductCode, name: str) -> frozenset[str]:
        return real(self, name) - {"predictor.simulator.simulate"}

    ProductCode._named_by = named_by  # type: ignore[method-assign]


# -- of a whole run ----------------------------------------------------------------------


def blank_in_run_key(*names: str) -> None:
    """Leave parts out of the run's key."""

    def digest_without(value: Any) -> str:
        return digest({n: "" if n in names else one for n, one in value.items()})

    run_key.digest = digest_without  # type: ignore[attr-defined]


def blank_content(*places: int) -> None:
    """Leave parts of every folder's content out of the run's key."""
    real = run_key._content

    def content(*given: Any) -> object:
        parts: Iterable[Any] = real(*given)  # type: ignore[assignment]
        return ["" if n in places else one for n, one in enumerate(parts)]

    run_key._content = content


def forget_the_house() -> None:
    """Leave out the code outside the stages."""
    run_key.loaded_code = lambda: ""
