"""The parts of a world as they lie on the disk: each is read again only when it has changed."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec

from predictor.errors import F1Error
from predictor.published.json_text import read_json
from predictor.published.season_types import SeasonDocument
from predictor.published.told_types import ToldRace
from services.disk.regular_file import read_regular
from services.monitoring.monitor import models_folder
from services.monitoring.status_file import Status, read_status
from services.publishing.places import has_default_name
from services.publishing.told_races import TOLD, ToldDamaged, read_told, told_name
from services.web.world import EMPTY

__all__ = ["Daemon", "Documents", "Models", "Told"]

Stamp = tuple[int, int, int]  # mtime ns, size, inode

_HEAD = 200  # bytes in which a document says what it is
_SILENCES = 5  # missed in a row
_SILENT_S = 30.0  # at least: publishing on a slow disk takes its time


class Documents:
    """The season documents of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stamps: Mapping[str, Stamp] = EMPTY
        self._read: dict[str, tuple[SeasonDocument, bytes]] = {}
        self._wrong: dict[str, str] = {}
        self.documents: Mapping[int, SeasonDocument] = EMPTY
        self.raw: Mapping[int, bytes] = EMPTY
        self.troubles: tuple[str, ...] = ()

    def look(self) -> bool:
        """Read what has changed; return whether anything that is shown has.

        One that is damaged leaves the last good one in its place, and says so.
        """
        stamps = stamps_of(self._folder)
        if stamps == self._stamps:
            return False
        changed = {name for name, stamp in stamps.items() if self._stamps.get(name) != stamp}
        self._stamps = stamps
        self._read = {name: kept for name, kept in self._read.items() if name in stamps}
        self._wrong = {name: why for name, why in self._wrong.items() if name in stamps}
        for name in changed:
            self._wrong.pop(name, None)
            why = self._take(name)
            if why:
                stands = "; the last good one is shown" if name in self._read else ""
                self._wrong[name] = f"{name} {why}{stands}"
        before = (self.raw, self.troubles)
        self.troubles = tuple(self._wrong[name] for name in sorted(self._wrong))
        self._choose()
        return (self.raw, self.troubles) != before

    def _take(self, name: str) -> str:
        """Read a file if it is a document; return what is wrong with it if it should be one."""
        try:
            data = read_regular(self._folder / name)
            if name in self._read and self._read[name][1] == data:
                return ""
            is_meant = has_default_name(name) or name in self._read
            if is_meant or b'"schema_version"' in data[:_HEAD]:
                document = read_json(data, SeasonDocument)
                self._read[name] = (document, data)
        except OSError as error:
            return f"cannot be read: {error.strerror or error}"
        except F1Error as error:
            return f"is no season document: {error.got}" if is_meant else ""
        return ""

    def _choose(self) -> None:
        """Take for each season the document under its own name, else the newest."""
        chosen: dict[int, tuple[tuple[bool, str], str]] = {}
        for name, (document, _) in self._read.items():
            metadata = document.metadata
            is_named = has_default_name(name)
            if metadata.known_until is not msgspec.UNSET and not is_named:
                continue  # a look back is no forecast of now
            rank = (is_named, metadata.generated_at)
            if metadata.season not in chosen or rank > chosen[metadata.season][0]:
                chosen[metadata.season] = (rank, name)
        found = {year: self._read[chosen[year][1]] for year in sorted(chosen)}
        raw = {year: data for year, (_, data) in found.items()}
        if raw != self.raw:
            self.raw = MappingProxyType(raw)
            self.documents = MappingProxyType({year: one for year, (one, _) in found.items()})


class Daemon:
    """What the folder's daemon says of itself."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stamp: Stamp | None = None
        self._heard: Status | None = None
        self.status: Status | None = None  # as it was when something changed that matters
        self.state = "none"

    def look(self, now: datetime) -> bool:
        """Read what it says; return whether anything has changed but its clocks and counters."""
        stamp = stamp_of(self._folder / ".status.json")
        if stamp != self._stamp:
            self._stamp = stamp
            self._heard = read_status(self._folder)
        state = _state(self._heard, now)
        if state == self.state and _facts(self._heard) == _facts(self.status):
            return False
        self.state, self.status = state, self._heard
        return True


def _facts(status: Status | None) -> Status | None:
    """Return a status without what changes while nothing happens."""
    if status is None:
        return None
    return msgspec.structs.replace(
        status, updated="", due_in_s=None, progress="", surveys=0, rescans=0, worker_bytes=0
    )


def _state(status: Status | None, now: datetime) -> str:
    if status is None:
        return "none"
    if status.state == "stopped":
        return "stopped"
    silent_s = (now - datetime.fromisoformat(status.updated)).total_seconds()
    return "silent" if silent_s > max(_SILENCES * status.updated_every_s, _SILENT_S) else "well"


class Told:
    """Races told by ``simulate EVENT --publish``."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / TOLD
        self._stamps: Mapping[str, Stamp] = EMPTY
        self.races: Mapping[str, ToldRace] = EMPTY
        self.troubles: tuple[str, ...] = ()

    def look(self) -> bool:
        """Read all if any has changed; return whether it has."""
        stamps = stamps_of(self._folder)
        if stamps == self._stamps:
            return False
        self._stamps = stamps
        races: dict[str, ToldRace] = {}
        troubles = []
        for name in sorted(stamps):
            where = f"{TOLD}/{name}"
            try:
                race = read_told(read_regular(self._folder / name))
                races[told_name(race.event.event_id, race.event.session)] = race
            except OSError as error:
                troubles.append(f"{where} cannot be read: {error.strerror or error}")
            except ToldDamaged as error:
                troubles.append(f"{where}: {error.what} ({error.got}); {error.do}")
        self.races = MappingProxyType(races)
        self.troubles = tuple(troubles)
        return True


class Models:
    """The registered models."""

    def __init__(self, folder: Path) -> None:
        self._folder = models_folder(folder)
        self._stamp: Stamp | None = None
        self.listing: Mapping[str, Any] | None = None
        self.troubles: tuple[str, ...] = ()

    def look(self) -> bool:
        """Read the registry if it has changed; return whether it has."""
        stamp = stamp_of(self._folder / "model_registry.json")
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        self.listing, self.troubles = None, ()
        if stamp is not None:
            from services.registry.listing import listed  # noqa: PLC0415 - only with models

            try:
                self.listing = MappingProxyType(listed(self._folder))
            except F1Error as error:
                self.troubles = (error.one_line(),)
        return True


def stamp_of(path: Path) -> Stamp | None:
    """Return what changes when a file is replaced; None if it is not there."""
    try:
        found = path.stat()
    except OSError:
        return None
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def stamps_of(folder: Path) -> dict[str, Stamp]:
    """Return the stamps of the JSON files of a folder; none if it is not there."""
    found = {}
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.endswith(".json") and not entry.name.startswith("."):
                stamp = stamp_of(Path(entry.path))
                if stamp is not None:
                    found[entry.name] = stamp
    return found


def utc_now() -> datetime:
    """Return the wall clock."""
    return datetime.now(UTC)
