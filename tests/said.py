"""Notes as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable

from predictor.notes import Note

__all__ = ["said"]


def said(notes: Iterable[Note]) -> tuple[str, ...]:
    """Give the words of notes."""
    return tuple(map(str, notes))
