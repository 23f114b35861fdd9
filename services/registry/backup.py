"""Backups of the registry and of every version, as one tar file a day, and the way back.

A backup proves itself: the registry in it carries its own digest and names those of the versions'
manifests, which name those of all files. Only what is whole is backed up, so that a damaged
folder never pushes good backups out. Kept are the last of every one of so many days, weeks and
months (``[models]`` of ``config/settings.toml``).
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from msgspec import structs

from predictor.errors import DropError, UsageError
from services.disk.atomic_write import place_folder, remove_folder, replace_file
from services.disk.whole_file import read_whole
from services.errors import ModelUnusable
from services.registry import version_files
from services.registry.changes import hold_models, writable_registry
from services.registry.layout import backups_folder, version_folder
from services.registry.registry_file import (
    ACTIVE,
    REGISTRY,
    RETIRED,
    Model,
    NoRegistry,
    Registry,
    parse_registry,
    read_registry,
    registry_bytes,
    write_registry,
)
from services.registry.version_files import MANIFEST
from services.settings.limits import ModelLimits

__all__ = [
    "Backup",
    "back_up",
    "backups",
    "digest_of",
    "find_backup",
    "kept_days",
    "read_backup",
    "restore",
]

_MAX_BYTES = 2**30


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds, checked."""

    registry: Registry
    folders: Mapping[tuple[str, str], Mapping[str, bytes]]  # (name, version) -> files


def back_up(folder: Path, limits: ModelLimits, today: date) -> tuple[Path, bool]:
    """Write today's backup unless the last one holds the same; remove those that are too many.

    Returns
    -------
    (Path, bool)
        The last backup, and whether it was written now.

    Raises
    ------
    ModelUnusable
        If the registry or a version is not whole: then the backups there are the better ones.
    UsageError
        If there is nothing to back up.
    AlreadyRunning, OutputNotWritable
        As `services.registry.changes.hold_models`.
    """
    with hold_models(folder):
        payload = _packed(folder)
        path = backups_folder(folder) / f"{today.isoformat()}.tar"
        there = backups(folder)
        if there and _holds(there[-1], payload):
            return there[-1], False
        replace_file(path, payload, durable=True)
        kept = kept_days([_day(one) for one in backups(folder)], limits)
        for one in backups(folder):
            if _day(one) not in kept:
                one.unlink()
    return path, True


def backups(folder: Path) -> list[Path]:
    """List the backups of a folder of models, oldest first."""
    found = []
    with contextlib.suppress(OSError):
        for path in backups_folder(folder).glob("*.tar"):
            with contextlib.suppress(ValueError):
                date.fromisoformat(path.stem)
                found.append(path)
    return sorted(found)


def find_backup(folder: Path, text: str | None) -> Path:
    """Give the backup that a user names by its day or its file; the last one without a name.

    Raises
    ------
    UsageError
        If there is none.
    """
    there = backups(folder)
    if text is None and there:
        return there[-1]
    for path in there:
        if text == path.stem:
            return path
    if text is not None and Path(text).is_file():
        return Path(text)
    raise UsageError(
        "there is no such backup" if text else "there is no backup",
        where=str(backups_folder(folder)),
        got=", ".join(path.stem for path in there[-5:]) or "none",
        do="name one of these days, or a backup file; models backup makes one",
    )


def kept_days(days: list[date], limits: ModelLimits) -> set[date]:
    """Give the days whose backups stay: the last ones, and the last of each week and month."""
    latest_first = sorted(days, reverse=True)
    kept = set(latest_first[: limits.daily])
    for number, period in ((limits.weekly, _week), (limits.monthly, _month)):
        last_of: dict[tuple[int, int], date] = {}
        for day in latest_first:
            last_of.setdefault(period(day), day)
        kept |= set(list(last_of.values())[:number])
    return kept


def restore(folder: Path, backup: Path) -> tuple[Registry, tuple[str, ...]]:
    """Put a backup's versions and registry back, and give the registry and what there is to say.

    Versions that are there and whole stay as they are; those made after the backup stay too,
    but do not serve.

    Raises
    ------
    ModelUnusable
        If the backup is damaged, or another version of the same number is there.
    AlreadyRunning, OutputNotWritable
        As `services.registry.changes.hold_models`.
    """
    found = read_backup(backup)
    notes = []
    with hold_models(folder):
        now = writable_registry(folder).registry
        for (name, version), files in found.folders.items():
            digest = found.registry.models[name].versions[version].digest
            if _is_whole(folder, name, version, digest):
                continue
            _refuse_to_overwrite(folder, name, version, now)
            place = version_folder(folder, name, version)
            if place.exists():
                remove_folder(place)
                notes.append(f"{name} {version} was damaged and is replaced")
            else:
                notes.append(f"{name} {version} is back")
            place_folder(place, files)
        restored = _with_later(found.registry, now)
        write_registry(folder, restored)
    return restored, tuple(notes)


def read_backup(path: Path) -> Backup:
    """Read a backup and check every digest in it.

    Raises
    ------
    ModelUnusable
        If it is not whole.
    """
    try:
        files = dict(_members(_bytes_of(path)))
    except (tarfile.TarError, DropError, OSError, EOFError) as error:
        raise _damaged(path, str(error).splitlines()[0]) from error
    registry = parse_registry(files.pop(REGISTRY, b""))
    if isinstance(registry, NoRegistry):
        raise _damaged(path, f"its {REGISTRY} {registry.words}")
    folders: dict[tuple[str, str], dict[str, bytes]] = {}
    for member, data in files.items():
        place, _, file = member.rpartition("/")
        name, _, version = place.partition("/")
        folders.setdefault((name, version), {})[file] = data
    whole = {}
    for name, model in registry.models.items():
        for version, entry in model.versions.items():
            place_files = folders.pop((name, version), {})
            try:
                found = version_files.check(place_files, name, version, entry.digest)
            except ModelUnusable as error:
                raise _damaged(path, f"{name} {version}: {error.one_line()}") from error
            whole[name, version] = {**found.files, MANIFEST: found.manifest_bytes}
    if folders:
        stray = "/".join(next(iter(folders)))
        raise _damaged(path, f"{stray[:60]!r} in it, which its registry does not name")
    return Backup(registry, whole)


def _packed(folder: Path) -> bytes:
    read = read_registry(folder)
    if not read.is_sound:
        raise ModelUnusable(
            "nothing is backed up: " + read.notes[0],
            where=str(folder),
            do="python -m services models restore puts the last backup back",
        )
    if not read.registry.models:
        raise UsageError(
            "there is nothing to back up", where=str(folder), do="train or promote a model first"
        )
    files = {REGISTRY: registry_bytes(read.registry)}
    for name, model in sorted(read.registry.models.items()):
        for version, entry in sorted(model.versions.items()):
            try:
                found = version_files.read(folder, name, version, entry.digest)
            except ModelUnusable as error:
                raise ModelUnusable(
                    f"nothing is backed up: {name} {version}: {error.one_line()}",
                    where=str(folder),
                    do="python -m services models restore puts the last backup back",
                ) from error
            place = f"{name}/{version}"
            files |= {f"{place}/{one}": data for one, data in sorted(found.files.items())}
            files[f"{place}/{MANIFEST}"] = found.manifest_bytes
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
        for member, data in files.items():  # no times, no owners: equal content, equal bytes
            info = tarfile.TarInfo(member)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def _members(payload: bytes) -> Iterator[tuple[str, bytes]]:
    with tarfile.open(fileobj=io.BytesIO(payload), mode="r:") as tar:
        for info in tar:
            content = tar.extractfile(info) if info.isreg() else None
            if content is None:
                raise tarfile.TarError(f"{info.name[:60]!r} is not a regular file")
            yield info.name, content.read()


def _with_later(restored: Registry, now: Registry) -> Registry:
    """Give the backup's registry with the versions that it does not know yet."""
    models = dict(restored.models)
    for name, model in now.models.items():
        known = models.get(name, Model([], {}))
        later = {
            version: structs.replace(entry, status=RETIRED) if entry.status == ACTIVE else entry
            for version, entry in model.versions.items()
            if version not in known.versions
        }
        models[name] = Model(known.serving, {**known.versions, **later})
    return Registry(models, max(restored.change, now.change) + 1)


def _is_whole(folder: Path, name: str, version: str, digest: str) -> bool:
    try:
        version_files.read(folder, name, version, digest)
    except ModelUnusable:
        return False
    return True


def _refuse_to_overwrite(folder: Path, name: str, version: str, now: Registry) -> None:
    entry = now.models.get(name, Model([], {})).versions.get(version)
    if entry is not None and _is_whole(folder, name, version, entry.digest):
        raise ModelUnusable(
            f"another {name} {version} is there than the backup's",
            where=str(version_folder(folder, name, version)),
            do="restore into another folder with --folder, or move this one away",
        )


def _damaged(path: Path, reason: str) -> ModelUnusable:
    return ModelUnusable(
        "the backup is damaged",
        where=str(path),
        got=reason,
        do="name an older one: models restore YYYY-MM-DD",
    )


def _holds(path: Path, payload: bytes) -> bool:
    with contextlib.suppress(DropError):
        return _bytes_of(path) == payload
    return False


def _bytes_of(path: Path) -> bytes:
    return read_whole(str(path), _MAX_BYTES)[0]


def digest_of(path: Path) -> str:
    """Give the digest of a backup's file, as sha256sum prints it."""
    return hashlib.sha256(_bytes_of(path)).hexdigest()


def _day(path: Path) -> date:
    return date.fromisoformat(path.stem)


def _week(day: date) -> tuple[int, int]:
    return day.isocalendar()[:2]


def _month(day: date) -> tuple[int, int]:
    return day.year, day.month
