"""Numbers and texts that several fields of the published documents share, with their bounds."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

__all__ = [
    "Count",
    "Digest",
    "Instant",
    "Name",
    "Note",
    "Place",
    "Probability",
    "Weights",
    "says",
]


def says(description: str, unit: str = "") -> Meta:
    """Return what a field means, for the schema and for the page of fields."""
    return Meta(description=description, extra={"unit": unit} if unit else None)


Probability = Annotated[float, Meta(ge=0.0, le=1.0)]
Place = Annotated[int, Meta(ge=1)]  # 1-based: a position, a lap, a round
Count = Annotated[int, Meta(ge=0)]
Digest = Annotated[str, Meta(pattern="^sha256:[0-9a-f]{64}$")]
Instant = Annotated[
    str,
    Meta(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})$"),
]
Name = str
Weights = dict[str, float]

# What a reader should know that is no error: one sentence.
Note = str
