"""Why every stage of a run ran or was reused, kept for every run in the history.

A file is named by its content, so runs in which the same happened share one: a thousand
unchanged runs cost what one costs. The history entry of a run carries the name.
"""

from __future__ import annotations

import gzip
import hashlib
import re
import zlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from predictor.errors import F1Error
from predictor.graph.plan import Decision
from services.disk.atomic_write import replace_file
from services.disk.regular_file import read_regular
from services.disk.sealed_file import UNDECODABLE
from services.settings.logs import LOG

__all__ = ["EXPLANATIONS", "keep", "read"]

EXPLANATIONS = "explanations"  # folder beside the history; no cache, so nothing makes it anew

_NAME = re.compile(r"[0-9a-f]{16}")


def keep(folder: Path, decisions: Mapping[str, Decision]) -> str | None:
    """Keep what became of every node of a run; a disk that refuses costs only this.

    Parameters
    ----------
    folder : Path
        Made if need be.
    decisions : Mapping[str, Decision]
        By node id, in any order: threads settle nodes in another one every time.

    Returns
    -------
    str or None
        The name under which `read` finds it, 16 hexadecimal digits; None if it is not kept.
    """
    content = msgspec.json.encode(dict(decisions), order="deterministic")
    name = _name_of(content)
    path = _path(folder, name)
    packed = gzip.compress(content, mtime=0)
    try:
        # Compared, not only looked for: a damaged file is put right.
        if not path.is_file() or path.read_bytes() != packed:
            replace_file(path, packed, durable=True)
    except OSError as error:
        LOG.warning("the explanation of this run is not kept: %s", error)
        return None
    return name


def read(folder: Path, name: str) -> Mapping[str, Decision]:
    """Give what `keep` was given, ordered by node id.

    Raises
    ------
    F1Error
        If there is none of that name, or it is damaged.
    """
    if not _NAME.fullmatch(name):
        raise _unreadable(folder, repr(name)[:80], "a name of 16 hexadecimal digits")
    path = _path(folder, name)
    try:
        content = gzip.decompress(read_regular(path))
    except FileNotFoundError as error:
        raise _unreadable(path, "nothing there", "the file that the history names") from error
    except (OSError, EOFError, zlib.error) as error:
        raise _unreadable(path, str(error), "a file that can be read and unpacked") from error
    if _name_of(content) != name:
        raise _unreadable(path, f"content named {_name_of(content)}", f"content named {name}")
    try:
        return msgspec.json.decode(content, type=dict[str, Decision])
    except UNDECODABLE as error:  # written by another version
        raise _unreadable(path, str(error), "decisions as this version knows them") from error


def _name_of(content: bytes) -> str:
    """Name content before it is packed: another zlib packs the same into other bytes."""
    return hashlib.sha256(content).hexdigest()[:16]


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.json.gz"


def _unreadable(where: Path, got: str, expected: str) -> F1Error:
    return F1Error(
        "the explanation of a run cannot be read",
        where=str(where),
        got=got,
        expected=expected,
        do="restore the file from a backup; the next run keeps its own explanation again",
    )
