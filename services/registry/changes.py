"""Changes of the registry: register, promote, roll back. Each is one replaced file, or nothing.

A new version's folder is there before the registry names it, and a folder that is no longer
needed goes after the registry has forgotten it. So a kill at any point leaves the registry before
or after the change, and at most a folder that no registry names, which the next change removes.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from msgspec import structs

from predictor.errors import UsageError
from predictor.learn.model_kinds import RACE_OUTCOME
from services.disk.atomic_write import remove_folder, sweep, sweep_folders
from services.disk.lock import hold_folder
from services.errors import ModelUnusable, OutputNotWritable
from services.registry import version_files
from services.registry.layout import (
    SHIPPED,
    backups_folder,
    checkpoints_folder,
    in_order,
    version_folder,
)
from services.registry.numbering import next_version
from services.registry.registry_file import (
    ACTIVE,
    CANDIDATE,
    RETIRED,
    Entry,
    Model,
    Registry,
    RegistryRead,
    model_of,
    read_registry,
    version_folders,
    write_registry,
)
from services.settings.limits import ModelLimits

__all__ = [
    "NewVersion",
    "check_promotable",
    "hold_models",
    "promote",
    "register",
    "rollback",
    "writable_registry",
]


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What a training gives.

    Attributes
    ----------
    name, kind : str
        Of the model whose versions it joins, and how it was trained.
    model : mapping of str to bytes
        The files that are the model itself.
    about : callable
        Gives card, evidence and so on for a version's number, which is known only under the lock.
    is_major : bool
        Raise the first number of the version, as is done by itself for another kind than the
        last version's and for other features.
    """

    name: str
    kind: str
    model: Mapping[str, bytes]
    about: Callable[[str], Mapping[str, bytes]]
    trained_until: str
    features_digest: str
    created: str
    is_major: bool = False


@contextlib.contextmanager
def hold_models(folder: Path) -> Iterator[None]:
    """Hold a folder of models for one change, and clear away what killed changes left.

    Raises
    ------
    AlreadyRunning
        If another process changes it.
    OutputNotWritable
        If the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with hold_folder(folder):
            _clear(folder)
            yield
    except OSError as error:
        raise OutputNotWritable(
            "the folder of models cannot be written",
            where=str(folder),
            got=str(error),
            do="mend it and try again; what is registered is as it was",
        ) from error


def register(
    folder: Path,
    limits: ModelLimits,
    new: NewVersion,
    *,
    shipped: Path = SHIPPED,
) -> str:
    """Add a version as a candidate, and give its number.

    Raises
    ------
    AlreadyRunning, OutputNotWritable
        As `hold_models`.
    ModelUnusable
        If the registry there was written by another version of this product.
    """
    with hold_models(folder):
        name = new.name
        registry = _begin(folder, name)
        model = registry.models.get(name, Model([], {}))
        version = next_version(
            folder, shipped, name, new.kind, new.features_digest, is_major=new.is_major
        )
        digest = version_files.place(
            folder,
            name,
            version,
            model=new.model,
            about=new.about(version),
            kind=new.kind,
            trained_until=new.trained_until,
            created=new.created,
            features_digest=new.features_digest,
        )
        entry = Entry(CANDIDATE, new.kind, new.trained_until, new.created, digest)
        model = Model(model.serving, {**model.versions, version: entry})
        _commit(folder, registry, name, model, limits)
    return version


def promote(
    folder: Path,
    limits: ModelLimits,
    version: str,
    *,
    name: str = RACE_OUTCOME,
    shipped: Path = SHIPPED,
    check: Callable[[str | None], None] | None = None,
) -> str | None:
    """Have a version serve, and give the one that served in the folder before.

    The one that is shipped serves where none of the folder does: promoting it retires those.

    Parameters
    ----------
    check : callable, optional
        Called with the version of the folder that serves now, while nobody else can change that;
        raises if the new one is not good enough.

    Raises
    ------
    UsageError
        If there is no such version, or it serves already.
    ModelUnusable
        If its files are not whole, or as `register`.
    AlreadyRunning, OutputNotWritable
        As `hold_models`.
    """
    with hold_models(folder):
        registry = _begin(folder, name)
        model = registry.models.get(name, Model([], {}))
        before = model.active
        entry, is_shipped = _promotable(model, name, version, shipped)
        version_files.read(shipped if is_shipped else folder, name, version, entry.digest)
        if check is not None:
            check(before)
        others = [one for one in model.serving if one != version]
        serving = [] if is_shipped else [version, *others]
        _commit(folder, registry, name, _served_by(model, serving), limits)
    return before


def check_promotable(
    folder: Path, version: str, *, name: str = RACE_OUTCOME, shipped: Path = SHIPPED
) -> str | None:
    """Give the version of the folder that serves now; refuse what `promote` would.

    Raises
    ------
    UsageError
        If there is no such version, or it serves already.
    ModelUnusable
        As `register`.
    """
    model = writable_registry(folder).registry.models.get(name, Model([], {}))
    _promotable(model, name, version, shipped)
    return model.active


def rollback(
    folder: Path, limits: ModelLimits, *, name: str = RACE_OUTCOME, shipped: Path = SHIPPED
) -> tuple[str, str]:
    """Have the version before serve again; give what served and what serves now.

    The version that is taken back is retired and stands in for none; it can be promoted again.
    Before the first one of the folder comes the one that is shipped.

    Raises
    ------
    UsageError
        If there is none before.
    ModelUnusable
        If the files of the one before are not whole.
    AlreadyRunning, OutputNotWritable
        As `hold_models`.
    """
    with hold_models(folder):
        registry = _begin(folder, name)
        model = registry.models.get(name, Model([], {}))
        came_with = model_of(shipped, name).active
        if not model.serving or not (model.serving[1:] or came_with):
            raise UsageError(
                f"there is no version before the one of {name} that serves",
                where=str(folder),
                got=f"{model.active} serves" if model.active else "none of this folder serves",
                do="leave out --use-ml-layer to forecast without it",
            )
        before, *serving = model.serving
        if serving:
            version_files.read(folder, name, serving[0], model.versions[serving[0]].digest)
        _commit(folder, registry, name, _served_by(model, serving), limits)
    return before, serving[0] if serving else f"{came_with} (shipped)"


def writable_registry(folder: Path) -> RegistryRead:
    """Read a registry that is going to be replaced.

    Raises
    ------
    ModelUnusable
        If it was written by another version of this product, or cannot be read.
    """
    read = read_registry(folder)
    if read.refusal:
        raise ModelUnusable(
            read.refusal,
            where=str(folder),
            do="use that version, mend the file, or move the folder away and begin anew",
        )
    return read


def _clear(folder: Path) -> None:
    """Remove what killed changes left half written; checkpoints are a training's own."""
    sweep(folder)
    sweep(backups_folder(folder))
    for place in {place.parent for place in folder.glob("*/*.tmp")}:
        if place != checkpoints_folder(folder):
            sweep_folders(place)


def _begin(folder: Path, name: str) -> Registry:
    """Read the registry, and remove the versions of killed changes, which it does not name."""
    read = writable_registry(folder)
    if read.is_sound:
        model = read.registry.models.get(name, Model([], {}))
        for _, version in version_folders(folder, name):
            if version not in model.versions:
                remove_folder(version_folder(folder, name, version))
    return read.registry


def _promotable(model: Model, name: str, version: str, shipped: Path) -> tuple[Entry, bool]:
    """Give the entry of a version that may come to serve, and whether it is the shipped one."""
    came_with = model_of(shipped, name)
    is_shipped = version not in model.versions and version == came_with.active
    entry = _entry(came_with if is_shipped else model, name, version)
    if version == (model.active or (came_with.active if is_shipped else None)):
        raise UsageError(
            f"{name} {version} serves already", do="python -m services models list shows all"
        )
    return entry, is_shipped


def _entry(model: Model, name: str, version: str) -> Entry:
    if version not in model.versions:
        raise UsageError(
            f"there is no {name} {version}"[:80],
            got=", ".join(in_order(model.versions)) or "no version at all",
            do="python -m services models list shows all; models train makes one",
        )
    return model.versions[version]


def _served_by(model: Model, serving: list[str]) -> Model:
    """Give a model whose versions serve in this order; the others keep what they are."""
    versions = {}
    for version, entry in model.versions.items():
        served = version in serving or version in model.serving
        status = ACTIVE if [version] == serving[:1] else RETIRED if served else entry.status
        versions[version] = structs.replace(entry, status=status)
    return Model(serving, versions)


def _commit(folder: Path, registry: Registry, name: str, model: Model, limits: ModelLimits) -> None:
    """Write the registry, and remove the folders that it has forgotten with this change."""
    kept = _kept(model, limits)
    models = {**registry.models, name: kept}
    write_registry(folder, Registry(models, registry.change + 1))
    for version in set(model.versions) - set(kept.versions):
        with contextlib.suppress(OSError):  # the next change removes it
            remove_folder(version_folder(folder, name, version))


def _kept(model: Model, limits: ModelLimits) -> Model:
    """Forget the oldest retired versions, and retire candidates that have become too many.

    The active version, the one before it and the newest candidates always stay.
    """
    versions = dict(model.versions)
    for version in model.with_status(CANDIDATE)[: -limits.candidates]:
        versions[version] = structs.replace(versions[version], status=RETIRED)
    retired = Model(model.serving, versions).with_status(RETIRED)
    spare = [version for version in retired if version not in model.serving[:2]]
    for version in spare[: -limits.retired]:
        del versions[version]
    return Model([one for one in model.serving if one in versions], versions)
