"""What Linux says of its own file events: which folders are watched, where no events come from.

Elsewhere there is nothing to read, and the answer is that nothing is known.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

__all__ = ["count_watches", "file_system", "inotify_descriptors", "remote_file_system"]

# Others change their files without this system hearing of it. FUSE stands for whatever its
# program does: sshfs and rclone are remote, and nobody can tell from outside.
_REMOTE = frozenset(
    {"9p", "acfs", "afs", "beegfs", "ceph", "cifs", "coda", "drvfs", "fuse", "fuseblk", "gfs2",
     "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "ocfs2", "orangefs", "prl_fs", "smb3", "smbfs",
     "vboxsf", "virtiofs", "vmhgfs"}
)  # fmt: skip
_ESCAPE = re.compile(r"\\([0-7]{3})")


def inotify_descriptors() -> frozenset[int]:
    """Give this process's descriptors that file events are read from."""
    found = set()
    try:
        names = os.listdir("/proc/self/fd")  # noqa: PTH208 - numbers, not paths
    except OSError:
        return frozenset()
    for name in names:
        try:
            target = os.readlink(f"/proc/self/fd/{name}")  # noqa: PTH115
        except OSError:  # closed since it was listed
            continue
        if target == "anon_inode:inotify":
            found.add(int(name))
    return frozenset(found)


def count_watches(descriptors: Iterable[int]) -> int | None:
    """Count the folders that the kernel really watches; None where it does not say."""
    total = 0
    n_read = 0
    for descriptor in descriptors:
        try:
            text = Path(f"/proc/self/fdinfo/{descriptor}").read_text("ascii")
        except OSError:  # closed meanwhile
            continue
        n_read += 1
        total += sum(line.startswith("inotify ") for line in text.splitlines())
    return total if n_read else None


def remote_file_system(path: str) -> str:
    """Give the type of the file system of a folder if it has no reliable events, else ``""``."""
    try:
        mounts = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape")
    except OSError:
        return ""
    kind = file_system(path, mounts)
    return kind if kind in _REMOTE or kind.startswith("fuse.") else ""


def file_system(path: str, mounts: str) -> str:
    """Give the type of file system that holds a path.

    Parameters
    ----------
    path : str
        Absolute, without links.
    mounts : str
        In the format of ``/proc/self/mountinfo``, see proc(5).

    Returns
    -------
    str
        Of the longest mount point above the path, the last one of several at one place;
        empty if there is none.
    """
    kind, longest = "", -1
    for line in mounts.splitlines():
        mount, _, source = line.partition(" - ")
        fields = mount.split(" ")
        if len(fields) < 5 or not source:
            continue
        point = _ESCAPE.sub(lambda match: chr(int(match[1], 8)), fields[4]).rstrip("/")
        if len(point) >= longest and (path == point or path.startswith(f"{point}/")):
            kind, longest = source.split(" ")[0], len(point)
    return kind
