"""List what looks like a session file below a folder, without opening anything.

`scan` and `survey` both start from this list, so what one of them sees the other sees too.
Links are named, never followed: nothing outside the folder gets in and no loop can form.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from pathlib import Path

from services.intake.not_read import why_not_read

__all__ = ["Candidates", "is_passed_over", "is_session_name", "list_candidates", "tops"]

_TEXTS = (".json", ".jsonl", ".ndjson", ".csv", ".tsv")
# Packed, or with the ending that an editor adds and the desktop hides: "race.json.txt".
_SUFFIXES = (*_TEXTS, *(text + more for text in _TEXTS for more in (".gz", ".txt")))
_TEMPORARY = (".part", ".tmp", ".swp", "~")
_RECORD = "training_history.jsonl"  # the product's own, in whatever folder it once wrote to


@dataclass(frozen=True, slots=True)
class Candidates:
    """What lies below one folder; names are relative to it, with forward slashes."""

    files: list[str] = field(default_factory=list)  # pipes and sockets called so among them
    links: list[str] = field(default_factory=list)  # called like a session file, or to a folder
    not_read: list[str] = field(default_factory=list)  # data in a form that nothing here reads
    unreadable: dict[str, str] = field(default_factory=dict)  # folder -> the system's words
    folders: list[str] = field(default_factory=list)  # those listed; paths, not names


def list_candidates(
    root: str, skip: Collection[Path] = (), only: Collection[str] | None = None
) -> Candidates:
    """List the candidates below a folder, ordered by name.

    Parameters
    ----------
    root : str
        A real path, without links in it.
    skip : Collection[Path]
        Files and folders to leave out without a word.
    only : Collection[str], optional
        Names directly below ``root`` to look at; everything else is left out.

    Returns
    -------
    Candidates
        A folder that cannot be listed is in ``unreadable``, the root itself as ``"."``.
    """
    left_out = {os.path.realpath(path) for path in skip}
    found = Candidates()
    folders = [folder for folder in tops(root, only) if folder not in left_out]
    while folders:
        folder = folders.pop()
        try:
            # A string and its entries on purpose: paths would triple the time.
            with os.scandir(folder) as entries:
                below = _sort_entries(entries, found, _prefix(root, folder), left_out)
        except OSError as error:
            name = os.path.relpath(folder, root).replace(os.sep, "/")
            found.unreadable[name] = error.strerror or str(error)
            continue
        found.folders.append(folder)
        folders += below
    found.files.sort()
    found.not_read.sort()
    return found


def tops(root: str, only: Collection[str] | None) -> list[str]:
    """Give the folders that a listing starts from: the root, or those named below it."""
    if only is None:
        return [root]
    return [os.path.join(root, name) for name in only]  # noqa: PTH118 - plain strings


def is_passed_over(name: str) -> bool:
    """Whether a name is hidden, of a file still being written, or of the record of runs."""
    return name.startswith(".") or name.endswith(_TEMPORARY) or name == _RECORD


def is_session_name(name: str) -> bool:
    """Whether a name ends as session files do."""
    return name.lower().endswith(_SUFFIXES)


def _sort_entries(
    entries: Iterable[os.DirEntry[str]], found: Candidates, prefix: str, left_out: set[str]
) -> list[str]:
    """Add one folder's entries to what was found; give the folders below it."""
    below: list[str] = []
    for entry in entries:
        name = entry.name
        if is_passed_over(name) or (left_out and entry.path in left_out):
            continue
        # Sessions first: nearly every entry is one, and each question costs time.
        is_session = is_session_name(name)
        if is_session and entry.is_file(follow_symlinks=False):
            found.files.append(prefix + name)
        elif entry.is_dir(follow_symlinks=False):
            below.append(entry.path)
        elif entry.is_symlink():
            if is_session or entry.is_dir():
                found.links.append(prefix + name)
        elif is_session:
            found.files.append(prefix + name)
        elif why_not_read(name) is not None:
            found.not_read.append(prefix + name)
    return below


def _prefix(root: str, folder: str) -> str:
    """Give what stands before the names in a folder: empty, or ends with a slash."""
    relative = folder[len(root) :].strip(os.sep).replace(os.sep, "/")
    return f"{relative}/" if relative else ""
