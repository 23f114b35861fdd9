"""Which trained model serves: checked files, and who stands in where something is wrong.

Tried are, in this order: the active version of the folder, the versions that served there
before it, latest first, and the same of the folder that comes with the product. The first one
whole serves; what was wrong with those before it becomes notes, which the document shows. A
candidate or a retired version that never served does not serve here either.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

import msgspec

from predictor.errors import F1Error
from predictor.learn.model_kinds import RACE_OUTCOME, load_model
from services.disk.sealed_file import UNDECODABLE
from services.errors import ModelUnusable
from services.registry import version_files
from services.registry.layout import SHIPPED
from services.registry.registry_file import CANDIDATE, Model, RegistryRead, read_registry
from services.registry.version_files import EVIDENCE, REFERENCE, Version
from services.settings.environment import is_installed

if TYPE_CHECKING:
    from predictor.learn.bundle import ModelBundle
    from predictor.learn.monitoring.drift import DriftReference
    from predictor.learn.outcome.evidence import RaceEvidence

T = TypeVar("T")

_LOOKS = 3  # at a registry that others change

__all__ = ["Served", "active_bundle", "bundle_of", "evidence_of", "served_digest"]


@dataclass(frozen=True, slots=True)
class Served:
    """What a forecast may use, and what it must say about it.

    Attributes
    ----------
    bundle : ModelBundle or None
        The model that serves; None: there is none.
    candidate : ModelBundle or None
        The latest candidate, which is only watched.
    notes : tuple of str
        Empty if all is as it should be.
    """

    bundle: ModelBundle | None
    candidate: ModelBundle | None
    notes: tuple[str, ...]


class _Found(NamedTuple, Generic[T]):
    """The same, of whatever a version was made into."""

    active: T | None
    candidate: T | None
    notes: tuple[str, ...]


def active_bundle(
    folder: Path,
    *,
    shipped: Path = SHIPPED,
    name: str = RACE_OUTCOME,
    features_digest: str | None = None,
) -> Served:
    """Give the model that serves.

    Parameters
    ----------
    folder : Path
        ``predictions/models``; need not exist.
    shipped : Path
        The folder that comes with the product.
    name : str
    features_digest : str, optional
        A model made for other features, or one that this code cannot load, does not serve.
        None: take any.

    Returns
    -------
    Served
        Files that are missing, damaged or unreadable lead to another version and a note,
        never to an error.
    """

    def made(version: Version, place: Path) -> ModelBundle:
        made_for = version.manifest.features_digest
        if features_digest is not None and made_for != features_digest:
            raise ModelUnusable("it was made for other features than there are now")
        bundle = bundle_of(version, is_shipped=place == shipped)
        if features_digest is not None:
            _try(bundle)
        return bundle

    return Served(*_find(folder, shipped, name, made))


def served_digest(
    folder: Path, *, shipped: Path = SHIPPED, name: str = RACE_OUTCOME
) -> dict[str, object]:
    """Give what a forecast that uses the model depends on, as a part of a key.

    As `active_bundle` finds it, every file read and checked; imports no NumPy.
    """
    found = _find(folder, shipped, name, lambda version, place: (version.digest, place == shipped))
    return {
        "active": list(found.active or ()),
        "candidate": list(found.candidate or ()),
        "notes": list(found.notes),
        "reader": is_installed("safetensors"),  # without it no network can be loaded
    }


def bundle_of(version: Version, *, is_shipped: bool = False) -> ModelBundle:
    """Give a version as the library takes it; what it must hold has been checked."""
    from predictor.learn.bundle import ModelBundle  # noqa: PLC0415 - with the library's layers

    said = version.manifest
    return ModelBundle(
        name=said.name,
        version=said.version,
        kind=said.kind,
        digest=version.digest,
        trained_until=said.trained_until,
        features_digest=said.features_digest,
        files=version.model,
        evidence=evidence_of(version),
        reference=_reference_of(version),
        is_shipped=is_shipped,
    )


def _try(bundle: ModelBundle) -> None:
    """Load a model, so that one whose files are whole but of no use is found out here.

    Raises
    ------
    ModelUnusable
        If it cannot be loaded.
    """
    try:
        load_model(bundle.files)
    except F1Error as error:
        raise ModelUnusable(error.one_line()) from error


def evidence_of(version: Version) -> tuple[RaceEvidence, ...]:
    """Decode the evidence of a version.

    Raises
    ------
    ModelUnusable
        If it is not what this code reads.
    """
    if EVIDENCE not in version.files:
        return ()
    from predictor.learn.outcome.evidence import WEIGHTS, RaceEvidence  # noqa: PLC0415 - may load NumPy

    try:
        found = msgspec.json.decode(version.files[EVIDENCE], type=tuple[RaceEvidence, ...])
    except UNDECODABLE as error:
        raise ModelUnusable(f"{EVIDENCE} cannot be read by this version: {error}") from error
    if any({len(one.losses), len(one.winner_losses)} != {len(WEIGHTS)} for one in found):
        raise ModelUnusable(f"{EVIDENCE} is of other weights than the {len(WEIGHTS)} there are now")
    return found


def _reference_of(version: Version) -> DriftReference | None:
    if REFERENCE not in version.files:
        return None
    from predictor.learn.features.feature_counts import reference_counts  # noqa: PLC0415
    from predictor.learn.monitoring.drift import DriftReference  # noqa: PLC0415 - may load NumPy

    try:
        found = msgspec.json.decode(version.files[REFERENCE], type=DriftReference)
        reference_counts(found)
    except (*UNDECODABLE, F1Error) as error:
        raise ModelUnusable(f"{REFERENCE} cannot be read by this version: {error}") from error
    if found.features_digest != version.manifest.features_digest:
        raise ModelUnusable(f"{REFERENCE} is of other features than the model")
    return found


def _find(folder: Path, shipped: Path, name: str, make: Callable[[Version, Path], T]) -> _Found[T]:
    for _ in range(_LOOKS):
        read = read_registry(folder)
        found = _find_in(folder, read, shipped, name, make)
        # What another process has committed meanwhile may have taken away what was read of.
        if not found.notes or read_registry(folder).registry.change == read.registry.change:
            break
    return found


def _find_in(
    folder: Path, own: RegistryRead, shipped: Path, name: str, make: Callable[[Version, Path], T]
) -> _Found[T]:
    notes: list[str] = []
    passed_over: list[str] = []  # told once it is known who serves instead
    active: T | None = None
    serves = "no model serves"
    candidate: T | None = None
    for place in (folder, shipped):
        read = own if place == folder else read_registry(place)
        notes += read.notes
        model = read.registry.models.get(name, Model([], {}))
        for version in model.serving if active is None else ():
            try:
                active = make(_read(place, name, version, model), place)
            except ModelUnusable as error:
                passed_over.append(f"{name} {version}: {error.one_line()}")
                continue
            serves = f"{version} serves"
            break
        for version in model.with_status(CANDIDATE)[-1:] if place == folder else ():
            try:
                candidate = make(_read(place, name, version, model), place)
            except ModelUnusable as error:
                reason = error.one_line()
                notes.append(f"{name} {version}: {reason}; this candidate is not watched")
    notes += [f"{reason}; {serves}" for reason in passed_over]
    return _Found(active, candidate, tuple(notes))


def _read(folder: Path, name: str, version: str, model: Model) -> Version:
    return version_files.read(folder, name, version, model.versions[version].digest)
