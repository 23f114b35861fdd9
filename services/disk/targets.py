"""Nothing of anybody's is overwritten: the one place that decides what may be replaced.

A file may be written where nothing is, or where an earlier file of the very same kind is
(`services.disk.own_kinds`). Everything else there belongs to somebody: a folder, a link, a
pipe, a device, a text, a session file, and what this run itself reads. It is asked before
any work, so that an hour does not end with a refusal, and again at the moment of writing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from services.disk.atomic_write import replace_file, replace_file_in_parts
from services.disk.own_kinds import CONSTANTS, Kind, is_document
from services.disk.program import ROOT
from services.disk.regular_file import open_regular, read_regular, what_is
from services.errors import OutputNotWritable, SomebodysFile

__all__ = [
    "Target",
    "check_own",
    "check_targets",
    "not_writable",
    "replace_target",
    "targets_of",
    "why_not",
    "write_target",
    "write_target_in_parts",
]

_KEPT_BY_THE_TOOL = re.compile(
    r"\.lock|\.status\.json|training\.log(\.\d+)?|training_history\.jsonl|metrics\.prom"
    r"|monitor\.json|model_registry\.json(\.bak)?",
    re.IGNORECASE,  # some file systems do not tell one from the other
)
_PROGRAM = ("config", "predictor", "services")
_ANOTHER = "name another file; nothing there is changed"


class Target(NamedTuple):
    """A file that a command is about to write."""

    path: Path
    kind: Kind
    option: str  # that names it, for messages


def targets_of(path: Path | None, kind: Kind, option: str) -> tuple[Target, ...]:
    """Give what an option names that may be left out: one target, or none."""
    return () if path is None else (Target(path, kind, option),)


def check_targets(
    targets: Sequence[Target], *, inputs: Iterable[Path] = (), data: Path | None = None
) -> None:
    """Make sure before any work that all of these may be written.

    Parameters
    ----------
    targets : sequence of Target
    inputs : iterable of Path
        Files that this run reads.
    data : Path, optional
        A folder of session files; of what is in it only season documents may be replaced.

    Raises
    ------
    SomebodysFile
        If one of them is somebody's, an input, or given twice.
    OutputNotWritable
        If the disk does not say whose one is.
    """
    read = tuple(inputs)
    seen: dict[str, Target] = {}
    for one in targets:
        reason = _why_not(one) or _is_input(one.path, read)
        if not reason and data is not None and _is_session_file(one.path, data):
            reason = "a file of the data folder"
        if reason:
            raise _refused(one, reason)
        other = seen.setdefault(os.path.realpath(one.path).casefold(), one)
        if other is not one:
            raise _refused(one, f"the file of {other.option} too", "a file for each of them")


def write_target(target: Target, payload: bytes, *, durable: bool = False) -> None:
    """Write a file whole or not at all, if it may be written now.

    Raises
    ------
    SomebodysFile
        If what has come to lie there is somebody's.
    OutputNotWritable
        If the disk refuses.
    """
    reason = _why_not(target)
    if reason:
        raise _refused(target, reason)
    replace_target(target.path, payload, target.option, durable=durable)


def write_target_in_parts(target: Target, parts: Iterable[bytes]) -> None:
    """Do the same as `write_target` with content that is too much for memory.

    Raises
    ------
    SomebodysFile
        If what has come to lie there is somebody's.
    OutputNotWritable
        If the disk refuses.
    """
    reason = _why_not(target)
    if reason:
        raise _refused(target, reason)
    try:
        replace_file_in_parts(target.path, parts)
    except OSError as error:
        raise not_writable(target.path, error, target.option) from error


def replace_target(path: Path, payload: bytes, option: str, *, durable: bool = False) -> None:
    """Write a file whole or not at all, where it has just been asked whether it may be.

    Raises
    ------
    OutputNotWritable
        If the disk refuses.
    """
    try:
        replace_file(path, payload, durable=durable)
    except OSError as error:
        raise not_writable(path, error, option) from error


def not_writable(path: Path, error: OSError, option: str) -> OutputNotWritable:
    """Give the error for a place that the system refuses."""
    return OutputNotWritable(
        "output cannot be written",
        where=str(path),
        got=error.strerror or str(error),
        expected="a folder with room, where files can be created",
        do=f"free space, mend the permissions, or choose another {option}",
    )


def check_own(path: Path, kind: Kind) -> None:
    """Make sure that a file with a name of the tool's own is the tool's own.

    Raises
    ------
    SomebodysFile
        If it is not.
    OutputNotWritable
        If the disk does not say.
    """
    try:
        reason = _what_lies(path, kind)
    except OSError as error:
        raise not_writable(path, error, "--output") from error
    if reason:
        raise SomebodysFile(
            f"{kind.name} cannot stand here",
            where=str(path),
            got=reason,
            expected=f"a path that is free, or {kind.name}",
            do="move it away, or choose an --output in another folder",
        )


def why_not(path: Path, kind: Kind) -> str:
    """Say what lies at a path if it must not be replaced by a file of a kind; else nothing."""
    try:
        return _what_lies(path, kind)
    except OSError as error:
        return f"a file that cannot be read: {error.strerror or error}"


def _what_lies(path: Path, kind: Kind) -> str:
    """Give the same; a disk that fails has not said whose the file is, and raises."""
    try:
        found = what_is(os.lstat(path))
    except OSError:  # free, or the attempt to write says why it is none
        return ""
    if found:
        return found
    try:
        with open_regular(path) as file:
            data = file.read(kind.n_bytes)
    except PermissionError as error:
        return f"a file that cannot be read: {error.strerror or error}"
    # A cut of power leaves files empty, or with zeros in place of their content.
    if not data.strip(b"\0 \t\r\n") or kind.is_own(data):
        return ""
    return "a file of another kind"


def _why_not(target: Target) -> str:
    path = target.path
    if _KEPT_BY_THE_TOOL.fullmatch(path.name):
        return "a name that the tool keeps for itself"
    folder = Path(os.path.realpath(path.parent))
    if target.kind is not CONSTANTS and any(
        folder.is_relative_to(ROOT / name) for name in _PROGRAM
    ):
        return "a place in the folders of the program"
    try:
        return _what_lies(path, target.kind)
    except OSError as error:
        raise not_writable(path, error, target.option) from error


def _is_input(path: Path, inputs: Iterable[Path]) -> str:
    """Say so if a path is a file that is read, under whatever name."""
    for one in inputs:
        try:
            if path.samefile(one):
                return f"an input of this run, {one}"
        except OSError:  # one of them is not there
            continue
    return ""


def _is_session_file(path: Path, data: Path) -> bool:
    """Whether a file of a folder would be read as input, or is about to be one."""
    if not path.resolve().is_relative_to(data.resolve()):
        return False
    try:
        return not is_document(read_regular(path))
    except OSError:
        return False  # nothing there


def _refused(target: Target, got: str, expected: str = "") -> SomebodysFile:
    return SomebodysFile(
        "what is there would be lost",
        where=f"{target.option} {target.path}".strip(),
        got=got,
        expected=expected or f"a path that is free, or {target.kind.name} of an earlier run",
        do=_ANOTHER,
    )
