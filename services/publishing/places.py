"""Where a run keeps its document and what the last run saw."""

from __future__ import annotations

import re
from pathlib import Path

from services.settings.run_request import RunRequest

__all__ = ["has_default_name", "latest_document", "manifest_path", "output_path"]

_DEFAULT_NAME = re.compile(r"season_[0-9]+_incremental\.json")


def manifest_path(settings: RunRequest) -> Path:
    """Give the place of what the last run of the same series saw."""
    return settings.folder / ".cache" / "runs" / f"{settings.series}.msgpack"


def output_path(settings: RunRequest, season: int) -> Path:
    """Give the path of the season document."""
    if settings.output is not None:
        return settings.output
    kind = "incremental"
    if settings.as_of is not None:
        kind = f"as_of_{settings.as_of.words.replace(' ', '_')}"
    return settings.folder / f"season_{season}_{kind}.json"


def has_default_name(document: str) -> bool:
    """Return whether a file name is one that `output_path` gives where none is asked for."""
    return _DEFAULT_NAME.fullmatch(document) is not None


def latest_document(folder: Path) -> Path | None:
    """Return the document of the latest season in an output folder; None where there is none."""
    try:
        found = [path for path in folder.iterdir() if has_default_name(path.name)]
    except OSError:
        return None
    return max((path for path in found if path.is_file()), key=lambda path: path.name, default=None)
