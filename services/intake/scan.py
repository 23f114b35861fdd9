"""Look at a folder of session files: what is there, read once, with its digest.

The scan is the truth about a folder; nothing else decides which files exist. Only
regular files are read. Links are not followed, so nothing outside the folder can get
in and no loop can form. The digest is that of the very bytes handed on.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

from predictor.errors import DropError, NoUsableInput, UsageError
from services.disk.own_kinds import is_document
from services.disk.whole_file import check_size, read_whole
from services.intake.listing import list_candidates
from services.intake.stat_cache import Seen, StatCache
from services.settings.limits import ScanLimits

__all__ = ["Scan", "ScannedFile", "existing_folder", "readable_folder", "scan"]

_LISTED = 5  # names
_PROBE = b'"schema_version"'  # in every season document, and hardly ever in a session file


class ScannedFile(msgspec.Struct, frozen=True, gc=False):
    """One readable file, with the bytes its digest was taken from.

    They are held, or read again from ``location`` when they are needed.
    """

    path: str  # relative to the folder, with forward slashes
    digest: str  # "sha256:..."
    held: bytes | None = None  # None: too much to keep, or known from an earlier scan
    location: str = ""
    size: int = 0  # bytes, at the location

    def __repr__(self) -> str:
        """Show which file it is, not its bytes."""
        return f"ScannedFile({self.path!r}, {self.digest!r})"

    @property
    def data(self) -> bytes:
        """The very bytes that the digest was taken from.

        Raises
        ------
        DropError
            If they are not held, and the file is not any more what it was.
        """
        if self.held is not None:
            return self.held
        try:
            data, _ = read_whole(self.location, self.size)
        except DropError as error:
            raise _changed_since(self, error.one_line()) from error
        if _digest(data) != self.digest:
            raise _changed_since(self, "other bytes")
        return data


@dataclass(frozen=True, slots=True)
class Scan:
    """A folder's content at one time, ordered by path."""

    folder: Path
    files: tuple[ScannedFile, ...]
    rejected: tuple[tuple[str, str], ...]  # path, reason
    documents: tuple[str, ...] = ()  # season documents, the product's own: passed over
    not_read: tuple[str, ...] = ()  # in a form that is not read, see `services.intake.not_read`
    stale: tuple[str, ...] = ()  # rejected files whose last good bytes are among ``files``

    @property
    def name(self) -> str:
        """Name of the folder, without where it is."""
        return self.folder.name

    def digests(self) -> dict[str, str]:
        """Give path -> digest."""
        return {file.path: file.digest for file in self.files}

    def without_stale(self, refused: Iterable[str]) -> Scan:
        """Give the same with none of these paths among its ``stale``: nothing of them is in use."""
        left = tuple(sorted({*self.stale}.difference(refused)))
        return replace(self, stale=left)


def scan(
    folder: Path,
    limits: ScanLimits,
    *,
    skip: Collection[Path] = (),
    only: Collection[str] | None = None,
    cache: StatCache | None = None,
) -> Scan:
    """Read every session file below a folder.

    Parameters
    ----------
    folder : Path
        May itself be a link.
    limits : ScanLimits
    skip : Collection[Path]
        Files and folders to leave out without a word: the product's own output, or a
        folder that is scanned by itself.
    only : Collection[str], optional
        Names directly below ``folder`` to look at; everything else is left out.
    cache : StatCache, optional
        Files whose status is as in it are not read, in folders of more than
        ``limits.stat_cache_above`` files; what was found is put into it.

    Raises
    ------
    UsageError
        If the folder does not exist or is no folder.
    NoUsableInput
        If it cannot be read, or holds no session file at all.
    """
    root = existing_folder(folder)
    found = list_candidates(root, skip, only)
    if "." in found.unreadable:
        raise _unreadable(folder, found.unreadable["."])
    rejected = [(name, f"folder cannot be read: {why}") for name, why in found.unreadable.items()]
    rejected += [(name, "is a link; put the file itself here") for name in found.links]
    used = cache if len(found.files) > limits.stat_cache_above else None
    files, documents = _read_all(root, found.files, limits, used, rejected)
    not_read = tuple(map(_printable, found.not_read))
    if not files and not rejected:
        raise NoUsableInput(
            "no session files",
            where=str(folder),
            got=", ".join(not_read[:_LISTED]),
            expected="*.json or *.csv files in it or in folders below it",
            do="drop session files there, or name another folder",
        )
    reasons = sorted((_printable(name), reason) for name, reason in rejected)
    return Scan(Path(root), tuple(files), tuple(reasons), tuple(documents), not_read)


def existing_folder(folder: Path) -> str:
    """Return the real path of a folder, which need not be one that can be listed.

    Raises
    ------
    UsageError
        If there is none.
    """
    root = os.path.realpath(folder)
    if not os.path.isdir(root):  # noqa: PTH112 - a plain string on purpose, see list_candidates
        raise UsageError(
            "no such folder",
            where=str(folder),
            got="a file" if folder.exists() else "nothing there",
            do="name an existing folder of session files",
        )
    return root


def readable_folder(folder: Path) -> str:
    """Return the real path of a folder that can be listed, for who does not scan it at once.

    Raises
    ------
    UsageError, NoUsableInput
        See `scan`.
    """
    root = existing_folder(folder)
    try:
        os.scandir(root).close()
    except OSError as error:
        raise _unreadable(folder, error.strerror or str(error)) from error
    return root


def _unreadable(folder: Path, got: str) -> NoUsableInput:
    return NoUsableInput("folder cannot be read", where=str(folder), got=got)


def _read_all(
    root: str,
    names: list[str],
    limits: ScanLimits,
    cache: StatCache | None,
    rejected: list[tuple[str, str]],
) -> tuple[list[ScannedFile], list[str]]:
    """Give the files and the names of the season documents; add to what is rejected."""
    files: list[ScannedFile] = []
    documents: list[str] = []
    # Before the first read: what changes from here on is not settled.
    now_ns = cache.now_ns() if cache is not None else 0
    known = cache.entries(root) if cache is not None else {}
    kept: dict[str, Seen] = {}
    held: dict[str, bytes] = {}  # by digest: copies share their bytes
    total = n_held = 0
    for name in names:
        location = f"{root}/{name}"
        max_bytes = min(limits.max_file_bytes, limits.max_total_bytes - total)
        try:
            data, seen = _look_at(location, max_bytes, known.get(name))
        except DropError as error:
            rejected.append((name, error.one_line()))
            continue
        if cache is not None and seen.is_settled(now_ns):
            kept[name] = seen
        if seen.is_document:
            documents.append(name)
            continue
        total += seen.size
        if data is not None and n_held + seen.size <= limits.max_held_bytes:
            n_held += seen.size if seen.digest not in held else 0
            held.setdefault(seen.digest, data)
        files.append(ScannedFile(name, seen.digest, held.get(seen.digest), location, seen.size))
    if cache is not None:
        cache.keep(root, kept)
    return files, documents


def _look_at(location: str, max_bytes: int, known: Seen | None) -> tuple[bytes | None, Seen]:
    """Read a file, unless it is as it was when it was read before; then there are no bytes."""
    if known is not None and _is_unchanged(location, known):
        check_size(known.size, max_bytes)
        return None, known
    data, status = read_whole(location, max_bytes)
    seen = Seen(
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
        status.st_ino,
        status.st_dev,
        _digest(data),
        _PROBE in data and is_document(data),
    )
    return data, seen


def _is_unchanged(location: str, known: Seen) -> bool:
    try:
        return known.matches(os.lstat(location))
    except OSError:  # reading it says why
        return False


def _digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()


def _changed_since(file: ScannedFile, got: str) -> DropError:
    return DropError(
        "changed after it was scanned",
        where=file.path,
        got=got,
        do="it is read again in the next run",
    )


def _printable(name: str) -> str:
    return name.encode(errors="backslashreplace").decode()
