"""The ML layer as a run uses it: what serves, and what waits to take its place."""

from __future__ import annotations

from dataclasses import dataclass

from predictor.learn.bundle import ModelBundle

__all__ = ["Layer"]


@dataclass(frozen=True, slots=True)
class Layer:
    """The models of one run.

    Attributes
    ----------
    active : ModelBundle or None
        The model that serves; None where no usable one is at hand.
    candidate : ModelBundle or None
        Runs in its shadow: is scored on the same races, and moves no forecast.
    notes : tuple of str
        What a reader should know: what was found damaged, and what serves in its place.
    """

    active: ModelBundle | None = None
    candidate: ModelBundle | None = None
    notes: tuple[str, ...] = ()
