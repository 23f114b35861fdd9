"""Checkpoints of one training: the last two, each sealed, so that a torn one costs one step."""

from __future__ import annotations

import contextlib
import re
import shutil
from pathlib import Path

from services.disk.sealed_file import read_sealed, write_sealed

__all__ = ["Checkpoints", "remove_abandoned"]

_KEPT = 2
_ABANDONED_S = 7 * 24 * 3600.0  # a training that nobody has gone on with for a week
_NAME = re.compile(r"(\d{6})\.ckpt")


class Checkpoints:
    """The folder of one training's checkpoints.

    Parameters
    ----------
    folder : Path
        Made with the first checkpoint; nobody else may write there at the same time.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.notes: list[str] = []  # about checkpoints that could not be used
        self._last = max((number for number, _ in self._there()), default=0)

    def save(self, payload: bytes) -> None:
        """Keep a checkpoint, and remove those before the last two.

        Raises
        ------
        OSError
            If the disk refuses; the checkpoints before are in place then.
        """
        self._last += 1
        write_sealed(self.folder / f"{self._last:06}.ckpt", payload, durable=True)
        for _, path in self._there()[:-_KEPT]:
            path.unlink(missing_ok=True)

    def latest(self) -> bytes | None:
        """Give the latest checkpoint that is whole; None: begin anew."""
        for _, path in reversed(self._there()):
            payload = read_sealed(path)
            if payload is not None:
                return payload
            self.notes.append(f"checkpoint {path.name} is damaged; the one before is used")
        if self.notes:
            self.notes.append("no checkpoint is whole: training began anew")
        return None

    def clear(self) -> None:
        """Remove all of them."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _there(self) -> list[tuple[int, Path]]:
        try:
            names = [path.name for path in self.folder.iterdir()]
        except OSError:
            return []
        matches = [match for name in names if (match := _NAME.fullmatch(name))]
        return sorted((int(match[1]), self.folder / match[0]) for match in matches)


def remove_abandoned(folder: Path, now: float) -> None:
    """Remove the checkpoints of trainings that were cut off and never went on.

    Races that came since make another training of it, which looks for them elsewhere.

    Parameters
    ----------
    folder : Path
        Of all trainings of a folder of models.
    now : float
        Seconds since 1970.
    """
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            if path.is_dir() and now - path.stat().st_mtime > _ABANDONED_S:
                shutil.rmtree(path, ignore_errors=True)
