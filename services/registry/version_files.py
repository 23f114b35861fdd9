"""The files of one version: written once and whole, and never read unless every digest is right."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from predictor.errors import DropError
from services.disk.atomic_write import place_folder
from services.disk.sealed_file import UNDECODABLE
from services.disk.whole_file import read_whole
from services.errors import ModelUnusable
from services.registry.layout import (
    checked_file,
    checked_name,
    checked_version,
    short,
    version_folder,
)

__all__ = [
    "CARD",
    "EVIDENCE",
    "MANIFEST",
    "REFERENCE",
    "Manifest",
    "Version",
    "check",
    "place",
    "read",
    "read_unvouched",
]

MANIFEST = "manifest.json"
CARD = "card.json"
EVIDENCE = "evidence.json"
REFERENCE = "reference.json"

_MAX_MANIFEST_BYTES = 2**20
_MAX_FILE_BYTES = 256 * 2**20


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    digest: str
    bytes: int


class Manifest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a version is, and the digest of every file of it.

    Attributes
    ----------
    trained_until : str
        Date of the last race that the model has seen.
    features_digest : str
        Of the definitions of the features that it was made for.
    model : list of str
        The files that are the model itself; the others tell about it.
    """

    schema: int
    name: str
    version: str
    kind: str
    trained_until: str
    created: str  # RFC 3339
    features_digest: str
    model: list[str]
    files: dict[str, _File]


@dataclass(frozen=True, slots=True)
class Version:
    """A version whose every file has the digest that the registry vouches for."""

    manifest: Manifest
    manifest_bytes: bytes
    digest: str  # of the manifest, and so of everything
    files: Mapping[str, bytes]

    @property
    def model(self) -> dict[str, bytes]:
        """The files that are the model itself."""
        return {name: self.files[name] for name in self.manifest.model}


def place(
    models: Path,
    name: str,
    version: str,
    *,
    model: Mapping[str, bytes],
    about: Mapping[str, bytes],
    kind: str,
    trained_until: str,
    created: str,
    features_digest: str,
) -> str:
    """Write a version's folder in one step, and give the digest of its manifest.

    Raises
    ------
    ModelUnusable
        If a name is none.
    OSError
        If the disk refuses, or the folder is there.
    """
    files = {checked_file(one): data for one, data in sorted({**about, **model}.items())}
    manifest = Manifest(
        schema=1,
        name=name,
        version=version,
        kind=kind,
        trained_until=trained_until,
        created=created,
        features_digest=features_digest,
        model=sorted(model),
        files={one: _File(_digest(data), len(data)) for one, data in files.items()},
    )
    payload = msgspec.json.format(msgspec.json.encode(manifest), indent=1) + b"\n"
    place_folder(version_folder(models, name, version), {**files, MANIFEST: payload})
    return _digest(payload)


def read(models: Path, name: str, version: str, digest: str) -> Version:
    """Read a version and check all of it.

    Parameters
    ----------
    models : Path
    name, version : str
    digest : str
        Of its manifest, as the registry has it.

    Raises
    ------
    ModelUnusable
        Saying which file is missing or has which digest.
    """
    folder = version_folder(models, name, version)
    payload = _bytes_of(folder, MANIFEST, _MAX_MANIFEST_BYTES)
    _same(MANIFEST, _digest(payload), digest)
    files = {
        one: _bytes_of(folder, checked_file(one), min(said.bytes, _MAX_FILE_BYTES))
        for one, said in _decoded(payload).files.items()
    }
    return check({**files, MANIFEST: payload}, name, version, digest)


def check(files: Mapping[str, bytes], name: str, version: str, digest: str) -> Version:
    """Check the files of a version that have been read; see `read`.

    Raises
    ------
    ModelUnusable
        As `read`.
    """
    payload = _there(files, MANIFEST)
    _same(MANIFEST, _digest(payload), digest)
    manifest = _decoded(payload)
    if (manifest.name, manifest.version) != (checked_name(name), checked_version(version)):
        raise ModelUnusable(f"{MANIFEST} is of {manifest.name} {manifest.version}"[:100])
    for one, said in manifest.files.items():
        _same(checked_file(one), _digest(_there(files, one)), said.digest)
    unlisted = sorted(set(manifest.model) - set(manifest.files))
    if unlisted:
        raise ModelUnusable(f"{MANIFEST} lists no digest of {unlisted[0]}")
    _check_card(files, manifest)
    content = {one: files[one] for one in manifest.files}
    return Version(manifest, payload, digest, content)


def read_unvouched(models: Path, name: str, version: str) -> Version:
    """Read a version whose digest nobody vouches for, because the registry was lost.

    Raises
    ------
    ModelUnusable
        As `read`.
    """
    folder = version_folder(models, name, version)
    payload = _bytes_of(folder, MANIFEST, _MAX_MANIFEST_BYTES)
    return read(models, name, version, _digest(payload))


def _check_card(files: Mapping[str, bytes], manifest: Manifest) -> None:
    """Refuse a card that tells of another model than the one it lies beside."""
    payload = _there(files, CARD)
    try:
        card: Any = msgspec.json.decode(payload)
        told = dict(card["files"])
    except (msgspec.DecodeError, TypeError, KeyError, ValueError, RecursionError) as error:
        raise ModelUnusable(f"{CARD} does not name its model's files") from error
    for one in manifest.model:
        if told.get(one) != manifest.files[one].digest:
            raise ModelUnusable(
                f"{CARD} says that {one} has digest {short(str(told.get(one)))}, "
                f"it has {short(manifest.files[one].digest)}"
            )


def _decoded(payload: bytes) -> Manifest:
    try:
        return msgspec.json.decode(payload, type=Manifest)
    # Of a newer product, if its digest was right; what nobody vouches for can be anything.
    except UNDECODABLE as error:
        raise ModelUnusable(f"{MANIFEST} cannot be read by this version: {error}") from error


def _bytes_of(folder: Path, name: str, max_bytes: int) -> bytes:
    path = folder / name
    try:
        return read_whole(str(path), max_bytes)[0]
    except DropError as error:
        if not path.exists():
            raise ModelUnusable(f"{name} is missing") from error
        raise ModelUnusable(f"{name} {error.one_line()}") from error


def _there(files: Mapping[str, bytes], name: str) -> bytes:
    if name not in files:
        raise ModelUnusable(f"{name} is missing")
    return files[name]


def _same(name: str, got: str, expected: str) -> None:
    if got != expected:
        raise ModelUnusable(f"{name} has digest {short(got)}, expected {short(expected)}")


def _digest(data: bytes) -> str:
    return "sha256:" + hashlib.sha256(data).hexdigest()
