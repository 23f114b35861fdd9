"""A cheap look at folders of session files: what is there and when it changed, nothing read.

The daemon takes one every second, whatever the watcher says or misses. Times and
inodes are compared for being equal only, so a clock that is wrong does no harm. An edit of
the same size whose mtime was put back still shows, because nobody can put back a ctime.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from services.intake.listing import list_candidates

__all__ = ["Root", "Stamp", "Survey", "changed", "folder_identity", "survey"]

Stamp = tuple[int, int, int, int, int]  # bytes, mtime in ns, ctime in ns, inode, device
_UNKNOWN: Stamp = (-1, 0, 0, 0, 0)  # it is there, and may not be looked at


@dataclass(frozen=True, slots=True)
class Root:
    """A folder of session files and what of it counts, as in `services.intake.scan.scan`."""

    folder: Path
    skip: Collection[Path] = ()
    only: Collection[str] | None = None


@dataclass(frozen=True, slots=True)
class Survey:
    """Some folders at one time.

    ``files`` names what `scan` would read or reject: links, pipes and sockets called like
    session files are in it too, so that their coming and going is noticed. Of what is never
    read only that is of interest: a large archive that is still being copied is no change.
    """

    files: Mapping[str, Stamp]  # by path
    roots: Mapping[str, tuple[int, int] | None]  # folder -> inode and device; None: missing
    unreadable: Mapping[str, str]  # folder -> why it cannot be listed
    n_folders: int
    not_read: Mapping[str, None] = field(default_factory=dict)  # by path

    @property
    def n_files(self) -> int:
        """Number of candidates."""
        return len(self.files)


def survey(roots: Iterable[Root]) -> Survey:
    """Look at some folders; a folder that is missing or closed is a finding, not an error."""
    files: dict[str, Stamp] = {}
    identities: dict[str, tuple[int, int] | None] = {}
    unreadable: dict[str, str] = {}
    not_read: dict[str, None] = {}
    folders: set[str] = set()  # roots may overlap
    for root in roots:
        folder = os.path.realpath(root.folder)
        identities[str(root.folder)] = folder_identity(folder)
        found = list_candidates(folder, root.skip, root.only)
        folders.update(found.folders)
        not_read.update((_below(folder, name), None) for name in found.not_read)
        for name, reason in found.unreadable.items():
            unreadable[os.path.normpath(f"{folder}/{name}")] = reason
        for name in (*found.files, *found.links):
            path = _below(folder, name)
            try:
                status = os.lstat(path)
            except FileNotFoundError:  # gone since it was listed
                continue
            except OSError:
                files[path] = _UNKNOWN
                continue
            files[path] = (
                status.st_size,
                status.st_mtime_ns,
                status.st_ctime_ns,
                status.st_ino,
                status.st_dev,
            )
    return Survey(files, identities, unreadable, len(folders), not_read)


def changed(old: Survey, new: Survey) -> set[str]:
    """Name the files and folders that two surveys do not agree on.

    Returns
    -------
    set[str]
        Files that came, went or were touched; folders that came, went, were replaced by
        another of the same name, or can be listed now and could not before, or the reverse.
    """
    pairs: tuple[tuple[Mapping[str, object], Mapping[str, object]], ...] = (
        (old.files, new.files),
        (old.roots, new.roots),
        (old.unreadable, new.unreadable),
        (old.not_read, new.not_read),
    )
    found: set[str] = set()
    for before, after in pairs:
        if before != after:
            found |= before.keys() - after.keys()
            found.update(k for k, value in after.items() if k not in before or before[k] != value)
    return found


def _below(folder: str, name: str, separator: str = os.sep) -> str:
    """Return the path of a candidate as the system writes it, for it is compared with others."""
    return f"{folder}{separator}{name if separator == '/' else name.replace('/', separator)}"


def folder_identity(path: str) -> tuple[int, int] | None:
    """Give inode and device of a folder, or None where there is no folder."""
    try:
        # The trailing slash asks for a folder: anything else is an error.
        status = os.stat(os.path.join(path, ""))  # noqa: PTH116, PTH118 - plain strings
    except OSError:
        return None
    return status.st_ino, status.st_dev
