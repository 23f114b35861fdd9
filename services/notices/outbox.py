"""Notices that wait to be carried away, a file each, and the record of what became of them.

A notice is at one receiver at most once. What is about to be sent is marked so on the disk
first; a process that dies in between, and an answer that does not come, leave it unknown
whether it has arrived, and then it is not sent again.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from services.disk.atomic_write import replace_file, sweep
from services.disk.regular_file import read_regular
from services.disk.sealed_file import UNDECODABLE, read_sealed, write_sealed
from services.settings.logs import LOG

__all__ = ["MOST_WAITING", "Entry", "Outbox", "Outcome", "Told", "receiver_id"]

MOST_WAITING = 100  # for one receiver; the oldest gives way
_RECORDED = 200  # what became of the last ones
_NAME = re.compile(r"([0-9a-f]{12})-([0-9a-f]{16})\.waiting")

State = Literal["waiting", "being sent"]
Outcome = Literal["delivered", "refused", "unknown", "given up"]


class Entry(msgspec.Struct, frozen=True):
    """A notice for one receiver."""

    receiver: str  # `receiver_id`: addresses may hold secrets, and stay in the settings
    notice_id: str
    body: bytes
    made_at: float  # s since 1970
    state: State = "waiting"
    attempts: int = 0
    not_before: float = 0.0  # s since 1970
    trouble: str = ""  # of the last attempt

    @property
    def file_name(self) -> str:
        """Where it waits."""
        return f"{self.receiver}-{self.notice_id}.waiting"


class Told(msgspec.Struct, frozen=True):
    """What became of a notice, for one receiver."""

    at: str  # RFC 3339
    receiver: str  # its host
    notice_id: str
    outcome: Outcome
    words: str = ""


def receiver_id(address: str) -> str:
    """Return the name of a receiver on the disk, from which its address cannot be told."""
    return hashlib.sha256(address.encode()).hexdigest()[:12]


@dataclass(frozen=True, slots=True)
class Outbox:
    """The folder ``notices`` of an output folder."""

    folder: Path

    @classmethod
    def of(cls, output: Path) -> Outbox:
        """Return the outbox of an output folder."""
        return cls(output / "notices")

    def last_told(self, season: int) -> str | None:
        """Return the digest of the forecasts that were told last; None if none were."""
        digest = read_sealed(self.folder / f"last-told-{season}")
        return digest.decode() if digest is not None else None

    def remember(self, season: int, digest: str) -> None:
        """Keep which forecasts were told last.

        Raises
        ------
        OSError
            If the disk refuses.
        """
        write_sealed(self.folder / f"last-told-{season}", digest.encode())

    def put(self, entry: Entry) -> None:
        """Lay a notice down, or replace the file of one.

        Raises
        ------
        OSError
            If the disk refuses.
        """
        write_sealed(self.folder / entry.file_name, msgspec.msgpack.encode(entry))

    def mark(self, entry: Entry) -> None:
        """Keep a state that a power cut must not take back.

        Raises
        ------
        OSError
            If the disk refuses.
        """
        write_sealed(self.folder / entry.file_name, msgspec.msgpack.encode(entry), durable=True)

    def remove(self, entry: Entry) -> None:
        """Take a notice out."""
        with contextlib.suppress(FileNotFoundError):
            (self.folder / entry.file_name).unlink()

    def is_empty(self) -> bool:
        """Whether nothing waits."""
        return next(self._paths(), None) is None

    def entries(self) -> tuple[Entry, ...]:
        """Return all that wait, oldest first; a damaged file is told in the log and removed."""
        found = []
        for path in self._paths():
            payload = read_sealed(path)
            try:
                entry = msgspec.msgpack.decode(payload or b"", type=Entry)
            except UNDECODABLE:
                if path.exists():
                    LOG.warning("a notice is damaged and left out: %s", path.name)
                    path.unlink(missing_ok=True)
            else:
                found.append(entry)
        return tuple(sorted(found, key=lambda one: one.made_at))

    def told(self) -> tuple[Told, ...]:
        """Return what became of the last notices, the latest last."""
        try:
            return tuple(msgspec.json.decode(self._record_bytes(), type=list[Told]))
        except UNDECODABLE:
            return ()

    def record(self, told: Told) -> None:
        """Keep what became of a notice; a disk that refuses costs only that."""
        kept = (*self.told(), told)[-_RECORDED:]
        with contextlib.suppress(OSError):
            replace_file(self.folder / "told.json", msgspec.json.encode(kept) + b"\n")

    def sweep(self) -> None:
        """Remove what killed processes left half written."""
        sweep(self.folder)

    def _paths(self) -> Iterator[Path]:
        with contextlib.suppress(OSError):
            for path in sorted(self.folder.iterdir()):
                if _NAME.fullmatch(path.name):
                    yield path

    def _record_bytes(self) -> bytes:
        try:
            return read_regular(self.folder / "told.json")
        except OSError:
            return b"[]"
