"""What a folder of models holds, as plain values and as text for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from predictor.errors import UsageError
from predictor.learn.model_kinds import RACE_OUTCOME
from services.errors import ModelUnusable
from services.registry import version_files
from services.registry.backup import backups, read_backup
from services.registry.layout import SHIPPED, in_order, short
from services.registry.registry import active_bundle
from services.registry.registry_file import (
    ACTIVE,
    Entry,
    Model,
    model_of,
    read_registry,
    version_folders,
)
from services.registry.version_files import CARD, Version

__all__ = [
    "Findings",
    "card_of",
    "find_version",
    "listed",
    "listed_text",
    "serving_version",
    "verified",
    "version_text",
]

_HEAD = ("version", "status", "kind", "trained until", "made", "digest")


@dataclass(frozen=True, slots=True)
class Findings:
    """What `verified` found."""

    n_versions: int
    n_backups: int
    faults: tuple[str, ...]


def listed(folder: Path, *, shipped: Path = SHIPPED, name: str = RACE_OUTCOME) -> dict[str, Any]:
    """Give all versions, which one serves, and what is wrong, as plain values."""
    own, came_with = (model_of(place, name) for place in (folder, shipped))
    served = active_bundle(folder, shipped=shipped, name=name)
    return {
        "folder": str(folder),
        "name": name,
        "serves": _told(served.bundle),
        "watched": _told(served.candidate),
        "line": own.serving,  # what serves, then what stands in or a rollback goes back to
        "versions": {version: msgspec.to_builtins(e) for version, e in _sorted(own)},
        "shipped": {version: msgspec.to_builtins(e) for version, e in _sorted(came_with)},
        "backups": [path.name for path in backups(folder)],
        "notes": list(served.notes),
    }


def listed_text(found: Mapping[str, Any]) -> list[str]:
    """Give the lines of what `listed` gave."""
    rows = [
        (version, entry["status"], *_row(entry)) for version, entry in found["versions"].items()
    ] + [
        (version, "shipped", *_row(entry))
        for version, entry in found["shipped"].items()
        if entry["status"] == ACTIVE
    ]
    lines = list(_aligned(_HEAD, rows)) if rows else [f"no version of {found['name']} yet"]
    serves = found["serves"]
    origin = " (shipped)" if serves and serves["is_shipped"] else ""
    lines += ["", f"{serves['version']}{origin} serves" if serves else "no model serves"]
    if len(found["line"]) > 1:
        lines.append(f"before it served {', '.join(found['line'][1:])}")
    if found["backups"]:
        lines.append(f"{len(found['backups'])} backups, the last of {found['backups'][-1][:10]}")
    return lines + [f"note: {note}" for note in found["notes"]]


def find_version(
    folder: Path, version: str | None, *, shipped: Path = SHIPPED, name: str = RACE_OUTCOME
) -> tuple[Version, str]:
    """Read a version, registered or shipped, and give it with its status.

    Parameters
    ----------
    version : str, optional
        None: the one that serves.

    Raises
    ------
    UsageError
        If there is none of that number.
    ModelUnusable
        If it is damaged.
    """
    if version is None:
        found = serving_version(folder, shipped=shipped, name=name)
        if found is None:
            raise UsageError(
                f"no {name} serves",
                where=str(folder),
                do="models train makes one, and models promote has it serve",
            )
        return found
    own, came_with = (model_of(place, name) for place in (folder, shipped))
    for place, model in ((folder, own), (shipped, came_with)):
        if version in model.versions:
            entry = model.versions[version]
            status = entry.status if place == folder else "shipped"
            return _read(place, name, version, entry), status
    raise UsageError(
        f"there is no {name} {version}"[:80],
        got=", ".join(in_order({*own.versions, *came_with.versions})) or "no version at all",
        do="python -m services models list shows all",
    )


def serving_version(
    folder: Path,
    *,
    shipped: Path = SHIPPED,
    name: str = RACE_OUTCOME,
    features_digest: str | None = None,
) -> tuple[Version, str] | None:
    """Read the version that serves and give it with its status; None where none does.

    Parameters
    ----------
    features_digest : str, optional
        As `services.registry.registry.active_bundle`.
    """
    served = active_bundle(
        folder, shipped=shipped, name=name, features_digest=features_digest
    ).bundle
    if served is None:
        return None
    place = shipped if served.is_shipped else folder
    entry = model_of(place, name).versions[served.version]
    status = "shipped" if served.is_shipped else entry.status
    return _read(place, name, served.version, entry), status


def version_text(found: Version, status: str) -> list[str]:
    """Give the lines that tell of one version: its card, then its files."""
    said = found.manifest
    lines = [f"{said.name} {said.version}, {status}", ""]
    card = found.files.get("card.md", b"").decode(errors="replace")
    lines += card.splitlines()
    rows = [(one, f"{at.bytes:,}", short(at.digest)) for one, at in said.files.items()]
    return [*lines, "", *_aligned(("file", "bytes", "digest"), rows)]


def card_of(found: Version, status: str) -> dict[str, Any]:
    """Give a version's card and files as plain values."""
    return {
        "status": status,
        "digest": found.digest,
        "manifest": msgspec.to_builtins(found.manifest),
        "card": json.loads(found.files[CARD]),
    }


def verified(folder: Path, *, shipped: Path = SHIPPED) -> Findings:
    """Read every registered version and every backup, and give what is wrong."""
    faults: list[str] = []
    n_versions = 0
    for place in (folder, shipped):
        read = read_registry(place)
        faults += read.notes
        for name, model in read.registry.models.items():
            for version, entry in _sorted(model):
                n_versions += 1
                try:
                    version_files.read(place, name, version, entry.digest)
                except ModelUnusable as error:
                    faults.append(f"{name} {version}: {error.one_line()}")
        registered = {(n, v) for n, model in read.registry.models.items() for v in model.versions}
        faults += [
            f"{name} {version}: not registered; the next change removes it"
            for name, version in version_folders(place)
            if read.is_sound and (name, version) not in registered
        ]
    for path in backups(folder):
        try:
            read_backup(path)
        except ModelUnusable as error:
            faults.append(f"{path.name}: {error.what}: {error.got}")
    return Findings(n_versions, len(backups(folder)), tuple(faults))


def _sorted(model: Model) -> Iterator[tuple[str, Entry]]:
    for version in in_order(model.versions):
        yield version, model.versions[version]


def _told(bundle: Any) -> dict[str, Any] | None:  # noqa: ANN401 - a ModelBundle, if any
    if bundle is None:
        return None
    names = ("version", "kind", "trained_until", "digest", "is_shipped")
    return {name: getattr(bundle, name) for name in names}


def _row(entry: Mapping[str, str]) -> tuple[str, ...]:
    return entry["kind"], entry["trained_until"], entry["created"][:10], short(entry["digest"])


def _read(folder: Path, name: str, version: str, entry: Entry) -> Version:
    try:
        return version_files.read(folder, name, version, entry.digest)
    except ModelUnusable as error:
        raise ModelUnusable(
            f"{name} {version}: {error.one_line()}",
            where=str(folder),
            do="python -m services models restore puts the last backup's back",
        ) from error


def _aligned(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*([head, *rows]), strict=False)]
    for row in (head, *rows):
        cells = zip(row, widths, strict=False)
        yield "  ".join(f"{cell:<{width}}" for cell, width in cells).rstrip()
