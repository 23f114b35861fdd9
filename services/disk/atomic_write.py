"""Replace a file whole or not at all: the one way in which this product writes a file anew.

The same for a folder that never changes once it is there (`place_folder`). The bytes go to
a temporary file in the same folder, which is then renamed over the old one. Its name is
hidden and ends in ``.tmp``, so no scan takes it for a session file, and it has a shape of its
own, so `sweep` takes nothing that is somebody else's.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import secrets
import shutil
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from services.disk.regular_file import what_is

__all__ = [
    "place_folder",
    "probe",
    "remove_folder",
    "replace_file",
    "replace_file_in_parts",
    "sweep",
    "sweep_folders",
    "sync_folder",
    "write_all",
]

_TEMPORARY = re.compile(r"\..+\.[0-9a-f]{12}\.tmp", re.DOTALL)
_NEW_FILE = (
    os.O_WRONLY
    | os.O_CREAT
    | os.O_EXCL
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)  # Windows would translate line ends
)
# A full disk takes an empty file but no content.
_PROBE = bytes(4096)


def replace_file(path: Path, data: bytes, *, durable: bool = False) -> None:
    """Give a file new content in one step; a reader sees the old or the new, never a part.

    Parameters
    ----------
    path : Path
        Missing folders above it are made.
    data : bytes
    durable : bool
        Wait until the disk has it, for what must survive a power cut. Without it a power
        cut may leave a file that is empty or torn, which whoever reads it must notice.

    Raises
    ------
    OSError
        If the disk refuses, or something else than a regular file is there, a link too; what
        is there stays in place then, and no temporary file does.
    """
    _refuse_to_replace(path)
    temporary = _temporary_for(path)
    try:
        _write_new(temporary, data, durable=durable)
        _rename(temporary, path)
    finally:
        # Nothing is there any more when all went well.
        with contextlib.suppress(OSError):
            temporary.unlink()
    if durable:
        sync_folder(path.parent)


def replace_file_in_parts(path: Path, parts: Iterable[bytes]) -> None:
    """Do the same as `replace_file` with content that is too much for memory.

    Parameters
    ----------
    path : Path
    parts : iterable of bytes
        One after the other; what it raises leaves the old file in place.

    Raises
    ------
    OSError
        As `replace_file`.
    """
    _refuse_to_replace(path)
    temporary = _temporary_for(path)
    try:
        descriptor = _open_new(temporary, durable=False)
        try:
            for part in parts:
                write_all(descriptor, part)
        finally:
            os.close(descriptor)
        _rename(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def place_folder(path: Path, files: Mapping[str, bytes]) -> None:
    """Make a folder with all its files in one step; a reader sees all of it or nothing.

    The disk has everything on return.

    Parameters
    ----------
    path : Path
        Must not be there yet. Missing folders above it are made.
    files : mapping of str to bytes
        By name; no folders below.

    Raises
    ------
    OSError
        If the disk refuses, or the folder is there; nothing is left of the new one then.
    """
    temporary = _temporary_for(path)
    _make_folder(path.parent, durable=True)
    if path.exists():  # an empty folder would be replaced without a word
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    try:
        temporary.mkdir()
        for name, data in files.items():
            _write_new(temporary / name, data, durable=True)
        sync_folder(temporary)
        _rename(temporary, path)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    sync_folder(path.parent)


def remove_folder(path: Path) -> None:
    """Take a folder away in one step; what is left of it after a kill `sweep_folders` removes.

    Raises
    ------
    OSError
        If the disk refuses; the folder is whole then.
    """
    gone = _temporary_for(path)
    _rename(path, gone)
    shutil.rmtree(gone, ignore_errors=True)


def sweep_folders(folder: Path) -> None:
    """Remove the temporary folders that killed runs left in a folder; see `sweep`."""
    with contextlib.suppress(OSError):
        for place in list(folder.iterdir()):
            if _TEMPORARY.fullmatch(place.name) and place.is_dir() and not place.is_symlink():
                shutil.rmtree(place, ignore_errors=True)


def probe(folder: Path) -> None:
    """Find out whether a folder can be written: make it if need be, and try a file in it.

    Raises
    ------
    OSError
        If it cannot be made, or takes no file of a few kilobytes.
    """
    temporary = _temporary_for(folder / "probe")
    try:
        # Durable, because whoever finds the folder there later does not sync its name again.
        _write_new(temporary, _PROBE, durable=True)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()


def sweep(folder: Path, *, recursive: bool = False) -> int:
    """Remove the temporary files that killed runs left; give their number.

    Only for who holds the folder: a live writer's temporary file looks the same. Links
    are not followed.
    """
    n_removed = 0
    for leftover in _leftovers(folder, recursive=recursive):
        with contextlib.suppress(OSError):
            leftover.unlink()
            n_removed += 1
    return n_removed


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of the data, however little the system takes at a time.

    Raises
    ------
    OSError
        Whatever the system says; part of the data may be written then.
    """
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def sync_folder(folder: Path) -> None:
    """Make names in a folder durable, as far as its file system can.

    The file is in place by then, and some network file systems cannot sync a folder: that
    must not be told as a failure to write.
    """
    if os.name == "nt":  # folders cannot be opened there; the rename is durable by itself
        return
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _refuse_to_replace(path: Path) -> None:
    """Refuse where a rename would do away with a link, a pipe or a device."""
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        found = what_is(os.lstat(path))
        if found:
            raise OSError(errno.EEXIST, f"is {found}, not a regular file", str(path))


def _temporary_for(path: Path) -> Path:
    return path.with_name(f".{path.name}.{secrets.token_hex(6)}.tmp")


def _open_new(path: Path, *, durable: bool) -> int:
    try:
        return os.open(path, _NEW_FILE, 0o666)
    except FileNotFoundError:
        _make_folder(path.parent, durable=durable)
        return os.open(path, _NEW_FILE, 0o666)


def _write_new(path: Path, data: bytes, *, durable: bool) -> None:
    descriptor = _open_new(path, durable=durable)
    try:
        write_all(descriptor, data)
        if durable:
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folder(folder: Path, *, durable: bool) -> None:
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    if durable:
        for made in missing:
            sync_folder(made.parent)


def _rename(temporary: Path, path: Path) -> None:
    """Rename over the old file; Windows refuses for as long as a reader has it open."""
    for wait_s in (0.05, 0.1, 0.2, 0.4, 0.8) if os.name == "nt" else ():
        try:
            os.replace(temporary, path)  # noqa: PTH105 - the call whose guarantee is meant
        except PermissionError:
            time.sleep(wait_s)
        else:
            return
    os.replace(temporary, path)  # noqa: PTH105


def _leftovers(folder: Path, *, recursive: bool) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        for name in names:
            if _TEMPORARY.fullmatch(name):
                yield Path(place, name)
        if not recursive:
            folders.clear()
