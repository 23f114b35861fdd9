"""Look at a folder of session files: what is there, read once, with its digest.

The scan is the truth about a folder; nothing else decides which files exist. Only
regular files are read. Links are not followed, so nothing outside the folder can get
in and no loop can form. The digest is that of the very bytes handed on.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from predictor.errors import DropError, NoUsableInput, UsageError
from services.publisher import is_document
from services.settings import ScanLimits

__all__ = ["Scan", "ScannedFile", "readable_folder", "scan"]

_SUFFIXES = (".json", ".csv")
_TEMPORARY = (".part", ".tmp", ".swp", "~")
# Not every platform has these: no link at the last step, no waiting for a pipe's writer.
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NOFOLLOW", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_CLOEXEC", 0)
)


@dataclass(frozen=True, slots=True)
class ScannedFile:
    """One readable file, with the bytes its digest was taken from."""

    path: str  # relative to the folder, with forward slashes
    digest: str  # "sha256:..."
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Scan:
    """A folder's content at one time, ordered by path."""

    folder: Path
    files: tuple[ScannedFile, ...]
    rejected: tuple[tuple[str, str], ...]  # path, reason
    documents: tuple[str, ...] = ()  # season documents, the product's own: passed over

    def digests(self) -> dict[str, str]:
        """Give path -> digest."""
        return {file.path: file.digest for file in self.files}


def scan(
    folder: Path,
    limits: ScanLimits,
    *,
    skip: Collection[Path] = (),
    only: Collection[str] | None = None,
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

    Raises
    ------
    UsageError
        If the folder does not exist or is no folder.
    NoUsableInput
        If it cannot be read, or holds no session file at all.
    """
    root = readable_folder(folder)
    left_out = {os.path.realpath(path) for path in skip}
    files: list[ScannedFile] = []
    rejected: list[tuple[str, str]] = []
    documents: list[str] = []
    total = 0
    tops = [root] if only is None else [os.path.join(root, name) for name in only]  # noqa: PTH118
    candidates = _candidates(root, tops, left_out, rejected)
    for path, name in sorted(candidates, key=lambda pair: pair[1]):
        try:
            data = _read(path, min(limits.max_file_bytes, limits.max_total_bytes - total))
        except DropError as error:
            rejected.append((_printable(name), error.one_line()))
            continue
        if is_document(data):
            documents.append(name)
            continue
        total += len(data)
        digest = "sha256:" + hashlib.sha256(data).hexdigest()
        files.append(ScannedFile(name, digest, data))
    if not files and not rejected:
        raise NoUsableInput(
            "no session files",
            where=str(folder),
            expected="*.json or *.csv files in it or in folders below it",
            do="drop session files there, or name another folder",
        )
    return Scan(Path(root), tuple(files), tuple(sorted(rejected)), tuple(documents))


def readable_folder(folder: Path) -> str:
    """Give the real path of a folder that can be listed.

    Raises
    ------
    UsageError, NoUsableInput
        See `scan`.
    """
    root = os.path.realpath(folder)
    if not os.path.isdir(root):  # noqa: PTH112 - a plain string on purpose, see _candidates
        raise UsageError(
            "no such folder",
            where=str(folder),
            got="a file" if folder.exists() else "nothing there",
            do="name an existing folder of session files",
        )
    try:
        os.scandir(root).close()
    except OSError as error:
        raise NoUsableInput(
            "folder cannot be read", where=str(folder), got=error.strerror or str(error)
        ) from error
    return root


def _candidates(
    root: str, folders: list[str], left_out: set[str], rejected: list[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Give (path, relative name) of what looks like a session file, in no fixed order."""
    folders = [folder for folder in folders if folder not in left_out]
    while folders:
        folder = folders.pop()
        try:
            entries = list(os.scandir(folder))
        except OSError as error:
            name = os.path.relpath(folder, root)
            rejected.append((_printable(name), f"folder cannot be read: {error.strerror}"))
            continue
        for entry in entries:
            if entry.name.startswith(".") or entry.name.endswith(_TEMPORARY):
                continue
            if left_out and entry.path in left_out:
                continue
            name = entry.path[len(root) :].lstrip(os.sep).replace(os.sep, "/")
            is_session = entry.name.lower().endswith(_SUFFIXES)
            if entry.is_dir(follow_symlinks=False):
                folders.append(entry.path)
            elif entry.is_symlink() and (is_session or entry.is_dir()):
                rejected.append((_printable(name), "is a link; put the file itself here"))
            elif is_session:
                yield entry.path, name


def _read(path: str, max_bytes: int) -> bytes:
    """Read one regular file whole, or say why not."""
    try:
        path.encode()
        descriptor = os.open(path, _OPEN_FLAGS)
    except UnicodeEncodeError as error:
        raise DropError("has a name that is not UTF-8", do="rename it") from error
    except OSError as error:
        raise DropError(f"cannot be opened: {error.strerror}") from error
    with os.fdopen(descriptor, "rb") as file:
        before = os.fstat(descriptor)
        if not stat.S_ISREG(before.st_mode):
            raise DropError("is not a regular file")
        if before.st_size > max_bytes:
            raise DropError(
                "is too large",
                got=f"{before.st_size:,} bytes",
                expected=f"at most {max_bytes:,} bytes",
                do="raise scan limits in config/settings.toml if it is meant",
            )
        try:
            # Never more than the limit, however fast the file grows meanwhile.
            data = file.read(max_bytes + 1)
        except OSError as error:
            raise DropError(f"cannot be read: {error.strerror}") from error
        after = os.fstat(descriptor)
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or (
        len(data) != before.st_size
    ):
        raise DropError("changed while it was being read", do="it is read again in the next run")
    return data


def _printable(name: str) -> str:
    return name.encode(errors="backslashreplace").decode()
