"""Where a run keeps its document and what the last run saw."""

from __future__ import annotations

from pathlib import Path

from services.settings.run_request import RunRequest

__all__ = ["manifest_path", "output_path"]


def manifest_path(settings: RunRequest) -> Path:
    """Give the place of what the last run of the same series saw."""
    return settings.folder / ".cache" / "runs" / f"{settings.series}.msgpack"


def output_path(settings: RunRequest, season: int) -> Path:
    """Give the path of the season document."""
    return settings.output or settings.folder / f"season_{season}_incremental.json"
