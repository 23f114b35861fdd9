"""What is said of the server itself: health, models, the schema of documents."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from importlib import resources
from typing import Any

import msgspec

from predictor.published.season_types import SeasonDocument
from services.monitoring.status_file import Status
from services.web.api.answers.server import (
    ArchiveHealth,
    DaemonHealth,
    DaemonState,
    Health,
    Models,
    RegisteredModels,
    SeasonHealth,
    ServedModel,
)
from services.web.api.route import Asked
from services.web.api.view import View
from services.web.world import World

__all__ = ["health", "models", "schema"]


def health(_: Asked, view: View) -> Health:
    """Return whether everything is as it should be."""
    world = view.world
    archive = _archive(world)
    seasons = tuple(_season(one) for one in world.documents.values())
    is_well = (
        world.daemon in ("well", "none")
        and archive.state != "unusable"
        and not world.troubles
        and not any(one.status == "degraded" for one in seasons)
        and not (world.status and world.status.degraded)
    )
    return Health(
        status="ok" if is_well else "degraded",
        daemon=msgspec.convert(world.daemon, DaemonState),
        daemon_status=_daemon(world.status) if world.status else None,
        archive=archive,
        seasons=seasons,
        troubles=world.troubles,
    )


def models(_: Asked, view: View) -> Models:
    """Return the models that are registered, and those that forecasts rest on."""
    world = view.world
    return Models(
        registry=None if world.models is None else _registry(world.models),
        seasons=tuple(
            ServedModel(season=season, model=document.metadata.ml_layer)
            for season, document in world.documents.items()
            if not isinstance(document.metadata.ml_layer, msgspec.UnsetType)
        ),
    )


@functools.cache
def _schema() -> bytes:
    return resources.files("predictor.report").joinpath("season.schema.json").read_bytes()


def schema(_: Asked, _view: View) -> bytes:
    """Return the JSON Schema of season documents."""
    return _schema()


def _season(document: SeasonDocument) -> SeasonHealth:
    metadata = document.metadata
    return SeasonHealth(
        season=metadata.season,
        status=metadata.status,
        run_id=metadata.run.run_id,
        generated_at=metadata.generated_at,
        as_of=metadata.as_of,
        rejected=metadata.rejected,
        stale_inputs=metadata.stale_inputs,
        passed_over=metadata.passed_over,
        n_notes=len(metadata.notes),
    )


def _daemon(status: Status) -> DaemonHealth:
    return DaemonHealth(
        state=status.state,
        version=status.version,
        started=status.started,
        backlog=tuple(status.backlog),
        n_backlog=status.n_backlog,
        last_build=status.last_build,
        degraded=tuple(status.degraded),
        verified=status.verified,
    )


def _archive(world: World) -> ArchiveHealth:
    if world.archive is not None:
        return ArchiveHealth(state="well", detail="")
    return ArchiveHealth(
        state="unusable" if world.archive_trouble else "none", detail=world.archive_trouble
    )


def _registry(listing: Mapping[str, Any]) -> RegisteredModels:
    """Return what the registry lists, without the places of this machine."""
    versions = [
        {**entry, "version": version, "is_shipped": is_shipped}
        for group, is_shipped in (("versions", False), ("shipped", True))
        for version, entry in listing[group].items()
    ]
    told = {name: listing[name] for name in ("name", "serves", "watched", "notes")}
    return msgspec.convert(told | {"versions": versions}, RegisteredModels)
