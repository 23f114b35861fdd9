"""Which kinds of faults are tried in every run, and which in the long one alone."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pytest

from tests.crash.io_faults import KINDS

__all__ = ["some_kinds"]


def some_kinds(*always: str, among: Collection[str] = tuple(KINDS)) -> list[Any]:
    """Give all kinds as parameters of a test; those not named are marked `soak`."""
    assert set(always) < set(among)
    return [
        kind if kind in always else pytest.param(kind, marks=pytest.mark.soak) for kind in among
    ]
