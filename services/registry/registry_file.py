"""``model_registry.json``: which versions there are, which one serves, which served before.

The file carries the digest of its own content. It is replaced in one step, and that is the
one commit point of every change; a copy, ``model_registry.json.bak``, follows it. What
counts, if something is wrong, in this order:

1. the file itself, if its digest is right;
2. the copy: the state of the last change or of the one before;
3. the versions' folders. A folder does not say whether its version ever served, so every whole
   one counts as retired, and none of them serves until a person promotes one.

A file of another schema is never written over.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from enum import Enum, auto
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import orjson

from predictor.errors import DropError
from services.disk.atomic_write import replace_file
from services.disk.whole_file import read_whole
from services.errors import ModelUnusable
from services.registry import version_files
from services.registry.layout import checked_name, checked_version, in_order

__all__ = [
    "ACTIVE",
    "BACKUP",
    "CANDIDATE",
    "REGISTRY",
    "RETIRED",
    "Entry",
    "Fault",
    "Model",
    "NoRegistry",
    "Registry",
    "RegistryRead",
    "model_of",
    "parse_registry",
    "read_registry",
    "registry_bytes",
    "version_folders",
    "write_registry",
]

REGISTRY = "model_registry.json"
BACKUP = "model_registry.json.bak"
ACTIVE, CANDIDATE, RETIRED = STATUSES = ("active", "candidate", "retired")

_SCHEMA = 1
_MAX_BYTES = 4 * 2**20


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One version as the registry knows it."""

    status: str  # one of STATUSES
    kind: str
    trained_until: str  # date of the last race it has seen
    created: str
    digest: str  # of the version's manifest


class Model(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The versions of one model.

    Attributes
    ----------
    serving : list of str
        The active version, then those that served before it, latest first: who takes over if
        it cannot be used, and what a rollback goes back to. Empty: none has served.
    """

    serving: list[str]
    versions: dict[str, Entry]

    @property
    def active(self) -> str | None:
        """The version that serves."""
        return self.serving[0] if self.serving else None

    def with_status(self, status: str) -> list[str]:
        """List the versions of a status, oldest first."""
        return in_order(v for v, entry in self.versions.items() if entry.status == status)


class Registry(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All models of a folder; a change makes a new one."""

    models: dict[str, Model] = {}
    change: int = 0  # how many there have been


class Fault(Enum):
    """Why a file gives no registry."""

    MISSING = auto()
    UNREADABLE = auto()  # it may be whole
    FOREIGN = auto()  # whole, and of another version of this product
    DAMAGED = auto()


class NoRegistry(NamedTuple):
    """A file that gives no registry."""

    fault: Fault
    words: str  # for a person, after the file's name: "is missing"


class RegistryRead(NamedTuple):
    """A registry, and what was wrong on the way to it."""

    registry: Registry
    notes: tuple[str, ...] = ()
    is_sound: bool = True  # read from the file itself, or nothing was ever there
    refusal: str = ""  # why nothing may be written, if so


def read_registry(folder: Path) -> RegistryRead:
    """Read what is registered in a folder; bad files give notes, never an error."""
    found = _read(folder / REGISTRY)
    if isinstance(found, Registry):
        return RegistryRead(found)
    refusal = ""
    if found.fault is Fault.FOREIGN:
        refusal = f"{REGISTRY} {found.words}: it was written by another version of this product"
    elif found.fault is Fault.UNREADABLE:
        refusal = f"{REGISTRY} {found.words}"  # it may be whole: it must not be written over
    copy = _read(folder / BACKUP)
    if isinstance(copy, Registry):
        note = f"{REGISTRY} {found.words}; its copy {BACKUP}, change {copy.change}, is used"
        return RegistryRead(copy, (note,), is_sound=False, refusal=refusal)
    rebuilt = _from_folders(folder)
    if not rebuilt.models and found.fault is copy.fault is Fault.MISSING:
        return RegistryRead(Registry())
    n_versions = sum(len(model.versions) for model in rebuilt.models.values())
    note = (
        f"{REGISTRY} {found.words}, and its copy {copy.words}: which version served is not known, "
        f"so none of the {n_versions} whole versions there does; promote one, or restore a backup"
    )
    return RegistryRead(rebuilt, (note,), is_sound=False, refusal=refusal)


def model_of(folder: Path, name: str) -> Model:
    """Read the versions of one model in a folder; none where there are none."""
    return read_registry(folder).registry.models.get(name, Model([], {}))


def write_registry(folder: Path, registry: Registry) -> None:
    """Replace the registry, then its copy.

    Raises
    ------
    OSError
        If the disk refuses the file itself; the old one is in place then. A copy that is
        refused stays one change behind.
    """
    payload = registry_bytes(registry)
    replace_file(folder / REGISTRY, payload, durable=True)  # the commit point
    replace_file(folder / BACKUP, payload, durable=True)


def registry_bytes(registry: Registry) -> bytes:
    """Give the content of the file; equal registries give equal bytes."""
    content = {"schema": _SCHEMA, **msgspec.to_builtins(registry)}
    sealed = {**content, "digest": _digest(content)}
    return orjson.dumps(sealed, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _read(path: Path) -> Registry | NoRegistry:
    """Return the registry of a file, or why there is none."""
    try:
        payload, _ = read_whole(str(path), _MAX_BYTES)
    except DropError as error:
        if not os.path.lexists(path):
            return NoRegistry(Fault.MISSING, "is missing")
        return NoRegistry(Fault.UNREADABLE, error.one_line())
    return parse_registry(payload)


def parse_registry(payload: bytes) -> Registry | NoRegistry:
    """Return the registry in a file's content, or what is wrong with it."""
    try:
        content = orjson.loads(payload)
        digest = content.pop("digest")
        schema = content.pop("schema")
        is_whole = digest == _digest({"schema": schema, **content})
    except (ValueError, TypeError, KeyError, AttributeError):
        return NoRegistry(Fault.DAMAGED, "is cut or overwritten")
    if not is_whole:
        return NoRegistry(Fault.DAMAGED, "has another digest than its content")
    if schema != _SCHEMA:
        return NoRegistry(Fault.FOREIGN, f"is of schema {schema}, expected {_SCHEMA}")
    try:
        return _checked(msgspec.convert(content, Registry))
    except (msgspec.ValidationError, ModelUnusable) as error:
        return NoRegistry(Fault.DAMAGED, f"contradicts itself: {error}")


def _checked(registry: Registry) -> Registry:
    for name, model in registry.models.items():
        checked_name(name)
        for version, entry in model.versions.items():
            checked_version(version)
            is_active = version == model.active
            if entry.status not in STATUSES or is_active != (entry.status == ACTIVE):
                raise ModelUnusable(f"{name} {version} is {entry.status!r}"[:80])
        unknown = set(model.serving) - set(model.versions)
        if unknown or len(set(model.serving)) < len(model.serving):
            raise ModelUnusable(f"{name}: what served is not what there is")
    return registry


def _digest(content: Mapping[str, Any]) -> str:
    payload = orjson.dumps(content, option=orjson.OPT_SORT_KEYS)
    return "sha256:" + hashlib.sha256(payload).hexdigest()


def _from_folders(folder: Path) -> Registry:
    models: dict[str, dict[str, Entry]] = {}
    for name, version in version_folders(folder):
        try:
            found = version_files.read_unvouched(folder, name, version)
        except ModelUnusable:
            continue
        said = found.manifest
        models.setdefault(name, {})[version] = Entry(
            RETIRED, said.kind, said.trained_until, said.created, found.digest
        )
    return Registry({name: Model([], versions) for name, versions in sorted(models.items())})


def version_folders(folder: Path, name: str = "*") -> Iterator[tuple[str, str]]:
    """Give model and version of every folder that may be one, whether or not it is registered."""
    try:
        places = sorted(path for path in folder.glob(f"{name}/*") if path.is_dir())
    except OSError:
        return
    for path in places:
        try:
            yield checked_name(path.parent.name), checked_version(path.name)
        except ModelUnusable:
            continue
