"""The last usable bytes of every dropped file, kept for when a file turns bad.

A file that was fine and is now half-written, damaged or unreadable is reported, and its
last good bytes stay in use. So a forecast is a function of the folder and of this table,
and the table lies outside the cache, which may be deleted at any time.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

import msgspec

from predictor.errors import F1Error
from services.disk.atomic_write import replace_file
from services.disk.program import RACE_DATA
from services.disk.regular_file import read_regular
from services.disk.sealed_file import UNDECODABLE, unseal, write_sealed
from services.intake.scan import Scan, ScannedFile

__all__ = ["LastGood", "commit", "open_last_good", "prefix_of"]


_SYNCED_ONE_BY_ONE = 50  # files; more are a season dropped at once


@dataclass(frozen=True, slots=True)
class LastGood:
    """The table of one series of runs: path -> digest of its last usable bytes.

    Paths of the earlier seasons carry a prefix that names their folder, see `prefix_of`.
    """

    folder: Path
    name: str  # of the series: several documents may share an output folder
    table: Mapping[str, str] = field(default_factory=dict)
    trouble: str = ""  # why the table could not be read, in the system's words

    def stand_in(self, scan: Scan, refused: Mapping[str, str], prefix: str = "") -> Scan:
        """Put last good bytes where a file of a scan is refused.

        Parameters
        ----------
        scan : Scan
        refused : Mapping[str, str]
            Path -> reason; a path may be a folder that cannot be read.
        prefix : str
            Of the scan's paths in the table.

        Returns
        -------
        Scan
            Its ``stale`` names every file that is stood in for, ``rejected`` says why; the
            very same object if there is nothing to stand in.

        Raises
        ------
        F1Error
            If the disk refuses to say what stands in: a forecast without it would be another
            one, and the last good bytes would be forgotten over it.
        """
        if refused and self.trouble:
            raise _unreadable(_table_path(self.folder, self.name), self.trouble)
        present = {file.path: file for file in scan.files}
        found: dict[str, ScannedFile] = {}
        for key, value in self.table.items() if refused else ():
            path = key.removeprefix(prefix)
            if not key.startswith(prefix) or "\0" in path or not _is_refused(path, refused):
                continue
            if path in present and present[path].digest == value:
                continue  # refused for what is missing beside it, not for its own bytes
            data = self._read(value)
            if data is not None:
                found[path] = ScannedFile(path, value, data)
        if not found:
            return scan
        files = sorted((present | found).values(), key=lambda file: file.path)
        reasons = dict(scan.rejected) | {path: refused[path] for path in found if path in refused}
        return replace(
            scan,
            files=tuple(files),
            rejected=tuple(sorted(reasons.items())),
            stale=tuple(sorted({*scan.stale, *found})),
        )

    def keep(self, files: Mapping[str, ScannedFile]) -> tuple[dict[str, str], str]:
        """Keep the bytes of usable files; a disk that refuses costs only the stand-in.

        Parameters
        ----------
        files : Mapping[str, ScannedFile]
            Every file in use, by its name in the table.

        Returns
        -------
        dict[str, str]
            The next table. Of a file that could not be kept it names what it named before,
            for bytes that are not there can stand in for nothing.
        str
            Which file is not kept and why; empty if all are.

        Raises
        ------
        DropError
            If a file has changed since it was scanned.
        """
        different = {file.digest: file for file in files.values()}.values()
        missing = [file for file in different if not self._is_kept(file)]
        table = {name: file.digest for name, file in files.items()}
        # A whole season is there to be kept again; what was dropped an hour ago may not be.
        is_durable = len(missing) <= _SYNCED_ONE_BY_ONE
        for n_kept, file in enumerate(missing):
            try:
                replace_file(self._path(file.digest), file.data, durable=is_durable)
            except OSError as error:
                lost = {one.digest for one in missing[n_kept:]}
                kept = {name: value for name, value in table.items() if value not in lost}
                before = {name: self.table[name] for name in table if name in self.table}
                return before | kept, f"the last good bytes of {file.path} are not kept: {error}"
        return table, ""

    def is_table(self, table: Mapping[str, str]) -> bool:
        """Whether a table is the one on the disk, so that nothing of it need be written."""
        return not self.trouble and dict(table) == dict(self.table)

    def _is_kept(self, file: ScannedFile) -> bool:
        name = file.digest.removeprefix("sha256:")
        try:
            # A plain string: every file in use is asked for in every build.
            n_bytes = os.stat(f"{self.folder}/{name[:2]}/{name}").st_size  # noqa: PTH116
        except OSError:
            return False
        # A power cut may have left a file without its bytes.
        return n_bytes == (file.size or len(file.data))

    def _read(self, value: str) -> bytes | None:
        try:
            data = read_regular(self._path(value))
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _unreadable(self._path(value), str(error)) from error
        return data if "sha256:" + hashlib.sha256(data).hexdigest() == value else None

    def _path(self, value: str) -> Path:
        name = value.removeprefix("sha256:")
        return self.folder / name[:2] / name


def open_last_good(folder: Path, name: str) -> LastGood:
    """Read the table of a series of runs; one that is missing or damaged is empty."""
    try:
        return LastGood(folder, name, _read_table(_table_path(folder, name)))
    except OSError as error:
        return LastGood(folder, name, trouble=str(error))


def commit(folder: Path, name: str, table: Mapping[str, str]) -> None:
    """Replace the table of a series, and remove bytes that no table of the folder names.

    The tables of other series are read for that: several documents may share an output folder.

    Raises
    ------
    OSError
        If the disk refuses; the old table is in place then.
    """
    own = _table_path(folder, name)
    write_sealed(own, msgspec.msgpack.encode(dict(table), order="sorted"), durable=True)
    listed = list(os.walk(folder))
    if not listed:  # the disk refuses; which tables there are is not known, so nothing goes
        return
    (_, _, tables), *places = listed
    others = [folder / one for one in tables if one.endswith(".table") and one != own.name]
    values = {*table.values(), *(value for one in others for value in _read_table(one).values())}
    named = {value.removeprefix("sha256:") for value in values}
    for place, _, names in places:
        for one in names:
            if one not in named:
                Path(place, one).unlink(missing_ok=True)


def prefix_of(folder: Path) -> str:
    """Give the prefix under which files of an earlier seasons' folder stand in the table.

    The seasons shipped with the product are the same wherever it is installed.
    """
    if folder == RACE_DATA:
        return "shipped\0"
    name = hashlib.sha256(str(folder).encode(errors="surrogateescape")).hexdigest()[:8]
    return f"{name}\0"  # no path holds that character


def _table_path(folder: Path, name: str) -> Path:
    return folder / f"{name}.table"


def _read_table(path: Path) -> dict[str, str]:
    try:
        payload = unseal(read_regular(path))
    except FileNotFoundError:
        return {}
    try:
        return msgspec.msgpack.decode(payload, type=dict[str, str]) if payload else {}
    except UNDECODABLE:  # of another version
        return {}


def _is_refused(path: str, refused: Mapping[str, str]) -> bool:
    return path in refused or any(str(parent) in refused for parent in PurePosixPath(path).parents)


def _unreadable(where: Path, got: str) -> F1Error:
    return F1Error(
        "the last good bytes of a file that cannot be used cannot be read",
        where=str(where),
        got=got,
        do="mend the disk or the permissions, or correct the files that are rejected",
    )
