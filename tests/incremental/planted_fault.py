"""One fault of the engine, and how it is put in place."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["PlantedFault", "everywhere"]


@dataclass(frozen=True, init=False)
class PlantedFault:
    """A fault of the engine, and the rules that the machine is given to find it.

    Attributes
    ----------
    plant : callable
        Puts it in place, for as long as the process lives.
    rules : tuple of str
        None named: all.
    sampled : bool
        Whether every run of the tests tries it, and not `make planted` alone.
    """

    name: str
    plant: Callable[[], None]
    rules: tuple[str, ...]
    sampled: bool

    def __init__(
        self, name: str, plant: Callable[[], None], *rules: str, sampled: bool = False
    ) -> None:
        given = {"name": name, "plant": plant, "rules": rules, "sampled": sampled}
        for field, value in given.items():
            object.__setattr__(self, field, value)


def everywhere(original: object, other: object) -> None:
    """Put something in place of a function in every module of the product that knows it."""
    for name, module in list(sys.modules.items()):
        if name.split(".")[0] in ("predictor", "services"):
            for attribute, value in list(vars(module).items()):
                if value is original:
                    setattr(module, attribute, other)
