"""The recording of a weekend: files that were dropped, and what was published after each drop."""

from __future__ import annotations

import lzma
from functools import cached_property
from importlib import resources
from pathlib import Path

import msgspec
from msgspec import Raw

from predictor.errors import F1Error
from predictor.published.season_types import SeasonDocument

__all__ = ["RECORDING", "Drop", "Recording", "ReferenceForecast", "pack", "read_recording"]

RECORDING = Path(str(resources.files(__package__) / "belgium-2025.json.xz"))
_PRESET = 9 | lzma.PRESET_EXTREME  # documents repeat each other; its window spans all of them


class Drop(msgspec.Struct, frozen=True, dict=True):
    """Files that came at one moment, and the document that a run made of all so far."""

    at: str  # RFC 3339: when the document was published
    files: tuple[str, ...]  # below the season's folder, as in race-data
    document: Raw  # as published
    told: tuple[Raw, ...] = ()  # races told of it, as `simulate --publish` writes them

    @cached_property
    def season_document(self) -> SeasonDocument:
        """The document as typed values."""
        return msgspec.json.decode(self.document, type=SeasonDocument)

    @property
    def what(self) -> str:
        """What came, for a person."""
        return ", ".join(Path(name).with_suffix("").as_posix() for name in self.files)


class ReferenceForecast(msgspec.Struct, frozen=True):
    """What a reference model said of a race: a row of chances of places to each driver."""

    event_id: str
    horizon: str
    model: str
    drivers: tuple[str, ...]
    p_position: tuple[tuple[float, ...], ...]


class Recording(msgspec.Struct, frozen=True):
    """A weekend.

    Attributes
    ----------
    season : str
        Folder of the season that the files are of, as ``2025``.
    before : tuple of Drop
        The season so far.
    weekend : tuple of Drop
        What is replayed.
    references : tuple of ReferenceForecast
        What reference models said of the races of both, each from what was known before it.
    """

    season: str
    before: tuple[Drop, ...]
    weekend: tuple[Drop, ...]
    references: tuple[ReferenceForecast, ...] = ()


def pack(recording: Recording) -> bytes:
    """Return a recording as the content of its file."""
    return lzma.compress(msgspec.json.encode(recording), preset=_PRESET)


def read_recording(path: Path = RECORDING) -> Recording:
    """Read a recording.

    Raises
    ------
    F1Error
        If the file is missing or damaged: the installation is not whole.
    """
    try:
        return msgspec.json.decode(lzma.decompress(path.read_bytes()), type=Recording)
    except (OSError, lzma.LZMAError, msgspec.MsgspecError) as error:
        raise F1Error(
            "the recorded weekend cannot be read",
            where=str(path),
            got=str(error),
            do="install the program anew",
        ) from error
