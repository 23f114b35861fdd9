"""What the last run of a series left: its manifest and the document in place, each read once."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from predictor.published.season_types import SeasonDocument
from services.engine.manifest import Manifest, read_manifest
from services.publishing.places import manifest_path, output_path
from services.publishing.publisher import read_document
from services.settings.run_request import RunRequest

__all__ = ["InPlace", "LastRun"]


@dataclass(frozen=True, slots=True)
class InPlace:
    """The document that readers have, as one look at the disk found it."""

    path: Path
    document: SeasonDocument | None  # None: there is none that can be read
    digest: str | None  # stable, see `services.publishing.publisher.stable_digest`


class LastRun:
    """One look at what the last run left; whoever is given it sees the very same.

    Each part is read when it is first asked for, and no second time: so what a build found
    unchanged and what concluding it records can be of no two moments. Only the holder of the
    output folder's lock writes these files, so what changes meanwhile is somebody's hand, which
    the next run meets.

    Parameters
    ----------
    settings : RunRequest
    """

    def __init__(self, settings: RunRequest) -> None:
        self._settings = settings
        self._found: dict[Path, InPlace] = {}

    @functools.cached_property
    def manifest(self) -> Manifest:
        """What it saw; empty where that is not known."""
        return read_manifest(manifest_path(self._settings))

    def in_place(self, season: int) -> InPlace:
        """Return the document in place of a season; without ``--output`` each has its own."""
        path = output_path(self._settings, season)
        if path not in self._found:
            found = read_document(path)
            self._found[path] = (
                InPlace(path, None, None)
                if found is None
                else InPlace(path, found.document, found.digest)
            )
        return self._found[path]
