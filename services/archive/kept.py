"""Documents kept as they were published: what the archive is made from, and made anew from.

A file to a document, ``published/<season>/<number>-<digest>.json.gz``, never changed once it is
there. Numbers go up by one over all seasons, so they are the order in which to take them.
"""

from __future__ import annotations

import os
import re
import zlib
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from predictor.published.season_types import SeasonDocument
from services.archive.document_parts import sha256_of
from services.archive.instants import instant
from services.disk.atomic_write import replace_file
from services.disk.regular_file import open_regular, read_regular

__all__ = ["KEPT_FOLDER", "Kept", "keep", "kept_documents", "read_kept", "thin"]

KEPT_FOLDER = "published"  # below the output folder
_N_DIGITS = 12  # of the digest
_NAME = re.compile(r"(\d{8})-([0-9a-f]{12})\.json\.gz")
_LEVEL = 1
_HEADER = 8  # bytes of a gzip file; the last four are the instant, in seconds
_MAX_BYTES = 256 * 2**20  # of a document


class Kept(NamedTuple):
    """A document that is kept, as its path tells it."""

    number: int
    sha12: str  # the beginning of the digest
    season: int
    path: Path

    @property
    def published_at(self) -> str:
        """When it was published, as the archive writes instants; empty where it cannot be read."""
        try:
            with open_regular(self.path) as file:
                seconds = int.from_bytes(file.read(_HEADER)[4:], "little")
            return instant(datetime.fromtimestamp(seconds, UTC).isoformat())
        except OSError:
            return ""


def kept_documents(folder: Path) -> list[Kept]:
    """Return what is kept below an output folder, in the order in which it was published.

    Raises
    ------
    OSError
        If a folder is there and cannot be listed.
    """
    return sorted(_listed(folder / KEPT_FOLDER))


def keep(folder: Path, payload: bytes, document: SeasonDocument) -> Kept | None:
    """Keep a document, unless the last one that is kept of its season is the same.

    Parameters
    ----------
    folder : Path
        The output folder, which the caller holds.
    payload : bytes
        The file as published.
    document : SeasonDocument

    Returns
    -------
    Kept or None
        None where it is kept already.

    Raises
    ------
    OSError
        If the disk refuses.
    """
    there = kept_documents(folder)
    season, sha12 = document.metadata.season, sha256_of(payload)[:_N_DIGITS]
    last = next((one for one in reversed(there) if one.season == season), None)
    if last is not None and last.sha12 == sha12:
        return None
    number = there[-1].number + 1 if there else 1
    path = folder / KEPT_FOLDER / str(season) / f"{number:08d}-{sha12}.json.gz"
    published = datetime.fromisoformat(document.metadata.generated_at)
    from gzip import compress  # noqa: PLC0415 - a run that changed nothing never gets here

    packed = compress(payload, _LEVEL, mtime=int(published.timestamp()))
    replace_file(path, packed, durable=True)
    return Kept(number, sha12, season, path)


def read_kept(one: Kept) -> bytes:
    """Return a document as it was published.

    Raises
    ------
    OSError
        If it cannot be read.
    ValueError
        If it is damaged.
    """
    # Not by `gzip`: what a damaged length names would be made room for.
    engine = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        payload = engine.decompress(read_regular(one.path), _MAX_BYTES)
    except zlib.error as error:
        raise ValueError(f"is damaged: {error}") from error
    if not engine.eof or sha256_of(payload)[:_N_DIGITS] != one.sha12:
        raise ValueError("is damaged: it is not the document that its name tells")
    return payload


def thin(there: Collection[Kept], limit: int, sessions: Collection[str]) -> int:
    """Remove old documents of one season; return how many.

    Parameters
    ----------
    there : collection of Kept
        All of the season.
    limit : int
        So many of the last ones stay.
    sessions : collection of str
        Starts of its sessions, as the archive writes instants: the last document before each
        stays, too.
    """
    old = sorted(there)[:-limit]
    if not old:
        return 0
    instants = {one: one.published_at for one in sorted(there)}
    stays = set()
    for start in sessions:
        before = [one for one, published_at in instants.items() if published_at <= start]
        stays.update(before[-1:])
    gone = [one for one in old if one not in stays]
    for one in gone:
        one.path.unlink(missing_ok=True)
    return len(gone)


def _listed(folder: Path) -> Iterator[Kept]:
    try:
        seasons = [one for one in os.scandir(folder) if one.name.isdigit()]
    except FileNotFoundError:
        return
    for season in seasons:
        if not season.is_dir(follow_symlinks=False):
            continue
        for name in os.listdir(season.path):  # noqa: PTH208 - names alone
            match = _NAME.fullmatch(name)
            if match:
                yield Kept(int(match[1]), match[2], int(season.name), Path(season.path, name))
