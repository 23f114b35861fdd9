"""Instants as the archive has them: RFC 3339 in UTC with a Z, whole seconds, so that they sort."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import overload

__all__ = ["instant"]


@overload
def instant(text: str) -> str: ...


@overload
def instant(text: None) -> None: ...


def instant(text: str | None) -> str | None:
    """Return an instant of a document in the archive's form."""
    if text is None:
        return None
    moment = datetime.fromisoformat(text).astimezone(UTC)
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")
