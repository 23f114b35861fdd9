"""What a stage takes and gives is typed, so a part that does not fit another is found early."""

from __future__ import annotations

import inspect
import re

import pytest

from predictor.graph.plan import Stage
from tests.rules.test_code_keys import stages

STAGES = {stage.name: stage for stage in stages()}


@pytest.mark.parametrize("stage", STAGES.values(), ids=STAGES)
def test_stages__say_what_they_take_and_give(stage: Stage):
    assert untyped(stage) == []


def test_stages__a_signature_with_any_or_without_a_type_is_found():
    def takes_any(one: Any, two: dict[str, Any], three, four: int):  # noqa: F821
        """Give nothing."""

    assert untyped(Stage("x", 1, takes_any, bytes)) == ["one", "two", "three", "return"]


def untyped(stage):
    """Give the names of what has no type in a stage's signature, or any."""
    signature = inspect.signature(stage.function)
    named = {one.name: one.annotation for one in signature.parameters.values()}
    found = named | {"return": signature.return_annotation}
    return [
        name
        for name, kind in found.items()
        if kind is inspect.Signature.empty or re.search(r"\bAny\b", str(kind))
    ]
